"""DPD France's practice server over real HTTP: its faults, its label, its memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import zplkit
import zxingcpp
from PIL import Image

from wismo_desk.carriers.dpd_france import DpdFrance, build
from wismo_desk.carriers.dpd_france.contract import read_contract
from wismo_desk.carriers.dpd_france.labels import build_label
from wismo_desk.carriers.dpd_france.several import FETCH, build_fetch, parse_fetched
from wismo_desk.carriers.dpd_france.traces import build_track
from wismo_desk.domain.check_digits import mod37_36
from wismo_desk.domain.order import Party
from wismo_desk.domain.reading import read as read_scan
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.domain.status import read_codes
from wismo_desk.errors import CarrierRefused
from wismo_desk.practice.dpd_france_server import DpdFranceServer
from wismo_desk.resources import status_tables
from wismo_desk.web import Answer, Http, soap
from wismo_desk.web.xml import read, text_of

CODES = read_codes(status_tables()["dpd_france"])
REQUEST = LabelRequest(
    reference="ABCDEFGHIJ234",
    order_number="#1042",
    parcel_id=UUID(int=7),
    parcel_no=1,
    issue_no=1,
    service="home",
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
)
# What the description demands of a ShipmentTrace (minOccurs 1), and its order.
TRACE = (
    *("ShipmentNumber", "Weight", "Reference", "Traces", "IsB2C", "IsRetour", "CustomerCenternumber"),
    *("CustomerNumber", "BarcodeSource", "BarcodeId", "ReceiverDepotNumber"),
)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[DpdFranceServer]:
    with DpdFranceServer(clock=clock) as started:
        yield started


@pytest.fixture
def carrier(server: DpdFranceServer) -> Iterator[DpdFrance]:
    with Http() as http:
        built = build(server.settings, http)
        assert isinstance(built, DpdFrance)
        yield built


def post(server: DpdFranceServer, key: str, body: bytes, action: str) -> Answer:
    with Http() as http:
        return http.ask("POST", server.settings[key], body=body, headers=soap.headers(action))


@pytest.mark.parametrize("dpi", [203, 300])
def test_the_label_prints_and_reads_back(carrier: DpdFrance, dpi: int) -> None:
    label = carrier.buy_label(replace(REQUEST, dpi=dpi))
    (barcode,) = label.codes
    assert barcode.startswith("%0035000" + label.tracking_number)
    assert read_scan(barcode).key == label.tracking_number
    assert b"EXERCICE - SANS VALEUR" in label.content
    assert b"BAT. B" in label.content
    assert [code.text for code in zxingcpp.read_barcodes(rendered(label, dpi))] == [barcode]


def rendered(label: Label, dpi: int) -> Image.Image:
    width, height = {203: (800, 1200), 300: (1181, 1772)}[dpi]
    document = zplkit.render(label.content, zplkit.Options(width=width, height=height, dpi=dpi))
    raster = document.labels[0].rasterize()
    return Image.frombytes("L", (raster.width, raster.height), raster.pixels)


def test_commands_hidden_in_an_address_are_only_letters(carrier: DpdFrance) -> None:
    label = carrier.buy_label(replace(REQUEST, recipient=replace(REQUEST.recipient, name="^XZ^XA ~JR")))
    assert label.content.count(b"^XA") == label.content.count(b"^XZ") == 1
    assert b"~JR" not in label.content


def test_faults_come_with_http_500_and_their_error(server: DpdFranceServer) -> None:
    contract = read_contract(server.settings)
    action = "http://www.cargonet.software/CreateShipmentWithLabelsBc"
    right = build_label(REQUEST, contract)
    for body, code in (
        (build_label(REQUEST, replace(contract, password="no")), "PermissionDenied"),
        (build_label(REQUEST, replace(contract, customer="1")), "PermissionDenied"),
        (right.replace(b"<weight>1.24<", b"<weight>32<"), "InvalidWeight"),
        (right.replace(b"<weight>1.24<", b"<weight><"), "InvalidWeight"),
        (right.replace(b">FR<", b">XX<"), "InvalidCountryPrefix"),
        (right.replace(b"<city>Rennes<", b"<city><"), "InvalidInput"),
        (right.replace(b"<type>No<", b"<type>Predict<").replace(b"0600000000", b""), "InvalidInput"),
        (right.replace(b"<type>ZPL<", b"<type>EPL<"), "InvalidInput"),
    ):
        answer = post(server, "url_labels", body, action)
        assert answer.status == 500
        assert text_of(read(answer), ".//Fault/detail/Error/ErrorId") == code
    assert post(server, "url_labels", right, action).status == 200
    assert server.created[REQUEST.reference] == 1


def test_a_wrong_action_or_no_soap_is_a_fault_without_an_error(server: DpdFranceServer) -> None:
    body = build_label(REQUEST, read_contract(server.settings))
    for content, action in ((body, "http://www.cargonet.software/Other"), (b"odd", "x")):
        answer = post(server, "url_labels", content, action)
        assert answer.status == 500
        assert text_of(read(answer), ".//Fault/faultstring")
        assert not text_of(read(answer), ".//ErrorId")


def test_a_trace_in_the_order_of_its_description(
    server: DpdFranceServer, carrier: DpdFrance, clock: Clock
) -> None:
    label = carrier.buy_label(REQUEST)
    clock.now += timedelta(days=2)
    contract = read_contract(server.settings)
    action = "http://www.cargonet.software/GetShipmentTrace"
    answer = post(server, "url_tracking", build_track(label.tracking_number, contract), action)
    trace = read(answer).find(".//ShipmentTrace")
    assert trace is not None
    assert tuple(child.tag for child in trace) == TRACE
    row = trace.find("Traces/clsTrace")
    assert row is not None
    assert [child.tag for child in row] == [
        *("ScanDate", "ScanTime", "StatusNumber", "StatusDescription", "CenterName")
    ]


def test_lives_use_known_numbers_and_show_that_others_exist(carrier: DpdFrance, clock: Clock) -> None:
    numbers = [carrier.buy_label(replace(REQUEST, reference=f"R{n}")).tracking_number for n in range(10)]
    clock.now += timedelta(days=6)
    heard = {event.code for number in numbers for event in carrier.track([number])[0].events}
    assert {"8", "10", "28", "89", "40"} <= heard
    strange = {code for code in heard if CODES.rule(code) is None}
    assert strange
    assert all(code.startswith("900") for code in strange)


def test_a_fetched_parcel_is_delivered(carrier: DpdFrance, clock: Clock) -> None:
    label = carrier.buy_label(replace(REQUEST, service="pickup", pickup_point="P32500"))
    clock.now += timedelta(days=3)
    (tracked,) = carrier.track([label.tracking_number])
    assert tracked.events[-1].code == "400"


def test_what_was_sold_survives_a_restart(clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "dpd_france.json"
    numbers = []
    for _ in range(2):
        with DpdFranceServer(clock=clock, state_file=file) as server, Http() as http:
            carrier = build(server.settings, http)
            assert isinstance(carrier, DpdFrance)
            numbers.append(carrier.buy_label(REQUEST).tracking_number)
            assert all(found.found for found in carrier.track(numbers))
        file.write_text(file.read_text() + '\n{"number": "cut sho')
    assert len(set(numbers)) == 2


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_label_of_several_is_given_again_after_a_restart(clock: Clock, tmp_path: Path, dpi: int) -> None:
    file = tmp_path / "dpd_france.json"
    asked = [replace(REQUEST, reference=f"TOGETHERAAA{n}2", parcel_no=n, dpi=dpi) for n in (1, 2)]
    with DpdFranceServer(clock=clock, state_file=file) as server, Http() as http:
        carrier = build(server.settings, http)
        assert isinstance(carrier, DpdFrance)
        labels = [told for told in carrier.buy_labels(asked) if isinstance(told, Label)]
    assert len(labels) == 2
    with DpdFranceServer(clock=clock, state_file=file) as server, Http() as http:
        contract = read_contract(server.settings)
        action = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f"http://www.cargonet.software/{FETCH}",
        }

        def fetch(number: str) -> bytes:
            body = build_fetch(number, dpi, contract)
            return parse_fetched(http.ask("POST", contract.url_labels, body=body, headers=action))

        assert [fetch(label.tracking_number) for label in labels] == [label.content for label in labels]
        assert sum(server.created.values()) == 2  # fetching buys nothing


def test_the_readable_line_carries_its_check_character(carrier: DpdFrance) -> None:
    label = carrier.buy_label(REQUEST)
    body = label.codes[0].removeprefix("%")
    assert f"{body}{mod37_36(body)}".encode() in label.content


def test_a_refusal_in_words(carrier: DpdFrance) -> None:
    with pytest.raises(CarrierRefused) as caught:
        carrier.buy_label(replace(REQUEST, recipient=replace(REQUEST.recipient, country="XX")))
    assert caught.value.raw == "InvalidCountryPrefix"
