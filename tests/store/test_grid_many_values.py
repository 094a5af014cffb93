"""More warehouses, owners or services than the index in memory has codes for: no row is lost, every filter is exact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product

import pytest
from store_rig import opened
from test_grid_index import _FILL

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.watching import Filter, Sort
from wismo_desk.store import grid_columns, grid_rows
from wismo_desk.store.grid_rows import GridQueries
from wismo_desk.store.store import Store

NOW, TODAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC), date(2026, 11, 22)
_COUNT = 2_200
_MANY = """UPDATE shipment SET owner = printf('owner %d', row % 530), warehouse = printf('house %d', row % 71),
  carrier = printf('carrier %d', row % 300), service = printf('service %d', row % 2100)"""


def _asked() -> Iterator[Filter]:
    for number in (0, 3, 40, 70, 299, 529, 2099):
        yield Filter(owners=frozenset({f"owner {number}"}))
        yield Filter(warehouses=frozenset({f"house {number}", "house 1"}))
        yield Filter(carriers=frozenset({f"carrier {number}"}), only_open=True)
        yield Filter(services=frozenset({(f"carrier {number % 300}", f"service {number}")}))
    yield Filter()
    yield Filter(owners=frozenset({"nobody"}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = opened(tmp_path_factory.mktemp("many"))
    with store._files[1].begin() as connection:
        connection.exec_driver_sql(_FILL.replace(":last", str(_COUNT - 1)))
        connection.exec_driver_sql(_MANY)
    yield store
    store.close()


def _indexed(store: Store, monkeypatch: pytest.MonkeyPatch) -> GridQueries:
    monkeypatch.setattr(grid_rows, "FEW", 10)
    queries = GridQueries(store.read._engine)
    assert queries.prepare()
    return queries


def test_what_has_no_code_of_its_own_is_asked_of_the_file(
    desk: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed = _indexed(desk, monkeypatch)
    columns = indexed._columns
    assert columns is not None and columns._full == {"carrier", "service", "owner", "warehouse"}
    for asked, sort in product(_asked(), (Sort.WORST, Sort.CARRIER, Sort.EVENT)):
        one = Filter(**{**{name: getattr(asked, name) for name in asked.__dataclass_fields__}, "sort": sort})
        plain = desk.read.rows(one, now=NOW, today=TODAY)
        assert list(indexed.rows(one, now=NOW, today=TODAY)) == list(plain), one
        assert list(indexed.rows(one, 20, now=NOW, today=TODAY)) == list(plain[:20]), one


def test_the_naive_twin_finds_rows_of_others(desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """To ask the index for a value that shares its code finds nothing of it."""
    indexed = _indexed(desk, monkeypatch)
    monkeypatch.setattr(grid_columns.Columns, "tells_apart", lambda _columns, _asked: True)
    books = indexed._columns._books if indexed._columns else {}
    rare = next(f"owner {n}" for n in range(530) if f"owner {n}" not in books["owner"])
    one = Filter(owners=frozenset({rare}))
    assert not indexed.rows(one, now=NOW, today=TODAY) and desk.read.rows(one, now=NOW, today=TODAY)


def test_a_value_that_comes_when_all_codes_are_taken(desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    indexed = _indexed(desk, monkeypatch)
    with desk._files[1].begin() as connection:
        connection.exec_driver_sql("UPDATE shipment SET owner = 'Zoé', warehouse = 'Zuydcoote' WHERE row = 5")
    for one in (Filter(owners=frozenset({"Zoé"})), Filter(warehouses=frozenset({"Zuydcoote"}))):
        assert list(indexed.rows(one)) == [5]
    assert len(indexed.rows(Filter())) == _COUNT


def test_a_handful_of_one_anomaly_is_asked_of_its_own_index(desk: Store) -> None:
    asked = Filter(anomalies=frozenset({AnomalyKind.ORDER_LATE}), sort=Sort.EVENT)
    where = grid_rows._where(asked, NOW, TODAY, None)
    question = (
        grid_rows.select(grid_rows._ship.row).where(*where).order_by(*grid_rows._order(asked)).limit(200)
    )
    said = str(question.compile(desk.read._engine, compile_kwargs={"literal_binds": True}))
    with desk.read._engine.begin() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}")]
    assert "shipment_anomaly" in plan[0], plan
