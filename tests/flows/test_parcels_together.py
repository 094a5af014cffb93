"""Several parcels of one order bought in one call: each its own row, its own label, its own question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_rig import MUG, TEE, Bench, bench, line, machines
from together_rig import NEXT, bench_together, calls, order

from wismo_desk.carriers.practice import PracticeCarrier
from wismo_desk.domain.bench_view import BenchMode, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import OutcomeUnknown
from wismo_desk.practice.loopback import Fault
from wismo_desk.web.client import Http

BOUGHT, PRINTED = EffectKind.LABEL_BOUGHT, EffectKind.LABEL_PRINTED


@pytest.fixture
def desk(tmp_path: Path, qapp: object) -> Iterator[Bench]:
    with bench_together(tmp_path / "desk") as made:
        yield made


def stick_all(desk: Bench) -> None:
    while (label := desk.view.label) is not None:
        desk.scan(label.tracking_number)
        assert desk.view.label != label, desk.said


def check_shipped(desk: Bench, number: str = "1", parcels: int = 3) -> None:
    assert desk.state(number) is OrderState.SHIPPED
    found = desk.parcels(number)
    assert sorted(parcel.parcel_no for parcel in found) == list(range(1, parcels + 1))
    assert {parcel.state for parcel in found} == {ParcelState.CHECKED}
    assert len({parcel.tracking_number for parcel in found}) == parcels
    assert set(desk.carrier.created.values()) == {1}
    assert len(desk.carrier.created) == parcels
    lasts = [fact.data["last"] for fact in desk.facts(number, FactKind.LABEL_BOUGHT)]
    assert lasts.count(True) == 1
    assert desk.printer.odometer == parcels
    assert {effect.state for effect in desk.effects(number)} == {EffectState.DONE}


def test_one_call_buys_all_at_the_last_parcel(desk: Bench) -> None:
    desk.take(*order())
    view = desk.scan("1", TEE, NEXT)
    assert view.mode is BenchMode.PACKING
    assert "its label comes with" in desk.said
    desk.scan(TEE, NEXT)
    assert desk.effects("1") == []
    view = desk.scan(MUG)
    assert calls(desk) == 1
    assert view.label is not None
    assert view.label.parcel_no == 1
    assert desk.state("1") is OrderState.SHIPPED
    assert desk.printer.wait_for(3)
    weights = [effect.details["weight_g"] for effect in desk.effects("1", BOUGHT)]
    assert sorted(map(int, map(str, weights))) == [190, 190, 400]
    assert "First, parcel 1" in desk.said
    desk.scan(view.label.tracking_number)
    assert desk.said == "Next, the label of parcel 2. Still to be scanned: 2."
    stick_all(desk)
    assert desk.view.mode is BenchMode.IDLE
    assert desk.view.last_closed
    check_shipped(desk)


def test_the_labels_may_be_stuck_on_in_any_order(desk: Bench) -> None:
    desk.take(*order())
    desk.scan("1", TEE, NEXT, TEE, NEXT, MUG)
    by_number = {parcel.parcel_no: parcel.tracking_number for parcel in desk.parcels("1")}
    desk.scan(by_number[3])
    assert desk.view.label is not None
    assert desk.view.label.parcel_no == 1
    desk.scan(by_number[2], by_number[1])
    check_shipped(desk)


def test_one_parcel_alone_is_bought_as_ever(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"))
    desk.pack("1", TEE)
    check_shipped(desk, parcels=1)


def test_off_by_default(tmp_path: Path, qapp: object) -> None:
    with machines() as (printer, carrier), bench(tmp_path / "desk", printer, carrier) as desk:
        desk.take(*order())
        view = desk.scan("1", TEE, NEXT)
        assert view.label is not None
        assert calls(desk) == 1


def test_a_carrier_that_sells_one_by_one_is_asked_at_each_parcel(desk: Bench) -> None:
    desk.take(*order(service="Magasin"))
    view = desk.scan("1", TEE, NEXT)
    assert view.label is not None
    assert len(desk.effects("1", BOUGHT)) == 1


@pytest.mark.parametrize(
    "fault", [Fault.HANG_AFTER_CREATE, Fault.DROP_AFTER_CREATE, Fault.HALF_ANSWER, Fault.ERROR_AFTER_CREATE]
)
def test_a_lost_answer_is_looked_up_parcel_by_parcel(desk: Bench, fault: Fault) -> None:
    desk.take(*order())
    desk.scan("1", TEE, NEXT, TEE, NEXT)
    desk.carrier.fail_next(fault)
    desk.scan(MUG)
    stick_all(desk)
    check_shipped(desk)


@pytest.mark.parametrize("fault", [Fault.HANG_AFTER_CREATE, Fault.HALF_ANSWER])
def test_the_naive_retry_pays_for_all_of_them_twice(desk: Bench, fault: Fault) -> None:
    desk.take(*order())
    desk.scan("1", TEE, NEXT, TEE, NEXT)
    desk.hold = True
    desk.scan(MUG)
    (purchase,) = desk.purchases
    carrier: Any = desk.station.carriers["practice"]
    requests = [part.request for part in purchase.parts]
    desk.carrier.fail_next(fault)
    with pytest.raises(OutcomeUnknown):
        carrier.buy_labels(requests)
    carrier.buy_labels(requests)
    assert set(desk.carrier.created.values()) == {2}


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_labels_missing_in_the_answer_are_looked_up(desk: Bench, lost: int) -> None:
    desk.take(*order())
    desk.carrier.leave_out(lost)
    desk.scan("1", TEE, NEXT, TEE, NEXT, MUG)
    stick_all(desk)
    check_shipped(desk)


def test_half_an_answer_and_a_silent_carrier_leave_a_question_for_each_missing_label(desk: Bench) -> None:
    desk.take(*order(), line("2"))
    desk.scan("1", TEE, NEXT, TEE, NEXT)
    desk.carrier.leave_out(2)
    desk.hold = True
    desk.scan(MUG)
    (purchase,) = desk.purchases
    desk.purchases.clear()
    desk.hold = False

    class Mute(PracticeCarrier):
        """Sells, and then does not say what."""

        def find_label(self, request: object) -> None:
            raise OutcomeUnknown("No answer came.")

    desk.station.carriers["practice"] = Mute(desk.carrier.url, Http(read_s=10.0))
    bought = desk.station.ship.buy(purchase)
    step = desk.station.verify.shipped(desk.station.ship.settle(purchase, bought))
    desk._run(step)
    assert desk.problem is Problem.IN_DOUBT
    assert desk.state("1") is OrderState.PACKED
    assert [e.state for e in desk.effects("1", BOUGHT)].count(EffectState.IN_DOUBT) == 2
    desk.act(Command.OK)
    stick_all(desk)
    # Nothing is bought a second time while they are open.
    desk.scan("1")
    assert set(desk.carrier.created.values()) == {1}
    desk.act(Command.OK)
    desk.station.carriers["practice"] = PracticeCarrier(desk.carrier.url, Http(read_s=10.0))
    for doubt in desk.station.resolve.doubts():
        shipped = desk.station.resolve.ask_again(doubt.effect.effect_id)
        assert shipped.job is not None
        desk.send(shipped.job)
    for parcel in desk.parcels("1"):
        desk.scan(parcel.tracking_number)
    check_shipped(desk)


@pytest.mark.parametrize(
    ("fault", "problem"),
    [(Fault.REFUSE, Problem.LABEL_REFUSED), (Fault.BUSY, Problem.CARRIER_AWAY)],
)
def test_a_refusal_is_of_all_and_p_asks_for_all_again(desk: Bench, fault: Fault, problem: Problem) -> None:
    desk.take(*order())
    desk.carrier.fail_next(fault)
    desk.scan("1", TEE, NEXT, TEE, NEXT, MUG)
    assert desk.problem is problem
    assert [e.state for e in desk.effects("1", BOUGHT)] == [EffectState.FAILED] * 3
    assert not desk.carrier.created
    desk.act(Command.REPRINT)
    assert calls(desk) == 1
    stick_all(desk)
    check_shipped(desk)


def test_refused_and_scanned_again_asks_for_all_again(desk: Bench) -> None:
    desk.take(*order(), line("2"))
    desk.carrier.fail_next(Fault.REFUSE)
    desk.scan("1", TEE, NEXT, TEE, NEXT, MUG)
    desk.act(Command.OK)
    desk.pack("2", TEE)
    desk.scan("1")
    assert calls(desk) == 1
    stick_all(desk)
    assert desk.state("1") is OrderState.SHIPPED
    assert set(desk.carrier.created.values()) == {1}


def test_paused_and_taken_up_again_the_first_still_waits(desk: Bench) -> None:
    desk.take(*order(), line("2"))
    desk.scan("1", TEE, NEXT)
    desk.act(Command.PAUSE)
    desk.pack("2", TEE)
    view = desk.scan("1")
    assert view.mode is BenchMode.PACKING
    assert desk.effects("1") == []
    desk.scan(TEE, MUG)
    stick_all(desk)
    assert desk.state("1") is OrderState.SHIPPED
    assert calls(desk) == 1


def test_after_a_restart_the_first_still_waits(tmp_path: Path, qapp: object) -> None:
    with machines() as (printer, carrier):
        with bench(tmp_path / "desk", printer, carrier, parcels_together=True) as desk:
            desk.take(*order())
            desk.scan("1", TEE, NEXT)
        with bench(tmp_path / "desk", printer, carrier, parcels_together=True) as desk:
            desk.recover()
            desk.wake()
            assert desk.view.mode is BenchMode.PACKING
            desk.scan(TEE, NEXT, MUG)
            stick_all(desk)
            check_shipped(desk)


def test_next_parcel_twice_takes_the_labels_now(desk: Bench) -> None:
    """What is missing will not come today: the packed boxes leave."""
    desk.take(*order())
    desk.scan("1", TEE, NEXT, TEE, NEXT)
    view = desk.scan(NEXT)
    assert calls(desk) == 1
    assert view.label is not None
    stick_all(desk)
    assert desk.view.mode is BenchMode.PACKING
    assert desk.state("1") is OrderState.IN_HAND
    desk.scan(MUG)
    stick_all(desk)
    assert desk.state("1") is OrderState.SHIPPED
    assert set(desk.carrier.created.values()) == {1}
    assert len(desk.carrier.created) == 3


def test_no_more_wait_than_one_call_takes(desk: Bench) -> None:
    carrier: Any = desk.station.carriers["practice"]
    traits = replace(carrier.info.traits, parcels_together=2)
    carrier.info = replace(carrier.info, traits=traits)
    desk.take(*order())
    desk.scan("1", TEE, NEXT)
    assert desk.effects("1") == []
    view = desk.scan(TEE, NEXT)
    assert view.label is not None
    stick_all(desk)
    desk.scan(MUG)
    stick_all(desk)
    assert desk.state("1") is OrderState.SHIPPED
    assert calls(desk) == 2
    assert set(desk.carrier.created.values()) == {1}


def test_the_second_waits_for_the_first_to_come_out(desk: Bench) -> None:
    desk.take(*order())
    desk.scan("1", TEE, NEXT, TEE, NEXT)
    desk.printer.stop()
    desk.scan(MUG)
    assert desk.problem is Problem.PRINTER
    states = [effect.state for effect in desk.effects("1", PRINTED)]
    assert states == [EffectState.PENDING] * 3
    desk.printer.start()
    desk.act(Command.REPRINT)
    assert desk.printer.wait_for(3)
    stick_all(desk)
    check_shipped(desk)


def test_put_off_all_of_them_wait_in_the_tray(desk: Bench) -> None:
    desk.take(*order())
    desk.scan("1", TEE, NEXT, TEE, NEXT)
    desk.printer.stop()
    desk.scan(MUG)
    desk.act(Command.OK)
    assert desk.view.mode is BenchMode.IDLE
    assert [e.state for e in desk.effects("1", PRINTED)] == [EffectState.IN_DOUBT] * 3
    desk.printer.start()
    for doubt in desk.station.resolve.doubts():
        desk.send(desk.station.resolve.not_out(doubt.effect.effect_id, reason="tray"))
    for parcel in desk.parcels("1"):
        desk.scan(parcel.tracking_number)
    check_shipped(desk)


def test_voiding_one_of_them_leaves_the_others(desk: Bench) -> None:
    desk.take(*order())
    desk.scan("1", TEE, NEXT, TEE, NEXT, MUG)
    desk.act(Command.VOID)
    assert desk.view.label is not None
    assert desk.view.label.parcel_no == 2
    stick_all(desk)
    assert desk.state("1") is OrderState.PACKED
    desk.scan("1")
    assert set(desk.carrier.created.values()) == {1}
    desk.scan("1")
    stick_all(desk)
    assert desk.state("1") is OrderState.SHIPPED
    assert len(desk.carrier.created) == 4
