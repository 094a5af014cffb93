"""The main file follows from the facts: in any order, in any pieces, any number of times."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_rig import (
    KEY,
    NOON,
    RULES,
    STATUSES,
    Clock,
    about,
    bought,
    opened,
    order,
    picture,
    rows,
    said,
    taken_in,
)

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.domain.status import TrackingStatus, fold_key, read_codes
from wismo_desk.flows.pen import Pen
from wismo_desk.store import open_store
from wismo_desk.store.codec import dump, party_data
from wismo_desk.store.journal import Entry
from wismo_desk.store.main_file import MainFile
from wismo_desk.store.store import Store

CODES = read_codes(STATUSES["practice"])
ONE = order("1042")
NUMBERS = itertools.count(1)


def winner(facts: list[Fact]) -> TrackingStatus:
    """The fold in plain Python: the maximum of the keys of what is a scan."""
    rules = [(fact, CODES.rule(str(fact.data["code"]))) for fact in facts]
    keys = {fold_key(rule.status, f.at, f.fact_id): rule.status for f, rule in rules if rule and rule.is_scan}
    return keys[max(keys)] if keys else TrackingStatus.PLANNED


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = opened(tmp_path_factory.mktemp("projection"))
    yield store
    store.close()


def arrive(store: Store, one: Order, facts: list[Fact], size: int = 1) -> None:
    """Bring facts to the main file as a pull would: past the journal, in pieces."""
    party = [(one.order_id, dump(party_data(one.recipient)))]
    for start in range(0, len(facts), size):
        store._main.apply(facts[start : start + size], party, now=NOON)


told = st.lists(
    st.tuples(st.sampled_from([*sorted(CODES), "JAMAIS-VU"]), st.integers(0, 600)), min_size=1, max_size=8
)


@settings(max_examples=60, deadline=None)
@given(codes=told, data=st.data())
def test_sql_and_python_fold_alike(shared: Store, codes: list[tuple[str, int]], data: st.DataObject) -> None:
    """Both forms of decisions.md §5, for any permutation, repetition and slicing of the facts."""
    one, clock = order(f"fold-{next(NUMBERS)}"), Clock()
    pen = Pen("Poste 1", clock=clock)
    facts = []
    for code, minute in codes:
        clock.now = NOON + timedelta(minutes=minute)
        facts.append(said(pen, one, code, place=f"Hub {minute % 3}"))
    shuffled = data.draw(st.permutations([*facts, *facts[:2], *taken_in(pen, one).facts]))
    arrive(shared, one, shuffled, data.draw(st.integers(1, len(shuffled))))
    row = shared.read.shipment(shipment_id(one.order_id))
    assert row is not None
    assert row.status is winner(facts)
    assert row.event_at == max(fact.at for fact in shuffled)


def life(pen: Pen, clock: Clock) -> list[Fact]:
    """One order through everything that can happen to it: taken in anew, packed in two parcels, one label
    voided and bought again, driven out, brought back."""
    first, second, third = (pen.new_id() for _ in range(3))
    facts = list(taken_in(pen, ONE).facts)

    def add(*fresh: Fact) -> None:
        facts.extend(fresh)
        clock.pass_(seconds=7)

    add()
    changed = replace(ONE, number="1042-B", promised_on=date(2026, 11, 30))
    add(*taken_in(pen, changed, carrier="practice").facts)
    add(about(pen, ONE, FactKind.ORDER_IN_HAND))
    line = str(ONE.lines[0].line_id)
    add(about(pen, ONE, FactKind.ITEM_SCANNED, line=line, pieces=1, code="", how="scan"))
    add(about(pen, ONE, FactKind.PARCEL_CLOSED, parcel_no=1, weight_g=400, contents={line: 1}, last=False))
    add(bought(pen, ONE, first, "A1", carrier="practice", last=False))
    add(about(pen, ONE, FactKind.LABEL_VOIDED, first, reason="torn"))
    add(about(pen, ONE, FactKind.PARCEL_CLOSED, parcel_no=2, weight_g=400, contents={line: 1}, last=True))
    add(bought(pen, ONE, second, "B1", carrier="practice", parcel_no=2))
    add(bought(pen, ONE, third, "A2", carrier="practice", issue_no=2))
    for parcel in (second, third):
        add(
            about(
                pen, ONE, FactKind.LABEL_PRINTED, parcel, printer="Z", copy=1, reason="", evidence="counter"
            )
        )
        add(about(pen, ONE, FactKind.LABEL_CHECKED, parcel))
        add(about(pen, ONE, FactKind.PARCEL_MANIFESTED, parcel, manifest="20261123-M"))
    add(pen.fact(FactKind.MANIFEST_CLOSED, manifest="20261123-M", carrier="practice", parcels=[], missing=[]))
    add(said(pen, ONE, "TOURNEE", place="Tours"), said(pen, ONE, "ABSENT", place="Tours"))
    for weight in (1, 2):
        product = {"sku": "MUG", "codes": [["0952", weight]], "name": "", "variant": "", "aisle": ""}
        more = {"weight_g": weight, "picture": "", "check": "scan"}
        add(pen.fact(FactKind.VALUE_SET, scope="product", key="MUG", value=product | more))
    return facts


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_whole_life_arrives_in_any_order(data: st.DataObject) -> None:
    clock = Clock()
    facts = life(Pen("Poste 1", clock=clock), clock)
    with tempfile.TemporaryDirectory() as folder:
        store = opened(Path(folder))
        arrive(store, ONE, data.draw(st.permutations([*facts, *facts[:5]])), data.draw(st.integers(1, 9)))
        arrived = picture(store)
        row = store.read.shipment(shipment_id(ONE.order_id))
        assert row is not None
        assert (row.status, row.number, row.parcels) == (TrackingStatus.DELIVERY_ATTEMPTED, "A2", 2)
        assert (row.order_number, row.event_place) == ("1042-B", "Tours")
        assert store.read.routed(ONE.order_id)[2] is OrderState.SHIPPED
        assert store.rebuild() == len(facts)
        assert picture(store) == arrived
        store.close()


def test_the_naive_projection_depends_on_the_order_of_arrival() -> None:
    """The last one in wins: what a row written from each fact as it comes would say."""
    clock = Clock()
    facts = [fact for fact in life(Pen("P", clock=clock), clock) if fact.kind is FactKind.LABEL_BOUGHT]
    naive = {fact.data["parcel_no"]: fact.data["tracking_number"] for fact in facts}
    naive_reversed = {fact.data["parcel_no"]: fact.data["tracking_number"] for fact in facts[::-1]}
    assert naive != naive_reversed


def test_what_is_no_scan_never_changes_the_state(store: Store, pen: Pen, clock: Clock) -> None:
    store.commit(taken_in(pen, ONE))
    clock.pass_(hours=1)
    store.commit(Entry(at=clock(), facts=(said(pen, ONE, "DELIVERED", carrier="own"),)))
    clock.pass_(hours=1)
    store.commit(Entry(at=clock(), facts=(said(pen, ONE, "NOTE", carrier="own", place="Bar"),)))
    row = store.read.shipment(shipment_id(ONE.order_id))
    assert row is not None
    assert row.status is TrackingStatus.DELIVERED
    assert (row.event_at, row.event_place) == (clock(), "Bar")  # but it is the last thing heard


def test_the_parcels_state_is_derived_from_its_marks(store: Store, pen: Pen) -> None:
    parcel = pen.new_id()
    store.commit(taken_in(pen, ONE))
    states = []
    for fact in (
        about(pen, ONE, FactKind.LABEL_CHECKED, parcel),  # before the purchase is heard of
        bought(pen, ONE, parcel, "A1"),
        about(pen, ONE, FactKind.PARCEL_MANIFESTED, parcel, manifest="M1"),
        about(pen, ONE, FactKind.LABEL_VOIDED, parcel, reason="x"),
    ):
        store.commit(Entry(at=NOON, facts=(fact,)))
        (found,) = store.read.parcels(order_id=ONE.order_id)
        states.append(found.state)
    assert states == [ParcelState.CHECKED, ParcelState.CHECKED, ParcelState.MANIFESTED, ParcelState.VOIDED]
    assert found.tracking_number == "A1"


def test_a_change_of_the_code_tables_folds_history_again(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path)
    store.commit(taken_in(pen, ONE))
    store.commit(Entry(at=NOON, facts=(said(pen, ONE, "NOUVEAU"),)))
    row = store.read.shipment(shipment_id(ONE.order_id))
    assert row is not None
    assert row.status is TrackingStatus.PLANNED
    store.close()
    mapped = {**STATUSES, "practice": STATUSES["practice"].rstrip() + "\nNOUVEAU,in_transit,,1\n"}
    again = open_store(tmp_path, KEY, statuses=mapped, rules=RULES)
    row = again.read.shipment(shipment_id(ONE.order_id))
    assert row is not None
    assert row.status is TrackingStatus.IN_TRANSIT
    again.close()


def test_a_changed_order_keeps_what_was_done(store: Store, pen: Pen, clock: Clock) -> None:
    store.commit(taken_in(pen, ONE))
    store.commit(Entry(at=NOON, facts=(about(pen, ONE, FactKind.ORDER_PAUSED),)))
    clock.pass_(minutes=5)
    store.commit(taken_in(pen, replace(ONE, number="1042-B")))
    (row,) = store.read.orders()
    assert (row.number, row.state) == ("1042-B", OrderState.PAUSED)
    assert {what for what, _ in store.read.named(["1042"])} == {"order"}  # the old number still finds it
    assert rows(store, "orders", "count(*)") == [(1,)]


def test_a_table_of_a_carrier_nobody_heard_folds_nothing_again(
    tmp_path: Path, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    store.commit(taken_in(pen, ONE))
    store.commit(Entry(at=NOON, facts=(said(pen, ONE, "LIVRE"),)))
    store.close()
    folded: list[int] = []
    whole = MainFile.rebuild

    def count(main: MainFile) -> int:
        folded.append(1)
        return whole(main)

    monkeypatch.setattr(MainFile, "rebuild", count)
    header = "code,status,reason,is_scan\n"
    for statuses, times in (
        (STATUSES, 0),
        ({**STATUSES, "newcomer": header + "X,delivered,,1\n"}, 0),
        ({**STATUSES, "newcomer": header + "X,lost,,1\n"}, 0),
        ({**STATUSES, "practice": STATUSES["practice"].rstrip() + "\nNEU,in_transit,,1\n"}, 1),
    ):
        open_store(tmp_path, KEY, statuses=statuses, rules=RULES).close()
        assert len(folded) == times
