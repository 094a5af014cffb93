"""One turn of sync: push what waits, settle the leases, pull what is new. Run again and again on one lane.

Offline is no mode: a turn that fails says so, waits longer each time, and the next one goes on from the marks
that both sides keep.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.errors import DeskError, Refused, SharedUnfit
from wismo_desk.store.outbox import ANY, Move
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_feed import Feed, WentBack
from wismo_desk.store.shared_lease import OrderLeases
from wismo_desk.store.shared_schema import ARCHIVED
from wismo_desk.store.shared_serial import SSCC, top_up
from wismo_desk.store.store import Store
from wismo_desk.sync.archive_care import ArchiveCare
from wismo_desk.sync.join import Told, nobody, start_fresh, upload, upload_all
from wismo_desk.sync.leases import Leases
from wismo_desk.sync.pull import Pull

POLL: Final = 2.0  # seconds between turns when nobody gives a hint
_GREET: Final = 60.0  # how often a desk checks the tables and says that it lives
_HINT: Final = 0.2  # at most five hints a second: each takes a lock on the whole database
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 15.0
_BATCH: Final = 1000
_AT_ONCE: Final = 5  # batches of one turn; the rest follows in the next
_TAKEN: Final = frozenset({FactKind.PARCEL_CLOSED, FactKind.LABEL_BOUGHT, FactKind.ORDER_CANCELLED})
_draw = secrets.SystemRandom().uniform


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncTurn:
    """`since`: when the line last went up or down. `again_in`: seconds until the next turn is worth while.
    `elsewhere`: orders in hand here that another station holds. `waiting`: facts not accepted yet."""

    changes: Changes
    pushed: int
    pulled: int
    online: bool
    since: datetime
    error: DeskError | None
    again_in: float
    waiting: int
    elsewhere: Mapping[UUID, str]
    ahead: timedelta = timedelta()  # how much this desk's clock is before the server's


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The order is ours. `local`: the shared database could not be asked; a double would be found later."""

    local: bool = False
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another station has the order in hand or has packed it meanwhile."""

    station: str
    changes: Changes = field(default_factory=Changes)


@dataclass(slots=True)
class _Tally:
    changes: Changes = field(default_factory=Changes)
    pushed: int = 0
    pulled: int = 0
    more: bool = False
    elsewhere: dict[UUID, str] = field(default_factory=dict)


class Sync:
    """`clock` is wall time for people, `monotonic` measures waits, `between` draws from [a, b]."""

    def __init__(
        self,
        store: Store,
        shared: SharedDatabase,
        *,
        station: str,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        between: Callable[[float, float], float] = _draw,
        lease: timedelta = timedelta(minutes=15),
        heard: Callable[[UUID], None] = lambda _fact: None,
        retention_days: Callable[[], int] = lambda: 0,
    ) -> None:
        """`heard` gets the largest id of each page of facts before it is folded: what this station says next
        must be later (Pen.follow)."""
        self._store = store
        self._shared = shared
        self._clock, self._monotonic, self._between = clock, monotonic, between
        self._station = station
        self.journal_id = store.journal.journal_id
        self._feed = Feed(shared, journal_id=self.journal_id, station=station)
        self._pull = Pull(store.inbox, self._feed, clock=clock, heard=heard, places=not shared.warehouse)
        table = OrderLeases(shared, holder=self.journal_id, station=station, span=lease)
        self.leases = Leases(table, monotonic=monotonic, span=lease.total_seconds())
        self._lock = threading.Lock()  # one turn at a time, whoever asks
        self._online = False
        self._since = clock()
        self._failures = 0
        self._retry_at = self._greet_at = self._hint_at = float("-inf")
        self._has_archive = False
        if not shared.warehouse:
            store.inbox.want_warehouses()
        self._care = ArchiveCare(shared, clock, monotonic, retention_days)
        self._owes_hint = False
        self._size = _BATCH
        self._error: DeskError | None = None
        if self._is_new():
            # It never worked alone: whatever it takes in before the first contact comes along by itself.
            store.outbox.move(Move(database_id=ANY, until=store.outbox.last_seq()))
        self._held: frozenset[UUID] = frozenset()  # by any station
        self._stopped = False
        self._ahead = timedelta()
        self.progress: tuple[int, int] | None = None  # of a join under way, for any thread to read

    def turn(self, *, at_once: bool = False) -> SyncTurn:
        """Raises nothing the world did: that is in `error`. While offline it returns at once until the next
        attempt is due, unless `at_once`."""
        with self._lock:
            tally = _Tally()
            if at_once or self._monotonic() >= self._retry_at:
                self._try(tally, self._go_round)
            return self._told(tally)

    def join(self, *, fresh: bool, forced: bool = False, told: Told = nobody) -> tuple[int, int]:
        """A desk that worked alone: bring its orders along, or start with what the others have. Returns how
        many facts and recipients were brought that were not there. Raises Refused (see `start_fresh`) and what
        the line does."""
        with self._lock:
            try:
                brought = (0, 0)
                if fresh:
                    start_fresh(self._store, self._shared, station=self._station, forced=forced)
                    self._load(told)
                else:
                    brought = self._upload(told)
            finally:
                self.progress = None
            self._retry_at = self._greet_at = float("-inf")
            return brought

    def _upload(self, told: Told = nobody) -> tuple[int, int]:
        return upload(
            self._store, self._shared, station=self._station, clock=self._clock, told=self._telling(told)
        )

    def _load(self, told: Told) -> None:
        """All that the others have; broken off, the turns go on with it."""
        telling, total, tally = self._telling(told), self._feed.count(), _Tally(more=True)
        while tally.more:
            tally.more = False
            self._take_in(tally)
            telling(min(total, self._store.inbox.counts()[0]), total)

    def _telling(self, told: Told) -> Told:
        def tell(done: int, total: int) -> None:
            if self._stopped:
                raise Refused("The desk closes. It goes on with this by itself at its next start.")
            self.progress = (done, total)
            told(done, total)

        return tell

    def stop(self) -> None:
        """At closing, from any thread: a join under way breaks off after its page and goes on at the next start."""
        self._stopped = True

    def confirm(self, order_id: UUID, *, known: Collection[UUID] | None = None) -> Held | Elsewhere:
        """After the bench has opened an order from its own facts: is it ours for all? `known` are the ids of
        the facts that the bench saw; by default those here now. Offline the answer is Held, and every later
        turn asks again (`SyncTurn.elsewhere`)."""
        seen = known if known is not None else {f.fact_id for f in self._store.read.order_facts(order_id)}
        self.leases.want(order_id)
        with self._lock:
            tally = _Tally()
            holder = ""

            def ask(tally: _Tally) -> None:
                nonlocal holder
                self._greet()
                holder = self.leases.take(order_id)
                if not holder:
                    self._take_all(tally)

            if self._monotonic() < self._retry_at or not self._try(tally, ask):
                return Held(local=True, changes=tally.changes)
        holder = holder or self._packed_by(order_id, seen)
        if holder:
            self.leases.let_go(order_id)
            return Elsewhere(station=holder, changes=tally.changes)
        return Held(changes=tally.changes)

    def is_free(self, order_id: UUID) -> bool:
        """As far as the last turn saw; who opens it is told by `confirm` all the same."""
        return self._online and order_id not in self._held

    def release(self, order_id: UUID) -> None:
        """The order left this bench: given back at the end of a push, so that who takes it sees our facts."""
        self.leases.let_go(order_id)

    def _packed_by(self, order_id: UUID, seen: Collection[UUID]) -> str:
        """The other station that closed, labelled or cancelled this order behind our back."""
        news = [
            fact
            for fact in self._store.read.order_facts(order_id)
            if fact.fact_id not in seen and fact.station != self._station and fact.kind in _TAKEN
        ]
        return news[-1].station if news else ""

    def _try(self, tally: _Tally, work: Callable[[_Tally], None]) -> bool:
        """Do it, and keep what the line did: up or down, since when, and how long to wait."""
        try:
            work(tally)
        except DeskError as error:
            self._error = error
            self._failures += 1
            self._size = 1  # then 10, 100, 1000: a line that breaks under much may carry little
            self._greet_at = float("-inf")
            longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(self._failures, 20))
            self._retry_at = self._monotonic() + self._between(0, longest)
            self._shared.reset()
        else:
            self._error = None
            self._failures = 0
            self._retry_at = float("-inf")
        online = self._error is None
        if online != self._online:
            self._online, self._since = online, self._clock()
        return online

    def _told(self, tally: _Tally) -> SyncTurn:
        now = self._monotonic()
        again = 0.0 if tally.more else POLL
        if self._owes_hint:
            again = min(again, max(0.0, self._hint_at - now))
        if not self._online:
            again = max(0.0, self._retry_at - now)
        acked = self._store.outbox.acked() or 0
        return SyncTurn(
            changes=tally.changes,
            pushed=tally.pushed,
            pulled=tally.pulled,
            online=self._online,
            since=self._since,
            error=self._error,
            again_in=again,
            waiting=self._store.outbox.last_seq() - acked,
            elsewhere=tally.elsewhere,
            ahead=self._ahead,
        )

    def _go_round(self, tally: _Tally) -> None:
        self._greet()
        top_up(self._store.serials, self._shared, SSCC)
        sent = self._push(tally)
        tally.elsewhere = self.leases.settle(all_sent=sent)
        self._take_in(tally)
        if self._has_archive and not tally.more:
            self._care()

    def _greet(self) -> None:
        """Raises SharedUnfit when this desk does not belong to that database, or not yet."""
        now = self._monotonic()
        if now < self._greet_at:
            return
        contact = self._shared.check()
        self._has_archive = contact.epoch >= ARCHIVED
        self._ahead = self._clock() - contact.at
        joined = self._store.outbox.joined()
        move = self._store.outbox.moving()
        if move is not None and move.database_id in (ANY, contact.database_id):
            try:
                self._upload()  # begun earlier, and broken off
            finally:
                self.progress = None
        elif joined != contact.database_id:
            raise SharedUnfit(
                "This desk has not joined that shared database yet. Open the settings and choose what "
                "becomes of its own orders."
            )
        self._feed.register()
        self._store.outbox.keep_acked()
        self._greet_at = now + _GREET

    def _is_new(self) -> bool:
        outbox = self._store.outbox
        return not outbox.joined() and self._store.inbox.is_empty() and outbox.batch(0, 1) is None

    def _push(self, tally: _Tally) -> bool:
        """Whether everything that waited has been sent."""
        outbox = self._store.outbox
        acked = outbox.acked() or 0
        for _ in range(_AT_ONCE):
            batch = outbox.batch(acked, self._size) if outbox.last_seq() > acked else None
            if batch is None:
                self._give_owed_hint()
                return True
            hint = self._monotonic() >= self._hint_at
            try:
                there = self._feed.push(batch, outbox.fact_at, hint=hint)
            except WentBack:
                self._feed.register()
                move = Move(database_id=self._store.outbox.joined(), until=self._store.outbox.last_seq())
                upload_all(self._store, self._feed, move, clock=self._clock)
                self._store.inbox.keep_cursor("")  # its transactions may count anew
                acked = outbox.acked() or 0
                continue
            outbox.ack(there)
            tally.pushed += there - acked
            acked = there
            self._owes_hint = not hint
            if hint:
                self._hint_at = self._monotonic() + _HINT
            self._size = min(_BATCH, self._size * 10)
        tally.more = True
        return False

    def _give_owed_hint(self) -> None:
        if self._owes_hint and self._monotonic() >= self._hint_at:
            self._feed.hint()
            self._hint_at, self._owes_hint = self._monotonic() + _HINT, False

    def _take_all(self, tally: _Tally) -> None:
        """However far behind this desk is: what it has not read may say that the order is packed."""
        tally.more = True
        while tally.more and not self._stopped:
            tally.more = False
            self._take_in(tally)

    def _take_in(self, tally: _Tally) -> None:
        pulled = self._pull()
        self._held = pulled.held
        tally.changes |= pulled.changes
        tally.pulled += pulled.count
        tally.more = tally.more or pulled.more
