"""PostgreSQL stopped and started again under running desks: the benches go on, nothing is lost or doubled."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from postgres_cluster import Cluster
from two_desks import Desk, everything

from wismo_desk.store.shared import SharedDatabase
from wismo_desk.sync.loop import SyncLoop
from wismo_desk.sync.turn import Sync, SyncTurn

Desks = Callable[[str], Desk]
Opener = Callable[..., SharedDatabase]
Told = Callable[[Callable[[SyncTurn], bool]], SyncTurn]


@contextmanager
def running(desk: Desk, line: SharedDatabase) -> Iterator[tuple[SyncLoop, Told]]:
    """The desk's loop, and a wait for a turn that is so."""
    turns: queue.Queue[SyncTurn] = queue.Queue()
    sync = Sync(desk.store, line, station=desk.name, clock=desk.clock)
    loop = SyncLoop(sync, line, turns.put)
    loop.start()

    def told(so: Callable[[SyncTurn], bool]) -> SyncTurn:
        while True:
            turn = turns.get(timeout=120)
            if so(turn):
                return turn

    yield loop, told
    loop.stop()


def pack(desk: Desk, order: UUID) -> None:
    desk.in_hand(order)
    for _ in range(10):
        desk.scan(order)
    desk.label(order)


def test_stopped_and_started_under_running_desks(
    cluster: Cluster, database: str, shared: SharedDatabase, open_shared: Opener, desks: Desks
) -> None:
    a, b = desks("A"), desks("B")
    with running(a, open_shared()) as (one, a_told), running(b, open_shared()) as (two, b_told):
        a_told(lambda turn: turn.online)
        b_told(lambda turn: turn.online)
        first = [a.take_in(f"10{n}") for n in range(4)]
        one.nudge()
        b_told(lambda turn: bool(turn.pulled) and all(b.store.read.order(order) for order in first))
        cluster.stop("fast")
        try:
            for desk, loop, told in ((a, one, a_told), (b, two, b_told)):
                desk.scan(first[0])
                loop.nudge()
                assert told(lambda turn: not turn.online).waiting
            pack(a, first[0])
            pack(b, first[1])
            pack(a, a.take_in("2001"))
            pack(b, b.take_in("2002"))
            one.nudge()
        finally:
            cluster.start()
        made = {fact.fact_id for desk in (a, b) for _, fact in desk.store.journal.facts_after(0)}
        a_told(lambda _: a.ids() == made)
        b_told(lambda _: b.ids() == made)
    assert everything(a.store) == everything(b.store)
    kept = cluster.sql(database, "SELECT count(*), count(DISTINCT fact_id) FROM wismo.fact")
    assert kept == [(len(made), len(made))]


def test_a_desk_that_forgot_what_it_could_not_send_would_lose_it(
    cluster: Cluster, database: str, shared: SharedDatabase, desks: Desks
) -> None:
    """The naive twin: send each fact once, as it is made, and take an error for the end of it."""
    a = desks("A")
    a.sync(shared)
    feed = a.sync(shared)._feed
    kept: list[bool] = []
    cluster.stop("fast")
    try:
        a.take_in("1001")
        batch = a.store.outbox.batch(0, 10)
        assert batch is not None
        try:
            feed.push(batch, a.store.outbox.fact_at, hint=True)
        except Exception:
            kept.append(False)
    finally:
        cluster.start()
    assert kept == [False] and cluster.sql(database, "SELECT count(*) FROM wismo.fact") == [(0,)]
