"""A French postcode and its town: what fits is let pass, what cannot be is told with what it could be."""

from __future__ import annotations

import random

import pytest

from wismo_desk.domain.order import Party
from wismo_desk.domain.places import Places, read_places
from wismo_desk.resources import french_places


@pytest.fixture(scope="module")
def places() -> Places:
    return read_places(french_places())


def said(places: Places, postcode: str, city: str, **more: str) -> str:
    found = places.doubt(Party(name="Zoé", postcode=postcode, city=city, **more))  # type: ignore[arg-type]  # texts
    return found.sentence.format(**dict(found.values)) if found else ""


FITTING = [
    ("37000", "Tours"), ("37000", "TOURS"), ("75013", "Paris 13e"), ("75013", "PARIS 13EME ARRONDISSEMENT"),
    ("69003", "Lyon"), ("42000", "St-Etienne"), ("97400", "St Denis"), ("13001", "Marseile"), ("76000", "Ruoen"),
    ("59260", "Lille Hellemmes"), ("34000", "34000 Montpellier"), ("92085", "Paris La Défense Cedex"),
    ("98000", "Monaco"), ("00100", "Armées"), ("29200", "brest cedex 2"), ("67000", "Strasbourg"),
]  # fmt: skip


@pytest.mark.parametrize(("postcode", "city"), FITTING)
def test_what_fits_is_let_pass(places: Places, postcode: str, city: str) -> None:
    assert said(places, postcode, city) == ""


def test_a_wrong_pair_is_told_with_what_it_could_be(places: Places) -> None:
    assert said(places, "37000", "Nantes").startswith("37000 is the postcode of Tours; Nantes has 44000")
    assert "Tours has 37000" in said(places, "37001", "Tours")
    assert said(places, "37001", "Trifouillis") == (
        "No town has the postcode “37001”: check it with the customer."
    )


def test_what_nobody_can_know_is_no_doubt(places: Places) -> None:
    assert said(places, "92999", "Ville Imaginaire", company="SARL") == ""
    assert said(places, "37000", "Bruxelles", country="BE") == ""
    assert said(places, "3700", "Tours") == ""
    assert said(places, "37000", "") == ""
    assert said(Places({}), "37000", "Nantes") == ""


def test_every_town_of_the_list_fits_its_own_code_and_a_swapped_digit_is_seen(places: Places) -> None:
    rows = [line.split("|") for line in french_places().splitlines()]
    chance = random.Random(7)
    pairs = [(code, chance.choice(names)) for code, *names in chance.sample(rows, 400)]
    assert [pair for pair in pairs if said(places, *pair)] == []
    swapped = [(code[0] + code[2] + code[1] + code[3:], name) for code, name in pairs if code[1] != code[2]]
    caught = sum(bool(said(places, *pair)) for pair in swapped)
    assert caught / len(swapped) > 0.9
