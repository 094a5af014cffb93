"""The line to the shared database: opened when the settings name one, and never waited for by a bench."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.flows.pen import Clock
from wismo_desk.settings import Settings
from wismo_desk.settings.secrets import shared_password
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_notice import shared_notices
from wismo_desk.store.store import Store
from wismo_desk.sync.join import start_fresh, upload
from wismo_desk.sync.loop import SyncLoop
from wismo_desk.sync.turn import Elsewhere, Sync, SyncTurn


class Sharing:
    """`start` runs turns on a thread of its own and tells each; everything else is safe from any thread."""

    def __init__(self, settings: Settings, store: Store, *, clock: Clock) -> None:
        self._store, self._station, self._clock = store, settings.station, clock
        self.shared = SharedDatabase.open(
            settings.shared,
            shared_password(settings.shared),
            tenant=settings.tenant,
            warehouse=settings.warehouse,
        )
        self.sync = Sync(store, self.shared, station=settings.station, clock=clock)
        self._loop: SyncLoop | None = None
        self.online = False

    @property
    def notices(self) -> NoticeLedger:
        return shared_notices(self.shared)

    def start(self, told: Callable[[SyncTurn], None]) -> None:
        """`told` gets every turn on the sync thread."""

        def hear(turn: SyncTurn) -> None:
            self.online = turn.online
            told(turn)

        self._loop = SyncLoop(self.sync, self.shared, hear)
        self._loop.start()

    def nudge(self) -> None:
        """Something was committed here: others should hear of it soon."""
        if self._loop is not None:
            self._loop.nudge()

    def confirm(self, order_id: UUID, known: Collection[UUID]) -> str:
        """The station that has this order in hand, or "" when it is ours (or nobody can be asked). `known`:
        the facts of the order that the bench saw."""
        answer = self.sync.confirm(order_id, known=known)
        return answer.station if isinstance(answer, Elsewhere) else ""

    def release(self, order_id: UUID) -> None:
        self.sync.release(order_id)
        self.nudge()

    def join(self, *, fresh: bool, forced: bool = False) -> None:
        """A desk that worked alone: bring its orders along, or start with what the others have."""
        if fresh:
            start_fresh(self._store, self.shared, station=self._station, forced=forced)
        else:
            upload(self._store, self.shared, station=self._station, clock=self._clock)
        self.nudge()

    def stop(self) -> None:
        """What was committed last goes now if the line is up; else it goes at the next start."""
        if self._loop is not None:
            self._loop.stop()
            if self.online:
                self.sync.turn(at_once=True)
        self.shared.close()
