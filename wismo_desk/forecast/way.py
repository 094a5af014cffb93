"""Walks the same history with its scans: what both clocks said of every parcel on each evening on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from wismo_desk.forecast.lanes import DAYS, Doubles, Lanes, LaneTable, number_lanes
from wismo_desk.forecast.levels import NOTICES, Levels, correct
from wismo_desk.forecast.model import Outlook, look
from wismo_desk.forecast.parcels import CARRIES, NEVER, Flags, Floats, Ints
from wismo_desk.forecast.running import Running, days_between, places, sort_days
from wismo_desk.forecast.scans import Clocks, Scans, all_clocks, assumed_after, share_silent
from wismo_desk.forecast.walk import ENOUGH, Foreseen, Walk, nothing_foreseen, refit_days, settled_limit
from wismo_desk.forecast.workdays import Workdays

PEERS: Final = 20  # past clocks of one carrier below which a scan says nothing: the hand-over counts
_LOST: Final = 0.5  # from there on no day is named
_RECENT: Final = 28  # days of evenings that the levels are corrected by: each parcel is looked at every day
_MOST: Final = 7_000  # evenings of a week that the levels are corrected by: more take longer and say the same
SCAN, HAND_OVER = range(2)
CLOCKS: Final = (SCAN, HAND_OVER)


@dataclass(frozen=True, slots=True)
class Sums:
    """(clocks, months, 2) each, the last by whether enough arrivals were known at the parcel's hand-over. Counted are
    evenings on which the last scan was known and a day was named; `arrived`: of those, parcels that did; `due`,
    `spanned`: whose 80% and 90% day has passed."""

    months: npt.NDArray[np.datetime64]
    arrived: Doubles
    off: Doubles
    exact: Doubles
    near: Doubles
    due: Doubles
    covered: Doubles
    spanned: Doubles
    inside: Doubles


@dataclass(frozen=True, slots=True)
class _Week:
    """Some of the evenings looked at in one week, by what was known then. `before`, `by`: the shares that should have
    arrived before the day on which it did, and by that day."""

    ends: int
    survival: Floats
    workdays: Workdays
    lane: Ints
    carrier: Ints
    start: Ints
    gone: Ints
    delivered: Ints
    closed: Ints
    before: Floats
    by: Floats

    def shares(self, today: int) -> tuple[Floats, Floats, Flags]:
        """As of the morning of `today`: of one still open the share by then, in both."""
        is_open = (self.delivered >= today) & (self.closed >= today)
        gone = self.workdays.until(self.carrier, np.full_like(self.start, today - 1)) - self.start
        by_now = _share(self.survival, self.lane, self.gone, gone + 1)
        told = is_open | (self.delivered < today)
        before, by = (np.where(is_open, by_now, one)[told] for one in (self.before, self.by))
        return before, by, is_open[told]


class ScanWalk:
    """Goes along with a `Walk` of the same parcels that has not run. `foreseen`: alarms and thresholds as they were
    shown, by the clock of the last scan where enough like it were known, else by that of the hand-over."""

    def __init__(self, walk: Walk, scans: Scans, defaults: Floats) -> None:
        self.walk, self._scans = walk, scans
        self.foreseen: Foreseen = nothing_foreseen(len(walk.parcels))
        self.foreseen.known = walk.foreseen.known
        self.levels = Levels()
        self.limits: dict[int, float] = dict.fromkeys(NOTICES, 0.5)
        self._wide, self._worth = assumed_after(defaults), share_silent(defaults)
        months = walk.parcels.handed.astype("datetime64[D]").astype("datetime64[M]")
        found, month = np.unique(months, return_inverse=True)
        self.month_of: Ints = month.astype(np.int32)
        self.sums = Sums(found, *(np.zeros((len(CLOCKS), len(found), 2)) for _ in range(8)))
        self._weeks: list[_Week] = []
        self._plain = replace(walk.parcels, chain=())
        self._use()

    def _use(self) -> None:
        """Another calendar: other silences last."""
        walk = self.walk
        self._workdays = walk.workdays
        self._clocks: Clocks = all_clocks(walk.parcels, self._scans, walk.workdays, walk.end + 1)
        starts = self._clocks.parcels
        self._starts = replace(starts, chain=())
        self._lanes: Lanes = number_lanes(starts.root, starts.chain, len(self._wide))
        self._running = Running(starts, self._lanes)
        self._running.use(walk.workdays)
        self._carries = starts.chain[CARRIES]
        self._count: npt.NDArray[np.int64] = np.zeros(int(self._carries.max(initial=0)) + 1, dtype=np.int64)
        self._by_end = sort_days(np.minimum(starts.delivered, starts.closed))
        self._active: Ints = np.zeros(0, dtype=np.int32)
        self._next = 0

    def run(self, last: int, pause: Callable[[], object] = int) -> None:
        """Both clocks from the first hand-over to `last`; `pause` is called behind each week."""
        days = refit_days(self.walk.first, last)
        for today in days:
            self.walk.learn(today)
            self.walk.foresee(today, today + days.step)
            self.learn(today)
            self.foresee(today, today + days.step)
            pause()

    def one_limit(self, today: int) -> float:
        """As `Walk.one_limit`, of what was shown."""
        return settled_limit(self.walk, self.foreseen, today)

    def learn(self, today: int) -> None:
        """The table as of the morning of `today`, behind the walk's own."""
        if self._workdays is not self.walk.workdays:
            self._use()
        ended = days_between(self._by_end, self._running.told, today)
        self._count += np.bincount(self._carries[ended], minlength=len(self._count))
        self._running.tell(today)
        self._table: LaneTable = self._running.table(self._wide, self._worth)
        self._weeks = [week for week in self._weeks if week.ends > today - _RECENT]
        if self._weeks:
            told = zip(*(week.shares(today) for week in self._weeks), strict=True)
            self.levels = correct(*(np.concatenate(column) for column in told))
        for notice in NOTICES:
            self.limits[notice] = settled_limit(self.walk, self.foreseen, today, notice)

    def foresee(self, today: int, until: int) -> None:
        """What both clocks say on the evenings from `today` until before `until`."""
        walk = self.walk
        for notice in NOTICES:
            near = days_between(walk.by_promise, today + notice, until + notice)
            self.foreseen.alarm[notice][near] = walk.foreseen.alarm[notice][near]
            self.foreseen.limit[notice][near] = self.limits[notice]
        row, evening = self._evenings(today, until)
        known = self._count[self._carries[row]] >= PEERS
        row, evening = row[known], evening[known]
        if not len(row):
            return
        of, lane = self._clocks.of[row], self._lanes.finest[row]
        since, workdays = self._starts.take(row), walk.workdays
        shown = look(since, self._table.finest, lane, workdays, evening + np.int32(1), self.levels)
        ahead = since.promised - evening
        for notice in NOTICES:
            here = np.flatnonzero(ahead == notice)
            self.foreseen.alarm[notice][of[here]] = np.maximum(shown.late[here], 1e-6)
        self._keep(row, shown, until)
        self._judge(SCAN, of, shown)
        assert walk.table is not None
        parcels, whole = self._plain.take(of), walk.lanes.finest[of]
        before = look(parcels, walk.table.finest, whole, workdays, evening + np.int32(1), walk.levels)
        self._judge(HAND_OVER, of, before)

    def _evenings(self, today: int, until: int) -> tuple[Ints, Ints]:
        """A row for every evening on which a clock was the last one of an open parcel: which one, and the day."""
        start, ends = self._starts.handed, self._clocks.until
        begun = places(start, until, until)[0]
        row = np.r_[self._active, np.arange(self._next, begun, dtype=np.int32)]
        self._active = row = row[ends[row] > today]
        self._next = begun
        first = np.maximum(start[row], today)
        count = np.maximum(np.minimum(ends[row], min(until, self.walk.end + 1)) - first, 0)
        nth = np.arange(count.sum(), dtype=np.int32) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(row, count), (np.repeat(first, count) + nth).astype(np.int32)

    def _keep(self, row: Ints, shown: Outlook, until: int) -> None:
        """For the levels to be corrected by."""
        some = np.arange(0, len(row), max(1, len(row) // _MOST))
        row, gone, workdays = row[some], shown.gone[some], self._workdays
        parcels, lane, survival = self._starts.take(row), self._lanes.finest[row], self._table.finest
        start = workdays.until(parcels.carrier, parcels.handed)
        span = workdays.until(parcels.carrier, parcels.delivered) - start
        before, by = (_share(survival, lane, gone, span + more) for more in (0, 1))
        ends = (parcels.delivered, parcels.closed)
        self._weeks.append(
            _Week(until, survival, workdays, lane, parcels.carrier, start, gone, *ends, before, by)
        )

    def _judge(self, clock: int, of: Ints, said: Outlook) -> None:
        named = np.flatnonzero(said.lost < _LOST)
        of, came, end = of[named], self.walk.parcels.delivered[of[named]], self.walk.end
        low, likely, safe, high = (days[named] for days in (said.low, said.likely, said.safe, said.high))
        month = self.month_of[of] * 2 + (self.foreseen.known[of] >= ENOUGH)
        arrived = came < NEVER
        off = np.where(arrived, np.abs(likely - came), 0)
        sums = self.sums
        for total, which, weight in (
            (sums.arrived, arrived, None),
            (sums.off, arrived, off),
            (sums.exact, arrived & (off == 0), None),
            (sums.near, arrived & (off <= 1), None),
            (sums.due, safe < end, None),
            (sums.covered, (safe < end) & (came <= safe), None),
            (sums.spanned, high < end, None),
            (sums.inside, (high < end) & (came >= low) & (came <= high), None),
        ):
            weights = which if weight is None else weight * which
            total[clock] += np.bincount(month, weights, minlength=total[clock].size).reshape(-1, 2)


def _share(survival: Floats, lane: Ints, gone: Ints, until: Ints) -> Floats:
    """Of those open when `gone` working days were over, the share that should have arrived when `until` are."""
    flat, row = survival.ravel(), lane * np.int32(DAYS + 1)
    now = flat[row + np.clip(gone + 1, 0, DAYS)]
    then = flat[row + np.clip(until, np.minimum(gone + 1, DAYS), DAYS)]
    return np.asarray(1 - then / now, dtype=np.float32)
