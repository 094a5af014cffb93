"""The address, the tables and the errors of the shared database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from postgres_cluster import PASSWORD, Cluster
from sqlalchemy import text
from two_desks import NOON, Desk, settle

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Milestone, Notice
from wismo_desk.errors import DeskError, SettingsProblem, SharedUnfit, SharedUnreachable
from wismo_desk.practice.cutting_proxy import CuttingProxy
from wismo_desk.store.shared import SharedDatabase, upgrade_shared
from wismo_desk.store.shared_notice import shared_notices
from wismo_desk.store.shared_schema import EPOCH
from wismo_desk.store.shared_serial import SSCC
from wismo_desk.store.shared_station import grant_station, revoke_station
from wismo_desk.store.shared_url import safe_url
from wismo_desk.sync.join import start_fresh, upload
from wismo_desk.sync.listener import Listener
from wismo_desk.sync.loop import SyncLoop
from wismo_desk.sync.turn import Held, SyncTurn

Opener = Callable[..., SharedDatabase]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://desk@127.0.0.1:5432/w",
        "postgresql://desk@localhost/w",
        "postgresql+psycopg://desk@[::1]/w",
        "postgresql+psycopg://desk@/w?host=/run/postgresql",
        "postgresql+psycopg:///w",
    ],
)
def test_here_needs_no_certificate(url: str) -> None:
    safe, arguments = safe_url(url, "secret")
    assert "sslmode" not in arguments and safe.password == "secret"
    assert arguments["connect_timeout"] == 5 and arguments["tcp_user_timeout"] == 8000


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://desk@db.example/w",
        "postgresql+psycopg://desk@10.0.0.7/w",
        "postgresql+psycopg://desk@localhost.example/w",
        "postgresql+psycopg://desk@/w?host=/run/postgresql,db.example",
        "postgresql+psycopg://desk@/w?host=localhost:1&host=db.example:2",
        "postgresql+psycopg://desk@127.0.0.1.example/w",
    ],
)
def test_elsewhere_needs_one(url: str) -> None:
    assert safe_url(url, "")[1]["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://desk@db.example/w?sslmode=require",
        "postgresql+psycopg://desk@db.example/w?sslmode=disable",
        "postgresql+psycopg://desk:secret@127.0.0.1/w",
        "postgresql+psycopg://desk@localhost/w?hostaddr=10.0.0.7",
        "postgresql+psycopg://desk@localhost/w?service=elsewhere",
        "sqlite:///file.db",
        "postgresql+psycopg://desk@localhost",
        "no address",
    ],
)
def test_an_unsafe_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsProblem) as told:
        SharedDatabase.open(url, "")
    assert told.value.field == "shared" and "secret" not in str(told.value)


def test_upgrade_makes_the_tables_once(cluster: Cluster, database: str) -> None:
    assert upgrade_shared(cluster.url(database), PASSWORD) == EPOCH
    identity = cluster.sql(database, "SELECT value FROM wismo.meta WHERE name = 'database_id'")
    assert upgrade_shared(cluster.socket_url(database)) == EPOCH
    assert cluster.sql(database, "SELECT value FROM wismo.meta WHERE name = 'database_id'") == identity


def test_two_upgrades_at_once(cluster: Cluster, database: str, open_shared: Opener) -> None:
    told: list[int] = []
    threads = [threading.Thread(target=lambda: told.append(open_shared().upgrade())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [EPOCH] * 3


def test_tables_of_another_time_are_told(
    cluster: Cluster, database: str, open_shared: Opener, desks: Callable[[str], Desk]
) -> None:
    shared = open_shared()
    a = desks("A")
    one = a.sync(shared, meet=False)
    missing = one.turn(at_once=True).error
    assert isinstance(missing, SharedUnfit) and "db upgrade" in str(missing)
    shared.upgrade()
    cluster.sql(database, "UPDATE wismo.meta SET value = '0' WHERE name = 'schema_epoch'")
    older = one.turn(at_once=True).error
    assert isinstance(older, SharedUnfit) and "older than this desk" in str(older)
    cluster.sql(database, f"UPDATE wismo.meta SET value = '{EPOCH + 1}' WHERE name = 'schema_epoch'")
    assert one.turn(at_once=True).online  # only added to
    cluster.sql(database, "UPDATE wismo.meta SET value = '99.0' WHERE name = 'min_client_version'")
    newer = a.sync(shared, meet=False).turn().error
    assert isinstance(newer, SharedUnfit) and "too old" in str(newer)


def test_who_may_not_come_in_is_told_why(cluster: Cluster, database: str) -> None:
    cases = [
        (cluster.url(database), "guessed-badly", SettingsProblem),
        (cluster.url(database), "", SettingsProblem),
        (cluster.url("nothing_of_that_name"), PASSWORD, SettingsProblem),
        (cluster.url(database, 1), PASSWORD, SharedUnreachable),
    ]
    for url, password, kind in cases:
        shared = SharedDatabase.open(url, password)
        with pytest.raises(DeskError) as told:
            shared.check()
        assert type(told.value) is kind, (url, told.value)
        assert "guessed" not in str(told.value) and PASSWORD not in str(told.value)
        shared.close()


def test_a_reader_without_rights_is_told(
    cluster: Cluster, database: str, shared: SharedDatabase, desks: Callable[[str], Desk]
) -> None:
    a = desks("A")
    one = a.sync(shared)
    a.take_in("1001")
    cluster.sql(database, "REVOKE INSERT ON wismo.fact FROM desk")
    error = one.turn().error
    assert isinstance(error, SettingsProblem) and "wismo.fact" not in error.sentence


@pytest.fixture
def bench(cluster: Cluster, database: str, shared: SharedDatabase) -> Iterator[SharedDatabase]:
    """The test's database as a station's own role, and nothing else."""
    admin = SharedDatabase.open(cluster.socket_url(database).replace("desk@", "admin@"))
    grant_station(admin, "bench")
    line = SharedDatabase.open(cluster.socket_url(database).replace("desk@", "bench@"))
    yield line
    line.close()
    revoke_station(admin, "bench")
    admin.close()


def test_a_desk_needs_few_rights(bench: SharedDatabase, desks: Callable[[str], Desk]) -> None:
    """What `db grant-station` gives is enough, and a fact can never be changed with it."""
    desk = desks("A")
    one = desk.sync(bench)
    order = desk.take_in("1001")
    assert isinstance(one.confirm(order), Held)
    settle(one)
    assert desk.store.serials.take(SSCC) == 1
    one.release(order)
    settle(one)
    lone = desks("B")
    lone.take_in("1002")
    upload(lone.store, bench, station="B", clock=lone.clock)
    start_fresh(lone.store, bench, station="B")
    settle(one, lone.sync(bench, meet=False))
    assert lone.ids() == desk.ids()
    hints = bench.listen()
    one.turn()
    hints.close()
    for statement in (
        "DELETE FROM wismo.fact",
        "UPDATE wismo.fact SET station = 'x'",
        "DELETE FROM wismo.notice",
        "UPDATE wismo.meta SET value = '0'",
        "CREATE TABLE wismo.mine (a int)",
    ):
        with pytest.raises(SettingsProblem), bench.begin() as db:
            db.execute(text(statement))


def test_with_those_rights_a_customer_is_told(bench: SharedDatabase) -> None:
    """Every step of the notice ledger."""
    ledger = shared_notices(bench)
    order = UUID(int=9)
    row = Notice(
        notice_id=UUID(int=1), shipment_id=order, order_id=order, order_number="1", created_at=NOON,
        milestone=Milestone.SHIPPED, changed_at=NOON, due_at=NOON, expires_at=NOON + timedelta(days=1),
    )  # fmt: skip
    assert ledger.queue([row]) == 1 and ledger.queue([row]) == 0
    (mine,) = ledger.claim(NOON, by="a", limit=5, lease=timedelta(minutes=1))
    assert ledger.move(mine, EffectState.SENDING, was=(EffectState.PENDING,), at=NOON)
    assert ledger.recover(NOON + timedelta(hours=1), by="", stale=timedelta(minutes=1)) == 1
    (doubt,) = ledger.listed(states=(EffectState.IN_DOUBT,))
    ledger.decide(doubt, EffectState.DONE, at=NOON, expires_at=NOON, details={})
    assert ledger.counts() == {EffectState.DONE: 1} and ledger.of_order(order) and ledger.get(UUID(int=1))


def test_a_connection_that_died_at_rest_is_no_bug(
    open_shared: Opener, proxy: CuttingProxy, shared: SharedDatabase
) -> None:
    """It comes out of the pool as if it lived: LISTEN on it must be told as the line that it is."""
    line = open_shared(proxy.port)
    line.check()
    proxy.cut()
    with pytest.raises(SharedUnreachable):
        line.listen()
    proxy.mend()
    line.reset()
    line.listen().close()


def test_a_warehouse_sees_its_own_and_its_tenant_only(
    open_shared: Opener, desks: Callable[[str], Desk]
) -> None:
    open_shared().upgrade()
    lyon, lille, head, other = desks("Lyon"), desks("Lille"), desks("Head"), desks("Other")
    syncs = [
        lyon.sync(open_shared(warehouse="lyon")),
        lille.sync(open_shared(warehouse="lille")),
        head.sync(open_shared()),
        other.sync(open_shared(tenant=2)),
    ]
    order = lyon.take_in("1001")
    settle(*syncs)
    assert [bool(desk.store.read.order(order)) for desk in (lyon, lille, head, other)] == [
        True, False, True, False,
    ]  # fmt: skip


def test_a_hint_is_heard_and_the_own_is_no_news(shared: SharedDatabase, desks: Callable[[str], Desk]) -> None:
    a = desks("A")
    one = a.sync(shared)
    heard, own = threading.Event(), threading.Event()
    ready = threading.Barrier(3)

    def begun() -> None:
        ready.wait(10)

    other = Listener(shared, heard.set, on_line=begun)
    mine = Listener(shared, own.set, on_line=begun, but=one.journal_id)
    other.start()
    mine.start()
    ready.wait(10)
    a.take_in("1001")
    one.turn()
    assert heard.wait(10)
    other.stop()
    mine.stop()
    assert not own.is_set()


def test_the_loop_carries_a_scan_to_the_other_desk(open_shared: Opener, desks: Callable[[str], Desk]) -> None:
    open_shared().upgrade()
    a, b = desks("A"), desks("B")
    lines = open_shared(), open_shared()
    come, up = threading.Event(), threading.Barrier(3)
    first = {"A", "B"}

    def told(name: str, turn: SyncTurn) -> None:
        if name in first and turn.online:
            first.discard(name)
            up.wait(10)
        if name == "B" and turn.changes.orders:
            come.set()

    loops = [
        SyncLoop(desk.sync(line, meet=False), line, partial(told, desk.name))
        for desk, line in zip((a, b), lines, strict=True)
    ]
    for loop in loops:
        loop.start()
    up.wait(10)
    order = a.take_in("1001")
    loops[0].nudge()
    assert come.wait(10)
    assert b.store.read.order(order) is not None
    for loop in loops:
        loop.stop()


def test_a_broken_line_of_hints_is_made_again(
    cluster: Cluster, database: str, shared: SharedDatabase
) -> None:
    calls = threading.Semaphore(0)
    listener = Listener(shared, calls.release, on_line=calls.release)
    listener.start()
    assert calls.acquire(timeout=10)
    cluster.sql(
        "postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
    )
    assert calls.acquire(timeout=10)  # it listens again, and says that something may have been missed
    with shared.begin() as db:
        db.execute(text("SELECT pg_notify('wismo_1', 'x')"))
    assert calls.acquire(timeout=10)
    listener.stop()
