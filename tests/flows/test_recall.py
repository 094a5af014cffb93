"""After a restart the bench shows the label that was out: scanned, printed again or voided from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pytest
from desk_rig import MUG, TEE, Bench, Clock, bench, line, machines

from wismo_desk.domain.bench_view import BenchMode, Cue, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.settings.station import LabelScan


class Opens(Protocol):
    def __call__(self, **changes: Any) -> AbstractContextManager[Bench]: ...


@pytest.fixture
def opens(tmp_path: Path, qapp: object) -> Iterator[Opens]:
    """The same bench each time it is opened: opening it again is starting the program again."""
    with machines() as (printer, carrier):
        clock = Clock()
        yield lambda **changes: bench(tmp_path / "desk", printer, carrier, clock=clock, **changes)


@pytest.fixture
def left(opens: Opens) -> Opens:
    """The program stopped with the label of order 1042 on the printer, not scanned yet."""
    with opens() as desk:
        desk.take(line("1042"), line("2"))
        desk.scan("1042", TEE)
    return opens


def test_the_label_that_was_out_is_shown_again_and_its_scan_closes_it(left: Opens) -> None:
    with left() as desk:
        desk.recover()
        view = desk.wake()
        assert (view.mode, view.order_number, view.last_closed) == (BenchMode.LABEL_OUT, "1042", False)
        assert desk.said == "This is the last label of this bench, of order 1042."
        assert view.label is not None
        assert (view.label.recipient, view.label.place) == ("Zoé Lefèvre", "37000 Tours")
        assert (view.label.printed, view.label.recalled) == (True, True)
        assert view.label.image.startswith(b"\x89PNG")
        view = desk.scan(view.label.tracking_number)
        assert (view.mode, view.cue, view.last_order) == (BenchMode.IDLE, Cue.DONE, "1042")
        assert view.last_closed
        assert desk.parcels("1042")[0].state is ParcelState.CHECKED


def test_any_other_paper_may_be_scanned_first(left: Opens) -> None:
    """After a restart nobody knows which label is in whose hands: each one scanned closes its own parcel."""
    with left() as desk:
        desk.scan("2", TEE)
    with left() as desk:
        view = desk.wake()
        assert view.order_number == "2"
        view = desk.scan(desk.parcels("1042")[0].tracking_number)
        assert (view.mode, view.order_number, desk.problem) == (BenchMode.LABEL_OUT, "2", None)
        assert desk.parcels("1042")[0].state is ParcelState.CHECKED
        assert view.label is not None
        assert desk.scan(view.label.tracking_number).mode is BenchMode.IDLE


def test_it_is_printed_again_with_its_reason(left: Opens) -> None:
    with left() as desk:
        desk.wake()
        desk.scan("WD-REIMP")
        assert desk.printer.wait_for(2)
        prints = desk.effects("1042", EffectKind.LABEL_PRINTED)
        assert [effect.details["copy"] for effect in prints] == [1, 2]
        assert prints[1].details["reason"] == "bench"
        assert desk.view.mode is BenchMode.LABEL_OUT


def test_it_is_voided_with_its_reason(left: Opens) -> None:
    with left() as desk:
        desk.wake()
        view = desk.scan("WD-ANNUL")
        assert view.mode is BenchMode.IDLE
        (voided,) = desk.facts("1042", FactKind.LABEL_VOIDED)
        assert voided.data["reason"] == "bench"
        assert desk.state("1042") is OrderState.PACKED
    with left() as desk:
        assert desk.wake().mode is BenchMode.IDLE  # a void label is nothing to go on with


def test_the_next_order_may_be_scanned_instead(left: Opens) -> None:
    with left() as desk:
        desk.wake()
        assert desk.scan("2").order_number == "2"
    with left(label_scan=LabelScan.REQUIRE) as desk:
        desk.wake()
        assert desk.view.order_number == "2"  # in hand when it stopped: it comes first


def test_where_the_label_scan_is_required_a_restart_is_no_way_round(left: Opens) -> None:
    with left(label_scan=LabelScan.REQUIRE) as desk:
        desk.wake()
        desk.scan("2")
        assert desk.problem is Problem.FINISH_FIRST
        desk.act(Command.OK)
        assert desk.view.label is not None
        desk.scan(desk.view.label.tracking_number)
        assert desk.scan("2").order_number == "2"


def test_a_label_of_yesterday_is_the_anomalys_not_the_benchs(left: Opens) -> None:
    with left() as desk:
        desk.clock.pass_(hours=14)
        view = desk.wake()
        assert (view.mode, view.last_order, view.last_closed) == (BenchMode.IDLE, "1042", False)


@pytest.mark.parametrize("command", [Command.REPRINT, Command.VOID])
def test_at_rest_the_command_shows_the_last_label_before_it_acts(opens: Opens, command: Command) -> None:
    with opens() as desk:
        desk.take(line("1"))
        view = desk.act(command)
        assert (view.mode, view.cue) == (BenchMode.IDLE, Cue.ATTENTION)
        assert desk.said.startswith("No label of this bench can be printed again")
        desk.pack("1", TEE)
    with opens(label_scan=LabelScan.REQUIRE) as desk:
        view = desk.wake()
        assert (view.mode, view.last_order, view.last_closed) == (BenchMode.IDLE, "1", True)
        view = desk.act(command)
        assert (view.mode, view.order_number) == (BenchMode.LABEL_OUT, "1")
        assert view.label is not None
        assert view.label.checked
        assert len(desk.effects("1")) == 2  # nothing was done yet
        assert desk.act(Command.BACK).mode is BenchMode.IDLE  # it was checked: nobody has to scan it again
        desk.act(command)
        desk.scan(view.label.tracking_number)
        assert (desk.view.mode, desk.said[-19:]) == (BenchMode.IDLE, "was checked already")
        desk.act(command, command)
        assert len(desk.effects("1")) == 3


def test_between_two_parcels_of_one_order(opens: Opens) -> None:
    with opens() as desk:
        desk.take(line("1"), line("1", "MUG", MUG))
        desk.scan("1", TEE, "WD-COLIS")
    with opens() as desk:
        view = desk.wake()
        assert (view.mode, view.order_number, view.parcel_no) == (BenchMode.LABEL_OUT, "1", 1)
        assert view.label is not None
        assert desk.scan(view.label.tracking_number).mode is BenchMode.PACKING
        view = desk.scan(MUG)
        assert view.label is not None
        assert view.label.parcel_no == 2
    with opens() as desk:
        desk.wake()
        assert desk.view.parcel_no == 2


def test_an_order_with_pieces_in_comes_before_a_label(opens: Opens) -> None:
    with opens() as desk:
        desk.take(line("1"), line("2", quantity=2))
        desk.scan("1", TEE, "2", TEE)
    with opens() as desk:
        view = desk.wake()
        assert (view.mode, view.order_number, view.label) == (BenchMode.PACKING, "2", None)
