"""The counts behind a lane table, brought up to one day after the other: nothing is counted before it was known."""

from __future__ import annotations

import numpy as np

from wismo_desk.forecast.lanes import Lanes, LaneTable, Tally, fit
from wismo_desk.forecast.parcels import NEVER, Floats, Ints, Parcels
from wismo_desk.forecast.workdays import Workdays

_LONG_AGO = -(1 << 30)
Ordered = tuple[Ints, Ints]  # days in order, and whose they are


class Running:
    """`parcels` in the order of hand-over, each in its lane. `use` a calendar first, then `tell` it of each day.
    `told`: what was known before this day is counted."""

    def __init__(self, parcels: Parcels, lanes: Lanes) -> None:
        self._parcels, self._lanes, self._lane = parcels, lanes, lanes.finest
        self._first = int(parcels.handed.min()) if len(parcels) else 0
        gave_up = parcels.closed < parcels.delivered  # whatever came after: nobody waited for it any more
        self.by_delivery = sort_days(np.where(gave_up, NEVER, parcels.delivered))
        self._by_closing = sort_days(np.where(gave_up, parcels.closed, NEVER))
        self._open: Ints = np.zeros(0, dtype=np.int32)

    def use(self, workdays: Workdays) -> None:
        """Another calendar: all spans are counted anew. `start`: working days until the hand-over; `span`: from there
        to the delivery."""
        parcels = self._parcels
        self.workdays = workdays
        self.start = workdays.until(parcels.carrier, parcels.handed)
        self.span = workdays.until(parcels.carrier, parcels.delivered) - self.start
        self._tally = Tally(self._lanes.sizes[-1], self._first)
        self.told = _LONG_AGO

    def delivered_since(self, today: int) -> Ints:
        """What became known to have arrived since the last time."""
        return days_between(self.by_delivery, self.told, today)

    def tell(self, today: int) -> None:
        """Bring into the counts what became known before `today`."""
        parcels = self._parcels
        fresh = self.delivered_since(today)
        self._tally.add(self._lane[fresh], self.span[fresh], parcels.handed[fresh])
        gone = days_between(self._by_closing, self.told, today)
        self._tally.add_never(self._lane[gone], parcels.handed[gone])
        begin, end = places(parcels.handed, self.told, today)
        if self.told < self._first:
            begin, self._open = 0, self._open[:0]
        open_ = np.r_[self._open, np.arange(begin, end, dtype=np.int32)]
        still = (parcels.delivered[open_] >= today) & (parcels.closed[open_] >= today)
        self._open = open_[still]
        self.told = today

    def table(self, defaults: Floats, worth: Floats | None = None) -> LaneTable:
        """As of the morning of the day that was told last (`lanes.fit`)."""
        open_ = self._open
        gone = self.workdays.until(self._parcels.carrier[open_], np.full_like(open_, self.told - 1))
        still = (self._lane[open_], gone - self.start[open_], self._parcels.handed[open_])
        return fit(self._tally, self._lanes, still, defaults, self.told, worth)


def sort_days(days: Ints) -> Ordered:
    order = np.argsort(days, kind="stable").astype(np.int32)
    return days[order], order


def days_between(ordered: Ordered, start: int, end: int) -> Ints:
    """Whose day lies in [start, end)."""
    begin, stop = places(ordered[0], start, end)
    return ordered[1][begin:stop]


def places(ordered: Ints, start: int, end: int) -> tuple[int, int]:
    """Where days from `start` until before `end` stand. Asked in their own type: numpy would copy the whole column
    to a wider one."""
    begin, stop = np.searchsorted(ordered, np.array((start, end), dtype=np.int32)).tolist()
    return begin, stop
