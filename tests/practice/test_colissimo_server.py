"""Practice Colissimo over real HTTP: its contract, its labels read back, its refusals, its memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zplkit
import zxingcpp
from PIL import Image

from wismo_desk.domain.check_digits import gs1, mod37_36, s10
from wismo_desk.domain.reading import read
from wismo_desk.practice.colissimo_parcels import handling_code, number_for, scanned, sheet
from wismo_desk.practice.colissimo_server import ACCOUNT, KEY, PASSWORD, ColissimoServer
from wismo_desk.web import Answer, Http
from wismo_desk.web.multipart import parts_of

SLS = "/sls-ws/SlsServiceWSRest/2.0/"
TRACKING = "/tracking-timeline-ws/rest/tracking/timelineCompany"
POINTS = "/pointretrait-ws-cxf/rest/v2/pointretrait/findRDVPointRetraitAcheminement"
DOCUMENTS = "/api-document/rest/"
LOGIN = {"contractNumber": ACCOUNT, "password": PASSWORD}
RENNES: dict[str, Any] = {
    "lastName": "Exemple",
    "firstName": "Zoé",
    "line2": "12 rue Haute",
    "countryCode": "FR",
    "city": "Rennes",
    "zipCode": "35000",
}
LILLE: dict[str, Any] = {
    "companyName": "Maison ^XZ",
    "line2": "4 rue du Four",
    "countryCode": "FR",
    "city": "Lille",
    "zipCode": "59000",
}


def asked(product: str = "DOM", *, dpi: int = 203, **addressee: Any) -> dict[str, Any]:
    return LOGIN | {
        "outputFormat": {"x": 0, "y": 0, "outputPrintingType": f"ZPL_10x15_{dpi}dpi"},
        "letter": {
            "service": {"productCode": product, "depositDate": "2026-11-23", "commercialName": "Maison"},
            "parcel": {"weight": 1.24},
            "sender": {"senderParcelRef": "ABCDEFGHIJ234", "address": LILLE},
            "addressee": {"address": RENNES | addressee},
        },
    }


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[ColissimoServer]:
    with ColissimoServer(clock=clock) as started:
        yield started


@pytest.fixture
def http() -> Iterator[Http]:
    with Http(read_s=10.0) as client:
        yield client


def post(http: Http, server: ColissimoServer, path: str, value: object, **headers: str) -> Answer:
    return http.ask("POST", server.url + path, body=json.dumps(value).encode(), headers=headers)


def parts(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = {part.name: part.content for part in parts_of(answer)}
    return found | {"jsonInfos": json.loads(found["jsonInfos"])}


def sell(http: Http, server: ColissimoServer, value: object = None) -> dict[str, Any]:
    answer = post(http, server, SLS + "generateLabel", value or asked())
    assert answer.status == 200
    return parts(answer)


def number_of(sold: dict[str, Any]) -> str:
    return str(sold["jsonInfos"]["labelV2Response"]["parcelNumber"])


def codes_on(zpl: bytes, dpi: int) -> set[str]:
    width, height = {203: (800, 1200), 300: (1181, 1772)}[dpi]
    document = zplkit.render(zpl, zplkit.Options(width=width, height=height, dpi=dpi))
    (label,) = document.labels
    raster = label.rasterize()
    image = Image.frombytes("L", (raster.width, raster.height), raster.pixels)
    return {code.text for code in zxingcpp.read_barcodes(image)}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("product", ["DOM", "DOS", "CORE"])
def test_its_label_reads_back_with_right_check_digits(
    server: ColissimoServer, http: Http, dpi: int, product: str
) -> None:
    sold = sell(http, server, asked(product, dpi=dpi, companyName="Maison"))
    response = sold["jsonInfos"]["labelV2Response"]
    number, partner = response["parcelNumber"], response["parcelNumberPartner"]
    assert re.fullmatch(r"6[AC]\d{11}|8R\d{11}", number)
    assert gs1(number[2:12]) == number[12]
    assert (len(partner), mod37_36(partner[:27])) == (28, partner[27])
    handling = handling_code(number, asked(product)["letter"], ACCOUNT)
    assert gs1(handling[8:23]) == handling[23]
    assert codes_on(sold["label"], dpi) == {number, scanned(partner), handling}
    assert number in read(scanned(partner)).keys
    assert read(number).check_ok
    assert b"EXERCICE - SANS VALEUR" in sold["label"]
    assert sold["label"].count(b"^XZ") == 1


def test_the_documented_sample_of_the_handling_code() -> None:
    letter = {"parcel": {"weight": 8.6}, "addressee": {"address": {"zipCode": "72240"}}}
    assert handling_code("9V17224000737", letter, "900001")[:17] == "9V172240900001086"


def test_numbers_abroad() -> None:
    number = number_for("DOM", "CH", 12345678)
    assert number == f"CA12345678{s10('12345678')}FR"
    assert number_for("DOM", "FR", 7).startswith("6A")
    assert number_for("COM", "RE", 7).startswith("8Q")


def test_it_sells_as_often_as_it_is_asked(server: ColissimoServer, http: Http) -> None:
    numbers = {number_of(sell(http, server)) for _ in range(3)}
    assert len(numbers) == 3
    assert server.created == {"ABCDEFGHIJ234": 3}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"letter": {}}, "30014"),
        (asked("XXX"), "30015"),
        (asked() | {"outputFormat": {}}, "30026"),
        (asked(zipCode="3500"), "30211"),
        (asked(city=""), "30208"),
        (asked(line2=""), "30204"),
        (asked(lastName=""), "30200"),
        (asked(lastName="Пушкин"), "30600"),
        (asked("COM"), "30213"),
        (asked("CORE"), "30089"),
        (asked("HD"), "30220"),
        (asked("HD", firstName=""), "30202"),
        (asked("HD", mobileNumber="0299000000"), "30221"),
        (asked("HD", mobileNumber="0600000000"), "30222"),
        (asked("HD", mobileNumber="0600000000", email="a@b.fr"), "30400"),
        (asked(countryCode="CH", zipCode="8002"), "30505"),
    ],
)
def test_refusals_in_its_own_envelope(
    server: ColissimoServer, http: Http, change: dict[str, Any], code: str
) -> None:
    answer = post(http, server, SLS + "generateLabel", asked() | change)
    assert answer.status == 400
    (message,) = parts(answer)["jsonInfos"]["messages"]
    assert (message["id"], message["type"]) == (code, "ERROR")
    dry = post(http, server, SLS + "checkGenerateLabel", asked() | change)
    assert (dry.status, dry.json()["messages"][0]["id"]) == (400, code)
    assert server.created == {}


def test_a_day_in_the_past(server: ColissimoServer, http: Http, clock: Clock) -> None:
    clock.now += timedelta(days=1)
    answer = post(http, server, SLS + "generateLabel", asked())
    assert parts(answer)["jsonInfos"]["messages"][0]["id"] == "30002"


def test_weights(server: ColissimoServer, http: Http) -> None:
    for weight, code in ((None, "30300"), (0, "30301"), (30.01, "30301"), ("1", "30301"), (1.234, "30301")):
        value = asked()
        value["letter"]["parcel"]["weight"] = weight
        answer = post(http, server, SLS + "generateLabel", value)
        assert parts(answer)["jsonInfos"]["messages"][0]["id"] == code


def test_it_cuts_on_the_right_and_warns(server: ColissimoServer, http: Http) -> None:
    sold = sell(http, server, asked(line2="12 rue " + "x" * 40))
    done, warning = sold["jsonInfos"]["messages"]
    assert (done["id"], warning["type"]) == ("0", "WARNING")
    (value,) = warning["replacementValues"]
    assert (value["field"], len(value["value"])) == ("line2", 35)


def test_who_asks(server: ColissimoServer, http: Http) -> None:
    nobody = {key: value for key, value in asked().items() if key not in LOGIN}
    answer = post(http, server, SLS + "generateLabel", nobody)
    assert parts(answer)["jsonInfos"]["messages"][0]["id"] == "30000"
    assert post(http, server, SLS + "generateLabel", nobody, apiKey=KEY).status == 200
    assert post(http, server, POINTS, {"zipCode": "35000"}).json()["errorCode"] == 201
    assert post(http, server, TRACKING, {"login": ACCOUNT}).json()["status"][0]["code"] == "201"
    assert post(http, server, DOCUMENTS + "documents", {"credential": {}}).json()["errorCode"] == "004"
    assert http.ask("POST", server.url + SLS + "generateLabel", body=b"{").status == 422
    assert http.ask("GET", server.url + SLS + "generateLabel").status == 405
    assert post(http, server, "/else", {}).status == 404


def customs(**article: Any) -> dict[str, Any]:
    value = asked("COM", countryCode="RE", zipCode="97400")
    one = {
        "description": "Mug",
        "quantity": 1,
        "weight": 0.3,
        "value": 9.5,
        "hsCode": "691200",
        "originCountry": "FR",
    }
    value["letter"]["service"]["totalAmount"] = 490
    value["letter"]["customsDeclarations"] = {
        "includeCustomsDeclarations": True,
        "contents": {"article": [one | article], "category": {"value": 3}},
    }
    return value


def test_customs(server: ColissimoServer, http: Http) -> None:
    sold = sell(http, server, customs())
    assert len(pypdfium2.PdfDocument(sold["cn23"])) == 1
    assert number_of(sold).startswith("8Q")
    for article, code in (
        ({"hsCode": "12"}, "30519"),
        ({"originCountry": ""}, "30521"),
        ({"quantity": 0}, "30512"),
        ({"description": ""}, "30510"),
    ):
        answer = post(http, server, SLS + "generateLabel", customs(**article))
        assert parts(answer)["jsonInfos"]["messages"][0]["id"] == code


def test_a_manifest(server: ColissimoServer, http: Http) -> None:
    number = number_of(sell(http, server))

    def ask(*numbers: str) -> Answer:
        listed = {"generateBordereauParcelNumberList": {"parcelsNumbers": list(numbers)}}
        return post(http, server, SLS + "generateBordereauByParcelsNumbers", LOGIN | listed)

    made = parts(ask(number))
    header = made["jsonInfos"]["bordereau"]["bordereauHeader"]
    assert header["bordereauNumber"]
    text = pypdfium2.PdfDocument(made["label"])[0].get_textpage().get_text_range()
    assert str(header["bordereauNumber"]) in text
    for numbers, code in (((), "30327"), (("6A1",), "30321"), ((number,) * 51, "30814")):
        assert parts(ask(*numbers))["jsonInfos"]["messages"][0]["id"] == code


def test_pickup_points(server: ColissimoServer, http: Http) -> None:
    login = {"accountNumber": ACCOUNT, "password": PASSWORD, "countryCode": "FR", "zipCode": "35000"}
    found = post(http, server, POINTS, login | {"filterRelay": "1"}).json()["listePointRetraitAcheminement"]
    assert len(found) == 4
    distances = [point["distanceEnMetre"] for point in found]
    assert distances != sorted(distances)
    offices = post(http, server, POINTS, login | {"filterRelay": "0"}).json()["listePointRetraitAcheminement"]
    assert [point["typeDePoint"] for point in offices] == ["BPR"]
    there = {"mobileNumber": "0600000000", "email": "a@b.fr"}
    for point in found:
        value = asked("HD", dpi=203, **there)
        value["letter"]["parcel"]["pickupLocationId"] = point["identifiant"]
        status = post(http, server, SLS + "generateLabel", value).status
        assert status == (400 if point["congesTotal"] else 200)


def test_a_life(server: ColissimoServer, http: Http, clock: Clock) -> None:
    number = number_of(sell(http, server))
    who = {"login": ACCOUNT, "password": PASSWORD, "parcelNumber": number}

    def told() -> Any:
        return post(http, server, TRACKING, who).json()["parcel"]["event"]

    assert told()["code"] == "PCHMQT"  # one alone comes without its list
    clock.now += timedelta(hours=13)
    assert [event["code"] for event in told()] == ["AARTRA", "PCHCFM", "PCHMQT"]  # in no promised order
    assert told()[1]["date"] == "2026-11-23T15:00:00.000"  # Paris, without an offset
    clock.now += timedelta(days=2)
    assert told()[0]["code"] == "LIVBAL"
    unknown = post(http, server, TRACKING, who | {"parcelNumber": "6A1"}).json()
    assert unknown["status"][0]["code"] == "105"


def test_a_proof(server: ColissimoServer, http: Http, clock: Clock) -> None:
    number = number_of(sell(http, server, asked("DOS")))
    who = {"credential": {"login": ACCOUNT, "password": PASSWORD}, "cab": number}
    assert post(http, server, DOCUMENTS + "documents", who).json()["documents"] == []
    clock.now += timedelta(days=3)
    (document,) = post(http, server, DOCUMENTS + "documents", who).json()["documents"]
    assert document["documentType"] == "SIGNATURE"
    fetch = who | {"uuid": document["uuid"], "path": document["path"]}
    assert post(http, server, DOCUMENTS + "document", fetch).content.startswith(b"%PDF")
    assert post(http, server, DOCUMENTS + "document", fetch | {"uuid": "x"}).json()["errorCode"] == "003"
    assert post(http, server, DOCUMENTS + "documents", who | {"cab": "x"}).json()["errorCode"] == "001"


def test_it_remembers_and_never_numbers_twice(http: Http, clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "parcels"
    with ColissimoServer(clock=clock, state_file=file) as server:
        first = number_of(sell(http, server))
    with file.open("a") as lines:
        lines.write('\n{"number": "6A')  # a kill in the middle of a line
    with ColissimoServer(clock=clock, state_file=file) as server:
        assert server.created == {"ABCDEFGHIJ234": 1}
        assert number_of(sell(http, server)) > first
        who = {"login": ACCOUNT, "password": PASSWORD, "parcelNumber": first}
        assert post(http, server, TRACKING, who).json()["status"][0]["code"] == "0"


def test_a_sheet_is_a_pdf() -> None:
    page = pypdfium2.PdfDocument(sheet("BORDEREAU 12"))[0]
    assert page.get_textpage().get_text_range() == "BORDEREAU 12"
