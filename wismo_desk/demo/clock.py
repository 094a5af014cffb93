"""A day that begins at ten in the morning and can be moved to its evening: the demo's clock."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall
from zoneinfo import ZoneInfo


def working_day(today: date) -> date:
    """`today`, or the Friday before a weekend: trucks leave Monday to Friday."""
    return today - timedelta(days=max(0, today.weekday() - 4))


class DemoClock:
    """Callable: aware UTC. Runs at the speed of the real one."""

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self._day, self._zone = day, zone
        self._base = datetime.combine(day, wall(10), tzinfo=zone).astimezone(UTC)
        self._since = time.monotonic()

    def __call__(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def move_to(self, at: wall) -> None:
        self._base = datetime.combine(self._day, at, tzinfo=self._zone).astimezone(UTC)
        self._since = time.monotonic()
