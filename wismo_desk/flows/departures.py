"""What is left for each truck today, and whether the pace of the day will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from wismo_desk.domain.bench_view import DepartureView
from wismo_desk.domain.cutoff import departure_on
from wismo_desk.domain.order import OrderState
from wismo_desk.flows.pen import Clock
from wismo_desk.store.store import Store

_OPEN = (OrderState.WAITING, OrderState.IN_HAND, OrderState.PAUSED, OrderState.PACKED)
_PACE_WINDOW = timedelta(hours=1)
_PACE_LEAST = 5  # labels before a pace is worth saying


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """The figures of the idle page."""

    departures: tuple[DepartureView, ...] = ()
    done_today: int = 0
    left_today: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Departures:
    store: Store
    clock: Clock
    zone: tzinfo
    names: Mapping[str, str]
    cut_off: Callable[[str], time]

    def __call__(self) -> Idle:
        now = self.clock()
        midnight = departure_on(now, time(0), self.zone)
        labels = self.store.read.labelled_since(midnight)
        recent = sum(1 for _, when in labels if when > now - _PACE_WINDOW)
        each = _PACE_WINDOW / recent if recent >= _PACE_LEAST else None
        rows = []
        for carrier, states in self.store.read.open_by_carrier().items():
            left = sum(states.get(state, 0) for state in _OPEN)
            packed = sum(1 for code, _ in labels if code == carrier)
            if left or packed:
                rows.append(self._row(carrier, packed, left, now, each))
        rows.sort(key=lambda row: (row.leaves_at or now, row.carrier))
        return Idle(
            departures=tuple(rows),
            done_today=len(labels),
            left_today=sum(row.left for row in rows),
        )

    def _row(
        self, carrier: str, packed: int, left: int, now: datetime, each: timedelta | None
    ) -> DepartureView:
        leaves = departure_on(now, self.cut_off(carrier), self.zone)
        finish = now + each * left if each and left else None
        late = 0
        if finish and each and finish > leaves > now:
            late = min(left, int((finish - leaves) / each) + 1)
        return DepartureView(
            carrier=self.names.get(carrier, carrier),
            leaves_at=leaves,
            packed=packed,
            left=left,
            finish_at=finish,
            too_late=late,
        )
