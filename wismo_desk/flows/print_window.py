"""Sends a few labels of a batch to one printer without a look between them; one before and one behind all of them.

Each label stays its own row of the ledger. What the counter does not account for to the last label is asked about,
label by label; nothing is sent again by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.effect import Effect, EffectState, Move
from wismo_desk.domain.fact import Changes, Fact
from wismo_desk.domain.print_evidence import Evidence, SendOutcome, judge_window
from wismo_desk.domain.printer import Printer, PrinterState, PrinterStatus
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import DeskError, PrintUnknown, StoreProblem
from wismo_desk.flows.print_label import (
    Printed,
    PrintLabel,
    hand_over,
    not_out,
    not_ready,
)
from wismo_desk.flows.ship import plain
from wismo_desk.store.journal import Entry

WINDOW: Final = 4  # labels under way at once: what may have to be asked about after one fault


@dataclass(frozen=True, slots=True)
class _Sent:
    """A label of which at least one byte left."""

    job: Effect
    outcome: SendOutcome
    trouble: DeskError | None


def windows(jobs: Sequence[Effect]) -> Iterator[tuple[Effect, ...]]:
    """A batch in the pieces that PrintWindow takes."""
    for start in range(0, len(jobs), WINDOW):
        yield tuple(jobs[start : start + WINDOW])


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintWindow:
    """Runs on the printer's own lane, as `one` does, by whose printers and patience it goes."""

    one: PrintLabel

    def __call__(self, jobs: Sequence[Effect]) -> list[Printed]:
        """At most WINDOW jobs of one printer, in their order. One alone, one that was asked about before, and all of a
        printer without a counter go one by one: only a counter can tell of several."""
        name = self.one.printer_for(jobs[0]) if jobs else ""
        printer = self.one.printers.get(name)
        fit = {job.effect_id: content for job in jobs if (content := self._fit(job, name)) is not None}
        rest = [job for job in jobs if job.effect_id not in fit]
        done = [self.one(job) for job in rest]
        batch = [job for job in jobs if job.effect_id in fit]
        if len(batch) < 2 or printer is None:
            return [*done, *(self.one(job) for job in batch)]
        before = printer.status()
        if before.state is not PrinterState.READY or before.queued not in (0, None):
            error = not_ready(name, before)
            held = [Printed(job=job, state=job.state, changes=Changes(), error=error) for job in batch]
            return [*done, *held]
        if before.odometer is None or before.queued is None:
            return [*done, *(self.one(job) for job in batch)]
        return [*done, *self._print(batch, printer, before, fit)]

    def _fit(self, job: Effect, name: str) -> bytes | None:
        """The bytes of a label with which nothing is special."""
        kept = self.one.store.journal.effect_by_id(job.effect_id) or job
        parcel = self.one.store.read.parcel(job.parcel_id)
        stored = self.one.store.journal.label(job.parcel_id)
        if kept.state is not EffectState.PENDING or kept.details.get("looked") or stored is None:
            return None
        if (parcel is not None and parcel.state is ParcelState.VOIDED) or self.one.printer_for(job) != name:
            return None
        return stored.content

    def _print(
        self, batch: Sequence[Effect], printer: Printer, before: PrinterStatus, contents: dict[UUID, bytes]
    ) -> list[Printed]:
        at = self.one.pen.clock().isoformat()
        # No counter for one label of several: after a crash each of them is asked about (PrintLabel.recover).
        sending = {"printer": printer.name, "odo_before": None, "odo_window": before.odometer, "sent_at": at}
        try:
            self._commit(batch, EffectState.PENDING, EffectState.SENDING, sending | {"looked": False})
        except StoreProblem as error:
            return [Printed(job=job, state=job.state, changes=Changes(), error=error) for job in batch]
        sent: list[_Sent] = []
        trouble: DeskError | None = None
        for job in batch:
            outcome, trouble = hand_over(printer, contents[job.effect_id])
            if outcome is not SendOutcome.NOT_SENT:
                sent.append(_Sent(job, outcome, trouble))
            if outcome is not SendOutcome.SENT:
                break  # what is behind it has not left, and will not until somebody has looked
        kept_back = batch[len(sent) :]
        after = self._rested(printer, before, len(sent))
        settled = self._settle([one.job for one in sent], printer.name, before, after, trouble)
        return [*settled, *self._back(kept_back, printer.name, after, trouble)]

    def _settle(
        self,
        jobs: Sequence[Effect],
        name: str,
        before: PrinterStatus,
        after: PrinterStatus,
        trouble: DeskError | None,
    ) -> list[Printed]:
        """All alike: the counter says how many came out, not which."""
        if not jobs:
            return []
        seen: dict[str, Any] = {"odo_after": after.odometer, "printer_after": after.state.value}
        evidence = judge_window(before, after, len(jobs))
        if evidence is Evidence.PRINTED:
            details = {**seen, "printer": name, "evidence": "counter"}
            facts = tuple(fact for job in jobs if (fact := self.one.said(job, details)) is not None)
            changes = self._commit(jobs, EffectState.SENDING, EffectState.DONE, details, facts)
            return [Printed(job=job, state=EffectState.DONE, changes=changes) for job in jobs]
        if evidence is Evidence.NOT_PRINTED:
            return self._back(jobs, name, after, trouble)
        error = PrintUnknown(
            "{count} labels were on their way to {printer} and not all came out. Look which: scan each that did.",
            count=len(jobs),
            printer=name,
            raw=(trouble or not_out(name, after)).raw,
        )
        details = seen | {"error": error.sentence, "error_values": plain(error), "raw": error.raw}
        changes = self._commit(jobs, EffectState.SENDING, EffectState.IN_DOUBT, details)
        return [Printed(job=job, state=EffectState.IN_DOUBT, changes=changes, error=error) for job in jobs]

    def _back(
        self, jobs: Sequence[Effect], name: str, after: PrinterStatus, trouble: DeskError | None
    ) -> list[Printed]:
        """Not on paper: they wait, and may be printed as if nothing had been."""
        if not jobs:
            return []
        error = trouble or not_out(name, after)
        details: dict[str, Any] = {"odo_after": after.odometer, "printer_after": after.state.value}
        details |= {"error": error.sentence, "error_values": plain(error), "raw": error.raw}
        changes = self._commit(jobs, EffectState.SENDING, EffectState.PENDING, details)
        return [Printed(job=job, state=EffectState.PENDING, changes=changes, error=error) for job in jobs]

    def _rested(self, printer: Printer, before: PrinterStatus, count: int) -> PrinterStatus:
        """The status once all have moved the counter, or when it has stood still for as long as patience lasts."""
        status = printer.status()
        pause, waited, last = 0.02, 0.0, status.odometer
        goal = (before.odometer or 0) + count
        while count and waited < self.one.patience and (status.queued != 0 or status.odometer != goal):
            self.one.wait(pause)
            waited, pause = waited + pause, min(pause * 1.5, 0.25)
            status = printer.status()
            if status.odometer is not None and status.odometer != last:
                waited, pause, last = 0.0, 0.02, status.odometer
        return status

    def _commit(
        self,
        jobs: Sequence[Effect],
        was: EffectState,
        now: EffectState,
        details: dict[str, Any],
        facts: tuple[Fact, ...] = (),
    ) -> Changes:
        """The rows of all of them in one commit."""
        moves = tuple(Move(effect_id=job.effect_id, was=was, now=now, details=details) for job in jobs)
        return self.one.store.commit(Entry(at=self.one.pen.clock(), facts=facts, moves=moves))
