"""Chronopost's questions and answers without a network: each trap that is known of it, and its code tables."""

from __future__ import annotations

import base64
import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_chronopost import FRIDAY, RECIPIENT, SENDER, WANTED

from wismo_desk.carriers.chronopost import CARRIER, build, parse_error, parse_label, parse_tracking
from wismo_desk.carriers.chronopost.answers import (
    parse_points,
    parse_proof,
    parse_reserved,
    parse_sold,
    parse_void,
)
from wismo_desk.carriers.chronopost.asks import (
    Account,
    build_label,
    build_point,
    build_points,
    build_proof,
    build_reserved,
    build_track,
    build_void,
    check,
)
from wismo_desk.carriers.chronopost.products import SERVICES, point_product
from wismo_desk.carriers.chronopost.texts import LINE, cut, euros, kilograms, latin, phone, two_lines
from wismo_desk.domain.carrier_numbers import carrier_guesses
from wismo_desk.domain.pickup import PickupPoint, PointKind, PointSearch
from wismo_desk.domain.refusals import read_refusals
from wismo_desk.domain.shipment import Article, LabelRequest
from wismo_desk.domain.status import (
    IncidentReason,
    StatusRule,
    TrackingStatus,
    fold_key,
    read_codes,
    standing,
)
from wismo_desk.domain.tracking import Tracked, event_id
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.resources import refusals, status_tables
from wismo_desk.web import Answer, Http

ACCOUNT = Account("12345678", "123456")
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SPACES = {
    "ship": "http://cxf.shipping.soap.chronopost.fr/",
    "track": "http://cxf.tracking.soap.chronopost.fr/",
}
ZPL = base64.b64encode(b"^XA^FO1,1^FDx^FS^XZ").decode()
CODES = read_codes(status_tables()["chronopost"])
NUMBER = "XY504821570VF"  # of the example in Chronopost's document
GEO, ROUTE = "XY504821570652T", "%0069001XY504821570652961250"
PARCEL = (
    f"<codeDepot>1</codeDepot><geoPostCodeBarre>{ROUTE}</geoPostCodeBarre>"
    f"<geoPostNumeroColis>{GEO}</geoPostNumeroColis><pdfEtiquette>{ZPL}</pdfEtiquette>"
    f"<skybillNumber>{NUMBER}</skybillNumber>"
)
SOLD = (
    f"<errorCode>0</errorCode><errorMessage/><reservationNumber>888950</reservationNumber>"
    f"<resultMultiParcelValue>{PARCEL}</resultMultiParcelValue>"
)


def soap(operation: str, content: str, *, space: str = "ship", status: int = 200) -> Answer:
    body = f'<ns1:{operation}Response xmlns:ns1="{SPACES[space]}"><return>{content}</return></ns1:{operation}Response>'
    return enveloped(body, status=status)


def enveloped(body: str, *, status: int = 200) -> Answer:
    text = f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{body}</soap:Body></soap:Envelope>'
    return Answer(status=status, content=text.encode(), headers={}, host="ws.chronopost.fr")


def sold(content: str = SOLD, *, status: int = 200) -> Answer:
    return soap("shippingMultiParcelV4", content, status=status)


def fault(blame: str, text: str = "Unmarshalling Error", status: int = 500) -> Answer:
    return enveloped(
        f"<soap:Fault><faultcode>{blame}</faultcode><faultstring>{text}</faultstring></soap:Fault>",
        status=status,
    )


def asked(question: bytes) -> dict[str, str]:
    """Every leaf of the body by its path below the operation; each path once."""
    body = ElementTree.fromstring(question).find(f"{{{SOAP}}}Body")
    assert body is not None
    found: dict[str, str] = {}

    def walk(element: ElementTree.Element, path: str) -> None:
        for child in element:
            walk(child, f"{path}/{child.tag}".lstrip("/"))
        if len(element) == 0:
            assert path not in found
            found[path] = element.text or ""

    walk(body[0], "")
    return found


def ask(request: LabelRequest, point: PickupPoint | None = None) -> dict[str, str]:
    return asked(build_label(ACCOUNT, request, point))


# --- what is asked


def test_the_operation_stands_in_its_namespace_and_its_children_in_none() -> None:
    """A connector in use puts them into the envelope's namespace, and karrio's operation, too."""
    body = ElementTree.fromstring(build_label(ACCOUNT, WANTED)).find(f"{{{SOAP}}}Body")
    assert body is not None
    assert body[0].tag == "{http://cxf.shipping.soap.chronopost.fr/}shippingMultiParcelV4"
    assert all("}" not in child.tag for child in body[0].iter() if child is not body[0])


def test_what_a_label_is_asked_with() -> None:
    said = ask(WANTED)
    assert said["headerValue/accountNumber"] == "12345678"
    assert said["headerValue/idEmit"] == "CHRFR"
    assert said["password"] == "123456"
    assert said["skybillValue/productCode"] == "01"
    assert said["skybillValue/service"] == "0"
    assert said["skybillValue/objectType"] == "MAR"
    assert said["skybillValue/evtCode"] == "DC"
    assert (said["skybillValue/weight"], said["skybillValue/weightUnit"]) == ("1.24", "KGM")
    assert said["skybillValue/shipDate"] == "2026-11-27T12:00:00"
    assert said["skybillParamsValue/mode"] == "Z2D"
    assert said["skybillParamsValue/withReservation"] == "2"
    assert said["refValue/shipperRef"] == said["refValue/customerSkybillNumber"] == WANTED.reference
    assert said["refValue/recipientRef"] == "#1042"
    assert said["recipientValue/recipientAdress1"] == "12 rue de l'Eglise"
    assert said["recipientValue/recipientAdress2"] == "Bat. B"
    assert "refValue/idRelais" not in said
    assert "skybillValue/insuredValue" not in said  # naming it buys insurance
    assert "skybillValue/customsValue" not in said
    assert said["modeRetour"] == "2"


def test_a_printer_of_300_dpi_gets_a_label_for_it() -> None:
    assert ask(replace(WANTED, dpi=300))["skybillParamsValue/mode"] == "ZPL300"
    assert b"<mode>ZPL300</mode>" in build_reserved(ACCOUNT, "888", 300)


def test_text_is_escaped() -> None:
    buyer = replace(RECIPIENT, name='Zoé <&> "O\'Hara"', email="a&b@example.com")
    said = ask(replace(WANTED, recipient=buyer))
    assert said["recipientValue/recipientName"] == 'Zoe <&> "O\'Hara"'
    assert said["recipientValue/recipientEmail"] == "a&b@example.com"


@pytest.mark.parametrize(
    ("service", "product", "day"),
    [
        ("home", "01", "0"),
        ("home_10", "02", "0"),
        ("home_18", "16", "0"),
        ("home_saturday", "01", "6"),
        ("home_10_saturday", "02", "6"),
        ("home_18_saturday", "16", "6"),
        ("abroad_express", "17", "0"),
        ("abroad_classic", "44", "0"),
    ],
)
def test_products(service: str, product: str, day: str) -> None:
    said = ask(replace(WANTED, service=service))
    assert (said["skybillValue/productCode"], said["skybillValue/service"]) == (product, day)


def test_every_service_has_its_product() -> None:
    assert [check(replace(WANTED, service=each.code, pickup_point="x")).sold_as for each in SERVICES] == [
        *SERVICES
    ]


POINT = PickupPoint(
    point_id="3501P", name="TABAC EXEMPLE", street="3 RUE DES ESSAIS", postcode="35000", city="RENNES"
)


@pytest.mark.parametrize(
    ("service", "weight_g", "product", "day"),
    [
        ("pickup", 1240, "86", "0"),
        ("pickup_saturday", 1240, "86", "6"),
        ("pickup_overseas", 1240, "4P", "0"),
        ("pickup_europe", 3000, "49", "337"),
        ("pickup_europe", 3001, "49", "338"),
    ],
)
def test_a_parcel_for_a_pickup_point_is_addressed_to_the_point(
    service: str, weight_g: int, product: str, day: str
) -> None:
    """And the person stands in the second name; telephone and e-mail stay the person's."""
    said = ask(replace(WANTED, service=service, weight_g=weight_g, pickup_point="3501P"), POINT)
    assert (said["skybillValue/productCode"], said["skybillValue/service"]) == (product, day)
    assert said["refValue/idRelais"] == "3501P"
    assert said["recipientValue/recipientName"] == "TABAC EXEMPLE"
    assert said["recipientValue/recipientName2"] == "Zoe Lefevre"
    assert said["recipientValue/recipientAdress1"] == "3 RUE DES ESSAIS"
    assert "recipientValue/recipientAdress2" not in said
    assert said["recipientValue/recipientPhone"] == "0600000000"
    assert said["recipientValue/recipientEmail"] == "zoe@example.com"


def test_a_company_and_its_person() -> None:
    said = ask(replace(WANTED, recipient=replace(RECIPIENT, company="Atelier Ça & Là")))
    assert said["recipientValue/recipientName"] == "Atelier Ca & La"
    assert said["recipientValue/recipientName2"] == "Zoe Lefevre"
    assert said["recipientValue/recipientType"] == "1"
    assert ask(WANTED)["recipientValue/recipientType"] == "2"


MUG = Article(
    description="Stoneware mug, hand made, for coffee and for tea", quantity=3, value_cents=1250, weight_g=300
)
BOX = Article(description="Wooden box", quantity=1, value_cents=4000, weight_g=200)
SWISS = replace(RECIPIENT, country="CH", postcode="1003", city="Lausanne")


def test_customs_are_told_what_is_in_the_parcel_and_what_it_is_worth() -> None:
    said = ask(replace(WANTED, service="abroad_express", recipient=SWISS, articles=(BOX, MUG)))
    assert (
        said["skybillValue/content1"] == "Stoneware mug, hand made, for coffee and for"
    )  # most pieces first, 45
    assert said["skybillValue/content2"] == "Wooden box"
    assert (said["skybillValue/customsValue"], said["skybillValue/customsCurrency"]) == ("77.50", "EUR")
    assert "skybillValue/content1" not in ask(replace(WANTED, articles=(BOX,)))  # at home nobody asks


def test_nothing_leaves_the_union_without_its_articles() -> None:
    with pytest.raises(CarrierRefused) as caught:
        check(replace(WANTED, service="abroad_express", recipient=SWISS))
    assert caught.value.field == "articles"
    check(
        replace(
            WANTED, service="abroad_classic", recipient=replace(RECIPIENT, country="DE", postcode="10115")
        )
    )


def test_insurance_is_told_in_cents() -> None:
    said = ask(replace(WANTED, insured_cents=8920))
    assert (said["skybillValue/insuredValue"], said["skybillValue/insuredCurrency"]) == ("8920", "EUR")


def test_size_is_told_in_centimetres() -> None:
    said = ask(replace(WANTED, size_mm=(305, 200, 15)))
    assert [said[f"skybillValue/{side}"] for side in ("length", "width", "height")] == ["30.5", "20.0", "1.5"]


def test_monaco_counts_as_france() -> None:
    said = ask(replace(WANTED, service="home_saturday", recipient=replace(RECIPIENT, country="MC")))
    assert said["recipientValue/recipientCountry"] == "FR"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"service": "teleport"}, "service"),
        ({"weight_g": 30_001}, "weight"),
        ({"service": "pickup", "pickup_point": "3501P", "weight_g": 20_001}, "weight"),
        ({"service": "pickup"}, "pickup_point"),
        ({"service": "home_saturday", "ship_on": date(2026, 11, 26)}, "service"),
        ({"service": "home_saturday", "recipient": replace(RECIPIENT, country="BE")}, "service"),
        ({"recipient": replace(RECIPIENT, name="ليلى")}, "recipient.name"),
        ({"recipient": replace(RECIPIENT, street=("ул. Ленина 4",))}, "recipient.street"),
        ({"recipient": replace(RECIPIENT, city="東京")}, "recipient.city"),
        ({"recipient": replace(RECIPIENT, street=("12 rue " + "x" * 70,))}, "recipient.street"),
        ({"shipper": replace(SENDER, street=("12 rue " + "x" * 70,))}, "shipper.street"),
    ],
)
def test_what_cannot_be_asked_is_refused_here_and_says_where(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        build_label(ACCOUNT, replace(WANTED, **wrong))
    assert caught.value.field == field
    assert caught.value.raw
    assert "{" not in str(caught.value)


def test_the_other_questions() -> None:
    assert asked(build_track("XP1")) == {"language": "fr_FR", "skybillNumber": "XP1"}  # no account
    signed = {"accountNumber": "12345678", "password": "123456", "language": "fr_FR", "skybillNumber": "XP1"}
    assert asked(build_void(ACCOUNT, "XP1")) == signed
    assert asked(build_proof(ACCOUNT, "XP1")) == signed | {"pdf": "true"}
    assert asked(build_reserved(ACCOUNT, "888", 203))["numberSearch"] == "888"
    assert asked(build_point(ACCOUNT, "3501P", "FR"))["identifiant"] == "3501P"


def test_the_question_for_pickup_points() -> None:
    search = PointSearch(postcode="35000", city="Rennes", street="12 rue de l'Église", weight_g=1240, most=99)
    said = asked(build_points(ACCOUNT, search, day=FRIDAY))
    assert said["address"] == "12 rue de l'Eglise"
    assert said["shippingDate"] == "27/11/2026"
    assert said["weight"] == "1240"  # grams here, kilograms on a label
    assert said["maxPointChronopost"] == "25"  # more is refused
    assert said["holidayTolerant"] == "1"
    assert (said["productCode"], said["type"], said["service"]) == ("86", "P", "L")
    assert [point_product(country) for country in ("FR", "MC", "RE", "DE")] == ["86", "86", "4P", "49"]


# --- texts


def test_latin_letters_without_accents() -> None:
    assert latin("Œuvré  d’Été, n° 3 – łódź 🎁", "f") == "OEuvre d'Ete, n 3 - lodz"
    with pytest.raises(CarrierRefused):
        latin("Ελλάδα", "f")


def test_cut_between_words() -> None:
    assert cut("one two three", 9) == "one two"
    assert cut("one two three", 7) == "one two"
    assert cut("x" * 20, 9) == "x" * 9
    assert cut("short", 9) == "short"


def test_a_house_number_is_never_lost() -> None:
    assert two_lines(("Résidence des Hauts de la Colline Verte 4", "12 bis avenue"), "f") == (
        "Residence des Hauts de la Colline",
        "Verte 4, 12 bis avenue",
    )
    assert two_lines(("1 rue A", "Bât. B", "Code 12"), "f") == ("1 rue A", "Bat. B, Code 12")
    assert two_lines((), "f") == ("", "")


WORDS = st.lists(st.text("abcdefgh0123456789", min_size=1, max_size=12), min_size=1, max_size=16)


@given(WORDS)
def test_two_lines_hold_every_word_or_refuse(words: list[str]) -> None:
    street = " ".join(words)
    try:
        first, second = two_lines((street,), "recipient.street")
    except CarrierRefused as error:
        assert error.field == "recipient.street"
        assert len(street) > LINE
        return
    assert max(len(first), len(second)) <= LINE
    assert f"{first} {second}".split() == words
    naive = street[:LINE]  # what cutting would have printed
    assert len(street) <= LINE or naive != street


@pytest.mark.parametrize(
    ("written", "country", "said"),
    [
        ("06 39 98 12 04", "FR", "0639981204"),
        ("+33 6 39 98 12 04", "FR", "0639981204"),
        ("+33 (0)6 39 98 12 04", "FR", "0639981204"),
        ("0033639981204", "FR", "0639981204"),
        ("+49 30 901820", "DE", "004930901820"),
        ("", "FR", ""),
    ],
)
def test_telephones(written: str, country: str, said: str) -> None:
    assert phone(written, country) == said


@given(st.integers(1, 40_000))
def test_weights_are_rounded_up(weight_g: int) -> None:
    said = kilograms(weight_g)
    assert round(float(said) * 1000) - weight_g in range(10)
    assert len(said.partition(".")[2]) == 2


def test_euros() -> None:
    assert [euros(cents) for cents in (0, 5, 4500, 7750)] == ["0", "0.05", "45", "77.50"]


# --- labels


def test_a_label() -> None:
    label = parse_label(sold())
    assert label.tracking_number == NUMBER
    assert label.content == b"^XA^FO1,1^FDx^FS^XZ"
    assert label.aliases == (GEO, ROUTE)
    assert label.codes == (NUMBER, GEO, ROUTE)


def test_what_is_printed_on_it_is_recognised() -> None:
    """The example of Chronopost's document bears out the rule for the country in three digits: VF is 652."""
    for code in (NUMBER, GEO, ROUTE, GEO[:14]):
        guess = carrier_guesses(code)[0]
        assert (guess.carrier, guess.key) == ("chronopost", NUMBER)
        assert guess.check_ok is not False
    assert carrier_guesses("XW242284003JB")[0].carrier == "chronopost"  # no ISO country


@pytest.mark.parametrize(
    "label",
    ["", "not base64!", base64.b64encode(b"%PDF-1.4").decode(), base64.b64encode(b"^XA^FDhalf").decode()],
    ids=["none", "no base64", "a PDF", "half"],
)
def test_a_parcel_without_a_whole_label_is_an_unknown_outcome(label: str) -> None:
    answer = sold(SOLD.replace(ZPL, label))
    with pytest.raises(OutcomeUnknown) as caught:
        parse_label(answer)
    assert NUMBER in str(caught.value)
    assert parse_sold(answer).reservation == "888950"  # under which it can be fetched


def test_a_label_without_a_number_is_an_unknown_outcome() -> None:
    with pytest.raises(OutcomeUnknown):
        parse_label(sold(SOLD.replace(NUMBER, "")))


def test_a_reservation_holds_the_label() -> None:
    answer = soap(
        "getReservedSkybillWithTypeAndModeAuth", f"<errorCode>0</errorCode><skybill>{ZPL}</skybill>"
    )
    assert parse_reserved(answer).startswith(b"^XA")
    gone = soap("getReservedSkybillWithTypeAndModeAuth", "<errorCode>29</errorCode>")
    with pytest.raises(CarrierRefused) as caught:  # 29 is a system error when a label is bought
        parse_reserved(gone)
    assert caught.value.raw == "label-29"


def no(code: int, message: str = "") -> str:
    return f"<errorCode>{code}</errorCode><errorMessage>{message}</errorMessage>"


@pytest.mark.parametrize(
    ("code", "message", "field", "raw"),
    [
        (3, "Invalid password", "account", "3"),
        (30, "Invalid contract number", "account", "30"),
        (33, "Invalid accesColis account number", "account", "33-account"),
        (33, "Invalid accesColis password", "account", "33-password"),
        (
            33,
            "Validation error - Field length SkybillValue.ProductCode must be equal 2",
            "service",
            "33-service",
        ),
        (33, "Validation error - Field length SkybillValue.Service must be equal 3", "service", "33-service"),
        (38, "Message routing", "recipient.postcode", "38"),
        (35, "Code Service GeoPost not found", "recipient.postcode", "35"),
    ],
)
def test_refusals_in_our_words(code: int, message: str, field: str, raw: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_label(sold(no(code, message)))
    assert (caught.value.field, caught.value.raw) == (field, raw)
    assert message not in str(caught.value)


def test_other_values_that_do_not_validate_are_told_in_their_words() -> None:
    with pytest.raises(CarrierRefused, match="EvtCode value must be DC"):
        parse_label(sold(no(33, "Validation error - Field SkybillValue.EvtCode value must be DC")))
    with pytest.raises(CarrierRefused, match="Quelque chose"):
        parse_label(sold(no(77, "Quelque chose.")))


@pytest.mark.parametrize("code", [1, 2, 29, 36])
def test_their_own_faults_leave_the_outcome_unknown(code: int) -> None:
    """No document says whether the parcel was registered before them."""
    with pytest.raises(OutcomeUnknown):
        parse_label(sold(no(code, "System error")))


def test_without_a_number_for_the_parcel_nothing_was_bought() -> None:
    with pytest.raises(CarrierRefused):
        parse_label(sold(no(37, "SBrange")))


def test_a_no_with_a_parcel_is_believed_neither_way() -> None:
    with pytest.raises(OutcomeUnknown, match=NUMBER):
        parse_label(sold(SOLD.replace("<errorCode>0</errorCode>", no(38))))


def test_a_fault_of_the_client_is_a_refusal_and_one_of_the_server_is_not() -> None:
    """Both come as HTTP 500: who takes every 500 for unknown fills the tray, who takes it for a no buys twice."""
    with pytest.raises(CarrierRefused) as caught:
        parse_label(fault("soap:Client"))
    assert caught.value.raw == "Client"
    for blame in ("soap:Server", "soap:Server.userException", ""):
        with pytest.raises(OutcomeUnknown):
            parse_label(fault(blame))


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (429, b"", CarrierUnreachable),
        (403, b"<html>Forbidden</html>", CarrierRefused),
        (404, b"", CarrierRefused),
        (502, b"<html>Bad gateway</html>", OutcomeUnknown),
        (302, b"", OutcomeUnknown),
        (200, b"<html>Just a moment</html>", OutcomeUnknown),
    ],
)
def test_what_stands_before_the_service(status: int, content: bytes, error: type[DeskError]) -> None:
    with pytest.raises(error):
        parse_label(Answer(status=status, content=content, headers={}, host="h"))


def test_success_with_a_bad_status_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        parse_label(sold(status=500))


# --- voids, proofs


def cancelled(code: int) -> Answer:
    return soap("cancelSkybill", f"{no(code)}<statusCode>0</statusCode>", space="track")


def test_voids() -> None:
    parse_void(cancelled(0))
    with pytest.raises(OutcomeUnknown):
        parse_void(cancelled(1))
    for code, said in ((2, "another account"), (3, "ten minutes")):
        with pytest.raises(CarrierRefused, match=said) as caught:
            parse_void(cancelled(code))
        assert caught.value.raw == f"cancel-{code}"


def test_proofs() -> None:
    pdf = base64.b64encode(b"%PDF-1.4").decode()

    def pod(content: str) -> Answer:
        return soap(
            "searchPOD", f"<errorCode>0</errorCode>{content}<statusCode>5</statusCode>", space="track"
        )

    paper = parse_proof(pod(f"<formatPOD>PDF</formatPOD><pod>{pdf}</pod><podPresente>true</podPresente>"))
    assert paper is not None
    assert (paper.content, paper.media_type) == (b"%PDF-1.4", "application/pdf")
    picture = parse_proof(pod(f"<formatPOD>PNG</formatPOD><pod>{pdf}</pod><podPresente>true</podPresente>"))
    assert picture is not None
    assert picture.media_type == "image/png"
    assert parse_proof(pod("<podPresente>false</podPresente>")) is None
    with pytest.raises(OutcomeUnknown):
        parse_proof(pod("<pod>é</pod><podPresente>true</podPresente>"))


# --- tracking


def event(code: str, at: str, label: str, office: str = "HUB", **info: str) -> str:
    more = "".join(
        f"<infoCompList><name>{name.replace('_', ' ')}</name><value>{value}</value></infoCompList>"
        for name, value in info.items()
    )
    return (
        f"<events><code>{code}</code><eventDate>{at}</eventDate><eventLabel>{label}</eventLabel>"
        f"<officeLabel>{office}</officeLabel>{more}</events>"
    )


def tracked(*events: str, number: str = NUMBER) -> Tracked:
    content = (
        f"<errorCode>0</errorCode><listEventInfoComp>{''.join(events)}"
        f"<skybillNumber>{number}</skybillNumber></listEventInfoComp>"
    )
    (found,) = parse_tracking(soap("trackSkybillV2", content, space="track"))
    return found


def rule(code: str, label: str) -> StatusRule | None:
    return CODES.rule(code, label)


def stands(found: Tracked) -> TrackingStatus:
    keys = []
    for each in found.events:
        known = rule(each.code, each.label)
        assert known is not None, each
        key = event_id("chronopost", found.number, each, shipped_on=FRIDAY)
        keys.append((fold_key(known.status, each.at, key), known))
    return standing(keys).status


READY = event(
    "DC ", "2026-11-23T18:00:00+01:00", "Colis en cours de préparation chez l'expéditeur", "Web Services"
)
ROUND = event("TA ", "2026-11-24T07:05:43+01:00", "Colis en cours de livraison par le livreur")
THERE = event("D  ", "2026-11-24T10:55:00+01:00", "Livraison effectuée")
NOTICE = event(
    "SM ", "2026-11-24T11:00:00+01:00", "Destinataire informé par SMS ou mail", "Service d'avisage"
)
BACK = event("R  ", "2026-11-25T09:00:00+01:00", "Colis en retour expéditeur")


def test_news_oldest_first_with_their_offset_and_without_padding() -> None:
    found = tracked(READY, ROUND, NOTICE)
    assert [each.code for each in found.events] == ["DC", "TA", "SM"]
    assert found.events[0].at.isoformat() == "2026-11-23T18:00:00+01:00"
    assert [each.place for each in found.events] == ["", "HUB", ""]  # two offices are none
    assert [each.code for each in tracked(ROUND, READY).events] == ["DC", "TA"]


def test_a_moment_without_offset_is_french_and_one_that_is_none_is_left_out() -> None:
    summer = event("TS", "2026-07-01T12:00:00", "Colis en cours d'acheminement")
    never = event("TS", "2026-13-45T12:00:00", "Colis en cours d'acheminement")
    (only,) = tracked(summer, never).events
    assert only.at.isoformat() == "2026-07-01T12:00:00+02:00"


def test_no_events_is_not_found_yet() -> None:
    assert not tracked().found
    assert parse_tracking(soap("trackSkybillV2", "<errorCode>0</errorCode>", space="track")) == ()


def test_a_partners_number_is_an_alias() -> None:
    ready = event("DC", "2026-11-23T18:00:00+01:00", "chez l'expéditeur", Numéro_partenaire=f"GEO/{GEO}")
    english = event("G", "2026-11-23T18:01:00+01:00", "Numéro", Partner_number="GEO/09980000020033F")
    assert tracked(ready, ready, english).aliases == (GEO, "09980000020033F")


def test_the_place_is_the_hub_that_the_news_name() -> None:
    moved = event("TP", "2026-11-23T18:00:00+01:00", "achemin", Lieu="EXEMPLE - DE (depot 0001)")
    assert tracked(moved).events[0].place == "EXEMPLE - DE (depot 0001)"


def test_the_day_the_recipient_chose() -> None:
    chosen = event("CL", "2026-11-25T09:00:00+01:00", "Instruction", Date_de_relivraison="28/11/2026")
    slot = event("DC", "2026-11-23T18:00:00+01:00", "chez l", Début_créneau_RDV="27/11/2026 10:00")
    assert tracked(READY, chosen).expected_on == date(2026, 11, 28)
    assert tracked(slot).expected_on == date(2026, 11, 27)
    assert tracked(slot, chosen).expected_on == date(2026, 11, 28)
    later = event("SD", "2026-11-29T05:00:00+01:00", "Tri effectué dans l'agence de distribution")
    assert tracked(chosen, later).expected_on is None
    broken = event("CL", "2026-11-25T09:00:00+01:00", "Instruction", Date_de_relivraison="31/02/2026")
    assert tracked(broken).expected_on is None


def test_a_return_is_never_a_delivery() -> None:
    """R, and the delivery that the sender then gets. Naive twins: R as delivered (the official shop plug-in tells
    the customer so), and the last code alone."""
    to_the_sender = event("D", "2026-11-27T10:00:00+01:00", "Livraison effectuée")
    assert stands(tracked(READY, ROUND, BACK)) is TrackingStatus.RETURNING
    found = tracked(READY, ROUND, BACK, to_the_sender)
    assert stands(found) is TrackingStatus.RETURNING
    naive = rule(found.events[-1].code, found.events[-1].label)
    assert naive is not None
    assert naive.status is TrackingStatus.DELIVERED
    told = rule("D", "Livraison effectuée à l'expéditeur")
    assert told is not None
    assert told.status is TrackingStatus.RETURNED


def test_notices_move_nothing() -> None:
    late = event("SM", "2026-11-26T11:00:00+01:00", "Destinataire informé par SMS ou mail")
    wish = event("CL", "2026-11-26T12:00:00+01:00", "Instruction de livraison reçue")
    assert stands(tracked(READY, ROUND, THERE, late, wish)) is TrackingStatus.DELIVERED
    assert stands(tracked(READY, late, wish)) is TrackingStatus.LABEL_CREATED


@pytest.mark.parametrize(
    ("code", "label", "status", "reason"),
    [
        ("SD", "Tri effectué dans l'agence de distribution", "in_transit", ""),
        ("SD", "Livraison reportée de 24h", "delayed", "carrier_delay"),
        ("IA", "Livraison reportée de 24h", "delayed", ""),
        ("A2", "Colis retardé à l'agence de distribution", "delayed", "carrier_delay"),
        ("IS", "Livraison prévue lundi prochain", "in_transit", ""),
        ("AB", "Colis mis à disposition au point de retrait", "ready_for_pickup", ""),
        ("RB", "Colis en cours de livraison au point de retrait", "in_transit", ""),
        ("TT", "Envoi livré au transitaire", "in_transit", ""),
        ("TT", "Colis remis par le relais Pickup au chauffeur", "in_transit", ""),
        ("WD", "Livré à une mauvaise adresse et récupéré", "exception", "carrier_missort"),
        (
            "P",
            "Echec de livraison suite à l'absence du destinataire.",
            "delivery_attempted",
            "recipient_absent",
        ),
        ("PR", "Envoi refusé par le destinataire", "delivery_attempted", "recipient_refused"),
        ("SK", "Colis en attente d'informations complémentaires de votre part", "exception", ""),
        ("SJ", "Problème douanier résolu, colis en cours d'acheminement", "in_transit", ""),
        ("EI", "Colis entré dans le pays de destination", "in_transit", ""),
        ("D1", "Livré en boîte à lettres", "delivered", ""),
        ("D", "Colis non livré", "delivery_attempted", ""),
        ("D", "Not delivered", "delivery_attempted", ""),
        ("DD", "Livré endommagé", "delivered", "carrier_damage"),
        ("DR", "Envoi détruit", "destroyed", ""),
        ("AN", "Lettre de transport annulée par l’expéditeur", "cancelled", "shipper_request"),
        ("DC", "Shipment in preparation to be shipped", "label_created", ""),
        ("TA", "Shipment in delivery to the consignee", "out_for_delivery", ""),
    ],
)
def test_code_and_words_together(code: str, label: str, status: str, reason: str) -> None:
    assert rule(code, label) == StatusRule(TrackingStatus(status), IncidentReason(reason))


@pytest.mark.parametrize(
    ("code", "label"),
    [("D", "Colis pris en charge"), ("DC", "Livraison effectuée"), ("TA", ""), ("QQ", "Livraison effectuée")],
)
def test_a_code_with_other_words_is_a_partners_and_stays_unknown(code: str, label: str) -> None:
    assert rule(code, label) is None


# The 149 codes of Chronopost's document (4.1).
DOCUMENTED = (
    "A A1 A2 AB AC AN AP AR AS AT AV B BA BD BL BW CA CC CD CL CO CP CR CT CV D D1 D2 D6 D7 DB DC DD DE DF DI DO DP "
    "DR DS DT DV DY E EA EC ED EE EI EJ ER F FA FC FD FI G GC H HD I I1 I2 I9 IA IC IM IN IP IS IV IX J K KC L LC LR "
    "LT LW M MD N NA NC NL NN O OD P PA PC PE PH PR PT Q R RA RB RC RD RF RG RI RL RO RR RT RV S SC SD SE SF SI SJ "
    "SK SM SO SR ST SV T TA TE TI TO TP TR TS TT U UN V VC VD VO W WD X Y Z ZA ZC ZD ZI ZS ZT"
)


def test_the_table_was_reviewed() -> None:
    rows = list(csv.DictReader(io.StringIO(status_tables()["chronopost"])))
    for row in rows:
        scan = row["is_scan"] == "1"
        assert row["label"] or not scan, f"{row['code']}: the code alone is not believed"
        ends = row["status"] in ("delivered", "returned", "destroyed", "cancelled", "lost")
        assert scan or not ends
        if row["status"] in ("exception", "unknown") or not scan:
            assert row["note"] or row["reason"] or row["label"], row
    delivered = {row["code"] for row in rows if row["status"] == "delivered"}
    assert delivered == {"D", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "DD", "RG", "RI", "U", "VC", "Y"}
    assert {row["code"] for row in rows} == {*DOCUMENTED.split(), "D3", "D4", "D5"}


def test_every_refusal_tells_what_to_do() -> None:
    table = read_refusals(refusals("chronopost"))
    documented = {*map(str, (18, 21, 25, *range(29, 39), 300, 301, 302, 306, 307, 309, 317, 319, 320, 321))}
    documented |= {"601", "700", "1500", "cancel-1", "cancel-2", "cancel-3", "label-29", "1", "3"}
    assert documented <= set(table)
    for code in table:
        row = table.get(code)
        assert row is not None
        assert row.sentence.endswith(".")
        assert row.fix.endswith(".")


# --- pickup points


def points(*found: str, quality: int = 2, operation: str = "recherchePointChronopostInter") -> Answer:
    body = f"<errorCode>0</errorCode><qualiteReponse>{quality}</qualiteReponse>{''.join(found)}"
    return soap(operation, body)


def point(number: str, *, far: int = 100, more: str = "", active: str = "true", kind: str = "P") -> str:
    return (
        f"<listePointRelais><actif>{active}</actif><adresse1>1 RUE A</adresse1><adresse2>BAT B</adresse2>"
        f"<codePays>FR</codePays><codePostal>35000</codePostal>"
        f"<coordGeolocalisationLatitude>48,11</coordGeolocalisationLatitude>"
        f"<coordGeolocalisationLongitude>-1.67</coordGeolocalisationLongitude>"
        f"<distanceEnMetre>{far}</distanceEnMetre><identifiant>{number}</identifiant>{more}"
        f"<localite>RENNES</localite><nom>TABAC</nom><poidsMaxi>20</poidsMaxi>"
        f"<typeDePoint>{kind}</typeDePoint></listePointRelais>"
    )


HOURS = (
    "<listeHoraireOuverture><horairesAsString>08:30-12:00 14:00-19:00</horairesAsString><jour>1</jour>"
    "</listeHoraireOuverture><listeHoraireOuverture><horairesAsString>09:00-12:00 00:00-00:00</horairesAsString>"
    "<jour>6</jour></listeHoraireOuverture>"
)
CLOSED = (
    "<listePeriodeFermeture><calendarDeDebut>2026-12-24T00:00:00+01:00</calendarDeDebut>"
    "<calendarDeFin>2026-12-31T00:00:00+01:00</calendarDeFin></listePeriodeFermeture>"
)


def test_pickup_points() -> None:
    near, far = parse_points(points(point("3502P", far=900), point("3501P", more=HOURS + CLOSED)))
    assert (near.point_id, near.distance_m, far.distance_m) == ("3501P", 100, 900)
    assert (near.name, near.street, near.city) == ("TABAC", "1 RUE A, BAT B", "RENNES")
    assert (near.latitude, near.longitude) == (48.11, -1.67)
    assert near.max_weight_g == 20_000
    assert near.hours == ("08:30–12:00 14:00–19:00", "", "", "", "", "09:00–12:00", "")
    assert near.kind is PointKind.SHOP
    assert not near.is_open_on(date(2026, 12, 28))
    assert near.is_open_on(date(2026, 12, 7))
    assert (far.hours, far.kind) == (None, PointKind.UNKNOWN)  # perhaps a locker in the street


def test_closed_points_and_bad_answers_are_left_out() -> None:
    assert parse_points(points(point("3501P", active="false"), point(""))) == ()
    assert parse_points(points(point("3501P"), quality=0)) == ()  # to be ignored, they say
    (vague,) = parse_points(points(point("3501P"), quality=1))
    assert vague.distance_m is None
    assert parse_points(soap("recherchePointChronopostInter", no(601))) == ()
    (one,) = parse_points(points(point("3501P", kind="B"), quality=0), searched=False)  # asked for by number
    assert one.kind is PointKind.POST_OFFICE


@pytest.mark.parametrize(
    ("code", "field"), [(302, "recipient.postcode"), (1500, "account"), (306, "ship_on")]
)
def test_searches_that_are_refused(code: int, field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_points(soap("recherchePointChronopostInter", no(code)))
    assert caught.value.field == field


# --- errors and settings


def test_errors_for_support() -> None:
    assert parse_error(sold()) is None
    told = parse_error(sold(no(33, "Invalid accesColis password")))
    assert told is not None
    assert (told.code, told.text) == ("33-password", "Invalid accesColis password")
    for answer, code in (
        (fault("soap:Server", "Boom"), "Server"),
        (cancelled(3), "cancel-3"),
        (soap("trackSkybillV2", no(1, "System Error"), space="track"), "track-1"),
        (Answer(status=503, content=b"<h1>Oops</h1>", headers={}, host="h"), "HTTP 503"),
    ):
        told = parse_error(answer)
        assert told is not None
        assert told.code == code


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({}, "account"),
        ({"account": "12345678"}, "password"),
        ({"account": "1234 678", "password": "x"}, "account"),
        ({"account": "12345678", "password": "x", "sub_account": "A"}, "sub_account"),
    ],
)
def test_settings_that_cannot_be_right(settings: dict[str, str], field: str) -> None:
    with Http() as http, pytest.raises(SettingsProblem) as caught:
        build(settings, http)
    assert caught.value.field == field


def test_identity() -> None:
    assert [service.code for service in CARRIER.services if service.pickup_point] == [
        "pickup",
        "pickup_saturday",
        "pickup_europe",
        "pickup_overseas",
    ]
    assert not CARRIER.traits.verified_live
    assert not CARRIER.traits.reconcilable
