"""`wismo-desk worker`: sends notices and follows the shared database without a window. Several at once share
the work; each has its own data folder."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

from wismo_desk.app.lettering import publish_flow
from wismo_desk.app.station import Station
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import DeskError, SettingsProblem
from wismo_desk.notices.sender import Turn
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
        self._publish, self._to_publish = publish_flow(station), Changes()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._heard = Changes()
        self._missed = True  # what happened while nobody listened is to be looked for
        self._has_all = False  # of what the others did
        self._trouble = ""
        self._online = False

    def run(self, *, once: bool = False) -> None:
        """Raises DeskError with `once` only, when something is left to send and cannot be; otherwise trouble is
        said, and waited out."""
        self._station.store.lay_ballast()
        self._sharing.start(self._hear)
        turns = 0
        while not self._stopping.is_set():
            with self._lock:
                changes, self._heard = self._heard, Changes()
                whole = self._has_all
            try:
                turn = self._turn(changes)
            except DeskError as error:
                if once:
                    raise
                with self._lock:
                    self._heard |= changes
                self._tell(error)
                self._stopping.wait(_TURN_S)
                continue
            self._tell(turn.error)
            if once and whole and not (changes or turn.changes):
                if turn.error is not None:
                    raise turn.error
                return
            if turns % _RULES_EVERY == 0:
                late = self._station.watch.tick() | self._follow() | self._tidy()
                self._publish_pages()
                with self._lock:
                    self._heard |= late
            turns += 1
            self._stopping.wait(0 if turn.sent else _TURN_S)

    def _turn(self, changes: Changes) -> Turn:
        notify = self._station.notify
        with self._lock:
            missed, self._missed = self._missed, False
        try:
            if missed:
                notify.start()
        except DeskError:
            self._missed = True
            raise
        notify.queue(changes)
        self._to_publish |= changes
        turn = notify.turn()
        if turn.sent or turn.failed or turn.in_doubt:
            self._say(
                self._words(
                    "Messages sent: {sent}, failed: {failed}, in doubt: {doubt}",
                    sent=turn.sent,
                    failed=turn.failed,
                    doubt=turn.in_doubt,
                )
            )
        return turn

    def _tidy(self) -> Changes:
        try:
            return self._station.erase.tidy()
        except DeskError as error:
            self._tell(error)
            return Changes()

    def _publish_pages(self) -> None:
        """Tracking pages, if this folder's settings say where."""
        changes, self._to_publish = self._to_publish, Changes()
        turn = self._publish.turn(changes)
        if turn.put or turn.gone:
            self._say(
                self._words(
                    "Tracking pages: {put} put, {gone} taken away, {waiting} wait",
                    put=turn.put,
                    gone=turn.gone,
                    waiting=turn.waiting,
                )
            )
        self._tell(turn.error)

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
        """On the thread of sync."""
        with self._lock:
            self._heard |= turn.changes
            came_back = turn.online and not self._online
            self._missed = self._missed or came_back
            self._has_all = turn.online and turn.again_in > 0
            self._online = turn.online
        if came_back:
            self._say(self._words("Shared database: connected"))
        elif turn.error is not None:
            self._tell(turn.error)

    def _tell(self, error: DeskError | None) -> None:
        """What is wrong, once; again when it is wrong anew."""
        said = error.sentence if error else ""
        with self._lock:
            news, self._trouble = bool(said) and said != self._trouble, said
        if news and error is not None:
            self._say(self._words.error(error))
