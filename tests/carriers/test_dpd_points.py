"""DPD's pickup points: with a key of the merchant's own, and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from carrier_request import REQUEST

from wismo_desk.carriers.dpd_france import build
from wismo_desk.carriers.dpd_france.contract import read_contract
from wismo_desk.carriers.dpd_france.points import build_points, parse_points
from wismo_desk.domain.carrier import FindsPickupPoints, SellsLabels
from wismo_desk.domain.pickup import PointKind, PointSearch
from wismo_desk.errors import CarrierRefused, CarrierUnreachable
from wismo_desk.practice.dpd_france_server import DpdFranceServer
from wismo_desk.web import Answer, Http

SEARCH = PointSearch(postcode="35000", city="Rennes", street="12 rue Haute", weight_g=1240)


@pytest.fixture
def server() -> Iterator[DpdFranceServer]:
    with DpdFranceServer() as each:
        yield each


def answer(xml: str, status: int = 200) -> Answer:
    return Answer(status=status, content=xml.encode(), headers={}, host="dpd")


def item(**changes: str) -> str:
    said = {
        "PUDO_ID": "P35501",
        "NAME": "Tabac",
        "ZIPCODE": "35000",
        "CITY": "Rennes",
        "DISTANCE": "180",
    } | changes
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in said.items())
    return f"<PUDO_ITEM>{inside}</PUDO_ITEM>"


def told(*items: str) -> Answer:
    return answer(f"<RESPONSE><PUDO_ITEMS>{''.join(items)}</PUDO_ITEMS></RESPONSE>")


def test_points_are_found_and_may_stand_on_a_label(server: DpdFranceServer) -> None:
    with Http(read_s=10.0) as http:
        carrier = build(server.settings, http)
        assert isinstance(carrier, FindsPickupPoints)
        day = date(2026, 11, 23)
        points = carrier.find_points(replace(SEARCH, ship_on=day))
        assert [point.distance_m for point in points] == [180, 720, 1620]
        assert points[1].kind is PointKind.LOCKER
        assert points[0].latitude == 48.11
        assert points[0].hours is not None
        assert points[0].hours[0] == "09:00–12:30 14:00–19:00"
        assert points[0].hours[6] == ""
        assert points[0].is_open_on(day)
        assert not points[2].is_open_on(day)
        assert isinstance(carrier, SellsLabels)
        label = carrier.buy_label(replace(REQUEST, service="pickup", pickup_point=points[0].point_id))
        assert label.tracking_number


def test_without_a_key_nobody_is_asked(server: DpdFranceServer) -> None:
    with Http(read_s=10.0) as http:
        carrier = build({**server.settings, "pickup_key": ""}, http)
        assert not isinstance(carrier, FindsPickupPoints)
        assert isinstance(carrier, SellsLabels)


def test_a_wrong_key_says_so(server: DpdFranceServer) -> None:
    with Http(read_s=10.0) as http:
        carrier = build({**server.settings, "pickup_key": "other"}, http)
        assert isinstance(carrier, FindsPickupPoints)
        with pytest.raises(CarrierRefused, match="search for pickup points") as refused:
            carrier.find_points(SEARCH)
        assert refused.value.field == "pickup_key"


def test_the_question_has_no_name_and_the_key_is_in_no_repr(server: DpdFranceServer) -> None:
    contract = read_contract(server.settings)
    asked = build_points(SEARCH, contract, ship_on=date(2026, 11, 23))
    assert "date_from=23%2F11%2F2026" in asked
    assert "weight=2" in asked
    assert "Lef" not in asked
    assert contract.pickup_key not in repr(contract)


def test_what_cannot_be_used_is_left_out() -> None:
    found = parse_points(told(item(PUDO_ID="BE12345"), item(NAME=""), item(DISTANCE="far", LATITUDE="north")))
    (point,) = found
    assert (point.distance_m, point.latitude, point.hours, point.closed) == (None, None, None, ())
    assert parse_points(told()) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        answer("", 500),
        answer("<html/>"),
        answer("{}"),
        answer("<!DOCTYPE a><a/>"),
        answer("<RESPONSE/>", 302),
    ],
)
def test_what_is_no_answer_may_be_asked_again(wrong: Answer) -> None:
    with pytest.raises(CarrierUnreachable):
        parse_points(wrong)
