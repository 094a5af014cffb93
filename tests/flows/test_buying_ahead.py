"""Labels bought before their parcels: the last scan waits for nobody, nothing is bought twice or forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_rig import MUG, TEE, Bench, bench, line, machines

from wismo_desk.devices.scale import PracticeScale
from wismo_desk.domain.bench_view import BenchMode, Problem
from wismo_desk.domain.carrier import SellsLabels
from wismo_desk.domain.choices import LAID_ASIDE
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState, Move
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.order import OrderState
from wismo_desk.flows.buy_ahead import OTHER_CONTENTS, OTHER_DAY, OTHER_LABEL, OTHER_WEIGHT
from wismo_desk.flows.pen import Pen
from wismo_desk.practice.loopback import Fault
from wismo_desk.settings.ahead import AheadMode, AheadSettings
from wismo_desk.store.journal import Entry

AHEAD, BOUGHT = EffectKind.LABEL_AHEAD, EffectKind.LABEL_BOUGHT
OPENED = AheadSettings(mode=AheadMode.OPENED)


@pytest.fixture
def eager(tmp_path: Path, qapp: object) -> Iterator[Bench]:
    """A bench that buys when the order is opened."""
    with machines() as made, bench(tmp_path, *made, ahead=OPENED, scale=PracticeScale()) as desk:
        yield desk


def ruled(desk: Bench, **changes: Any) -> None:
    settings = desk.station.settings
    desk.station.settings = replace(settings, ahead=replace(settings.ahead, **changes))


def aside(desk: Bench, number: str) -> tuple[EffectState, object]:
    """Of the label that was bought ahead: its state, and why it is not used."""
    (row,) = desk.effects(number, AHEAD)
    return row.state, row.details.get("give_back")


def test_the_last_scan_asks_no_carrier(eager: Bench) -> None:
    eager.take(line("1", service="Exercice", quantity=2))
    eager.scan("1")
    assert len(eager.carrier.created) == 1
    assert eager.state("1") is OrderState.IN_HAND
    assert eager.parcels("1") == []
    assert not eager.facts("1", FactKind.LABEL_BOUGHT)
    eager.carrier.fail_next(Fault.DROP_AFTER_CREATE)  # nobody will hear it
    eager.hold = True
    eager.scan(TEE, TEE)
    assert eager.purchases == []
    assert eager.view.mode is BenchMode.LABEL_OUT
    eager.answer()
    assert eager.printer.wait_for(1)
    assert eager.view.label is not None
    eager.scan(eager.view.label.tracking_number)
    assert eager.state("1") is OrderState.SHIPPED
    assert list(eager.carrier.created.values()) == [1]
    (parcel,) = eager.parcels("1")
    assert parcel.weight_g == 380
    assert aside(eager, "1") == (EffectState.DONE, None)
    eager.station.give_back()
    assert not any(label.voided_at for label in eager.carrier.labels)


def test_off_by_default_nothing_is_bought_before_the_last_scan(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"))
    desk.scan("1")
    assert not desk.carrier.created


def test_the_next_orders_of_the_queue(eager: Bench) -> None:
    ruled(eager, mode=AheadMode.QUEUE, orders=2)
    eager.take(*(line(str(number), service="Exercice") for number in range(4)))
    assert not eager.carrier.created
    eager._run(eager.station.verify.rest(eager.station.departures()))
    assert len(eager.carrier.created) == 2
    eager.pack("0", TEE)
    eager._run(eager.station.verify.rest(eager.station.departures()))
    assert len(eager.carrier.created) == 3
    assert set(eager.carrier.created.values()) == {1}


def test_orders_that_are_not_for_it_do_not_use_its_places_up(eager: Bench) -> None:
    ruled(eager, mode=AheadMode.QUEUE, orders=2)
    early = {"own": "10:30", "practice": "16:45"}
    eager.station.settings = replace(eager.station.settings, cut_offs=early)
    own = (line(f"0{number}", service="Magasin") for number in range(5))
    eager.take(*own, *(line(str(number), service="Exercice") for number in range(1, 5)))
    naive = eager.station.store.read.orders(states=(OrderState.WAITING,), limit=2)
    assert {row.carrier for row in naive} == {"own"}, "the twin, which reads the first two, finds none to buy"
    eager._run(eager.station.verify.rest(eager.station.departures()))
    assert len(eager.carrier.created) == 2
    assert [len(eager.effects(str(number), AHEAD)) for number in range(1, 5)] == [1, 1, 0, 0]


def test_a_desk_that_shares_its_orders_buys_for_the_order_in_hand_only(eager: Bench) -> None:
    ruled(eager, mode=AheadMode.QUEUE)
    shares = replace(eager.station.ahead, alone=False)
    eager.take(line("1", service="Exercice"))
    assert shares.next(None) is None
    assert shares.next(order_id("csv", "1")) is not None


@pytest.mark.parametrize(("sku", "service"), [("LOURD", "Exercice"), ("TS-M", "Magasin")])
def test_not_without_a_weight_and_not_where_nothing_waits(eager: Bench, sku: str, service: str) -> None:
    eager.take(line("1", sku=sku, service=service))
    eager.scan("1")
    assert not eager.effects("1")
    ruled(eager, weight_g=500)
    assert (eager.station.ahead.next(order_id("csv", "1")) is None) is (service == "Magasin")


def test_only_carriers_that_bill_at_hand_over_or_void(eager: Bench) -> None:
    carrier = eager.station.carriers["practice"]
    plain = carrier.info
    serves = eager.station.ahead.serves
    for bills, voids, said in ((True, False, False), (True, True, True), (False, False, True)):
        traits = replace(plain.traits, bills_at_creation=bills, voidable=voids)
        carrier.info = replace(plain, traits=traits)  # type: ignore[misc]  # of this one carrier, not of its class
        assert serves("practice") is said


def test_other_contents_other_label_once(eager: Bench) -> None:
    eager.take(line("1", service="Exercice", quantity=2))
    eager.scan("1", TEE)
    eager.act(Command.PARTIAL, Command.PARTIAL)
    assert eager.view.mode is BenchMode.LABEL_OUT
    assert sorted(eager.carrier.created.values()) == [1, 1]
    assert aside(eager, "1") == (EffectState.PENDING, OTHER_CONTENTS)
    eager.station.give_back()
    eager.station.give_back()
    assert aside(eager, "1") == (EffectState.DONE, OTHER_CONTENTS)
    assert [bool(label.voided_at) for label in eager.carrier.labels] == [True, False]
    (parcel,) = eager.parcels("1")
    assert (parcel.issue_no, parcel.weight_g) == (2, 190)
    assert len(eager.facts("1", FactKind.LABEL_BOUGHT)) == 1


def test_another_weight_another_label(eager: Bench) -> None:
    eager.take(line("1", service="Exercice"), line("2", service="Exercice"))
    assert eager.scale is not None
    eager.scan("1")
    eager.scale.put(190 + 99)
    eager.scan(TEE)
    eager.scan(eager.view.label.tracking_number)  # type: ignore[union-attr]  # it is there, or the test fails
    assert aside(eager, "1") == (EffectState.DONE, None)
    eager.scan("2")
    eager.scale.put(190 + 101)
    eager.scan(TEE)
    assert aside(eager, "2") == (EffectState.PENDING, OTHER_WEIGHT)
    assert len(eager.carrier.created) == 3


def test_a_corrected_address_and_another_day(eager: Bench) -> None:
    ruled(eager, mode=AheadMode.QUEUE)
    eager.take(line("1", service="Exercice"), line("2", service="Exercice"))
    eager._run(eager.station.verify.rest(eager.station.departures()))
    eager.take(line("1", service="Exercice", street="14 rue des Tanneurs"), line("2", service="Exercice"))
    eager.station.give_back()
    assert aside(eager, "1") == (EffectState.DONE, OTHER_LABEL)
    assert aside(eager, "2") == (EffectState.PENDING, None)
    eager.clock.pass_(days=1)
    eager.station.give_back()
    assert aside(eager, "2") == (EffectState.DONE, OTHER_DAY)
    assert all(label.voided_at for label in eager.carrier.labels)
    ruled(eager, mode=AheadMode.OFF)
    eager.pack("1", TEE)
    assert [parcel.issue_no for parcel in eager.parcels("1")] == [2]


def test_a_cancelled_order_gives_its_label_back(eager: Bench) -> None:
    eager.take(line("1", service="Exercice"))
    eager.scan("1")
    eager.act(Command.PAUSE)
    store, pen = eager.station.store, eager.station.pen
    key = order_id("csv", "1")
    gone = pen.fact(FactKind.ORDER_CANCELLED, order_id=key, shipment_id=shipment_id(key), reason="test")
    store.commit(Entry(at=pen.clock(), facts=(gone,)))
    eager.station.give_back()
    assert aside(eager, "1")[0] is EffectState.DONE


def test_on_its_way_when_the_parcel_is_closed_it_is_waited_for(eager: Bench) -> None:
    eager.take(line("1", service="Exercice"))
    eager.hold = True
    eager.scan("1", TEE)
    assert eager.view.mode is BenchMode.BUYING
    assert len(eager.purchases) == 1
    eager.hold = False
    assert eager.answer().mode is BenchMode.LABEL_OUT
    assert list(eager.carrier.created.values()) == [1]


def test_refused_ahead_is_asked_once_more_at_the_bench(eager: Bench) -> None:
    eager.take(line("1", service="Exercice"))
    eager.carrier.fail_next(Fault.REFUSE)
    eager.scan("1")
    assert eager.problem is None
    eager.scan(TEE)
    assert eager.view.mode is BenchMode.LABEL_OUT
    assert list(eager.carrier.created.values()) == [1]
    eager.scan(eager.view.label.tracking_number)  # type: ignore[union-attr]  # it is there, or the test fails
    assert eager.state("1") is OrderState.SHIPPED


def test_refused_while_the_parcel_waits(eager: Bench) -> None:
    eager.take(line("1", service="Exercice"))
    eager.hold = True
    eager.scan("1", TEE)
    eager.carrier.fail_next(Fault.REFUSE)
    eager.carrier.fail_next(Fault.REFUSE)
    eager.hold = False
    eager.answer()
    assert eager.problem is Problem.LABEL_REFUSED
    eager.act(Command.REPRINT)
    assert eager.view.mode is BenchMode.LABEL_OUT
    assert list(eager.carrier.created.values()) == [1]


def test_a_label_that_cannot_be_given_back_is_told_in_the_tray(eager: Bench) -> None:
    eager.take(line("1", service="Exercice", quantity=2))
    eager.scan("1", TEE)
    eager.act(Command.PARTIAL, Command.PARTIAL)
    for _ in range(5):
        eager.carrier.fail_next(Fault.REFUSE)
        eager.station.give_back()
        eager.clock.pass_(minutes=16)
    (doubt,) = eager.station.resolve.doubts()
    assert doubt.effect.kind is AHEAD
    eager.station.resolve.decide(doubt.effect.effect_id, bought=False, number="", reason="seen as void")
    assert aside(eager, "1")[0] is EffectState.DONE
    assert not eager.station.resolve.doubts()
    assert eager.state("1") is OrderState.SHIPPED


def test_one_in_doubt_that_exists_after_all_is_given_back(eager: Bench) -> None:
    eager.take(line("1", service="Exercice"))
    eager.hold = True
    eager.scan("1")
    (purchase,) = eager.purchases
    carrier = eager.station.carriers["practice"]
    assert isinstance(carrier, SellsLabels)
    label = carrier.buy_label(purchase.request)
    move = Move(effect_id=purchase.effect.effect_id, was=EffectState.SENDING, now=EffectState.IN_DOUBT)
    eager.station.store.commit(Entry(at=eager.clock(), moves=(move,)))
    (doubt,) = eager.station.resolve.doubts()
    said: dict[str, Any] = {"bought": True, "number": label.tracking_number, "reason": "seen on the site"}
    eager.station.resolve.decide(doubt.effect.effect_id, **said)
    assert eager.state("1") is OrderState.IN_HAND
    eager.station.give_back()
    assert aside(eager, "1")[0] is EffectState.DONE
    eager.purchases.clear()
    eager.hold = False
    eager.scan(TEE)
    assert eager.view.mode is BenchMode.LABEL_OUT
    assert [bool(label.voided_at) for label in eager.carrier.labels] == [True, False]


def test_the_last_label_of_the_bench_is_the_printed_one(eager: Bench) -> None:
    ruled(eager, mode=AheadMode.QUEUE)
    eager.take(line("1", service="Exercice"), line("2", service="Exercice"))
    eager._run(eager.station.verify.rest(eager.station.departures()))
    eager.pack("1", TEE)
    eager.act(Command.REPRINT)
    assert eager.view.label is not None
    assert eager.view.label.order_number == "1"


def test_two_parcels_take_new_labels(eager: Bench) -> None:
    eager.take(line("1", service="Exercice"), line("1", sku="MUG", ean=MUG, service="Exercice"))
    eager.scan("1", TEE)
    eager.act(Command.NEXT_PARCEL)
    eager.scan(eager.view.label.tracking_number)  # type: ignore[union-attr]  # it is there, or the test fails
    eager.scan(MUG)
    assert eager.state("1") is OrderState.SHIPPED
    assert len(eager.carrier.created) == 3
    assert aside(eager, "1") == (EffectState.PENDING, OTHER_CONTENTS)


def test_another_desks_label_ahead_keeps_its_number(eager: Bench) -> None:
    """What another desk bought ahead is its own: here the label is the next issue, under another reference."""
    eager.take(line("1", service="Exercice"))
    ruled(eager, mode=AheadMode.OFF)
    other = Pen("Poste 2", clock=eager.clock)
    key = order_id("csv", "1")
    value = {"parcel_no": 1, "issue_no": 1, "station": "Poste 2"}
    fact = other.fact(FactKind.VALUE_SET, order_id=key, scope=LAID_ASIDE, key=str(key), value=value)
    eager.station.store.commit(Entry(at=eager.clock(), facts=(fact,)))
    eager.pack("1", TEE)
    assert [parcel.issue_no for parcel in eager.parcels("1")] == [2]


def test_one_that_cannot_be_given_back_in_time_does_not_hold_its_order(eager: Bench) -> None:
    eager.take(line("1", service="Exercice", quantity=2))
    eager.scan("1", TEE)
    eager.act(Command.PARTIAL)
    eager.carrier.fail_next(Fault.REFUSE)  # the new label
    eager.act(Command.PARTIAL)
    assert eager.problem is Problem.LABEL_REFUSED
    eager.carrier.fail_next(Fault.DROP_AFTER_CREATE)
    eager.station.give_back()
    eager.act(Command.OK)
    eager.scan("1")
    assert eager.view.mode is BenchMode.LABEL_OUT
