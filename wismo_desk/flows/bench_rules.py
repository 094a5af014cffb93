"""What the supervisor chose for one bench, and what follows from it for every scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wismo_desk.domain.bench_view import Problem
from wismo_desk.domain.packing import Gate
from wismo_desk.errors import DeskError
from wismo_desk.flows.bench_state import BenchState


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRules:
    """`substitutes`: what this station's scanner types instead of what it means (see domain.reading)."""

    gate: Gate = Gate.BLOCK
    require_label_scan: bool = False
    substitutes: Mapping[str, str] = field(default_factory=dict)

    def label_first(self, state: BenchState) -> bool:
        """Held, where the station requires it, until the printed label was scanned on its parcel."""
        if state.label is None or state.label.checked or not self.require_label_scan:
            return False
        first = "Scan the label of parcel {number} on its parcel first."
        state.hold(Problem.FINISH_FIRST, DeskError(first, number=state.label.tracking_number))
        return True
