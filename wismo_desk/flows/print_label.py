"""Sends one label to its printer, once, and judges from the printer's own counter whether it came out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.print_evidence import Evidence, SendOutcome, judge
from wismo_desk.domain.printer import Printer, PrinterState, PrinterStatus
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import DeskError, PrinterProblem, PrintUnknown, StoreProblem
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.ship import plain
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

# What each state means to the packer. A key of the catalogue, with {printer}.
SENTENCES: Mapping[PrinterState, str] = {
    PrinterState.PAPER_OUT: "Printer {printer} has no labels left. Load a roll, then print again.",
    PrinterState.HEAD_OPEN: "The head of printer {printer} is open. Close it, then print again.",
    PrinterState.PAUSED: "Printer {printer} is paused. Press its pause key, then print again.",
    PrinterState.RIBBON_OUT: "Printer {printer} has no ribbon left. Load one, then print again.",
    PrinterState.NOT_ANSWERING: "Printer {printer} is connected but does not answer. Look at its display.",
    PrinterState.OFFLINE: "Printer {printer} cannot be reached. Check its power and its cable.",
    PrinterState.UNKNOWN: "Printer {printer} said something this program does not understand.",
}
VOID = "This label is void and is not printed again. Ship the order for a new one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """How one print job ended; `state` is the ledger's. `error` is for the bench."""

    job: Effect
    state: EffectState
    changes: Changes
    error: DeskError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintLabel:
    """Runs on the printer's own lane: one writer per printer. `patience` is how long a label may take to
    move the counter, in seconds."""

    store: Store
    pen: Pen
    printers: Mapping[str, Printer]
    fallback: Callable[[], str]  # name of the bench's printer when the job names none that exists
    patience: float = 8.0
    wait: Callable[[float], None] = time.sleep

    def __call__(self, job: Effect) -> Printed:
        """Nothing is sent unless the job is still pending and its parcel not void: a second click, or a
        second run, learns how the first one ended."""
        kept = self.store.journal.effect_by_id(job.effect_id) or job
        if kept.state is not EffectState.PENDING:
            return Printed(job=kept, state=kept.state, changes=Changes())
        parcel = self.store.read.parcel(job.parcel_id)
        if parcel is not None and parcel.state is ParcelState.VOIDED:
            return self._dropped(job)
        name = self.printer_for(job)
        printer = self.printers.get(name)
        stored = self.store.journal.label(job.parcel_id)
        if printer is None or stored is None:
            return self._held(job, self._nothing_to_send(name, printer is None))
        before = printer.status()
        if before.state is not PrinterState.READY or before.queued not in (0, None):
            return self._held(job, not_ready(name, before))
        if _came_since(kept, name, before):
            return self._asked_again(job, name, before)
        sending = {"printer": name, "odo_before": before.odometer, "sent_at": self.pen.clock().isoformat()}
        try:
            self._move(job, EffectState.PENDING, EffectState.SENDING, sending | {"looked": False})
        except StoreProblem as error:
            return self._held(job, error)
        outcome, trouble = hand_over(printer, stored.content)
        after = self._rested(printer, before, outcome)
        return self._settle(job, name, (before, after, outcome), trouble)

    def printer_for(self, job: Effect) -> str:
        """Name of the printer that the job goes to now, "" when there is none: its own may be gone."""
        name = str(job.details.get("printer") or "")
        return name if name in self.printers else self.fallback()

    def _settle(
        self,
        job: Effect,
        name: str,
        seen: tuple[PrinterStatus, PrinterStatus, SendOutcome],
        trouble: DeskError | None,
    ) -> Printed:
        before, after, outcome = seen
        evidence = judge(before, after, outcome)
        uncounted = before.odometer is None and outcome is SendOutcome.SENT
        details: dict[str, object] = {"odo_after": after.odometer, "printer_after": after.state.value}
        if evidence is Evidence.PRINTED or uncounted:
            details["evidence"] = "counter" if evidence is Evidence.PRINTED else "sent"
            return self.done(job, EffectState.SENDING, details)
        error = trouble or not_out(name, after)
        details |= {"error": error.sentence, "error_values": plain(error), "raw": error.raw}
        if evidence is Evidence.NOT_PRINTED:
            changes = self._move(job, EffectState.SENDING, EffectState.PENDING, details)
            return Printed(job=job, state=EffectState.PENDING, changes=changes, error=error)
        changes = self._move(job, EffectState.SENDING, EffectState.IN_DOUBT, details)
        doubt = PrintUnknown(
            "Did the label come out of {printer}? Scan it if it did; if nothing came out, print again.",
            printer=name,
            raw=error.raw,
        )
        return Printed(job=job, state=EffectState.IN_DOUBT, changes=changes, error=doubt)

    def done(self, job: Effect, was: EffectState, details: dict[str, object]) -> Printed:
        """The label exists on paper: ledger and fact in one commit."""
        fact = self.said(job, details)
        facts = (fact,) if fact else ()
        move = Move(effect_id=job.effect_id, was=was, now=EffectState.DONE, details=details)
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=facts, moves=(move,)))
        return Printed(job=job, state=EffectState.DONE, changes=changes)

    def said(self, job: Effect, details: Mapping[str, object]) -> Fact | None:
        """That it exists on paper; None of a label in the box for the way back, which is none of the parcels'."""
        if job.details.get("return"):
            return None
        return self.pen.fact(
            FactKind.LABEL_PRINTED,
            order_id=job.order_id,
            shipment_id=shipment_id(job.order_id),
            parcel_id=job.parcel_id,
            printer=details.get("printer") or job.details.get("printer"),
            copy=job.details.get("copy"),
            reason=job.details.get("reason"),
            evidence=details.get("evidence"),
        )

    def recover(self, job: Effect) -> Printed:
        """A job found `sending` at start: the run that sent it died. The counter tells, or a person will."""
        name = str(job.details.get("printer") or "")
        printer = self.printers.get(name)
        odometer = job.details.get("odo_before")
        before = PrinterStatus(
            state=PrinterState.READY,
            odometer=odometer if isinstance(odometer, int) else None,
            queued=0,
        )
        if printer is None:
            after = PrinterStatus(state=PrinterState.OFFLINE)
        elif self.pen.clock() - job.changed_at < timedelta(seconds=self.patience):
            after = self._rested(printer, before, SendOutcome.BROKE)  # it may still be coming out
        else:
            after = printer.status()
        if before.odometer is None:
            # Without a counter nobody knows how far the sending got.
            after = PrinterStatus(state=after.state)
        return self._settle(job, name, (before, after, SendOutcome.BROKE), None)

    def _rested(self, printer: Printer, before: PrinterStatus, outcome: SendOutcome) -> PrinterStatus:
        """The status once the label has moved the counter, or when patience or hope is over."""
        status = printer.status()
        if outcome is SendOutcome.NOT_SENT or before.odometer is None:
            return status
        pause, waited = 0.02, 0.0
        while waited < self.patience and _still_moving(before, status):
            self.wait(pause)
            waited, pause = waited + pause, min(pause * 1.5, 0.25)
            status = printer.status()
        return status

    def _asked_again(self, job: Effect, name: str, before: PrinterStatus) -> Printed:
        """A label that waited in the printer comes out with the next roll, after somebody said it had not."""
        since = PrintUnknown(
            "{printer} has put out a label since. Is it this one? Scan it if it is; if not, print again.",
            printer=name,
        )
        details = {"odo_after": before.odometer, "error": since.sentence, "error_values": plain(since)}
        changes = self._move(job, EffectState.PENDING, EffectState.IN_DOUBT, {**details, "looked": False})
        return Printed(job=job, state=EffectState.IN_DOUBT, changes=changes, error=since)

    def _dropped(self, job: Effect) -> Printed:
        """Voided while its print was waiting: nobody has to hear of it."""
        changes = self._move(job, EffectState.PENDING, EffectState.FAILED, {"error": VOID})
        return Printed(job=job, state=EffectState.FAILED, changes=changes)

    def _held(self, job: Effect, error: DeskError) -> Printed:
        return Printed(job=job, state=job.state, changes=Changes(), error=error)

    def _nothing_to_send(self, name: str, no_printer: bool) -> DeskError:
        if no_printer:
            return PrinterProblem("No label printer is set up at this station. Add one in the settings.")
        return PrinterProblem(
            "The bytes of this label are gone (they are kept 30 days). Void it and ship again."
        )

    def _move(
        self, job: Effect, was: EffectState, now: EffectState, details: Mapping[str, object]
    ) -> Changes:
        move = Move(effect_id=job.effect_id, was=was, now=now, details=details)
        return self.store.commit(Entry(at=self.pen.clock(), moves=(move,)))


def pending(store: Store) -> list[Effect]:
    """Prints that wait, oldest first."""
    jobs = store.journal.effects(states=(EffectState.PENDING,))
    return [job for job in reversed(jobs) if job.kind is EffectKind.LABEL_PRINTED]


def hand_over(printer: Printer, payload: bytes) -> tuple[SendOutcome, DeskError | None]:
    try:
        printer.send(payload)
    except PrinterProblem as error:
        return SendOutcome.NOT_SENT, error
    except PrintUnknown as error:
        return SendOutcome.BROKE, error
    return SendOutcome.SENT, None


def _came_since(job: Effect, name: str, now: PrinterStatus) -> bool:
    """Whether the counter went on after a person said that this label had not come out of this printer."""
    last = job.details.get("odo_after")
    if not isinstance(last, int):
        last = job.details.get("odo_before")
    known = isinstance(last, int) and now.odometer is not None and job.details.get("printer") == name
    return bool(job.details.get("looked")) and known and now.odometer != last


def _still_moving(before: PrinterStatus, status: PrinterStatus) -> bool:
    if status.state in (PrinterState.OFFLINE, PrinterState.NOT_ANSWERING):
        return True
    return status.queued != 0 or status.odometer == before.odometer


def not_out(name: str, status: PrinterStatus) -> PrinterProblem:
    """The sending went well and no label came."""
    if status.state is PrinterState.READY and not status.queued:
        return PrinterProblem("Nothing came out of printer {printer}. Print again.", printer=name)
    return not_ready(name, status)


def not_ready(name: str, status: PrinterStatus) -> PrinterProblem:
    busy = "Printer {printer} is still busy with other labels. Wait a moment, then print again."
    raw = status.raw if status.state is PrinterState.UNKNOWN else ""  # else the sentence says it all
    return PrinterProblem(SENTENCES.get(status.state, busy), printer=name, raw=raw)
