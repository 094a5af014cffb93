"""The eprint service: one request for one label, and what its answer sold or refused."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final

from wismo_desk.carriers.dpd_france.address import build_address, build_info, printable
from wismo_desk.carriers.dpd_france.contract import (
    CARRIER,
    FRANCE,
    MOST_G,
    Contract,
    body_of,
    credentials,
    refused,
    table,
    told,
)
from wismo_desk.domain.address import is_mobile
from wismo_desk.domain.shipment import Label, LabelFormat, LabelRequest
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, OutcomeUnknown
from wismo_desk.web import Answer, soap
from wismo_desk.web.xml import Node, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE: Final = "http://www.cargonet.software"
OPERATION: Final = "CreateShipmentWithLabelsBc"

_REFERENCE: Final = 35  # unverified
_NUMBER: Final = re.compile(r"[0-9A-Z]{14}")
POINT: Final = re.compile(r"P\d{5}")


def build_label(request: LabelRequest, contract: Contract) -> bytes:
    """CarrierRefused: what the service refuses, in a sentence; and what would not fit on its label. The order of
    the elements is that of the service's description."""
    services = services_of(request)
    content: tuple[Node, ...] = (
        *party_nodes(request, contract),
        ("services", services),
        *reference_nodes(request),
        ("labelType", label_type(request.dpi)),
    )
    body: Node = (OPERATION, {"xmlns": NAMESPACE}, (("request", content),))
    return soap.envelope([body], header=[credentials(contract, NAMESPACE)])


def parse_label(answer: Answer) -> Label:
    """The label comes under the type BIC3, whatever its format; a second one is the proof of the handing over.
    `service` is "", for the answer does not repeat it."""
    return _label(accepted(answer), answer)


def party_nodes(
    request: LabelRequest, contract: Contract, *, with_shipper_info: bool = True
) -> tuple[Node, ...]:
    """From whom, to whom, on whose account and when."""
    recipient, shipper = request.recipient, request.shipper
    more: tuple[Node, ...] = (("shipperinfo", tuple(build_info(shipper, "shipper"))),)
    return (
        ("receiveraddress", tuple(build_address(recipient, "recipient"))),
        ("receiverinfo", tuple(build_info(recipient, "recipient"))),
        ("shipperaddress", tuple(build_address(shipper, "shipper"))),
        *(more if with_shipper_info else ()),
        ("customer_countrycode", FRANCE),
        ("customer_centernumber", contract.center),
        ("customer_number", contract.customer),
        ("shippingdate", f"{request.ship_on:%d/%m/%Y}"),
    )


def reference_nodes(request: LabelRequest) -> tuple[Node, ...]:
    """The weight of one parcel, and by what names it goes."""
    return (
        ("weight", _kilograms(request.weight_g)),
        ("referencenumber", request.reference),
        ("reference2", printable(request.order_number, "order")[:_REFERENCE]),
    )


def label_type(dpi: int) -> tuple[Node, ...]:
    return (("type", "ZPL300" if dpi == 300 else "ZPL"),)


def accepted(answer: Answer) -> Element:
    """The body of an answer that says yes. A fault with DPD's own error in it is a refusal, though it comes with HTTP
    500; every other 500 may have been carried out."""
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier is too busy, nothing was bought. Try again in a minute.", raw="HTTP 429"
        )
    body = body_of(answer)
    said = told(body)
    no = refused(said, answer)
    if no is not None:
        raise no
    if answer.status >= 300 or said is not None:
        raise OutcomeUnknown(
            "The carrier had a fault of its own. What was asked may have been done: check before asking again.",
            raw=(said.code if said else "") or f"HTTP {answer.status}",
        )
    if body is None or isinstance(body, soap.Fault):
        raise lacks_label(answer)
    return body


def services_of(request: LabelRequest) -> tuple[Node, ...]:
    service = CARRIER.service(request.service)
    if service is None:
        raise CarrierRefused(
            "DPD does not deliver by “{service}”. Choose another service.",
            service=request.service,
            field="service",
            raw="service",
        )
    if not 0 < request.weight_g <= MOST_G:
        raise table().refused("InvalidWeight")
    if request.insured_cents:
        raise CarrierRefused(
            "Insurance with DPD cannot be bought from here. Take the insurance off, or choose another carrier.",
            field="insurance",
            raw="insurance",
        )
    phone, email = request.recipient.phone.strip(), request.recipient.email.strip()
    mobile = is_mobile(phone, request.recipient.country) is not False and bool(phone)
    kind = "No"
    if request.service == "home_predict":
        if not mobile:
            raise _no_mobile("home_predict")
        kind = "Predict"
    if request.service == "pickup":
        # A pickup point must be told whom to tell; the kind "No" is accepted with a number in it.
        if not (mobile or email):
            raise _no_mobile("pickup")
        kind = "AutomaticSMS" if mobile else "AutomaticMail"
    contact: tuple[Node, ...] = (("sms", phone if mobile else ""), ("email", email), ("type", kind))
    point: tuple[Node, ...] = ()
    if service.pickup_point:
        point = (("parcelshop", (("shopaddress", (("shopid", _shop(request)),)),)),)
    return (("contact", contact), *point)


def _no_mobile(code: str) -> CarrierRefused:
    return table().refused(f"mobile:{code}")


def _shop(request: LabelRequest) -> str:
    point = request.pickup_point.strip().upper()
    if not POINT.fullmatch(point):
        raise CarrierRefused(
            "A pickup point of DPD has a P and five digits. Choose one for this order.",
            field="pickup_point",
            raw="pickup_point",
        )
    return point


def _kilograms(weight_g: int) -> str:
    """Two places, rounded up."""
    hundredths = -(-weight_g // 10)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _label(root: Element, answer: Answer) -> Label:
    """A number without its label, or the other way round, is one that was bought and cannot be used."""
    shipments = list(root.iter("ShipmentBc"))
    parcels = [each for each in shipments if "PROOF" not in text_of(each, "Type")] or shipments
    number = text_of(parcels[0], "Shipment/BarcodeId") if parcels else ""
    barcode = text_of(parcels[0], "Shipment/BarCode") if parcels else ""
    content = zpl_in(root)
    if not (_NUMBER.fullmatch(number) and content):
        raise lacks_label(answer)
    codes = (barcode,) if barcode else ()
    return Label(
        carrier=CARRIER.code,
        service="",
        tracking_number=number,
        format=LabelFormat.ZPL,
        content=content,
        aliases=tuple(code for code in codes if code != number),
        codes=codes,
    )


def zpl_in(root: Element) -> bytes:
    """The label under the type BIC3; b"" when there is no whole one."""
    labels = root.iter("Label")
    return next((_zpl(text_of(each, "label")) for each in labels if text_of(each, "type") == "BIC3"), b"")


def lacks_label(answer: Answer) -> OutcomeUnknown:
    return OutcomeUnknown(
        "The carrier's answer lacks the label. It may have been bought: check before asking again.",
        raw=f"HTTP {answer.status}",
    )


def _zpl(text: str) -> bytes:
    """b"" when it is not a whole label."""
    try:
        content = base64.b64decode("".join(text.split()), validate=True).strip()
    except (binascii.Error, ValueError):
        return b""
    return content if content.startswith(b"^XA") and content.endswith(b"^XZ") else b""
