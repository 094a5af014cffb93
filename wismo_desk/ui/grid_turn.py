"""Lets the window paint a frame without another thread's Python in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_PATIENCE_S: Final = 0.05  # a frame that takes longer is none to wait for


class PaintTurn:
    """A paint calls Qt some thousand times, and Qt gives the interpreter away at each: a thread that forms rows
    meanwhile takes it for a whole turn (`sys.setswitchinterval`). Such a thread calls `stand_back` between two of its
    steps."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()

    @contextmanager
    def painting(self) -> Iterator[None]:
        """In the window thread, around a frame."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    def stand_back(self) -> bool:
        """In any other thread: until no frame is being painted. False when the patience of 50 ms ended first."""
        return self._free.is_set() or self._free.wait(_PATIENCE_S)
