"""Buying: whatever the carrier does, one label or a sentence; voided and shipped again under a new number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_rig import MUG, TEE, Bench, bench, line, machines

from wismo_desk.carriers.practice import PracticeCarrier
from wismo_desk.domain.bench_view import BenchMode, Cue, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id, purchase_key, reference
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import LabelRequest, ParcelState
from wismo_desk.errors import CarrierRefused, DeskError, OutcomeUnknown, Refused
from wismo_desk.flows.ship import Painted
from wismo_desk.practice.loopback import Fault
from wismo_desk.web.client import Http

BOUGHT = EffectKind.LABEL_BOUGHT


def short_silences(desk: Bench) -> None:
    """The practice carrier cuts the line long before its client, which a busy machine may hold up, would give up."""
    desk.carrier.silent_s = 0.2
    desk.station.carriers["practice"] = PracticeCarrier(desk.carrier.url, Http(read_s=10.0))


AFTER = [Fault.HANG_AFTER_CREATE, Fault.DROP_AFTER_CREATE, Fault.HALF_ANSWER, Fault.ERROR_AFTER_CREATE]


@pytest.mark.parametrize("fault", [*AFTER, Fault.SLOW, Fault.WRONG_CHARSET])
def test_a_lost_answer_ends_in_the_one_label_that_was_created(desk: Bench, fault: Fault) -> None:
    short_silences(desk)
    desk.carrier.slow_s = 0.05
    desk.take(line("1", service="Exercice"))
    desk.carrier.fail_next(fault)
    view = desk.scan("1", TEE)
    assert view.mode is BenchMode.LABEL_OUT
    assert list(desk.carrier.created.values()) == [1]
    assert desk.printer.wait_for(1)
    assert desk.state("1") is OrderState.SHIPPED


@pytest.mark.parametrize("fault", AFTER)
def test_the_naive_retry_buys_twice(desk: Bench, fault: Fault) -> None:
    """Ask again when no answer came: the carrier sells as often as it is asked."""
    short_silences(desk)
    desk.take(line("1", service="Exercice"))
    desk.hold = True
    desk.scan("1", TEE)
    (purchase,) = desk.purchases
    desk.carrier.fail_next(fault)
    carrier = desk.station.carriers["practice"]
    with pytest.raises(OutcomeUnknown):
        carrier.buy_label(purchase.request)
    carrier.buy_label(purchase.request)
    assert list(desk.carrier.created.values()) == [2]


NOTHING = [
    (Fault.BUSY, Problem.CARRIER_AWAY, "The carrier is too busy, nothing was bought."),
    (Fault.VAGUE, Problem.LABEL_REFUSED, "The carrier refused and gave no reason."),
    (Fault.REFUSE, Problem.LABEL_REFUSED, "The carrier refused: "),
    (
        Fault.SERVER_ERROR,
        Problem.CARRIER_AWAY,
        "The carrier's answer was lost, and it knows of no label for 1",
    ),
]


@pytest.mark.parametrize(("fault", "problem", "said"), NOTHING)
def test_no_label_ends_in_a_sentence_and_p_tries_again(
    desk: Bench, fault: Fault, problem: Problem, said: str
) -> None:
    desk.take(line("1", service="Exercice"))
    desk.carrier.fail_next(fault)
    view = desk.scan("1", TEE)
    assert (desk.problem, view.cue) == (problem, Cue.WRONG)
    assert desk.said.startswith(said)
    assert desk.state("1") is OrderState.PACKED
    assert desk.states("1") == [(BOUGHT, EffectState.FAILED)]
    view = desk.act(Command.REPRINT)
    assert view.mode is BenchMode.LABEL_OUT
    assert list(desk.carrier.created.values()) == [1]
    (effect,) = desk.effects("1", BOUGHT)
    assert effect.state is EffectState.DONE  # under the same key


def test_the_order_can_also_be_scanned_again(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"), line("2"))
    desk.carrier.fail_next(Fault.REFUSE)
    desk.scan("1", TEE)
    desk.act(Command.OK)
    assert desk.view.mode is BenchMode.IDLE
    desk.pack("2", TEE)
    view = desk.scan("1")
    assert view.mode is BenchMode.LABEL_OUT
    assert view.label is not None
    assert desk.scan(view.label.tracking_number).last_order == "1"
    assert list(desk.carrier.created.values()) == [1]


def test_the_same_reference_goes_to_the_carrier_each_time(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"))
    desk.carrier.fail_next(Fault.BUSY)
    desk.scan("1", TEE)
    desk.act(Command.REPRINT)
    assert list(desk.carrier.created) == [reference(purchase_key(order_id("csv", "1"), 1, 1))]


def test_a_carrier_that_stays_silent_leaves_a_question(desk: Bench) -> None:
    short_silences(desk)
    desk.take(line("1", service="Exercice"), line("2"))
    desk.carrier.fail_next(Fault.HANG_AFTER_CREATE, 2)  # the call, and the look-up after it
    view = desk.scan("1", TEE)
    assert (desk.problem, view.cue) == (Problem.IN_DOUBT, Cue.ATTENTION)
    assert view.problem is not None
    assert not view.problem.can_retry
    assert desk.act(Command.REPRINT).mode is BenchMode.PROBLEM  # P does not buy again
    desk.act(Command.OK)
    desk.scan("1")
    assert desk.said.startswith("The label of order 1 is on its way or its outcome is unknown.")
    desk.act(Command.OK)
    desk.pack("2", TEE)  # the bench goes on
    (doubt,) = desk.station.resolve.doubts()
    assert (doubt.order_number, doubt.carrier) == ("1", "Practice carrier")
    shipped = desk.station.resolve.ask_again(doubt.effect.effect_id)
    assert shipped.label is not None
    assert shipped.job is not None
    assert desk.print_label(shipped.job).state is EffectState.DONE
    assert (desk.state("1"), desk.station.resolve.doubts()) == (OrderState.SHIPPED, [])
    assert list(desk.carrier.created.values()) == [1]


def doubtful(desk: Bench) -> None:
    short_silences(desk)
    desk.take(line("1", service="Exercice"))
    desk.carrier.fail_next(Fault.HANG_AFTER_CREATE, 2)
    desk.scan("1", TEE)
    desk.act(Command.OK)


def test_a_person_may_decide_where_nobody_answers(desk: Bench) -> None:
    doubtful(desk)
    (doubt,) = desk.station.resolve.doubts()
    key = doubt.effect.effect_id
    decide = desk.station.resolve.decide
    with pytest.raises(Refused, match="Say how you know"):
        decide(key, bought=True, number="PX1", reason=" ")
    with pytest.raises(Refused, match="Type the tracking number"):
        decide(key, bought=True, number=" ", reason="their site")
    with pytest.raises(Refused, match="does not fit"):
        desk.station.resolve.came_out(key, reason="x")
    decide(key, bought=True, number=" px123 ", reason="their site")
    assert desk.parcels("1")[0].tracking_number == "PX123"
    assert desk.state("1") is OrderState.SHIPPED
    assert desk.facts("1", FactKind.OUTCOME_RESOLVED)[0].data["reason"] == "their site"


def test_not_bought_says_a_person_and_it_is_bought_under_the_same_key(desk: Bench) -> None:
    doubtful(desk)
    (doubt,) = desk.station.resolve.doubts()
    desk.carrier.heal()
    desk.station.resolve.decide(doubt.effect.effect_id, bought=False, number="", reason="not on their site")
    assert desk.scan("1").mode is BenchMode.LABEL_OUT
    (effect,) = desk.effects("1", BOUGHT)
    assert effect.state is EffectState.DONE


def test_a_parcel_that_was_refused_is_not_forgotten_behind_its_brother(desk: Bench) -> None:
    """Two parcels, the first label refused: the order is not shipped before both wear one."""
    desk.take(line("1", service="Exercice"), line("1", "MUG", MUG, service="Exercice"), line("2"))
    desk.carrier.fail_next(Fault.REFUSE)
    desk.scan("1", TEE, "WD-COLIS")
    assert desk.problem is Problem.LABEL_REFUSED
    desk.act(Command.OK)
    desk.pack("2", TEE)
    desk.carrier.fail_next(Fault.REFUSE)
    desk.scan("1")  # asks again for the first, in vain
    assert desk.problem is Problem.LABEL_REFUSED
    desk.act(Command.OK)
    view = desk.scan("1")
    assert view.label is not None
    assert (view.label.parcel_no, desk.state("1")) == (1, OrderState.IN_HAND)
    desk.scan(view.label.tracking_number)
    view = desk.scan(MUG)
    assert view.label is not None
    assert view.label.parcel_no == 2
    assert desk.state("1") is OrderState.SHIPPED


def test_the_last_label_does_not_ship_what_lacks_another(desk: Bench) -> None:
    short_silences(desk)
    desk.take(line("1", service="Exercice"), line("1", "MUG", MUG, service="Exercice"))
    desk.carrier.fail_next(Fault.HANG_AFTER_CREATE, 2)
    desk.scan("1", TEE, "WD-COLIS")
    assert desk.problem is Problem.IN_DOUBT
    desk.act(Command.OK)
    view = desk.scan("1", MUG)
    assert view.label is not None
    assert view.label.parcel_no == 2
    assert desk.state("1") is OrderState.PACKED  # parcel 1 is still a question
    (doubt,) = desk.station.resolve.doubts()
    desk.station.resolve.ask_again(doubt.effect.effect_id)
    assert desk.state("1") is OrderState.SHIPPED
    assert set(desk.carrier.created.values()) == {1}


@pytest.mark.parametrize("service", ["Magasin", "Exercice"])
def test_void_and_ship_again_takes_a_new_issue(desk: Bench, service: str) -> None:
    desk.take(line("1", service=service))
    view = desk.scan("1", TEE)
    assert view.label is not None
    old = view.label.tracking_number
    view = desk.act(Command.VOID)
    assert (view.mode, view.cue) == (BenchMode.IDLE, Cue.ATTENTION)
    assert desk.said == "The label is void. Scan the order twice to ship it again."
    assert desk.state("1") is OrderState.PACKED
    view = desk.scan("1")  # one scan buys nothing: somebody voided it on purpose
    assert (view.mode, view.cue, view.current) == (BenchMode.PACKING, Cue.ATTENTION, -1)
    assert view.relabel
    assert desk.said == "The label of parcel 1 was voided. Scan the order again, or OK, for a new one."
    assert len(desk.parcels("1")) == 1
    view = desk.scan("1")
    assert view.mode is BenchMode.LABEL_OUT
    first, second = desk.parcels("1")
    assert (first.state, first.issue_no, second.issue_no) == (ParcelState.VOIDED, 1, 2)
    assert (first.parcel_no, second.parcel_no) == (1, 1)
    assert second.tracking_number != old
    assert second.reference != first.reference
    desk.scan(old)
    assert desk.problem is Problem.WRONG_LABEL
    desk.act(Command.OK)
    desk.scan(second.tracking_number)
    assert desk.view.last_closed
    desk.scan(old)
    assert desk.said == f"Label {old} is void: take it off the parcel."
    assert desk.state("1") is OrderState.SHIPPED


def test_after_a_void_ok_buys_and_pause_leaves(desk: Bench) -> None:
    desk.take(line("1"), line("2"))
    desk.scan("1", TEE, "WD-ANNUL", "1")
    assert desk.act(Command.PAUSE).mode is BenchMode.IDLE
    assert (desk.state("1"), len(desk.parcels("1"))) == (OrderState.PACKED, 1)
    desk.scan("1")
    assert desk.scan("2").order_number == "2"  # the next order may come instead
    desk.pack("2", TEE)
    desk.scan("1")
    assert desk.act(Command.OK).mode is BenchMode.LABEL_OUT
    assert [parcel.issue_no for parcel in desk.parcels("1")] == [1, 2]


def test_a_void_in_the_middle_of_an_order_does_not_lose_its_rest(desk: Bench) -> None:
    """The first parcel's label is voided, the program starts again, and the second parcel is still to pack."""
    desk.take(line("1"), line("1", "MUG", MUG))
    desk.scan("1", TEE, "WD-COLIS", "WD-ANNUL", "WD-PAUSE")
    view = desk.scan("1")
    assert (view.mode, view.current) == (BenchMode.PACKING, 1)
    assert desk.said.startswith("The label of parcel 1 was voided.")
    view = desk.scan("1")
    assert view.label is not None
    desk.scan(view.label.tracking_number)
    desk.scan("WD-PAUSE", "1")
    view = desk.scan(MUG)
    assert view.label is not None
    assert view.label.parcel_no == 2
    assert desk.state("1") is OrderState.SHIPPED


def test_void_says_why_not(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"), line("2"))
    desk.pack("1", TEE)
    desk.pack("2", TEE)
    void = desk.station.void
    sold, own = desk.parcels("1")[0], desk.parcels("2")[0]
    with pytest.raises(Refused, match="Say why the label is voided"):
        void(sold.parcel_id, reason="")
    with pytest.raises(Refused, match="This parcel is not known here"):
        void(order_id("csv", "1"), reason="x")
    desk.carrier.fail_next(Fault.REFUSE)
    with pytest.raises(CarrierRefused):
        void(sold.parcel_id, reason="x")
    void(sold.parcel_id, reason="x")  # a refusal may be asked again
    with pytest.raises(Refused, match="void already"):
        void(sold.parcel_id, reason="x")
    manifest = desk.station.close_out.start("own")
    manifest, _ = desk.station.close_out.scan(manifest, own.tracking_number)
    desk.station.close_out.close(manifest)
    with pytest.raises(Refused, match="left with the driver"):
        void(own.parcel_id, reason="x")


def test_a_void_without_an_answer_is_a_question(desk: Bench) -> None:
    short_silences(desk)
    desk.take(line("1", service="Exercice"))
    desk.scan("1", TEE)
    desk.carrier.fail_next(Fault.HANG_AFTER_CREATE)
    desk.act(Command.VOID)
    assert desk.problem is Problem.IN_DOUBT
    desk.act(Command.OK)
    parcel = desk.parcels("1")[0]
    with pytest.raises(Refused, match="asked already and the answer is not known"):
        desk.station.void(parcel.parcel_id, reason="x")
    (doubt,) = desk.station.resolve.doubts()
    assert doubt.effect.kind is EffectKind.LABEL_VOIDED
    desk.station.resolve.decide(
        doubt.effect.effect_id, bought=False, number="", reason="their site says void"
    )
    assert desk.parcels("1")[0].state is ParcelState.VOIDED
    assert desk.state("1") is OrderState.PACKED


def test_a_void_that_did_not_happen_may_be_asked_again(desk: Bench) -> None:
    short_silences(desk)
    desk.take(line("1", service="Exercice"))
    desk.scan("1", TEE)
    desk.carrier.fail_next(Fault.HANG_AFTER_CREATE)
    desk.act(Command.VOID, Command.OK)
    (doubt,) = desk.station.resolve.doubts()
    desk.station.resolve.decide(doubt.effect.effect_id, bought=True, number="", reason="still valid there")
    parcel = desk.parcels("1")[0]
    desk.station.void(parcel.parcel_id, reason="x")
    assert desk.parcels("1")[0].state is ParcelState.VOIDED


def test_what_cannot_be_sold_here_says_so_and_keeps_the_pieces(tmp_path: Path, qapp: object) -> None:
    with (
        machines() as (printer, carrier),
        bench(tmp_path, printer, carrier, services=(("Ailleurs", "chronopost", "13h"),)) as desk,
    ):
        desk.take(line("1", service="Ailleurs"))
        desk.scan("1", TEE)
        assert desk.problem is Problem.LABEL_REFUSED
        assert desk.said.startswith("The carrier chronopost is not set up at this station.")
        desk.act(Command.BACK)  # back to the order, which is whole and has no label
        assert (desk.view.pieces_done, desk.state("1")) == (1, OrderState.IN_HAND)
        assert desk.act(Command.OK).problem is not None
        view = desk.act(Command.OK)  # "Set it aside"
        assert (view.mode, view.paused, desk.state("1")) == (BenchMode.IDLE, ("1",), OrderState.PAUSED)
        assert desk.said.startswith("Order 1 is set aside.")
        assert desk.effects("1") == []
        desk.scan("1")  # taken up again it asks for its label again, with the piece still in
        assert (desk.problem, desk.view.pieces_done) == (Problem.LABEL_REFUSED, 1)


def test_a_refusal_does_not_set_aside_the_order_packed_meanwhile(desk: Bench) -> None:
    desk.take(line("1", service="Relais"), line("2", quantity=2))
    desk.hold = True
    desk.scan("1", TEE, "2", TEE)
    desk.answer()
    assert desk.problem is Problem.LABEL_REFUSED
    view = desk.act(Command.OK)
    assert (view.mode, view.order_number, view.pieces_done) == (BenchMode.PACKING, "2", 1)
    assert desk.state("2") is OrderState.IN_HAND


def test_without_a_gs1_prefix_the_order_is_set_aside(desk: Bench) -> None:
    desk.take(line("1"), line("2"))
    desk.station.practice = False  # a real bench whose prefix nobody entered
    desk.scan("1", TEE)
    assert desk.problem is Problem.LABEL_REFUSED
    assert desk.said.startswith("Own deliveries need the GS1 company prefix")
    desk.act(Command.OK)
    assert desk.state("1") is OrderState.PAUSED
    assert desk.scan("2").order_number == "2"  # the bench is free


def test_the_carriers_own_reason_is_shown(desk: Bench) -> None:
    desk.take(line("1", service="Relais"))
    desk.scan("1", TEE)
    assert desk.problem is Problem.LABEL_REFUSED
    assert "Point de retrait absent" in desk.said
    assert desk.view.problem is not None
    assert desk.view.problem.raw == "PICKUP_POINT_MISSING"


def test_a_label_whose_codes_do_not_read_back_is_not_bought(desk: Bench) -> None:
    desk.take(line("1"))

    def unreadable(request: LabelRequest, label: object, copy: int = 1) -> Painted:
        raise DeskError("The code {code} cannot be read on the painted label.", code=request.sscc)

    ship = replace(desk.station.ship, paint=unreadable)
    desk.hold = True
    desk.scan("1", TEE)
    (purchase,) = desk.purchases
    shipped = ship.settle(purchase, ship.buy(purchase))
    assert shipped.error is not None
    assert desk.states("1") == [(BOUGHT, EffectState.FAILED)]
    sscc = purchase.request.sscc
    desk.hold = False
    desk.purchases.clear()
    desk._run(desk.station.verify.shipped(shipped))
    assert desk.problem is Problem.LABEL_REFUSED
    assert desk.act(Command.REPRINT).mode is BenchMode.LABEL_OUT
    assert desk.parcels("1")[0].tracking_number == sscc  # the number it had taken, not another one


def test_one_label_is_asked_for_once(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"))
    desk.hold = True
    desk.scan("1", TEE)
    (purchase,) = desk.purchases
    with pytest.raises(Refused, match="has been asked for already"):
        desk.station.ship.intend(purchase)
    desk.answer()
    with pytest.raises(Refused, match="has its label already"):
        desk.station.ship.prepare(purchase.order, parcel_no=1, weight_g=1, last=True)
