"""What is left for each truck today, and whether the pace of the day will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from wismo_desk.domain.bench_view import DepartureView
from wismo_desk.domain.cutoff import departure_on, is_working_day, next_departure
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.wall import Load, Pace, pace_of, project
from wismo_desk.flows.pen import Clock
from wismo_desk.store.store import Store

_OPEN = (OrderState.WAITING, OrderState.IN_HAND, OrderState.PAUSED, OrderState.PACKED)
_PACE_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """The figures of the idle page."""

    departures: tuple[DepartureView, ...] = ()
    done_today: int = 0
    left_today: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Departures:
    """What the idle page and the wall both show, so that they never differ."""

    store: Store
    clock: Clock
    zone: tzinfo
    names: Mapping[str, str]
    cut_off: Callable[[str], time]

    def __call__(self) -> Idle:
        now = self.clock()
        loads, pace, done = self.loads(now)
        rows = tuple(
            DepartureView(
                carrier=truck.load.carrier,
                leaves_at=truck.load.leaves_at,
                packed=truck.load.packed,
                left=truck.load.left,
                finish_at=truck.finish_at,
                too_late=truck.too_late,
            )
            for truck in project(loads, now, pace)
        )
        return Idle(departures=rows, done_today=done, left_today=sum(row.left for row in rows))

    def loads(self, now: datetime) -> tuple[tuple[Load, ...], Pace | None, int]:
        """What waits for which truck, the pace of all stations together, and how many labels were made today."""
        labels = self.store.read.labelled_since(departure_on(now, time(0), self.zone))
        packed: dict[str, int] = {}
        for carrier, _ in labels:
            packed[carrier] = packed.get(carrier, 0) + 1
        due: dict[str, list[tuple[datetime | None, int]]] = {}
        for one in self.store.read.figures.due_orders(_OPEN):
            due.setdefault(one.carrier, []).append((one.ship_by, one.count))
        loads = tuple(
            self._load(carrier, packed.get(carrier, 0), due.get(carrier, []), now)
            for carrier in sorted({*packed, *due})
        )
        stations = self.store.read.figures.busy_stations(now - _PACE_WINDOW)
        return loads, pace_of([when for _, when in labels], now, stations=stations), len(labels)

    def _load(self, carrier: str, packed: int, due: list[tuple[datetime | None, int]], now: datetime) -> Load:
        """Today's truck as long as it is to come, or as long as something has missed it; else the next."""
        leaves, cut_off = departure_on(now, self.cut_off(carrier), self.zone), self.cut_off(carrier)
        if leaves <= now or not is_working_day(now.astimezone(self.zone)):
            late = sum(count for when, count in due if when is not None and when <= now)
            waits = len(due) > 0
            if late or not waits:
                return Load(carrier=self._name(carrier), leaves_at=leaves, packed=packed, left=late)
            leaves = next_departure(now, cut_off, self.zone)
        must = sum(count for when, count in due if when is None or when <= leaves)
        left = sum(count for _, count in due)
        return Load(carrier=self._name(carrier), leaves_at=leaves, packed=packed, left=left, due=must)

    def _name(self, carrier: str) -> str:
        return self.names.get(carrier, carrier)
