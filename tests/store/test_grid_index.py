"""The index in memory and SQL give the same rows in the same order; kept counts are what counting would find."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product

import pytest
from sqlalchemy import select
from store_rig import opened

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, Promise, Sort
from wismo_desk.store import grid_rows
from wismo_desk.store.by_event import by_event, heard_since
from wismo_desk.store.engine import Writer
from wismo_desk.store.grid_rows import GridQueries
from wismo_desk.store.store import Store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
_COUNT = 600
_FILL = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)
INSERT INTO shipment (shipment_id, order_id, order_number, carrier, service, number, parcels, customer, place, status,
  reason, cycle, phase, occurred_ms, tie_rank, state_fact, event_ms, event_place, promised_on, address_doubt,
  severity, anomaly, anomalies, owner, warehouse, customer_key)
SELECT printf('%032x', i), printf('%032x', i + 100000), CAST(8000 + i AS TEXT),
  CASE i % 3 WHEN 0 THEN 'own' WHEN 1 THEN 'colissimo' ELSE 'dpd' END, CASE i % 2 WHEN 0 THEN 'home' ELSE 'relay' END,
  printf('6A%011d', i * 7919 % 100003), 1, 'Camille Roussel', 'Nantes',
  CASE i % 4 WHEN 0 THEN 'delivered' WHEN 1 THEN 'in_transit' WHEN 2 THEN 'planned' ELSE 'lost' END,
  '', 0, 0, 0, 0, '', 1763700000000 + i * 7919 % 997 * 3600000 / 4, '',
  CASE WHEN i % 5 THEN date('2026-11-18', (i % 9) || ' days') END, '',
  i % 3, CASE i % 3 WHEN 0 THEN '' WHEN 1 THEN 'promise_passed' ELSE 'order_late' END, '[]',
  CASE i % 7 WHEN 0 THEN 'Nadia' ELSE '' END,
  CASE i % 4 WHEN 0 THEN 'lyon' WHEN 1 THEN 'lille' ELSE '' END, printf('name %d', i * 31 % 97)
FROM n
"""
ASKED = [
    Filter(),
    Filter(only_open=True),
    Filter(only_anomalies=True),
    Filter(carriers=frozenset({"dpd", "own"})),
    Filter(services=frozenset({("dpd", "relay")})),
    Filter(statuses=frozenset({TrackingStatus.LOST}), anomalies=frozenset({AnomalyKind.ORDER_LATE})),
    Filter(owners=frozenset({"Nadia"})),
    Filter(owners=frozenset({""}), silent_h=48),
    Filter(warehouses=frozenset({"lyon", ""})),
    Filter(warehouses=frozenset({"lille"}), only_open=True),
    Filter(text="8123"),
    Filter(text="6A000", carriers=frozenset({"dpd"})),
    *(Filter(promise=promise) for promise in Promise),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = opened(tmp_path_factory.mktemp("grid"))
    _write(store, _FILL.replace(":last", str(_COUNT - 1)))
    yield store
    store.close()


def _writer(store: Store) -> Writer:
    return store._files[1]


def _write(store: Store, statement: str) -> None:
    with _writer(store).begin() as connection:
        connection.exec_driver_sql(statement)


def _indexed(store: Store, monkeypatch: pytest.MonkeyPatch) -> GridQueries:
    monkeypatch.setattr(grid_rows, "FEW", 10)
    monkeypatch.setattr(grid_rows, "_CHUNK", 100)
    queries = GridQueries(store.read._engine)
    assert queries.prepare()
    assert not queries.prepare()
    return queries


def test_the_index_answers_as_the_file_does(desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    indexed = _indexed(desk, monkeypatch)
    for asked, sort, descending in product(ASKED, Sort, (True, False)):
        one = Filter(**{**_as_dict(asked), "sort": sort, "descending": descending})
        plain = desk.read.rows(one, now=NOW, today=TODAY)
        assert list(indexed.rows(one, now=NOW, today=TODAY)) == list(plain), one
        assert list(indexed.rows(one, 20, now=NOW, today=TODAY)) == list(plain[:20]), one
        assert list(desk.read.rows(one, 20, now=NOW, today=TODAY)) == list(plain[:20]), one
    assert len(desk.read.rows(Filter(text="8123"))) == 1


def test_what_has_ended_comes_behind_what_is_open(desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a severity: an open parcel of today stands above one that was delivered in June, a lost one that
    somebody must see to above both."""
    with desk.read._engine.begin() as connection:
        known = {row: tuple(rest) for row, *rest in connection.exec_driver_sql(
            "SELECT row, severity, status IN ('delivered', 'lost'), event_ms FROM shipment")}  # fmt: skip
    asked = sorted(known, key=lambda row: (-known[row][0], *known[row][1:], row))
    naive = sorted(known, key=lambda row: (-known[row][0], known[row][2], row))  # the twin: the oldest first
    assert list(desk.read.rows(Filter(), now=NOW, today=TODAY)) == asked != naive
    assert list(_indexed(desk, monkeypatch).rows(Filter(), now=NOW, today=TODAY)) == asked


def test_the_first_page_is_read_from_its_index(desk: Store) -> None:
    with desk.read._engine.begin() as connection:
        for asked in (Filter(), Filter(descending=False), Filter(only_open=True), Filter(sort=Sort.EVENT)):
            where = grid_rows._where(asked, NOW, TODAY, None)
            question = grid_rows._question(asked, where, 128)
            said = str(question.compile(desk.read._engine, compile_kwargs={"literal_binds": True}))
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}")]
            read = [step for step in plan if " shipment" in step]
            assert all("shipment USING COVERING INDEX shipment_worst" in step for step in read), plan
            assert not [step for step in plan if "TEMP B-TREE FOR ORDER BY" in step], plan


def test_by_the_last_event_no_row_is_sorted(desk: Store) -> None:
    """The order of events is merged from the stretches of the one index; the naive twin sorts a million rows."""
    with desk.read._engine.begin() as connection:
        naive = "SELECT row FROM shipment ORDER BY event_ms, row LIMIT 128"
        assert any(
            "TEMP B-TREE" in row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {naive}")
        )
        for descending in (True, False):
            way = "DESC" if descending else ""
            sorted_ = f"SELECT row FROM shipment WHERE carrier = 'own' ORDER BY event_ms {way}, row {way}"
            asked = [grid_rows._ship.carrier == "own"]
            rows = list(connection.exec_driver_sql(sorted_).scalars())
            assert list(connection.scalars(by_event(asked, descending=descending))) == rows != []
            assert list(connection.scalars(by_event(asked, descending=descending, limit=7))) == rows[:7]


def test_what_was_heard_lately_is_found_by_the_index(desk: Store) -> None:
    [newest] = desk.read._engine.connect().exec_driver_sql("SELECT max(event_ms) FROM shipment").one()
    question = select(grid_rows._ship.row).where(heard_since(newest - 3_600_000))
    said = str(question.compile(desk.read._engine, compile_kwargs={"literal_binds": True}))
    with desk.read._engine.begin() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}")]
        assert "SEARCH shipment USING COVERING INDEX shipment_worst" in plan[0], plan
        naive = f"SELECT row FROM shipment WHERE event_ms >= {newest - 3_600_000}"
        assert (
            sorted(connection.scalars(question)) == sorted(connection.exec_driver_sql(naive).scalars()) != []
        )


def _as_dict(asked: Filter) -> dict[str, object]:
    return {name: getattr(asked, name) for name in asked.__dataclass_fields__}


def test_the_index_follows_what_is_committed(desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    indexed = _indexed(desk, monkeypatch)
    columns = indexed._columns
    _write(
        desk, "UPDATE shipment SET status = 'returned', event_ms = event_ms + 1, severity = 3 WHERE row = 17"
    )
    _write(desk, "UPDATE shipment SET carrier = 'gls', owner = 'Karim' WHERE row = 18")  # codes that are new
    assert indexed.rows(Filter())[0] == 17
    assert list(indexed.rows(Filter(carriers=frozenset({"gls"}), owners=frozenset({"Karim"})))) == [18]
    _write(desk, "DELETE FROM shipment WHERE row = 19")
    assert 19 not in indexed.rows(Filter())
    assert list(indexed.rows(Filter())) == list(desk.read.rows(Filter()))
    assert indexed._columns is columns
    _write(desk, "DELETE FROM shipment_log")  # it does not reach back: everything is read again
    _write(desk, "UPDATE shipment SET severity = 0")
    _write(desk, "DELETE FROM shipment_log WHERE seq < (SELECT max(seq) FROM shipment_log)")
    assert list(indexed.rows(Filter())) == list(desk.read.rows(Filter()))


def test_an_index_that_does_not_follow_shows_what_was(desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The naive twin: read once, it keeps the shipment where it stood."""
    indexed = _indexed(desk, monkeypatch)
    monkeypatch.setattr(indexed, "_follow", lambda _connection, columns: columns)
    _write(desk, "UPDATE shipment SET status = 'destroyed' WHERE row = 40")
    asked = Filter(statuses=frozenset({TrackingStatus.DESTROYED}))
    assert list(indexed.rows(asked)) == []
    assert list(desk.read.rows(asked)) == [40]


def test_kept_counts_are_what_counting_finds(desk: Store) -> None:
    _write(desk, "UPDATE shipment SET status = 'lost', anomaly = '', service = 'point' WHERE row % 11 = 0")
    _write(desk, "UPDATE shipment SET warehouse = 'brest' WHERE row % 13 = 0")
    _write(desk, "DELETE FROM shipment WHERE row % 50 = 0")
    counts = desk.read.counts()
    with desk.read._engine.begin() as connection:
        for kind, said in (
            ("status", "status"),
            ("carrier", "carrier"),
            ("anomaly", "anomaly"),
            ("service", "carrier || ' ' || service"),
            ("owner", "owner"),
            ("warehouse", "warehouse"),
        ):
            counted = connection.exec_driver_sql(f"SELECT {said}, count(*) FROM shipment GROUP BY 1")
            kept = connection.exec_driver_sql("SELECT key, count FROM tally WHERE kind = ?", (kind,))
            assert {key: n for key, n in kept if n} == dict(tuple(row) for row in counted), kind
        total = connection.exec_driver_sql("SELECT count(*) FROM shipment").scalar()
    assert counts.total == total
    assert sum(n for _, n in counts.by_service) == total
    assert desk.rebuild() == 0
    assert desk.read.counts().total == 0


def test_many_shipments_only_are_indexed(desk: Store) -> None:
    assert not desk.read.prepare()
