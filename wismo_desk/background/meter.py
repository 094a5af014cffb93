"""Counts the questions put to one carrier: a limit per minute and per day, and rests after failures.

It is told the time and never sleeps; one lane uses it, any thread may look at it.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_FIRST_REST: Final = timedelta(minutes=1)
_LONGEST_REST: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterReading:
    """What the settings page shows. `rests_until` None: the carrier is asked as usual; `error` is why not."""

    minute: int = 0
    per_minute: int = 0
    day: int = 0
    per_day: int | None = None
    failures: int = 0
    rests_until: datetime | None = None
    error: Exception | None = None
    asked_at: datetime | None = None  # the last time


class Meter:
    def __init__(
        self, *, per_minute: int, per_day: int | None = None, chance: Callable[[], float] = random.random
    ) -> None:
        self._per_minute, self._per_day = max(1, per_minute), per_day
        self._chance = chance
        self._calls: deque[datetime] = deque()
        self._failures = 0
        self._rests_until: datetime | None = None
        self._error: Exception | None = None

    def allowed(self, now: datetime) -> int:
        """How many questions may be put now."""
        if self._rests_until is not None and now < self._rests_until:
            return 0
        self._forget(now)
        left = self._per_minute - self._since(now - _MINUTE)
        if self._per_day is not None:
            left = min(left, self._per_day - len(self._calls))
        if self._failures:
            left = min(left, 1)  # one question to see whether it is well again
        return max(0, left)

    def asked(self, now: datetime) -> None:
        self._calls.append(now)

    def answered(self) -> None:
        self._failures, self._rests_until, self._error = 0, None, None

    def failed(self, now: datetime, error: Exception) -> None:
        """Rest: a minute at first, twice as long each time, an hour at most; shortened by chance, so that many
        stations do not come back in the same second."""
        span = min(_LONGEST_REST, _FIRST_REST * 2 ** min(self._failures, 10))
        self._failures += 1
        self._rests_until = now + span * (0.5 + self._chance() / 2)
        self._error = error

    def reading(self, now: datetime) -> MeterReading:
        resting = self._rests_until if self._rests_until is not None and now < self._rests_until else None
        calls = [at for at in tuple(self._calls) if at > now - _DAY]
        return MeterReading(
            minute=sum(at > now - _MINUTE for at in calls),
            per_minute=self._per_minute,
            day=len(calls),
            per_day=self._per_day,
            failures=self._failures,
            rests_until=resting,
            error=self._error,
            asked_at=calls[-1] if calls else None,
        )

    def _forget(self, now: datetime) -> None:
        while self._calls and self._calls[0] <= now - _DAY:
            self._calls.popleft()

    def _since(self, start: datetime) -> int:
        return sum(at > start for at in self._calls)
