"""The shared database folds its archive as the desks fold their files: the same facts, the same rows."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from postgres_cluster import Cluster
from random_life import STATUSES, Life
from sqlalchemy import text
from two_desks import KEY, NOON, RULES, Desk, settle

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import folded
from wismo_desk.store import open_store
from wismo_desk.store.codec import fact_row
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_codes import put_codes
from wismo_desk.store.shared_feed import Feed

Opener = Callable[..., SharedDatabase]
COLUMNS = (
    "order_number, carrier, service, number, parcels, status, reason, cycle, phase, occurred_ms, tie_rank,"
    " state_fact, event_ms, event_place"
)
_MODULO = "SELECT replace(CAST(shipment_id AS text), '-', '') AS id, "


def on_server(shared: SharedDatabase) -> list[tuple[Any, ...]]:
    while shared.fold_on(3):
        pass
    with shared.read() as db:
        rows = db.execute(text(f"{_MODULO}{COLUMNS} FROM wismo.shipment WHERE begun_ms IS NOT NULL"))
        return sorted(tuple(row) for row in rows)


def on_desk(folder: Path, facts: Sequence[Fact]) -> list[tuple[Any, ...]]:
    store = open_store(folder, KEY, statuses=STATUSES, rules=RULES)
    try:
        store.inbox.take(facts, (), now=NOON)
        store._main.rebuild()
        with store._main._writer.begin() as db:
            rows = db.execute(text(f"{_MODULO}{COLUMNS} FROM shipment"))
            return sorted(tuple(row) for row in rows)
    finally:
        store.close()


def push(shared: SharedDatabase, facts: Sequence[Fact], dice: random.Random) -> None:
    """In pieces of any size, in any order, and some of them twice."""
    mixed = [*facts, *dice.sample(list(facts), len(facts) // 4)]
    dice.shuffle(mixed)
    feed = Feed(shared, journal_id="j", station="A")
    while mixed:
        size = dice.randint(1, 40)
        feed.upload(mixed[:size], ())
        del mixed[:size]


@pytest.fixture
def told(shared: SharedDatabase) -> SharedDatabase:
    with shared.begin() as db:
        put_codes(db, STATUSES)
    return shared


@pytest.mark.parametrize("seed", range(6))
def test_both_fold_the_same(told: SharedDatabase, tmp_path: Path, seed: int) -> None:
    life = Life(seed, steps=150)
    push(told, life.facts, random.Random(seed))
    here = on_desk(tmp_path, life.facts)
    assert on_server(told) == here and len(here) >= 5


def test_the_latest_arrival_would_not_be_the_same(told: SharedDatabase, tmp_path: Path) -> None:
    """The naive twin: rows of which the last fact to arrive says the status differ from the desk's."""
    life = Life(1, maps=False)
    with told.begin() as db:
        body = str(db.scalar(text("SELECT prosrc FROM pg_proc WHERE proname = 'fold'")))
    ordered = "ORDER BY shipment_id, cycle DESC, phase DESC, at_ms DESC, tie DESC, fact_id DESC"
    assert ordered in body
    with told.begin() as db:
        whole = str(db.scalar(text("SELECT pg_get_functiondef('wismo.fold'::regproc)")))
        db.exec_driver_sql(whole.replace(ordered, "ORDER BY shipment_id, fact_id DESC"))
    push(told, life.facts, random.Random(1))
    assert on_server(told) != on_desk(tmp_path, life.facts)


def test_two_desks_at_once_lose_nothing(told: SharedDatabase, open_shared: Opener, tmp_path: Path) -> None:
    """Both bring facts of the same shipments in the same moment: each waits for the other's row."""
    life = Life(7, orders=3, steps=120)
    lines = [open_shared(), open_shared()]

    def bring(number: int) -> None:
        feed = Feed(lines[number], journal_id=f"j{number}", station="A")
        for fact in life.facts[number::2]:
            feed.upload([fact], ())

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert on_server(told) == on_desk(tmp_path, life.facts)


def test_facts_of_before_the_archive_are_folded_by_the_upgrade(
    cluster: Cluster, database: str, told: SharedDatabase, tmp_path: Path
) -> None:
    """As if they had come while there was no trigger; the pass also gives recipients of before their words."""
    life = Life(3)
    cluster.sql(database, "ALTER TABLE wismo.fact DISABLE TRIGGER USER")
    Feed(told, journal_id="j", station="A").register()
    push(told, life.facts, random.Random(3))
    assert on_server(told) != (here := on_desk(tmp_path, life.facts))
    cluster.sql(database, "ALTER TABLE wismo.fact ENABLE TRIGGER USER")
    cluster.sql(database, "INSERT INTO wismo.refold VALUES (1, '00000000-0000-0000-0000-000000000000')")
    maps = [fact for fact in life.facts if fact.shipment_id is None]
    assert maps and on_server(told) != here  # a mapping that no trigger saw: the step itself reads those
    cluster.sql(
        database, f"DELETE FROM wismo.fact WHERE fact_id IN ({','.join(repr(str(f.fact_id)) for f in maps)})"
    )
    push(told, maps, random.Random(4))
    assert on_server(told) == here


def test_what_cannot_be_folded_stops_no_fact_and_is_counted(
    cluster: Cluster, database: str, told: SharedDatabase, desks: Callable[[str], Desk]
) -> None:
    desk = desks("A")
    good, bad = desk.take_in("1001"), desk.take_in("1002")
    desk.label(good)
    facts = [fact for order in (good, bad) for fact in desk.store.read.order_facts(order)]
    strange = desk.fact(
        FactKind.LABEL_BOUGHT, bad, desk.pen.new_id(), carrier="own", reference="R", parcel_no="two"
    )
    Feed(told, journal_id="j", station="B").upload([*facts, strange], ())
    assert cluster.sql(database, "SELECT count(*) FROM wismo.fact") == [(len(facts) + 1,)]
    rows = "SELECT order_number, status FROM wismo.shipment WHERE begun_ms IS NOT NULL"
    assert cluster.sql(database, rows) == [("1001", "label_created")]
    assert "two" in str(cluster.sql(database, "SELECT error FROM wismo.unfolded"))


def test_every_sign_is_folded_alike(shared: SharedDatabase) -> None:
    """Letters of Latin, Greek and Cyrillic, blanks, and the compatible forms that labels are typed in."""
    signs = [chr(code) for code in (*range(1, 0x530), *range(0x2000, 0x2070), *range(0xFB00, 0xFB07))]
    said = [f"a{sign}B{sign}" for sign in signs]
    with shared.read() as db:
        there = list(
            db.scalars(text("SELECT wismo.folded(x) FROM unnest(CAST(:said AS text[])) AS x"), {"said": said})
        )
    assert [(one, two, folded(one)) for one, two in zip(said, there, strict=True) if two != folded(one)] == []


def test_a_nul_in_a_text_is_no_trouble(
    cluster: Cluster, database: str, told: SharedDatabase, desks: Callable[[str], Desk]
) -> None:
    desk = desks("A")
    sync = desk.sync(told)
    order = desk.take_in("1001")
    desk.say(
        desk.fact(
            FactKind.TRACKING_SAID,
            order,
            carrier="own",
            code="DELIVERED",
            number="N",
            label="a\0\\\0b",
            place="Ly\0on",
        )
    )
    settle(sync)
    assert cluster.sql(database, "SELECT status, event_place FROM wismo.shipment") == [("delivered", "Lyon")]


def test_without_the_lock_of_the_row_the_later_commit_would_forget(
    cluster: Cluster, database: str, told: SharedDatabase, desks: Callable[[str], Desk]
) -> None:
    """The naive twin: two desks' facts of one shipment in transactions that do not see each other. With the lock the
    second waits, and then sees both."""
    desk = desks("A")
    order = desk.take_in("1001")
    Feed(told, journal_id="j", station="A").upload(desk.store.read.order_facts(order), ())
    news = [
        desk.fact(
            FactKind.LABEL_BOUGHT, order, desk.pen.new_id(), carrier="own", service="home", aliases=[], reference="R",
            tracking_number=f"T{number}", parcel_no=number, issue_no=1, weight_g=500, last=True,
        )
        for number in (1, 2)
    ]  # fmt: skip
    for number, locked in enumerate((True, False)):
        if not locked:
            cluster.sql(database, "DELETE FROM wismo.fact WHERE kind = 'label_bought'")
            (whole,) = cluster.sql(database, "SELECT pg_get_functiondef('wismo.fold'::regproc)")[0]
            naive = str(whole).replace("y.shipment_id = w.id FOR UPDATE", "y.shipment_id = w.id")
            waits = "ORDER BY id ON CONFLICT DO NOTHING"  # this too, for a row that is being changed
            assert naive != whole and waits in naive
            cluster.sql(database, naive.replace(waits, "WHERE false"))
        _at_once(told, news)
        ((parcels,),) = cluster.sql(database, "SELECT parcels FROM wismo.shipment")
        assert (parcels == 2) is locked, number


def _at_once(told: SharedDatabase, news: Sequence[Fact]) -> None:
    """The second begins while the first is not committed, and is there before it is."""
    put = text(
        "INSERT INTO wismo.fact (tenant_id, fact_id, warehouse, kind, at_ms, station, by, order_id, shipment_id,"
        " parcel_id, data, journal_id) VALUES (1, :fact_id, '', :kind, :at_ms, :station, '', :order_id, :shipment_id,"
        " :parcel_id, :data, 'j')"
    )
    with told.begin() as first:
        first.execute(put, fact_row(news[1]))
        thread = threading.Thread(target=lambda: _put(told, put, news[0]))
        thread.start()
        _wait_until_it_stands(told, thread)
    thread.join()


def _put(told: SharedDatabase, put: Any, fact: Fact) -> None:
    with told.begin() as db:
        db.execute(put, fact_row(fact))


def _wait_until_it_stands(told: SharedDatabase, thread: threading.Thread) -> None:
    """Until the second transaction waits for a lock, or is through where nothing holds it."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while thread.is_alive():
        with told.read() as db:
            if db.scalar(waiting):
                return
