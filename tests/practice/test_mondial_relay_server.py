"""Mondial Relay's practice server over real HTTP: what it refuses, sells, draws, tells and remembers."""

from __future__ import annotations

import json
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

from wismo_desk.carriers.mondial_relay import MondialRelay, parse_error, parse_label
from wismo_desk.carriers.mondial_relay.contract import Contract
from wismo_desk.carriers.mondial_relay.labels import HEADERS, build_label
from wismo_desk.domain.order import Party
from wismo_desk.domain.pickup import PointKind, PointSearch
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.errors import CarrierRefused
from wismo_desk.practice.loopback import Fault
from wismo_desk.practice.mondial_relay_server import PRACTICE, MondialRelayServer
from wismo_desk.web import Http

REQUEST = LabelRequest(
    reference="ABCDEFGHIJ234",
    order_number="#1042",
    parcel_id=UUID(int=7),
    parcel_no=1,
    issue_no=1,
    service="pickup",
    shipper=Party(company="Maison Exemple", street=("4 rue du Four",), postcode="59000", city="Lille"),
    recipient=Party(
        name="Zoé Lefèvre",
        street=("12 rue de l'Église", "Bât. B"),
        postcode="35000",
        city="Rennes",
        phone="0600000000",
    ),
    weight_g=1240,
    ship_on=date(2026, 11, 23),
    pickup_point="350001",
)
BUYER = REQUEST.recipient


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MondialRelayServer]:
    with MondialRelayServer(clock=clock) as started:
        yield started


@pytest.fixture
def http() -> Iterator[Http]:
    with Http(read_s=10.0) as client:
        yield client


def carrier(server: MondialRelayServer, http: Http, **changes: Any) -> MondialRelay:
    at = {"url_labels": server.url_labels, "url_soap": server.url_soap}
    formats = {"label_format_300": "Generic_ZPL_10x15_300dpi"}
    return MondialRelay(replace(PRACTICE, **(at | formats | changes)), http)


def post(server: MondialRelayServer, http: Http, body: bytes, accept: str = "application/xml") -> Any:
    return http.ask("POST", server.url_labels, body=body, headers={**HEADERS, "Accept": accept})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "wrong"}, "10001"),
        ({"login": "wrong"}, "10001"),
        ({"customer_id": "OTHER"}, "10005"),
    ],
)
def test_a_wrong_account(server: MondialRelayServer, http: Http, changes: dict[str, str], code: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        carrier(server, http, **changes).buy_label(REQUEST)
    assert (caught.value.raw, caught.value.field) == (code, "account")
    assert server.created == {}


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (replace(REQUEST, recipient=replace(BUYER, postcode="3500")), "10044"),
        (replace(REQUEST, recipient=replace(BUYER, postcode="")), "10045"),
        (replace(REQUEST, recipient=replace(BUYER, city="")), "10047"),
        (replace(REQUEST, recipient=replace(BUYER, street=())), "10040"),
        (replace(REQUEST, recipient=replace(BUYER, country="")), "10074"),
        (replace(REQUEST, recipient=replace(BUYER, name="")), "10013"),
        (replace(REQUEST, weight_g=9), "10034"),
        (replace(REQUEST, pickup_point="350009"), "10071"),
        (replace(REQUEST, pickup_point="BE-350001"), "10073"),
        (replace(REQUEST, service="home", recipient=replace(BUYER, phone="")), "10085"),
    ],
)
def test_what_it_refuses(server: MondialRelayServer, http: Http, request_: LabelRequest, code: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        carrier(server, http).buy_label(request_)
    assert caught.value.raw == code
    assert server.created == {}


def test_a_contract_without_that_collection(clock: Clock, http: Http) -> None:
    with MondialRelayServer(clock=clock, collects=frozenset({"REL"})) as server:
        with pytest.raises(CarrierRefused) as caught:
            carrier(server, http).buy_label(REQUEST)
        assert caught.value.raw == "Service_Expedition_EchecRecuperationTarif"
        assert carrier(server, http, collection_mode="REL").buy_label(REQUEST).tracking_number


def test_errors_are_http_200(server: MondialRelayServer, http: Http) -> None:
    for body, code in (
        (b"<no", "99998"),
        (b"<ShipmentCreationRequest/>", "10061"),  # without the namespace
        (build_label(REQUEST, replace(PRACTICE, password="x")), "10001"),
        (build_label(REQUEST, PRACTICE).replace(b"ZplCode", b"Paper"), "10010"),
        (build_label(REQUEST, PRACTICE).replace(b"<ParcelCount>1", b"<ParcelCount>2"), "10065"),
        (build_label(REQUEST, PRACTICE).replace(b'Mode="24R"', b'Mode="99X"'), "10024"),
    ):
        answer = post(server, http, body)
        told = parse_error(answer)
        assert answer.status == 200
        assert told
        assert told.code == code


def test_warnings_beside_a_label(server: MondialRelayServer, http: Http) -> None:
    body = build_label(REQUEST, PRACTICE).replace(b"<OrderNo>ABC", b"<OrderNo>abc")
    answer = post(server, http, body)
    assert b"10014" in answer.content
    assert parse_label(answer).tracking_number


def test_whoever_does_not_accept_xml_gets_json(server: MondialRelayServer, http: Http) -> None:
    answer = post(server, http, build_label(REQUEST, PRACTICE), accept="*/*")
    told = json.loads(answer.content)
    assert told["shipmentsListField"][0]["shipmentNumberField"]
    assert parse_label(answer).tracking_number == told["shipmentsListField"][0]["shipmentNumberField"]
    answer = post(server, http, build_label(REQUEST, replace(PRACTICE, password="x")), accept="*/*")
    told_error = parse_error(answer)
    assert told_error
    assert told_error.code == "10001"


@pytest.mark.parametrize("dpi", [203, 300])
def test_the_label_prints_and_reads_back(server: MondialRelayServer, http: Http, dpi: int) -> None:
    label = carrier(server, http).buy_label(replace(REQUEST, dpi=dpi))
    assert len(label.tracking_number) == 8
    (barcode,) = label.codes
    assert len(barcode) == 26
    assert barcode[2:10] == label.tracking_number
    assert b"EXERCICE - SANS VALEUR" in label.content
    assert b"BAT. B" in label.content
    assert [code.text for code in zxingcpp.read_barcodes(rendered(label, dpi))] == [barcode]


def rendered(label: Label, dpi: int) -> Image.Image:
    width, height = {203: (800, 1200), 300: (1181, 1772)}[dpi]
    document = zplkit.render(label.content, zplkit.Options(width=width, height=height, dpi=dpi))
    raster = document.labels[0].rasterize()
    return Image.frombytes("L", (raster.width, raster.height), raster.pixels)


def test_commands_hidden_in_an_address_are_only_letters(server: MondialRelayServer, http: Http) -> None:
    body = build_label(REQUEST, PRACTICE).replace(b"ZOE LEFEVRE", b"^XZ^XA ~JR")
    label = parse_label(post(server, http, body))
    assert label.content.count(b"^XA") == label.content.count(b"^XZ") == 1
    assert b"~JR" not in label.content


def test_it_does_not_notice_that_it_is_asked_twice(server: MondialRelayServer, http: Http) -> None:
    one, two = (carrier(server, http).buy_label(REQUEST).tracking_number for _ in range(2))
    assert one != two
    assert server.created == {REQUEST.reference: 2}


def test_faults(server: MondialRelayServer, http: Http) -> None:
    server.fail_next(Fault.REFUSE)
    with pytest.raises(CarrierRefused):
        carrier(server, http).buy_label(REQUEST)
    assert server.created == {}


def test_api_1_knows_its_account(server: MondialRelayServer, http: Http) -> None:
    for changes, stat in (({"brand": "OTHER"}, "1"), ({"private_key": "x"}, "97")):
        mine = carrier(server, http, **changes)
        with pytest.raises(CarrierRefused) as caught:
            mine.track(["00435394"])
        assert caught.value.raw == stat
        with pytest.raises(CarrierRefused) as caught:
            mine.find_points(PointSearch(postcode="35000"))
        assert caught.value.raw == stat


def test_numbers_it_does_not_know(server: MondialRelayServer, http: Http) -> None:
    unknown, wrong = carrier(server, http).track(["99999999", "XY"])
    assert (unknown.found, unknown.problem) == (False, "")
    assert (wrong.found, wrong.problem) == (False, "24")


def test_parcels_live_and_are_remembered(clock: Clock, http: Http, tmp_path: Path) -> None:
    kept = tmp_path / "mondial_relay.jsonl"
    with MondialRelayServer(clock=clock, state_file=kept) as server:
        numbers = [carrier(server, http).buy_label(REQUEST).tracking_number for _ in range(10)]
    kept.write_text(kept.read_text() + '\n{"number": "cut', encoding="ascii")
    clock.now += timedelta(hours=30)
    with MondialRelayServer(clock=clock, state_file=kept) as server:
        mine = carrier(server, http)
        waiting = [mine.track([number])[0].events[-1] for number in numbers if number[-1] != "7"]
        assert {event.label for event in waiting} == {"COLIS DISPONIBLE AU POINT RELAIS"}
        assert {event.place for event in waiting} == {"FR-350001"}
        assert all(event.at.utcoffset() == timedelta(hours=1) for event in waiting)
        assert server.created == {REQUEST.reference: 10}
        assert mine.buy_label(REQUEST).tracking_number not in numbers
    reply = server.replies[0].content
    assert b"<STAT>81</STAT>" in reply
    assert reply.count(b"<ret_WSI2_sub_TracingColisDetaille>") == 10  # filled up with empty rows


def test_a_home_delivery_that_goes_back_ends_with_82_all_the_same(
    server: MondialRelayServer, clock: Clock, http: Http
) -> None:
    mine = carrier(server, http)
    home = replace(REQUEST, service="home", pickup_point="")
    number = next(
        each for each in (mine.buy_label(home).tracking_number for _ in range(10)) if each[-1] == "9"
    )
    clock.now += timedelta(days=9)
    (tracked,) = mine.track([number])
    assert tracked.events[-1].label == "COLIS LIVRÉ À L'EXPÉDITEUR"
    assert b"<STAT>82</STAT>" in server.replies[-1].content


def test_points(server: MondialRelayServer, http: Http) -> None:
    mine = carrier(server, http)
    points = mine.find_points(PointSearch(postcode="35000"))
    assert [point.point_id for point in points] == ["350001", "350002", "350003", "350004"]
    assert [point.kind for point in points].count(PointKind.LOCKER) == 1
    assert points[0].hours == (*("09:00–12:30 14:00–19:00",) * 6, "")
    assert points[0].street == "3 RUE DES ESSAIS"
    assert points[2].closed == ((date(2026, 11, 29), date(2026, 12, 5)),)
    assert len(mine.find_points(PointSearch(postcode="35000", most=2))) == 2
    for search, stat in (
        (PointSearch(postcode="350"), "36"),
        (PointSearch(postcode="", city="Rennes"), "9"),
        (PointSearch(postcode="1000", country="BE"), "37"),
    ):
        with pytest.raises(CarrierRefused) as caught:
            mine.find_points(search)
        assert caught.value.raw == stat


def test_other_paths_and_operations(server: MondialRelayServer, http: Http) -> None:
    assert http.ask("GET", f"{server.url}/nothing").status == 404
    assert http.ask("POST", server.url_soap, body=b"<no").status == 500
    assert isinstance(PRACTICE, Contract)
