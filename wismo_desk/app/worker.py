"""`wismo-desk worker`: sends notices and follows the shared database without a window. Several at once share
the work; each has its own data folder.

Where the shared database has a queue of jobs, its jobs say what is to be sent and asked (app/draining); where it has
none, or is away, this loop looks for work by itself. The ledger is the same.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

from wismo_desk.app.draining import AT_ONCE, Draining
from wismo_desk.app.lettering import publish_flow
from wismo_desk.app.station import Station
from wismo_desk.app.told_once import ToldOnce
from wismo_desk.app.worker_refused import AGAIN, REFUSED, as_refused
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import DeskError, SettingsProblem, SharedUnreachable
from wismo_desk.flows.follow import Round
from wismo_desk.flows.foresee_night import learn_if_due
from wismo_desk.notices.sender import Turn
from wismo_desk.sync.turn import SyncTurn
from wismo_desk.words import Words

WAITS: Final = "The shared database does not answer. The worker waits, and goes on by itself when it does."
_TURN_S = 2.0
_RULES_EVERY = 15  # turns
_LEARN_EVERY = 300


class Worker:
    """`run` returns when `stop` was called, or with `once` when nothing is left to send."""

    def __init__(
        self, station: Station, words: Words, say: Callable[[str], None], *, at_once: int = AT_ONCE
    ) -> None:
        """`at_once`: how many messages of each channel it takes from the queue of jobs."""
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
        self._told = ToldOnce()
        self._once = False
        self._lost: DeskError | None = None  # why sync could not, with `once`
        self._online = False
        self._has_queue: bool | None = None  # None: to be asked, with each line anew
        self._draining = Draining(
            station,
            sent=self._count,
            followed=self._followed,
            failed=self._tell,
            at_once=at_once,
        )

    def run(self, *, once: bool = False) -> None:
        """Raises DeskError with `once` only, when something is left to send and cannot be; otherwise trouble is
        said, and waited out."""
        self._once = once
        self._station.store.lay_ballast()
        self._sharing.start(self._hear)
        try:
            self._go_round(once=once)
        except DeskError as error:
            raise as_refused(error) from error
        finally:
            self._draining.stop()
            self._draining.join()

    def _go_round(self, *, once: bool) -> None:
        turns = 0
        while not self._stopping.is_set():
            with self._lock:
                changes, self._heard = self._heard, Changes()
                whole, lost = self._has_all, self._lost
            if lost is not None:
                raise lost
            try:
                drains = not once and self._drains()
                turn = self._turn(changes, sends=not drains)
                if drains and not self._draining.is_on and not self._stopping.is_set():
                    self._draining.start()
            except DeskError as error:
                if once:
                    raise
                with self._lock:
                    self._heard |= changes
                self._tell(error, "work")
                self._stopping.wait(_TURN_S)
                continue
            self._tell(None, "work")
            if not (drains or once):  # with `once` it is raised at the end, or has gone till then
                self._tell(turn.error, "mail")
            if once and whole and not (changes or turn.changes):
                if turn.error is not None:
                    raise turn.error
                return
            if turns % _RULES_EVERY == 0:
                late = self._station.watch.tick() | self._tidy()
                late |= self._keep_asking() if drains else self._follow()
                self._publish_pages()
                with self._lock:
                    self._heard |= late
            if turns % _LEARN_EVERY == _RULES_EVERY:
                self._learn()
            turns += 1
            self._stopping.wait(0 if turn.sent else _TURN_S)

    def _drains(self) -> bool:
        """Whether jobs are taken from the queue. Asked once a line; a database without one is said once."""
        if not self._online:
            self._has_queue = None
            return self._draining.is_on
        if self._has_queue is None:
            self._has_queue = self._draining.may_start()
            self._say(
                self._words("Jobs are taken from the queue of the shared database.")
                if self._has_queue
                else self._words(
                    "The shared database has no queue of jobs for this user: the worker looks for work by itself. "
                    "For a queue, an administrator runs `wismo-desk db upgrade` and `db grant-station` with --worker."
                )
            )
        return self._has_queue

    def _turn(self, changes: Changes, *, sends: bool) -> Turn:
        notify = self._station.notify
        with self._lock:
            missed, self._missed = self._missed, False
        try:
            if missed and self._draining.is_on:
                notify.outbox.catch_up()
            elif missed:
                notify.start()
        except DeskError:
            self._missed = True
            raise
        notify.queue(changes)
        self._to_publish |= changes
        if not sends:
            return Turn()
        turn = notify.turn()
        self._count(turn)
        return turn

    def _count(self, turn: Turn) -> None:
        if turn.sent or turn.failed or turn.in_doubt:
            self._say(
                self._words(
                    "Messages sent: {sent}, failed: {failed}, in doubt: {doubt}",
                    sent=turn.sent,
                    failed=turn.failed,
                    doubt=turn.in_doubt,
                )
            )
        if self._draining.is_on:  # else the loop tells it
            self._tell(turn.error, "mail")

    def _learn(self) -> None:
        """Each worker for itself: what was learnt is kept beside its own file."""
        try:
            late = learn_if_due(self._station.foresee)
        except DeskError as error:
            self._tell(error, "lessons")
            return
        self._tell(None, "lessons")
        with self._lock:
            self._heard |= late

    def _tidy(self) -> Changes:
        try:
            tidied = self._station.erase.tidy()
        except DeskError as error:
            self._tell(error, "tidying")
            return Changes()
        self._tell(None, "tidying")
        return tidied

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
        self._tell(turn.error, "pages")

    def _follow(self) -> Changes:
        """Ask the carriers that are set up in this folder about what is on its way."""
        done = self._station.follow()
        self._followed(done)
        return done.changes

    def _keep_asking(self) -> Changes:
        try:
            self._sharing.keep_asking(list(self._station.carriers))
        except DeskError as error:
            self._tell(error, "carriers")
        else:
            self._tell(None, "carriers")
        return Changes()

    def _followed(self, done: Round) -> None:
        if done.asked:
            self._say(
                self._words("{asked} parcels asked for, {heard} news", asked=done.asked, heard=done.heard)
            )
        for carrier, error in done.errors.items():
            self._say(f"{carrier}: {self._words.error(error)}")
        if self._draining.is_on:
            with self._lock:
                self._heard |= done.changes

    def stop(self) -> None:
        self._stopping.set()
        self._station.notify.stop()
        self._draining.stop()

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
            self._tell(None)
            self._say(self._words("Shared database: connected"))
        elif turn.error is not None and self._once:
            with self._lock:
                self._lost = turn.error
        elif turn.error is not None:
            self._tell(turn.error)

    def _tell(self, error: DeskError | None, of: str = "line") -> None:
        """What is wrong, once; again when it is wrong anew. `of`: who found it, or is well again."""
        error = as_refused(error) if error is not None else None
        if self._told.is_news(error, of) and error is not None:
            waits = isinstance(error, SharedUnreachable)
            self._say(self._words.error(SharedUnreachable(WAITS, raw=error.raw) if waits else error))
            if error.sentence == REFUSED:
                self._say(self._words(AGAIN))
