"""Mondial Relay's builders and parsers, without a network: answers written from the documented shapes."""

from __future__ import annotations

import base64
import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from carrier_request import BUYER, REQUEST
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.carriers.mondial_relay import (
    CARRIER,
    build,
    parse_error,
    parse_label,
    parse_points,
    parse_tracking,
)
from wismo_desk.carriers.mondial_relay.address import build_address, cut, phone, printable
from wismo_desk.carriers.mondial_relay.contract import Contract, read_contract, table
from wismo_desk.carriers.mondial_relay.labels import build_label
from wismo_desk.carriers.mondial_relay.points import build_points
from wismo_desk.carriers.mondial_relay.soap1 import NAMESPACE, sign
from wismo_desk.carriers.mondial_relay.tracing import build_track
from wismo_desk.domain.order import Party
from wismo_desk.domain.pickup import PointKind, PointSearch
from wismo_desk.domain.shipment import LabelFormat, LabelRequest
from wismo_desk.domain.status import TrackingStatus, fold_key, read_codes, standing
from wismo_desk.domain.tracking import Tracked, event_id
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.resources import refusals, status_tables
from wismo_desk.web import Answer, Http

CODES = read_codes(status_tables()["mondial_relay"])
CONTRACT = Contract(
    login="BDTEST@business-api.mondialrelay.com",
    password="pass<word>&",
    customer_id="BDTEST",
    brand="BDTEST13",
    private_key="TestAPI1key",
)
AT_POINT = replace(REQUEST, service="pickup", pickup_point="000484")
ZPL = b"^XA^FO10,10^BCN,200,Y,N,N,A^FD>;11964088870301006623669740^FS^XZ"
BARCODE = "11964088870301006623669740"
NS = {"r": "http://www.example.org/Request"}


def answer(body: str | bytes | object, status: int = 200, kind: str = "application/xml") -> Answer:
    if not isinstance(body, str | bytes):
        body = json.dumps(body)
    content = body.encode() if isinstance(body, str) else body
    return Answer(status=status, content=content, headers={"content-type": kind}, host="127.0.0.1")


def sold(
    *,
    number: str = "96408887",
    output: str | None = None,
    barcodes: tuple[str, ...] = (BARCODE,),
    statuses: str = '<Status Code="0" Message="Opération effectuée"/>',
) -> str:
    output = base64.b64encode(ZPL).decode() if output is None else output
    codes = "".join(f'<Barcode Type="Code128" DisplayedValue="{c}" Value="{c}"/>' for c in barcodes)
    shipment = f' ShipmentNumber="{number}"' if number else ""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<ShipmentCreationResponse xmlns="http://www.example.org/Response">
  <Context><Login>x</Login><Password>VERY SECRET</Password></Context>
  <ShipmentsList><Shipment{shipment}><LabelList><Label>
    <RawContent><LabelValues Key="MR.PlanTri.Mode" Value="24R"/><Barcodes>{codes}</Barcodes></RawContent>
    <Output>{output}</Output>
  </Label></LabelList></Shipment></ShipmentsList>
  <StatusList>{statuses}</StatusList>
</ShipmentCreationResponse>"""


def refused(statuses: str) -> str:
    return sold(number="", output="", barcodes=(), statuses=statuses)


def row(label: str = "", day: str = "", time: str = "", place: str = "", point: str = "") -> str:
    country = "FR" if point else ""
    return (
        f"<ret_WSI2_sub_TracingColisDetaille><Libelle>{label}</Libelle><Date>{day}</Date><Heure>{time}</Heure>"
        f"<Emplacement>{place}</Emplacement><Relais_Num>{point}</Relais_Num><Relais_Pays>{country}</Relais_Pays>"
        "</ret_WSI2_sub_TracingColisDetaille>"
    )


def soap(operation: str, result: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<{operation}Response xmlns="{NAMESPACE}"><{operation}Result>{result}</{operation}Result>'
        f"</{operation}Response></soap:Body></soap:Envelope>"
    )


def traced(stat: int, *rows: str) -> Tracked:
    empty = row() * 6
    body = f"<STAT>{stat}</STAT><Libelle01>COLIS</Libelle01><Tracing>{''.join(rows)}{empty}</Tracing>"
    (found,) = parse_tracking(answer(soap("WSI2_TracingColisDetaille", body)))
    return found


def status_of(tracked: Tracked) -> TrackingStatus:
    keys = []
    for one in tracked.events:
        rule = CODES.rule(one.code, one.label)
        assert rule, one.label
        key = event_id("mondial_relay", "1", one, shipped_on=date(2026, 11, 1))
        keys.append((fold_key(rule.status, one.at, key), rule))
    return standing(keys).status


def sent(request: LabelRequest, contract: Contract = CONTRACT) -> Any:
    return fromstring(build_label(request, contract))


# Settings


def full() -> dict[str, str]:
    return {field.key: "X" for field in CARRIER.fields if field.required}


def test_each_missing_field_is_named() -> None:
    with Http() as http:
        for field in CARRIER.fields:
            if field.required:
                with pytest.raises(SettingsProblem) as caught:
                    build(full() | {field.key: " "}, http)
                assert caught.value.field == field.key


def test_defaults_are_the_documented_addresses() -> None:
    contract = read_contract(full() | {"collection_mode": "rel"})
    assert contract.collection_mode == "REL"
    assert contract.url_labels == "https://connect-api.mondialrelay.com/api/shipment"
    assert contract.url_soap == "https://api.mondialrelay.com/Web_Services.asmx"
    with pytest.raises(SettingsProblem) as caught:
        read_contract(full() | {"collection_mode": "XXX"})
    assert caught.value.field == "collection_mode"


def test_secrets_are_not_in_the_repr() -> None:
    assert "pass" not in repr(CONTRACT)
    assert "TestAPI1key" not in repr(CONTRACT)


# API 1: the signature


@pytest.mark.parametrize(
    ("values", "signature"),
    [
        (("BDTEST13", "FR", "69100"), "B92B23556C301E4A5D56F79566107A48"),
        (("BDTEST13", "FR", "005680"), "DA56B562D2C0F9C77F7AFF2BEE85BF2F"),
    ],
)
def test_the_published_signatures(values: tuple[str, ...], signature: str) -> None:
    assert sign(values, "TestAPI1key") == signature


def test_the_signature_is_over_latin_1_and_the_order_counts() -> None:
    assert sign(("é",), "k") != sign(("Ã©",), "k")  # UTF-8 read as Latin-1 would be the same
    assert sign(("AB", "C"), "k") == sign(("A", "BC"), "k")  # the values are only joined
    assert sign(("C", "AB"), "k") != sign(("AB", "C"), "k")


def test_questions_are_signed() -> None:
    asked = fromstring(build_track("00435394", CONTRACT))
    call = asked[0][0]
    names = [each.tag.rpartition("}")[2] for each in call]
    assert names == ["Enseigne", "Expedition", "Langue", "Security"]
    assert [each.text for each in call][:3] == ["BDTEST13", "00435394", "FR"]
    assert call[3].text == sign(("BDTEST13", "00435394", "FR"), "TestAPI1key")
    asked = fromstring(build_points(PointSearch(postcode="69100", city="Villeurbanne", most=99), CONTRACT))
    told = {each.tag.rpartition("}")[2]: each.text for each in asked[0][0]}
    assert "Ville" not in told  # beside a postcode it can only make the search fail
    assert told["NombreResultats"] == "30"
    assert told["Security"] == sign(("BDTEST13", "FR", "69100", "24R", "30"), "TestAPI1key")
    asked = fromstring(build_points(PointSearch(postcode="", city="Besançon", weight_g=900), CONTRACT))
    told = {each.tag.rpartition("}")[2]: each.text for each in asked[0][0]}
    assert (told["Ville"], told["Poids"]) == ("BESANCON", "900")


# API 2: what is asked


def test_the_request() -> None:
    root = sent(replace(AT_POINT, size_mm=(301, 200, 95)))
    assert root.tag == "{http://www.example.org/Request}ShipmentCreationRequest"
    assert root.findtext("r:Context/r:Password", namespaces=NS) == "pass<word>&"
    assert root.findtext("r:Context/r:VersionAPI", namespaces=NS) == "1.0"
    assert root.findtext("r:OutputOptions/r:OutputFormat", namespaces=NS) == "Generic_ZPL_10x15_200dpi"
    assert root.findtext("r:OutputOptions/r:OutputType", namespaces=NS) == "ZplCode"
    shipment = root.find("r:ShipmentsList/r:Shipment", NS)
    assert shipment.findtext("r:OrderNo", namespaces=NS) == REQUEST.reference
    assert len(REQUEST.reference) <= 15
    assert shipment.find("r:DeliveryMode", NS).attrib == {"Mode": "24R", "Location": "FR-000484"}
    assert shipment.find("r:CollectionMode", NS).attrib == {"Mode": "CCC"}
    parcel = shipment.find("r:Parcels/r:Parcel", NS)
    assert [(each.tag.rpartition("}")[2], each.attrib) for each in parcel] == [
        ("Length", {"Value": "31", "Unit": "cm"}),
        ("Width", {"Value": "20", "Unit": "cm"}),
        ("Depth", {"Value": "10", "Unit": "cm"}),
        ("Weight", {"Value": "1240", "Unit": "gr"}),
    ]
    assert not build_label(AT_POINT, CONTRACT).startswith(b"\xef\xbb\xbf")


def test_nothing_of_the_packer_s_note_and_no_empty_elements_are_sent() -> None:
    text = build_label(replace(AT_POINT, note="fragile, voisin"), CONTRACT).decode()
    assert "fragile" not in text.lower()
    assert "><" in text
    assert "/>" not in text.replace('Unit="gr"/>', "").replace('Location="FR-000484"/>', "").replace(
        'Mode="CCC"/>', ""
    )


@pytest.mark.parametrize(("service", "mode"), [("pickup", "24R"), ("pickup_xl", "24L"), ("home", "HOM")])
def test_services_are_modes(service: str, mode: str) -> None:
    delivery = sent(replace(AT_POINT, service=service)).find(".//r:DeliveryMode", NS)
    assert delivery.get("Mode") == mode
    assert (delivery.get("Location") is None) is (mode == "HOM")


@pytest.mark.parametrize(
    ("given_point", "country", "location"),
    [
        ("000484", "FR", "FR-000484"),
        ("484", "FR", "FR-000484"),  # a table program ate the zeros
        ("fr-012345", "FR", "FR-012345"),
        ("BE-012345", "FR", "BE-012345"),
        ("012345", "BE", "BE-012345"),
    ],
)
def test_points_carry_their_country(given_point: str, country: str, location: str) -> None:
    request = replace(AT_POINT, pickup_point=given_point, recipient=replace(BUYER, country=country))
    assert sent(request).find(".//r:DeliveryMode", NS).get("Location") == location


@pytest.mark.parametrize("point", ["", "5761X", "1234567", "EX350001"])
def test_a_wrong_point_is_refused_before_the_service_ignores_it(point: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        build_label(replace(AT_POINT, pickup_point=point), CONTRACT)
    assert caught.value.field == "pickup_point"


def test_what_cannot_be_had_is_refused_with_its_field() -> None:
    for changed, field in (
        (replace(AT_POINT, service="teleport"), "service"),
        (replace(AT_POINT, insured_cents=5000), "insurance"),
        (replace(AT_POINT, dpi=300), "label_format_300"),
    ):
        with pytest.raises(CarrierRefused) as caught:
            build_label(changed, CONTRACT)
        assert caught.value.field == field
        assert caught.value.raw
    with_format = replace(CONTRACT, label_format_300="Named_By_Them_300dpi")
    root = sent(replace(AT_POINT, dpi=300), with_format)
    assert root.findtext("r:OutputOptions/r:OutputFormat", namespaces=NS) == "Named_By_Them_300dpi"


def test_collection_by_contract() -> None:
    rel = replace(CONTRACT, collection_mode="REL", collection_point="FR-012345")
    assert sent(AT_POINT, rel).find(".//r:CollectionMode", NS).attrib == {
        "Mode": "REL",
        "Location": "FR-012345",
    }


# Addresses


def address(party: Party, who: str = "recipient") -> dict[str, str]:
    return {node[0]: str(node[1]) for node in build_address(party, who)}


def test_an_address_as_the_service_prints_it() -> None:
    assert address(replace(BUYER, company="Société Zoé", email="z@exemple.fr")) == {
        "Streetname": "12 RUE DE L'EGLISE",
        "CountryCode": "FR",
        "PostCode": "35000",
        "City": "RENNES",
        "AddressAdd1": "ZOE LEFEVRE",
        "AddressAdd2": "SOCIETE ZOE",
        "AddressAdd3": "BAT. B",
        "PhoneNo": "+33600000000",
        "MobileNo": "+33600000000",
        "Email": "z@exemple.fr",
    }


def test_a_company_without_a_person_is_the_name() -> None:
    assert address(Party(company="Maison Œuf & Fils", street=("1 rue A",), postcode="59000", city="Lille"))[
        "AddressAdd1"
    ] == ("MAISON OEUF FILS")


def test_digits_of_a_town_are_left_to_the_postcode() -> None:
    for city, told in (
        ("Paris 12", "PARIS"),
        ("Lyon Cedex 03", "LYON CEDEX"),
        ("L'Haÿ-les-Roses", "L'HAY-LES-ROSES"),
    ):
        assert address(replace(BUYER, city=city))["City"] == told


def test_a_long_street_goes_on_below_and_loses_nothing() -> None:
    street = "128 bis avenue du Général de Gaulle prolongée"
    told = address(replace(BUYER, street=(street,)))
    assert told["Streetname"] == "128 BIS AVENUE DU GENERAL DE"
    assert told["AddressAdd3"] == "GAULLE PROLONGEE"
    naive = printable(street, "x")[:30]
    assert "PROLONGEE" not in naive


def test_a_house_number_at_the_end_survives() -> None:
    told = address(replace(BUYER, street=("Großherzog-Friedrich-Wilhelm-Straße 145",), country="DE"))
    assert "145" in f"{told['Streetname']} {told['AddressAdd3']}"


def test_more_lines_than_there_is_room_are_joined_or_refused() -> None:
    told = address(replace(BUYER, company="Exemple", street=("1 rue A", "Bât. B", "Esc. 3")))
    assert told["AddressAdd3"] == "BAT. B, ESC. 3"
    long = ("1 rue A", "Résidence des Grands Champs Élysées", "Escalier 3, porte 12 au fond")
    with pytest.raises(CarrierRefused) as caught:
        address(replace(BUYER, company="Exemple", street=long))
    assert (caught.value.field, caught.value.raw) == ("recipient.street", "length")
    without_company = address(replace(BUYER, street=("1 rue A", "Bât. B", "Escalier 3, porte 12 au fond")))
    assert without_company["AddressAdd2"] == "ESCALIER 3, PORTE 12 AU FOND"


@pytest.mark.parametrize(("field", "text"), [("name", "Ольга"), ("city", "القاهرة"), ("company", "株式会社")])
def test_letters_it_cannot_print_are_refused_not_lost(field: str, text: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        address(replace(BUYER, **{field: text}))  # type: ignore[arg-type]  # all three are texts
    assert caught.value.field == f"recipient.{field}"
    assert text not in str(caught.value)  # no personal data in an error


def test_invisible_and_odd_signs_vanish() -> None:
    assert printable("\u202aZoé\u200b  “Lefèvre”", "x") == "ZOE LEFEVRE"
    assert printable("n° 5 (fond)", "x") == "N 5 FOND"


@pytest.mark.parametrize(
    ("number", "country", "told"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "FR", "+33612345678"),
        ("0033612345678", "FR", "+33612345678"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("0590123456", "GP", "+590590123456"),
        ("ask my son", "FR", ""),
        ("12345", "US", ""),
        ("", "FR", ""),
    ],
)
def test_telephones_are_international(number: str, country: str, told: str) -> None:
    assert phone(number, country) == told


@given(st.text(max_size=80), st.integers(1, 40))
def test_cut_fits_and_keeps_whole_words(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short) <= most
    assert " ".join(text.split()).startswith(short) or not text.isprintable()


@given(st.lists(st.text(alphabet="abc deÉ12.,'-", min_size=1, max_size=50), min_size=1, max_size=3))
def test_no_word_of_a_street_is_ever_lost(lines: list[str]) -> None:
    try:
        told = address(replace(BUYER, street=tuple(lines)))
    except CarrierRefused:
        return
    words = " ".join(printable(line, "x") for line in lines).replace(",", " ").replace(" ", "")
    said = "".join(told[key] for key in ("Streetname", "AddressAdd2", "AddressAdd3"))
    assert sorted(said.replace(",", "").replace(" ", "")) == sorted(words)


# API 2: what is read


def test_a_label() -> None:
    label = parse_label(answer(sold()))
    assert (label.tracking_number, label.service, label.format) == ("96408887", "pickup", LabelFormat.ZPL)
    assert label.content == ZPL
    assert label.codes == label.aliases == (BARCODE,)


def test_plain_zpl_is_taken_too() -> None:
    assert parse_label(answer(sold(output=ZPL.decode()))).content == ZPL


def test_codes_are_read_from_the_label_when_the_answer_does_not_list_them() -> None:
    assert parse_label(answer(sold(barcodes=()))).aliases == (BARCODE,)


def test_the_json_form() -> None:
    body = {
        "shipmentsListField": [
            {
                "shipmentNumberField": "96408887",
                "labelListField": {"labelField": {"outputField": base64.b64encode(ZPL).decode()}},
            }
        ],
        "statusListField": [{"codeField": "0", "levelField": "", "messageField": "OK"}],
    }
    label = parse_label(answer(body, kind="application/json"))
    assert (label.tracking_number, label.content) == ("96408887", ZPL)
    body = {
        "statusListField": [{"codeField": "10001", "levelField": "Critical Error", "messageField": "Non"}]
    }
    with pytest.raises(CarrierRefused) as caught:
        parse_label(answer(body))
    assert caught.value.raw == "10001"


@pytest.mark.parametrize(
    ("status", "raw", "field"),
    [
        ('<Status Code="10044" Level="Error" Message="Code postal"/>', "10044", "recipient.postcode"),
        (
            '<Status code="10033" level="Error" message="No weight"/>',
            "10033",
            "weight",
        ),  # as the document writes it
        ('<Status Code="10001" Level="Critical Error" Message="…"/>', "10001", "account"),
        ('<Status Code="10061" Level="Error" Message="…"/>', "10061", ""),
        ('<Status Code="10010" Level="Error" Message="…"/>', "10010", "account"),
        ('<Status Code="10020" Level="Error" Message="…"/>', "10020", "articles"),
        (
            '<Status Code="99999" Level="Error" Message="Service_Expedition_EchecRecuperationTarif"/>',
            "Service_Expedition_EchecRecuperationTarif",
            "account",
        ),
        (
            '<Status Code="10014" Level="Warning" Message="…"/><Status Code="10047" Level="Error"/>',
            "10047",
            "recipient.city",
        ),
    ],
)
def test_errors_come_with_http_200(status: str, raw: str, field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_label(answer(refused(status)))
    assert (caught.value.raw, caught.value.field) == (raw, field)
    told = parse_error(answer(refused(status)))
    assert told
    assert told.code == raw


def test_an_error_inside_the_shipment_counts() -> None:
    body = """<ShipmentCreationResponse xmlns="http://www.example.org/Response"><ShipmentsList><Shipment>
    <StatusList><Status code="10033" level="Error" message="No weight"/></StatusList>
    </Shipment></ShipmentsList><StatusList/></ShipmentCreationResponse>"""
    with pytest.raises(CarrierRefused):
        parse_label(answer(body))


def test_warnings_do_not_stop_a_label() -> None:
    label = parse_label(answer(sold(statuses='<Status Code="10037" Level="Warning" Message="Ignoré"/>')))
    assert label.tracking_number == "96408887"
    assert parse_error(answer(sold())) is None


def test_a_label_whose_pickup_point_was_ignored_is_not_printed() -> None:
    warned = sold(statuses='<Status Code="10025" Level="Warning" Message="Ignored"/>')
    with pytest.raises(OutcomeUnknown) as caught:
        parse_label(answer(warned))
    assert "96408887" in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        refused('<Status Code="99999" Level="Critical Error" Message="Oups"/>'),
        refused('<Status Code="-1" Level="Critical Error" Message="Oups"/>'),
        sold(statuses='<Status Code="10060" Level="Error" Message="Label"/>'),  # it has a number all the same
        sold(output=""),
        sold(output="https://connect.mondialrelay.com/etiquette.pdf"),
        sold(output=base64.b64encode(ZPL[:-4]).decode()),  # half a label
        sold(output="&&&"),
        sold(number=""),
        sold(number="ABC"),
        "<html/>",
        "",
        "{}",
        "[]",
    ],
)
def test_what_may_have_been_bought_is_in_doubt(body: str) -> None:
    with pytest.raises(OutcomeUnknown):
        parse_label(answer(body))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, "", CarrierUnreachable),
        (500, "<h1>Erreur</h1>", OutcomeUnknown),
        (503, "", OutcomeUnknown),
        (302, "", OutcomeUnknown),
        (404, "Not found", CarrierRefused),
        (400, refused('<Status Code="10044" Level="Error" Message="…"/>'), CarrierRefused),
        (500, refused('<Status Code="10044" Level="Error" Message="…"/>'), CarrierRefused),
        (500, refused('<Status Code="99999" Level="Critical Error" Message="…"/>'), OutcomeUnknown),
    ],
)
def test_http_says_whether_anything_was_bought(status: int, body: str, kind: type[DeskError]) -> None:
    with pytest.raises(kind) as caught:
        parse_label(answer(body, status))
    assert caught.value.raw
    assert "VERY SECRET" not in str(caught.value)  # the answer repeats the password


# Tracking


def test_rows_are_read_in_french_time_whatever_their_order() -> None:
    rows = (
        row("RÉCEPTION DES DONNÉES", "20/11/26", "18:02"),
        row("PRISE EN CHARGE EN AGENCE", "21/11/26", "04:11", "LILLE"),
        row("COLIS DISPONIBLE AU POINT RELAIS", "23/11/2026", "09:30", "", "035001"),
        row("COLIS LIVRÉ AU DESTINATAIRE", "24/11/26", "17:45"),
    )
    for tracked in (traced(82, *rows), traced(82, *reversed(rows))):
        assert [each.at.isoformat() for each in tracked.events] == [
            "2026-11-20T18:02:00+01:00",
            "2026-11-21T04:11:00+01:00",
            "2026-11-23T09:30:00+01:00",
            "2026-11-24T17:45:00+01:00",
        ]
        assert [each.place for each in tracked.events] == ["", "LILLE", "FR-035001", ""]
        assert all(each.code == "" for each in tracked.events)
        assert status_of(tracked) is TrackingStatus.DELIVERED
        assert tracked.problem == ""


def test_rows_of_one_minute_keep_their_order() -> None:
    first = row("RÉCEPTION DES DONNÉES", "20/11/26", "18:02")
    two = (
        row("PRISE EN CHARGE EN AGENCE", "21/11/26", "04:11"),
        row("COLIS REMIS AU LIVREUR", "21/11/26", "04:11"),
    )
    upwards, downwards = traced(81, first, *two), traced(81, *reversed((first, *two)))
    assert [e.label for e in upwards.events] == [e.label for e in downwards.events]


@pytest.mark.parametrize(
    ("day", "time", "told"),
    [
        ("04/07/26", "12:00", "2026-07-04T12:00:00+02:00"),
        ("29/03/26", "02:30", "2026-03-29T03:30:00+02:00"),  # a minute that did not exist
        ("25/10/26", "02:30", "2026-10-25T02:30:00+02:00"),  # one that came twice
        ("04/07/26", "", "2026-07-04T00:00:00+02:00"),
    ],
)
def test_clocks_change(day: str, time: str, told: str) -> None:
    (event,) = traced(81, row("COLIS LIVRÉ", day, time)).events
    assert event.at.isoformat() == told


@pytest.mark.parametrize(
    ("day", "time"), [("31/02/26", "10:00"), ("", "10:00"), ("hier", "10:00"), ("04/07/26", "25:00")]
)
def test_a_row_without_a_readable_day_is_no_event(day: str, time: str) -> None:
    assert traced(81, row("COLIS LIVRÉ", day, time)).events == ()


def test_the_state_of_the_whole_is_no_event() -> None:
    """It has no time, and 82 does not say to whom: a parcel given back to the shop ends so, too."""
    back = traced(
        82,
        row("RETOUR EXPÉDITEUR", "20/11/26", "10:00"),
        row("COLIS LIVRÉ À L'EXPÉDITEUR", "24/11/26", "10:00"),
    )
    naive = {82: TrackingStatus.DELIVERED}[82]
    assert naive is TrackingStatus.DELIVERED
    assert status_of(back) is TrackingStatus.RETURNED
    assert traced(82).events == ()
    assert traced(80).found
    assert status_of(traced(80)) is TrackingStatus.UNKNOWN


@pytest.mark.parametrize("stat", [83, 84, 89])
def test_an_anomaly_is_the_number_s_problem_and_its_rows_stay(stat: int) -> None:
    tracked = traced(stat, row("PRISE EN CHARGE EN AGENCE", "21/11/26", "04:11"))
    assert (tracked.found, tracked.problem, len(tracked.events)) == (True, str(stat), 1)
    assert table().get(str(stat)) is not None


@pytest.mark.parametrize(("stat", "problem"), [(94, ""), (24, "24"), (98, "98")])
def test_not_known_is_no_error(stat: int, problem: str) -> None:
    tracked = traced(stat)
    assert (tracked.found, tracked.problem, tracked.events) == (False, problem, ())


@pytest.mark.parametrize("stat", [1, 8, 95, 97, 99])
def test_a_no_to_us_is_said(stat: int) -> None:
    with pytest.raises(CarrierRefused) as caught:
        traced(stat)
    assert caught.value.raw == str(stat)


FAULT = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
    "<faultcode>soap:Server</faultcode><faultstring>Panne</faultstring></soap:Fault></soap:Body></soap:Envelope>"
)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, FAULT, CarrierUnreachable),
        (200, FAULT, CarrierUnreachable),
        (200, "<a/>", CarrierUnreachable),
        (200, "", CarrierUnreachable),
        (429, "", CarrierUnreachable),
        (503, "<h1/>", CarrierUnreachable),
        (400, "Erreur", CarrierRefused),
        (200, soap("WSI4_PointRelais_Recherche", "<STAT>0</STAT>"), CarrierUnreachable),  # another answer
    ],
)
def test_a_question_may_always_be_asked_again(status: int, body: str, kind: type[DeskError]) -> None:
    with pytest.raises(kind):
        parse_tracking(answer(body, status))


def test_faults_are_told() -> None:
    told = parse_error(answer(FAULT, 500))
    assert told
    assert (told.code, told.text) == ("Server", "Panne")
    assert parse_error(answer(soap("WSI2_TracingColisDetaille", "<STAT>82</STAT>"))) is None
    told = parse_error(answer(soap("WSI2_TracingColisDetaille", "<STAT>97</STAT>")))
    assert told
    assert told.code == "97"
    told = parse_error(answer("<h1>", 502))
    assert told
    assert told.code == "HTTP 502"
    with pytest.raises(OutcomeUnknown):
        parse_error(answer("<h1>", 200))


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("RÉCEPTION DES DONNÉES", "label_created"),
        ("Reception des donnees", "label_created"),
        ("PRISE EN CHARGE EN AGENCE", "in_transit"),
        ("Prise en charge Point Relais", "in_transit"),
        ("Colis disponible au Point Relais", "ready_for_pickup"),
        ("COLIS DISPONIBLE AU POINT RELA", "ready_for_pickup"),  # cut after 30 letters
        ("COLIS LIVRÉ", "delivered"),
        ("Colis livré au destinataire", "delivered"),
        ("COLIS LIVRÉ AU POINT RELAIS", "ready_for_pickup"),  # dropped there is not delivered
        ("COLIS NON LIVRÉ", "delivery_attempted"),
        ("COLIS LIVRÉ À L’EXPÉDITEUR", "returned"),
        ("RETOUR EXPÉDITEUR", "returning"),
        ("COLIS REMIS AU LIVREUR", "out_for_delivery"),  # a livreur is not livré
        ("En reparto", "out_for_delivery"),
        ("Paquete entregado al Destinata", "delivered"),
    ],
)
def test_what_rows_mean(label: str, status: str) -> None:
    rule = CODES.rule("", label)
    assert rule
    assert rule.status == status


@pytest.mark.parametrize(
    "label", ["LIVRAISON PRÉVUE DEMAIN", "Votre colis sera livré", "COLIS EN SOUFFRANCE", "?"]
)
def test_words_nobody_classified_stay_unknown(label: str) -> None:
    assert CODES.rule("", label) is None


# Pickup points


def point(**said: str) -> str:
    texts = {
        "Num": "005680",
        "LgAdr1": "TABAC DE LA GARE              ",
        "LgAdr2": "                ",
        "LgAdr3": "12 RUE  DE LA GARE  ",
        "CP": "69100",
        "Ville": "VILLEURBANNE        ",
        "Pays": "FR",
        "Latitude": "45,7728450",
        "Longitude": "-04,8790000",
        "Distance": "480",
    } | said
    return (
        "<PointRelais_Details>"
        + "".join(f"<{k}>{v}</{k}>" for k, v in texts.items())
        + "</PointRelais_Details>"
    )


def times(*four: str) -> str:
    return "".join(f"<string>{each}</string>" for each in four)


def found(*points: str, stat: int = 0) -> Any:
    body = f"<STAT>{stat}</STAT><PointsRelais>{''.join(points)}</PointsRelais>"
    return parse_points(answer(soap("WSI4_PointRelais_Recherche", body)))


def test_a_point() -> None:
    (one,) = found(
        point(
            Horaires_Lundi=times("0830", "1200", "1400", "1930"),
            Horaires_Mardi=times("0900", "1900", "0000", "0000"),
            Horaires_Dimanche=times("0000", "0000", "0000", "0000"),
        )
    )
    assert (one.point_id, one.name, one.street, one.city) == (
        "005680",
        "TABAC DE LA GARE",
        "12 RUE DE LA GARE",
        "VILLEURBANNE",
    )
    assert (one.latitude, one.longitude, one.distance_m) == (45.772845, -4.879, 480)
    assert one.kind is PointKind.SHOP
    assert one.hours == ("08:30–12:00 14:00–19:30", "09:00–19:00", "", "", "", "", "")
    assert one.is_open_on(date(2026, 11, 23))
    assert not one.is_open_on(date(2026, 11, 29))


def test_lockers_and_silence() -> None:
    shut = times("0000", "0000", "0000", "0000")
    locker, always, silent = found(
        point(Num="1", Information="LOCKER", Horaires_Lundi=shut),
        point(Num="2", Information="LOCKER", Horaires_Lundi=times("0000", "2359", "0000", "0000")),
        point(Num="3"),
    )
    assert (locker.kind, locker.hours) == (PointKind.LOCKER, None)
    assert always.hours is not None
    assert always.hours[0] == "00:00–23:59"
    assert silent.hours is None


def test_holidays_of_the_shop() -> None:
    leave = "<Periode><Debut>2026-12-24T00:00:00</Debut><Fin>2027-01-02T00:00:00</Fin></Periode>"
    (one,) = found(point(Informations_Dispo=leave + "<Periode><Debut>x</Debut></Periode>"))
    assert one.closed == ((date(2026, 12, 24), date(2027, 1, 2)),)
    assert not one.is_open_on(date(2026, 12, 24) + timedelta(days=4))


def test_nearest_first_and_none_without_a_name() -> None:
    points = found(
        point(Num="1", Distance="900"),
        point(Num="2", Distance=""),
        point(Num="3", Distance="100"),
        point(LgAdr1=""),
    )
    assert [each.point_id for each in points] == ["3", "1", "2"]


@pytest.mark.parametrize(
    ("stat", "field"), [(9, "recipient.city"), (36, "recipient.postcode"), (97, "account")]
)
def test_a_search_that_fails_says_why(stat: int, field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        found(stat=stat)
    assert caught.value.field == field


# The tables


def test_every_documented_stat_has_its_sentence() -> None:
    """The 73 of the list; 0 is success, and 80 to 82 are states."""
    gaps = {4, 6, 16, 17, 18, 19, 23, 25, 32, 41, *range(50, 60), 72, 73, 75, 76, 77, 90, 91}
    documented = set(range(100)) - gaps
    assert len(documented) == 73
    assert {str(stat) for stat in documented} - set(table()) == {"0", "80", "81", "82"}
    assert not {str(stat) for stat in gaps} & set(table())


def test_every_code_of_api_2_has_its_sentence() -> None:
    gaps = {10064, 10082, 10083, 10084, 10086, 10087, 10088, 10089}
    codes = [str(code) for code in range(10000, 10091) if code not in gaps]
    assert {*codes, "-1", "99998", "99999", "Service_Expedition_EchecRecuperationTarif"} <= set(table())


def test_every_doubtful_row_has_its_reason() -> None:
    rows = list(csv.DictReader(status_tables()["mondial_relay"].splitlines()))
    assert {"80", "81", "82", "83"} <= {each["code"] for each in rows}
    assert all(each["is_scan"] == "0" for each in rows if each["code"])
    assert len(refusals("mondial_relay").splitlines()) == len(table()) + 1
