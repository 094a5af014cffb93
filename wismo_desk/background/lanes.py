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
from typing import TypeVar

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


class Lanes:
    """Runs work by lane; closing finishes what STATION holds and the running item of the others."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
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
            future = pool.submit(work)
        future.add_done_callback(lambda finished: self._come_home(lane, finished, done, failed))

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
        with self._lock:
            for name, pool in self._pools.items():
                pool.shutdown(wait=False, cancel_futures=name != Lane.STATION)
            self._closed = True
        for pool in self._pools.values():
            pool.shutdown(wait=True)
