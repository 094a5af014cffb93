"""One-thread executors with names, and how their results come home.

Work is a plain function that returns a value. `deliver` is given by whoever owns the window: it must run
its argument on the window's thread (a queued signal), or at once where there is no window.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from typing import Final, TypeVar

from wismo_desk.background.quiet import Quiet
from wismo_desk.errors import DeskError

log = logging.getLogger(__name__)
T = TypeVar("T")
Deliver = Callable[[Callable[[], None]], None]


class Lane(StrEnum):
    """What may wait for what. Printers get a lane each, named `printer:<name>`, carriers `carrier:<code>`."""

    STATION = "station"  # journals and applies rules only; the 20 ms live here
    READ = "read"  # queries for windows
    TRACKING = "tracking"
    SYNC = "sync"
    NOTICES = "notices"
    INTAKE = "intake"  # order files


IDLE_LANE: Final = "idle"  # figures for a bench that waits
# What nobody stands beside: begun only while the bench rests.
_BEHIND: Final = frozenset(
    {
        Lane.TRACKING,
        Lane.INTAKE,
        Lane.NOTICES,
        "carriers",
        "preflight",
        "foresight",
        "preview",
        "ballast",
        "tracking pages",
        "inbox",
        IDLE_LANE,
    }
)


class Lanes:
    """Runs work by lane; closing finishes what STATION holds and the running item of the others. `quiet` knows
    whether the bench is at work; long work of the lanes behind it asks there before each piece."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self.quiet = Quiet()
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._closed = False

    def run(
        self,
        lane: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Queue `work`; then `done(result)` or `failed(error)` on the window's thread."""
        with self._lock:
            if self._closed:
                return
            pool = self._pools.get(lane)
            if pool is None:
                pool = self._pools[lane] = ThreadPoolExecutor(1, thread_name_prefix=lane)
            future = pool.submit(self._in_turn(lane, work))
        future.add_done_callback(lambda finished: self._come_home(lane, finished, done, failed))

    def _in_turn(self, lane: str, work: Callable[[], T]) -> Callable[[], T]:
        """`work` as this lane does it: the bench's at once, what is behind it in a pause."""
        quiet = self.quiet
        if lane == Lane.STATION:
            quiet.began()
            return partial(_step, quiet, work)
        if lane in _BEHIND:
            return partial(_later, quiet, work)
        if lane.startswith(("printer:", "carrier:")):
            quiet.touch()
        return work

    def run_if_idle(
        self,
        lane: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> bool:
        """For timers: skipped, and False, while the last run of this lane's timer is not back."""
        with self._lock:
            if lane in self._busy:
                return False
            self._busy.add(lane)

        def back(then: Callable[[], None]) -> None:
            with self._lock:
                self._busy.discard(lane)
            then()

        self.run(
            lane,
            work,
            lambda result: back(lambda: done(result)),
            lambda error: back(lambda: failed(error)),
        )
        return True

    def _come_home(
        self,
        lane: str,
        future: Future[T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            result = future.result()
            self._deliver(lambda: done(result))
            return
        if not isinstance(error, DeskError):
            # An executor keeps a bug silent until somebody asks; nobody would.
            log.error("bug in lane %s", lane, exc_info=error)
        if isinstance(error, Exception):
            told = error
            self._deliver(lambda: failed(told))

    def close(self) -> None:
        """Drain STATION, finish the running item of the others, drop what waits (it is rows, not memory)."""
        self.quiet.stop()
        with self._lock:
            for name, pool in self._pools.items():
                pool.shutdown(wait=False, cancel_futures=name != Lane.STATION)
            self._closed = True
        for pool in self._pools.values():
            pool.shutdown(wait=True)


def _step(quiet: Quiet, work: Callable[[], T]) -> T:
    try:
        with quiet.stepping():
            return work()
    finally:
        quiet.ended()


def _later(quiet: Quiet, work: Callable[[], T]) -> T:
    quiet.wait()
    return work()
