"""Several parcels in one shipment of the eprint service: one call numbers them (a slave each), and each label is then
fetched by its number.

Source: CreateMultiShipmentBc and GetLabelBc as public connectors show them; no answer of the live service was seen.
The answer names no reference of ours; a label shows it, and so tells which parcel it is for.
# unverified: that it does, and that the numbers come in the order of the slaves, which counts where it does not
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wismo_desk.carriers.dpd_france.contract import CARRIER, FRANCE, Contract, credentials
from wismo_desk.carriers.dpd_france.labels import (
    NAMESPACE,
    accepted,
    label_type,
    lacks_label,
    party_nodes,
    reference_nodes,
    services_of,
    zpl_in,
)
from wismo_desk.domain.shipment import Label, LabelFormat, LabelRequest
from wismo_desk.domain.told_apart import told_apart
from wismo_desk.errors import DeskError, OutcomeUnknown
from wismo_desk.web import Answer, soap
from wismo_desk.web.xml import Node, text_of

OPERATION: Final = "CreateMultiShipmentBc"
FETCH: Final = "GetLabelBc"
TOGETHER: Final = frozenset({"home", "home_predict"})  # a pickup point takes each parcel as it comes


@dataclass(frozen=True, slots=True)
class Numbered:
    """A parcel that DPD numbered, and what its barcode says."""

    number: str
    barcode: str


def build_several(requests: Sequence[LabelRequest], contract: Contract) -> bytes:
    """CarrierRefused: what the service refuses of any of them."""
    slaves = []
    for request in requests:
        services = services_of(request)  # each is looked at
        slaves.append(("SlaveRequest", reference_nodes(request)))
    content: tuple[Node, ...] = (
        *party_nodes(requests[0], contract, with_shipper_info=False),
        ("services", services),
        ("slaves", tuple(slaves)),
    )
    body: Node = (OPERATION, {"xmlns": NAMESPACE}, (("request", content),))
    return soap.envelope([body], header=[credentials(contract, NAMESPACE)])


def build_fetch(number: str, dpi: int, contract: Contract) -> bytes:
    customer: tuple[Node, ...] = (
        ("countrycode", FRANCE),
        ("centernumber", contract.center),
        ("number", contract.customer),
    )
    content: tuple[Node, ...] = (
        ("customer", customer),
        ("shipmentNumber", number),
        ("labelType", label_type(dpi)),
    )
    body: Node = (FETCH, {"xmlns": NAMESPACE}, (("request", content),))
    return soap.envelope([body], header=[credentials(contract, NAMESPACE)])


def parse_several(answer: Answer) -> tuple[Numbered, ...]:
    """The parcels that DPD numbered, in the order of the answer; at least one."""
    found = tuple(
        Numbered(number, text_of(each, "Shipment/BarCode"))
        for each in accepted(answer).iter("ShipmentBc")
        if (number := text_of(each, "Shipment/BarcodeId"))
    )
    if not found:
        raise lacks_label(answer)
    return found


def parse_fetched(answer: Answer) -> bytes:
    """b"": no whole label."""
    return zpl_in(accepted(answer))


def outcomes(
    fetched: Sequence[tuple[Numbered, bytes]], requests: Sequence[LabelRequest]
) -> tuple[Label | DeskError, ...]:
    """Of each request: its label, or that its parcel is in doubt, under its number where that is known."""
    found = told_apart([(each, each[1]) for each in fetched], [request.reference for request in requests])
    return tuple(_outcome(each, request) for each, request in zip(found, requests, strict=True))


def _outcome(found: tuple[Numbered, bytes] | None, request: LabelRequest) -> Label | DeskError:
    if found is None:
        return OutcomeUnknown(
            "DPD's answer does not say which number parcel {parcel} has. It may have been bought: check before asking "
            "again.",
            parcel=request.parcel_no,
            raw=OPERATION,
        )
    numbered, content = found
    if not content:
        return _unlabelled(numbered.number)
    codes = (numbered.barcode,) if numbered.barcode else ()
    return Label(
        carrier=CARRIER.code,
        service=request.service,
        tracking_number=numbered.number,
        format=LabelFormat.ZPL,
        content=content,
        aliases=tuple(code for code in codes if code != numbered.number),
        codes=codes,
    )


def _unlabelled(number: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "DPD numbered this parcel {number}, but its label did not come. Cancel that number with DPD before asking for "
        "another label.",
        number=number,
        raw=number,
    )
