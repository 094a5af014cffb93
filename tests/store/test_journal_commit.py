"""One commit is the commit: all of an entry or nothing, in order, once, by whoever comes first."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from store_rig import NOON, Clock, about, intent, opened, order, taken_in

from wismo_desk.domain.effect import EffectKind, EffectState, Move
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.shipment import LabelFormat
from wismo_desk.errors import StoreProblem
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry, StoredLabel
from wismo_desk.store.store import Store

ONE = order("1042")


def held(store: Store) -> list[tuple[int, Fact]]:
    return store.journal.facts_after(0)


def test_an_entry_is_all_or_nothing(store: Store, pen: Pen) -> None:
    effect = intent(pen, ONE, "k")
    scan = about(pen, ONE, FactKind.ORDER_IN_HAND)
    store.commit(Entry(at=NOON, effects=(effect,)))
    wrong = Move(effect_id=effect.effect_id, was=EffectState.PENDING, now=EffectState.DONE)
    label = StoredLabel(parcel_id=pen.new_id(), made_at=NOON, format=LabelFormat.ZPL, content=b"^XA^XZ")
    with pytest.raises(StoreProblem, match="nothing was done twice"):
        store.commit(Entry(at=NOON, facts=(scan,), moves=(wrong,), labels=(label,)))
    assert held(store) == []
    assert store.journal.label(label.parcel_id) is None
    assert store.journal.effect(EffectKind.LABEL_BOUGHT, "k") == effect
    store.commit(Entry(at=NOON, facts=(scan,)))
    assert held(store) == [(1, scan)]  # the refused entry used no number


def test_a_second_mover_is_refused_whole(store: Store, pen: Pen) -> None:
    effect = intent(pen, ONE, "k")
    store.commit(Entry(at=NOON, effects=(effect,)))
    done = Move(effect_id=effect.effect_id, was=EffectState.SENDING, now=EffectState.DONE, details={"n": 1})
    entries = [
        Entry(at=NOON, facts=(about(pen, ONE, FactKind.ORDER_PAUSED),), moves=(done,)) for _ in range(8)
    ]
    ready = threading.Barrier(8)

    def settle(entry: Entry) -> bool:
        ready.wait()
        try:
            store.commit(entry)
        except StoreProblem:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(settle, entries))
    assert won.count(True) == 1
    assert len(held(store)) == 1
    kept = store.journal.effect_by_id(effect.effect_id)
    assert kept is not None
    assert (kept.state, kept.details["n"], kept.details["parcel_no"]) == (EffectState.DONE, 1, 1)


def test_the_naive_way_of_settling_settles_twice(store: Store, pen: Pen) -> None:
    """Look first, write after: both look before either writes."""
    effect = intent(pen, ONE, "k")
    store.commit(Entry(at=NOON, effects=(effect,)))
    looked = [store.journal.effect_by_id(effect.effect_id) for _ in range(2)]
    settled = sum(1 for seen in looked if seen is not None and seen.state is EffectState.SENDING)
    assert settled == 2


def test_a_key_is_bought_under_once(store: Store, pen: Pen) -> None:
    store.commit(Entry(at=NOON, effects=(intent(pen, ONE, "k"),)))
    with pytest.raises(IntegrityError):
        store.commit(Entry(at=NOON, effects=(intent(pen, ONE, "k"),)))
    assert len(store.journal.effects()) == 1


def test_lanes_write_at_once_and_no_number_is_lost_or_doubled(tmp_path: Path) -> None:
    store = opened(tmp_path)
    pen = Pen("Poste 1")  # its own clock and lock
    store.commit(taken_in(pen, ONE))

    def write(_: int) -> None:
        for _ in range(25):
            store.commit(Entry(at=pen.clock(), facts=(about(pen, ONE, FactKind.ORDER_PAUSED),)))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    numbers = [seq for seq, _ in held(store)]
    assert numbers == list(range(1, 152))
    assert len(store.read.order_facts(ONE.order_id)) == 151
    store.close()


def test_pruning_keeps_the_numbers_dense(tmp_path: Path, pen: Pen) -> None:
    for day in range(3):
        store = opened(tmp_path)
        entry = taken_in(pen, order(f"A{day}"), order(f"B{day}"))
        assert store.journal.commit(entry) == 2 * day + 2
        store.catch_up(NOON)
        store.close()
    store = opened(tmp_path)
    assert held(store) == []
    assert len(store.read.orders()) == 6
    assert store.journal.parties_after(0) == []  # personal data does not outlive its fold
    store.close()


def test_label_bytes_stay_thirty_days(store: Store, pen: Pen, clock: Clock) -> None:
    old, fresh = (
        StoredLabel(
            parcel_id=pen.new_id(),
            made_at=NOON - timedelta(days=days),
            format=LabelFormat.DRAWN,
            content=b"^XA",
            image=b"png",
            codes=("00", "1"),
        )
        for days in (31, 29)
    )
    store.commit(Entry(at=NOON, labels=(old, fresh)))
    store.journal.prune(0, NOON - timedelta(days=30))
    assert store.journal.label(old.parcel_id) is None
    assert store.journal.label(fresh.parcel_id) == fresh


def test_serial_numbers_are_given_once(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: store.journal.take_serial("sscc"), range(60)))
    assert sorted(taken) == list(range(1, 61))
    assert store.journal.take_serial("other", first=500) == 500


def test_effects_are_found_by_state_parcel_and_order(store: Store, pen: Pen, clock: Clock) -> None:
    first = intent(pen, ONE, "a", EffectState.IN_DOUBT)
    clock.pass_(seconds=1)
    second = intent(pen, order("2"), "b", EffectState.IN_DOUBT)
    store.commit(Entry(at=NOON, effects=(first, second)))
    assert store.journal.effects(states=(EffectState.IN_DOUBT,)) == [second, first]  # newest first
    assert store.journal.effects(parcel_id=first.parcel_id) == [first]
    assert store.journal.effects(order_id=second.order_id) == [second]
    assert store.journal.effects(states=(EffectState.DONE,)) == []
    assert store.journal.effect(EffectKind.LABEL_PRINTED, "a") is None
