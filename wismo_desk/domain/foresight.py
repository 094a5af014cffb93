"""The forecast's record as windows show it: how it did on the shop's own past, with the naive rule beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Alarms with so many days of notice: the share of late parcels they named, and of punctual ones they named
    wrongly, by thresholds chosen beforehand; `naive`: “still open so many days before the promised one”, drawn by
    lot where that alone would name more punctual ones. `even` and `naive_even`: both at exactly the wanted rate."""

    notice: int
    recall: float | None = None
    false_alarms: float | None = None
    naive: float | None = None
    even: float | None = None
    naive_even: float | None = None
    open_in_time: float | None = None  # the share of punctual ones open by then: what naming all would cost
    wanted: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Of the parcels handed over in a span. Days are calendar days; None where there are too few. `parcels` counts
    those foreseen, `arrived` those whose day is known, `late` and `in_time` those whose promise has been settled."""

    month: str = ""  # 2026-11; "" for all
    parcels: int = 0
    arrived: int = 0
    late: int = 0
    in_time: int = 0
    off: float | None = None  # mean absolute days between the likely day and the real one
    exact: float | None = None
    near: float | None = None  # at most one day off
    promise_off: float | None = None  # the same of the promise itself, and of “as long as usual”
    usual_off: float | None = None
    covered: float | None = None  # came by the day that 80 % should have come by
    inside: float | None = None  # came between the 10 % and the 90 % day
    auc: float | None = None  # late or not, told at hand-over
    precision: float | None = None  # average precision of the same
    warned: tuple[Warned, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """How near one clock came, over `evenings` on which it named a day for a parcel that has arrived since. The rest
    as in `Record`."""

    evenings: int = 0
    off: float | None = None
    exact: float | None = None
    near: float | None = None
    covered: float | None = None
    inside: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTheWay:
    """Parcels handed over in a span, looked at on every evening on which they were open and their last scan was known:
    by the clock that started at that scan, and by the one from the hand-over on the same evenings. `warned`: alarms as
    they were shown, by the scan where one was known; those from the hand-over are `Record.warned` of the same
    parcels."""

    month: str = ""  # 2026-11; "" for all
    after_scan: Aim = Aim()
    from_hand_over: Aim = Aim()
    warned: tuple[Warned, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForesightReport:
    """What was learnt on one day. `known`: arrivals behind it; below `enough` nothing is the shop's own yet.
    `limits`: by days of notice, the chance above which an alarm keeps the wanted rate of false ones, as they are
    shown. `by_month` oldest first. `on_the_way` is None where no scan is known."""

    learnt_on: date
    known: int
    enough: int
    false_alarms: float  # wanted
    whole: Record
    by_month: tuple[Record, ...]
    limits: tuple[tuple[int, float], ...]
    limit: float  # the one that keeps it over all days of notice together
    on_the_way: OnTheWay | None = None
    on_the_way_by_month: tuple[OnTheWay, ...] = ()
