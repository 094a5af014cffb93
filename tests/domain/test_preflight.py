"""What would stop an order is seen before anybody packs it; what nobody can know is no concern."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from wismo_desk.domain.carrier import CarrierInfo, Service, Traits
from wismo_desk.domain.order import Order, OrderLine, Party
from wismo_desk.domain.pickup import PickupPoint
from wismo_desk.domain.places import Places
from wismo_desk.domain.preflight import Concern, Fix, Seen, local_concerns, point_concern, same_point

PLACES = Places({"37000": ("Tours",), "44000": ("Nantes",)})
HOME = Service(code="home", name="domicile", name_en="home", max_weight_g=30_000)
RELAY = Service(code="relay", name="relais", name_en="relay", pickup_point=True)
PREDICT = Service(code="predict", name="Predict", name_en="Predict", needs_mobile=True)
INFO = CarrierInfo(code="fast", name="Fast", services=(HOME, RELAY, PREDICT), traits=Traits())
WHO = Party(
    name="Zoé Lefèvre",
    street=("12 rue des Tanneurs",),
    postcode="37000",
    city="Tours",
    phone="06 39 98 12 04",
    email="zoe@example.org",
)
ORDER = Order(
    order_id=UUID(int=1),
    source="csv",
    source_ref="1",
    number="1",
    ordered_at=datetime(2026, 11, 22, tzinfo=UTC),
    recipient=WHO,
    lines=(OrderLine(line_id=UUID(int=2), sku="MUG", price_cents=900),),
)
FINE = Seen(
    order=ORDER,
    carrier="fast",
    carrier_name="Fast",
    service_name="Fast domicile",
    info=INFO,
    service=HOME,
    weight_g=400,
    shipper=Party(country="FR", postcode="69800"),
)
MONDAY = date(2026, 11, 23)


def seen(*, order: dict[str, Any] | None = None, who: dict[str, Any] | None = None, **changes: Any) -> Seen:
    given = replace(ORDER, recipient=replace(WHO, **(who or {})), **(order or {}))
    return replace(FINE, order=given, **changes)


def kinds(found: tuple[Concern, ...]) -> list[tuple[Fix, str, bool]]:
    return [(one.fix, one.field, one.certain) for one in found]


def test_a_good_order_is_no_concern() -> None:
    assert local_concerns(FINE, PLACES) == ()


CASES: list[tuple[Seen, list[tuple[Fix, str, bool]]]] = [
    (seen(info=None, service=None), [(Fix.SERVICE, "carrier", True)]),
    (seen(service=None), [(Fix.SERVICE, "service", True)]),
    (seen(weight_g=30_001), [(Fix.SERVICE, "weight", True)]),
    (seen(weight_g=None), []),
    (seen(service=RELAY), [(Fix.POINT, "pickup_point", True)]),
    (seen(order={"pickup_point": "P1"}), [(Fix.SERVICE, "service", False)]),
    (
        seen(service=RELAY, order={"pickup_point": "P1"}, who={"phone": "", "email": ""}),
        [(Fix.RECIPIENT, "phone", False)],
    ),
    (seen(service=PREDICT, who={"phone": ""}), [(Fix.RECIPIENT, "phone", False)]),
    (seen(service=PREDICT, who={"phone": "02 47 00 00 00"}), [(Fix.RECIPIENT, "phone", False)]),
    (seen(who={"city": "Nantes"}), [(Fix.RECIPIENT, "postcode", True)]),
    (seen(who={"postcode": "3700"}), [(Fix.RECIPIENT, "postcode", True)]),  # told once, not twice
    (seen(who={"street": ()}), [(Fix.RECIPIENT, "street", True)]),
    (
        seen(service=RELAY, order={"pickup_point": "P1"}, who={"city": "Nantes"}),
        [(Fix.RECIPIENT, "postcode", False)],
    ),
    (seen(overruled=("city",)), [(Fix.RECIPIENT, "city", False)]),
    (seen(who={"country": "CH", "postcode": "1200", "city": "Genève"}), []),
    (
        seen(
            who={"country": "CH", "postcode": "1200", "city": "Genève", "phone": "", "email": ""},
            order={"lines": (OrderLine(line_id=UUID(int=2), sku="MUG"),)},
            unweighed=("MUG",),
        ),
        [(Fix.PRODUCTS, "customs", True), (Fix.PRODUCTS, "customs", True), (Fix.RECIPIENT, "phone", False)],
    ),
    (seen(order={"lines": (OrderLine(line_id=UUID(int=2), sku="MUG"),)}, unweighed=("MUG",)), []),
]


@pytest.mark.parametrize(("case", "expected"), CASES)
def test_what_is_found(case: Seen, expected: list[tuple[Fix, str, bool]]) -> None:
    assert kinds(local_concerns(case, PLACES)) == expected


def point(**changes: Any) -> PickupPoint:
    given = {"point_id": "000484", "name": "Tabac", "street": "", "postcode": "37000", "city": "Tours"}
    return PickupPoint(**(given | changes))


def at_point(*points: PickupPoint, **changes: Any) -> tuple[str, bool] | None:
    found = point_concern(
        seen(service=RELAY, order={"pickup_point": "FR-484"}, **changes), points, ship_on=MONDAY
    )
    return (found.sentence, found.certain) if found else None


def test_a_pickup_point_that_is_there_and_open() -> None:
    assert at_point(point(point_id="000001"), point()) is None
    rests_on_monday = point(hours=("", *["09:00–12:00"] * 6))
    assert at_point(rests_on_monday) is None  # the parcel comes another day
    assert not rests_on_monday.is_open_on(MONDAY)  # the naive question would call half the shops closed
    assert at_point(point(closed=((date(2026, 11, 24), date(2026, 12, 1)),))) is None


def test_a_pickup_point_that_cannot_take_the_parcel() -> None:
    said = at_point(point(point_id="000001"))
    assert said is not None
    assert "lists no pickup point" in said[0]
    assert not said[1]  # it may be one further away
    said = at_point(point(closed=((date(2026, 11, 20), MONDAY),)))
    assert said is not None
    assert "closed from" in said[0]
    said = at_point(point(max_weight_g=300))
    assert said is not None
    assert "at most" in said[0]
    assert at_point(point(max_weight_g=300), weight_g=None) is None
    said = at_point(point(hours=("",) * 7))
    assert said is not None
    assert "no opening hours" in said[0]


def test_one_point_is_written_in_several_ways() -> None:
    assert same_point("FR-000484", "484")
    assert same_point("1234A", " 1234a ")
    assert not same_point("000484", "000485")
    assert same_point("000", "000")
