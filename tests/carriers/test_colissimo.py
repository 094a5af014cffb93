"""Colissimo's requests and answers without a network: happy, refused, broken, and every known trap."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from carrier_request import BUYER, REQUEST, SHOP
from hypothesis import given
from hypothesis import strategies as st
from stage_colissimo import BERLIN, MUG, REUNION, ZURICH

from wismo_desk.carriers.colissimo import (
    CARRIER,
    Colissimo,
    build,
    build_label,
    parse_error,
    parse_label,
    parse_tracking,
)
from wismo_desk.carriers.colissimo.answers import parse_check, parse_manifest
from wismo_desk.carriers.colissimo.contract import PRODUCTS, Contract, table
from wismo_desk.carriers.colissimo.followed import build_track
from wismo_desk.carriers.colissimo.letter import letter, plain
from wismo_desk.carriers.colissimo.points import build_points, parse_points
from wismo_desk.carriers.colissimo.proof import build_documents, parse_document, parse_documents
from wismo_desk.domain.pickup import PointKind, PointSearch
from wismo_desk.domain.reading import read
from wismo_desk.domain.refusals import Told
from wismo_desk.domain.shipment import LabelRequest, PaperKind
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.web import Answer, Http

CONTRACT = Contract(account="900001", password="secret", carriage_cents=490)
BUYER_AT_POINT = replace(BUYER, email="zoe@exemple.fr")
AT_POINT = replace(REQUEST, service="pickup", pickup_point="350001", recipient=BUYER_AT_POINT)
ABROAD = replace(REQUEST, service="international", recipient=BERLIN)
OVERSEAS = replace(REQUEST, service="overseas", recipient=REUNION, articles=(MUG,))
OFFICIAL_ERRORS = Path("/work/shared/data/colissimo_sls_error_codes.csv")


def asked(request: LabelRequest, contract: Contract = CONTRACT) -> Any:
    return json.loads(build_label(request, contract))


def addressee(request: LabelRequest) -> Any:
    return asked(request)["letter"]["addressee"]["address"]


def answer(content: object, status: int = 200, **headers: str) -> Answer:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Answer(status=status, content=body, headers=headers, host="127.0.0.1")


def multipart(infos: object, *, line: bytes = b"\r\n", **parts: bytes) -> bytes:
    pieces = {"jsonInfos": infos if isinstance(infos, bytes) else json.dumps(infos).encode(), **parts}
    found = b""
    for name, piece in pieces.items():
        kind = b"Content-Type: application/octet-stream"
        found += line.join([b"--uuid:1", kind, b"Content-ID: <" + name.encode() + b">", b"", piece, b""])
    return found + b"--uuid:1--" + line


def sold(**more: Any) -> dict[str, Any]:
    response = {"parcelNumber": "6A15984040331", "parcelNumberPartner": "0075001116A1598404033801250L"}
    return {"messages": [{"id": "0", "type": "INFOS"}], "labelV2Response": response | more}


def refusal(code: str, said: str = "non", kind: str = "ERROR") -> dict[str, Any]:
    return {"messages": [{"id": code, "type": kind, "messageContent": said}]}


# What is asked


def test_a_label_for_the_home() -> None:
    body = asked(replace(REQUEST, dpi=300, insured_cents=0, note="Cadeau !", shop_name="La Belle Maison"))
    assert (body["contractNumber"], body["password"]) == ("900001", "secret")
    assert body["outputFormat"] == {"x": 0, "y": 0, "outputPrintingType": "ZPL_10x15_300dpi"}
    told = body["letter"]
    assert told["service"] == {
        "productCode": "DOM",
        "depositDate": "2026-11-23",
        "orderNumber": "1042 ABCDEFGHIJ234",
        "commercialName": "La Belle Maison",
        "totalAmount": 490,
        "transportationAmount": 490,
    }
    assert told["parcel"] == {"weight": 1.24}
    assert told["sender"]["senderParcelRef"] == "ABCDEFGHIJ234"
    assert told["addressee"]["address"] == {
        "lastName": "Lefèvre",
        "firstName": "Zoé",
        "line2": "12 rue de l'Église",
        "line3": "Bât. B",
        "countryCode": "FR",
        "city": "Rennes",
        "zipCode": "35000",
        "mobileNumber": "0600000000",
    }
    assert "customsDeclarations" not in told
    assert "Cadeau" not in json.dumps(body)  # the note is for the packer


def test_a_key_goes_into_the_headers_and_nothing_into_the_body() -> None:
    contract = Contract(api_key="k")
    assert contract.headers["apiKey"] == "k"
    assert not {"contractNumber", "password", "apiKey"} & asked(REQUEST, contract).keys()
    assert "apiKey" not in CONTRACT.headers
    assert json.loads(build_track("6A1", contract))["apiKey"] == "k"
    assert json.loads(build_track("6A1", CONTRACT))["login"] == "900001"
    assert json.loads(build_documents("6A1", CONTRACT))["credential"] == {
        "login": "900001",
        "password": "secret",
    }


def test_products() -> None:
    assert {s.code for s in CARRIER.services} == set(PRODUCTS)
    codes = {service: product.code for service, product in PRODUCTS.items()}
    assert codes["pickup"] == "HD"  # the current code; A2P and BPR are older
    assert (codes["home"], codes["home_signature"], codes["return"]) == ("DOM", "DOS", "CORE")
    assert (codes["overseas"], codes["overseas_signature"]) == ("COM", "CDS")


def test_weight_is_rounded_up_to_two_decimals() -> None:
    weights = {1: 0.01, 10: 0.01, 11: 0.02, 1240: 1.24, 1241: 1.25, 30_000: 30.0}
    assert {g: asked(replace(REQUEST, weight_g=g))["letter"]["parcel"]["weight"] for g in weights} == weights


def test_insurance_is_one_of_six_levels_and_never_less_than_asked() -> None:
    signed = replace(REQUEST, service="home_signature")
    levels = {1: 15_000, 15_000: 15_000, 15_001: 30_000, 16_200: 30_000, 100_001: 200_000, 500_000: 500_000}
    for cents, level in levels.items():
        assert asked(replace(signed, insured_cents=cents))["letter"]["parcel"]["insuranceValue"] == level
    assert "insuranceValue" not in asked(signed)["letter"]["parcel"]


REFUSED_HERE = [
    (replace(REQUEST, service="teleport"), "30015", "service"),
    (replace(REQUEST, service="return_international"), "CORI", "service"),
    (replace(REQUEST, weight_g=0), "30301", "weight"),
    (replace(REQUEST, weight_g=30_001), "30301", "weight"),
    (replace(REQUEST, dpi=600), "30026", "dpi"),
    (replace(REQUEST, service="pickup"), "30400", "pickup_point"),
    (replace(REQUEST, insured_cents=1000), "30309", "insured"),  # without signature Colissimo insures nothing
    (replace(REQUEST, service="home_signature", insured_cents=500_001), "30309", "insured"),
    (replace(AT_POINT, insured_cents=100_001), "30309", "insured"),
    (replace(OVERSEAS, articles=()), "30505", "articles"),
    (replace(REQUEST, recipient=replace(BUYER, street=("x" * 36,))), "ADDRESS", "recipient.street"),
    (replace(REQUEST, shipper=replace(SHOP, street=("rue",) * 5)), "ADDRESS", "shipper.street"),
    (replace(ABROAD, recipient=replace(ZURICH, street=("Seestrasse 12", "c/o Familie Meier-Müller")), articles=(MUG,)),
     "ADDRESS", "recipient.street"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "raw", "field"), REFUSED_HERE)
def test_what_is_refused_before_asking(request_: LabelRequest, raw: str, field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        build_label(request_, CONTRACT)
    assert (caught.value.raw, caught.value.field) == (raw, field)
    assert "{" not in str(caught.value)


def test_customs_need_the_cost_of_carriage() -> None:
    with pytest.raises(CarrierRefused) as caught:
        build_label(OVERSEAS, replace(CONTRACT, carriage_cents=None))
    assert caught.value.raw == "30020"
    told = asked(replace(OVERSEAS, shipping_cents=0), replace(CONTRACT, carriage_cents=None))
    assert (
        told["letter"]["service"]["totalAmount"] == 0
    )  # what the order says stands, and Colissimo judges it
    assert asked(replace(OVERSEAS, shipping_cents=790))["letter"]["service"]["totalAmount"] == 790


def test_customs() -> None:
    request = replace(OVERSEAS, duties_paid=True, size_mm=(201, 99, 300), order_number="#1042é")
    body = asked(request, replace(CONTRACT, eori="FR123"))
    told = body["letter"]
    assert told["addressee"]["address"]["countryCode"] == "RE"  # shops write FR
    assert (told["parcel"]["ftd"], told["service"]["returnTypeChoice"]) == (True, 3)
    customs = told["customsDeclarations"]
    assert customs["includeCustomsDeclarations"] is True
    assert customs["contents"] == {
        "article": [
            {
                "description": "Tasse en gres",  # accents are refused there
                "quantity": 2,
                "weight": 0.32,
                "value": 14.5,
                "currency": "EUR",
                "hsCode": "691200",
                "originCountry": "FR",
                "artref": "MUG-1",
            }
        ],
        "category": {"value": 3},
    }
    fields = {each["key"]: each["value"] for each in body["fields"]["field"]}
    assert fields == {
        "LENGTH": "30",
        "WIDTH": "21",
        "HEIGHT": "10",
        "OUTPUT_PRINT_TYPE_CN23": "PDF_A4_300dpi",
        "EORI": "FR123",
    }


def test_customs_apply_outside_the_union_only() -> None:
    for recipient in (BUYER, BERLIN, replace(BERLIN, country="MC", postcode="98000")):
        told = asked(
            replace(ABROAD, recipient=recipient, articles=(MUG,)), replace(CONTRACT, carriage_cents=None)
        )
        assert "customsDeclarations" not in told["letter"]
    canaries = replace(BERLIN, country="ES", postcode="35001")
    assert "customsDeclarations" in asked(replace(ABROAD, recipient=canaries, articles=(MUG,)))["letter"]
    with pytest.raises(CarrierRefused, match="30505"):
        build_label(replace(ABROAD, recipient=canaries), CONTRACT)
    swiss = asked(replace(ABROAD, recipient=ZURICH, articles=(MUG,), duties_paid=True))["letter"]
    assert swiss["customsDeclarations"]["description"] == "Tasse en gres"
    assert swiss["parcel"]["ddp"] is True
    assert "ftd" not in swiss["parcel"]
    assert "ddp" not in asked(replace(ABROAD, duties_paid=True))["letter"]["parcel"]


def test_a_pickup_point() -> None:
    told = asked(AT_POINT)["letter"]
    assert (told["service"]["productCode"], told["parcel"]["pickupLocationId"]) == ("HD", "350001")
    assert told["service"]["commercialName"] == "Maison Exemple"
    address = told["addressee"]["address"]
    assert address["firstName"]
    assert address["mobileNumber"]
    assert address["email"]
    assert "nonMachinable" not in asked(replace(AT_POINT, non_machinable=True))["letter"]["parcel"]
    assert asked(replace(REQUEST, non_machinable=True))["letter"]["parcel"]["nonMachinable"] is True
    assert "pickupLocationId" not in asked(replace(AT_POINT, service="home"))["letter"]["parcel"]


def test_a_return_turns_the_shipment_round() -> None:
    told = asked(replace(REQUEST, service="return"))["letter"]
    assert told["service"]["productCode"] == "CORE"
    assert told["sender"]["address"]["lastName"] == "Lefèvre"
    assert told["addressee"]["address"]["companyName"] == "Maison Exemple"
    assert told["addressee"]["addresseeParcelRef"] == "ABCDEFGHIJ234"
    with pytest.raises(CarrierRefused) as caught:
        build_label(
            replace(REQUEST, service="return", recipient=replace(BUYER, street=("x" * 36,))), CONTRACT
        )
    assert caught.value.field == "recipient.street"


# Addresses


@pytest.mark.parametrize(
    ("street", "lines"),
    [
        (("12 rue de l'Église",), {"line2": "12 rue de l'Église"}),
        (("Résidence Les Lilas", "12 rue Haute"), {"line1": "Résidence Les Lilas", "line2": "12 rue Haute"}),
        (
            ("12 rue du Général de la Porte Saint-Martin", "Bât. B", "Esc. 2"),
            {
                "line2": "12 rue du Général de la Porte",
                "line3": "Saint-Martin",
                "line1": "Bât. B",
                "line0": "Esc. 2",
            },
        ),
        (
            ("Straße der Freundschaft und Zukunft 12",),
            {"line2": "Straße der Freundschaft und", "line3": "Zukunft 12"},
        ),
        ((), {}),
    ],
)
def test_lines(street: tuple[str, ...], lines: dict[str, str]) -> None:
    told = addressee(replace(REQUEST, recipient=replace(BUYER, street=street)))
    assert {key: value for key, value in told.items() if key.startswith("line")} == lines


@given(st.lists(st.text("ab 1'é", min_size=1, max_size=60), min_size=1, max_size=3))
def test_no_piece_of_a_street_is_lost(street: list[str]) -> None:
    """Refused or whole. The naive twin cuts at 35 characters, as Colissimo itself does."""
    try:
        told = addressee(replace(REQUEST, recipient=replace(BUYER, street=tuple(street))))
    except CarrierRefused as error:
        assert error.field == "recipient.street"
        return
    lines = [told[line] for line in ("line0", "line1", "line2", "line3") if line in told]
    assert all(len(line) <= 35 for line in lines)
    assert sorted(" ".join(lines).split()) == sorted(" ".join(street).split())


def test_the_naive_cut_loses_the_house_number() -> None:
    street = "Straße der Freundschaft und Zukunft 12"
    assert "12" not in street[:35]
    assert "Zukunft 12" in addressee(replace(REQUEST, recipient=replace(BUYER, street=(street,)))).values()


def test_only_one_line_is_printed_in_switzerland() -> None:
    told = addressee(replace(ABROAD, recipient=ZURICH, articles=(MUG,)))
    assert told["line2"] == "Seestrasse 12 c/o Meier"
    assert not {"line0", "line1", "line3"} & told.keys()


def test_what_is_cut_is_said() -> None:
    long = replace(
        BUYER, name="Anne " + "Beauregard " * 5, company="Société des Grands Établissements du Nord-Ouest"
    )
    body, remarks = letter(replace(REQUEST, recipient=long), CONTRACT)
    address = body["letter"]["addressee"]["address"]
    assert address["lastName"] == "Beauregard Beauregard Beauregard"
    assert address["companyName"] == "Société des Grands Établissements"
    assert [dict(remark.values)["shown"] for remark in remarks] == [
        address["companyName"],
        address["lastName"],
    ]
    assert letter(REQUEST, CONTRACT)[1] == ()


def test_characters() -> None:
    assert plain("L’Œuvre – “ça” 👍🏽 Łódź Çelik\u00a0ş\t№") == 'L\'OEuvre - "ça" Lódz Çelik s No'
    assert (
        plain("Пушкин 李") == "Пушкин 李"
    )  # refused by Colissimo with 30600, not changed into something else


@pytest.mark.parametrize(
    ("country", "phone", "told"),
    [
        ("FR", "06 12 34 56 78", {"mobileNumber": "0612345678"}),
        ("FR", "+33 (0)7 12.34.56.78", {"mobileNumber": "0712345678"}),
        ("FR", "0033612345678", {"mobileNumber": "0612345678"}),
        ("FR", "02 99 00 00 00", {"phoneNumber": "0299000000"}),
        ("BE", "0475 12 34 56", {"mobileNumber": "+32475123456"}),
        ("BE", "0032475123456", {"mobileNumber": "+32475123456"}),
        ("DE", "+49 151 0000000", {"mobileNumber": "+491510000000"}),
        ("US", "+1 202 555 0100", {"mobileNumber": "+12025550100"}),
        ("FR", "", {}),
    ],
)
def test_phones(country: str, phone: str, told: dict[str, str]) -> None:
    who = replace(BUYER, country=country, phone=phone, state="CA" if country == "US" else "")
    request = replace(REQUEST, recipient=who, articles=(MUG,))
    found = addressee(request)
    assert {key: found[key] for key in ("phoneNumber", "mobileNumber") if key in found} == told


@pytest.mark.parametrize(
    ("country", "postcode", "told"),
    [
        ("LU", "L-1234", "1234"),
        ("US", "94104-1234", "94104"),
        ("AE", "", "00000"),
        ("GB", " sw1a 1aa ", "SW1A 1AA"),
        ("IE", "", ""),
    ],
)
def test_postcodes(country: str, postcode: str, told: str) -> None:
    who = replace(BUYER, country=country, postcode=postcode, state="CA" if country == "US" else "")
    request = replace(REQUEST, recipient=who, articles=(MUG,))
    assert addressee(request)["zipCode"] == told


# Labels that came


@pytest.mark.parametrize("line", [b"\r\n", b"\n"])
@pytest.mark.parametrize("kind", ['multipart/mixed; boundary="uuid:1"', ""])
def test_a_label(line: bytes, kind: str) -> None:
    content = multipart(sold(), line=line, label=b"^XA\r\n^XZ", cn23=b"%PDF-1.4 \xff\r\n")
    label = parse_label(answer(content, **{"content-type": kind}))
    assert (label.carrier, label.tracking_number, label.content) == (
        "colissimo",
        "6A15984040331",
        b"^XA\r\n^XZ",
    )
    assert label.aliases == ("0075001116A1598404033801250L",)
    assert label.codes == ("6A15984040331", *label.aliases)
    assert [(paper.kind, paper.content[:4]) for paper in label.papers] == [(PaperKind.CUSTOMS, b"%PDF")]
    assert label.remarks == ()
    assert "6A15984040331" in read("%0075001116A1598404033801250").keys  # the scan finds the parcel


def test_a_partners_number_is_an_alias() -> None:
    infos = sold(parcelNumber="CA000000012FR", parcelNumberPartner="CZ550028402CH")
    assert parse_label(answer(multipart(infos, label=b"^XA^XZ"))).aliases == ("CZ550028402CH",)
    same = sold(parcelNumberPartner="6A15984040331")
    assert parse_label(answer(multipart(same, label=b"^XA^XZ"))).aliases == ()
    none = sold(parcelNumberPartner=None)
    assert parse_label(answer(multipart(none, label=b"^XA^XZ"))).aliases == ()


def test_a_warning_stays_visible() -> None:
    warning = {
        "id": "7",
        "type": "WARNING",
        "messageContent": "Champ tronqué.",
        "replacementValues": [{"field": "line2", "value": "12 rue"}],
    }
    infos = sold()
    infos["messages"].append(warning)
    (remark,) = parse_label(answer(multipart(infos, label=b"^XA^XZ"))).remarks
    assert remark.values == (("text", "Champ tronqué · line2: 12 rue"),)


INCOMPLETE = [
    multipart(sold()),
    multipart(sold(), label=b""),
    multipart(sold(), label=b"  \r\n"),
    multipart(sold(), label=b"%PDF-1.4"),  # another format than the one asked for never reaches the printer
    json.dumps(sold()).encode(),
    multipart(sold(), label=b"^XA^XZ")[:-20],  # cut inside the label
]


@pytest.mark.parametrize("content", INCOMPLETE)
def test_a_number_without_a_label_is_unknown_and_is_named(content: bytes) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        parse_label(answer(content))
    assert "6A15984040331" in str(caught.value)


UNREADABLE = [
    b"",
    b"<html>",
    {},
    [],
    {"messages": []},
    multipart({"messages": "x"}, label=b"^XA^XZ"),
    multipart(b"{", label=b"^XA^XZ"),
    multipart(sold(parcelNumber=""), label=b"^XA^XZ"),
    multipart(sold(parcelNumber={"a": 1}), label=b"^XA^XZ"),
    multipart({"messages": [{"id": "0", "type": "INFOS"}], "labelV2Response": []}, label=b"^XA^XZ"),
]


@pytest.mark.parametrize("content", UNREADABLE)
def test_a_yes_that_cannot_be_read_is_unknown(content: object) -> None:
    with pytest.raises(OutcomeUnknown):
        parse_label(answer(content))


def test_the_parts_may_be_cut_anywhere() -> None:
    """Whole or an error, never half a label; the naive twin splits the text and takes what is there."""
    content = multipart(sold(), label=b"^XA" + b"^FDx^FS" * 20 + b"^XZ")
    for length in range(len(content)):
        try:
            assert parse_label(answer(content[:length])).content.endswith(b"^XZ")
        except OutcomeUnknown:
            continue
    naive = content[:-40].split(b"\r\n\r\n")[2]
    assert naive.startswith(b"^XA")
    assert not naive.endswith(b"^XZ")


# Refusals


@pytest.mark.parametrize("status", [200, 400, 403, 422, 500, 503])
@pytest.mark.parametrize("whole", [True, False])
def test_a_refusal_is_read_whatever_the_http_status(status: int, whole: bool) -> None:
    infos = refusal("30211", "Le code postal du destinataire est incorrect")
    content = multipart(infos) if whole else json.dumps(infos).encode()
    with pytest.raises(CarrierRefused) as caught:
        parse_label(answer(content, status))
    assert (caught.value.raw, caught.value.field) == ("30211", "recipient.postcode")
    assert "does not exist" in str(caught.value)
    with pytest.raises(CarrierRefused):
        parse_check(answer(content, status))


def test_refusals_that_are_none() -> None:
    with pytest.raises(CarrierUnreachable):
        parse_label(answer(multipart(refusal("40015")), 500))  # documented as: again later
    for code in ("1", ""):
        with pytest.raises(OutcomeUnknown):
            parse_label(answer(multipart(refusal(code)), 500))  # failed, and nobody knows how far it got
    with pytest.raises(CarrierRefused):
        parse_label(answer(multipart(refusal("1")), 400))


@pytest.mark.parametrize(
    ("status", "error", "raw"),
    [
        (429, CarrierUnreachable, "HTTP 429"),
        (400, CarrierRefused, "HTTP 400"),
        (403, CarrierRefused, "HTTP 403"),
        (422, CarrierRefused, "HTTP 422"),
        (302, OutcomeUnknown, "HTTP 302"),
        (500, OutcomeUnknown, "HTTP 500"),
        (502, OutcomeUnknown, "HTTP 502"),
    ],
)
@pytest.mark.parametrize("content", [b"", b"<h1>Erreur</h1>", b"[]"])
def test_no_body_to_go_by(status: int, error: type[DeskError], raw: str, content: bytes) -> None:
    with pytest.raises(error) as caught:
        parse_label(answer(content, status))
    assert caught.value.raw == raw
    with pytest.raises(CarrierUnreachable if error is OutcomeUnknown else error) as caught:
        parse_check(answer(content, status))  # nothing can have been bought
    assert caught.value.raw == raw


def test_an_error_beside_a_label_does_not_lose_the_label() -> None:
    infos = sold() | {"messages": [{"id": "30539", "type": "ERROR", "messageContent": "trop long"}]}
    label = parse_label(answer(multipart(infos, label=b"^XA^XZ"), 400))
    assert label.tracking_number
    assert dict(label.remarks[0].values)["text"] == "trop long"


def test_a_message_may_stand_alone_and_without_a_type() -> None:
    with pytest.raises(CarrierRefused, match="30000"):
        parse_label(answer({"messages": {"id": 30000, "messageContent": "non"}}, 400))
    parse_check(answer({"messages": {"id": 0, "type": "INFOS"}}))
    parse_check(answer({"messages": [{"id": "9", "type": "WARNING"}]}))
    with pytest.raises(CarrierUnreachable):
        parse_check(answer({}))


def test_an_unlisted_code_is_said_in_their_words() -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_label(answer(multipart(refusal("39999", "Le champ {0} est faux.")), 400))
    assert "Le champ {0} est faux" in str(caught.value)
    with pytest.raises(CarrierRefused) as caught:
        parse_label(answer(multipart(refusal("30600", "caractère 李")), 400))
    assert "(caractère 李)" in str(caught.value)


def test_every_documented_error_has_a_row() -> None:
    rows = table()
    assert len([code for code in rows if code.startswith(("3", "4", "14", "ROUTING"))]) == 179
    for code in rows:
        row = rows.get(code)
        assert row
        assert row.sentence.endswith(".")
        assert row.fix.endswith(".")
        assert row.field or code in {"0", "1", "30017", "40015", "40016", "40017", "1000", "HTTP 422"}


@pytest.mark.skipif(not OFFICIAL_ERRORS.exists(), reason="Colissimo's table is not on this machine")
def test_the_rows_are_those_of_the_official_table() -> None:
    with OFFICIAL_ERRORS.open(encoding="utf-8") as file:
        official = [row["id"] for row in csv.DictReader(file)]
    assert len(official) == 181
    assert set(official) <= set(table())


@pytest.mark.parametrize(
    ("value", "status", "told"),
    [
        (sold(), 200, None),
        (refusal("30000", "x"), 403, Told("30000", "x")),
        ({"status": [{"code": "105", "message": "inconnu"}]}, 200, Told("105", "inconnu")),
        ({"status": {"code": 202, "message": "m"}}, 200, Told("202", "m")),
        ({"status": [{"code": 0}], "parcel": {}}, 200, None),
        ({"errorCode": 201, "errorMessage": "m"}, 400, Told("201", "m")),
        ({"errorCode": "0", "errorMessage": "OK"}, 200, None),
        ({"errorCode": "000", "errorLabel": "OK"}, 200, None),
        ({"errorCode": "005", "errorLabel": "BODY INVALID", "errors": [{"code": 150, "message": "n"}]}, 400,
         Told("005", "BODY INVALID: n")),
        ({"errors": [{"code": 150, "message": "n"}]}, 400, Told("150", "n")),
        (b"x", 502, Told("HTTP 502")),
        (b"x", 200, None),
    ],
)  # fmt: skip
def test_what_went_wrong(value: object, status: int, told: Told | None) -> None:
    assert parse_error(answer(value, status)) == told


# Bordereau


def test_a_manifest() -> None:
    infos = {"messages": [{"id": "0"}], "bordereau": {"bordereauHeader": {"bordereauNumber": 1234567}}}
    manifest = parse_manifest(answer(multipart(infos, label=b"%PDF-1.4")), ["6A1", "6A2"])
    assert (manifest.number, manifest.parcels) == ("1234567", ("6A1", "6A2"))
    assert manifest.paper
    assert manifest.paper.kind is PaperKind.MANIFEST
    for broken in (multipart(infos), multipart({"messages": []}, label=b"%PDF"), b""):
        with pytest.raises(OutcomeUnknown):
            parse_manifest(answer(broken), ["6A1"])
    with pytest.raises(CarrierRefused, match="30801"):
        parse_manifest(answer(multipart(refusal("30801")), 400), ["6A1"])


def test_more_parcels_than_one_manifest_takes() -> None:
    with Http() as http, pytest.raises(CarrierRefused) as caught:
        Colissimo(CONTRACT, {}, http).make_manifest([f"6A{n}" for n in range(51)], day=date(2026, 11, 23))
    assert caught.value.raw == "30814"


# Tracking


def timeline(*events: object, **parcel: object) -> dict[str, Any]:
    told: Any = list(events)
    return {"status": [{"code": "0"}], "parcel": {"parcelNumber": "6A15984040331", "event": told} | parcel}


TAKEN = {
    "code": "PCHCFM",
    "date": "2026-11-23T09:09:00.000",
    "labelLong": "Pris en  charge",
    "siteZipCode": 35000,
}
HOME = {"code": "LIVCFM", "date": "2026-11-24T11:00:00.000", "labelShort": "Livré", "siteName": "AGENCE"}


def test_events_come_in_no_order_and_go_out_in_order() -> None:
    (tracked,) = parse_tracking(answer(timeline(HOME, TAKEN, infoInter={"partnerReference": "878021502585"})))
    assert [event.code for event in tracked.events] == ["PCHCFM", "LIVCFM"]
    first, last = tracked.events
    assert (first.label, first.place, last.label, last.place) == (
        "Pris en charge",
        "35000",
        "Livré",
        "AGENCE",
    )
    assert first.at.isoformat() == "2026-11-23T09:09:00+01:00"  # Paris, in winter
    assert tracked.aliases == ("878021502585",)


def test_summer_time() -> None:
    (tracked,) = parse_tracking(answer(timeline(TAKEN | {"date": "2026-07-01T09:00:00"})))
    assert str(tracked.events[0].at.utcoffset()) == "2:00:00"


@pytest.mark.parametrize(
    "event", [TAKEN, [TAKEN], [TAKEN, None, 7, {}, {"code": "LIVCFM", "date": "bientôt"}]]
)
def test_one_event_may_come_without_its_list(event: object) -> None:
    """The naive twin, who walks through what should be a list, walks through the names of an object's fields."""
    (tracked,) = parse_tracking(answer(timeline(event=event)))
    assert [one.code for one in tracked.events] == ["PCHCFM"]
    assert [key for key in TAKEN if key == "PCHCFM"] == []


@pytest.mark.parametrize("event", [None, [], {}])
def test_no_event_yet(event: object) -> None:
    (tracked,) = parse_tracking(answer(timeline(event=event)))
    assert (tracked.found, tracked.events) == (True, ())


def test_unknown_is_no_error_and_other_codes_are_of_that_number() -> None:
    (tracked,) = parse_tracking(answer({"status": [{"code": "105", "message": "x"}], "parcel": None}))
    assert (tracked.found, tracked.problem) == (False, "")
    for code in ("101", "103", "104"):
        (tracked,) = parse_tracking(answer({"status": {"code": int(code)}, "parcel": None}))
        assert (tracked.found, tracked.problem) == (False, code)


@pytest.mark.parametrize(
    ("value", "status", "error"),
    [
        ({"status": [{"code": "201"}]}, 200, CarrierRefused),
        ({"status": [{"code": "202"}]}, 200, CarrierRefused),
        (b"", 403, CarrierRefused),
        (b"Erreur", 400, CarrierRefused),
        ({"status": [{"code": "1000"}]}, 200, CarrierUnreachable),
        (b"<h1>", 500, CarrierUnreachable),
        (b"", 429, CarrierUnreachable),
        (b"<html>", 200, OutcomeUnknown),
        ({"status": [{"code": "0"}]}, 200, OutcomeUnknown),
        ([], 200, OutcomeUnknown),
    ],
)
def test_tracking_that_failed(value: object, status: int, error: type[DeskError]) -> None:
    with pytest.raises(error):
        parse_tracking(answer(value, status))


# Pickup points

POINT: dict[str, Any] = {
    "identifiant": "350001",
    "nom": "TABAC EXEMPLE",
    "adresse1": "1 rue des Essais",
    "adresse2": "",
    "codePostal": "35000",
    "localite": "RENNES",
    "codePays": "FR",
    "coordGeolocalisationLatitude": "48.11",
    "coordGeolocalisationLongitude": "-1.68",
    "horairesOuvertureLundi": "08:30-12:00 14:00-18:30",
    "horairesOuvertureMardi": "09:00-18:00 00:00-00:00",
    "horairesOuvertureDimanche": "00:00-00:00 00:00-00:00",
    "typeDePoint": "A2P",
    "poidsMaxi": 20000,
    "distanceEnMetre": "250",
    "congesTotal": False,
    "listeConges": [{"calendarDeDebut": 1796083200000, "calendarDeFin": 1796688000000, "numero": 1}],
}


def listed(*points: dict[str, Any]) -> dict[str, Any]:
    return {"errorCode": 0, "listePointRetraitAcheminement": list(points)}


def test_points() -> None:
    far = POINT | {"identifiant": "2", "distanceEnMetre": 900, "typeDePoint": "BPR"}
    locker = POINT | {"identifiant": "3", "distanceEnMetre": None, "nom": "CONSIGNE GARE"}
    odd = POINT | {"identifiant": "4", "distanceEnMetre": 1, "typeDePoint": "XYZ"}
    points = parse_points(answer(listed(far, locker, POINT, odd)))
    assert [point.point_id for point in points] == ["4", "350001", "2", "3"]
    assert [point.kind for point in points] == [
        *(PointKind.UNKNOWN, PointKind.SHOP),
        *(PointKind.POST_OFFICE, PointKind.LOCKER),
    ]
    shop = points[1]
    assert (shop.distance_m, shop.latitude, shop.max_weight_g) == (250, 48.11, 20_000)
    assert shop.hours
    assert shop.hours[:2] == ("08:30–12:00 14:00–18:30", "09:00–18:00")
    assert shop.hours[6] == ""
    assert shop.closed == ((date(2026, 12, 1), date(2026, 12, 8)),)


def test_a_point_that_is_shut_for_good_is_none() -> None:
    shut = POINT | {"congesTotal": True, "listeConges": []}
    assert parse_points(answer(listed(shut, POINT | {"nom": ""}, {}))) == ()
    assert len(parse_points(answer(listed(shut | {"listeConges": POINT["listeConges"]})))) == 1
    assert (
        parse_points(answer({"errorCode": "0", "listePointRetraitAcheminement": POINT}))[0].point_id
        == "350001"
    )
    assert parse_points(answer({"errorCode": 0})) == ()


def test_points_are_asked_for() -> None:
    search = PointSearch(postcode="35000", city="Rennes", street="12 rue Haute")
    told = json.loads(build_points(search, CONTRACT, ship_on=date(2026, 11, 23)))
    assert told == {
        "accountNumber": "900001",
        "password": "secret",
        "address": "12 rue Haute",
        "zipCode": "35000",
        "city": "Rennes",
        "countryCode": "FR",
        "shippingDate": "23/11/2026",
        "optionInter": "0",
        "filterRelay": "1",
    }
    heavy = replace(search, weight_g=20_001, country="BE")
    told = json.loads(build_points(heavy, Contract(api_key="k"), ship_on=date(2026, 11, 23)))
    assert (told["optionInter"], told["filterRelay"], told["apiKey"]) == ("1", "0", "k")


@pytest.mark.parametrize(
    ("value", "status", "error"),
    [
        ({"errorCode": 201, "errorMessage": "non"}, 400, CarrierRefused),
        ({"errorCode": "1000"}, 200, CarrierUnreachable),
        (b"", 500, CarrierUnreachable),
        (b"", 429, CarrierUnreachable),
        (b"Erreur", 400, CarrierRefused),
        ([], 200, OutcomeUnknown),
        (b"<html>", 200, OutcomeUnknown),
    ],
)
def test_points_that_failed(value: object, status: int, error: type[DeskError]) -> None:
    with pytest.raises(error):
        parse_points(answer(value, status))


# Proof


def paper(kind: str, **more: object) -> dict[str, object]:
    return {"documentType": kind, "uuid": f"u-{kind}", "path": f"/p/{kind}", "cab": "6A1"} | more


def test_the_signature_is_the_better_proof() -> None:
    found = {
        "errorCode": "000",
        "documents": [paper("CN23"), paper("DELIVERY_CERTIFICATE"), paper("SIGNATURE")],
    }
    assert parse_documents(answer(found)) == ("u-SIGNATURE", "/p/SIGNATURE")
    certificate = {"documents": [paper("SIGNATURE", uuid=None), paper("DELIVERY_CERTIFICATE")]}
    assert parse_documents(answer(certificate)) == ("u-DELIVERY_CERTIFICATE", "/p/DELIVERY_CERTIFICATE")
    assert parse_documents(answer({"documents": [paper("LABEL")]})) is None
    assert parse_documents(answer({"errorCode": "001"}, 400)) is None
    with pytest.raises(OutcomeUnknown):
        parse_documents(answer({"errorCode": "000"}))


def test_the_document() -> None:
    pdf = parse_document(answer(b"%PDF-1.4"))
    image = parse_document(answer(b"\xff\xd8\xff\xe0"))
    assert pdf
    assert image
    assert (pdf.kind, pdf.media_type, image.media_type) == (PaperKind.PROOF, "application/pdf", "image/jpeg")
    assert parse_document(answer({"errorCode": "003"}, 400)) is None
    for value, status, error in [
        (b"what", 200, OutcomeUnknown),
        ({"errorCode": "004"}, 400, CarrierRefused),
        (b"", 503, CarrierUnreachable),
        (b"%PDF-1.4", 500, CarrierUnreachable),
    ]:
        with pytest.raises(error):
            parse_document(answer(value, status))


# The whole


class Recorder(LoopbackServer):
    """Keeps what it is asked and answers from a list."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self._replies = list(replies)

    def carry_out(self, call: Call) -> Reply:
        self.calls.append(call)
        return self._replies.pop(0)


def urls(server: LoopbackServer) -> dict[str, str]:
    names = ("url_labels", "url_points", "url_tracking", "url_documents")
    return {name: f"{server.url}/{name}/" for name in names}


def test_where_a_key_is_sent() -> None:
    label = Reply(200, multipart(sold(), label=b"^XA^XZ"), 'multipart/mixed; boundary="uuid:1"')
    replies = (label, Reply(200, json.dumps(timeline(TAKEN)).encode()))
    with Recorder(*replies) as server, Http() as http:
        carrier = build({"api_key": "k", **urls(server)}, http)
        assert isinstance(carrier, Colissimo)
        bought = carrier.buy_label(replace(REQUEST, recipient=replace(BUYER, name="A " + "B" * 40)))
        (tracked,) = carrier.track(["0075001116A1598404033801250L"])
    assert (bought.service, len(bought.remarks)) == ("home", 1)
    assert (tracked.number, tracked.aliases) == ("0075001116A1598404033801250L", ("6A15984040331",))
    first, second = server.calls
    assert (first.path, first.headers["apikey"]) == ("/url_labels/generateLabel", "k")
    assert "apiKey" not in json.loads(first.body)
    assert second.path == "/url_tracking/timelineCompany"
    assert "apikey" not in second.headers
    assert json.loads(second.body)["apiKey"] == "k"
    assert "ip" not in json.loads(second.body)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({}, "account"),
        ({"account": "90000", "password": "x"}, "account"),
        ({"account": "900001"}, "password"),
        ({"api_key": "k", "undeliverable": "1"}, "undeliverable"),
        ({"api_key": "k", "carriage": "free"}, "carriage"),
        ({"api_key": "k", "carriage": "-1"}, "carriage"),
        ({"api_key": "k", "carriage": "nan"}, "carriage"),
    ],
)
def test_settings_that_cannot_be_right(settings: dict[str, str], field: str) -> None:
    with Http() as http, pytest.raises(SettingsProblem) as caught:
        build(settings, http)
    assert caught.value.field == field


def test_no_secret_shows_in_a_log() -> None:
    assert "secret" not in repr(CONTRACT)


def test_traits_are_honest() -> None:
    assert not CARRIER.traits.reconcilable  # nothing documented looks a label up by our reference
    assert not CARRIER.traits.voidable
    assert not CARRIER.traits.bills_at_creation  # billed when scanned
    assert not CARRIER.traits.verified_live


NAMES: Final = (
    *("messages", "id", "type", "labelV2Response", "parcelNumber", "status", "code", "parcel", "event"),
    *("date", "errorCode", "documents", "uuid", "path", "listePointRetraitAcheminement", "nom", "errors"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.integers(100, 599), JSON, st.booleans())
def test_whatever_comes_is_understood_or_a_desk_error(status: int, value: object, whole: bool) -> None:
    content = multipart(value, label=b"^XA^XZ") if whole else json.dumps(value).encode()
    parses = (
        parse_label,
        parse_check,
        parse_tracking,
        parse_error,
        parse_points,
        parse_documents,
        parse_document,
    )
    for parse in parses:
        try:
            parse(answer(content, status))
        except DeskError as error:
            assert str(error)
