"""Practice Chronopost over HTTP, asked by the carrier itself: numbers, labels, refusals, lives, and its memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import zplkit
import zxingcpp
from PIL import Image

from wismo_desk.carriers.chronopost import Chronopost, build
from wismo_desk.domain.carrier_numbers import carrier_guesses
from wismo_desk.domain.order import Party
from wismo_desk.domain.pickup import PointSearch
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.status import TrackingStatus, fold_key, read_codes, standing
from wismo_desk.domain.tracking import event_id
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, OutcomeUnknown
from wismo_desk.practice.chronopost_parcels import geo_number, routing_code
from wismo_desk.practice.chronopost_server import ACCOUNT, PASSWORD, ChronopostServer
from wismo_desk.practice.loopback import Fault
from wismo_desk.resources import status_tables
from wismo_desk.web import Http

SHOP = Party(
    company="Maison Exemple",
    street=("4 rue du Four",),
    postcode="59000",
    city="Lille",
    phone="0300000000",
    email="expedition@example.com",
)
BUYER = Party(
    name="Zoé Lefèvre",
    street=("12 rue de l'Église", "Bât. B"),
    postcode="35000",
    city="Rennes",
    phone="0600000000",
    email="zoe@example.com",
)
WANTED = LabelRequest(
    reference="ABCDEFGHIJ234",
    order_number="#1042",
    parcel_id=UUID(int=7),
    parcel_no=1,
    issue_no=1,
    service="home",
    shipper=SHOP,
    recipient=BUYER,
    weight_g=1240,
    ship_on=date(2026, 11, 27),
)
CODES = read_codes(status_tables()["chronopost"])


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock, tmp_path: Path) -> Iterator[ChronopostServer]:
    with ChronopostServer(clock=clock, state_file=tmp_path / "parcels.json") as started:
        yield started


@pytest.fixture
def carrier(server: ChronopostServer) -> Iterator[Chronopost]:
    with Http(read_s=10.0) as http:
        yield made(server, http)


def made(server: ChronopostServer, http: Http, **settings: str) -> Chronopost:
    known = {"account": ACCOUNT, "password": PASSWORD, "url": server.url}
    carrier = build(known | settings, http)
    assert isinstance(carrier, Chronopost)
    return carrier


def stands(carrier: Chronopost, number: str) -> TrackingStatus:
    (tracked,) = carrier.track([number])
    keys = []
    for event in tracked.events:
        rule = CODES.rule(event.code, event.label)
        assert rule is not None, event
        key = event_id("chronopost", number, event, shipped_on=date(2026, 11, 23))
        keys.append((fold_key(rule.status, event.at, key), rule))
    return standing(keys).status


def sell_with(carrier: Chronopost, digit: str, request: LabelRequest = WANTED) -> str:
    """A parcel whose number asks for one of the stories in practice/plot.py."""
    for n in range(20):
        number = carrier.buy_label(replace(request, reference=f"STORY{n:08d}")).tracking_number
        if number[9] == digit:
            return number
    raise AssertionError("ten numbers in a row have every last digit")


@pytest.mark.parametrize("dpi", [203, 300])
def test_numbers_and_codes_have_the_documented_shapes_and_read_back(carrier: Chronopost, dpi: int) -> None:
    label = carrier.buy_label(replace(WANTED, dpi=dpi))
    geo, route, reference = label.aliases
    assert reference == WANTED.reference
    for code in (label.tracking_number, geo, route):
        guess = carrier_guesses(code)[0]
        assert (guess.carrier, guess.key) == ("chronopost", label.tracking_number)
        assert guess.check_ok is not False
    assert b"EXERCICE - SANS VALEUR" in label.content
    size = {203: (800, 1200), 300: (1181, 1772)}[dpi]
    document = zplkit.render(label.content, zplkit.Options(width=size[0], height=size[1], dpi=dpi))
    raster = document.labels[0].rasterize()
    image = Image.frombytes("L", (raster.width, raster.height), raster.pixels)
    read = {code.text for code in zxingcpp.read_barcodes(image)}
    assert read == {label.tracking_number, route, reference}


def test_the_sample_of_the_document_follows_the_same_rules() -> None:
    """There the country is VF, here it is FR: only those three digits and the check differ."""
    assert geo_number("XP503122466FR") == "XP503122466248W"  # carriers.md §3
    assert routing_code("XP503122466FR", "26400") == "%0026400XP503122466248226250"


@pytest.mark.parametrize(
    ("wrong", "raw", "field"),
    [
        ({"recipient": replace(BUYER, postcode="3500")}, "38", "recipient.postcode"),
        ({"recipient": replace(BUYER, email="")}, "31", "recipient"),
        ({"recipient": replace(BUYER, phone="")}, "31", "recipient"),
        ({"shipper": replace(SHOP, email="")}, "31", "recipient"),
        ({"recipient": replace(BUYER, city="")}, "31", "recipient"),
        ({"service": "pickup", "pickup_point": "9999Z"}, "POINT", "pickup_point"),
        ({"service": "pickup", "pickup_point": "3504P"}, "POINT", "pickup_point"),  # closed
    ],
)
def test_it_refuses_what_the_document_says(
    carrier: Chronopost, server: ChronopostServer, wrong: dict[str, Any], raw: str, field: str
) -> None:
    with pytest.raises(CarrierRefused) as caught:
        carrier.buy_label(replace(WANTED, **wrong))
    assert (caught.value.raw, caught.value.field) == (raw, field)
    assert server.created.total() == 0


@pytest.mark.parametrize(
    ("settings", "raw"), [({"account": "123"}, "33-account"), ({"password": "000000"}, "30")]
)
def test_a_wrong_account_is_said(server: ChronopostServer, settings: dict[str, str], raw: str) -> None:
    with Http() as http, pytest.raises(CarrierRefused) as caught:
        made(server, http, **settings).buy_label(WANTED)
    assert (caught.value.raw, caught.value.field) == (raw, "account")


def test_what_is_no_question_of_theirs_gets_a_fault(server: ChronopostServer) -> None:
    with Http() as http:
        url = f"{server.url}/shipping-cxf/ShippingServiceWS"
        for body in (b"", b"<a/>", b"<Envelope><Body><teleport/></Body></Envelope>"):
            answer = http.ask("POST", url, body=body)
            assert answer.status == 500
            assert b"<faultcode>soap:Client</faultcode>" in answer.content
        assert http.ask("POST", f"{server.url}/elsewhere", body=b"x").status == 404


def test_an_operation_in_the_wrong_namespace_is_not_recognised(server: ChronopostServer) -> None:
    """What a connector in use sends."""
    body = b'<e:Envelope xmlns:e="x"><e:Body><e:trackSkybillV2/></e:Body></e:Envelope>'
    with Http() as http:
        assert http.ask("POST", f"{server.url}/tracking-cxf/TrackingServiceWS", body=body).status == 500


def test_a_label_left_out_is_fetched_under_its_reservation(
    carrier: Chronopost, server: ChronopostServer
) -> None:
    server.lose_labels()
    label = carrier.buy_label(WANTED)
    assert label.content.startswith(b"^XA")
    assert server.created[WANTED.reference] == 1


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.BUSY, Fault.REFUSE, Fault.DROP_AFTER_CREATE])
def test_a_label_that_cannot_be_fetched_leaves_the_outcome_unknown(
    carrier: Chronopost, server: ChronopostServer, fault: Fault
) -> None:
    """Even when the second question is refused: the parcel exists."""
    server.lose_labels()
    server.fail_next(Fault.SLOW)  # strikes the first question, which is answered all the same
    server.slow_s = 0
    server.fail_next(fault)
    with pytest.raises(OutcomeUnknown):
        carrier.buy_label(WANTED)
    assert server.created[WANTED.reference] == 1


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.HALF_ANSWER, Fault.DROP_AFTER_CREATE])
def test_a_pickup_point_that_cannot_be_asked_leaves_nothing_in_doubt(
    carrier: Chronopost, server: ChronopostServer, fault: Fault
) -> None:
    server.fail_next(fault)
    with pytest.raises(CarrierUnreachable):
        carrier.buy_label(replace(WANTED, service="pickup", pickup_point="3501P"))
    assert server.created.total() == 0


def test_a_parcel_is_cancelled_after_ten_minutes_and_until_it_is_in_hand(
    carrier: Chronopost, clock: Clock
) -> None:
    number = carrier.buy_label(WANTED).tracking_number
    with pytest.raises(CarrierRefused) as caught:
        carrier.void_label(number, WANTED.reference)
    assert caught.value.raw == "cancel-3"
    clock.now += timedelta(minutes=10)
    carrier.void_label(number, WANTED.reference)
    carrier.void_label(number, WANTED.reference)  # the first answer may have been lost
    assert stands(carrier, number) is TrackingStatus.CANCELLED
    late = carrier.buy_label(replace(WANTED, reference="ABCDEFGHIJ235")).tracking_number
    clock.now += timedelta(hours=6)
    with pytest.raises(CarrierRefused) as caught:
        carrier.void_label(late, "ABCDEFGHIJ235")
    assert caught.value.raw == "cancel-3"
    with pytest.raises(CarrierRefused) as caught:
        carrier.void_label("XX999999999FR", "")
    assert caught.value.raw == "cancel-2"


def test_a_refused_void_stands_when_the_news_cannot_be_asked(
    carrier: Chronopost, server: ChronopostServer
) -> None:
    number = carrier.buy_label(WANTED).tracking_number
    server.slow_s = 0
    server.fail_next(Fault.SLOW)
    server.fail_next(Fault.SERVER_ERROR)
    with pytest.raises(CarrierRefused) as caught:
        carrier.void_label(number, WANTED.reference)
    assert caught.value.raw == "cancel-3"


def test_lives(carrier: Chronopost, clock: Clock) -> None:
    silent, again, back, home = (sell_with(carrier, digit) for digit in "7890")
    there = sell_with(carrier, "1", replace(WANTED, service="pickup", pickup_point="3501P"))
    clock.now += timedelta(hours=30)
    assert stands(carrier, silent) is TrackingStatus.IN_TRANSIT  # and nothing more is ever heard
    assert stands(carrier, again) is TrackingStatus.DELIVERY_ATTEMPTED
    assert stands(carrier, back) is TrackingStatus.DELIVERY_ATTEMPTED
    assert stands(carrier, home) is TrackingStatus.DELIVERED
    assert stands(carrier, there) is TrackingStatus.READY_FOR_PICKUP
    clock.now += timedelta(days=4)
    assert stands(carrier, again) is TrackingStatus.DELIVERED
    assert stands(carrier, there) is TrackingStatus.DELIVERED
    # The sender has it again, which Chronopost calls delivered; it is never said to be that.
    assert stands(carrier, back) is TrackingStatus.RETURNING
    (tracked,) = carrier.track([back])
    assert tracked.events[-1].code == "D"


def test_a_proof_exists_once_it_is_delivered(carrier: Chronopost, clock: Clock) -> None:
    number = sell_with(carrier, "0")
    assert carrier.fetch_proof(number) is None
    clock.now += timedelta(days=3)
    proof = carrier.fetch_proof(number)
    assert proof is not None
    assert proof.content.startswith(b"%PDF")
    with pytest.raises(CarrierRefused):
        carrier.fetch_proof("XX999999999FR")


def test_pickup_points_near_an_address(carrier: Chronopost) -> None:
    search = PointSearch(postcode="35000", city="Rennes", ship_on=date(2026, 11, 27), most=2)
    first, second = carrier.find_points(search)
    assert (first.point_id, first.distance_m, second.distance_m) == ("3501P", 150, 300)
    assert first.hours is not None
    assert first.hours[6] == ""
    with pytest.raises(CarrierRefused) as caught:
        carrier.find_points(replace(search, postcode="3500"))
    assert caught.value.field == "recipient.postcode"


def test_it_remembers(carrier: Chronopost, server: ChronopostServer, clock: Clock, tmp_path: Path) -> None:
    number = carrier.buy_label(WANTED).tracking_number
    clock.now += timedelta(hours=1)
    carrier.void_label(number, WANTED.reference)
    server.stop()
    with (tmp_path / "parcels.json").open("a") as lines:
        lines.write('\n{"number": "cut sho')
    with (
        ChronopostServer(clock=clock, state_file=tmp_path / "parcels.json") as again,
        Http() as http,
    ):
        carrier = made(again, http)
        assert again.created[WANTED.reference] == 1
        assert stands(carrier, number) is TrackingStatus.CANCELLED
        assert carrier.buy_label(WANTED).tracking_number != number
        assert again.created[WANTED.reference] == 2  # it does not notice that it is asked twice
