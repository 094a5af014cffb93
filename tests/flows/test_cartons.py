"""The carton a packer chose: its size goes to the carrier, its weight to the parcel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from desk_rig import TEE, Bench, bench, line, machines

from wismo_desk.carriers.colissimo import build_label
from wismo_desk.carriers.colissimo.contract import Contract
from wismo_desk.domain.bench_view import Problem
from wismo_desk.domain.commands import Command
from wismo_desk.errors import BadInput, CarrierRefused
from wismo_desk.practice.loopback import Fault
from wismo_desk.settings import load, save
from wismo_desk.settings.cartons import Carton, carton_of, typed_carton

BOX = Carton(number=2, length_mm=300, width_mm=200, height_mm=125, tare_g=150)


@pytest.fixture
def boxed(tmp_path: Path, qapp: object) -> Iterator[Bench]:
    with machines() as made, bench(tmp_path, *made, cartons=(BOX,)) as desk:
        yield desk


def test_size_and_weight_go_with_the_label(boxed: Bench) -> None:
    boxed.take(line("1", service="Exercice", quantity=2), line("2", service="Exercice"))
    boxed.hold = True
    boxed.scan("1", TEE)
    boxed.act(Command.CARTON_2)
    boxed.scan(TEE)
    (purchase,) = boxed.purchases
    assert purchase.request.size_mm == (300, 200, 125)
    assert purchase.request.weight_g == 2 * 190 + 150
    again = boxed.station.ship.prepare.again(purchase.effect)
    assert again is not None
    assert again.request.size_mm == (300, 200, 125)
    boxed.hold = False
    boxed.answer()
    boxed.scan(boxed.view.label.tracking_number)  # type: ignore[union-attr]  # it is there, or the test fails
    boxed.hold = True
    boxed.scan("2", TEE)
    (plain,) = boxed.purchases
    assert (plain.request.size_mm, plain.request.weight_g) == (None, 190)


def test_a_label_bought_later_still_knows_the_carton(boxed: Bench) -> None:
    boxed.take(line("1", service="Exercice", quantity=2))
    boxed.scan("1", TEE)
    boxed.act(Command.CARTON_2)
    boxed.carrier.fail_next(Fault.BUSY)
    boxed.scan(TEE)
    assert boxed.problem is Problem.CARRIER_AWAY
    boxed.act(Command.OK)
    boxed.hold = True
    boxed.scan("1")
    (purchase,) = boxed.purchases
    assert purchase.request.size_mm == (300, 200, 125)


def test_colissimo_refuses_what_is_too_large_before_it_is_asked(boxed: Bench) -> None:
    boxed.take(line("1", service="Exercice"))
    boxed.hold = True
    boxed.scan("1", TEE)
    fine = replace(boxed.purchases[0].request, service="home", size_mm=(2740, 100, 100))
    contract = Contract(account="900001", password="secret")
    assert b"LENGTH" in build_label(fine, contract)
    for size in ((2741, 10, 10), (100, 2500, 301)):
        with pytest.raises(CarrierRefused, match="274 cm at most"):
            build_label(replace(fine, size_mm=size), contract)


@pytest.mark.parametrize(
    ("text", "size", "tare"),
    [
        ("30 × 20 × 12,5 ; 150 g", (300, 200, 125), 150),
        ("30x20x12.5 cm", (300, 200, 125), 0),
        ("30 * 20 * 10;80", (300, 200, 100), 80),
    ],
)
def test_a_carton_as_people_write_it(text: str, size: tuple[int, int, int], tare: int) -> None:
    carton = typed_carton(3, text)
    assert (carton.size_mm, carton.tare_g, carton.number) == (size, tare, 3)


@pytest.mark.parametrize("text", ["", "30", "30 x 20", "0 x 1 x 1", "900 x 1 x 1", "a x b x c", "1x1x1;-3"])
def test_what_is_no_carton(text: str) -> None:
    with pytest.raises(BadInput, match="is no size of a carton"):
        typed_carton(1, text)


def test_the_settings_keep_them(tmp_path: Path) -> None:
    settings = replace(load(tmp_path), cartons=(BOX,))
    save(tmp_path, settings)
    assert load(tmp_path).cartons == (BOX,)
    assert carton_of(load(tmp_path).cartons, "1") is None
