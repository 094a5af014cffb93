"""Computes in a process of its own what would hold this one's interpreter for seconds: one piece of work at a time."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final, TypeVar

T = TypeVar("T")
_BELOW_NORMAL: Final = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS of SetPriorityClass
_GENTLE: Final = 10


class Stopped(Exception):  # nothing went wrong: the desk closes
    """The work was broken off by `Apart.stop`."""


class Apart:
    """`work` and what it returns or raises go through a pipe (pickled), never on a command line or into the
    environment. The process starts from nothing, so nothing of this one is shared, and gives way to all others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._stopped = False

    def __call__(self, work: Callable[[], T]) -> T:
        """From any thread but the window's: it waits. Raises what the work raised, Stopped, or ChildProcessError when
        the process was ended from outside."""
        context = get_context("spawn")
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_compute, args=(there, work), daemon=True)
        with self._lock:
            if self._stopped:
                raise Stopped
            process.start()
            self._process = process
        there.close()
        try:
            good, said = here.recv()
        except EOFError as error:
            if self._stopped:
                raise Stopped from error
            raise ChildProcessError("the process ended without an answer") from error
        finally:
            here.close()
            process.join()
            with self._lock:
                self._process = None
        if not good:
            raise said
        result: T = said
        return result

    def stop(self) -> None:
        """From any thread: what runs is broken off, and nothing begins any more."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.terminate()


def _compute(there: Connection, work: Callable[[], Any]) -> None:
    _stand_back()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        answer = (True, work())
    except Exception as error:  # whoever waits gets it
        answer = (False, error)
    there.send(answer)
    there.close()


def _end_with_parent() -> None:
    """A desk that was killed could not say stop, and nobody waits for the answer any more."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _stand_back() -> None:
    """The bench comes first on a computer with two cores."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
    else:
        os.nice(_GENTLE)
