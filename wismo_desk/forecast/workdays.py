"""Which days a carrier delivers, learnt from its deliveries, and counting in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from wismo_desk.forecast.parcels import Ints

_USUAL: Final = (1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 0.0)  # Monday first; holds until deliveries say otherwise
_FAITH: Final = 2  # weeks that the usual week is worth against the weeks seen
_WORKS: Final = 0.4  # of what its busy weekdays bring: below that a weekday is not one the carrier counts on
_AHEAD: Final = 200  # calendar days beyond the last one asked, for what lies in the future


def weekday(days: Ints) -> Ints:
    """0 is Monday; 1970-01-01 was a Thursday."""
    return (days + 3) % 7


def judge_weekdays(
    counts: npt.NDArray[np.int64], first: int, today: int, company: Ints | None = None
) -> npt.NDArray[np.bool_]:
    """(calendars, 7): does this carrier deliver on that weekday? `counts` of its deliveries of the same shape, made
    from `first` until before `today`; calendars of one `company` are judged together."""
    if company is not None:
        pooled = np.zeros((int(company.max(initial=0)) + 1, 7), dtype=np.int64)
        np.add.at(pooled, company, counts)
        return judge_weekdays(pooled, first, today)[company]
    seen = np.bincount(weekday(np.arange(first, max(today, first), dtype=np.int32)), minlength=7)
    busy = counts.sum(axis=1, keepdims=True) / max(seen[:5].sum(), 1)
    usual = np.array(_USUAL) * busy
    believed = (counts + _FAITH * usual) / (seen + _FAITH)
    days = np.where(busy > 0, believed, np.array(_USUAL))
    return np.asarray(days >= _WORKS * np.sort(days, axis=1)[:, 2:].mean(axis=1, keepdims=True))


class Workdays:
    """Counts working days of each carrier between `first` and 200 days behind `last`; days outside count as the
    nearest one inside. `closed`: further days without delivery by calendar (public holidays); `opened`: days of
    delivery that the week would not have, before `closed` is looked at."""

    def __init__(
        self,
        weekdays: npt.NDArray[np.bool_],
        first: int,
        last: int,
        closed: Mapping[int, Ints] | None = None,
        opened: Mapping[int, Ints] | None = None,
    ) -> None:
        self.weekdays = weekdays
        self._first = first - 1
        days = np.arange(self._first, last + _AHEAD, dtype=np.int32)
        works = weekdays[:, weekday(days)].copy()
        for said, is_worked in ((opened, True), (closed, False)):
            for calendar, those in (said or {}).items():
                inside = those[(those >= days[0]) & (those <= days[-1])] - self._first
                works[calendar, inside] = is_worked
        self._size = len(days)
        self._count: Ints = np.cumsum(works, axis=1, dtype=np.int32)
        self._day: Ints = np.full(works.shape, self._size - 1, dtype=np.int32)
        for row, its in zip(self._day, works, strict=True):
            at = np.flatnonzero(its)
            row[1 : len(at) + 1] = at[: self._size - 1]
        self._flat_count, self._flat_day = self._count.ravel(), self._day.ravel()

    def _place(self, carrier: Ints, day: Ints) -> Ints:
        return carrier * np.int32(self._size) + np.clip(day - self._first, 0, self._size - 1)

    def until(self, carrier: Ints, day: Ints) -> Ints:
        """Working days up to and with this day, from some fixed one on: a difference of two is a span."""
        return self._flat_count[self._place(carrier, day)]

    def between(self, carrier: Ints, start: Ints, end: Ints) -> Ints:
        """Working days behind `start` up to and with `end`; negative when `end` comes first."""
        return self.until(carrier, end) - self.until(carrier, start)

    def after(self, carrier: Ints, start: Ints, count: Ints) -> Ints:
        """The day on which `count` working days behind `start` are over; `start` itself for none."""
        return self.after_place(carrier, start, self.until(carrier, start), count)

    def after_place(self, carrier: Ints, start: Ints, place: Ints, count: Ints) -> Ints:
        """The same where `place`, the working days until `start`, is at hand."""
        at = carrier * np.int32(self._size) + np.minimum(place + count, self._size - 1)
        found = self._flat_day[at] + np.int32(self._first)
        return np.where(count <= 0, start, found)
