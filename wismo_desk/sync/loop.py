"""Runs turns one after another on a thread of its own: at a nudge, at a hint (paced), and every two seconds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from wismo_desk.store.shared import SharedDatabase
from wismo_desk.sync.listener import Listener
from wismo_desk.sync.pace import Pace
from wismo_desk.sync.turn import POLL, Sync, SyncTurn

log = logging.getLogger(__name__)


class SyncLoop:
    """`told` gets every turn on this thread; a window takes it home with a queued signal."""

    def __init__(self, sync: Sync, shared: SharedDatabase, told: Callable[[SyncTurn], None]) -> None:
        self._sync = sync
        self._told = told
        self._woken = threading.Event()
        self._stopping = self._at_once = self._nudged = False
        self._pace = Pace(time.monotonic)
        self._listener = Listener(shared, self._woken.set, on_line=self._line_is_up, but=sync.journal_id)
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._listener.start()

    def nudge(self) -> None:
        """After a commit of this station: from any thread, returns at once."""
        self._nudged = True
        self._woken.set()

    def _line_is_up(self) -> None:
        """The listener got through: a turn that waits after its failures need not wait longer."""
        self._at_once = True
        self._woken.set()

    def stop(self) -> None:
        """Finishes the running turn; what was not sent is rows, and goes at the next start."""
        self._stopping = True
        self._woken.set()
        self._listener.stop()
        self._thread.join()

    def _rest(self) -> None:
        """What this station did goes out at once; what others did comes in at a pace."""
        while not (self._nudged or self._at_once or self._stopping) and (left := self._pace.left()) > 0:
            self._woken.wait(left)
            self._woken.clear()

    def _run(self) -> None:
        wait = 0.0
        while not self._stopping:
            self._woken.wait(wait)
            self._woken.clear()
            self._rest()
            if self._stopping:
                return
            try:
                at_once, self._at_once, self._nudged = self._at_once, False, False
                self._pace.began()
                turn = self._sync.turn(at_once=at_once)
                self._told(turn)
                self._pace.ended()
                wait = turn.again_in
            except Exception:
                # A bug must not end sync for the day: it is logged, and the next turn begins anew.
                log.exception("bug in a turn of sync")
                wait = POLL
