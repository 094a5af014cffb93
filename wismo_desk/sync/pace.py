"""How long sync rests after a turn before the next hint of another desk counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_TIMES: Final = 2.0  # as long as the turn took: sync has a third of a core at most, and the bench the rest
_LONGEST_S: Final = 0.1


class Pace:
    """The first hint after a rest counts at once, those that come meanwhile together: ten desks that scan do not make
    an eleventh read twenty times a second what it can read in ten pieces. `monotonic`: seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._began = self._until = float("-inf")

    def began(self) -> None:
        """A turn begins."""
        self._began = self._monotonic()

    def ended(self) -> None:
        now = self._monotonic()
        self._until = now + min(_LONGEST_S, _TIMES * (now - self._began))

    def left(self) -> float:
        """Seconds until a hint counts; 0 or less when it does at once."""
        return self._until - self._monotonic()
