"""A desk that sees several warehouses knows which has what, also of what it pulled before it asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from two_desks import Desk, settle

from wismo_desk.domain.watching import Filter
from wismo_desk.store.inbox import Inbox
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.sync.turn import Sync

Opener = Callable[..., SharedDatabase]
House = tuple[dict[str, Desk], dict[str, Sync]]


@pytest.fixture
def house(open_shared: Opener, desks: Callable[[str], Desk]) -> House:
    open_shared().upgrade()
    people = {name: desks(name) for name in ("lyon", "lille", "head")}
    syncs = {
        name: desk.sync(open_shared(warehouse="" if name == "head" else name))
        for name, desk in people.items()
    }
    return people, syncs


def _seen(desk: Desk, *names: str) -> list[str]:
    rows = desk.store.read.page(desk.store.read.rows(Filter(warehouses=frozenset(names))))
    return sorted(row.order_number for row in rows)


def test_each_shipment_stands_under_its_warehouse(house: House) -> None:
    desks, syncs = house
    desks["head"].take_in("1000")
    one, other = desks["lyon"].take_in("1001"), desks["lille"].take_in("1002")
    settle(*syncs.values())
    head = desks["head"]
    assert head.store.read.counts().by_warehouse == (("", 1), ("lille", 1), ("lyon", 1))
    assert (_seen(head, "lyon"), _seen(head, "lille"), _seen(head, "")) == (["1001"], ["1002"], ["1000"])
    assert _seen(head, "lyon", "lille") == ["1001", "1002"]
    assert desks["lyon"].store.read.counts().by_warehouse == (("", 1),)  # but one: nothing to choose
    desks["lille"].take_in("1001")  # the same order, by the other's file
    desks["lille"].scan(one)
    head.scan(other)  # what is said without a warehouse moves nothing
    settle(*syncs.values())
    assert (_seen(head, "lyon"), _seen(head, "lille")) == ([], ["1001", "1002"])
    head.store.rebuild()
    assert head.store.read.counts().by_warehouse == (("", 1), ("lille", 2))


def _forget(desk: Desk) -> None:
    """As an earlier version left the file: facts, and no word of where they were said."""
    with desk.store._main._writer.begin() as connection:
        connection.execute(text("DELETE FROM warehouse"))
        connection.execute(text("DELETE FROM meta WHERE name = 'warehouses'"))
    desk.store.rebuild()


@pytest.mark.parametrize("asks", [True, False], ids=["asks again", "naive twin"])
def test_what_was_pulled_before_is_learnt(
    house: House, open_shared: Opener, monkeypatch: pytest.MonkeyPatch, *, asks: bool
) -> None:
    desks, syncs = house
    desks["lyon"].take_in("1001")
    settle(*syncs.values())
    head = desks["head"]
    facts = head.ids()
    _forget(head)
    assert _seen(head, "lyon") == []
    if not asks:
        monkeypatch.setattr(Inbox, "want_warehouses", lambda _inbox: None)
    head.sync(open_shared()).turn(at_once=True)
    assert _seen(head, "lyon") == (["1001"] if asks else [])
    assert head.ids() == facts
    before = head.store.inbox.cursor()
    head.store.inbox.want_warehouses()
    assert head.store.inbox.cursor() == before  # once
