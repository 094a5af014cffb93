"""The wall board's arithmetic: who is packed by which truck at the present pace, and with how many stations all are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from wismo_desk.domain.anomaly import AnomalyKind

_HOUR: Final = timedelta(hours=1)
_MORE: Final = 3  # stations that a supervisor could still open
_PACE_LEAST: Final = 5  # labels before a pace is worth saying
_SPAN_LEAST: Final = timedelta(minutes=15)  # after a break a few quick ones are no pace yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one carrier's next truck could take. `left` orders are not packed yet, `packed` labels were made; `due`
    of those left must go with it (None: all of them)."""

    carrier: str  # as people say it
    leaves_at: datetime
    packed: int
    left: int
    due: int | None = None

    @property
    def wanted(self) -> int:
        """What is packed before the other trucks get their turn: what is due, or what there is when nothing is."""
        return self.left if self.due is None else self.due or self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Of all stations together, in the last hour."""

    per_hour: float
    stations: int = 1

    def at(self, stations: int) -> Pace:
        """As if so many packed, each as fast as the present ones on average."""
        return Pace(per_hour=self.per_hour / max(1, self.stations) * stations, stations=stations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """`finish_at`: when what is due is packed at this pace (what there is, when nothing is due), None without a pace.
    `too_late`: how many due ones are packed after it left. `missed`: it has left, and `left` orders stayed."""

    load: Load
    finish_at: datetime | None = None
    too_late: int = 0
    missed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """The fewest stations (of up to three more) with which a truck gets all its orders; where even that does not
    do, `too_late` says how many it still leaves behind."""

    stations: int
    finish_at: datetime
    too_late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """Shipments that something is wrong with, those to act on now, and labels whose outcome nobody knows."""

    count: int = 0
    urgent: int = 0
    doubts: int = 0
    worst: AnomalyKind | None = None  # the most frequent one to act on
    worst_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Everything the wall shows but machines and lines, as read at `at`."""

    at: datetime
    loads: tuple[Load, ...] = ()
    pace: Pace | None = None
    exceptions: Exceptions = Exceptions()
    done_today: int = 0


def pace_of(labelled: Sequence[datetime], now: datetime, *, stations: int = 1) -> Pace | None:
    """From the labels of the last hour, counted from the first of them: an hour that began ten minutes ago with a
    break is not a slow hour. None below five labels."""
    recent = [when for when in labelled if now - _HOUR < when <= now]
    if len(recent) < _PACE_LEAST:
        return None
    span = min(_HOUR, max(now - min(recent), _SPAN_LEAST))
    return Pace(per_hour=len(recent) * (_HOUR / span), stations=max(1, stations))


def project(loads: Sequence[Load], now: datetime, pace: Pace | None) -> tuple[Truck, ...]:
    """In order of departure, which is the order they are packed in: each truck waits for those before it. What
    missed its truck is packed last and shown where it is."""
    trucks: list[Truck] = []
    before = 0
    for load in sorted(loads, key=lambda load: (load.leaves_at, load.carrier)):
        if load.leaves_at <= now:
            trucks.append(Truck(load=load, missed=load.left > 0))
            continue
        before += load.wanted
        if pace is None or not load.left:
            trucks.append(Truck(load=load))
            continue
        each = _HOUR / pace.per_hour
        finish = now + each * before
        late = 0
        if finish > load.leaves_at and load.due != 0:
            late = min(load.wanted, int((finish - load.leaves_at) / each) + 1)
        trucks.append(Truck(load=load, finish_at=finish, too_late=late))
    return tuple(trucks)


def remedy(loads: Sequence[Load], now: datetime, pace: Pace, carrier: str) -> Remedy | None:
    """What it takes for this carrier's truck; None when it needs nothing, or nothing can be said."""
    if _truck(loads, now, pace, carrier).too_late == 0:
        return None
    for more in range(1, _MORE + 1):
        stations = pace.stations + more
        found = _truck(loads, now, pace.at(stations), carrier)
        if found.finish_at is not None and (found.too_late == 0 or more == _MORE):
            return Remedy(stations=stations, finish_at=found.finish_at, too_late=found.too_late)
    return None


def _truck(loads: Sequence[Load], now: datetime, pace: Pace, carrier: str) -> Truck:
    return next(truck for truck in project(loads, now, pace) if truck.load.carrier == carrier)


def most_pressing(trucks: Sequence[Truck], room: int) -> tuple[tuple[Truck, ...], tuple[Truck, ...]]:
    """(shown, left out) when there are more trucks than room: whoever needs somebody first, then who has work
    left, then who leaves first; what is shown keeps the order of departure."""

    def rank(truck: Truck) -> tuple[bool, bool, datetime]:
        return (not (truck.missed or truck.too_late), truck.load.left == 0, truck.load.leaves_at)

    chosen = sorted(trucks, key=rank)[:room]
    shown = tuple(truck for truck in trucks if truck in chosen)
    return shown, tuple(truck for truck in trucks if truck not in chosen)


def moved(pace: Pace | None, assumed: int) -> Pace | None:
    """The pace with the number of stations that somebody tries out; 0 is the real one."""
    return pace.at(assumed) if pace is not None and assumed else pace
