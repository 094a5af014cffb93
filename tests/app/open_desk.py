"""Time of a desk under test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

MONDAY: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Clock:
    """Time that goes on a little each time it is read, and by a day on request."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=5)
        return self.now
