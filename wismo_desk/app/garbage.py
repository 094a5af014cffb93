"""Collects Python's cyclic garbage in the window thread, between two turns of its loop, and nowhere else."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 100  # a second's worth at once is twenty milliseconds of a busy grid's frame
_SETTLED: Final = 100  # rounds after which the desk is open
_MINUTE: Final = 600  # rounds
_YOUNG, _MIDDLE, _OLD = (
    2_000,
    5,
    80,
)  # allocations · young collections · middle ones, each before the next is due


class GarbageRound(QObject):
    """From construction to `stop`.

    Left alone, Python collects in whichever thread happens to allocate. A window that dies in a lane's thread takes
    Qt down with it, sooner or later; and a whole collection in the middle of a label costs tens of milliseconds.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._rounds = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_EVERY_MS)

    def look(self) -> int:
        """Collect what is due. Returns the generation collected, -1 for none."""
        self._rounds += 1
        if self._rounds == _SETTLED:
            # Modules and pages stay until the end: a whole collection must not walk through them each time (a quarter
            # of a million objects, fifty milliseconds inside somebody's frame).
            gc.freeze()
            # Nothing is left to walk through now: this only lets go of the empty tuples and lists that Python keeps in
            # hand for the next ones (three megabytes after a desk has opened).
            gc.collect()
        if self._rounds == _SETTLED or self._rounds % _MINUTE == 0:
            give_back()
        young, middle, old = gc.get_count()
        if young < _YOUNG:
            return -1
        due = 2 if old >= _OLD else 1 if middle >= _MIDDLE else 0
        gc.collect(due)
        return due

    def stop(self) -> None:
        """Hand collecting back to Python, as it was."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()


def give_back() -> bool:
    """Hand the C library's free memory back to the system, where that is glibc: of its own accord it keeps what a
    large piece of work (the forecast learning, a long export) has let go. A few milliseconds."""
    trim: Any = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return trim is not None and bool(trim(0))
