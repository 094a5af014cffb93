"""The archive answers as the desk's own search box does, to those who may ask, and forgets whom the desks forget."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from postgres_cluster import Cluster
from sqlalchemy import text
from two_desks import Desk, make_order, settle

from wismo_desk.domain.archive import ArchivePage
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import Party
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.errors import Refused, SettingsProblem, SharedUnfit
from wismo_desk.flows.find_archived import FindArchived
from wismo_desk.resources import status_tables
from wismo_desk.store.codec import content_hash, order_data, party_data
from wismo_desk.store.journal import Entry
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_archive import Archive
from wismo_desk.store.shared_schema import ARCHIVED, EPOCH, STEPS
from wismo_desk.store.shared_station import grant_station

Opener = Callable[..., SharedDatabase]
Desks = Callable[[str], Desk]
PEOPLE = {
    "FR-1001": Party(
        name="Zoé Łukaszewicz", street=("1",), postcode="69001", city="Lyon", email="Zoe@exemple.fr"
    ),
    "FR-1002": Party(
        name="Anna Durand", street=("2",), postcode="75011", city="Paris", phone="+33 6 12 34 56 78"
    ),
    "B 77/5": Party(
        name="Anna Martin", company="Ölberg & Fils", street=("3",), postcode="69001", city="Lyon"
    ),
}


def take_in(desk: Desk, number: str, who: Party) -> UUID:
    order = make_order(number, who.name)
    data: dict[str, Any] = order_data(order, carrier="own", service="home")
    data["content"] = content_hash(data, party_data(who, ""))
    fact = desk.fact(FactKind.ORDER_TAKEN_IN, order.order_id, **data)
    desk.store.commit(Entry(at=desk.clock(), facts=(fact,), parties=((order.order_id, who, ""),)))
    return order.order_id


@pytest.fixture
def filled(shared: SharedDatabase, desks: Desks) -> Desk:
    """Three orders there, the first with a label T…, its sync at rest."""
    desk = desks("A")
    sync = desk.sync(shared)
    orders = [take_in(desk, number, who) for number, who in PEOPLE.items()]
    desk.label(orders[0])
    settle(sync)
    return desk


def archive(shared: SharedDatabase) -> Archive:
    return Archive(shared, status_tables())


def numbers(page: ArchivePage) -> list[str]:
    return [row.order_number for row in page.rows]


def test_it_finds_what_the_search_box_finds(shared: SharedDatabase, filled: Desk) -> None:
    asked = archive(shared)
    label = asked.find("FR-1001").rows[0].number
    for typed, found in {
        "": ["B 77/5", "FR-1002", "FR-1001"],
        "fr-1001": ["FR-1001"],
        "1002": ["FR-1002"],
        "b77": ["B 77/5"],
        label: ["FR-1001"],
        label[:6].lower(): ["FR-1001"],
        "lukasz 69001": ["FR-1001"],
        "zoe@exemple.fr": ["FR-1001"],
        "ZOÉ": ["FR-1001"],
        "06 12 34 56 78": ["FR-1002"],
        "+33 6 12 34 56 78": ["FR-1002"],
        "anna": ["B 77/5", "FR-1002"],
        "anna 75011": ["FR-1002"],
        "olberg": ["B 77/5"],
        "durand 69001": [],
        "'; DROP": [],
        "%": ["B 77/5", "FR-1002", "FR-1001"],
    }.items():
        assert numbers(asked.find(typed)) == found, typed


def test_a_row_says_what_the_desk_says(shared: SharedDatabase, filled: Desk) -> None:
    page = archive(shared).find("FR-1001")
    (row,) = page.rows
    mine = filled.store.read.shipment(row.shipment_id)
    assert mine is not None and row.status is mine.status is TrackingStatus.LABEL_CREATED
    assert (row.number, row.event_at, row.customer, row.place) == (
        mine.number,
        mine.event_at,
        mine.customer,
        "Lyon",
    )
    assert (page.behind, page.unfolded, page.same_codes, page.more) == (False, 0, True, False)
    told = archive(shared).facts(row)
    assert [fact.kind for fact in told] == [
        FactKind.ORDER_TAKEN_IN,
        FactKind.PARCEL_CLOSED,
        FactKind.LABEL_BOUGHT,
    ]


def test_other_tables_of_codes_are_told(shared: SharedDatabase, filled: Desk) -> None:
    assert not Archive(shared, {**status_tables(), "own": "code,status,reason,is_scan\n"}).find("").same_codes


def test_pages_follow_each_other_without_gap_or_repeat(shared: SharedDatabase, desks: Desks) -> None:
    desk = desks("A")
    sync = desk.sync(shared)
    for number in range(23):
        desk.take_in(f"N{number}", who="Anna Durand")
    settle(sync)
    for typed in ("", "durand"):
        below, seen = None, []
        while True:
            page = archive(shared).find(typed, below=below, most=5)
            seen += numbers(page)
            if not page.more:
                break
            below = page.rows[-1]
        assert seen == [f"N{number}" for number in reversed(range(23))]


def test_several_words_find_the_same_whichever_is_the_rare_one(
    cluster: Cluster, database: str, shared: SharedDatabase, filled: Desk
) -> None:
    """Of the longest word there are few, or as many as are not looked through one by one."""
    cluster.sql(
        database,
        "INSERT INTO wismo.party (tenant_id, order_id, warehouse, data, said) SELECT 1, gen_random_uuid(), '',"
        " '{\"name\": \"Xavier Łukaszewicz\"}', '' FROM generate_series(1, 320)",
    )
    asked = archive(shared)
    for typed, found in {
        "lukaszewicz zoe": ["FR-1001"],  # many of the longest
        "zoe luk 69001": ["FR-1001"],  # many, a beginning
        "69001 lyon anna": ["B 77/5"],
        "anna durand": ["FR-1002"],
        "anna durand 69001": [],
        "olberg fils": ["B 77/5"],
        "fils 69001 olb": ["B 77/5"],
        "lukaszewicz anna": [],
        "06 12 34 56 78": ["FR-1002"],
    }.items():
        assert numbers(asked.find(typed)) == found, typed


def test_who_is_erased_is_found_no_more(
    cluster: Cluster, database: str, shared: SharedDatabase, filled: Desk
) -> None:
    asked = archive(shared)
    key = asked.find("anna 75011").rows[0].order_id
    fact = filled.fact(FactKind.PERSON_ERASED, key, reason="asked")
    filled.store.commit(Entry(at=filled.clock(), facts=(fact,), parties=((key, Party(), ""),)))
    settle(filled.sync(shared))
    for typed in ("anna 75011", "durand", "0612345678"):
        assert numbers(asked.find(typed)) == [], typed
    (row,) = asked.find("FR-1002").rows
    assert (row.customer, row.place) == ("", "")
    assert not cluster.sql(database, "SELECT 1 FROM wismo.party WHERE words::text LIKE '%durand%'")


def test_a_station_asks_its_own_tenant_and_warehouse_only(
    cluster: Cluster, database: str, shared: SharedDatabase, filled: Desk, desks: Desks
) -> None:
    """Whatever it says it is. Its own user may fold and search, and cannot touch a row."""
    opened: list[SharedDatabase] = []

    def login(role: str, password: str = "", **more: Any) -> SharedDatabase:
        url = (cluster.url(database) if password else cluster.socket_url(database)).replace(
            "desk@", f"{role}@"
        )
        opened.append(SharedDatabase.open(url, password, **more))
        return opened[-1]

    given = {"arch_one": (1, ""), "arch_two": (2, ""), "arch_lyon": (1, "lyon")}
    passwords = {
        role: grant_station(login("admin", tenant=tenant, warehouse=place), role).password
        for role, (tenant, place) in given.items()
    }
    try:
        lyon = login("arch_lyon", passwords["arch_lyon"], warehouse="lyon")
        there = desks("L")
        sync = there.sync(lyon)
        there.take_in("L-9", who="Anna Lyonnaise")
        settle(sync)
        assert numbers(archive(lyon).find("")) == ["L-9"]
        assert numbers(archive(login("arch_one", passwords["arch_one"])).find("anna")) == [
            "L-9",
            "B 77/5",
            "FR-1002",
        ]
        two = login("arch_two", passwords["arch_two"], tenant=2)
        assert numbers(archive(two).find("")) == []
        for line, statement in (
            (
                two,
                "SELECT * FROM wismo.find_shipments(1, '', 'anna', 9999999999999, gen_random_uuid(), '', 9)",
            ),
            (two, "SELECT wismo.fold_on(1, 9)"),
            (two, "SELECT * FROM wismo.archive_state(1)"),
            (lyon, "SELECT wismo.fold(1, '', ARRAY[gen_random_uuid()], '{}', NULL, NULL)"),
            (lyon, "SELECT wismo.hear(1, '', ARRAY[gen_random_uuid()], NULL, NULL)"),
            (lyon, "SELECT wismo.try_fold(1, '', ARRAY[gen_random_uuid()], '{}', NULL, NULL)"),
            (lyon, "SELECT wismo.try_fold(1, '', ARRAY[gen_random_uuid()])"),
            (lyon, "SELECT * FROM wismo.shipment"),
            (lyon, "SELECT * FROM wismo.code"),
            (lyon, "UPDATE wismo.shipment SET status = 'lost'"),
            (lyon, "DELETE FROM wismo.reading"),
        ):
            with pytest.raises(SettingsProblem), line.begin() as db:
                db.execute(text(statement))
        with lyon.read() as db:
            asked = (
                "SELECT order_number FROM"
                " wismo.find_shipments(1, 'paris', '', 9999999999999, gen_random_uuid(), '', 9)"
            )
            assert db.scalars(text(asked)).all() == ["L-9"]
    finally:
        for line in opened:
            line.close()
        for role in given:
            cluster.sql(database, f'DROP OWNED BY "{role}"')
            cluster.sql(database, f'DROP ROLE "{role}"')


def test_a_database_of_before_says_so(cluster: Cluster, database: str, open_shared: Opener) -> None:
    line = open_shared()
    with line.begin() as db:
        db.exec_driver_sql("CREATE SCHEMA wismo")
        for step in STEPS[: ARCHIVED - 1]:
            for statement in step:
                db.exec_driver_sql(statement)
        db.exec_driver_sql(
            f"INSERT INTO wismo.meta VALUES ('schema_epoch', '{ARCHIVED - 1}'), ('database_id', 'd'),"
            " ('min_client_version', '0.1.0')"
        )
    with pytest.raises(SharedUnfit, match="db upgrade"):
        archive(line).find("x")


def test_an_upgrade_folds_what_was_there(
    cluster: Cluster, database: str, open_shared: Opener, desks: Desks
) -> None:
    line = open_shared()
    with line.begin() as db:
        db.exec_driver_sql("CREATE SCHEMA wismo")
        for step in STEPS[: ARCHIVED - 1]:
            for statement in step:
                db.exec_driver_sql(statement)
        db.exec_driver_sql(
            f"INSERT INTO wismo.meta VALUES ('schema_epoch', '{ARCHIVED - 1}'), ('database_id', 'd'),"
            " ('min_client_version', '0.1.0')"
        )
    desk = desks("A")
    sync = desk.sync(open_shared())
    take_in(desk, "FR-1002", PEOPLE["FR-1002"])
    settle(sync)
    assert line.upgrade() == EPOCH
    page = archive(line).find("anna 75011")
    assert numbers(page) == ["FR-1002"] and not page.behind


def test_who_is_past_the_time_is_forgotten_there_too(
    cluster: Cluster, database: str, shared: SharedDatabase, filled: Desk
) -> None:
    """As the desks forget them: closed, and long not heard of. An order that waits keeps its recipient."""
    asked = archive(shared)
    assert numbers(asked.find("zoe 69001")) == ["FR-1001"]
    filled.clock.now += timedelta(days=91)
    for days, left in ((0, ["FR-1001"]), (92, ["FR-1001"]), (90, [])):
        turn = filled.sync(shared, retention_days=lambda days=days: days).turn(at_once=True)
        assert turn.error is None and numbers(asked.find("zoe 69001")) == left, days
    (row,) = asked.find("FR-1001").rows
    assert (row.customer, row.place) == ("", "") and numbers(asked.find("anna")) == ["B 77/5", "FR-1002"]
    assert not cluster.sql(database, "SELECT 1 FROM wismo.party WHERE strpos(data, 'ukasz') > 0")
    ((data,),) = cluster.sql(database, "SELECT data FROM wismo.party WHERE strpos(data, 'gone') > 0")
    assert json.loads(str(data))["gone"] == "old"


def test_a_journey_is_read_again_by_the_desk_itself(shared: SharedDatabase, filled: Desk) -> None:
    """What the database folded wrongly, or by other tables, cannot pass for right."""
    flow = FindArchived(
        archive=archive(shared), codes=filled.store.codes, names=lambda carrier, service: (carrier, service)
    )
    (row,) = flow("FR-1001").rows
    assert flow.open(row).agrees and row.carrier_name == "own"
    assert not flow.open(replace(row, status=TrackingStatus.LOST)).agrees
    alone = replace(flow, archive=None)
    with pytest.raises(Refused, match="works alone"):
        alone("FR-1001")
