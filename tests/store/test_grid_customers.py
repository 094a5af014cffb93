"""Customers follow each other as people read names, from the first page on, and nobody's comes last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_rig import NOON, Clock, opened, order, taken_in

from wismo_desk.domain.order import Party
from wismo_desk.domain.watching import Filter, Sort
from wismo_desk.flows.pen import Pen
from wismo_desk.store import grid_rows
from wismo_desk.store.grid_rows import GridQueries
from wismo_desk.store.store import Store

NAMES = ("Zoé Adam", "émile Zola", "Éloi Petit", "", "ÆGIR Olsen", "emilie brun")
READ = ["ÆGIR Olsen", "Éloi Petit", "émile Zola", "emilie brun", "Zoé Adam", ""]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = opened(tmp_path / "desk")
    orders = [
        order(str(n), recipient=Party(name=name, city="Nantes", postcode="44000"))
        for n, name in enumerate(NAMES)
    ]
    store.commit(taken_in(Pen("QUAI-1", clock=Clock()), *orders))
    yield store
    store.close()


def _read(queries: GridQueries, limit: int | None = None, *, descending: bool = False) -> list[str]:
    asked = Filter(sort=Sort.CUSTOMER, descending=descending)
    return [row.customer for row in queries.page(queries.rows(asked, limit, now=NOON))]


def test_names_are_read_without_their_accents(store: Store) -> None:
    assert _read(store.read) == READ
    assert _read(store.read, descending=True) == READ[::-1]
    assert sorted(NAMES) != READ  # the naive twin: by code points
    store.rebuild()
    assert _read(store.read, 3) == READ[:3]


def test_the_index_in_memory_reads_them_likewise(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid_rows, "FEW", 1)
    indexed = GridQueries(store.read._engine)
    assert indexed.prepare()
    assert _read(indexed) == READ
    assert _read(indexed, 2, descending=True) == READ[::-1][:2]


def test_the_first_page_comes_from_its_index(store: Store) -> None:
    with store.read._engine.begin() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT row FROM shipment ORDER BY customer_key, row LIMIT 128"
        )
        assert [row[3] for row in plan] == ["SCAN shipment USING COVERING INDEX shipment_customer"]


def test_who_is_forgotten_moves_to_the_end(store: Store) -> None:
    store._main.retire([order("4").order_id])
    assert _read(store.read)[0] == "Éloi Petit"
    with store.read._engine.begin() as connection:
        known = connection.exec_driver_sql(
            "SELECT customer_key FROM shipment WHERE order_number = '4'"
        ).scalar()
    assert known == "\uffff"
