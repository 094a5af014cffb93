"""Time that counts: of the local days of one place, those that are worked, each with all its hours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

_DAY_MS: Final = 24 * 3600 * 1000


class WorkingTime:
    """A clock that stands still on days off. Instants are UTC ms, lengths are ms of worked time.

    A worked day counts from local midnight to local midnight, so a day on which the clocks change has 23 or 25
    hours; those are Sundays, which rarely count. Outside `first`…`last` the clock stands still.
    """

    def __init__(self, first: date, last: date, zone: tzinfo, works: Callable[[date], bool]) -> None:
        count = (last - first).days + 1
        days = [first + timedelta(days=n) for n in range(count)]
        self._first = first
        self._starts = [_midnight_ms(day, zone) for day in [*days, last + timedelta(days=1)]]
        self._works = [works(day) for day in days]
        self._sums = [0]  # worked ms before each day
        for n, worked in enumerate(self._works):
            length = self._starts[n + 1] - self._starts[n] if worked else 0
            self._sums.append(self._sums[-1] + length)
        self._ends: dict[str, int] = {}

    def table(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where each local day begins, and what this clock shows there; of the day behind the last one, too."""
        return self._starts, self._sums

    def worked(self, at: int) -> int:
        """What this clock shows at `at`: only differences mean something."""
        day = bisect_right(self._starts, at) - 1
        if day < 0:
            return 0
        if day >= len(self._works):
            return self._sums[-1]
        return self._sums[day] + (at - self._starts[day] if self._works[day] else 0)

    def after(self, start: int, length: int) -> int:
        """The instant at which `length` has been worked since `start`; it lies on a worked day. What begins on a
        day off begins on the next worked one."""
        shown = self.worked(start) + length
        if shown >= self._sums[-1]:
            return self._starts[-1] + shown - self._sums[-1]  # past the calendar: as if every day counted
        day = bisect_right(self._sums, shown) - 1
        return max(start, self._starts[day] + shown - self._sums[day])

    def between(self, start: int, end: int) -> int:
        return max(0, self.worked(end) - self.worked(start))

    def days_between(self, start: int, end: int) -> int:
        """Whole worked days, as people count them: Friday 18:00 to Monday 18:00 is one."""
        return self.between(start, end) // _DAY_MS

    def is_worked(self, day: date) -> bool:
        """Days outside the calendar count as worked."""
        index = (day - self._first).days
        return self._works[index] if 0 <= index < len(self._works) else True

    def end_of(self, day: str) -> int:
        """The end of a local day ("2026-11-24"), or of the next worked one where that is none."""
        found = self._ends.get(day)
        if found is None:
            found = self._ends[day] = self._end(date.fromisoformat(day))
        return found

    def _end(self, day: date) -> int:
        index = (day - self._first).days
        if index < 0:
            return self._starts[0]
        while index < len(self._works) and not self._works[index]:
            index += 1
        if index < len(self._works):
            return self._starts[index + 1]
        return self._starts[-1] + (index + 1 - len(self._works)) * _DAY_MS


def _midnight_ms(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(0), tzinfo=zone).timestamp() * 1000)
