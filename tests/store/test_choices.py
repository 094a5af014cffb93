"""What was chosen here over the shop's word holds in whatever order the facts arrive."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from store_rig import NOON, Clock, about, bought, opened, order, taken_in

from wismo_desk.domain.choices import POINT, ROUTE
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import OrderState
from wismo_desk.flows.pen import Pen
from wismo_desk.store.codec import dump, party_data
from wismo_desk.store.store import Store

ONE = order("1042", pickup_point="P1")
TRUCK = datetime(2026, 11, 23, 16, tzinfo=UTC)


def route(pen: Pen, carrier: str, *, hand: bool, ship_by: str = "") -> Fact:
    value = {"carrier": carrier, "service": "home", "hand": hand, "why": "", "ship_by": ship_by}
    return about(pen, ONE, FactKind.VALUE_SET, scope=ROUTE, key=str(ONE.order_id), value=value)


def point(pen: Pen, to: str, *, was: str) -> Fact:
    value = {"point": to, "was": was, "name": "", "why": ""}
    return about(pen, ONE, FactKind.VALUE_SET, scope=POINT, key=str(ONE.order_id), value=value)


def seen(store: Store) -> tuple[str, str]:
    found = store.read.order(ONE.order_id)
    assert found is not None
    row = store.read.shipment(shipment_id(ONE.order_id))
    assert row is not None
    carrier = store.read.routed(ONE.order_id)[0]
    assert row.carrier == carrier
    assert store.read.routes((OrderState.WAITING,)) == [(ONE.order_id, carrier, "home")]
    return carrier, found.pickup_point


def in_every_order(facts: list[Fact], tmp_path: Path) -> set[tuple[str, str]]:
    party = [(ONE.order_id, dump(party_data(ONE.recipient)))]
    found = set()
    for number, arrived in enumerate(itertools.permutations(facts)):
        store = opened(tmp_path / str(number))
        for fact in arrived:
            store._main.apply([fact], party, now=NOON)
        found.add(seen(store))
        store.rebuild()
        found.add(seen(store))
        store.close()
    return found


@pytest.mark.parametrize(
    ("hand", "carrier"),
    [(True, "practice"), (False, "own")],  # a rule's word gives way to what the shop said later
)
def test_a_route_against_a_later_word_of_the_shop(tmp_path: Path, hand: bool, carrier: str) -> None:
    clock = Clock()
    pen = Pen("Poste 1", clock=clock)
    first = taken_in(pen, ONE).facts[0]
    clock.pass_(seconds=5)
    chosen = route(pen, "practice", hand=hand)
    clock.pass_(seconds=5)
    again = taken_in(pen, replace(ONE, number="1042-B")).facts[0]
    assert in_every_order([first, chosen, again], tmp_path) == {(carrier, "P1")}


def test_the_later_route_and_its_truck(tmp_path: Path) -> None:
    clock = Clock()
    pen = Pen("Poste 1", clock=clock)
    facts = [taken_in(pen, ONE).facts[0]]
    for carrier in ("practice", "colissimo"):
        clock.pass_(seconds=5)
        facts.append(route(pen, carrier, hand=True, ship_by=TRUCK.isoformat()))
    assert in_every_order(facts, tmp_path) == {("colissimo", "P1")}
    store = opened(tmp_path / "0")
    found = store.read.order(ONE.order_id)
    assert found is not None
    assert found.ship_by == TRUCK
    store.close()


def test_a_point_holds_while_the_shop_names_the_one_it_replaced(tmp_path: Path) -> None:
    clock = Clock()
    pen = Pen("Poste 1", clock=clock)
    first = taken_in(pen, ONE).facts[0]
    clock.pass_(seconds=5)
    chosen = point(pen, "P9", was="P1")
    clock.pass_(seconds=5)
    same = taken_in(pen, replace(ONE, number="1042-B")).facts[0]
    assert in_every_order([first, chosen, same], tmp_path / "same") == {("own", "P9")}
    other = taken_in(pen, replace(ONE, pickup_point="P5")).facts[0]
    assert in_every_order([first, chosen, other], tmp_path / "other") == {("own", "P5")}


def test_a_label_stays_with_the_carrier_that_sold_it(tmp_path: Path) -> None:
    clock = Clock()
    pen = Pen("Poste 1", clock=clock)
    facts = [
        taken_in(pen, ONE).facts[0],
        bought(pen, ONE, pen.new_id(), "A1"),
        route(pen, "practice", hand=True),
    ]
    party = [(ONE.order_id, dump(party_data(ONE.recipient)))]
    for number, arrived in enumerate(itertools.permutations(facts)):
        store = opened(tmp_path / str(number))
        for fact in arrived:
            store._main.apply([fact], party, now=NOON)
        row = store.read.shipment(shipment_id(ONE.order_id))
        assert row is not None
        assert (row.carrier, row.number) == ("own", "A1")
        store.close()
