"""Practice GLS over real HTTP: its token, its labels read back, its refusals in headers, its memory."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zplkit
import zxingcpp
from PIL import Image

from wismo_desk.domain.status import read_codes
from wismo_desk.practice.gls_rules import CONTACT
from wismo_desk.practice.gls_server import TEST_PARCELS, GlsServer
from wismo_desk.practice.loopback import Fault
from wismo_desk.practice.token_desk import CLIENT_ID, CLIENT_SECRET
from wismo_desk.resources import status_tables
from wismo_desk.web import Answer, Http

CODES = read_codes(status_tables()["gls"])
MEDIA = "application/glsVersion1+json"
RENNES = {
    "Name1": "Zoé ^XZ",
    "Street": "12 rue Haute",
    "CountryCode": "FR",
    "ZIPCode": "35000",
    "City": "Rennes",
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[GlsServer]:
    with GlsServer(clock=clock) as started:
        yield started


def token(
    server: GlsServer, secret: str = CLIENT_SECRET, form: bytes = b"grant_type=client_credentials"
) -> Answer:
    pair = base64.b64encode(f"{CLIENT_ID}:{secret}".encode()).decode()
    with Http() as http:
        return http.ask(
            "POST", server.settings["url_token"], body=form, headers={"Authorization": f"Basic {pair}"}
        )


def bearer(server: GlsServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(server).json()['access_token']}", "Content-Type": MEDIA}


def post(
    server: GlsServer, path: str, body: object = None, headers: Mapping[str, str] | None = None
) -> Answer:
    content = b"" if body is None else json.dumps(body).encode()
    with Http() as http:
        url = f"{server.settings['url_shipit']}/rs/{path}"
        return http.ask("POST", url, body=content, headers=bearer(server) if headers is None else headers)


def news(server: GlsServer, ids: str) -> Any:
    with Http() as http:
        url = f"{server.settings['url_track']}/tracking/simple/trackids/{ids}"
        return http.ask("GET", url, headers=bearer(server))


def asked(template: str = "ZPL_200", **shipment: Any) -> dict[str, Any]:
    return {
        "Shipment": {
            "Product": "PARCEL",
            "ShippingDate": "2026-11-23",
            "Consignee": {"Address": RENNES},
            "Shipper": {"ContactID": CONTACT},
            "ShipmentUnit": [{"ShipmentUnitReference": ["ABCDEFGHIJ234"], "Weight": 1.24}],
        }
        | shipment,
        "PrintingOptions": {"ReturnLabels": {"TemplateSet": template, "LabelFormat": "ZEBRA"}},
    }


def created(answer: Answer) -> Any:
    return answer.json()["CreatedShipment"]


def zpl_of(answer: Answer) -> bytes:
    return base64.b64decode(created(answer)["PrintData"][0]["Data"][0])


def read_back(zpl: bytes, dpi: int) -> set[str]:
    width, height = {203: (800, 1200), 300: (1181, 1772)}[dpi]
    (label,) = zplkit.render(zpl, zplkit.Options(width=width, height=height, dpi=dpi)).labels
    raster = label.rasterize()
    image = Image.frombytes("L", (raster.width, raster.height), raster.pixels)
    return {code.text for code in zxingcpp.read_barcodes(image)}


def test_the_token_window(server: GlsServer, clock: Clock) -> None:
    told = token(server).json()
    assert told["token_type"] == "Bearer"
    assert token(server, secret="x").status == 401
    assert token(server, form=b"").status == 400
    stale = bearer(server)
    clock.now += timedelta(hours=4)
    answer = post(server, "shipments", asked(), stale)
    assert (answer.status, answer.json()["fault"]["detail"]["errorcode"]) == (401, "steps.jwt.TokenExpired")
    assert post(server, "shipments", asked(), {"Content-Type": MEDIA}).status == 401


@pytest.mark.parametrize(("template", "dpi"), [("ZPL_200", 203), ("ZPL_300", 300)])
def test_a_label_prints_and_its_codes_read_back(server: GlsServer, template: str, dpi: int) -> None:
    answer = post(server, "shipments", asked(template))
    assert answer.status == 201
    (parcel,) = created(answer)["ParcelData"]
    assert re.fullmatch(r"[0-9A-Z]{8}", parcel["TrackID"])
    assert re.fullmatch(r"\d{11}", parcel["ParcelNumber"])
    zpl = zpl_of(answer)
    assert zpl.count(b"^XZ") == 1  # what stands in a name is no command
    assert b"SANS VALEUR" in zpl
    assert read_back(zpl, dpi) == {parcel["ParcelNumber"], parcel["Barcodes"]["Primary2D"]}


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        ({}, "MANDATORY_PARAMETER_NOT_SET", "Shipment"),
        (asked(Shipper={"ContactID": "x"}), "INVALID_FIELD_VALUE", "ContactID"),
        (asked(Product="COLIS"), "INVALID_FIELD_VALUE", "Product"),
        (asked(Consignee={"Address": RENNES | {"City": ""}}), "MANDATORY_PARAMETER_NOT_SET", "City"),
        (asked(Consignee={"Address": RENNES | {"ZIPCode": "3500"}}), "INVALID_FIELD_VALUE", "ZIPCode"),
        (asked(Consignee={"Address": RENNES | {"Name1": "x" * 41}}), "INVALID_FIELD_VALUE", "Maximum is 40"),
        (asked(Consignee={"Address": RENNES | {"Zipcode": "35000"}}), "INVALID_FIELD_VALUE", "Unrecognized"),
        (asked(Consignee={"Address": RENNES | {"Street": "x"}}), "INVALID_FIELD_VALUE", "Street"),
        (asked(ShipmentUnit=[{"Weight": 0.1}]), "INVALID_FIELD_VALUE", "Weight"),
        (asked(ShipmentUnit=[]), "MANDATORY_PARAMETER_NOT_SET", "ShipmentUnit"),
        (asked(Service=[{"Service": {"ServiceName": "teleport"}}]), "INVALID_FIELD_VALUE", "Service"),
        (
            asked(Service=[{"ShopDelivery": {"ServiceName": "service_shopdelivery"}}]),
            "MANDATORY_PARAMETER_NOT_SET",
            "ParcelShopID",
        ),
        (asked("T_200_BF"), "MANDATORY_PARAMETER_NOT_SET", "PrintingOptions"),
    ],
)
def test_its_no_stands_in_the_headers(server: GlsServer, body: object, code: str, word: str) -> None:
    answer = post(server, "shipments", body)
    assert (answer.status, answer.content) == (400, b"")
    assert answer.headers["error"] == code
    assert word in answer.headers["message"]
    assert server.created["ABCDEFGHIJ234"] == 0
    if "Shipment" in str(body) and "T_200" not in str(body):
        told = post(server, "shipments/validate", body).json()
        assert told["Success"] is False
        assert told["ValidationResult"]["Issues"]


def test_asked_twice_it_sells_twice(server: GlsServer) -> None:
    for _ in range(2):
        post(server, "shipments", asked())
    assert server.created["ABCDEFGHIJ234"] == 2
    assert post(server, "shipments/validate", asked()).json()["Success"] is True
    assert server.created["ABCDEFGHIJ234"] == 2


def test_cancel_and_reprint(server: GlsServer, clock: Clock) -> None:
    first, second = (
        created(post(server, "shipments", asked()))["ParcelData"][0]["TrackID"] for _ in range(2)
    )
    again = post(server, "shipments/reprintparcel", {"TrackID": first})
    assert created(again)["ParcelData"][0]["TrackID"] == first
    for _ in range(2):
        assert post(server, f"shipments/cancel/{first}").json()["Result"] == "CANCELLED"
    assert post(server, "shipments/reprintparcel", {"TrackID": first}).status == 404
    assert post(server, "shipments/cancel/ZZZZZZZZ").headers["error"] == "PARCEL_NOT_FOUND"
    clock.now += timedelta(hours=6)
    assert post(server, f"shipments/cancel/{second}").json()["Result"] == "SCANNED"
    told = news(server, f"{first},{second}").json()["parcels"]
    assert [each["status"] for each in told] == ["CANCELED", "INTRANSIT"]


def test_the_end_of_the_day_names_each_parcel_once(server: GlsServer) -> None:
    number = created(post(server, "shipments", asked()))["ParcelData"][0]["TrackID"]
    first = post(server, "shipments/endofday?date=2026-11-22").json()["Shipments"]
    assert [unit["TrackID"] for each in first for unit in each["ShipmentUnit"]] == [number]
    assert post(server, "shipments/endofday?date=2026-11-22").json() == {}
    assert post(server, "shipments/endofday?date=soon").status == 400


def test_its_parcels_live_and_every_code_is_known(server: GlsServer, clock: Clock) -> None:
    ids = [created(post(server, "shipments", asked()))["ParcelData"][0]["TrackID"] for _ in range(10)]
    by_story = {each[-1]: each for each in ids}
    clock.now += timedelta(days=9)
    told = {each["requested"][-1]: each for each in news(server, ",".join(ids)).json()["parcels"]}
    assert told["1"]["status"] == "DELIVERED"
    assert (told["7"]["status"], told["9"]["status"]) == ("INTRANSIT", "FINAL")
    for each in told.values():
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0100", each["statusDateTime"])
        assert CODES.rule(each["status"])
        assert all(CODES.rule(event["code"]) for event in each["events"])
        times = [event["eventDateTime"] for event in each["events"]]
        assert times == sorted(times, reverse=True)  # newest first
    proof = post(server, "tracking/parcelpod", {"TrackID": by_story["1"]})
    assert base64.b64decode(proof.json()["PODItem"]["ImageData"][0]).startswith(b"%PDF")
    none = post(server, "tracking/parcelpod", {"TrackID": by_story["7"]})
    assert (none.status, none.headers["error"]) == (404, "NO_POD_IMAGE_FOUND")


def test_a_parcel_for_a_shop_waits_there(server: GlsServer, clock: Clock) -> None:
    shops = post(server, "parcelshop/address", {"CountryCode": "FR", "ZIPCode": "35000"}).json()["ParcelShop"]
    assert len(shops) == 3
    service = {
        "ShopDelivery": {"ServiceName": "service_shopdelivery", "ParcelShopID": shops[0]["ParcelShopID"]}
    }
    bought = [
        created(post(server, "shipments", asked(Service=[service])))["ParcelData"][0]["TrackID"]
        for _ in range(2)
    ]
    clock.now += timedelta(hours=30)
    told = {each["status"] for each in news(server, ",".join(bought)).json()["parcels"]}
    assert "DELIVEREDPS" in told


def test_the_documented_test_parcels(server: GlsServer) -> None:
    for number, status in TEST_PARCELS.items():
        (told,) = news(server, number).json()["parcels"]
        assert (told["requested"], told["status"]) == (number, status)


def test_what_tracking_refuses(server: GlsServer) -> None:
    assert news(server, ",".join(["ZX000001"] * 11)).json()["detail"].endswith("limit of 10")
    (unknown,) = news(server, "YY999999").json()["parcels"]
    assert unknown["errorCode"] == "E_404_01"
    headers = bearer(server)
    server.fail_next(Fault.BUSY)
    with Http() as http:
        url = f"{server.settings['url_track']}/tracking/simple/trackids/ZX000001"
        answer = http.ask("GET", url, headers=headers)
        assert (answer.status, answer.json()["fault"]["detail"]["errorcode"]) == (
            429,
            "policies.ratelimit.QuotaViolation",
        )
        codes = http.ask("GET", f"{server.settings['url_track']}/tracking/events/codes", headers=headers)
        assert codes.json()["eventsCodes"]
        assert http.ask("GET", f"{server.settings['url_track']}/tracking/else", headers=headers).status == 404


def test_it_remembers_and_sells_no_number_twice(clock: Clock, tmp_path: Path) -> None:
    kept = tmp_path / "gls.jsonl"
    with GlsServer(clock=clock, state_file=kept) as server:
        first = created(post(server, "shipments", asked()))["ParcelData"][0]["TrackID"]
        post(server, f"shipments/cancel/{first}")
    kept.write_text(kept.read_text() + '\n{"track_id": "cut', encoding="utf-8")
    with GlsServer(clock=clock, state_file=kept) as server:
        assert server.created["ABCDEFGHIJ234"] == 1
        assert news(server, first).json()["parcels"][0]["status"] == "CANCELED"
        assert created(post(server, "shipments", asked()))["ParcelData"][0]["TrackID"] != first
