"""What a desk does for the archive of the shared database between its turns, a small piece at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from wismo_desk.store.shared import SharedDatabase

_PIECE: Final = 300  # orders
_FOLD_S: Final = 60.0  # between two questions whether a pass is wanted
_RETIRE_S: Final = 6 * 3600.0  # between two looks for recipients that have grown old


@dataclass(slots=True)
class ArchiveCare:
    """`days`: how long a closed order keeps its recipient, 0 for ever. Raises what the line does."""

    shared: SharedDatabase
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    days: Callable[[], int]
    _fold_at: float = float("-inf")
    _retire_at: float = float("-inf")

    def __call__(self) -> None:
        """Go on with a pass that an upgrade or a mapped code wants, and forget who is past the time."""
        now = self.monotonic()
        if now >= self._fold_at and not self.shared.fold_on(_PIECE):
            self._fold_at = now + _FOLD_S
        if now >= self._retire_at and not self._retire():
            self._retire_at = now + _RETIRE_S

    def _retire(self) -> int:
        days = self.days()
        return self.shared.retire(self.clock() - timedelta(days=days), _PIECE) if days else 0
