"""Sizes of parcels: read from cells with their unit, and held against the carriers' published limits."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from wismo_desk.carriers import find_carriers
from wismo_desk.domain.measures import longest, read_length, sides, title_kilos, title_unit, with_girth
from wismo_desk.domain.order_columns import Field, guess_mapping
from wismo_desk.domain.order_file import parse_orders
from wismo_desk.domain.product_file import parse_products
from wismo_desk.domain.size_limits import Place, beyond, limits_of, read_limits, too_heavy
from wismo_desk.resources import size_limits

LIMITS = read_limits(size_limits())
HEAD = "order number,sku,quantity,full name"


def orders(header: str, *lines: str):  # type: ignore[no-untyped-def]  # what parse_orders says
    data = "\n".join([f"{HEAD},{header}", *lines]).encode()
    return parse_orders(data, source="csv", zone=UTC, received_at=datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "unit", "found"),
    [
        ("30", "cm", 300),
        ("30,5", "cm", 305),
        ("30.5 cm", "mm", 305),
        ("300", "mm", 300),
        ("300 mm", "cm", 300),
        ("1,2 m", "cm", 1200),
        ("12 in", "cm", 305),
        ("0", "cm", None),
        ("-3", "cm", None),
        ("x", "cm", None),
        ("99999", "cm", None),
    ],
)
def test_lengths(text: str, unit: str, found: int | None) -> None:
    assert read_length(text, unit=unit) == found


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("package_length", "cm"),
        ("package_length_mm", "mm"),
        ("Longueur du colis (mm)", "mm"),
        ("longueurmm", "mm"),
        ("Längenzoll in", "in"),
        ("Bulletin", "cm"),
        ("custom", "cm"),
    ],
)
def test_the_unit_of_a_column(title: str, unit: str) -> None:
    assert title_unit(title) == unit


def test_kilograms_of_a_column() -> None:
    assert title_kilos("Poids colis (kg)")
    assert title_kilos("parcel_weight_kg")
    assert not title_kilos("parcel weight")
    assert not title_kilos("backg")


def test_however_it_lies() -> None:
    for one, two, three in permutations((1200, 300, 200)):
        size = (one, two, three)
        assert (longest(size), sides(size), with_girth(size)) == (1200, 1700, 2200)


def test_an_order_file_says_the_size_of_its_parcel() -> None:
    found = orders(
        "Package length,package_width_mm,Hauteur du colis (cm),Parcel weight (kg)",
        "1,A,1,Zoé,30,200,12.5,1.2",
        "2,A,1,Zoé,0,0,0,0",
        "3,A,1,Zoé,30,,12,",
        "4,A,1,Zoé,30,200,12,1",
        "4,B,1,Zoé,40,200,12,2",
    )
    assert not found.refusals
    said = [(order.size_mm, order.weight_g) for order in found.orders]
    # A measure that not all sides have, or that the lines do not agree on, is none.
    assert said == [((300, 200, 125), 1200), (None, None), (None, None), (None, None)]


def test_a_bare_weight_is_nobody_s() -> None:
    """It is as often that of one piece: only a person may say that it is the parcel's."""
    mapping = guess_mapping((*HEAD.split(","), "weight", "length", "poids", "hauteur"))
    assert not {Field.WEIGHT, Field.LENGTH, Field.HEIGHT} & {field for field, _ in mapping.columns}


def test_what_is_no_length_is_told() -> None:
    found = orders("parcel length,parcel width,parcel height", "1,A,1,Zoé,XL,20,10", "2,A,1,Zoé,30,20,10")
    assert [(one.line_no, one.field) for one in found.refusals] == [(2, "parcel length")]
    assert [order.number for order in found.orders] == ["2"]


def test_products_have_sizes() -> None:
    found = parse_products(
        b"sku;check;length;largeur (mm);hauteur\nA;manual;30;200;12,5\nB;manual;0;0;0\nC;manual;x;1;1\n"
    )
    assert [(one.sku, one.size_mm) for one in found.products] == [("A", (300, 200, 125)), ("B", None)]
    assert [one.line_no for one in found.refusals] == [4]


def test_the_table_names_services_that_exist() -> None:
    infos = {code: module.CARRIER for code, module in find_carriers().modules.items()}
    for limit in LIMITS:
        assert limit.source
        assert limit.takes or limit.heaviest_g
        assert set(limit.services) <= {service.code for service in infos[limit.carrier].services}


def test_a_limit_holds_what_it_says() -> None:
    (relay,) = limits_of(LIMITS, "chronopost", "pickup")
    assert relay.holds((1000, 400, 350))  # 100 cm, and 250 with its girth
    assert not relay.holds((1010, 100, 100))
    assert not relay.holds((1000, 400, 360))
    assert relay.is_sure
    (home,) = limits_of(LIMITS, "chronopost", "home")
    assert not home.is_sure  # it goes, for more money
    assert limits_of(LIMITS, "own", "home") == ()


def test_the_surest_limit_is_named() -> None:
    limits = limits_of(LIMITS, "colissimo", "home")
    broken = beyond(limits, (3000, 100, 100))
    assert broken is not None
    assert (broken.is_sure, broken.longest_mm) == (True, 2000)  # who keeps it keeps the other one
    assert beyond(limits, (1500, 300, 200)) is None
    heavy = too_heavy(limits_of(LIMITS, "mondial_relay", "pickup"), 31_000)
    assert heavy is not None
    assert not heavy.is_sure
    assert too_heavy(limits, 30_000) is None


def test_a_locker_is_narrower() -> None:
    shop = limits_of(LIMITS, "colissimo", "pickup")
    locker = limits_of(LIMITS, "colissimo", "pickup", place=Place.LOCKER)
    parcel = (650, 300, 300)
    assert beyond(shop, parcel) is None
    assert beyond(locker, parcel) is not None
