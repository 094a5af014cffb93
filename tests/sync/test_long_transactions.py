"""A transaction that stays open holds the watermark back: what the desks do meanwhile crosses all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from postgres_cluster import Cluster
from two_desks import Desk, everything, settle

from wismo_desk.store.shared import SharedDatabase
from wismo_desk.sync import pull
from wismo_desk.sync.turn import Elsewhere

Desks = Callable[[str], Desk]


@pytest.fixture
def forgotten(cluster: Cluster, database: str, shared: SharedDatabase) -> Iterator[psycopg.Connection]:
    """An administrator wrote something, and went home."""
    told = f"host={cluster.folder} port={cluster.port} user=admin dbname={database}"
    with psycopg.connect(told) as connection:
        connection.execute("SELECT pg_current_xact_id()")
        yield connection


def test_more_than_a_turn_reads_crosses_above_an_open_transaction(
    shared: SharedDatabase, desks: Desks, forgotten: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    settle(one, two)
    monkeypatch.setattr(pull, "_PAGE", 1)  # and five of them a turn
    for number in range(8):
        a.in_hand(a.take_in(f"10{number}", who="Zoé Lefèvre"))
        one.turn()
    assert two.turn().pulled == 16
    again = two.turn()
    assert not again.pulled and not again.changes
    a.in_hand(a.take_in("1100"))
    one.turn()
    assert two.turn().pulled == 2
    forgotten.commit()
    settle(two, one)
    assert everything(a.store) == everything(b.store)


def test_what_was_packed_elsewhere_is_not_packed_again_meanwhile(
    shared: SharedDatabase, desks: Desks, forgotten: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease is free again, so only the facts say that the label is bought."""
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    order = a.take_in("1000")
    settle(one, two)
    monkeypatch.setattr(pull, "_PAGE", 1)
    for number in range(8):
        a.take_in(f"10{number}")
        one.turn()
    one.confirm(order)
    a.label(order)
    one.release(order)
    one.turn()
    answer = two.confirm(order)
    assert isinstance(answer, Elsewhere) and answer.station == "A"


def test_a_desk_that_is_far_behind_reads_all_before_it_says_that_an_order_is_its_own(
    shared: SharedDatabase, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes back after a day without a line; what was packed meanwhile is the last thing that it reads."""
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    order = a.take_in("1000")
    settle(one, two)
    for number in range(8):
        a.take_in(f"10{number}")
        one.turn()
    a.label(order)
    one.turn()
    monkeypatch.setattr(pull, "_PAGE", 1)
    answer = two.confirm(order)
    assert isinstance(answer, Elsewhere) and answer.station == "A"


def test_one_transaction_of_more_than_a_turn_reads(
    shared: SharedDatabase, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    for number in range(12):
        a.take_in(f"10{number}")
    assert one.turn().pushed == 12
    monkeypatch.setattr(pull, "_PAGE", 1)
    assert two.turn().pulled == 12
    assert everything(a.store) == everything(b.store)
