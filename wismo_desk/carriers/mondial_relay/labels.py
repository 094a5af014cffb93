"""API 2 (Connect): one request for one label, and what the answer sold, warned of or refused.

Source: “Dual Carrier Web Service” 2.7.1 as open connectors quote it, and carriers.md §1.5. Errors come with HTTP 200.
Asked with Accept: application/xml it answers in XML, otherwise in JSON with names in …Field; both are read. The
answer repeats login and password: nothing of it may be logged.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wismo_desk.carriers.mondial_relay.address import build_address
from wismo_desk.carriers.mondial_relay.contract import CARRIER, CODE, DELIVERY_MODES, Contract, table
from wismo_desk.domain.refusals import Told
from wismo_desk.domain.shipment import Label, LabelFormat, LabelRequest
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, OutcomeUnknown
from wismo_desk.web import Answer
from wismo_desk.web.xml import Node, read, text_of, write

NAMESPACE: Final = "http://www.example.org/Request"  # truly: without it, error 10061
HEADERS: Final = {"Content-Type": "text/xml", "Accept": "application/xml"}

_POINT: Final = re.compile(r"(?:([A-Z]{2})-)?(\d{1,6})")
# A system error without a reason is no proof that nothing was created, whatever the document says.
_NO_REASON: Final = frozenset({"-1", "99999"})
_POINT_IGNORED: Final = "10025"  # only a warning of theirs, and the parcel goes elsewhere
_ZPL_CODE: Final = re.compile(rb"\^B[C2][^\^]*(?:\^[^\^]*)?\^FD([^\^]*)\^FS")
_SUBSETS: Final = re.compile(r">[0-9:;<=]")  # Code 128 invocations inside ZPL field data


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sold:
    """What an answer says, whichever of the two forms it came in."""

    number: str = ""
    output: str = ""
    mode: str = ""
    barcodes: tuple[str, ...] = ()
    statuses: tuple[tuple[str, str, str], ...] = ()  # code, level, message


def build_label(request: LabelRequest, contract: Contract) -> bytes:
    """CarrierRefused: what the service would refuse, or worse, ignore."""
    delivery = {"Mode": _mode(request), "Location": _location(request)}
    collection = {"Mode": contract.collection_mode, "Location": contract.collection_point}
    shipment: tuple[Node, ...] = (
        ("OrderNo", request.reference),
        ("ParcelCount", 1),  # each parcel is its own shipment: pickup points take no more
        ("DeliveryMode", delivery, None),
        ("CollectionMode", collection, None),
        ("Parcels", (("Parcel", (*_size(request), ("Weight", _value(request.weight_g, "gr"), None))),)),
        ("Sender", (("Address", build_address(request.shipper, "shipper")),)),
        ("Recipient", (("Address", build_address(request.recipient, "recipient")),)),
    )
    context: tuple[Node, ...] = (
        ("Login", contract.login),
        ("Password", contract.password),
        ("CustomerId", contract.customer_id),
        ("Culture", "fr-FR"),
        ("VersionAPI", "1.0"),
    )
    output: tuple[Node, ...] = (("OutputFormat", _format(request, contract)), ("OutputType", "ZplCode"))
    body: tuple[Node, ...] = (
        ("Context", context),
        ("OutputOptions", output),
        ("ShipmentsList", (("Shipment", shipment),)),
    )
    xml = write([("ShipmentCreationRequest", {"xmlns": NAMESPACE}, body)])
    return f'<?xml version="1.0" encoding="UTF-8"?>{xml}'.encode()


def parse_label(answer: Answer) -> Label:
    """`service` is "" when the answer does not repeat the mode."""
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier is too busy, nothing was bought. Try again in a minute.", raw="HTTP 429"
        )
    sold = _sold(answer) if answer.status < 400 else _sold_or_nothing(answer)
    told = _first_error(sold)
    if told is not None and not sold.number and told.code not in _NO_REASON:
        raise table().refused(told.code, told.text)
    if 400 <= answer.status < 500 and not sold.number:
        raise table().refused(told.code if told else f"HTTP {answer.status}", told.text if told else "")
    if answer.status >= 300 or told is not None:
        raise OutcomeUnknown(
            "The carrier had a fault of its own. What was asked may have been done: check before asking again.",
            raw=told.code if told else f"HTTP {answer.status}",
        )
    return _label(sold, answer)


def told_by_labels(answer: Answer) -> Told | None:
    """None: no error in it."""
    return _first_error(_sold_or_nothing(answer))


def readable(answer: Answer) -> None:
    """OutcomeUnknown: it is neither XML nor JSON."""
    _sold(answer)


def _label(sold: _Sold, answer: Answer) -> Label:
    if sold.number and any(code == _POINT_IGNORED for code, *_ in sold.statuses):
        raise OutcomeUnknown(
            "Mondial Relay sold label {number} but ignored the pickup point. Do not use it: cancel it in Connect, "
            "correct the pickup point and scan again.",
            number=sold.number,
            raw=_POINT_IGNORED,
        )
    content = _zpl(sold.output)
    if not (re.fullmatch(r"\d{8,14}", sold.number) and content):
        raise OutcomeUnknown(
            "The carrier's answer lacks the label. It may have been bought: check before asking again.",
            raw=f"HTTP {answer.status}",
        )
    codes = sold.barcodes or tuple(dict.fromkeys(_codes_in(content)))
    modes = {mode: service for service, mode in DELIVERY_MODES.items()}
    return Label(
        carrier=CODE,
        service=modes.get(sold.mode, ""),
        tracking_number=sold.number,
        format=LabelFormat.ZPL,
        content=content,
        codes=codes,
        aliases=tuple(code for code in codes if code != sold.number),
    )


def _zpl(output: str) -> bytes:
    """Base64 by the document, plain by some connectors; b"" when it is not a whole label."""
    try:
        content = (
            output.encode() if "^XA" in output else base64.b64decode("".join(output.split()), validate=True)
        )
    except (binascii.Error, ValueError):
        return b""
    whole = content.strip()
    return whole if whole.startswith(b"^XA") and whole.endswith(b"^XZ") else b""


def _codes_in(zpl: bytes) -> Iterator[str]:
    """The texts of the label's Code 128 and interleaved codes: what a scanner reads from it."""
    for found in _ZPL_CODE.findall(zpl):
        code = _SUBSETS.sub("", found.decode("ascii", "replace")).strip()
        if code.isalnum():
            yield code


def _first_error(sold: _Sold) -> Told | None:
    """Levels are Warning, Error and Critical Error; some answers leave them out. Code 0 is success. Some refusals
    are known by their text."""
    for code, level, message in sold.statuses:
        if "error" in level.lower() or (not level and code not in ("", "0")):
            named = message.strip(" .\"'")
            return Told(named if table().get(named) else code or level, message)
    return None


def _sold_or_nothing(answer: Answer) -> _Sold:
    try:
        return _sold(answer)
    except OutcomeUnknown:
        return _Sold()


def _sold(answer: Answer) -> _Sold:
    """OutcomeUnknown: it is neither XML nor JSON."""
    if answer.text.lstrip("\ufeff \r\n\t").startswith(("{", "[")):
        return _from_json(answer.json())
    root = read(answer)
    shipment = root.find(".//Shipment")
    values = {each.get("Key", ""): each.get("Value", "") for each in root.iter("LabelValues")}
    return _Sold(
        number="" if shipment is None else shipment.get("ShipmentNumber", "").strip(),
        output=text_of(root, ".//Output"),
        mode=values.get("MR.PlanTri.Mode", ""),
        barcodes=_scannable(each.get("Value", "") for each in root.iter("Barcode")),
        statuses=tuple(_status(each.attrib) for each in root.iter("Status")),
    )


def _from_json(body: Any) -> _Sold:
    """.NET's serialisation of the same answer."""
    shipment = _first(_at(body, "shipmentsListField"))
    label = _first(_at(shipment, "labelListField", "labelField"))
    statuses = [
        each
        for at in (body, shipment)
        for each in _many(_at(at, "statusListField"))
        if isinstance(each, dict)
    ]
    return _Sold(
        number=_said(_at(shipment, "shipmentNumberField")),
        output=_said(_at(label, "outputField")),
        statuses=tuple(
            _status({str(key).removesuffix("Field"): _said(value) for key, value in each.items()})
            for each in statuses
        ),
    )


def _status(attributes: Mapping[str, str]) -> tuple[str, str, str]:
    """The document writes code, level, message; answers were seen with Code, Level, Message."""
    small = {key.lower(): value.strip() for key, value in attributes.items()}
    return small.get("code", ""), small.get("level", ""), small.get("message", "")


def _scannable(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def _mode(request: LabelRequest) -> str:
    mode = DELIVERY_MODES.get(request.service)
    if mode is None:
        raise CarrierRefused(
            "Mondial Relay does not deliver by “{service}”. Choose another service.",
            service=request.service,
            field="service",
            raw="service",
        )
    if request.insured_cents:
        raise CarrierRefused(
            "The insurance levels of Mondial Relay are not known here. Take the insurance off, or choose another "
            "carrier.",
            field="insurance",
            raw="insurance",
        )
    return mode


def _location(request: LabelRequest) -> str:
    """“FR-000484”. The service only warns of a wrong one and then ignores it, so it is refused here."""
    service = CARRIER.service(request.service)
    if service is None or not service.pickup_point:
        return ""
    found = _POINT.fullmatch(request.pickup_point.strip().upper())
    if found is None:
        raise CarrierRefused(
            "A pickup point of Mondial Relay has six digits. Choose one for this order.",
            field="pickup_point",
            raw="pickup_point",
        )
    return f"{found[1] or request.recipient.country}-{found[2].zfill(6)}"


def _format(request: LabelRequest, contract: Contract) -> str:
    """A 203 dpi label on a 300 dpi printer comes out at two thirds of its size, with bars no scanner reads."""
    wanted = contract.label_format if request.dpi == 203 else contract.label_format_300
    if not wanted:
        raise CarrierRefused(
            "Mondial Relay's labels are made for 203 dpi, this printer has {dpi} dpi. Print on a 203 dpi printer, "
            "or enter a label format for yours in the settings.",
            dpi=request.dpi,
            field="label_format_300",
            raw="dpi",
        )
    return wanted


def _size(request: LabelRequest) -> Iterator[Node]:
    """Whole centimetres, rounded up; the parcel's weight follows them."""
    if request.size_mm:
        for name, mm in zip(("Length", "Width", "Depth"), request.size_mm, strict=True):
            yield name, _value(-(-mm // 10), "cm"), None


def _value(number: int, unit: str) -> dict[str, str]:
    return {"Value": str(number), "Unit": unit}


def _at(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _first(value: Any) -> Any:
    return next(iter(_many(value)), None)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _said(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
