"""The archive's fold reads little and forgets nothing: months, rows of before, what could not be folded, upgrades."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from postgres_cluster import Cluster
from random_life import STATUSES, Life
from sqlalchemy import text
from test_archive_fold import on_desk, on_server, push
from two_desks import Desk

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.store.codec import fact_row
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_codes import put_codes
from wismo_desk.store.shared_feed import Feed
from wismo_desk.store.shared_schema import ARCHIVED, EPOCH, STEPS

Opener = Callable[..., SharedDatabase]
Desks = Callable[[str], Desk]
_OF_BEFORE = tuple(f"CREATE FUNCTION wismo.{name}(" for name in ("fold", "try_fold", "fold_fresh"))
_WANTED = "integer,text,uuid[],uuid[],uuid,uuid"
SPANLESS = "UPDATE wismo.shipment SET first_fact = NULL, last_fact = NULL"


@pytest.fixture
def told(shared: SharedDatabase) -> SharedDatabase:
    with shared.begin() as db:
        put_codes(db, STATUSES)
    return shared


@pytest.mark.parametrize("seed", range(3))
def test_years_of_months_fold_the_same(told: SharedDatabase, tmp_path: Path, seed: int) -> None:
    """Also what is ahead of every month that was made, and earlier ids that come later."""
    life = Life(20 + seed, steps=120, days=1200)
    push(told, life.facts, random.Random(seed))
    assert on_server(told) == on_desk(tmp_path, life.facts)


def test_without_the_span_of_the_row_a_month_would_be_forgotten(told: SharedDatabase, tmp_path: Path) -> None:
    """The naive twin: only the months of the facts that come are asked."""
    _change(told, 'least(low, min(s.first_fact::text COLLATE "C")::uuid)', "low")
    life, feed = Life(20, steps=60, maps=False, days=1200), Feed(told, journal_id="j", station="A")
    for fact in life.facts:
        feed.upload([fact], ())
    assert on_server(told) != on_desk(tmp_path, life.facts)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("maps", [False, True])
def test_news_of_carriers_alone_fold_the_same(
    told: SharedDatabase, tmp_path: Path, seed: int, maps: bool
) -> None:
    """In pieces of one to nine facts, so that many hold nothing else, in any order and some twice; what a code means
    is changed in between, and the pass over everything comes at once."""
    life, dice = Life(40 + seed, steps=110, days=60, maps=maps), random.Random(seed)
    mixed = [*life.facts, *dice.sample(life.facts, 20)]
    dice.shuffle(mixed)
    feed = Feed(told, journal_id="j", station="A")
    while mixed:
        size = dice.randint(1, 9)
        feed.upload(mixed[:size], ())
        del mixed[:size]
        while told.fold_on(300):
            pass
    assert on_server(told) == on_desk(tmp_path, life.facts)


@pytest.mark.parametrize(
    ("ours", "naive"),
    [
        ("THEN excluded.status ELSE s.status", "THEN excluded.status ELSE excluded.status"),
        ("greatest(s.event_ms, excluded.event_ms)", "excluded.event_ms"),
        (
            "THEN excluded.event_place ELSE s.event_place",
            "THEN excluded.event_place ELSE excluded.event_place",
        ),
    ],
)
def test_the_latest_news_would_not_be_the_same(
    told: SharedDatabase, tmp_path: Path, ours: str, naive: str
) -> None:
    """The naive twins: what a carrier said last, as it arrives, is the state, the time or the place."""
    _change(told, ours, naive, of="hear")
    life, dice = Life(41, steps=110, days=60, maps=False), random.Random(1)
    told_first = [fact for fact in life.facts if fact.kind is not FactKind.TRACKING_SAID]
    news = [fact for fact in life.facts if fact.kind is FactKind.TRACKING_SAID]
    dice.shuffle(news)
    feed = Feed(told, journal_id="j", station="A")
    feed.upload(told_first, ())
    for fact in news:
        feed.upload([fact], ())
    assert on_server(told) != on_desk(tmp_path, life.facts)


def test_rows_of_before_this_step_are_asked_of_every_month(
    cluster: Cluster, database: str, told: SharedDatabase, tmp_path: Path
) -> None:
    """They have no span until they are folded again; in one batch with rows that have one."""
    life, dice = Life(5, steps=150, days=400), random.Random(5)
    mixed = list(life.facts)
    dice.shuffle(mixed)
    feed = Feed(told, journal_id="j", station="A")
    feed.upload(mixed[:90], ())
    cluster.sql(database, f"{SPANLESS} WHERE abs(hashtext(shipment_id::text)) % 2 = 0")
    for first in range(90, len(mixed), 9):
        feed.upload(mixed[first : first + 9], ())
    assert on_server(told) == on_desk(tmp_path, life.facts)


def test_what_could_not_be_folded_is_read_whole_once_it_can(
    cluster: Cluster, database: str, told: SharedDatabase, desks: Desks
) -> None:
    """It has no row that says where its facts lie, and is not new."""
    desk = desks("A")
    order = desk.take_in("1001")
    facts = desk.store.read.order_facts(order)
    for checked in (True, False):
        if not checked:  # the naive twin
            cluster.sql(database, "TRUNCATE wismo.shipment, wismo.unfolded; DELETE FROM wismo.fact")
            _change(told, "FROM wismo.unfolded AS u WHERE", "FROM wismo.unfolded AS u WHERE false AND")
            _change(told, "IF missed THEN", "IF false THEN", of=f"try_fold({_WANTED})")
        strange = _label(desk, order, parcel_no="two")
        feed = Feed(told, journal_id="j", station="A")
        feed.upload([*facts, strange], ())
        assert cluster.sql(database, "SELECT count(*) FROM wismo.unfolded") == [(1,)]
        cluster.sql(database, f"DELETE FROM wismo.fact WHERE fact_id = '{strange.fact_id}'")
        feed.upload([_label(desk, order)], ())
        rows = cluster.sql(
            database, "SELECT order_number, status FROM wismo.shipment WHERE begun_ms IS NOT NULL"
        )
        assert (rows == [("1001", "label_created")]) is checked
        assert cluster.sql(database, "SELECT count(*) FROM wismo.unfolded") == [(0,)]


def test_a_fact_during_the_pass_over_old_ones_is_folded_with_them(
    cluster: Cluster, database: str, told: SharedDatabase, desks: Desks
) -> None:
    """As on the day of the upgrade: the order is there, its row is not yet, and its label comes."""
    desk = desks("A")
    order = desk.take_in("1001")
    feed = Feed(told, journal_id="j", station="A")
    cluster.sql(database, "ALTER TABLE wismo.fact DISABLE TRIGGER USER")
    feed.upload(desk.store.read.order_facts(order), ())
    cluster.sql(database, "ALTER TABLE wismo.fact ENABLE TRIGGER USER")
    cluster.sql(database, "INSERT INTO wismo.refold VALUES (1, 'ffffffff-ffff-ffff-ffff-ffffffffffff')")
    feed.upload([_label(desk, order)], ())
    assert cluster.sql(database, "SELECT order_number, status FROM wismo.shipment") == [
        ("1001", "label_created")
    ]


def test_a_push_reads_its_own_rows_only(
    cluster: Cluster, database: str, told: SharedDatabase, desks: Desks
) -> None:
    """Counted by the server: rows of the archive that one push fetched, and months whose facts it looked into; of the
    fold of before (the naive twin) too, which read every row of the tenant and looked into every month."""
    desk = desks("A")
    facts = [fact for number in range(3) for fact in desk.store.read.order_facts(desk.take_in(f"N{number}"))]
    cluster.sql(
        database,
        "INSERT INTO wismo.shipment (tenant_id, warehouse, shipment_id) SELECT 1, '', gen_random_uuid()"
        " FROM generate_series(1, 500)",
    )
    ours = _read(told, facts)
    with told.begin() as db:
        for step in STEPS[ARCHIVED - 1]:
            if step.startswith(_OF_BEFORE):
                db.exec_driver_sql(step.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    news = [_label(desk, fact.order_id) for fact in facts]
    before = _read(told, news)
    assert ours[0] <= 4 * len(facts) and ours[1] == 1
    assert before[0] > 500 and before[1] > 20


def test_what_stays_as_it_is_is_not_written(
    cluster: Cluster, database: str, told: SharedDatabase, desks: Desks
) -> None:
    desk = desks("A")
    order = desk.take_in("1001")
    feed = Feed(told, journal_id="j", station="A")
    feed.upload([*desk.store.read.order_facts(order), label := _label(desk, order)], ())
    first = cluster.sql(database, "SELECT ctid, first_fact, last_fact FROM wismo.shipment")
    feed.upload([label], ())  # again
    assert cluster.sql(database, "SELECT ctid, first_fact, last_fact FROM wismo.shipment") == first
    printed = desk.fact(FactKind.LABEL_PRINTED, order, label.parcel_id, printer="P", copy=1)
    feed.upload([printed], ())
    ((_, _, last),) = cluster.sql(database, "SELECT ctid, first_fact, last_fact FROM wismo.shipment")
    assert last == printed.fact_id


def test_the_words_of_a_recipient_are_parted_as_those_that_are_typed(
    cluster: Cluster, database: str, told: SharedDatabase
) -> None:
    """By the trigger as by wismo.words_of, which the search asks with."""
    dice = random.Random(9)
    signs = "ab ÉßŁœÆ-_.@'’,;/+09\u00a0\u2009日本Ωж́ẞ²½"
    names = ["".join(dice.choices(signs, k=dice.randint(0, 40))) for _ in range(300)]
    names += ["x" * 61, "é" * 60, f"{'y' * 2500} z", "", " ", "日" * 90]
    with told.begin() as db:
        db.execute(
            text(
                "INSERT INTO wismo.party (tenant_id, order_id, warehouse, data, said) SELECT 1, gen_random_uuid(), '',"
                " json_build_object('name', n, 'phone', '+33 6 12', 'city', reverse(n))::text, '' FROM"
                " unnest(CAST(:names AS text[])) AS n"
            ),
            {"names": names},
        )
    strange = cluster.sql(
        database,
        "SELECT data, words::text FROM wismo.party, LATERAL (SELECT wismo.read_json(data) AS d) AS x WHERE words IS"
        " DISTINCT FROM (SELECT array_to_tsvector(array_agg('1/' || word)) FROM unnest(wismo.words_of(concat_ws(' ',"
        " d ->> 'name', d ->> 'city', '33612', '33612'))) AS word)",
    )
    assert strange == []


def test_a_database_of_the_last_release_goes_on_through_the_upgrade(
    cluster: Cluster, database: str, open_shared: Opener, tmp_path: Path
) -> None:
    """A line of before stays open, as a desk's of the last release: it pushes before and after, and every row is the
    desk's."""
    line, old = open_shared(), open_shared()
    with line.begin() as db:
        db.exec_driver_sql("CREATE SCHEMA wismo")
        for step in STEPS[:ARCHIVED]:
            for statement in step:
                db.exec_driver_sql(statement)
        db.exec_driver_sql(
            f"INSERT INTO wismo.meta VALUES ('schema_epoch', '{ARCHIVED}'), ('database_id', 'd'),"
            " ('min_client_version', '0.1.0')"
        )
        put_codes(db, STATUSES)
    life = Life(11, steps=150, days=90)
    half = len(life.facts) // 2
    push(old, life.facts[:half], random.Random(1))
    assert line.upgrade() == EPOCH
    with line.begin() as db:
        put_codes(db, STATUSES)
    push(old, life.facts[half:], random.Random(2))
    assert on_server(old) == on_desk(tmp_path, life.facts)


def _label(desk: Desk, order: Any, **more: Any) -> Fact:
    parcel = desk.pen.new_id()
    told: dict[str, Any] = {"parcel_no": 1, "issue_no": 1, **more}
    return desk.fact(
        FactKind.LABEL_BOUGHT, order, parcel, carrier="own", service="home", aliases=[], reference="R",
        tracking_number=f"T{parcel.hex[-9:]}", weight_g=500, last=True, **told,
    )  # fmt: skip


def _change(told: SharedDatabase, ours: str, naive: str, *, of: str = "fold") -> None:
    with told.begin() as db:
        kind = "regprocedure" if "(" in of else "regproc"
        whole = str(db.scalar(text(f"SELECT pg_get_functiondef('wismo.{of}'::{kind})")))
        assert ours in whole
        db.exec_driver_sql(whole.replace(ours, naive).replace("%", "%%"))


def _read(told: SharedDatabase, facts: list[Fact]) -> tuple[int, int]:
    """Rows of the archive that the push fetched, and how many months' journeys it looked into."""
    count = text(
        "SELECT relname, CASE relname WHEN 'shipment' THEN seq_tup_read + idx_tup_fetch ELSE idx_scan END FROM"
        " pg_stat_xact_user_tables WHERE relname = 'shipment' OR relname LIKE 'fact%'"
    )
    put = text(
        "INSERT INTO wismo.fact (tenant_id, fact_id, warehouse, kind, at_ms, station, by, order_id, shipment_id,"
        " parcel_id, data, journal_id) VALUES (1, :fact_id, '', :kind, :at_ms, :station, '', :order_id, :shipment_id,"
        " :parcel_id, :data, 'j')"
    )
    with told.begin() as db:
        before = {name: int(number) for name, number in db.execute(count)}
        db.execute(put, [fact_row(fact) for fact in facts])
        after = {name: int(number) for name, number in db.execute(count)}
    grown = {name: number - before.get(name, 0) for name, number in after.items()}
    return grown.pop("shipment"), sum(number > 0 for number in grown.values())
