"""The line to the shared database: opened when the settings name one, and never waited for by a bench."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from wismo_desk.domain.ids import poll_id
from wismo_desk.domain.job_queue import QueueState
from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.errors import DeskError, SettingsProblem, SharedUnfit, SharedUnreachable
from wismo_desk.flows.pen import Pen, later_than_all
from wismo_desk.settings import Settings
from wismo_desk.settings.secrets import shared_password
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_jobs import SharedJobs
from wismo_desk.store.shared_lease import OrderLeases
from wismo_desk.store.shared_notice import shared_notices
from wismo_desk.store.store import Store
from wismo_desk.sync.join import Told, nobody
from wismo_desk.sync.loop import SyncLoop
from wismo_desk.sync.turn import Elsewhere, Sync, SyncTurn

_POLL_SPAN: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """How the line is (ui.settings_sharing.SharingState)."""

    address: str
    online: bool
    since: datetime | None  # None before the first turn
    error: DeskError | None
    waiting: int
    may_join: bool
    queue: QueueState | None = None


class Sharing:
    """`start` runs turns on a thread of its own and tells each; everything else is safe from any thread."""

    def __init__(self, settings: Settings, store: Store, *, pen: Pen) -> None:
        """`pen` follows what the other stations say: the later word wins, whatever their clocks."""
        self._store = store
        self._address = settings.shared
        self.shared = _line(settings)
        self.sync = Sync(
            store,
            self.shared,
            station=settings.station,
            clock=pen.clock,
            heard=pen.follow,
            retention_days=lambda: settings.retention_days,
        )
        newest = store.newest_id("", before=later_than_all(pen.clock()))
        if newest is not None:
            pen.follow(newest)
        self._polls = OrderLeases(
            self.shared, holder=store.journal.journal_id, station=settings.station, span=_POLL_SPAN
        )
        self._loop: SyncLoop | None = None
        self._told: Callable[[SyncTurn], None] = lambda _turn: None
        self._last: SyncTurn | None = None
        self.online = False

    @property
    def notices(self) -> NoticeLedger:
        return shared_notices(self.shared)

    def may_ask(self, carrier: str) -> bool:
        """One station at a time asks a carrier about parcels. Alone each may: what two hear is one fact."""
        try:
            return not self._polls.take(poll_id(carrier))
        except SharedUnreachable:
            return True

    def keep_asking(self, carriers: Collection[str]) -> None:
        """Those of these carriers that this station asks stay its own, though jobs to ask them come to others too:
        when each was asked is known here only. Raises DeskError."""
        self._polls.renew([poll_id(carrier) for carrier in carriers])

    def start(self, told: Callable[[SyncTurn], None]) -> None:
        """`told` gets every turn on the sync thread, and the first one after a join on the joiner's."""
        self._told = told
        self._loop = SyncLoop(self.sync, self.shared, self._hear)
        self._loop.start()

    def _hear(self, turn: SyncTurn) -> None:
        self.online, self._last = turn.online, turn
        self._told(turn)

    def state(self) -> LineState:
        """Never on the window's thread: it may have to ask the shared database whether joining is missing."""
        turn = self._last
        return LineState(
            address=self._address,
            online=turn is not None and turn.online,
            since=turn.since if turn else None,
            error=turn.error if turn else None,
            waiting=turn.waiting if turn else 0,
            may_join=turn is not None and isinstance(turn.error, SharedUnfit) and self._may_join(),
            queue=self._queue() if turn is not None and turn.online else None,
        )

    def _queue(self) -> QueueState | None:
        try:
            return SharedJobs(self.shared).state()
        except DeskError:
            return None

    def _may_join(self) -> bool:
        """Whether it answers, is of our time, and does not know this desk."""
        try:
            contact = self.shared.check()
        except DeskError:
            return False
        return self._store.outbox.joined() != contact.database_id

    def progress(self) -> tuple[int, int] | None:
        """(done, total) of a join under way, also one that goes on after a restart."""
        return self.sync.progress

    def nudge(self) -> None:
        """Something was committed here: others should hear of it soon."""
        if self._loop is not None:
            self._loop.nudge()

    def confirm(self, order_id: UUID, known: Collection[UUID]) -> str:
        """The station that has this order in hand, or "" when it is ours (or nobody can be asked). `known`:
        the facts of the order that the bench saw."""
        answer = self.sync.confirm(order_id, known=known)
        return answer.station if isinstance(answer, Elsewhere) else ""

    def is_free(self, order_id: UUID) -> bool:
        """No station keeps this order in hand, by what the shared database said a moment ago; False when it cannot
        be asked. So an order whose bench died is not lost to the others. Never waits."""
        return self.online and self.sync.is_free(order_id)

    def release(self, order_id: UUID) -> None:
        self.sync.release(order_id)
        self.nudge()

    def join(self, *, fresh: bool, forced: bool = False, told: Told = nobody) -> tuple[int, int]:
        """A desk that worked alone: bring its orders along, or start with what the others have. Returns how
        many facts and recipients were brought; `told` hears how far it is."""
        brought = self.sync.join(fresh=fresh, forced=forced, told=told)
        if self._loop is not None:
            # The loop waits longer after each refusal; whoever joined wants to see it now.
            self._hear(self.sync.turn(at_once=True))
        self.nudge()
        return brought

    def halt(self) -> None:
        """What takes minutes is broken off: soon `stop` comes."""
        self.sync.stop()

    def stop(self) -> None:
        """What was committed last goes now if the line is up; else it goes at the next start."""
        self.halt()
        if self._loop is not None:
            self._loop.stop()
            if self.online:
                self.sync.turn(at_once=True)
        self.shared.close()


@contextmanager
def line_to_ask(settings: Settings, store: Store, sharing: Sharing | None) -> Iterator[SharedDatabase | None]:
    """Of this desk; beside an open desk one of its own, only to be asked. None: the desk works alone."""
    if sharing is not None or not (settings.shared and store.reads_only):
        yield sharing.shared if sharing else None
        return
    line = _line(settings)
    try:
        yield line
    finally:
        line.close()


def _line(settings: Settings) -> SharedDatabase:
    return SharedDatabase.open(
        settings.shared,
        shared_password(settings.shared),
        tenant=settings.tenant,
        warehouse=settings.warehouse,
    )


def share(settings: Settings, store: Store, pen: Pen, *, only_tried: bool) -> Sharing | None:
    """None: this desk works alone, or only looks at the files of one that is open. `only_tried`: in practice."""
    if not settings.shared or store.reads_only:
        return None
    if only_tried:
        raise SettingsProblem("Practice never opens a shared database. Remove it from these settings.")
    return Sharing(settings, store, pen=pen)
