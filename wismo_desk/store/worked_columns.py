"""The working time of many lanes over many instants at once: `WorkingTime`, for arrays."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from typing import Final

import numpy as np
import numpy.typing as npt

from wismo_desk.domain.anomaly import to_ms
from wismo_desk.domain.working_days import WorkingTime

Ints = npt.NDArray[np.int64]
_DAY_MS: Final = 86_400_000


class Clock:
    """One WorkingTime. Instants are UTC ms, lengths ms of worked time."""

    def __init__(self, calendar: WorkingTime) -> None:
        starts, sums = calendar.table()
        self._calendar = calendar
        self._starts = np.array(starts, np.int64)
        self._sums = np.array(sums, np.int64)
        self._works = np.diff(self._sums) > 0
        self._ends: dict[int, int] = {}

    def worked(self, at: Ints) -> Ints:
        day = np.searchsorted(self._starts, at, side="right") - 1
        inside = np.clip(day, 0, len(self._works) - 1)
        here = self._sums[inside] + np.where(self._works[inside], at - self._starts[inside], 0)
        return np.where(day < 0, 0, np.where(day >= len(self._works), self._sums[-1], here))

    def after(self, start: Ints, length: Ints) -> Ints:
        """As WorkingTime.after, for each pair."""
        shown = self.worked(start) + length
        day = np.minimum(np.searchsorted(self._sums, shown, side="right") - 1, len(self._works) - 1)
        inside = np.maximum(start, self._starts[day] + shown - self._sums[day])
        return np.where(shown >= self._sums[-1], self._starts[-1] + shown - self._sums[-1], inside)

    def end_of(self, days: Ints) -> Ints:
        """Of ordinals. Few different days are promised to many."""
        different, which = np.unique(days, return_inverse=True)
        ends = self._ends
        for day in different.tolist():
            if day not in ends:
                ends[day] = self._calendar.end_of(date.fromordinal(day).isoformat())
        return np.array([ends[day] for day in different.tolist()], np.int64)[which]

    def evenings(self, at: time, zone: tzinfo) -> Evenings:
        return Evenings(self._starts, self._works, at, zone)


class Evenings:
    """When a day at the warehouse ends. What is made later, or on a day off, belongs to the next working day."""

    def __init__(self, starts: Ints, works: npt.NDArray[np.bool_], at: time, zone: tzinfo) -> None:
        first = datetime.fromtimestamp(int(starts[0]) / 1000, zone).date().toordinal()
        days = range(len(works))
        self._starts = starts
        self._ends = np.array(
            [to_ms(datetime.combine(date.fromordinal(first + n), at, tzinfo=zone)) for n in days], np.int64
        )
        worked = np.append(np.flatnonzero(works), len(works) - 1)
        self._next = worked[np.searchsorted(worked[:-1], np.arange(len(works) + 1))]
        self._odd = (np.diff(starts) != _DAY_MS) | (np.arange(len(works)) >= worked[:-1].max(initial=-1))

    def of(self, made: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """For each instant the evening, and whether it must be asked for one by one: where the clocks change, and
        where the calendar ends, the days are not alike."""
        day = np.searchsorted(self._starts, made, side="right") - 1
        inside = np.clip(day, 0, len(self._ends) - 1)
        today = self._next[inside]
        late = self._ends[today] <= made
        found = np.where(late, self._ends[self._next[inside + 1]], self._ends[today])
        return found, (day != inside) | self._odd[inside]
