"""DPD France: what its two services are asked, and every kind of answer, without a network."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from carrier_request import BUYER, REQUEST, SHOP
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.carriers.dpd_france import CARRIER, DpdFrance, build, parse_error, parse_label, parse_tracking
from wismo_desk.carriers.dpd_france.address import build_address, build_info
from wismo_desk.carriers.dpd_france.contract import Contract
from wismo_desk.carriers.dpd_france.labels import build_label
from wismo_desk.carriers.dpd_france.traces import build_track
from wismo_desk.domain.order import Party
from wismo_desk.domain.reading import read as read_scan
from wismo_desk.domain.refusals import read_refusals
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.status import TrackingStatus, fold_key, read_codes, standing
from wismo_desk.domain.tracking import Tracked, event_id
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.resources import refusals, status_tables
from wismo_desk.web import Answer, Http
from wismo_desk.web.xml import read, text_of

CODES = read_codes(status_tables()["dpd_france"])
CONTRACT = Contract(
    user="u",
    password="p&w",
    center="77",
    customer="4242",
    url_labels="https://labels.example",
    url_tracking="https://traces.example",
)
NUMBER = "10774000248387"
BARCODE = f"%0035000{NUMBER}327902"
ZPL = b"^XA^FDlabel^FS^XZ"
Status = TrackingStatus

# The order of the elements in the services' descriptions (xs:sequence, inherited ones first).
SEQUENCES = {
    "request": (
        *("receiveraddress", "receiverinfo", "shipperaddress", "shipperinfo", "retourAddress"),
        *("customer_countrycode", "customer_centernumber", "customer_number", "shippingdate", "services"),
        *(
            "weight",
            "referencenumber",
            "reference2",
            "reference3",
            "reference4",
            "customLabelText",
            "labelType",
        ),
    ),
    "address": ("countryPrefix", "zipCode", "city", "street", "name", "phoneNumber", "faxNumber"),
    "info": (
        "contact",
        "name2",
        "name3",
        "name4",
        "digicode1",
        "digicode2",
        "intercomid",
        "vinfo1",
        "vinfo2",
    ),
    "services": ("contact", "extraInsurance", "parcelshop"),
    "contact": ("sms", "email", "type"),
    "trace": (
        *("Customer", "Language", "ShipmentNumber", "ExpandContainerMode", "GetImages", "GetPhotos"),
        *("GetParsedInfo", "GetServices"),
    ),
    "customer": ("centernumber", "number", "countrycode"),
}


def answer(content: bytes | str, status: int = 200) -> Answer:
    body = content.encode() if isinstance(content, str) else content
    return Answer(status=status, content=body, headers={}, host="127.0.0.1")


def envelope(body: str) -> str:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<?xml version="1.0"?><soap:Envelope xmlns:soap="{soap}"><soap:Body>{body}</soap:Body></soap:Envelope>'


def fault(code: str, said: str) -> str:
    error = f"<Error><ErrorId>{code}</ErrorId><ErrorMessage>{said}</ErrorMessage></Error>" if code else ""
    return envelope(
        f"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{said}</faultstring>"
        f"<detail>{error}</detail></soap:Fault>"
    )


def sold(*, number: str = NUMBER, barcode: str = BARCODE, labels: str | None = None) -> str:
    if labels is None:
        labels = label("BIC3", ZPL)
    return envelope(
        '<CreateShipmentWithLabelsBcResponse xmlns="http://www.cargonet.software">'
        "<CreateShipmentWithLabelsBcResult><shipments><ShipmentBc><Shipment>"
        f"<BarcodeId>{number}</BarcodeId><BarcodeSource>902</BarcodeSource><BarCode>{barcode}</BarCode>"
        f"</Shipment><Type>EPRINT</Type></ShipmentBc></shipments><labels>{labels}</labels>"
        "</CreateShipmentWithLabelsBcResult></CreateShipmentWithLabelsBcResponse>"
    )


def label(kind: str, content: bytes) -> str:
    return f"<Label><type>{kind}</type><label>{base64.b64encode(content).decode()}</label></Label>"


def row(
    number: str, said: str = "…", day: str = "23/11/2026", time: str = "10:00:00", place: str = "LYON"
) -> str:
    return (
        f"<clsTrace><ScanDate>{day}</ScanDate><ScanTime>{time}</ScanTime><StatusNumber>{number}</StatusNumber>"
        f"<StatusDescription>{said}</StatusDescription><CenterName>{place}</CenterName></clsTrace>"
    )


def traced(*rows: str, number: str = NUMBER, more: str = "") -> str:
    trace = f"<ShipmentTrace><ShipmentNumber>{number}</ShipmentNumber><Traces>{''.join(rows)}</Traces>{more}"
    return told(f"{trace}</ShipmentTrace>" if number else "")


def told(result: str) -> str:
    return envelope(
        '<GetShipmentTraceResponse xmlns="http://www.cargonet.software/"><GetShipmentTraceResult>'
        f"{result}</GetShipmentTraceResult></GetShipmentTraceResponse>"
    )


def only(*rows: str, more: str = "") -> Tracked:
    (tracked,) = parse_tracking(answer(traced(*rows, more=more)))
    return tracked


def status_of(tracked: Tracked) -> TrackingStatus:
    keys = []
    for one in tracked.events:
        rule = CODES.rule(one.code, one.label)
        if rule is not None:
            key = event_id("dpd_france", tracked.number, one, shipped_on=date(2026, 11, 20))
            keys.append((fold_key(rule.status, one.at, key), rule))
    return standing(keys).status


def asked(body: bytes) -> Element:
    root = read(answer(body))
    found = root.find("Body")
    assert found is not None
    request = found[0].find("request")
    assert request is not None
    return request


def request_for(**changes: Any) -> Element:
    return asked(build_label(replace(REQUEST, **changes), CONTRACT))


def in_sequence(element: Element, sequence: str) -> None:
    names = [str(child.tag) for child in element]
    assert names == sorted(names, key=SEQUENCES[sequence].index)


class Company(LoopbackServer):
    """Answers with what it is told to, and keeps what it was asked."""

    def __init__(self, *replies: str) -> None:
        super().__init__()
        self.asked: list[Call] = []
        self._next = list(replies)

    def carry_out(self, call: Call) -> Reply:
        self.asked.append(call)
        return Reply(200, self._next.pop(0).encode(), "text/xml")


def test_the_label_request() -> None:
    root = read(answer(build_label(REQUEST, CONTRACT)))
    assert text_of(root, "Header/UserCredentials/userid") == "u"
    assert text_of(root, "Header/UserCredentials/password") == "p&w"
    request = request_for()
    said = {name: text_of(request, name) for name in SEQUENCES["request"] if request.find(name) is not None}
    assert said["customer_countrycode"] == "250"
    assert (said["customer_centernumber"], said["customer_number"]) == ("77", "4242")
    assert said["shippingdate"] == "23/11/2026"
    assert said["weight"] == "1.24"
    assert said["referencenumber"] == REQUEST.reference
    assert said["reference2"] == "#1042"
    assert said["labelType"] == "ZPL"
    assert text_of(request, "receiveraddress/zipCode") == "35000"
    assert text_of(request, "receiveraddress/name") == "Zoé Lefèvre"
    assert text_of(request, "receiveraddress/street") == "12 rue de l'Église"
    assert text_of(request, "receiverinfo/name3") == "Bât. B"
    assert text_of(request, "services/contact/type") == "No"
    assert text_of(request_for(dpi=300), "labelType/type") == "ZPL300"


@pytest.mark.parametrize("service", ["home", "home_predict", "pickup"])
def test_every_element_stands_where_the_description_puts_it(service: str) -> None:
    buyer = replace(BUYER, company="Ets Lefèvre", email="zoe@exemple.fr")
    request = request_for(service=service, recipient=buyer, pickup_point="P32500")
    in_sequence(request, "request")
    for who in ("receiver", "shipper"):
        address, info = request.find(f"{who}address"), request.find(f"{who}info")
        assert address is not None
        assert info is not None
        in_sequence(address, "address")
        in_sequence(info, "info")
    services, contact = request.find("services"), request.find("services/contact")
    assert services is not None
    assert contact is not None
    in_sequence(services, "services")
    in_sequence(contact, "contact")


def test_the_namespaces_differ_by_a_slash() -> None:
    assert b'<CreateShipmentWithLabelsBc xmlns="http://www.cargonet.software">' in build_label(
        REQUEST, CONTRACT
    )
    assert b'<GetShipmentTrace xmlns="http://www.cargonet.software/">' in build_track(NUMBER, CONTRACT)


def test_the_question_about_a_parcel() -> None:
    request = asked(build_track(NUMBER, CONTRACT))
    in_sequence(request, "trace")
    assert set(SEQUENCES["trace"]) == {child.tag for child in request}
    customer = request.find("Customer")
    assert customer is not None
    in_sequence(customer, "customer")
    assert text_of(request, "ShipmentNumber") == NUMBER
    assert {text_of(request, name) for name in ("GetImages", "GetPhotos")} == {"false"}


def test_soap_actions_over_http() -> None:
    with Company(sold(), traced(row("10"))) as company, Http() as http:
        settings = {"user": "u", "password": "p", "center": "77", "customer": "42"}
        carrier = build(settings | {"url_labels": company.url, "url_tracking": company.url}, http)
        assert isinstance(carrier, DpdFrance)
        bought = carrier.buy_label(REQUEST)
        carrier.track([NUMBER])
    assert bought.service == "home"
    assert [call.headers["soapaction"] for call in company.asked] == [
        '"http://www.cargonet.software/CreateShipmentWithLabelsBc"',
        '"http://www.cargonet.software/GetShipmentTrace"',
    ]


def test_settings() -> None:
    whole = {"user": "u", "password": "p", "center": "77", "customer": "42"}
    with Http() as http:
        assert isinstance(build(whole, http), DpdFrance)
        for field, wrong in (("user", ""), ("password", " "), ("center", "x7"), ("customer", "4242-1")):
            with pytest.raises(SettingsProblem) as caught:
                build(whole | {field: wrong}, http)
            assert caught.value.field == field
    addresses = [field.default for field in CARRIER.fields if field.key.startswith("url_")]
    assert len(addresses) == 3
    assert all(address.startswith("https://") for address in addresses)
    assert "p&w" not in repr(CONTRACT)


def test_the_old_plain_address_is_refused() -> None:
    """Shared passwords in public modules go there without encryption; nothing of ours does."""
    with Http() as http:
        carrier = build(
            {"user": "u", "password": "p", "center": "77", "customer": "42"}
            | {"url_tracking": "http://webtrace.dpd.fr/dpd-webservices/webtrace_service.asmx"},
            http,
        )
        assert isinstance(carrier, DpdFrance)
        with pytest.raises(SettingsProblem):
            carrier.track([NUMBER])


def test_predict_needs_a_mobile() -> None:
    contact = request_for(service="home_predict").find("services/contact")
    assert (text_of(contact, "sms"), text_of(contact, "type")) == ("0600000000", "Predict")
    for phone in ("", "0299000000"):
        with pytest.raises(CarrierRefused) as caught:
            request_for(service="home_predict", recipient=replace(BUYER, phone=phone))
        assert caught.value.field == "recipient.phone"


def test_a_landline_is_no_sms_number() -> None:
    contact = request_for(recipient=replace(BUYER, phone="0299000000")).find("services/contact")
    assert text_of(contact, "sms") == ""
    assert text_of(contact, "type") == "No"


@pytest.mark.parametrize(
    ("phone", "email", "kind"),
    [("0600000000", "", "AutomaticSMS"), ("0299000000", "z@exemple.fr", "AutomaticMail")],
)
def test_a_pickup_point_tells_the_customer(phone: str, email: str, kind: str) -> None:
    buyer = replace(BUYER, phone=phone, email=email)
    request = request_for(service="pickup", pickup_point="p32500", recipient=buyer)
    assert text_of(request, "services/parcelshop/shopaddress/shopid") == "P32500"
    assert text_of(request, "services/contact/type") == kind


def test_a_pickup_point_without_anything_to_tell_by() -> None:
    with pytest.raises(CarrierRefused) as caught:
        request_for(service="pickup", pickup_point="P32500", recipient=replace(BUYER, phone=""))
    assert caught.value.field == "recipient.phone"


@pytest.mark.parametrize("point", ["", "32500", "P3250", "FR-000484", "P32500X"])
def test_a_wrong_pickup_point_never_leaves_the_desk(point: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        request_for(service="pickup", pickup_point=point)
    assert caught.value.field == "pickup_point"


@pytest.mark.parametrize("grams", [0, 31_501])
def test_weights_out_of_range(grams: int) -> None:
    with pytest.raises(CarrierRefused) as caught:
        request_for(weight_g=grams)
    assert (caught.value.raw, caught.value.field) == ("InvalidWeight", "weight")


def test_weights_are_kilograms_rounded_up() -> None:
    assert text_of(request_for(weight_g=1), "weight") == "0.01"
    assert text_of(request_for(weight_g=1241), "weight") == "1.25"
    assert text_of(request_for(weight_g=31_500), "weight") == "31.50"


def test_insurance_is_not_dropped_silently() -> None:
    with pytest.raises(CarrierRefused) as caught:
        request_for(insured_cents=100)
    assert caught.value.field == "insurance"


def lines_of(party: Party) -> list[str]:
    nodes: dict[str, object] = {}
    for node in (*build_address(party, "recipient"), *build_info(party, "recipient")):
        nodes[node[0]] = node[-1]
    return [str(nodes[name]) for name in ("street", "name3", "name4") if nodes.get(name)]


def test_a_long_street_is_broken_between_words_and_nothing_is_lost() -> None:
    street = "Résidence du Grand Chêne, entrée côté jardin, 117 bis"
    lines = lines_of(replace(BUYER, street=(street,)))
    assert " ".join(lines) == street
    assert all(len(line) <= 35 for line in lines)
    naive = street[:35]
    assert "117 bis" not in naive


def test_an_address_that_does_not_fit_is_refused() -> None:
    with pytest.raises(CarrierRefused) as caught:
        request_for(recipient=replace(BUYER, street=("12 rue des Très Longs Noms de Rues " * 4,)))
    assert caught.value.field == "recipient.street"


@given(st.lists(st.text(st.characters(codec="latin-1", categories=("L", "Nd")), max_size=12), max_size=9))
def test_no_word_of_a_street_is_ever_lost(words: list[str]) -> None:
    party = replace(BUYER, street=(" ".join(words),))
    try:
        said = " ".join(lines_of(party))
    except CarrierRefused:
        return
    assert said.split() == [word for word in " ".join(words).split() if word]


def test_letters() -> None:
    request = request_for(
        recipient=replace(BUYER, name="Łukasz Œdipe d’Ǒr 🎁", company="Ets \x07X"),
        shipper=replace(SHOP, company="Größe"),
    )
    assert text_of(request, "receiveraddress/name") == "Lukasz OEdipe d'Or"
    assert text_of(request, "receiverinfo/name2") == "Ets X"
    assert text_of(request, "shipperaddress/name") == "Größe"
    with pytest.raises(CarrierRefused) as caught:
        request_for(recipient=replace(BUYER, city="Москва"))
    assert caught.value.field == "recipient.city"


def test_a_name_that_is_cut_is_told() -> None:
    long = "Maximilienne-Alexandrine de Montmorency-Beaufort"
    with Company(sold()) as company, Http() as http:
        settings = {"user": "u", "password": "p", "center": "77", "customer": "42", "url_labels": company.url}
        carrier = build(settings, http)
        assert isinstance(carrier, DpdFrance)
        bought = carrier.buy_label(replace(REQUEST, recipient=replace(BUYER, name=long)))
    (remark,) = bought.remarks
    assert dict(remark.values)["text"] == long


def test_the_label() -> None:
    found = parse_label(answer(sold()))
    assert (found.tracking_number, found.aliases, found.codes) == (NUMBER, (BARCODE,), (BARCODE,))
    assert found.content == ZPL


def test_the_barcode_scans_back_to_the_number() -> None:
    guess = read_scan(BARCODE)
    assert (guess.carrier, guess.key) == ("dpd", NUMBER)


def test_the_proof_beside_the_label_is_never_printed_as_one() -> None:
    proof = label("PROOFBIC3", b"^XA^FDproof^FS^XZ")
    for both in (proof + label("BIC3", ZPL), label("BIC3", ZPL) + proof):
        assert parse_label(answer(sold(labels=both))).content == ZPL
    with pytest.raises(OutcomeUnknown):
        parse_label(answer(sold(labels=proof)))
    naive = read(answer(sold(labels=proof))).find(".//label")
    assert naive is not None


@pytest.mark.parametrize(
    "body",
    [
        sold(labels=""),
        sold(number=""),
        sold(number="123"),
        sold(labels="<Label><type>BIC3</type><label>no base64!</label></Label>"),
        sold(labels=label("BIC3", b"%PDF-1.4")),
        sold(labels=label("BIC3", ZPL[:-3])),
        envelope("<Odd/>"),
        "",
    ],
)
def test_half_a_label_is_one_that_was_bought(body: str) -> None:
    with pytest.raises(OutcomeUnknown):
        parse_label(answer(body))


@pytest.mark.parametrize(
    ("code", "said", "field"),
    [
        ("PermissionDenied", "permission denied", "account"),
        ("IpPermissionDenied", "ip", "account"),
        ("InvalidWeight", "weight", "weight"),
        ("InvalidCountryPrefix", "x", "recipient.country"),
        ("InvalidInput", "no city given", ""),
        ("InvalidInput", "no sms number given", "recipient.phone"),
        ("InvalidZipCode", "never seen", ""),
    ],
)
def test_refusals_come_with_http_500(code: str, said: str, field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_label(answer(fault(code, said), 500))
    assert caught.value.field == field
    assert caught.value.raw.startswith(code)
    assert "{" not in str(caught.value)


def test_a_500_that_is_no_documented_no_may_have_been_carried_out() -> None:
    for body in (fault("", "Server was unable to process request."), fault("DatabaseTimeout", "x"), "<h1/>"):
        with pytest.raises(OutcomeUnknown):
            parse_label(answer(body, 500))
    naive = "refused" if "Fault" in fault("DatabaseTimeout", "x") else "unknown"
    assert naive == "refused"


def test_an_error_without_a_fault() -> None:
    body = "<Error><ErrorId>IpPermissionDenied</ErrorId><ErrorMessage>ip</ErrorMessage></Error>"
    with pytest.raises(CarrierRefused):
        parse_label(answer(envelope(body)))


def test_other_http_answers() -> None:
    with pytest.raises(CarrierUnreachable):
        parse_label(answer("", 429))
    with pytest.raises(CarrierRefused) as caught:
        parse_label(answer("<h1>nothing here</h1>", 404))
    assert caught.value.raw == "HTTP 404"
    with pytest.raises(OutcomeUnknown):
        parse_label(answer(sold(), 302))


def test_news_oldest_first_in_french_time() -> None:
    tracked = only(
        row("40", "Livré", "24/11/2026", "09:30"),
        row("89", day="24/11/2026", time="08:00:00"),
        row("8", day="2026-11-23"),
    )
    assert [event.code for event in tracked.events] == ["8", "89", "40"]
    assert {event.at.utcoffset() for event in tracked.events} == {timedelta(hours=1)}
    assert tracked.events[0].place == "LYON"
    assert status_of(tracked) is Status.DELIVERED


@pytest.mark.parametrize(
    ("code", "said", "status"),
    [
        ("8", "x", Status.LABEL_CREATED),
        ("10", "x", Status.IN_TRANSIT),
        ("28", "x", Status.IN_TRANSIT),
        ("89", "x", Status.IN_TRANSIT),
        ("40", "Colis livré", Status.DELIVERED),
        ("400", "Colis livré", Status.DELIVERED),
        ("40", "Colis retourné", Status.RETURNED),
        ("400", "Colis rendu à l'expéditeur", Status.RETURNED),
        ("40", "Colis non livré", Status.DELIVERY_ATTEMPTED),
        ("40", "Déposé en point relais", Status.READY_FOR_PICKUP),
    ],
)
def test_codes(code: str, said: str, status: TrackingStatus) -> None:
    rule = CODES.rule(code, said)
    assert rule is not None
    assert rule.status is status


def test_only_six_numbers_are_known_and_the_others_stay_visible() -> None:
    assert set(CODES) == {"8", "10", "28", "89", "40", "400"}
    tracked = only(row("10"), row("33", "Client absent", "24/11/2026"))
    assert [event.code for event in tracked.events] == ["10", "33"]
    assert CODES.rule("33", "Client absent") is None
    assert status_of(tracked) is Status.IN_TRANSIT


def test_a_parcel_that_goes_back_is_never_delivered() -> None:
    assert status_of(only(row("40", "Livré"), more="<IsRetour>true</IsRetour>")) is Status.RETURNED
    assert status_of(only(row("40", "Livré"), more="<IsRetour>false</IsRetour>")) is Status.DELIVERED


def test_rows_that_say_nothing_are_left_out() -> None:
    assert only(row(""), row("10", day=""), row("10", day="31/02/2026"), row("10", time="25:61")).events == ()


def test_the_day_it_is_expected() -> None:
    due = "<DeliveryScheduled><EndDate>25/11/2026</EndDate></DeliveryScheduled>"
    assert only(row("10"), more=due).expected_on == date(2026, 11, 25)
    assert only(row("40"), more=due + "<DeliveryDate>24/11/2026</DeliveryDate>").expected_on is None


def track(body: str, number: str = NUMBER) -> Tracked:
    with Company(body) as company, Http() as http:
        settings = {"user": "u", "password": "p", "center": "77", "customer": "42"}
        carrier = build(settings | {"url_tracking": company.url}, http)
        assert isinstance(carrier, DpdFrance)
        (tracked,) = carrier.track([number])
    return tracked


def test_not_known_yet_is_no_problem() -> None:
    assert track(told("")) == Tracked(number=NUMBER, found=False)


def test_an_answer_about_another_number_is_no_news() -> None:
    tracked = track(traced(row("40"), number="99999999999999"))
    assert (tracked.found, tracked.events, tracked.problem) == (False, (), "other_number")


def test_the_other_name_of_a_parcel_counts() -> None:
    tracked = track(traced(row("10"), number="250077123456", more=f"<BarcodeId>{NUMBER}</BarcodeId>"), NUMBER)
    assert tracked.found
    assert tracked.number == NUMBER


def test_the_older_services_word_for_an_error() -> None:
    body = told("<clsShipmentTrace><LastError>Colis inconnu</LastError></clsShipmentTrace>")
    (tracked,) = parse_tracking(answer(body))
    assert (tracked.found, tracked.problem) == (False, "LastError")


def test_a_result_that_is_the_shipment_itself() -> None:
    body = told(f"<ShipmentNumber>{NUMBER}</ShipmentNumber><Traces>{row('10')}</Traces>")
    (tracked,) = parse_tracking(answer(body))
    assert (tracked.number, len(tracked.events)) == (NUMBER, 1)


def test_questions_that_failed() -> None:
    with pytest.raises(CarrierRefused):
        parse_tracking(answer(fault("PermissionDenied", "x"), 500))
    for body, status in ((fault("", "x"), 500), ("", 503), ("", 429), ("", 200), (envelope("<Odd/>"), 200)):
        with pytest.raises(CarrierUnreachable):
            parse_tracking(answer(body, status))


def test_parse_error() -> None:
    refusal = parse_error(answer(fault("InvalidInput", "no sms  number given"), 500))
    assert refusal is not None
    assert refusal.code == "InvalidInput: no sms number given"
    assert parse_error(answer(sold())) is None
    assert parse_error(answer(sold(), 400)) is None  # as a bare body kept in a file is read
    broken = parse_error(answer(fault("", "boom"), 500))
    assert broken is not None
    assert (broken.code, broken.text) == ("HTTP 500", "boom")
    with pytest.raises(DeskError):
        parse_error(answer("no xml"))


def test_every_documented_error_has_its_sentence() -> None:
    table = read_refusals(refusals("dpd_france"))
    for code in ("PermissionDenied", "IpPermissionDenied", "InvalidWeight", "InvalidCountryPrefix"):
        assert table.get(code), code
    refusal = table.get("InvalidInput")
    assert refusal is not None
    assert "{reason}" in refusal.sentence


def test_every_service_has_its_request() -> None:
    for service in CARRIER.services:
        request: LabelRequest = replace(REQUEST, service=service.code, pickup_point="P32500")
        assert build_label(request, CONTRACT)
