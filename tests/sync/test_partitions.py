"""Facts by month in the shared database: what was there stays, one key holds over all months, a month can leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from postgres_cluster import PASSWORD, Cluster
from two_desks import Desk, settle

from wismo_desk.store.shared import SharedDatabase, upgrade_shared
from wismo_desk.store.shared_partition import make_months
from wismo_desk.store.shared_schema import EPOCH, STEPS

Opener = Callable[..., SharedDatabase]
_PUT = (
    "INSERT INTO wismo.fact (tenant_id, fact_id, warehouse, kind, at_ms, station, by, data, journal_id)"
    " VALUES (1, '{id}', '', 'item_scanned', 0, 'x', '', '{{}}', 'j') ON CONFLICT (tenant_id, fact_id) DO NOTHING"
    " RETURNING tableoid::regclass::text"
)


def id_at(moment: datetime, last: int = 1) -> UUID:
    """As UUIDv7 and v8 are: milliseconds first."""
    return UUID(f"{round(moment.timestamp() * 1000):012x}70008000{last:012x}")


def put(cluster: Cluster, database: str, moment: datetime, last: int = 1) -> list[tuple[object, ...]]:
    return cluster.sql(database, _PUT.format(id=id_at(moment, last)))


@pytest.fixture
def plain(cluster: Cluster, database: str) -> str:
    """What an earlier version's `db upgrade` left: one table for all facts."""
    line = SharedDatabase.open(cluster.url(database), PASSWORD)
    with line.begin() as db:
        db.exec_driver_sql("CREATE SCHEMA wismo")
        for step in STEPS[:4]:
            for statement in step:
                db.exec_driver_sql(statement)
        db.exec_driver_sql("INSERT INTO wismo.meta VALUES ('schema_epoch', '4'), ('database_id', 'd'),"
                           " ('min_client_version', '0.1.0')")  # fmt: skip
    line.close()
    return database


def test_what_was_there_stays_and_desks_go_on(
    cluster: Cluster, plain: str, open_shared: Opener, desks: Callable[[str], Desk]
) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(open_shared()), b.sync(open_shared())
    order = a.take_in("1001")
    settle(one, two)
    before = cluster.sql(plain, "SELECT fact_id, changed_txid FROM wismo.fact ORDER BY 1")
    assert open_shared().upgrade() == EPOCH
    assert (
        cluster.sql(plain, "SELECT fact_id, changed_txid FROM wismo.fact_before ORDER BY 1") == before != []
    )
    b.scan(order)
    settle(one, two)
    assert a.ids() == b.ids() and len(a.ids()) == len(before) + 1


def test_one_key_over_all_months(cluster: Cluster, database: str) -> None:
    upgrade_shared(cluster.url(database), PASSWORD)
    now = datetime.now(UTC)
    later = datetime(now.year + 1, 6, 15, tzinfo=UTC)
    for moment, table in ((now, "wismo.fact_before"), (later, f"wismo.fact_{later:%Y_%m}")):
        assert put(cluster, database, moment) == [(table,)]
        assert put(cluster, database, moment) == []  # sent again: nothing


def test_a_month_begins_at_midnight_utc(cluster: Cluster, database: str) -> None:
    upgrade_shared(cluster.url(database), PASSWORD)
    year = datetime.now(UTC).year + 1
    last = datetime(year, 6, 30, 23, 59, 59, 999000, tzinfo=UTC)
    assert put(cluster, database, last) == [(f"wismo.fact_{year}_06",)]
    assert put(cluster, database, datetime(year, 7, 1, tzinfo=UTC)) == [(f"wismo.fact_{year}_07",)]


def test_a_clock_that_is_years_off_harms_no_month(
    cluster: Cluster, database: str, open_shared: Opener
) -> None:
    """Rows wait in `fact_rest` until their month is made; an administrator who forgets loses nothing."""
    shared = open_shared()
    shared.upgrade()
    now = datetime.now(UTC)
    soon, never = datetime(now.year + 3, 3, 3, tzinfo=UTC), datetime(now.year + 40, 1, 1, tzinfo=UTC)
    assert put(cluster, database, soon) == put(cluster, database, never) == [("wismo.fact_rest",)]
    with shared.begin() as db:
        make_months(db, ahead=40)
    there = cluster.sql(database, "SELECT tableoid::regclass::text, fact_id FROM wismo.fact ORDER BY 2")
    assert there == [(f"wismo.fact_{soon:%Y_%m}", id_at(soon)), ("wismo.fact_rest", id_at(never))]
    assert put(cluster, database, soon) == []


def test_a_clock_ahead_before_there_were_months(cluster: Cluster, plain: str, open_shared: Opener) -> None:
    never = datetime(datetime.now(UTC).year + 40, 1, 1, tzinfo=UTC)
    assert put(cluster, plain, never) == [("wismo.fact",)]
    open_shared().upgrade()
    assert cluster.sql(plain, "SELECT tableoid::regclass::text FROM wismo.fact") == [("wismo.fact_rest",)]


def test_an_upgrade_again_changes_nothing(cluster: Cluster, database: str) -> None:
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'wismo'::regnamespace ORDER BY 1"
    upgrade_shared(cluster.url(database), PASSWORD)
    made = cluster.sql(database, tables)
    upgrade_shared(cluster.url(database), PASSWORD)
    assert cluster.sql(database, tables) == made
    months = [name for (name,) in made if str(name).startswith("fact_20") and str(name).count("_") == 2]
    assert len(months) in (24, 25)


def test_an_old_month_leaves_in_a_moment(cluster: Cluster, database: str) -> None:
    upgrade_shared(cluster.url(database), PASSWORD)
    later = datetime(datetime.now(UTC).year + 1, 6, 15, tzinfo=UTC)
    put(cluster, database, later)
    put(cluster, database, datetime.now(UTC))
    cluster.sql(database, f"ALTER TABLE wismo.fact DETACH PARTITION wismo.fact_{later:%Y_%m}")
    assert cluster.sql(database, "SELECT count(*) FROM wismo.fact") == [(1,)]
    assert cluster.sql(database, f"SELECT count(*) FROM wismo.fact_{later:%Y_%m}") == [(1,)]
