"""The packing bench, from the order's barcode to the label on the parcel, and what goes wrong between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from desk_rig import MUG, PEN, TEE, Bench, bench, line, machines

from wismo_desk.devices.scale import PracticeScale
from wismo_desk.domain.bench_view import BenchMode, Cue, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.packing import Gate
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.flows.pen import Pen
from wismo_desk.settings.station import LabelScan
from wismo_desk.store.journal import Entry


class Opens(Protocol):
    def __call__(self, **changes: Any) -> AbstractContextManager[Bench]: ...


@pytest.fixture
def opens(tmp_path: Path, qapp: object) -> Iterator[Opens]:
    """A bench with other settings; opened again it is the same one."""
    with machines() as (printer, carrier):
        yield lambda **changes: bench(tmp_path / "desk", printer, carrier, **changes)


def test_from_order_to_label(desk: Bench) -> None:
    desk.take(line("1042", quantity=2), line("1042", "MUG", MUG, note="Cadeau"))
    view = desk.scan("1042")
    assert (view.mode, view.cue, view.current, view.pieces_wanted) == (BenchMode.PACKING, Cue.OK, 0, 3)
    assert view.leaves_at is not None
    view = desk.scan(TEE, TEE)
    assert (view.current, view.pieces_done, view.weight_g) == (1, 2, 380)
    view = desk.scan(MUG)
    assert (view.mode, view.weight_locked) == (BenchMode.LABEL_OUT, True)
    assert desk.cues[-3:] == [Cue.OK, Cue.DONE, Cue.SILENT]
    assert view.label is not None
    assert view.label.printed
    assert view.label.image.startswith(b"\x89PNG")
    assert desk.printer.wait_for(1)
    view = desk.scan(view.label.tracking_number)
    assert (view.mode, view.cue, view.last_order, view.last_closed) == (
        BenchMode.IDLE,
        Cue.DONE,
        "1042",
        True,
    )
    assert desk.state("1042") is OrderState.SHIPPED
    assert [fact.kind for fact in desk.facts("1042")] == [
        FactKind.ORDER_TAKEN_IN,
        FactKind.ORDER_IN_HAND,
        FactKind.ITEM_SCANNED,
        FactKind.ITEM_SCANNED,
        FactKind.ITEM_SCANNED,
        FactKind.PARCEL_CLOSED,
        FactKind.LABEL_BOUGHT,
        FactKind.LABEL_PRINTED,
        FactKind.LABEL_CHECKED,
    ]
    assert desk.states("1042") == [
        (EffectKind.LABEL_BOUGHT, EffectState.DONE),
        (EffectKind.LABEL_PRINTED, EffectState.DONE),
    ]


def test_the_practice_carrier_sells_while_the_next_order_is_packed(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"), line("2"))
    desk.hold = True
    view = desk.scan("1", TEE)
    assert (view.mode, view.buying) == (BenchMode.BUYING, "1")
    assert desk.state("1") is OrderState.PACKED
    view = desk.scan("2")
    assert (view.mode, view.order_number, view.buying) == (BenchMode.PACKING, "2", "1")
    desk.answer()
    assert (desk.view.mode, desk.view.order_number, desk.view.label) == (BenchMode.PACKING, "2", None)
    assert desk.state("1") is OrderState.SHIPPED
    assert desk.printer.wait_for(1)
    (parcel,) = desk.parcels("1")
    desk.scan(parcel.tracking_number)  # the label of the order before, stuck on meanwhile
    assert (desk.view.mode, desk.view.order_number) == (BenchMode.PACKING, "2")
    assert desk.parcels("1")[0].state is ParcelState.CHECKED
    assert set(desk.carrier.created.values()) == {1}


@pytest.mark.parametrize("again", ["scan", "OK"])
def test_while_the_label_is_on_its_way_nothing_buys_a_second_one(desk: Bench, again: str) -> None:
    desk.take(line("1", service="Exercice"))
    desk.hold = True
    desk.scale = PracticeScale(500)
    desk.scan("1", TEE)
    if again == "scan":
        view = desk.scan("1")
    else:
        view = desk.act(Command.OK)
    assert view.mode is BenchMode.BUYING
    assert len(desk.purchases) == 1
    desk.answer()
    assert len(desk.parcels("1")) == 1
    assert sum(desk.carrier.created.values()) == 1


WRONG = [
    (MUG, Problem.WRONG_ITEM, "Mug is not in this order."),
    ("4006381333931", Problem.UNKNOWN_CODE, "Nothing here has the code 4006381333931."),
    ("2", Problem.FINISH_FIRST, "Order 1 is still open."),
]


@pytest.mark.parametrize(("code", "problem", "said"), WRONG)
def test_a_wrong_scan_holds_the_bench_until_it_is_acknowledged(
    desk: Bench, code: str, problem: Problem, said: str
) -> None:
    desk.take(line("1", quantity=2), line("2"))
    view = desk.scan("1", TEE, code)
    assert (view.mode, view.cue, desk.problem) == (BenchMode.PROBLEM, Cue.WRONG, problem)
    assert desk.said.startswith(said)
    view = desk.scan(TEE, "1", "WD-SUIV")
    assert view.problem is not None
    assert view.problem.held_scans == 2  # commands are heard, and this one has nothing to say here
    assert view.pieces_done == 1
    refused = desk.station.store.journal.facts_after(0)
    assert sum(1 for _, fact in refused if fact.data.get("problem") == "held") == 2
    view = desk.act(Command.OK)
    assert (view.mode, view.pieces_done) == (BenchMode.PACKING, 1)
    assert desk.scan(TEE).mode is BenchMode.LABEL_OUT


def test_one_too_many(desk: Bench) -> None:
    desk.take(line("1"), line("1", "MUG", MUG))
    desk.scan("1", TEE, TEE)
    assert (desk.problem, desk.said) == (Problem.TOO_MANY, "T-shirt: 1 wanted, and they are all there.")
    assert desk.view.problem is not None
    assert desk.view.problem.expected is not None
    assert desk.view.problem.expected.sku == "MUG"
    assert not desk.view.problem.can_finish_partial  # nothing is missing: it is there twice
    desk.scan("WD-OK")
    assert desk.view.pieces_done == 1


def test_a_pack_of_more_than_is_wanted(desk: Bench) -> None:
    desk.take(line("1", quantity=2))
    desk.station.take_in(b"sku,name,barcodes\nTS-M,T-shirt,9520000001025 19520000001022*3\n", "p.csv")
    product = desk.station.store.read.products(["TS-M"])["TS-M"]
    code, pieces = product.codes[-1]
    desk.scan("1", code)
    assert pieces == 3
    assert desk.problem is Problem.TOO_MANY
    assert desk.said == "T-shirt: this code stands for 3 pieces, and 2 are wanted."


def test_orders_that_cannot_be_packed(desk: Bench) -> None:
    desk.take(line("1"), line("2"), line("3"), line("4"))
    desk.pack("1", TEE)
    desk.scan("1")
    assert (desk.problem, desk.said[:26]) == (Problem.ORDER_DONE, "Order 1 is shipped already")
    desk.act(Command.OK)
    other = Pen("Poste 2", clock=desk.clock)
    ids = {number: order_id("csv", number) for number in ("2", "3")}
    facts = (
        other.fact(FactKind.ORDER_IN_HAND, order_id=ids["2"]),
        other.fact(FactKind.ORDER_CANCELLED, order_id=ids["3"], reason="client"),
    )
    desk.station.store.commit(Entry(at=desk.clock(), facts=facts))
    desk.scan("2")
    assert (desk.problem, desk.said) == (
        Problem.ORDER_ELSEWHERE,
        "Order 2 is in hand at Poste 2. Scan another one.",
    )
    desk.act(Command.BACK)
    desk.scan("3")
    assert (desk.problem, desk.said) == (Problem.ORDER_DONE, "Order 3 is cancelled: put its items back.")
    desk.act(Command.BACK)
    desk.scan(TEE)
    assert (desk.problem, desk.said) == (Problem.ORDER_UNKNOWN, f"{TEE} is an item. Scan an order first.")
    desk.act(Command.BACK)
    desk.scan("XYZ-9")
    assert desk.said.startswith("No order has the code XYZ-9.")


def test_an_order_that_its_dead_bench_left_in_hand_is_taken_over(desk: Bench) -> None:
    """Once nobody holds it any more; what was ticked there stays ticked."""
    desk.take(line("2", quantity=2))
    verify = desk.station.verify
    order = desk.station.store.read.order(order_id("csv", "2"))
    assert order is not None
    other = Pen("Poste 2", clock=desk.clock)
    facts = (
        other.fact(FactKind.ORDER_IN_HAND, order_id=order.order_id),
        other.fact(
            FactKind.ITEM_SCANNED, order_id=order.order_id, line=str(order.lines[0].line_id), pieces=1
        ),
    )
    desk.station.store.commit(Entry(at=desk.clock(), facts=facts))
    verify._open_order = replace(verify._open_order, is_free=lambda key: key == order.order_id)
    desk.scan("2")
    assert (desk.view.mode, desk.view.pieces_done) == (BenchMode.PACKING, 1)
    assert desk.station.store.read.routed(order.order_id)[2:] == (OrderState.IN_HAND, "Poste 1")


def test_undo_takes_back_the_newest_piece(desk: Bench) -> None:
    desk.take(line("1", quantity=2), line("1", "MUG", MUG))
    desk.scan("1", TEE, MUG)
    view = desk.act(Command.UNDO)
    assert (view.pieces_done, view.current, view.cue) == (1, 0, Cue.ATTENTION)
    view = desk.act(Command.UNDO)
    assert view.pieces_done == 0
    view = desk.act(Command.UNDO)  # nothing left to take back
    assert (view.pieces_done, view.cue) == (0, Cue.SILENT)
    assert desk.scan(TEE, MUG, TEE).mode is BenchMode.LABEL_OUT
    (closed,) = desk.facts("1", FactKind.PARCEL_CLOSED)
    assert sorted(closed.data["contents"].values()) == [1, 2]  # type: ignore[attr-defined]  # plain JSON


def test_pause_and_resume(desk: Bench) -> None:
    desk.take(line("1", quantity=2), line("2"))
    view = desk.scan("1", TEE, "WD-PAUSE")
    assert (view.mode, view.paused, view.order_number) == (BenchMode.IDLE, ("1",), "")
    assert desk.state("1") is OrderState.PAUSED
    desk.pack("2", TEE)
    view = desk.scan("1")
    assert (view.mode, view.pieces_done, view.paused) == (BenchMode.PACKING, 1, ())
    assert desk.pack("1", TEE).last_order == "1"
    assert desk.view.last_closed


def test_an_order_in_hand_is_there_again_after_a_restart(opens: Opens) -> None:
    with opens() as desk:
        desk.take(line("1", quantity=2), line("2", quantity=2), line("3", quantity=2))
        desk.scan("1", TEE, "WD-PAUSE", "2", TEE)
    with opens() as desk:
        view = desk.wake()
        assert (view.order_number, view.pieces_done, view.paused) == ("2", 1, ("1",))
        assert desk.scan(TEE).mode is BenchMode.LABEL_OUT


def test_one_order_in_two_parcels(desk: Bench) -> None:
    desk.take(line("1", quantity=2, service="Exercice"), line("1", "MUG", MUG, service="Exercice"))
    desk.scan("1", "WD-COLIS")
    assert desk.said == "The open parcel is empty: scan an item into it first."
    desk.scan(TEE, TEE)
    view = desk.scan("WD-COLIS")
    assert (view.mode, view.parcel_no) == (BenchMode.LABEL_OUT, 1)  # of the label in hand
    first = view.label
    assert first is not None
    assert first.parcel_no == 1
    assert desk.state("1") is OrderState.IN_HAND
    view = desk.scan(first.tracking_number)
    assert (view.mode, view.cue, view.order_number) == (BenchMode.PACKING, Cue.DONE, "1")
    view = desk.scan(MUG)
    assert view.label is not None
    assert view.label.parcel_no == 2
    assert desk.scan(view.label.tracking_number).mode is BenchMode.IDLE
    assert desk.state("1") is OrderState.SHIPPED
    assert [parcel.weight_g for parcel in desk.parcels("1")] == [380, 400]
    closed = desk.facts("1", FactKind.PARCEL_CLOSED)
    assert [fact.data["last"] for fact in closed] == [False, True]
    assert set(desk.carrier.created.values()) == {1}


def test_the_next_parcel_may_begin_before_the_label_is_scanned(desk: Bench) -> None:
    desk.take(line("1"), line("1", "MUG", MUG))
    desk.scan("1", TEE, "WD-COLIS")
    view = desk.scan(MUG)
    assert view.label is not None
    assert view.label.parcel_no == 2


def test_finishing_short(desk: Bench) -> None:
    desk.take(line("1", quantity=2), line("1", "MUG", MUG))
    desk.scan("1", "WD-PART")
    assert desk.said == "Nothing is packed yet: pause the order instead."
    view = desk.scan(TEE, "WD-PART")
    assert (desk.problem, view.cue) == (Problem.SHORT, Cue.ATTENTION)
    assert desk.said.startswith("Pieces missing: 2.")
    assert desk.act(Command.BACK).mode is BenchMode.PACKING
    view = desk.act(Command.PARTIAL, Command.PARTIAL)
    assert view.mode is BenchMode.LABEL_OUT
    assert view.label is not None
    view = desk.scan(view.label.tracking_number)
    assert (view.mode, view.last_order, view.last_closed) == (BenchMode.IDLE, "1", True)
    (closed,) = desk.facts("1", FactKind.PARCEL_CLOSED)
    assert sorted(closed.data["missing"].values()) == [1, 1]  # type: ignore[attr-defined]  # plain JSON
    assert desk.state("1") is OrderState.SHIPPED


def test_an_order_finished_short_takes_nothing_more(desk: Bench) -> None:
    desk.take(line("1", quantity=2, service="Exercice"))
    desk.hold = True
    desk.scan("1", TEE, "WD-PART", "WD-PART")
    assert desk.scan().mode is BenchMode.BUYING
    desk.scan(TEE)
    assert (desk.problem, desk.said) == (Problem.ORDER_UNKNOWN, f"{TEE} is an item. Scan an order first.")
    desk.act(Command.OK)
    desk.answer()
    assert desk.view.mode is BenchMode.LABEL_OUT
    assert len(desk.parcels("1")) == 1


def test_a_wrong_item_can_end_in_finishing_short(desk: Bench) -> None:
    desk.take(line("1", quantity=2))
    desk.scan("1", TEE, MUG)
    assert desk.problem == "wrong_item"
    desk.act(Command.PARTIAL)
    assert desk.problem == "short"
    assert desk.act(Command.PARTIAL).mode is BenchMode.LABEL_OUT


def test_the_carton_is_kept_with_the_parcel(desk: Bench) -> None:
    desk.take(line("1"))
    view = desk.scan("1", "WD-C3")
    assert view.carton == "3"
    desk.scan(TEE)
    (closed,) = desk.facts("1", FactKind.PARCEL_CLOSED)
    assert closed.data["carton"] == "3"


def test_an_item_without_barcode_is_confirmed_by_key(desk: Bench) -> None:
    desk.take(line("1", "CARTE", "", 2))
    view = desk.scan("1")
    assert not view.lines[0].need_code
    view = desk.act(Command.OK)
    assert view.mode is BenchMode.LABEL_OUT
    (scan,) = desk.facts("1", FactKind.ITEM_SCANNED)
    assert (scan.data["how"], scan.data["pieces"]) == ("key", 2)


def test_ok_confirms_nothing_that_has_a_barcode(desk: Bench) -> None:
    desk.take(line("1"))
    desk.scan("1")
    assert desk.act(Command.OK).pieces_done == 0


def test_gate_warn_sounds_and_goes_on(opens: Opens) -> None:
    with opens(gate=Gate.WARN) as desk:
        desk.take(line("1", quantity=2))
        view = desk.scan("1", MUG)
        assert (view.mode, view.cue, view.warned) == (BenchMode.PACKING, Cue.WRONG, True)
        assert desk.said == "Mug is not in this order."
        view = desk.scan(TEE)
        assert (view.warned, view.notice) == (False, "")
        (refused,) = desk.facts("1", FactKind.SCAN_REFUSED)
        assert refused.data["problem"] == "wrong_item"


@pytest.mark.parametrize("gate", [Gate.OFF, Gate.SHADOW])
def test_gate_off_ships_by_ok_and_shadow_notes_what_it_would_have_held(opens: Opens, gate: Gate) -> None:
    with opens(gate=gate) as desk:
        desk.take(line("1", quantity=2), line("1", "MUG", MUG))
        view = desk.scan("1", PEN)
        assert (view.mode, view.cue) == (BenchMode.PACKING, Cue.OK)
        view = desk.act(Command.OK)
        assert view.mode is BenchMode.LABEL_OUT
        assert len(desk.facts("1", FactKind.GATE_SHADOWED)) == (1 if gate is Gate.SHADOW else 0)
        assert {fact.data["how"] for fact in desk.facts("1", FactKind.ITEM_SCANNED)} == {"gate"}
        (closed,) = desk.facts("1", FactKind.PARCEL_CLOSED)
        assert closed.data["weight_g"] == 780


def test_a_label_needs_a_weight(desk: Bench) -> None:
    desk.take(line("1", "LOURD", "9520000007010"), line("2"))
    view = desk.scan("1", "9520000007010")
    assert (view.mode, view.cue) == (BenchMode.WEIGHING, Cue.ATTENTION)
    assert desk.act(Command.OK).mode is BenchMode.WEIGHING  # still nothing on a scale
    view = desk.scan("9520000007010")
    assert desk.said.startswith("Weigh the parcel first")
    desk.scan("2")
    assert desk.problem is Problem.FINISH_FIRST  # a half order is not left lying
    desk.act(Command.BACK)
    assert desk.typed("0").mode is BenchMode.WEIGHING
    assert (
        desk.typed("²").mode is BenchMode.PROBLEM
    )  # top left on a French keyboard: no number, told as unknown
    desk.act(Command.BACK)
    view = desk.typed(" 1250 ")
    assert view.mode is BenchMode.LABEL_OUT
    assert desk.parcels("1")[0].weight_g == 1250


def test_the_scale_comes_before_the_product_table(opens: Opens) -> None:
    scale = PracticeScale()
    with opens(scale=scale) as desk:
        desk.take(line("1"), line("2", "LOURD", "9520000007010"))
        scale.put(333)
        assert desk.scan("1", TEE).weight_g == 333
        assert desk.parcels("1")[0].weight_g == 333
        assert desk.view.label is not None
        desk.scan(desk.view.label.tracking_number)
        scale.put(900, stable=False)
        assert desk.scan("2", "9520000007010").mode is BenchMode.WEIGHING
        scale.put(910)
        assert desk.act(Command.OK).mode is BenchMode.LABEL_OUT
        assert desk.parcels("2")[0].weight_g == 910


def test_undo_and_pause_while_weighing(desk: Bench) -> None:
    desk.take(line("1", "LOURD", "9520000007010", 2))
    desk.scan("1", "9520000007010", "9520000007010")
    view = desk.act(Command.UNDO)
    assert (view.mode, view.pieces_done) == (BenchMode.PACKING, 1)
    desk.scan("9520000007010")
    assert desk.act(Command.PAUSE).mode is BenchMode.PACKING  # back to the order, complete
    assert desk.act(Command.PAUSE).paused == ("1",)
    assert desk.state("1") is OrderState.PAUSED
    view = desk.scan("1")  # everything is in: the weight is all that lacks
    assert view.mode is BenchMode.WEIGHING
    assert desk.typed("700").mode is BenchMode.LABEL_OUT


def test_no_weight_where_none_is_wanted(opens: Opens) -> None:
    with opens(weigh=False) as desk:
        desk.take(line("1", "LOURD", "9520000007010"))
        assert desk.scan("1", "9520000007010").mode is BenchMode.LABEL_OUT


def test_the_label_of_another_parcel(desk: Bench) -> None:
    desk.take(line("1"), line("2"))
    desk.pack("1", TEE)
    other = desk.parcels("1")[0].tracking_number
    desk.scan("2", TEE, other)
    assert desk.problem is Problem.WRONG_LABEL
    assert desk.said.startswith(
        "This is the label of order 1, for Zoé Lefèvre. The parcel in your hands is order 2"
    )
    assert desk.view.problem is not None
    assert desk.view.problem.raw.startswith(f"{other} ≠ ")
    view = desk.act(Command.OK)
    assert view.mode is BenchMode.LABEL_OUT
    assert view.label is not None
    assert desk.scan(view.label.tracking_number).mode is BenchMode.IDLE
    desk.scan(other)
    assert desk.said == f"Label {other} was checked already"


def test_the_label_may_be_asked_for_before_the_next_order(opens: Opens) -> None:
    with opens(label_scan=LabelScan.REQUIRE) as desk:
        desk.take(line("1"), line("1", "MUG", MUG), line("2"))
        desk.scan("1", TEE, "WD-COLIS", MUG)
        assert desk.problem is Problem.FINISH_FIRST  # between two parcels of one order, too
        desk.act(Command.OK)
        assert desk.view.label is not None
        desk.scan(desk.view.label.tracking_number, MUG, "2")
        assert desk.problem is Problem.FINISH_FIRST
        assert desk.said.startswith("Scan the label of parcel")
        view = desk.act(Command.OK)
        assert view.mode is BenchMode.LABEL_OUT
        assert desk.act(Command.NEXT).mode is BenchMode.LABEL_OUT
        assert view.label is not None
        desk.scan(view.label.tracking_number)
        assert desk.scan("2").order_number == "2"
    with opens(label_scan=LabelScan.ASK) as desk:
        desk.wake()
        desk.scan(TEE)
        assert desk.act(Command.NEXT).mode is BenchMode.IDLE


def test_typed_numbers_are_scans(desk: Bench) -> None:
    desk.take(line("1042"))
    assert desk.typed("1042").mode is BenchMode.PACKING
    desk.scan(MUG)
    assert desk.typed("1042").mode is BenchMode.PROBLEM


def test_a_scanners_substitute_for_fnc1_is_undone(opens: Opens) -> None:
    with opens(scanner_group_separator="~") as desk:
        desk.take(line("1", quantity=2))
        assert desk.scan("1", "]d20109520000001025~21SER1~~").pieces_done == 1
        assert desk.scan(f"]d201{TEE:0>14}~10LOT").mode is BenchMode.LABEL_OUT


def test_the_idle_page_counts_what_is_left(desk: Bench) -> None:
    desk.take(*(line(str(number)) for number in range(8)))
    for number in range(6):
        desk.pack(str(number), TEE)
        desk.clock.pass_(minutes=5)
    idle = desk.station.departures()
    (own,) = idle.departures
    assert (own.packed, own.left, idle.done_today, idle.left_today) == (6, 2, 6, 2)
    assert own.finish_at is not None
    assert own.too_late == 0
    desk.clock.pass_(hours=8, minutes=15)  # the pace of the last hour is gone with it
    assert desk.station.departures().departures[0].finish_at is None
