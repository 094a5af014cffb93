"""Orders out to a carrier's label program, each parcel once; its numbers in; and the bench in between."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_rig import KEY, MUG, TEE, Bench, Clock, line, machines, settings_for

from wismo_desk.app.station import Station, Wiring
from wismo_desk.domain.bench_view import BenchMode
from wismo_desk.domain.commands import Command
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id, purchase_key, reference
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import BadInput, Refused
from wismo_desk.flows.label_by_file import HANDED
from wismo_desk.words import Words

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

FIRST, SECOND = "6A15984040331", "8R28870676224"


@contextmanager
def opened(folder: Path, printer: Any, carrier: Any) -> Iterator[Bench]:
    settings = settings_for(printer, carrier)
    carriers = {**settings.carriers, "coliship": {"account": "123456"}}
    services = (("Fichier", "coliship", "home"), ("Point", "coliship", "pickup"), *settings.services)
    chosen = replace(settings, carriers=carriers, services=services)
    clock = Clock()
    station = Station(
        Wiring(folder=folder, settings=chosen, words=Words("en"), practice=True, clock=clock, key=KEY)
    )
    try:
        yield Bench(station, printer, carrier, clock)
    finally:
        station.close()


@pytest.fixture
def desk(tmp_path: Path, qapp: object) -> Iterator[Bench]:
    with machines() as (printer, carrier), opened(tmp_path / "desk", printer, carrier) as made:
        yield made


def ours(number: str, parcel_no: int = 1) -> str:
    return reference(purchase_key(order_id("csv", number), parcel_no, 1))


def numbers(**by_order: str) -> bytes:
    rows = [f"{number},{ours(order)}" for order, number in by_order.items()]
    return "\r\n".join(["NumeroColis,ReferenceExpedition", *rows]).encode()


def lines(content: bytes) -> list[str]:
    return content.decode().splitlines()


def test_each_waiting_order_goes_out_once(desk: Bench) -> None:
    desk.take(line("A1", service="Fichier"), line("A2", service="Fichier"), line("B1"))
    handed = desk.station.hand_to_file("coliship")
    assert handed.parcels == 2
    assert {ours("A1"), ours("A2")} == {row.split(",")[1] for row in lines(handed.content)}
    assert all(",190," in row for row in lines(handed.content))  # the T-shirt's weight
    again = desk.station.hand_to_file("coliship")
    assert (again.parcels, again.content) == (0, b"")


def test_the_last_file_can_be_made_once_more(desk: Bench) -> None:
    with pytest.raises(Refused):
        desk.station.hand_to_file.again("coliship")
    desk.take(line("A1", service="Fichier"))
    first = desk.station.hand_to_file("coliship")
    desk.take(*(line(f"A{n}", service="Fichier") for n in (9, 4, 2, 7)))
    second = desk.station.hand_to_file("coliship")
    assert desk.station.hand_to_file.again("coliship").content == second.content != first.content


def test_what_cannot_be_written_is_named_and_waits(desk: Bench) -> None:
    desk.take(
        line("A1", service="Fichier"),
        line("A2", service="Fichier", country="CH", postcode="8000"),
        line("A3", sku="LOURD", ean="9520000007010", service="Fichier"),  # no weight
    )
    handed = desk.station.hand_to_file("coliship")
    assert handed.parcels == 1
    assert {number for number, _ in handed.refused} == {"A2", "A3"}
    assert {error.field for _, error in handed.refused} == {"recipient.country", "weight"}
    assert desk.station.hand_to_file("coliship").refused  # still told


def test_a_parcel_packed_after_its_number_came_waits_for_its_scan(desk: Bench) -> None:
    desk.take(line("A1", service="Fichier"))
    desk.station.hand_to_file("coliship")
    done = desk.station.hand_to_file.take_numbers(numbers(A1=FIRST))
    assert (done.taken, done.same, done.refused) == (1, 0, ())
    assert desk.state("A1") is OrderState.WAITING
    assert desk.parcels("A1") == []
    view = desk.scan("A1", TEE)
    assert view.mode is BenchMode.LABEL_OUT
    assert view.label is not None
    assert view.label.tracking_number == FIRST
    assert desk.state("A1") is OrderState.SHIPPED
    assert desk.scan(FIRST).mode is BenchMode.IDLE
    (parcel,) = desk.parcels("A1")
    assert (parcel.state, parcel.tracking_number) == (ParcelState.CHECKED, FIRST)
    assert (parcel.carrier, parcel.reference, parcel.weight_g) == ("coliship", ours("A1"), 190)
    assert desk.effects("A1") == []  # nothing was asked of a carrier or a printer


def test_another_label_on_that_parcel_is_wrong(desk: Bench) -> None:
    desk.take(line("A1", service="Fichier"), line("A2", service="Fichier"))
    desk.station.hand_to_file("coliship")
    desk.station.hand_to_file.take_numbers(numbers(A1=FIRST, A2=SECOND))
    desk.pack("A2", TEE)
    desk.scan("A1", TEE)
    assert desk.scan(SECOND).mode is BenchMode.PROBLEM


def test_a_parcel_packed_before_is_set_aside_and_closed_by_its_label(desk: Bench) -> None:
    desk.take(line("A1", service="Fichier"))
    view = desk.scan("A1", TEE)
    assert view.mode is BenchMode.IDLE
    assert "set the parcel aside" in desk.said
    assert desk.state("A1") is OrderState.PACKED
    handed = desk.station.hand_to_file("coliship")
    assert handed.parcels == 1
    desk.scan("A1")
    assert "set the parcel aside" in desk.said  # opened again, it still waits
    desk.station.hand_to_file.take_numbers(numbers(A1=FIRST))
    assert desk.state("A1") is OrderState.SHIPPED
    desk.scan(FIRST)
    (parcel,) = desk.parcels("A1")
    assert parcel.state is ParcelState.CHECKED


def test_two_parcels_of_one_order(desk: Bench) -> None:
    desk.take(line("A1", service="Fichier", quantity=2))
    desk.scan("A1", TEE)
    desk.act(Command.NEXT_PARCEL)
    desk.scan(TEE)
    assert desk.state("A1") is OrderState.PACKED
    assert desk.station.hand_to_file("coliship").parcels == 2
    first, second = ours("A1"), ours("A1", 2)
    hand = desk.station.hand_to_file
    hand.take_numbers(f"{FIRST},{first}\n".encode())
    assert desk.state("A1") is OrderState.PACKED
    hand.take_numbers(f"{SECOND},{second}\n".encode())
    assert desk.state("A1") is OrderState.SHIPPED
    assert {p.parcel_no: p.tracking_number for p in desk.parcels("A1")} == {1: FIRST, 2: SECOND}


def test_the_same_numbers_again_change_nothing(desk: Bench) -> None:
    desk.take(line("A1", service="Fichier"))
    desk.scan("A1", TEE)
    desk.station.hand_to_file("coliship")
    desk.station.hand_to_file.take_numbers(numbers(A1=FIRST))
    before = desk.facts("A1")
    done = desk.station.hand_to_file.take_numbers(numbers(A1=FIRST))
    assert (done.taken, done.same) == (0, 1)
    assert desk.facts("A1") == before
    assert len(desk.facts("A1", FactKind.LABEL_BOUGHT)) == 1


def test_numbers_that_cannot_be_right_are_named_and_the_others_come_in(desk: Bench) -> None:
    desk.take(line("A1", service="Fichier"), line("A2", service="Fichier"), line("A3", service="Fichier"))
    desk.station.hand_to_file("coliship")
    hand = desk.station.hand_to_file
    hand.take_numbers(numbers(A1=FIRST))
    content = numbers(A1=SECOND, A2="6A00000000010", A3="6A00000000010") + b"\r\nX1,NOBODY"
    done = hand.take_numbers(content)
    assert {what for what, _ in done.refused} == {ours("A1"), ours("A2"), ours("A3"), "NOBODY"}
    assert done.taken == 0
    assert all("{" not in str(error) for _, error in done.refused)
    assert hand.take_numbers(numbers(A2=SECOND)).taken == 1


def test_an_order_number_will_do_where_it_means_one_parcel(desk: Bench) -> None:
    desk.take(line("A1", service="Fichier"))
    desk.station.hand_to_file("coliship")
    assert desk.station.hand_to_file.take_numbers(f"{FIRST},A1\n".encode()).taken == 1


def test_a_file_of_something_else(desk: Bench) -> None:
    with pytest.raises(BadInput):
        desk.station.hand_to_file.take_numbers(b"hello\n")
    with pytest.raises(Refused):
        desk.station.hand_to_file("practice")
    with pytest.raises(Refused):
        desk.station.hand_to_file("nobody")


def test_what_was_handed_over_survives_the_rebuilding_of_the_main_file(desk: Bench) -> None:
    desk.take(line("A1", service="Fichier"))
    desk.station.hand_to_file("coliship")
    (value,) = desk.station.store.read.values(HANDED).values()
    assert (value["order"], value["reference"], value["number"]) == ("A1", ours("A1"), "")
    (fact,) = [fact for fact in desk.facts("A1", FactKind.VALUE_SET) if fact.data["scope"] == HANDED]
    assert fact.data["value"] == value


def test_other_carriers_are_bought_as_before(desk: Bench) -> None:
    desk.take(line("B1", sku="MUG", ean=MUG, service="Exercice"))
    assert desk.scan("B1", MUG).mode is BenchMode.LABEL_OUT
    assert desk.station.hand_to_file("coliship").parcels == 0
