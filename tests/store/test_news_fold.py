"""What carriers say of many parcels is folded in one statement, and ends in the rows that one word after the other
gives."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from store_rig import NOON, STATUSES, Clock, about, bought, opened, order, rows, said, taken_in

from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order
from wismo_desk.domain.status import read_codes
from wismo_desk.flows.pen import Pen
from wismo_desk.store.codec import dump, fact_row, facts_text
from wismo_desk.store.journal import Entry
from wismo_desk.store.judging import _ANEW
from wismo_desk.store.store import Store

CODES: Final = sorted(read_codes(STATUSES["practice"]))
NUMBERS: Final = itertools.count(1)
SAME: Final = "shipment", "leg", "agenda", "tally", "arrival"  # `row` follows from the order of births

Two = tuple[Store, Store]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    stores = opened(tmp_path_factory.mktemp("at-once")), opened(tmp_path_factory.mktemp("one-by-one"))
    yield stores
    for store in stores:
        store.close()


def heard(store: Store, facts: Sequence[Fact]) -> bool:
    """Applies them past the journal; whether any were folded in one statement."""
    said: list[bool] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append("AS MATERIALIZED" in statement)

    engine = store._files[1]._engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        store._main.apply(facts, (), now=NOON)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return any(said)


word = st.tuples(
    st.integers(0, 2),  # of which parcel
    st.sampled_from([*CODES, "JAMAIS-VU"]),
    st.integers(-90, 90),  # minutes: later, earlier, the same again
    st.sampled_from(["", "Lyon", "Épinal"]),
    st.sampled_from([{}, {"logical": True}, {"cycle": 2}]),
)
deed = st.tuples(st.integers(0, 2), st.sampled_from(["bought", "checked", "manifested", "closed", "voided"]))


def _deed(pen: Pen, one: Order, what: str, parcel: UUID) -> Fact:
    manifest = f"M-{one.number}"
    if what == "bought":
        return bought(pen, one, parcel, f"N{parcel.hex}", carrier="practice")
    if what == "closed":
        told: dict[str, Any] = {"carrier": "practice", "parcels": [str(parcel)], "missing": []}
        return pen.fact(FactKind.MANIFEST_CLOSED, manifest=manifest, **told)
    if what == "manifested":
        return about(pen, one, FactKind.PARCEL_MANIFESTED, parcel, manifest=manifest)
    kind = FactKind.LABEL_CHECKED if what == "checked" else FactKind.LABEL_VOIDED
    return about(pen, one, kind, parcel, reason="")


def _facts(moves: Sequence[Any]) -> list[Fact]:
    """Three orders, and in this order what was said and done."""
    clock = Clock()
    pen = Pen("Poste 1", clock=clock)
    orders = [order(f"news-{next(NUMBERS)}") for _ in range(3)]
    parcels = [pen.new_id() for _ in orders]
    facts = list(taken_in(pen, *orders).facts)
    for which, what, *more in moves:
        one = orders[which]
        if not more:
            facts.append(_deed(pen, one, what, parcels[which]))
            continue
        minutes, place, also = more
        clock.now = NOON + timedelta(minutes=minutes)
        fact = said(pen, one, what, place=place)
        facts.append(replace(fact, data={**fact.data, **also}))
    return facts


@settings(max_examples=40, deadline=None)
@given(moves=st.lists(st.one_of(word, word, deed), min_size=1, max_size=14), data=st.data())
def test_at_once_as_one_after_the_other(two: Two, moves: list[Any], data: st.DataObject) -> None:
    """Said twice in one batch it is folded word by word, and a repetition changes nothing."""
    facts = _facts(moves)
    facts = data.draw(st.one_of(st.just(facts), st.permutations(facts)))
    step = data.draw(st.integers(1, 5))
    for start in range(0, len(facts), step):
        batch = facts[start : start + step]
        heard(two[0], batch)
        assert not heard(two[1], [*batch, *batch])
    for table in SAME:
        assert rows(two[0], table) == rows(two[1], table), table
    stale = " OR ".join(f"{name} IS NOT {fresh}" for name, fresh in _ANEW.items())
    assert two[0]._files[1].run(f"SELECT shipment_id FROM shipment WHERE {stale}") == []


def test_a_poll_of_many_parcels_is_one_statement(store: Store, pen: Pen) -> None:
    orders = [order(f"poll-{n}") for n in range(30)]
    store.commit(taken_in(pen, *orders, carrier="practice"))
    assert heard(store, [said(pen, one, "TRI", place="Lyon") for one in orders])
    found = [store.read.shipment(shipment_id(one.order_id)) for one in orders]
    assert {row.event_place for row in found if row} == {"Lyon"}
    assert rows(store, "shipment", "count(*)") == [(30,)]


def test_a_word_that_comes_late_changes_nothing(store: Store, pen: Pen, clock: Clock) -> None:
    one = order("1042")
    store.commit(taken_in(pen, one))
    before = said(pen, one, "JAMAIS-VU", place="Lyon")
    clock.pass_(hours=2)
    store.commit(Entry(at=clock(), facts=(said(pen, one, "LIVRE", place="Tours"),)))
    known = rows(store, "shipment")
    assert heard(store, (before,))
    assert rows(store, "shipment") == known
    # The naive twin: the last to come in wins.
    naive = f"UPDATE shipment SET event_place = '{before.data['place']}'"
    store._files[1].run(naive)
    assert rows(store, "shipment") != known


def test_what_has_no_order_yet_waits_for_it(store: Store, pen: Pen) -> None:
    one = order("1042")
    assert heard(store, (said(pen, one, "LIVRE", place="Tours"),))
    assert rows(store, "shipment") == []
    store.commit(taken_in(pen, one, carrier="practice"))
    row = store.read.shipment(shipment_id(one.order_id))
    assert row is not None
    assert (row.status.value, row.event_place) == ("delivered", "Tours")


def test_a_manifest_that_closes_after_its_parcels_begins_their_clocks(store: Store, pen: Pen) -> None:
    """From another desk the two may come in two pulls, in either order."""
    one = order("1042", ship_by=None, promised_on=None)
    store.commit(taken_in(pen, one))
    parcel = pen.new_id()
    store.commit(
        Entry(
            at=NOON,
            facts=(
                bought(pen, one, parcel, "X1"),
                about(pen, one, FactKind.LABEL_CHECKED, parcel),
                about(pen, one, FactKind.PARCEL_MANIFESTED, parcel, manifest="M1"),
            ),
        )
    )
    told: dict[str, Any] = {"manifest": "M1", "carrier": "own", "parcels": [str(parcel)], "missing": []}
    store.commit(Entry(at=NOON, facts=(pen.fact(FactKind.MANIFEST_CLOSED, **told),)))
    store.judge_due(NOON + timedelta(hours=26))
    row = store.read.shipment(shipment_id(one.order_id))
    assert row is not None
    assert [anomaly.kind for anomaly in row.anomalies] == [AnomalyKind.NO_FIRST_SCAN]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@example(data={"link": {}})  # the word of the audit trail, which this kind has no part in
@given(data=st.dictionaries(st.text(), anything, max_size=4))
def test_both_files_keep_a_fact_as_it_was_said(two: Two, data: dict[str, Any]) -> None:
    """Letter by letter: what is pushed to other desks is this text."""
    clock = Clock()
    fact = replace(
        Pen('Pöste "1"', clock=clock).fact(FactKind.CONTACT_LOGGED), data={**data, "id": UUID(int=7)}
    )
    fact = replace(fact, fact_id=UUID(int=next(NUMBERS) << 80 | 0x7000 << 64 | 0x8000 << 48))
    two[0].commit(Entry(at=NOON, facts=(fact,)))
    row = {
        name: getattr(value, "hex", value) if isinstance(value, UUID) else value
        for name, value in fact_row(fact).items()
    }
    for file in two[0]._files:
        [found] = file.run(
            'SELECT fact_id, kind, at_ms, station, "by", order_id, shipment_id, parcel_id, data FROM fact '
            f"WHERE fact_id = '{fact.fact_id.hex}'"
        )
        assert tuple(found) == tuple(row.values())


def test_the_text_of_facts_holds_what_a_row_holds(pen: Pen) -> None:
    fact = about(pen, order("1042"), FactKind.CONTACT_LOGGED, pen.new_id(), when=NOON)
    [values] = json.loads(facts_text([fact]))
    assert dump(values[-1]) == fact_row(fact)["data"]
