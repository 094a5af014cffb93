"""The bench in manifest mode: each parcel's label is scanned as it goes to the driver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wismo_desk.domain.bench_view import BenchView, Cue, Problem, ProblemView
from wismo_desk.domain.commands import Command
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.close_out import ClosedManifest, CloseOut, ScanKind

Show = Callable[[Cue], BenchView]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadUp:
    """`keep` stores the closed manifest's PDF and shows it to whoever prints it."""

    close_out: CloseOut
    keep: Callable[[ClosedManifest], None]

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
            kind=Problem.WRONG_LABEL if seen.parcel else Problem.UNKNOWN_CODE,
            sentence=seen.sentence,
            values=seen.values,
            raw=code[:60],
        )
        return Step(view=view(Cue.WRONG))

    def act(self, state: BenchState, command: Command, view: Show) -> Step:
        """MANIFEST or OK closes (twice when parcels are missing: they are named first); BACK leaves."""
        manifest = state.manifest
        assert manifest is not None
        if command in (Command.BACK, Command.PAUSE):
            state.manifest = None
            return Step(view=view(Cue.SILENT))
        if command not in (Command.MANIFEST, Command.OK, Command.PARTIAL):
            return Step(view=view(Cue.SILENT))
        asked = state.notice.startswith("Missing: ")
        if manifest.missing and manifest.scanned and not (asked and command is not Command.OK):
            numbers = ", ".join(parcel.tracking_number for parcel in manifest.missing[:3])
            state.say(
                "Missing: {count} ({numbers} …). Scan them, or close without them with F.",
                count=len(manifest.missing),
                numbers=numbers,
            )
            return Step(view=view(Cue.ATTENTION))
        closed = self.close_out.close(manifest)
        self.keep(closed)
        state.manifest = None
        state.say("Manifest closed: {count} parcels", count=len(closed.manifest.parcels))
        return Step(view=view(Cue.DONE), changes=closed.changes)
