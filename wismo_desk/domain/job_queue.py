"""What a supervisor sees of the queue that workers take their jobs from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """Jobs that are due and wait, since when the first of them does, and those whose worker is silent."""

    waiting: int = 0
    oldest: timedelta = timedelta()
    stalled: int = 0
