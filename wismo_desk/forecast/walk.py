"""Walks through history as it was lived: each week a table from what was known by then, and what it foresaw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from wismo_desk.forecast.lanes import DAYS, Lanes, LaneTable, number_lanes
from wismo_desk.forecast.levels import NOTICES, PASSED, RECENT, Levels, correct, threshold
from wismo_desk.forecast.outlook import chance_open, days_until
from wismo_desk.forecast.parcels import NEVER, NO_PROMISE, Flags, Floats, Ints, Parcels
from wismo_desk.forecast.running import Running, days_between, places, sort_days
from wismo_desk.forecast.workdays import Workdays, judge_weekdays, weekday

ENOUGH: Final = 300  # arrivals known: what is said below that is not counted as the table's own
_SHORT: Final = 56  # a history of fewer days is walked through day by day


@dataclass(slots=True)
class Foreseen:
    """What was foreseen of each parcel, in the order of the history. Days are calendar days; 0 parcels known: not
    foreseen."""

    known: Ints  # arrivals known when it was handed over
    low: Ints
    likely: Ints
    safe: Ints  # 80 % have arrived
    high: Ints
    late: Floats  # chance at hand-over, NaN without a promise
    alarm: dict[int, Floats] = field(
        default_factory=dict
    )  # by days of notice: chance late then, 0 if arrived
    limit: dict[int, Floats] = field(default_factory=dict)  # the threshold that held then


def nothing_foreseen(count: int) -> Foreseen:
    def days() -> Ints:
        return np.full(count, NEVER, dtype=np.int32)

    return Foreseen(
        np.zeros(count, dtype=np.int32),
        days(),
        days(),
        days(),
        days(),
        np.full(count, np.nan, dtype=np.float32),
        {notice: np.zeros(count, dtype=np.float32) for notice in NOTICES},
        {notice: np.full(count, 0.5, dtype=np.float32) for notice in NOTICES},
    )


def refit_days(first: int, last: int) -> range:
    """Weekly; daily in a short history."""
    return range(first, last + 1, 7 if last - first > _SHORT else 1)


class Walk:
    """`parcels` in the order of hand-over. `run` leaves the record in `foreseen`, and the last table, levels and
    thresholds for what is open today."""

    def __init__(
        self,
        parcels: Parcels,
        defaults: Floats,
        *,
        false_alarms: float = 0.05,
        closed: Mapping[int, Ints] | None = None,
        opened: Mapping[int, Ints] | None = None,
    ) -> None:
        self.parcels = parcels
        self.foreseen = nothing_foreseen(len(parcels))
        self.lanes: Lanes = number_lanes(parcels.root, parcels.chain, len(defaults))
        self.table: LaneTable | None = None
        self.levels = Levels()
        self.limits: dict[int, float] = dict.fromkeys(NOTICES, 0.5)
        self.false_alarms = false_alarms
        self._defaults, self._off = defaults, (closed, opened)
        self._lane = self.lanes.finest
        self._seen: npt.NDArray[np.int64] = np.zeros((len(parcels.carriers), 7), dtype=np.int64)
        self.first = int(parcels.handed.min(initial=NEVER))
        ended = [_latest(days) for days in (parcels.handed, parcels.delivered, parcels.closed)]
        self.end = max(*ended, self.first)
        self.running = Running(parcels, self.lanes)
        self.by_promise = sort_days(parcels.promised)
        self._before: Floats = np.full(len(parcels), np.nan, dtype=np.float32)
        self._by: Floats = np.full(len(parcels), np.nan, dtype=np.float32)
        self.known = 0
        self._use(self._judge(self.first))

    def _use(self, weekdays: Flags) -> None:
        """Another calendar: all spans are counted anew."""
        parcels = self.parcels
        promised = _latest(np.where(parcels.promised == NO_PROMISE, NEVER, parcels.promised))
        far = min(max(self.end, promised), self.end + 400)
        self.workdays = Workdays(weekdays, self.first, far, *self._off)
        self.running.use(self.workdays)
        self.start = self.running.start
        self.slack = self.workdays.until(parcels.carrier, parcels.promised) - self.start

    def _judge(self, today: int) -> Flags:
        return judge_weekdays(self._seen, self.first, today, self.parcels.company)

    def run(self, last: int) -> None:
        """Refit from the first hand-over to `last`, and foresee what was handed over or due in between."""
        days = refit_days(self.first, last)
        for today in days:
            self.learn(today)
            self.foresee(today, today + days.step)

    def learn(self, today: int) -> None:
        """The table as of the morning of `today`: nothing of that day is known."""
        self._count_weekdays(today)
        self.running.tell(today)
        self.known = places(self.running.by_delivery[0], today, today)[0]
        self.table = self.running.table(self._defaults)
        self.levels = self._correct(today)
        for notice in NOTICES:
            self.limits[notice] = settled_limit(self, self.foreseen, today, notice)

    def _correct(self, today: int) -> Levels:
        """The levels by what became of the parcels handed over lately."""
        assert self.table is not None
        parcels = self.parcels
        begin, end = places(parcels.handed, today - RECENT, today)
        new = slice(begin, end)
        is_open = (parcels.delivered[new] >= today) & (parcels.closed[new] >= today)
        gone = self.workdays.until(parcels.carrier[new], np.full(end - begin, today - 1, dtype=np.int32))
        gone = np.clip(gone - self.start[new] + 1, 0, DAYS)
        by_now = 1 - self.table.finest[self._lane[new], gone]
        before = np.where(is_open, by_now, self._before[new])
        by = np.where(is_open, by_now, self._by[new])
        told = ~np.isnan(before) & ((parcels.delivered[new] < today) | is_open)
        return correct(before[told], by[told], is_open[told])

    def one_limit(self, today: int) -> float:
        """The one threshold for all days of notice: whoever passed it on any of them was named."""
        return settled_limit(self, self.foreseen, today)

    def _count_weekdays(self, today: int) -> None:
        fresh = self.running.delivered_since(today)
        if len(fresh):
            key = self.parcels.carrier[fresh] * 7 + weekday(self.parcels.delivered[fresh])
            self._seen += np.bincount(key, minlength=self._seen.size).reshape(self._seen.shape)
        weekdays = self._judge(today)
        if (weekdays != self.workdays.weekdays).any():
            self._use(weekdays)

    def foresee(self, today: int, until: int) -> None:
        """What the table says of parcels handed over in these days, and of those whose promise comes near."""
        assert self.table is not None
        begin, end = places(self.parcels.handed, today, until)
        if end > begin:
            self._foresee_new(slice(begin, end))
        for notice in NOTICES:
            near = days_between(self.by_promise, today + notice, until + notice)
            self._foresee_due(near, notice)

    def _foresee_new(self, new: slice) -> None:
        assert self.table is not None
        parcels, survival, seen = self.parcels, self.table.finest, self.foreseen
        lane, carrier, handed = self._lane[new], parcels.carrier[new], parcels.handed[new]
        fresh = np.full(len(lane), -1, dtype=np.int32)
        seen.known[new] = self.known
        levels = (self.levels.low, self.levels.likely, self.levels.safe, self.levels.high)
        found = days_until(survival, lane, fresh, levels)
        for days, count in zip((seen.low, seen.likely, seen.safe, seen.high), found, strict=True):
            days[new] = self.workdays.after_place(carrier, handed, self.start[new], count)
        late = chance_open(survival, lane, fresh, self.slack[new])
        seen.late[new] = np.where(parcels.promised[new] == NO_PROMISE, np.nan, late)
        span = np.clip(self.running.span[new], 0, DAYS)
        flat, start = survival.ravel(), lane * np.int32(DAYS + 1)
        self._before[new] = 1 - flat[start + span]
        self._by[new] = 1 - flat[start + np.minimum(span + 1, DAYS)]

    def _foresee_due(self, near: Ints, notice: int) -> None:
        """The evening `notice` days before the promised one: whoever is open by then."""
        assert self.table is not None
        parcels = self.parcels
        self.foreseen.limit[notice][near] = self.limits[notice]
        then = parcels.promised[near] - notice
        here = (
            (parcels.handed[near] <= then) & (parcels.delivered[near] > then) & (parcels.closed[near] > then)
        )
        near, then = near[here], then[here]
        gone = self.workdays.until(parcels.carrier[near], then) - self.start[near]
        late = chance_open(self.table.finest, self._lane[near], gone, self.slack[near])
        self.foreseen.alarm[notice][near] = np.maximum(late, 1e-6)


def _latest(days: Ints) -> int:
    known = days[days < NEVER]
    return int(known.max(initial=-(1 << 30)))


def settled_limit(walk: Walk, foreseen: Foreseen, today: int, notice: int = 0) -> float:
    """The threshold by the parcels whose evening of notice lies behind; where the promise still lies ahead, the
    table's own word says how likely they come in time. Without `notice` the one for all days of it: by those whose
    promise lies behind, each at its highest chance."""
    parcels = walk.parcels
    passed = days_between(walk.by_promise, today - PASSED, today + notice)
    in_time = parcels.delivered[passed] <= parcels.promised[passed]
    if not notice:
        chance = np.max([foreseen.alarm[one][passed] for one in NOTICES], axis=0)
        return threshold(chance, in_time.astype(np.float32), walk.false_alarms)
    chance = foreseen.alarm[notice][passed]
    settled = (parcels.promised[passed] < today) | (parcels.delivered[passed] < today)
    return threshold(chance, np.where(settled, in_time, 1 - chance), walk.false_alarms)
