"""Parcels that wait for one call when something comes between: the switch, another order, a retry, a pause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_rig import MUG, TEE, Bench, bench, line, machines
from together_rig import NEXT, bench_together, calls, order

from wismo_desk.domain.bench_view import BenchMode, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import CarrierRefused


@pytest.fixture
def desk(tmp_path: Path, qapp: object) -> Iterator[Bench]:
    with bench_together(tmp_path / "desk") as made:
        yield made


def number_of(desk: Bench, parcel_no: int, order: str = "1") -> str:
    return next(p.tracking_number for p in desk.parcels(order) if p.parcel_no == parcel_no)


def check_all_stuck(desk: Bench, parcels: int, number: str = "1") -> None:
    assert desk.state(number) is OrderState.SHIPPED
    assert [parcel.state for parcel in desk.parcels(number)] == [ParcelState.CHECKED] * parcels
    assert set(desk.carrier.created.values()) == {1}


def test_a_parcel_that_waits_keeps_its_promise_when_the_switch_goes_off(tmp_path: Path, qapp: object) -> None:
    with machines() as (printer, carrier):
        with bench(tmp_path / "desk", printer, carrier, parcels_together=True) as desk:
            desk.take(*order())
            desk.scan("1", TEE, NEXT)
        with bench(tmp_path / "desk", printer, carrier) as desk:
            desk.wake()
            desk.scan(TEE, MUG)
            assert calls(desk) == 1
            desk.scan(number_of(desk, 2), number_of(desk, 1))
            check_all_stuck(desk, 2)


def sells_one_by_one(desk: Bench) -> None:
    """From now on, for whatever reason: other rules, another service, another country."""
    carrier: Any = desk.station.carriers["practice"]
    carrier.takes_together = lambda _request: False


def test_what_the_last_call_leaves_without_label_is_said_when_the_last_label_is_stuck_on(desk: Bench) -> None:
    desk.take(*order())
    desk.scan("1", TEE, NEXT)
    sells_one_by_one(desk)
    desk.scan(TEE, MUG)
    desk.scan(number_of(desk, 2))
    assert not desk.view.last_closed
    assert desk.said == "Order 1 is not done: no label yet for its parcel 1. Scan the order again."
    desk.scan("1")
    desk.scan(number_of(desk, 1))
    assert desk.view.last_closed
    check_all_stuck(desk, 2)


def test_labels_of_another_order_do_not_enter_the_hand(desk: Bench) -> None:
    """The answer comes while the next order lies on the bench, with its own label out."""
    desk.take(*order(), *order("2"))
    desk.scan("1", TEE, NEXT, TEE, NEXT)
    desk.hold = True
    desk.scan(MUG)
    (late,) = desk.purchases
    desk.purchases.clear()
    desk.act(Command.OK)
    desk.hold = False
    desk.station.verify._state.packing = None
    desk.scan("2", TEE, NEXT, NEXT)
    mine = desk.view.label
    assert mine is not None
    assert mine.order_number == "2"
    desk._run(desk.station.verify.shipped(desk.station.ship.settle(late, desk.station.ship.buy(late))))
    assert desk.view.label == replace(mine, printed=desk.view.label.printed if desk.view.label else False)
    assert desk.said == "Label of order 1 is printing"
    assert desk.printer.wait_for(4)
    desk.scan(mine.tracking_number)
    assert desk.view.label is None
    assert desk.view.mode is BenchMode.PACKING
    desk.scan(*(parcel.tracking_number for parcel in desk.parcels("1")))
    check_all_stuck(desk, 3)


def test_a_label_that_is_out_stays_in_the_stack_when_another_comes(desk: Bench) -> None:
    """Half an answer, and the rest asked for again, before the first label was scanned."""
    desk.take(*order())
    desk.scan("1", TEE, NEXT)
    desk.hold = True
    desk.scan(TEE, MUG)
    (purchase,) = desk.purchases
    desk.purchases.clear()
    desk.hold = False
    carrier: Any = desk.station.carriers["practice"]
    first = carrier.buy_label(purchase.parts[0].request)
    refused = CarrierRefused("The carrier refused it.")
    ship = desk.station.ship
    carrier.buy_labels, kept = (lambda _requests: (first, refused)), carrier.buy_labels
    bought = ship.buy(purchase)
    carrier.buy_labels = kept
    desk._run(desk.station.verify.shipped(ship.settle(purchase, bought)))
    assert desk.problem is Problem.LABEL_REFUSED
    desk.act(Command.REPRINT)
    assert desk.view.label is not None
    assert desk.view.label.parcel_no == 2
    desk.scan(number_of(desk, 1))
    assert desk.problem is None
    desk.scan(number_of(desk, 2))
    assert desk.view.mode is BenchMode.IDLE
    check_all_stuck(desk, 2)


def test_a_pause_says_which_parcels_have_no_label(desk: Bench) -> None:
    desk.take(*order(), line("2"))
    desk.scan("1", TEE, NEXT)
    desk.act(Command.PAUSE)
    assert desk.said.startswith("Order 1 is paused. Its parcel 1 has no label yet")
    desk.pack("2", TEE)
    desk.scan("1", TEE, NEXT, NEXT)
    desk.act(Command.PAUSE)
    assert desk.view.label is None
    desk.act(Command.REPRINT)  # the last label of the bench comes up, and nothing behind it
    assert desk.view.label is not None
    desk.scan(desk.view.label.tracking_number)
    assert desk.view.label is None


def test_finishing_short_with_an_empty_open_parcel_says_the_ways_out(desk: Bench) -> None:
    desk.take(*order())
    desk.scan("1", TEE, NEXT)
    desk.act(Command.PARTIAL)
    assert desk.said.startswith("The open parcel is empty.")
    assert desk.effects("1") == []
    desk.scan(NEXT)
    desk.scan(number_of(desk, 1))
    assert desk.state("1") is OrderState.IN_HAND


def test_finishing_short_buys_what_waits_in_the_same_call(desk: Bench) -> None:
    desk.take(*order())
    desk.scan("1", TEE, NEXT, TEE)
    desk.act(Command.PARTIAL, Command.PARTIAL)
    assert calls(desk) == 1
    assert len(desk.effects("1", EffectKind.LABEL_BOUGHT)) == 2
    desk.scan(number_of(desk, 1), number_of(desk, 2))
    check_all_stuck(desk, 2)
