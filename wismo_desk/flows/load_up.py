"""The bench in manifest mode: each parcel's label is scanned as it goes to the driver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wismo_desk.domain.bench_view import BenchView, Cue, ForgottenView, Problem, ProblemView
from wismo_desk.domain.commands import Command
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.close_out import ClosedManifest, CloseOut, OpenManifest, ScanKind

Show = Callable[[Cue], BenchView]
_PROBLEMS: Final = {
    ScanKind.OTHER_CARRIER: Problem.OTHER_TRUCK,
    ScanKind.GONE: Problem.OTHER_TRUCK,
    ScanKind.UNKNOWN: Problem.UNKNOWN_PARCEL,
    ScanKind.VOIDED: Problem.WRONG_LABEL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadUp:
    """`keep` stores the closed manifest's PDF and shows it to whoever prints it."""

    close_out: CloseOut
    keep: Callable[[ClosedManifest], object]

    def begin(self, state: BenchState, view: Show) -> Step:
        """The carrier with the most parcels waiting; the first parcel scanned may say otherwise."""
        waiting = [row for row in self.close_out.carriers() if row[2]]
        if not waiting:
            state.say("No parcel waits for a manifest.")
            return Step(view=view(Cue.ATTENTION))
        code, _, _ = max(waiting, key=lambda row: row[2])
        state.manifest = self.close_out.start(code)
        return Step(view=view(Cue.OK))

    def scan(self, state: BenchState, code: str, view: Show) -> Step:
        assert state.manifest is not None
        state.forgotten = ()
        fresh, seen = self.close_out.scan(state.manifest, code)
        if seen.kind is ScanKind.OTHER_CARRIER and not state.manifest.scanned and seen.parcel is not None:
            fresh, seen = self.close_out.scan(self.close_out.start(seen.parcel.carrier), code)
        state.manifest = fresh
        if seen.kind is ScanKind.OK:
            return Step(view=view(Cue.OK))
        if seen.kind is ScanKind.TWICE:
            state.say(seen.sentence, **dict(seen.values))
            return Step(view=view(Cue.ATTENTION))
        state.problem = ProblemView(
            kind=_PROBLEMS[seen.kind],
            sentence=seen.sentence,
            values=seen.values,
            raw=code[:60],
        )
        return Step(view=view(Cue.WRONG))

    def act(self, state: BenchState, command: Command, view: Show) -> Step:
        """MANIFEST or OK closes; with parcels missing they are named first, and only MANIFEST or F closes then.
        BACK leaves the names, then the manifest."""
        manifest = state.manifest
        assert manifest is not None
        if command in (Command.BACK, Command.PAUSE):
            if state.forgotten:
                state.forgotten = ()
                return Step(view=view(Cue.SILENT))
            state.manifest = None
            return Step(view=view(Cue.SILENT))
        if command not in (Command.MANIFEST, Command.OK, Command.PARTIAL):
            return Step(view=view(Cue.SILENT))
        if manifest.missing and manifest.scanned and (not state.forgotten or command is Command.OK):
            state.forgotten = self._forgotten(manifest)
            return Step(view=view(Cue.ATTENTION))
        closed = self.close_out.close(manifest)
        self.keep(closed)
        state.manifest, state.forgotten = None, ()
        if len(closed.manifest.parcels) == 1:
            state.say("Manifest closed: 1 parcel")
        else:
            state.say("Manifest closed: {count} parcels", count=len(closed.manifest.parcels))
        return Step(view=view(Cue.DONE), changes=closed.changes)

    def _forgotten(self, manifest: OpenManifest) -> tuple[ForgottenView, ...]:
        found = []
        for parcel in manifest.missing:
            row = self.close_out.store.read.shipment(parcel.shipment_id)
            found.append(
                ForgottenView(
                    order_number=row.order_number if row else "",
                    recipient=f"{row.customer}, {row.place}" if row else "",
                    tracking_number=parcel.tracking_number,
                )
            )
        return tuple(found)
