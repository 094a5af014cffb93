"""A thread that waits for hints and passes them on; whatever it misses, the poll of the turns finds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from wismo_desk.errors import DeskError
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_listen import Hints

log = logging.getLogger(__name__)

_WAIT: Final = 0.5  # seconds until it looks whether it is to stop
_BEAT: Final = 3.0  # a dead line is silent: ask
_LONGEST: Final = 10.0


class Listener:
    """`on_hint` and `on_line`, once the line is up (again), are called on this thread. `but` is the own journal:
    its hints are no news."""

    def __init__(
        self,
        shared: SharedDatabase,
        on_hint: Callable[[], None],
        *,
        on_line: Callable[[], None],
        but: str = "",
    ) -> None:
        self._shared = shared
        self._on_hint, self._on_line = on_hint, on_line
        self._but = but
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync-listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the thread has ended: within about a second, five while it tries to connect."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        wait = 1.0
        while not self._stopping.is_set():
            try:
                hints = self._shared.listen()
            except DeskError:
                self._stopping.wait(wait)
                wait = min(_LONGEST, wait * 2)
                continue
            wait = 1.0
            try:
                self._on_line()  # what was said while nobody listened
                self._hear(hints)
            except DeskError as error:
                log.info("the line of hints broke: %s", error)
            finally:
                hints.close()

    def _hear(self, hints: Hints) -> None:
        beat_at = time.monotonic() + _BEAT
        while not self._stopping.is_set():
            if hints.wait(_WAIT, but=self._but):
                self._on_hint()
            if time.monotonic() >= beat_at:
                hints.beat()
                beat_at = time.monotonic() + _BEAT
