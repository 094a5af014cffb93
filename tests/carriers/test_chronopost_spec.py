"""Chronopost's own WSDLs as oracles: our questions are theirs, and the practice server answers as they say.

Two readings of each WSDL: its schema by lxml, element by element and in order, and its operations by zeep. There is no
WSDL of the pickup points here: their questions are checked against the document in test_chronopost.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree  # type: ignore[import-untyped]  # comes with zeep, publishes no types
from stage import Clock
from stage_chronopost import RECIPIENT, WANTED
from test_chronopost import BOX, MUG, POINT, SWISS

from wismo_desk.carriers.chronopost.asks import (
    Account,
    build_label,
    build_labels,
    build_proof,
    build_reserved,
    build_track,
    build_void,
)
from wismo_desk.carriers.chronopost.products import SERVICES
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.practice.chronopost_server import ACCOUNT, PASSWORD, ChronopostServer
from wismo_desk.practice.loopback import Call
from wismo_desk.web.soap import envelope

SPECS = Path(__file__).parent / "specs"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
MINE = Account(ACCOUNT, PASSWORD)
SHIPPING, TRACKING = "shipping", "tracking"
PATHS = {SHIPPING: "/shipping-cxf/ShippingServiceWS", TRACKING: "/tracking-cxf/TrackingServiceWS"}


@cache
def schema(service: str) -> Any:
    wsdl = etree.parse(str(SPECS / f"chronopost-{service}.wsdl"))
    return etree.XMLSchema(wsdl.find(".//{http://www.w3.org/2001/XMLSchema}schema"))


@cache
def operations(service: str) -> dict[str, Any]:
    wsdl = str(SPECS / f"chronopost-{service}.wsdl")
    client = zeep.Client(wsdl)  # type: ignore[no-untyped-call]  # zeep publishes no types
    (found,) = client.wsdl.services.values()
    (port,) = found.ports.values()
    return dict(port.binding._operations)


def content(message: bytes) -> Any:
    (inside,) = etree.fromstring(message).find(f"{SOAP}Body")
    return inside


def valid(service: str, message: bytes) -> str:
    """The operation's name; AssertionError says which element is wrong."""
    inside = content(message)
    schema(service).assertValid(inside)
    return str(etree.QName(inside).localname)


def requests() -> Iterator[LabelRequest]:
    for service in SERVICES:
        yield replace(WANTED, service=service.code, pickup_point="3501P" if service.pickup_point else "")
    yield replace(WANTED, dpi=300, insured_cents=15_000, size_mm=(300, 200, 105), weight_g=1)
    yield replace(WANTED, service="abroad_express", recipient=SWISS, articles=(MUG, BOX))
    yield replace(WANTED, recipient=replace(RECIPIENT, company="Atelier", phone="", email="", street=()))


@pytest.mark.parametrize(
    "request_", [*requests()], ids=lambda request: f"{request.service}-{request.weight_g}"
)
def test_a_label_is_asked_as_the_wsdl_says(request_: LabelRequest) -> None:
    question = build_label(MINE, request_, POINT if request_.pickup_point else None)
    assert valid(SHIPPING, question) == "shippingMultiParcelV4"
    assert "shippingMultiParcelV4" in operations(SHIPPING)


@pytest.mark.parametrize(
    ("service", "question", "name"),
    [
        (SHIPPING, build_reserved(MINE, "888950", 203), "getReservedSkybillWithTypeAndModeAuth"),
        (TRACKING, build_track("XY504821570VF"), "trackSkybillV2"),
        (TRACKING, build_void(MINE, "XY504821570VF"), "cancelSkybill"),
        (TRACKING, build_proof(MINE, "XY504821570VF"), "searchPOD"),
    ],
)
def test_the_other_questions_are_theirs(service: str, question: bytes, name: str) -> None:
    assert valid(service, question) == name
    told = operations(service)[name]
    assert told.style == "document"
    assert not told.soapaction
    assert told.input.body.qname.localname == name
    assert told.input.body.qname.namespace in etree.QName(content(question)).namespace


def test_several_parcels_are_asked_as_the_wsdl_says() -> None:
    asked = [replace(WANTED, reference=f"TOGETHER{n}", weight_g=500 * n) for n in (1, 2, 3)]
    question = build_labels(MINE, asked)
    assert valid(SHIPPING, question) == "shippingMultiParcelV4"
    inside = content(question)
    assert inside.findtext("numberOfParcel") == "3"
    assert [each.findtext("shipperRef") for each in inside.findall("refValue")] == [
        "TOGETHER1",
        "TOGETHER2",
        "TOGETHER3",
    ]
    told = [
        tuple(each.findtext(name) for name in ("bulkNumber", "skybillRank", "weight"))
        for each in inside.findall("skybillValue")
    ]
    assert told == [("3", "1", "0.50"), ("3", "2", "1.00"), ("3", "3", "1.50")]
    assert len(inside.findall("recipientValue")) == 1


def test_the_schema_can_say_no() -> None:
    """Naive twins: children in the operation's namespace, and elements in another order."""
    question = build_label(MINE, WANTED).decode()
    for naive in (
        question.replace("<refValue>", "<chr:refValue>").replace("</refValue>", "</chr:refValue>"),
        question.replace("<modeRetour>2</modeRetour>", "").replace(
            "<password>", "<modeRetour>2</modeRetour><password>"
        ),
        question.replace("<weight>1.24</weight>", "<weight>1,24</weight>"),
    ):
        with pytest.raises(etree.DocumentInvalid):
            valid(SHIPPING, naive.encode())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reply(clock: Clock) -> Callable[[str, bytes], bytes]:
    """The practice server without its line."""
    server = ChronopostServer(clock=clock, recorded_after=timedelta(0))

    def asked(service: str, question: bytes) -> bytes:
        return server.carry_out(Call("POST", PATHS[service], {}, question)).content

    return asked


def test_the_practice_server_answers_as_the_wsdls_say(
    reply: Callable[[str, bytes], bytes], clock: Clock
) -> None:
    sold = reply(SHIPPING, build_label(MINE, WANTED))
    assert valid(SHIPPING, sold) == "shippingMultiParcelV4Response"
    assert valid(SHIPPING, reply(SHIPPING, build_label(Account("1", "1"), WANTED)))  # a refusal
    number, reservation = (
        content(sold).findtext(f".//{name}") for name in ("skybillNumber", "reservationNumber")
    )
    again = reply(SHIPPING, build_reserved(MINE, reservation, 203))
    assert valid(SHIPPING, again) == "getReservedSkybillWithTypeAndModeAuthResponse"
    by_reference = envelope(
        (
            (
                "t:trackWithSenderRef",
                {"xmlns:t": "http://cxf.tracking.soap.chronopost.fr/"},
                (
                    ("accountNumber", ACCOUNT),
                    ("password", PASSWORD),
                    ("language", "fr_FR"),
                    ("sendersRef", WANTED.reference),
                ),
            ),
        )
    )
    for days in (0, 1, 5):
        clock.wait(days=days)
        for question in (
            build_track(number),
            build_proof(MINE, number),
            build_void(MINE, number),
            by_reference,
        ):
            assert valid(TRACKING, reply(TRACKING, question)).endswith("Response")
    assert valid(TRACKING, reply(TRACKING, build_track("XX999999999FR"))) == "trackSkybillV2Response"


def test_zeep_reads_what_the_practice_server_sells(reply: Callable[[str, bytes], bytes]) -> None:
    inside = content(reply(SHIPPING, build_label(MINE, WANTED)))
    told = operations(SHIPPING)["shippingMultiParcelV4"].output.body.parse(inside, None)
    (parcel,) = told["return"].resultMultiParcelValue
    assert told["return"].errorCode == 0
    assert parcel.pdfEtiquette.startswith(b"^XA")
