"""Two desks and one PostgreSQL: facts cross, both ways, whatever the line does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID

import psycopg
import pytest
from postgres_cluster import PASSWORD, Cluster
from sqlalchemy import event, text
from two_desks import Clock, Desk, everything, settle

from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.errors import SharedUnfit, SharedUnreachable
from wismo_desk.practice.cutting_proxy import CuttingProxy
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_feed import Feed
from wismo_desk.store.shared_news import Page
from wismo_desk.sync import pull

Opener = Callable[..., SharedDatabase]
Desks = Callable[[str], Desk]


def test_what_one_desk_does_the_other_shows(shared: SharedDatabase, desks: Desks) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    order = a.take_in("1001", who="Zoé Lefèvre")
    a.in_hand(order)
    settle(one, two)
    told = b.store.read.order(order)
    assert told is not None and told.recipient.name == "Zoé Lefèvre"
    assert b.store.read.routed(order)[2:] == (OrderState.IN_HAND, "A")
    b.scan(order)
    turn = settle(two, one)
    assert turn[0].online
    assert everything(a.store) == everything(b.store)


def test_the_changes_of_a_pull_name_what_it_touched(shared: SharedDatabase, desks: Desks) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    settle(one, two)
    order = a.take_in("1001")
    one.turn()
    turn = two.turn()
    assert turn.pulled == 1 and order in turn.changes.orders and turn.changes.shipments
    again = two.turn()
    assert not again.pulled and not again.changes  # nothing new is no news


def test_an_ordinary_turn_asks_once(shared: SharedDatabase, desks: Desks) -> None:
    """One statement sees one moment: an order cannot come without the recipient that was committed with it."""
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    settle(one, two)
    order = a.take_in("1001", who="Zoé Lefèvre")
    one.turn()
    asked: list[str] = []
    hear = partial(_note, asked)
    event.listen(shared._engine, "before_cursor_execute", hear)
    try:
        assert two.turn().pulled == 1
        assert len(asked) == 1 and "wismo.fact" in asked[0] and "wismo.party" in asked[0]
        assert not two.turn().changes
        assert len(asked) == 2
    finally:
        event.remove(shared._engine, "before_cursor_execute", hear)
    told = b.store.read.order(order)
    assert told is not None and told.recipient.name == "Zoé Lefèvre"


def test_an_order_pushed_while_another_desk_reads_on_arrives_with_its_recipient(
    shared: SharedDatabase, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    settle(one, two)
    a.take_in("1000")
    one.turn()
    orders = []
    read = Feed.facts

    def pushed_meanwhile(feed: Feed, after: tuple[int, UUID], limit: int) -> Page:
        if feed is two._feed:
            orders.append(a.take_in(f"1001-{len(orders)}", who="Zoé Lefèvre"))
            one.turn()
        return read(feed, after, limit)

    monkeypatch.setattr(pull, "_PAGE", 1)
    monkeypatch.setattr(Feed, "facts", pushed_meanwhile)
    assert two.turn().pulled == len(orders) + 1 > 3
    for order in orders:
        told = b.store.read.order(order)
        assert told is not None and told.recipient.name == "Zoé Lefèvre"


def _note(asked: list[str], _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
    asked.append(statement)


@pytest.mark.parametrize("then", ["", "EXECUTE 'PREPARE ' || quote_ident(known) || ' (int) AS SELECT $1';"])
def test_a_session_that_forgot_the_statement_is_asked_plainly(
    shared: SharedDatabase, desks: Desks, then: str
) -> None:
    """As a pooler between does that gives another session each time: one that knows it not, or another by its name."""
    one = desks("A").sync(shared)
    one.turn()
    with shared.read() as connection:
        connection.exec_driver_sql(
            "DO $$ DECLARE known text; BEGIN SELECT name INTO STRICT known FROM pg_prepared_statements;"
            f" EXECUTE 'DEALLOCATE ALL'; {then} END $$"
        )
    assert one.turn().error is None
    assert not one._feed._prepares and one.turn().online


def test_an_idle_pull_writes_nothing_and_a_restart_reads_on(shared: SharedDatabase, desks: Desks) -> None:
    a = desks("A")
    one = a.sync(shared)
    one.turn()
    a.take_in("1001")
    one.turn()
    kept, _ = a.store._files[1].run("SELECT value FROM meta WHERE name = 'cursor'")[0], one.turn()
    for _ in range(3):
        one.turn()
    assert a.store._files[1].run("SELECT value FROM meta WHERE name = 'cursor'")[0] == kept
    fresh = a.reopen()
    turn = fresh.sync(shared).turn()
    assert turn.online and not turn.pulled and not turn.waiting
    fresh.store.close()


def test_own_facts_come_back_harmlessly(shared: SharedDatabase, desks: Desks) -> None:
    a = desks("A")
    one = a.sync(shared)
    one.turn()
    a.take_in("1001")
    before = everything(a.store)
    turn = one.turn()
    assert (turn.pushed, turn.pulled, turn.waiting) == (1, 0, 0)
    assert everything(a.store) == before


def test_a_changed_recipient_reaches_the_other_desk_in_any_order(
    shared: SharedDatabase, desks: Desks
) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    settle(one, two)
    a.take_in("1001", who="First Word")
    order = b.take_in("1001", who="Later Word")
    two.turn()
    one.turn()  # the earlier word is pushed last
    settle(one, two)
    for desk in (a, b):
        told = desk.store.read.order(order)
        assert told is not None and told.recipient.name == "Later Word"
    assert everything(a.store) == everything(b.store)


def test_postgresql_away_and_back(cluster: Cluster, shared: SharedDatabase, desks: Desks) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    order = a.take_in("1001")
    settle(one, two)
    cluster.stop("immediate")
    try:
        mine = [a.scan(order) for _ in range(30)]
        others = [b.scan(order) for _ in range(30)]
        turn = one.turn(at_once=True)
        assert not turn.online and isinstance(turn.error, SharedUnreachable) and turn.waiting == 30
        two.turn(at_once=True)
    finally:
        cluster.start()
    turns = settle(one, two)
    assert all(turn.online and not turn.waiting for turn in turns)
    assert a.ids() == b.ids() and {*mine, *others} <= a.ids()
    assert everything(a.store) == everything(b.store)


def test_backends_killed(cluster: Cluster, database: str, shared: SharedDatabase, desks: Desks) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    order = a.take_in("1001")
    settle(one, two)
    assert cluster.kill_backends(database) > 0
    made = {a.scan(order) for _ in range(5)}
    one.turn(at_once=True)  # on a dead connection
    while not one.turn(at_once=True).online:
        pass  # the server restarts all its backends
    settle(one, two)
    assert made <= b.ids() and a.ids() == b.ids()


def test_the_wait_between_attempts_grows_and_ends(cluster: Cluster, desks: Desks, clock: Clock) -> None:
    shared = SharedDatabase.open("postgresql+psycopg://desk@127.0.0.1:1/nowhere")
    one = desks("A").sync(shared, meet=False)
    waits = []
    for _ in range(10):
        turn = one.turn()
        waits.append(turn.again_in)
        assert one.turn().again_in == turn.again_in  # not tried again before its time
        clock.seconds += turn.again_in
    assert waits[:4] == pytest.approx([0.4, 0.8, 1.6, 3.2]) and waits[-1] == pytest.approx(15)
    shared.close()


def test_an_answer_lost_after_commit_doubles_nothing(
    cluster: Cluster, database: str, open_shared: Opener, proxy: CuttingProxy, desks: Desks
) -> None:
    open_shared().upgrade()
    a = desks("A")
    one = a.sync(open_shared(proxy.port))
    order = a.take_in("1001")
    settle(one)
    made = [a.scan(order) for _ in range(20)]
    proxy.swallow_commit()
    turn = one.turn(at_once=True)
    assert not turn.online and turn.waiting == 20 and proxy.cuts == 1
    settle(one)
    rows = cluster.sql(database, "SELECT fact_id FROM wismo.fact")
    assert len(rows) == 21 and {row[0] for row in rows} >= set(made)

    # The naive twin: the same lost answer, a table with a number of its own, and a retry.
    cluster.sql(database, "CREATE TABLE naive (n serial PRIMARY KEY, body text)")
    cluster.sql(database, "GRANT ALL ON naive, naive_n_seq TO desk")
    proxy.swallow_commit()
    told = f"host=127.0.0.1 port={proxy.port} user=desk password={PASSWORD} dbname={database}"
    for _ in range(2):
        try:
            with psycopg.connect(told) as connection:
                connection.execute("INSERT INTO naive (body) VALUES ('scan')")
            break
        except psycopg.OperationalError:
            continue
    assert cluster.sql(database, "SELECT count(*) FROM naive") == [(2,)]


def test_a_crash_that_forgets_how_far_it_came_doubles_nothing(
    cluster: Cluster, database: str, shared: SharedDatabase, desks: Desks, tmp_path: Path
) -> None:
    a = desks("A")
    one = a.sync(shared)
    order = a.take_in("1001")
    settle(one)
    made = [a.scan(order) for _ in range(3)]
    assert one.turn().pushed == 3
    shutil.copytree(a.folder, tmp_path / "crashed")  # as the files are when the power goes
    crashed = Desk.open(tmp_path / "crashed", "A", a.clock)
    outbox = crashed.store.outbox
    assert (outbox.acked() or 0) < outbox.last_seq() == a.store.outbox.acked()
    two = crashed.sync(shared)
    again = crashed.scan(order)
    settle(two)
    rows = [row[0] for row in cluster.sql(database, "SELECT fact_id FROM wismo.fact")]
    assert len(rows) == len({*rows}) == 5 and {*made, again} <= {*rows}
    crashed.store.close()


def test_lines_cut_anywhere_lose_and_double_nothing(
    cluster: Cluster, database: str, open_shared: Opener, proxy: CuttingProxy, desks: Desks
) -> None:
    open_shared().upgrade()
    a, b = desks("A"), desks("B")
    line = open_shared(proxy.port)
    one, two = a.sync(line), b.sync(line)
    settle(one, two)
    order = a.take_in("1001")
    chance = Random(7)
    made = set()
    for _ in range(40):
        made |= {a.scan(order) for _ in range(3)} | {b.scan(order)}
        line.reset()  # each round begins with a line of its own
        proxy.cut_after(chance.randrange(200, 9000))
        if chance.random() < 0.2:
            proxy.swallow_commit()
        one.turn(at_once=True)
        two.turn(at_once=True)
    proxy.cut_after(None)
    settle(one, two)
    assert proxy.cuts > 10
    ids = [row[0] for row in cluster.sql(database, "SELECT fact_id FROM wismo.fact")]
    assert len(ids) == len(set(ids)) == len(made) + 1 and made <= set(ids)
    assert a.ids() == b.ids() == set(ids)
    assert everything(a.store) == everything(b.store)


def test_a_slow_commit_is_not_passed_over(shared: SharedDatabase, desks: Desks) -> None:
    """The gap: what began first commits last. A reader by sequence never sees it; ours does."""
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    settle(one, two)
    a.store.inbox.keep_cursor(a.store.inbox.cursor())
    with shared.begin() as setup:
        setup.execute(text("CREATE TABLE wismo.naive (n bigserial PRIMARY KEY, body text)"))
    slow_fact = a.fact(FactKind.VALUE_SET, a.take_in("1"), scope="s", key="slow", value=1)
    quick_order = b.take_in("1001")
    seen: list[int] = []
    with shared.begin() as slow:
        slow.execute(text("INSERT INTO wismo.naive (body) VALUES ('slow')"))
        slow.execute(
            text(
                "INSERT INTO wismo.fact (tenant_id, fact_id, warehouse, kind, at_ms, station, by, data,"
                " journal_id) VALUES (1, :id, '', 'value_set', 0, 'C', '', :data, 'c')"
            ),
            {"id": slow_fact.fact_id, "data": '{"scope":"s","key":"slow","value":1}'},
        )
        two.turn(at_once=True)
        with shared.begin() as quick:
            quick.execute(text("INSERT INTO wismo.naive (body) VALUES ('quick')"))
        with shared.read() as naive:
            seen += naive.scalars(text("SELECT n FROM wismo.naive WHERE n > 0"))
        one.turn(at_once=True)  # passes by the open transaction
        assert quick_order in {f.order_id for f in a.store.read.order_facts(quick_order)}
    with shared.read() as naive:
        seen += naive.scalars(text("SELECT n FROM wismo.naive WHERE n > :last"), {"last": max(seen)})
    assert len(seen) == 1  # the naive reader has lost a row for ever
    one.turn(at_once=True)
    assert slow_fact.fact_id in a.ids()


def test_another_cluster_is_read_from_the_beginning(shared: SharedDatabase, desks: Desks) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    a.take_in("1001")
    settle(one, two)
    system, timeline, xid = b.store.inbox.cursor().split("/")
    for other in (f"9{system}/{timeline}/{xid}", f"{system}/9/{xid}", f"{system}/{timeline}/{10**15}"):
        b.store.inbox.keep_cursor(other)
        turn = two.turn(at_once=True)
        assert turn.online and not turn.pulled
        assert b.store.inbox.cursor().split("/")[:2] == [system, timeline]


def test_a_restored_shared_database_gets_everything_again(
    cluster: Cluster, database: str, shared: SharedDatabase, desks: Desks
) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    order = a.take_in("1001")
    settle(one, two)
    made = {a.scan(order) for _ in range(10)}
    settle(one)
    # To the state before those scans.
    cluster.sql(database, "DELETE FROM wismo.fact WHERE kind = 'item_scanned'")
    cluster.sql(database, "UPDATE wismo.station SET acked_seq = 1 WHERE name = 'A'")
    a = desks_again(a)
    one = a.sync(shared)
    more = a.scan(order)
    settle(one, two)
    assert made | {more} <= b.ids()
    a.store.close()


def desks_again(desk: Desk) -> Desk:
    """Closed and opened: what was acknowledged has left the journal."""
    fresh = desk.reopen()
    assert fresh.store.outbox.batch(0, 10) is None
    return fresh


def test_facts_wait_in_the_journal_until_they_are_accepted(shared: SharedDatabase, desks: Desks) -> None:
    a = desks("A")
    one = a.sync(shared)
    order = a.take_in("1001")
    settle(one)
    waiting = a.scan(order)
    fresh = a.reopen()
    batch = fresh.store.outbox.batch(0, 10)
    assert batch is not None and batch.last_fact == waiting
    assert [UUID(row["fact_id"]) for row in json.loads(batch.facts)] == [waiting]
    fresh.store.close()


def test_a_kind_from_the_future_stops_the_pull_and_not_the_push(shared: SharedDatabase, desks: Desks) -> None:
    a = desks("A")
    one = a.sync(shared)
    settle(one)
    with shared.begin() as newer:
        newer.execute(
            text(
                "INSERT INTO wismo.fact (tenant_id, fact_id, warehouse, kind, at_ms, station, by, data,"
                " journal_id) VALUES (1, gen_random_uuid(), '', 'drone_landed', 0, 'C', '', '{}', 'c')"
            )
        )
    cursor = a.store.inbox.cursor()
    a.take_in("1001")
    turn = one.turn()
    assert turn.pushed == 1 and isinstance(turn.error, SharedUnfit)
    assert a.store.inbox.cursor() == cursor  # nothing was passed over
