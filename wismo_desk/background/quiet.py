"""Whether the bench is at work just now: what can wait lets it go first.

A thread that computes makes every other one wait for the interpreter, several times in one scan; so what nobody
stands beside is done in the pauses between scans, a small piece at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

REST_S: Final = 0.25  # after the last step of the bench; between two scans of a quick packer there is more
PATIENCE_S: Final = 30.0  # then it is done all the same: nothing waits for the end of the day


class Quiet:
    """One for all lanes, any thread. `clock`: seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._change = threading.Condition()
        self._steps = 0  # of the bench, queued or running
        self._last = float("-inf")
        self._stopped = False
        self._mine = threading.local()

    def began(self) -> None:
        """A step of the bench is on its way."""
        with self._change:
            self._steps += 1

    def ended(self) -> None:
        with self._change:
            self._steps -= 1
            self._last = self._clock()
            self._change.notify_all()

    def touch(self) -> None:
        """Something that belongs to a step, on another lane."""
        with self._change:
            self._last = self._clock()

    @contextmanager
    def stepping(self) -> Iterator[None]:
        """What this thread does meanwhile is the bench's own work: it waits for nobody."""
        self._mine.steps = True
        try:
            yield
        finally:
            self._mine.steps = False

    @property
    def rested_s(self) -> float:
        """For how long the bench has done nothing; infinite before its first step, 0 in one."""
        with self._change:
            return self._rested()

    def _rested(self) -> float:
        return 0.0 if self._steps else self._clock() - self._last

    def wait(self, rest_s: float = REST_S, patience_s: float = PATIENCE_S) -> bool:
        """Until the bench has rested that long. False when it did not within `patience_s`, or after `stop`."""
        if getattr(self._mine, "steps", False):
            return False
        end = self._clock() + patience_s
        with self._change:
            while not self._stopped:
                left = rest_s - self._rested()
                if left <= 0 and not self._steps:
                    return True
                patience = end - self._clock()
                if patience <= 0:
                    return False
                self._change.wait(patience if self._steps else min(left, patience))
        return False

    def stop(self) -> None:
        """The desk closes: nobody waits any more."""
        with self._change:
            self._stopped = True
            self._change.notify_all()
