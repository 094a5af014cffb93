"""The label of the last piece is painted before it is asked for: the same one, once, and only while nothing differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import pytest
from desk_rig import MUG, TEE, Bench, line

from wismo_desk.domain.commands import Command
from wismo_desk.domain.order import Order, OrderLine, Party
from wismo_desk.domain.packing import Packing, tick
from wismo_desk.flows.paint_ahead import SerialAhead, after_last_piece
from wismo_desk.labels.painter import LabelPainter, PaintedLabel
from wismo_desk.resources import resources_dir
from wismo_desk.words import Words

NOW: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Brush(LabelPainter):
    """Remembers whose labels it painted."""

    def __init__(self) -> None:
        super().__init__(Words("en"), resources_dir() / "fonts")
        self.painted: list[str] = []

    def paint(self, request: Any, **how: Any) -> PaintedLabel:
        self.painted.append(f"{request.order_number} {request.weight_g}")
        return super().paint(request, **how)


@pytest.fixture
def brush(desk: Bench) -> Brush:
    made = Brush()
    desk.station.drawing._painter = made
    return made


def counted() -> tuple[SerialAhead, list[int]]:
    taken: list[int] = []

    def take() -> int:
        taken.append(len(taken) + 1)
        return taken[-1]

    return SerialAhead(take), taken


def test_a_number_looked_at_is_the_next_one_and_is_given_once() -> None:
    serials, taken = counted()
    assert [serials.peek(), serials.peek(), serials(), serials(), serials.peek(), serials()] == [
        1,
        1,
        1,
        2,
        3,
        3,
    ]
    assert taken == [1, 2, 3]


def packing(*quantities: int) -> Packing:
    lines = tuple(
        OrderLine(line_id=UUID(int=n), sku=f"S{n}", name="", quantity=count)
        for n, count in enumerate(quantities, 1)
    )
    order = Order(
        order_id=UUID(int=9),
        source="csv",
        source_ref="1042",
        number="1042",
        recipient=Party(),
        lines=lines,
        ordered_at=NOW,
    )
    return Packing(order=order)


def test_only_the_last_piece_is_foreseen() -> None:
    one, two = packing(1), packing(1, 1)
    after = after_last_piece(one)
    assert after is not None and after.complete
    assert after_last_piece(two) is None
    assert after_last_piece(packing(2)) is None
    nearly = tick(two, UUID(int=1), 1)
    found = after_last_piece(nearly)
    assert found is not None and found.complete
    assert after_last_piece(found) is None
    assert after_last_piece(replace(one, finished=True)) is None


def get_ready(desk: Bench) -> bool:
    """What the window does between two scans."""
    nearly = desk.station.verify.nearly()
    return nearly is not None and bool(nearly())


def test_the_label_lies_there_when_the_last_piece_is_scanned(desk: Bench, brush: Brush) -> None:
    desk.take(line("1042"), line("1042", "MUG", MUG))
    assert desk.station.verify.nearly() is None
    desk.scan("1042")
    assert desk.station.verify.nearly() is None  # two pieces are missing
    desk.scan(TEE)
    assert get_ready(desk)
    assert desk.effects("1042") == []  # nothing is written of it
    view = desk.scan(MUG)
    assert brush.painted == [f"1042 {view.weight_g}"]
    assert view.label is not None and view.label.printed
    assert desk.station.verify.nearly() is None
    number = view.label.tracking_number
    assert [parcel.tracking_number for parcel in desk.parcels("1042")] == [number]
    desk.scan(number)
    desk.take(line("1043"))
    following = desk.pack("1043", TEE)
    assert following.last_order == "1043"
    assert desk.parcels("1043")[0].tracking_number != number


def test_another_order_never_gets_it(desk: Bench, brush: Brush) -> None:
    """To take what was painted last, whatever it was, would put one customer's address on another's parcel."""
    desk.take(line("1042"), line("1043", who="Ana Ruiz"))
    desk.scan("1042")
    assert get_ready(desk)
    foretold = desk.station.drawing._ready
    desk.act(Command.PAUSE)
    desk.scan("1043")  # it gets the number that the first one would have had
    view = desk.scan(TEE)
    assert foretold is not None and view.label is not None
    assert [said.split()[0] for said in brush.painted] == ["1042", "1043"]
    assert view.label.image != foretold[1].image
    assert desk.parcels("1043")[0].tracking_number in foretold[1].codes[0]


def test_what_weighs_otherwise_is_painted_anew(desk: Bench, brush: Brush) -> None:
    desk.take(line("1042"), line("1042", "MUG", MUG))
    desk.scan("1042", TEE)
    nearly = desk.station.verify.nearly()
    assert nearly is not None
    order = desk.station.store.read.order(desk.station.verify.in_hand or UUID(int=0))
    assert order is not None
    desk.station.verify._paint_ahead(order, parcel_no=1, weight_g=7)  # type: ignore[misc]  # the rig has one
    view = desk.scan(MUG)
    assert brush.painted == ["1042 7", f"1042 {view.weight_g}"]


def test_a_carrier_that_is_asked_over_the_network_is_left_alone(desk: Bench, brush: Brush) -> None:
    desk.take(line("1042", service="Exercice"))
    desk.scan("1042")
    assert desk.station.verify.nearly() is not None
    assert not get_ready(desk)
    assert brush.painted == []


def test_without_a_prefix_the_purchase_says_so_and_not_this(desk: Bench, brush: Brush) -> None:
    desk.take(line("1042"))
    desk.scan("1042")
    desk.station.practice = False
    assert not get_ready(desk)
    assert desk.problem is None
