"""The return label once more from its kept bytes, and its number recognised wherever somebody scans or types it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from colissimo_rig import bench_with_returns
from desk_rig import TEE, Bench, line

from wismo_desk.domain.bench_view import BenchMode
from wismo_desk.domain.boxed import boxed
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.question import read_question
from wismo_desk.domain.watching import Filter
from wismo_desk.errors import Refused
from wismo_desk.flows.close_out import ScanKind
from wismo_desk.flows.find_order import FindOrder
from wismo_desk.flows.reprint import GONE_BACK
from wismo_desk.practice.colissimo_server import ColissimoServer

RETURN, PRINTED = EffectKind.RETURN_BOUGHT, EffectKind.LABEL_PRINTED


@pytest.fixture
def made(tmp_path: Path, qapp: object) -> Iterator[tuple[Bench, ColissimoServer]]:
    """A bench whose order 1 went out with Colissimo, a return label in its box."""
    with bench_with_returns(tmp_path) as (desk, colissimo):
        desk.take(line("1", service="Colissimo"), line("2", service="Exercice"))
        desk.scan("1", TEE)
        assert desk.printer.wait_for(2)
        yield desk, colissimo


def number_of(desk: Bench) -> str:
    (back,) = desk.effects("1", RETURN)
    return str(back.details["number"])


def test_the_bench_prints_it_again_and_buys_nothing(made: tuple[Bench, ColissimoServer]) -> None:
    desk, colissimo = made
    view = desk.act(Command.RETURN_AGAIN)
    assert view.mode is BenchMode.LABEL_OUT  # the parcel's own label is in hand still
    assert desk.said.startswith("The return label of order 1 comes out again")
    assert desk.printer.wait_for(3)
    assert len(colissimo.created) == 2
    (back,) = desk.effects("1", RETURN)
    copies = [job for job in desk.effects("1", PRINTED) if job.parcel_id == back.parcel_id]
    assert [(job.state, job.details["copy"], job.details["return"]) for job in copies] == [
        (EffectState.DONE, 1, True),
        (EffectState.DONE, 2, True),
    ]
    assert len(desk.facts("1", FactKind.LABEL_PRINTED)) == 1  # of the parcel's label, as before


def test_also_when_the_label_is_out_of_hand(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    (parcel,) = desk.parcels("1")
    desk.scan(parcel.tracking_number)
    assert desk.view.mode is BenchMode.IDLE
    desk.act(Command.RETURN_AGAIN)
    assert desk.printer.wait_for(3)


def test_an_order_without_one_is_told(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    (parcel,) = desk.parcels("1")
    desk.scan(parcel.tracking_number)
    desk.scan("2", TEE)
    desk.act(Command.RETURN_AGAIN)
    assert desk.said == "The last order of this bench has no return label."


def test_a_scan_of_it_closes_nothing(made: tuple[Bench, ColissimoServer]) -> None:
    """Its naive twin, a number like the parcel's own, would close the parcel with the wrong paper."""
    desk, _ = made
    desk.scan(number_of(desk))
    assert desk.view.mode is BenchMode.LABEL_OUT
    assert desk.said.startswith("This is the return label of order 1: it goes into the box.")
    assert not desk.facts("1", FactKind.LABEL_CHECKED)
    (parcel,) = desk.parcels("1")
    desk.scan(parcel.tracking_number)
    assert desk.state("1") is OrderState.SHIPPED
    assert len(desk.facts("1", FactKind.LABEL_CHECKED)) == 1


def test_scanned_into_the_manifest_it_says_which_label_counts(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    close_out = desk.station.close_out
    manifest, scan = close_out.scan(close_out.start("colissimo"), number_of(desk))
    assert (scan.kind, scan.sentence.split(":")[0]) == (ScanKind.UNKNOWN, "This is a return label")
    assert manifest.scanned == ()


def test_come_back_it_is_not_sent_into_a_box(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    (parcel,) = desk.parcels("1")
    desk.scan(parcel.tracking_number)
    close_out = desk.station.close_out
    manifest, _ = close_out.scan(close_out.start("colissimo"), parcel.tracking_number)
    close_out.close(manifest)
    desk.scan(number_of(desk))
    assert desk.said == "This is the return label of order 1, which has left. Look it up in Shipments."


def test_its_number_finds_the_order(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    store, number = desk.station.store, number_of(desk)
    (parcel,) = desk.parcels("1")
    assert store.read.named([number]) == [("return", str(parcel.parcel_id))]
    rows = store.read.page(store.read.rows(Filter(text=number)))
    assert [row.order_number for row in rows] == ["1"]
    found = FindOrder(store=store)(read_question(f"J'ai renvoyé mon colis, numéro {number}."))
    assert [order.number for order in found.orders] == ["1"]


def test_the_panel_has_it(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    detail = desk.station.watch.detail(shipment_id(order_id("csv", "1")))
    back = boxed(detail.facts, detail.effects)
    assert back is not None
    assert (back.number, back.carrier) == (number_of(desk), "colissimo")
    assert back.label_id is not None
    # At a desk that only heard of it there is a number, and nothing to print.
    elsewhere = boxed(detail.facts, ())
    assert elsewhere == replace(back, label_id=None)
    job = desk.station.reprint(back.label_id, reason="torn")
    assert (job.details["copy"], job.details["reason"]) == (2, "torn")


def test_without_its_bytes_it_is_refused(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    (back,) = desk.effects("1", RETURN)
    desk.station.store.journal.prune(0, desk.clock() + timedelta(days=31))
    with pytest.raises(Refused) as refused:
        desk.station.reprint(back.parcel_id, reason="torn")
    assert refused.value.sentence == GONE_BACK


def test_a_rebuilt_file_knows_it_too(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    before = desk.station.store.read.named([number_of(desk)])
    desk.station.store.rebuild()
    assert desk.station.store.read.named([number_of(desk)]) == before
