"""How fast and when one channel may be asked: so many a minute, and a growing pause while it is away."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from wismo_desk.errors import DeskError
from wismo_desk.notices.endings import Rest

_FIRST, _LONGEST = 30.0, 3600.0  # seconds between tries
_MINUTE: Final = timedelta(minutes=1)


class Pace:
    """`chance` gives 0 ≤ x < 1: desks that were cut off together do not come back together."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._failures = 0
        self._sent: deque[datetime] = deque()
        self._rest: Rest | None = None

    def resting(self, now: datetime) -> Rest | None:
        return self._rest if self._rest is not None and now < self._rest.until else None

    def room(self, now: datetime, *, per_minute: int, wanted: int) -> int:
        """How many of `wanted` may be sent now."""
        while self._sent and self._sent[0] <= now - _MINUTE:
            self._sent.popleft()
        return wanted if per_minute <= 0 else max(0, min(wanted, per_minute - len(self._sent)))

    def asked(self, now: datetime) -> None:
        """One message was handed over, or tried to be."""
        self._sent.append(now)

    def went_well(self) -> None:
        self._failures = 0

    def pause(self, error: DeskError, now: datetime, *, took_some: bool) -> Rest:
        """One probe at a time while the other side is away, not one try per message. One that took something
        since the last pause is not away: it is not left alone for longer and longer until the news is old."""
        if took_some:
            self._failures = 0
        self._rest = Rest(error=error, until=now + self.delay(self._failures))
        self._failures += 1
        return self._rest

    def delay(self, tries: int) -> timedelta:
        return timedelta(seconds=5 + self._chance() * min(_LONGEST, _FIRST * 2.0 ** min(tries, 10)))
