"""`wismo-desk worker`: sends notices and follows the shared database without a window. Several at once share
the work; each has its own data folder."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

from wismo_desk.app.station import Station
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import SettingsProblem, SharedUnreachable
from wismo_desk.sync.turn import SyncTurn
from wismo_desk.words import Words

_TURN_S = 2.0
_RULES_EVERY = 15  # turns


class Worker:
    """`run` returns when `stop` was called, or with `once` when nothing is left to send."""

    def __init__(self, station: Station, words: Words, say: Callable[[str], None]) -> None:
        if station.sharing is None:
            raise SettingsProblem(
                "A worker needs the shared database. Write its address as `shared` into station.toml of the "
                "worker's folder; on one PC the desk itself sends.",
                field="shared",
            )
        self._sharing = station.sharing
        self._station, self._words, self._say = station, words, say
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._heard = Changes()
        self._online: bool | None = None

    def run(self, *, once: bool = False) -> None:
        self._sharing.start(self._hear)
        self._station.notify.start()
        turns = 0
        while not self._stopping.is_set():
            with self._lock:
                changes, self._heard = self._heard, Changes()
            notify = self._station.notify
            try:
                notify.queue(changes)
                turn = notify.turn()
            except SharedUnreachable:
                # Said once by the sync turn; what was missed is found again once the line is back.
                with self._lock:
                    self._heard |= changes
                self._stopping.wait(_TURN_S)
                continue
            if turn.sent or turn.failed or turn.in_doubt:
                self._say(
                    self._words(
                        "Messages sent: {sent}, failed: {failed}, in doubt: {doubt}",
                        sent=turn.sent,
                        failed=turn.failed,
                        doubt=turn.in_doubt,
                    )
                )
            elif once and turns and not changes:
                return
            if turns % _RULES_EVERY == 0:
                late = self._station.watch.tick() | self._follow()
                with self._lock:
                    self._heard |= late
            turns += 1
            self._stopping.wait(0 if turn.sent else _TURN_S)

    def _follow(self) -> Changes:
        """Ask the carriers that are set up in this folder about what is on its way."""
        done = self._station.follow()
        if done.asked:
            self._say(
                self._words("{asked} parcels asked for, {heard} news", asked=done.asked, heard=done.heard)
            )
        for carrier, error in done.errors.items():
            self._say(f"{carrier}: {self._words.error(error)}")
        return done.changes

    def stop(self) -> None:
        self._stopping.set()
        self._station.notify.stop()

    def stop_on_signals(self) -> None:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)

    def _hear(self, turn: SyncTurn) -> None:
        with self._lock:
            self._heard |= turn.changes
        if turn.online is not self._online:
            self._online = turn.online
            why = self._words.error(turn.error) if turn.error else ""
            self._say(self._words("Shared database: connected") if turn.online else why)
