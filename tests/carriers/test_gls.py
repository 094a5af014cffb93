"""GLS's requests and answers without a network: happy, refused, broken, and every known trap."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from carrier_request import BUYER, REQUEST
from hypothesis import given
from hypothesis import strategies as st
from stage_gls import stage

from wismo_desk.carriers.gls import (
    CARRIER,
    Gls,
    build,
    parse_error,
    parse_label,
    parse_points,
    parse_tracking,
)
from wismo_desk.carriers.gls.answers import (
    parse_allowed,
    parse_check,
    parse_manifest,
    parse_proof,
    parse_void,
)
from wismo_desk.carriers.gls.contract import PRODUCTS, Contract, table
from wismo_desk.carriers.gls.parcel import (
    build_check,
    build_label,
    build_reprint,
    end_of_day,
    label_body,
    plain,
)
from wismo_desk.carriers.gls.points import build_points
from wismo_desk.carriers.gls.tracing import build_track, in_order
from wismo_desk.domain.carrier import Reconciles
from wismo_desk.domain.order import Party
from wismo_desk.domain.pickup import PointSearch
from wismo_desk.domain.refusals import Told
from wismo_desk.domain.shipment import LabelRequest, PaperKind
from wismo_desk.domain.status import IncidentReason, TrackingStatus, fold_key, read_codes, standing
from wismo_desk.domain.tracking import Tracked, event_id
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.practice.gls_server import TEST_PARCELS, GlsServer
from wismo_desk.practice.loopback import Fault
from wismo_desk.resources import status_tables
from wismo_desk.web import Answer, Http

CONTRACT = Contract(client_id="i", client_secret="s", contact_id="250X")
CODES = read_codes(status_tables()["gls"])
DOCUMENTED = (
    *("PLANNEDPICKUP", "INPICKUP", "NOTPICKEDUP", "PREADVICE", "INTRANSIT", "INDELIVERY", "DELIVEREDPS"),
    *("DELIVERED", "INWAREHOUSE", "NOTDELIVERED", "CANCELED", "FINAL"),
)
DOCUMENTED_EVENTS = (
    *("INTIAL.E48_DATA", "INTIAL.PREADVICE", "INTIAL.NORMAL", "DELIVD.PARCELSHOP", "CANCEL.NORMAL"),
    *("CHANGD.MONEWADDR", "CHANGD.PARCELBOX"),
)
DOCUMENTED_ERRORS = ("E_400_01", "E_400_02", "E_400_03", "E_404_01", "E_404_02", "E_500_01")
GATEWAY_ERRORS = ("steps.jwt.TokenExpired", "policies.ratelimit.QuotaViolation")
ZPL = b"^XA^FO10,10^FDx^FS^XZ"


def asked(request: LabelRequest, contract: Contract = CONTRACT) -> Any:
    return json.loads(build_label(request, contract))


def address(party: Party) -> Any:
    return asked(replace(REQUEST, recipient=party))["Shipment"]["Consignee"]["Address"]


def answer(content: object, status: int = 200, **headers: str) -> Answer:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Answer(status=status, content=body, headers=headers, host="127.0.0.1")


def sold(label: object = None, **parcel: Any) -> dict[str, Any]:
    data = base64.b64encode(ZPL).decode() if label is None else label
    return {
        "CreatedShipment": {
            "ParcelData": [{"TrackID": "ZMZE0SRO", "ParcelNumber": "716649153647", **parcel}],
            "PrintData": [{"Data": data, "LabelFormat": "ZEBRA"}],
            "CustomerID": "1",
            "PickupLocation": "FR1",
        }
    }


def no(code: str, message: str = "", status: int = 400) -> Answer:
    return answer(b"", status, error=code, message=message)


def parcel(number: str = "ZMZE0SRO", **more: Any) -> dict[str, Any]:
    return {"requested": number, "unitno": "71664915364", **more}


def event(code: str, at: str, said: str = "…", **more: str) -> dict[str, str]:
    return {"code": code, "description": said, "eventDateTime": at, "city": "", "country": "FR", **more}


def only(*parcels: dict[str, Any]) -> Tracked:
    (tracked,) = parse_tracking(answer({"parcels": list(parcels)}))
    return tracked


def status_of(tracked: Tracked) -> TrackingStatus:
    keys = []
    for one in tracked.events:
        rule = CODES.rule(one.code, one.label)
        if rule:
            key = event_id("gls", tracked.number, one, shipped_on=date(2026, 11, 1))
            keys.append((fold_key(rule.status, one.at, key), rule))
    return standing(keys).status


# Settings


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "contact_id"])
def test_what_the_contract_gives_is_asked_for(missing: str) -> None:
    settings = {"client_id": "i", "client_secret": "s", "contact_id": "c"} | {missing: " "}
    with Http() as http, pytest.raises(SettingsProblem) as caught:
        build(settings, http)
    assert caught.value.field == missing
    assert "secret" not in repr(Contract(client_id="i", client_secret="secret", contact_id="c"))


def test_what_it_is() -> None:
    traits = CARRIER.traits
    assert (traits.numbers_per_call, traits.calls_per_day) == (10, 500)
    assert (traits.voidable, traits.label_once, traits.verified_live) == (True, False, False)
    assert {service.code for service in CARRIER.services} == set(PRODUCTS)
    secrets = {field.key for field in CARRIER.fields if field.secret}
    assert secrets == {"client_secret"}


def test_a_lost_answer_is_not_cleared_up_by_asking() -> None:
    """GLS's search finds only what went through an end of day: it would deny a label made a minute ago."""
    assert not CARRIER.traits.reconcilable
    with stage() as staged:
        assert not isinstance(staged.carrier, Reconciles)


# What is asked


def test_a_label_for_the_home() -> None:
    body = asked(replace(REQUEST, dpi=300, note="Cadeau !"))
    assert body["PrintingOptions"] == {"ReturnLabels": {"TemplateSet": "ZPL_300", "LabelFormat": "ZEBRA"}}
    assert body["Shipment"] == {
        "Product": "PARCEL",
        "ShippingDate": "2026-11-23",
        "Consignee": {
            "Category": "PRIVATE",
            "Address": {
                "Name1": "Zoé Lefèvre",
                "Name2": "Bât. B",
                "Street": "12 rue de l'Église",
                "CountryCode": "FR",
                "ZIPCode": "35000",
                "City": "Rennes",
                "MobilePhoneNumber": "0600000000",
            },
        },
        "Shipper": {"ContactID": "250X"},
        "ShipmentUnit": [
            {
                "ShipmentUnitReference": ["ABCDEFGHIJ234"],
                "Weight": 1.24,
                "Note1": "#1042",
                "Note2": "ABCDEFGHIJ234",
            }
        ],
        "ShipmentReference": ["#1042"],
    }
    assert "Cadeau" not in json.dumps(body)  # the note is for the packer


@pytest.mark.parametrize(
    ("service", "product", "booked"),
    [
        ("home", "PARCEL", None),
        ("home_flex", "PARCEL", {"Service": {"ServiceName": "service_flexdelivery"}}),
        ("home_signature", "PARCEL", {"Service": {"ServiceName": "service_signature"}}),
        ("express_1300", "EXPRESS", {"Service": {"ServiceName": "service_1300"}}),
    ],
)
def test_services(service: str, product: str, booked: object) -> None:
    shipment = asked(replace(REQUEST, service=service))["Shipment"]
    assert shipment["Product"] == product
    assert shipment.get("Service") == ([booked] if booked else None)


def test_a_parcel_shop() -> None:
    shipment = asked(replace(REQUEST, service="pickup", pickup_point="2500012345"))["Shipment"]
    assert shipment["Service"] == [
        {"ShopDelivery": {"ServiceName": "service_shopdelivery", "ParcelShopID": "2500012345"}}
    ]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (replace(REQUEST, service="teleport"), "service"),
        (replace(REQUEST, service="pickup"), "pickup_point"),
        (replace(REQUEST, weight_g=0), "weight"),
        (replace(REQUEST, weight_g=99_000), "weight"),
        (replace(REQUEST, dpi=600), "printer"),
        (replace(REQUEST, recipient=replace(BUYER, name="", company="")), "recipient.name"),
        (replace(REQUEST, recipient=replace(BUYER, street=())), "recipient.street"),
        (replace(REQUEST, recipient=replace(BUYER, street=("A 1",))), "recipient.street"),
        (replace(REQUEST, recipient=replace(BUYER, postcode="12345678901")), "recipient.postcode"),
    ],
)
def test_what_gls_would_refuse_is_not_sent(request_: LabelRequest, field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        build_label(request_, CONTRACT)
    assert caught.value.field == field
    assert caught.value.raw


@pytest.mark.parametrize(
    ("grams", "kilos"),
    [(1, 0.11), (100, 0.11), (111, 0.12), (1240, 1.24), (1241, 1.25), (98_999, 98.99 + 0.01)],
)
def test_weights_are_never_less_than_weighed(grams: int, kilos: float) -> None:
    weight = asked(replace(REQUEST, weight_g=grams))["Shipment"]["ShipmentUnit"][0]["Weight"]
    assert weight == pytest.approx(kilos)
    assert weight > 0.1


def test_insurance_and_incoterm() -> None:
    unit = asked(replace(REQUEST, insured_cents=12_550))["Shipment"]["ShipmentUnit"][0]
    assert unit["Service"] == [
        {"AddonLiability": {"ServiceName": "service_addonliability", "Amount": 125.5, "Currency": "EUR"}}
    ]
    swiss = replace(REQUEST, recipient=replace(BUYER, postcode="8002", city="Zürich", country="CH"))
    with_code = replace_contract(incoterm="18")
    assert asked(swiss, with_code)["Shipment"]["IncotermCode"] == "18"
    assert "IncotermCode" not in asked(swiss)["Shipment"]
    assert "IncotermCode" not in asked(REQUEST, with_code)["Shipment"]


def replace_contract(**more: str) -> Contract:
    return replace(CONTRACT, **more)


def test_a_company_and_its_person() -> None:
    party = replace(BUYER, company="Maison Exemple", email="zoe@exemple.fr", phone="+33 2 99 00 00 00")
    found = address(party)
    assert (found["Name1"], found["Name2"], found["Name3"]) == ("Zoé Lefèvre", "Maison Exemple", "Bât. B")
    assert found["eMail"] == "zoe@exemple.fr"
    assert found["FixedLinePhonenumber"] == "0033299000000"
    body = asked(replace(REQUEST, recipient=party))
    assert body["Shipment"]["Consignee"]["Category"] == "BUSINESS"
    assert address(replace(BUYER, name="", company="Maison"))["Name1"] == "Maison"
    assert "eMail" not in address(replace(BUYER, email="z" * 80 + "@exemple.fr"))  # half of one is none


def test_the_names_are_those_of_glss_samples() -> None:
    """The description says Zipcode and Email, and the server refuses names that it does not know."""
    found = address(replace(BUYER, email="zoe@exemple.fr"))
    assert {"ZIPCode", "eMail"} <= set(found)
    assert not {"Zipcode", "Email"} & set(found)


def test_signs_that_gls_does_not_allow() -> None:
    assert plain('Anna "Ann" (chez; Paul), {1|2} \\ C') == "Anna Ann chez Paul 1 2 C"
    assert plain("L’Île-d’Yeu — 3 🏠\u200b\t x") == "L'Île-d'Yeu - 3 x"
    found = address(replace(BUYER, street=("12, rue (Haute)",), name="D; K"))
    assert (found["Street"], found["Name1"]) == ("12 rue Haute", "D K")


def test_the_house_number_is_never_lost() -> None:
    long = "Résidence des Hauts de la Vallée du Grand Chêne Vert 127 bis"
    found = address(replace(BUYER, street=(long,)))
    joined = " ".join(found[key] for key in ("Street", "Name2", "Name3") if key in found)
    assert joined == long
    assert all(len(found[key]) <= 40 for key in ("Street", "Name2"))
    naive = long[:40]
    assert "127" not in naive


def test_the_line_with_the_number_is_the_street() -> None:
    found = address(replace(BUYER, street=("Résidence du Parc", "8 rue des Lilas", "3e étage")))
    assert (found["Street"], found["Name2"], found["Name3"]) == (
        "8 rue des Lilas",
        "Résidence du Parc",
        "3e étage",
    )


@pytest.mark.parametrize(
    "street",
    [
        ("8 rue des Lilas", "un", "deux", "trois"),
        ("8 " + "x" * 41,),
        ("8 rue " + "de la Vallée " * 12,),
    ],
)
def test_what_does_not_fit_is_refused(street: tuple[str, ...]) -> None:
    with pytest.raises(CarrierRefused) as caught:
        build_label(replace(REQUEST, recipient=replace(BUYER, street=street)), CONTRACT)
    assert caught.value.field == "recipient.street"
    assert street[0][:8] in str(caught.value)


def test_a_long_name_is_cut_at_a_word_and_remarked() -> None:
    name = "Marie-Clémentine Anastasie de la Rochefoucauld-Montmorency"
    body, cuts = label_body([replace(REQUEST, recipient=replace(BUYER, name=name))], CONTRACT)
    shown = body["Shipment"]["Consignee"]["Address"]["Name1"]
    assert shown == "Marie-Clémentine Anastasie de la"
    (cut,) = cuts
    assert dict(cut.values) == {"shown": shown, "text": name}


@given(st.lists(st.text(max_size=60), max_size=3), st.text(max_size=90), st.text(max_size=60))
def test_whatever_the_address_it_fits_or_is_refused(street: list[str], name: str, city: str) -> None:
    party = replace(BUYER, street=tuple(street), name=name, city=city)
    try:
        found = address(party)
    except CarrierRefused as error:
        assert error.field
        return
    limits = {"Name1": 40, "Name2": 40, "Name3": 40, "Street": 40, "City": 40, "ZIPCode": 10}
    assert all(len(found.get(key, "")) <= most for key, most in limits.items())
    assert not set('\\"{},;()|') & set("".join(found.values()))
    kept = sorted(
        "".join(found[key] for key in ("Street", "Name2", "Name3") if key in found).replace(" ", "")
    )
    assert kept == sorted("".join(plain(line) for line in street).replace(" ", ""))


def test_the_other_questions() -> None:
    assert json.loads(build_check(REQUEST, CONTRACT)) == {"Shipment": asked(REQUEST)["Shipment"]}
    assert json.loads(build_reprint("ZMZE0SRO", 203)) == {
        "TrackID": "ZMZE0SRO",
        "PrintingOptions": {"ReturnLabels": {"TemplateSet": "ZPL_200", "LabelFormat": "ZEBRA"}},
    }
    assert end_of_day(date(2026, 11, 23)) == "/rs/shipments/endofday?date=2026-11-23"
    assert build_track(["A", "B"]) == "/tracking/simple/trackids/A,B?showEvents=true"
    search = PointSearch(postcode="35000", city="Rennes", street="12 rue Haute", most=50)
    assert json.loads(build_points(search)) == {
        "Street": "12 rue Haute",
        "CountryCode": "FR",
        "ZIPCode": "35000",
        "City": "Rennes",
        "MaxNumberOfShops": "20",
    }


# Labels


def test_a_label() -> None:
    codes = {
        "Primary1D": "716649153647",
        "Primary2D": "ABE7100BE",
        "Secondary2D": "A|Zoé Lefèvre|12 rue Haute",
    }
    label = parse_label(answer(sold(Barcodes=codes, PartnerParcelNumber="00435394"), status=201))
    assert (label.tracking_number, label.content) == ("ZMZE0SRO", ZPL)
    assert label.aliases == ("716649153647", "00435394", "ABE7100BE")
    assert label.codes == ("ZMZE0SRO", *label.aliases)
    assert "Lefèvre" not in repr(label)  # the second matrix code holds the address


def test_the_label_may_come_in_pieces_or_a_list() -> None:
    half = len(ZPL) // 2
    pieces = [base64.b64encode(ZPL[:half]).decode(), base64.b64encode(ZPL[half:]).decode()]
    assert parse_label(answer(sold(pieces))).content == ZPL


def test_names_in_another_case_are_read() -> None:
    told = json.loads(json.dumps(sold()).replace("TrackID", "trackId").replace("PrintData", "printData"))
    assert parse_label(answer(told)).tracking_number == "ZMZE0SRO"


@pytest.mark.parametrize(
    "label",
    [
        "",
        [],
        None,
        3,
        "no base64!",
        base64.b64encode(b"%PDF-1.4").decode(),
        base64.b64encode(ZPL[:-3]).decode(),
    ],
)
def test_a_number_without_its_label_is_in_doubt(label: object) -> None:
    told = sold()
    told["CreatedShipment"]["PrintData"] = [{"Data": label, "LabelFormat": "ZEBRA"}]
    with pytest.raises(OutcomeUnknown) as caught:
        parse_label(answer(told))
    assert "ZMZE0SRO" in str(caught.value)


@pytest.mark.parametrize("body", [{}, {"CreatedShipment": None}, {"CreatedShipment": {"ParcelData": []}}, []])
def test_a_yes_without_a_number_is_in_doubt(body: object) -> None:
    with pytest.raises(OutcomeUnknown):
        parse_label(answer(body))


# Refusals: in the headers


def test_the_no_stands_in_the_headers() -> None:
    wrong = "Invalid field Shipment.Consignee.Address.ZIPCode. Value 3500 is not a valid value. Shipment"
    with pytest.raises(CarrierRefused) as caught:
        parse_label(no("INVALID_FIELD_VALUE", wrong))
    assert caught.value.field == "recipient.postcode"
    assert caught.value.raw == "INVALID_FIELD_VALUE Consignee ZIPCode"
    told = parse_error(no("INVALID_FIELD_VALUE", wrong))
    assert told == Told("INVALID_FIELD_VALUE Consignee ZIPCode", wrong)
    naive = json.loads(no("INVALID_FIELD_VALUE", wrong).content or b"{}")
    assert naive == {}  # who reads the body only knows that something went wrong


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("Shipment.Shipper.ContactID", "account"),
        ("Shipment.Shipper.Address.EMail", "account"),
        ("Shipment.Shipper.Address.Name1", "account"),
        ("Shipment.Consignee.Address.Name1", "recipient.name"),
        ("Shipment.Consignee.Address.Street", "recipient.street"),
        ("Shipment.Consignee.Address.StreetNumber", "recipient.street"),
        ("Shipment.Consignee.Address.City", "recipient.city"),
        ("Shipment.Consignee.Address.CountryCode", "recipient.country"),
        ("Shipment.Consignee.Address.EMail", "recipient.email"),
        ("Shipment.Consignee.Address.MobilePhoneNumber", "recipient.phone"),
        ("Shipment.Consignee.Address.FixedLinePhonenumber", "recipient.phone"),
        ("ShipmentRequestData.Shipment.Consignee.Address", "recipient.street"),
        ("ShipmentRequestData.Shipment.Product", "service"),
        ("ShipmentRequestData.Shipment.ShipmentUnit[0].Weight", "weight"),
        ("shipment.incoterm", "account"),
        ("ShopDelivery.ParcelShopID", "pickup_point"),
        ("Shipment.ShippingDate", "ship_on"),
    ],
)
def test_each_field_has_its_sentence(path: str, field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_label(no("INVALID_FIELD_VALUE", f"Invalid field {path}. Value X is not a valid value. No"))
    assert caught.value.field == field


def test_a_field_nobody_knows_keeps_the_code() -> None:
    told = parse_error(no("INVALID_FIELD_VALUE", "Invalid field Shipment.Something. Value X is not one"))
    assert told
    assert told.code == "INVALID_FIELD_VALUE"
    assert "{" not in str(table().refused("SOMETHING_NEW", "Nouveau"))
    assert "Nouveau" in str(table().refused("SOMETHING_NEW", "Nouveau"))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, CarrierRefused) for status in (400, 401, 403, 404, 490)),
        (429, CarrierUnreachable),
        *((status, OutcomeUnknown) for status in (500, 503, 302)),
    ],
)
def test_statuses_without_a_word(status: int, error: type[DeskError]) -> None:
    with pytest.raises(error) as caught:
        parse_label(answer(b"", status))
    assert type(caught.value) is error
    assert caught.value.raw == f"HTTP {status}"


def test_a_documented_no_is_a_no_whatever_its_status() -> None:
    with pytest.raises(CarrierRefused):
        parse_label(no("MANDATORY_PARAMETER_NOT_SET", "The Mandatory parameter Shipment is not set", 500))
    with pytest.raises(OutcomeUnknown):
        parse_label(no("SOMETHING_NEW", "?", 500))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            {"fault": {"faultstring": "x", "detail": {"errorcode": "steps.jwt.TokenExpired"}}},
            "steps.jwt.TokenExpired",
        ),
        ({"errors": [{"code": "VALIDATION_ERROR", "message": "x"}]}, "VALIDATION_ERROR"),
        ({"error": "invalid_client", "error_description": "x"}, "invalid_client"),
        ({"parcels": [{"requested": "1", "errorCode": "E_404_01", "errorMessage": "x"}]}, "E_404_01"),
        ({"errorCode": "E_404_02", "errorMessage": "x"}, "E_404_02"),
        ({"Success": False, "ValidationResult": {"Issues": [{"Rule": "COMMON", "Location": "x"}]}}, "COMMON"),
    ],
)
def test_errors_are_told_from_every_body(body: object, code: str) -> None:
    told = parse_error(answer(body, 400))
    assert told == Told(code, "x")


def test_what_is_no_error() -> None:
    assert parse_error(answer(sold())) is None
    told = parse_error(answer({"title": "Bad Request", "status": 400, "detail": "Failed to"}, 400))
    assert told == Told("HTTP 400", "Failed to")
    with pytest.raises(OutcomeUnknown):
        parse_error(answer(b'{"CreatedShip'))


# Void, dry run, manifest, proof, points


def test_void() -> None:
    for result in ("CANCELLED", "CANCELLATION_PENDING"):
        parse_void(answer({"TrackID": "Z", "Result": result}))
    parse_void(answer({"TrackID": "Z", "result": "CANCELLED"}))
    with pytest.raises(CarrierRefused) as caught:
        parse_void(answer({"TrackID": "Z", "Result": "SCANNED"}))
    assert caught.value.raw == "SCANNED"
    for strange in ({"TrackID": "Z", "Result": "ERROR"}, {}, {"Result": None}):
        with pytest.raises(OutcomeUnknown):
            parse_void(answer(strange))


def test_the_dry_run() -> None:
    parse_check(answer({"Success": True, "ValidationResult": {"Issues": []}}))
    issue = {"Rule": "ADDRESS_VALID_ZIPCODE", "Location": "Zipcode", "Parameters": ["3500"]}
    with pytest.raises(CarrierRefused) as caught:
        parse_check(answer({"Success": False, "ValidationResult": {"Issues": [issue]}}))
    assert (caught.value.raw, caught.value.field) == ("ADDRESS_VALID_ZIPCODE", "recipient.postcode")
    with pytest.raises(CarrierRefused):  # a yes beside an issue is no yes
        parse_check(answer({"Success": True, "ValidationResult": {"Issues": [issue]}}))
    for mute in ({}, {"Success": False}, {"Success": "true"}):
        with pytest.raises(CarrierUnreachable):
            parse_check(answer(mute))
    for status in (429, 500):
        with pytest.raises(CarrierUnreachable):
            parse_check(answer(b"", status))
    with pytest.raises(CarrierUnreachable):
        parse_check(answer(b"<html>"))


def test_services_between_two_addresses() -> None:
    names = [{"ProductName": "PARCEL"}, {"ServiceName": "service_FlexDelivery"}]
    parse_allowed(answer({"AllowedServices": names}), PRODUCTS["home"])
    parse_allowed(answer({"AllowedServices": names}), PRODUCTS["home_flex"])
    for service in ("express_1300", "pickup"):
        with pytest.raises(CarrierRefused) as caught:
            parse_allowed(answer({"AllowedServices": names}), PRODUCTS[service])
        assert caught.value.field == "service"
    with pytest.raises(CarrierUnreachable):
        parse_allowed(answer({}), PRODUCTS["home"])


def test_the_end_of_the_day() -> None:
    day = date(2026, 11, 23)
    bodies: tuple[dict[str, Any], ...] = ({"Shipments": [{"ShipmentUnit": []}]}, {})
    for body in bodies:  # a second report on one day may be empty
        made = parse_manifest(answer(body), ("ZMZE0SRO",), day)
        assert (made.number, made.parcels, made.paper) == ("2026-11-23", ("ZMZE0SRO",), None)
    with pytest.raises(OutcomeUnknown):
        parse_manifest(answer({"something": 1}), ("ZMZE0SRO",), day)
    with pytest.raises(OutcomeUnknown):
        parse_manifest(answer(b"", 500), ("ZMZE0SRO",), day)


@pytest.mark.parametrize("name", ["PODItem", "Poditem"])
@pytest.mark.parametrize("pieces", [True, False])
def test_a_proof(name: str, pieces: bool) -> None:
    image = base64.b64encode(b"%PDF-1.4 x").decode()
    proof = parse_proof(answer({name: {"TrackID": "Z", "ImageData": [image] if pieces else image}}))
    assert proof
    assert (proof.kind, proof.content, proof.media_type) == (
        PaperKind.PROOF,
        b"%PDF-1.4 x",
        "application/pdf",
    )


def test_no_proof_yet_is_no_error_but_a_wrong_address_is() -> None:
    """The same HTTP 404 for both: only the header tells."""
    assert parse_proof(no("NO_POD_IMAGE_FOUND", "It has no Signature", 404)) is None
    with pytest.raises(CarrierRefused):
        parse_proof(answer(b"", 404))
    with pytest.raises(OutcomeUnknown):
        parse_proof(answer({"PODItem": {"TrackID": "Z", "ImageData": "AAAA"}}))


def test_parcel_shops() -> None:
    shop = {
        "ParcelShopID": "2500012345",
        "Address": {
            "Name1": "Tabac",
            "Street": "rue Haute",
            "StreetNumber": "3",
            "Zipcode": "35000",
            "City": "Rennes",
            "CountryCode": "FR",
        },
        "WorkingDay": [
            {
                "DayOfWeek": "MON",
                "OpeningHours": {"OpeningHours": [{"From": "09:00:00", "To": "19:00:00"}]},
                "Breaks": {"OpeningHours": [{"From": "12:30:00", "To": "14:00:00"}]},
            },
            {
                "DayOfWeek": "SUN",
                "OpeningHours": {
                    "OpeningHours": {"From": "1970-01-01T10:00:00+01:00", "To": "1970-01-01T12:00:00+01:00"}
                },
            },
        ],
        "Holidays": [
            {"StartDate": "2026-12-24", "EndDate": "2026-12-26"},
            {"StartDate": "x", "EndDate": "y"},
        ],
        "AirlineDistance": "0.28",
    }
    (point,) = parse_points(answer({"ParcelShop": [shop, {"ParcelShopID": "1"}]}))
    assert (point.point_id, point.street, point.postcode) == ("2500012345", "rue Haute 3", "35000")
    assert point.hours == ("09:00–12:30 14:00–19:00", "", "", "", "", "", "10:00–12:00")
    assert point.closed == ((date(2026, 12, 24), date(2026, 12, 26)),)
    assert point.distance_m is None  # in what it is measured, no document says
    assert parse_points(answer({})) == ()
    with pytest.raises(CarrierUnreachable):
        parse_points(answer({"ParcelShop": [{"ParcelShopID": "1"}]}))


# Tracking


def test_events_and_the_status_beside_them() -> None:
    tracked = only(
        parcel(
            status="INDELIVERY",
            statusDateTime="2026-11-25T06:52:37+0100",
            events=[
                event("OUTDEL.NORMAL", "2026-11-25T06:52:37+0100", city="Rennes", postalCode="35000"),
                event("INTIAL.NORMAL", "2026-11-24T18:00:00+0000"),
                event("INTIAL.PREADVICE", "2026-11-23T09:00:00+0100"),
            ],
        )
    )
    assert [one.code for one in tracked.events] == [
        *("INTIAL.PREADVICE", "INTIAL.NORMAL", "OUTDEL.NORMAL", "INDELIVERY")
    ]
    assert tracked.events[1].at.utcoffset() == timedelta(0)
    assert tracked.events[2].place == "35000 Rennes"
    assert tracked.aliases == ("71664915364",)
    assert status_of(tracked) is TrackingStatus.OUT_FOR_DELIVERY


def test_delivered_to_a_parcel_shop_is_not_delivered() -> None:
    at = "2026-11-25T15:13:46+0100"
    for told in (
        parcel(status="DELIVEREDPS", statusDateTime=at, events=[event("DELIVD.PARCELSHOP", at)]),
        parcel(status="DELIVEREDPS", statusDateTime=at, events=[event("DELIVD.SOMETHING", at)]),
        parcel(status="DELIVEREDPS", statusDateTime=at),
    ):
        assert status_of(only(told)) is TrackingStatus.READY_FOR_PICKUP
    naive = "DELIVEREDPS".startswith("DELIVERED")
    assert naive  # and the customer would be told that it is at home


def test_a_closed_file_keeps_what_the_parcel_was() -> None:
    events = [
        event("DELIVD.NORMAL", "2026-11-25T15:13:46+0100"),
        event("OUTDEL.NORMAL", "2026-11-25T06:00:00+0100"),
    ]
    told = parcel(status="FINAL", statusDateTime="2026-12-25T15:13:46+0100", events=events)
    assert status_of(only(told)) is TrackingStatus.DELIVERED
    alone = parcel(status="FINAL", statusDateTime="2026-12-25T15:13:46+0100", events=[])
    assert status_of(only(alone)) is TrackingStatus.UNKNOWN


def test_the_status_speaks_where_nobody_mapped_the_event() -> None:
    told = parcel(
        status="NOTDELIVERED",
        statusDateTime="2026-11-25T10:00:00+0100",
        events=[
            event("NODELI.NEW", "2026-11-25T10:00:00+0100"),
            event("OUTDEL.NORMAL", "2026-11-25T06:00:00+0100"),
        ],
    )
    tracked = only(told)
    assert CODES.rule("NODELI.NEW") is None
    assert tracked.events[-1].code == "NOTDELIVERED"  # the last word, so that nothing unmapped is the newest
    assert status_of(tracked) is TrackingStatus.DELIVERY_ATTEMPTED


def test_a_status_without_its_time_takes_the_newest_events() -> None:
    told = parcel(status="INTRANSIT", events=[event("INTIAL.NORMAL", "2026-11-24T18:00:00+0100")])
    assert [one.at for one in only(told).events] == [only(told).events[0].at] * 2
    assert only(parcel(status="INTRANSIT")).events == ()


def test_a_time_without_offset_is_french() -> None:
    told = parcel(events=[event("INTIAL.NORMAL", "2026-07-24T18:00:00")])
    assert only(told).events[0].at.utcoffset() == timedelta(hours=2)


def test_one_that_it_does_not_know_yet_is_no_error_and_another_code_is_a_problem() -> None:
    told = {"parcels": [{"requested": "42249018928", "errorCode": "E_404_01", "errorMessage": "Not Found"}]}
    assert parse_tracking(answer(told)) == (Tracked(number="42249018928", found=False),)
    told["parcels"][0]["errorCode"] = "E_500_01"
    assert parse_tracking(answer(told))[0].problem == "E_500_01"


def test_answers_are_matched_by_number_not_by_place() -> None:
    told = parse_tracking(
        answer({"parcels": [parcel("BBBBBBB2", unitno="2"), parcel("AAAAAAA1", unitno="71664915364")]})
    )
    found = list(in_order(["aaaaaaa1", "BBBBBBB2", "71664915364", "CCCCCCC3", "../x"], told))
    assert [each.number for each in found] == ["aaaaaaa1", "BBBBBBB2", "71664915364", "CCCCCCC3", "../x"]
    assert [each.problem for each in found] == ["", "", "", "unanswered", "E_400_01"]
    assert found[0].aliases == ("71664915364",)
    assert found[2].aliases == ("AAAAAAA1",)


def test_two_parcels_under_one_number_are_nobodys_news() -> None:
    """A card's number, or one that was given again: the document shows an answer with two."""
    told = parse_tracking(answer({"parcels": [parcel("747N6K", unitno="1"), parcel("747N6K", unitno="2")]}))
    (found,) = in_order(["747N6K"], told)
    assert (found.found, found.problem, found.events) == (False, "several", ())


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (429, {"fault": {"detail": {"errorcode": "policies.ratelimit.QuotaViolation"}}}, CarrierUnreachable),
        (500, b"<h1>", CarrierUnreachable),
        (200, b"nonsense", CarrierUnreachable),
        (200, {}, CarrierUnreachable),
        (200, {"parcels": [{}, 3]}, CarrierUnreachable),
        (400, {"status": 400, "detail": "Provided references of size '11'"}, CarrierRefused),
        (401, {"fault": {"detail": {"errorcode": "steps.jwt.TokenExpired"}}}, CarrierRefused),
        (401, b"<html>Authorization failed</html>", CarrierRefused),
        (404, {"detail": "No static resource"}, CarrierRefused),
    ],
)
def test_no_news(status: int, body: object, error: type[DeskError]) -> None:
    with pytest.raises(error):
        parse_tracking(answer(body, status))


# The tables


def test_every_documented_code_is_mapped() -> None:
    assert set(DOCUMENTED) | set(DOCUMENTED_EVENTS) <= set(CODES)
    assert set(TEST_PARCELS.values()) == set(DOCUMENTED)
    assert {*DOCUMENTED_ERRORS, *GATEWAY_ERRORS} <= set(table())


@pytest.mark.parametrize(
    ("code", "status", "reason", "is_scan"),
    [
        ("PREADVICE", TrackingStatus.LABEL_CREATED, "", True),
        ("PLANNEDPICKUP", TrackingStatus.LABEL_CREATED, "", True),
        ("INPICKUP", TrackingStatus.LABEL_CREATED, "", True),  # worded as to come: no hand-over
        ("NOTPICKEDUP", TrackingStatus.EXCEPTION, "", True),
        ("INWAREHOUSE", TrackingStatus.IN_TRANSIT, "", True),
        ("DELIVEREDPS", TrackingStatus.READY_FOR_PICKUP, "", True),
        ("NOTDELIVERED", TrackingStatus.DELIVERY_ATTEMPTED, "", True),
        ("CANCELED", TrackingStatus.CANCELLED, "", True),
        ("FINAL", TrackingStatus.UNKNOWN, "", False),
        ("CHANGD.MONEWADDR", TrackingStatus.IN_TRANSIT, "recipient_request", False),
    ],
)
def test_what_codes_mean(code: str, status: TrackingStatus, reason: str, is_scan: bool) -> None:
    rule = CODES.rule(code)
    assert rule
    assert (rule.status, rule.reason, rule.is_scan) == (status, IncidentReason(reason), is_scan)


# Over HTTP


def test_the_headers_and_one_token_for_both_services() -> None:
    with stage() as staged:
        assert isinstance(staged.carrier, Gls)
        assert isinstance(staged.server, GlsServer)
        label = staged.carrier.buy_label(staged.request)
        staged.carrier.track([label.tracking_number])
        assert staged.server.tokens.issued == 1
        staged.clock.wait(hours=5)  # it has expired over there
        staged.carrier.track([label.tracking_number])
        assert staged.server.tokens.issued == 2


def test_no_token_no_doubt() -> None:
    """A purchase whose token could not be fetched never left: the naive way calls that in doubt."""
    with stage() as staged:
        assert isinstance(staged.server, GlsServer)
        with Http(read_s=10.0) as http:
            carrier = build(staged.server.settings, http)
            assert isinstance(carrier, Gls)
            staged.server.fail_next(Fault.HANG_AFTER_CREATE)
            with pytest.raises(CarrierUnreachable):
                carrier.buy_label(staged.request)
            assert staged.server.created[staged.request.reference] == 0
            wrong = build({**staged.server.settings, "client_secret": "x"}, http)
            assert isinstance(wrong, Gls)
            with pytest.raises(CarrierRefused) as caught:
                wrong.buy_label(staged.request)
            assert caught.value.field == "account"


def test_a_label_once_more() -> None:
    with stage() as staged:
        assert isinstance(staged.carrier, Gls)
        bought = staged.carrier.buy_label(staged.request)
        again = staged.carrier.reprint_label(bought.tracking_number)
        assert replace(again, service=bought.service) == bought
        staged.carrier.void_label(bought.tracking_number, staged.request.reference)
        with pytest.raises(CarrierRefused):
            staged.carrier.reprint_label(bought.tracking_number)


def test_a_scanned_parcel_is_not_voided() -> None:
    with stage() as staged:
        assert isinstance(staged.carrier, Gls)
        bought = staged.carrier.buy_label(staged.request)
        staged.clock.wait(hours=6)
        with pytest.raises(CarrierRefused) as caught:
            staged.carrier.void_label(bought.tracking_number, staged.request.reference)
        assert caught.value.raw == "SCANNED"


def test_proof_only_after_delivery() -> None:
    with stage() as staged:
        assert isinstance(staged.carrier, Gls)
        bought = staged.carrier.buy_label(staged.request)
        assert staged.carrier.fetch_proof(bought.tracking_number) is None


def test_a_malformed_number_is_not_sent_and_spoils_nothing() -> None:
    with stage() as staged:
        assert isinstance(staged.carrier, Gls)
        bought = staged.carrier.buy_label(staged.request)
        path, good = staged.carrier.track(["../../x", bought.tracking_number])
        assert (path.problem, good.found) == ("E_400_01", True)
        assert [each.problem for each in staged.carrier.track(["?"])] == ["E_400_01"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("parcels", "requested", "unitno", "status", "statusDateTime", "events", "code"),
                    *("eventDateTime", "CreatedShipment", "ParcelData", "TrackID", "PrintData", "Data"),
                    *("Result", "fault", "ParcelShop"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from([200, 201, 400, 401, 404, 429, 500]))
def test_whatever_comes_is_news_or_a_sentence(body: object, status: int) -> None:
    for parse in (
        parse_label,
        parse_tracking,
        parse_void,
        parse_proof,
        parse_points,
        parse_check,
        parse_error,
    ):
        try:
            parse(answer(body, status))
        except DeskError as error:
            assert "{" not in str(error)
