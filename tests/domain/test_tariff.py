"""Price lists: read line by line, the narrowest zone, the cheapest that keeps the promise."""

from __future__ import annotations

from datetime import date

import pytest

from wismo_desk.domain.carrier import CarrierInfo, Service, Traits
from wismo_desk.domain.customs import needs_customs
from wismo_desk.domain.tariff import (
    NO_PRICE,
    NOT_SET_UP,
    Fare,
    Wish,
    arrival,
    cheapest,
    dump_fares,
    fare_for,
    left_out,
    parse_fares,
    read_fares,
)
from wismo_desk.errors import BadInput


def carrier(code: str, *services: Service) -> CarrierInfo:
    return CarrierInfo(code=code, name=code.title(), services=services, traits=Traits())


HOME = Service(code="home", name="domicile", name_en="home", max_weight_g=30_000)
RELAY = Service(code="relay", name="relais", name_en="relay", pickup_point=True)
SLOW = Service(code="slow", name="lent", name_en="slow")
KNOWN = {"fast": carrier("fast", HOME), "calm": carrier("calm", SLOW, RELAY)}
FILE = """Transporteur;Service;Zone;Poids max (g);Prix centimes;Délai jours
fast;home;FR;500;690;1
fast;home;FR;2000;890;1
fast;home;FR-20;2000;1490;3
fast;home;*;2000;2500;
calm;slow;FR;30000;550;4
calm;relay;fr;30000;420;4
"""
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def fares() -> tuple[Fare, ...]:
    file = parse_fares(
        FILE.replace("Poids max (g)", "max_weight_g").replace("Prix centimes", "price_cents").encode(), KNOWN
    )
    assert not file.refusals
    return file.fares


def wish(**changes: object) -> Wish:
    given = {"country": "FR", "postcode": "37000", "weight_g": 400, "pickup_point": False} | changes
    return Wish(**given)  # type: ignore[arg-type]  # as named


def test_the_narrowest_zone_then_the_smallest_limit(fares: tuple[Fare, ...]) -> None:
    def price(country: str, postcode: str, weight_g: int | None) -> int | None:
        fare = fare_for(fares, "fast", "home", country=country, postcode=postcode, weight_g=weight_g)
        return fare.price_cents if fare else None

    assert price("FR", "37000", 500) == 690
    assert price("FR", "37000", 501) == 890
    assert price("FR", "37000", 2_001) is None
    assert price("FR", "20090", 100) == 1490
    assert price("BE", "1000", 100) == 2500
    assert price("FR", "37000", None) is None


def test_the_cheapest_keeps_the_promise(fares: tuple[Fare, ...]) -> None:
    def best(asked: Wish) -> tuple[str, str] | None:
        found = cheapest(fares, KNOWN, asked, ship_on=lambda _carrier: FRIDAY)
        return (found.carrier, found.service) if found else None

    assert best(wish()) == ("calm", "slow")
    assert best(wish(promised_on=date(2026, 12, 2))) == ("fast", "home")  # four working days end on the 3rd
    assert best(wish(promised_on=date(2026, 12, 3))) == ("calm", "slow")
    assert best(wish(promised_on=FRIDAY)) is None
    assert best(wish(pickup_point=True)) == ("calm", "relay")
    assert best(wish(country="BE", promised_on=date(2026, 12, 30))) is None  # nobody wrote its days down
    assert best(wish(weight_g=None)) is None
    naive = min(fares, key=lambda fare: fare.price_cents)
    assert naive.service == "relay"  # a customer who waits at home would be sent to a shop


def test_working_days(fares: tuple[Fare, ...]) -> None:
    assert arrival(FRIDAY, 0) == FRIDAY
    assert arrival(FRIDAY, 1) == date(2026, 11, 30)
    assert arrival(date(2026, 11, 28), 1) == date(2026, 11, 30)


def test_what_is_left_out_is_said(fares: tuple[Fare, ...]) -> None:
    only_fast = {"fast": carrier("fast", HOME, SLOW)}
    assert left_out(fares, only_fast) == (
        ("calm", "relay", NOT_SET_UP),
        ("calm", "slow", NOT_SET_UP),
        ("fast", "slow", NO_PRICE),
    )


WRONG = [
    ("moon;home;FR;500;690;1", "There is no service"),
    ("fast;moon;FR;500;690;1", "There is no service"),
    ("fast;home;Frankreich;500;690;1", "The zone"),
    ("fast;home;FR;heavy;690;1", "is not a whole number"),
    ("fast;home;FR;500;6,90;1", "is not a whole number"),
    ("fast;home;FR;500;690;soon", "is not a whole number"),
    ("fast;home;FR;700;-499;1", "is below 0"),
    ("fast;home;FR;700;−499;1", "is below 0"),
    ("fast;home;FR;700;-x;1", "is not a whole number"),
    ("fast;home;FR;500", "has 4 columns"),
]


@pytest.mark.parametrize(("line", "why"), WRONG)
def test_a_bad_line_stays_out_with_a_sentence(line: str, why: str) -> None:
    head = "carrier;service;zone;max_weight_g;price_cents;transit_days\n"
    file = parse_fares(f"{head}fast;home;FR;500;690;1\n{line}\n".encode(), KNOWN)
    assert len(file.fares) == 1
    (refusal,) = file.refusals
    assert refusal.line_no == 3
    assert why in refusal.sentence.format(**dict(refusal.values))


def test_a_file_without_a_needed_column_is_refused() -> None:
    with pytest.raises(BadInput, match="price_cents"):
        parse_fares(b"carrier;service;zone;max_weight_g\nfast;home;FR;500\n", KNOWN)


def test_prices_survive_being_written_down(fares: tuple[Fare, ...]) -> None:
    mine = [fare for fare in fares if fare.carrier == "fast"]
    assert read_fares("fast", dump_fares(mine)) == tuple(mine)


@pytest.mark.parametrize(
    ("country", "postcode", "declared"),
    [
        ("FR", "37000", False), ("FR", "20090", False), ("BE", "1000", False), ("MC", "98000", False),
        ("CH", "1200", True), ("GB", "SW1A 1AA", True), ("RE", "97400", True), ("FR", "97400", True),
        ("NC", "98800", True), ("ES", "28001", False), ("ES", "35001", True), ("US", "10001", True),
    ],
)  # fmt: skip
def test_what_goes_through_customs(country: str, postcode: str, declared: bool) -> None:
    assert needs_customs(country, postcode) is declared


def test_from_overseas_the_metropole_is_beyond_customs() -> None:
    assert needs_customs("FR", "75001", sender="FR", sender_postcode="97400")


HEAD = "carrier;service;zone;max_weight_g;price_cents;transit_days\n"


def test_two_prices_of_one_thing_are_named_and_refused() -> None:
    """Nobody can tell which holds; the cheaper one was taken without a word. The same line twice says one thing."""
    lines = [
        "fast;home;FR;500;690;1",
        "fast;home;BE;500;900;2",
        "fast;home;fr;500 g;790;1",
        "fast;home;BE;500;900;2",
    ]
    file = parse_fares((HEAD + "\n".join(lines)).encode(), KNOWN)
    assert [(each.line_no, dict(each.values)["line"], each.field) for each in file.refusals] == [
        (2, 4, "price_cents"),
        (4, 2, "price_cents"),
    ]
    other_days = HEAD + "fast;home;FR;500;690;1\nfast;home;FR;500;690;2\n"
    assert len(parse_fares(other_days.encode(), KNOWN).refusals) == 2
    assert parse_fares((HEAD + "fast;home;FR;500;690;1\n" * 2).encode(), KNOWN).refusals == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [(HEAD.encode(), "has headings only, and no price"), (b"\x00\x01\x02" * 99, "save the price list as")],
)
def test_what_holds_no_price_is_no_price_list(data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse_fares(data, KNOWN)
