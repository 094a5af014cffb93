"""Writes what ShipIT is asked for: labels, dry runs, voids, reprints, the end of the day.

Sources: specs/gls-shipit-openapi.yaml; lengths and signs from GLS's pages on ShipIT's REST services (names, street and
town of 40 characters, postcode 10, e-mail 80, references 40, notes 50, weights over 0.10 and under 99 kg).

The description writes `Zipcode` and `Email` where GLS's own samples and plug-ins write `ZIPCode` and `eMail`; a
server that knows one refuses the other as an unknown field, and the samples are what people ship with.
# unverified: no answer of the live service was seen.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from wismo_desk.carriers.gls.contract import PRODUCTS, Contract, Product, refused
from wismo_desk.domain.address import is_mobile
from wismo_desk.domain.customs import needs_customs
from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import LabelRequest, Remark
from wismo_desk.domain.states import has_states, state_code
from wismo_desk.errors import CarrierRefused

_LINE: Final = 40
_SHORTEST_STREET: Final = 4
_POSTCODE: Final = 10
_EMAIL: Final = 80
_REFERENCE: Final = 40
_NOTE: Final = 50
_LIGHTEST_G: Final = 110
_TOO_HEAVY_G: Final = 99_000
_TEMPLATES: Final = {203: "ZPL_200", 300: "ZPL_300"}
_FORBIDDEN: Final = re.compile(r'[\\"{},;()|]+')  # GLS: not allowed in text, and trouble where they stand
_SIGNS: Final = str.maketrans({"’": "'", "‘": "'", "“": "", "”": "", "«": "", "»": "", "–": "-", "—": "-"})
# A word stays with the house number behind it.
_TOKEN: Final = re.compile(r"\S+(?: \d\S*)?")


def build_label(request: LabelRequest, contract: Contract) -> bytes:
    """CarrierRefused: GLS would refuse it, or the address does not fit."""
    return to_json(label_body((request,), contract)[0])


def takes_together(request: LabelRequest) -> bool:
    """Parcels to a door that need no customs papers.  # unverified: no document says that others may not be several"""
    product, to = PRODUCTS.get(request.service), request.recipient
    at_door = product is not None and product.service != "service_shopdelivery"
    return at_door and not needs_customs(to.country, to.postcode)


def label_body(
    requests: Sequence[LabelRequest], contract: Contract
) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    """The parcels of one shipment as JSON, a ShipmentUnit each, and what had to be cut."""
    shipment, cuts = _shipment(requests[0], contract, requests[1:])
    return {"Shipment": shipment, "PrintingOptions": _printing(requests[0].dpi)}, cuts


def build_check(request: LabelRequest, contract: Contract) -> bytes:
    """The dry run: the same shipment, nothing to print."""
    return to_json({"Shipment": _shipment(request, contract)[0]})


def build_allowed(request: LabelRequest, contract: Contract) -> bytes:
    """Which products and services may go between the two addresses."""
    return to_json(
        {
            "Source": _location(request.shipper),
            "Destination": _location(request.recipient),
            "ContactID": contract.contact_id,
        }
    )


def build_reprint(track_id: str, dpi: int) -> bytes:
    """The same label once more. GLS files it by the day it was made; without one it looks at all.
    # unverified: that it does; the description makes every field optional."""
    return to_json({"TrackID": track_id, "PrintingOptions": _printing(dpi)})


def build_proof(track_id: str) -> bytes:
    return to_json({"TrackID": track_id})


def end_of_day(day: date) -> str:
    return f"/rs/shipments/endofday?date={day.isoformat()}"


def product_of(request: LabelRequest) -> Product:
    product = PRODUCTS.get(request.service)
    if product is None:
        raise refused("no_service")
    return product


def plain(said: str) -> str:
    """Without the signs that GLS does not allow, without emoji, and single spaces. Letters keep their accents: the
    service speaks UTF-8. # unverified: what it prints of letters that are not Latin."""
    signed = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", said.translate(_SIGNS)))
    kept = (" " if c.isspace() else c for c in signed if unicodedata.category(c)[0] not in "C" or c.isspace())
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in ("So", "Sk")).split())


def to_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _shipment(
    request: LabelRequest, contract: Contract, others: Sequence[LabelRequest] = ()
) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    product, recipient = product_of(request), request.recipient
    fit = _Fit()
    number = plain(request.order_number)
    shipment: dict[str, Any] = {
        "Product": product.name,
        "ShippingDate": request.ship_on.isoformat(),
        "Consignee": {
            "Category": "BUSINESS" if plain(recipient.company) else "PRIVATE",
            "Address": fit.address(recipient),
        },
        "Shipper": {"ContactID": contract.contact_id},
        "ShipmentUnit": [_unit(each, number) for each in (request, *others)],
    }
    if number:
        shipment["ShipmentReference"] = [number[:_REFERENCE]]
    if services := list(_services(request, product)):
        shipment["Service"] = services
    if contract.incoterm and needs_customs(recipient.country, recipient.postcode):
        shipment["IncotermCode"] = contract.incoterm
    return shipment, tuple(fit.remarks)


def _unit(request: LabelRequest, number: str) -> dict[str, Any]:
    """Rounded up to ten grams, never to less than was weighed."""
    if not 0 < request.weight_g < _TOO_HEAVY_G:
        raise refused("INVALID_FIELD_VALUE Weight")
    found: dict[str, Any] = {
        "ShipmentUnitReference": [request.reference[:_REFERENCE]],
        "Weight": -(-max(request.weight_g, _LIGHTEST_G) // 10) / 100,
        "Note2": request.reference[:_NOTE],  # printed, for whoever holds the parcel and not the file
    }
    if number:
        found["Note1"] = number[:_NOTE]
    if request.insured_cents:
        found["Service"] = [
            {
                "AddonLiability": {
                    "ServiceName": "service_addonliability",
                    "Amount": request.insured_cents / 100,
                    "Currency": request.currency,
                }
            }
        ]
    return found


def _services(request: LabelRequest, product: Product) -> Iterator[dict[str, Any]]:
    if product.service == "service_shopdelivery":
        if not request.pickup_point:
            raise refused("no_point")
        yield {"ShopDelivery": {"ServiceName": product.service, "ParcelShopID": request.pickup_point[:50]}}
    elif product.service:
        yield {"Service": {"ServiceName": product.service}}


def _printing(dpi: int) -> dict[str, Any]:
    template = _TEMPLATES.get(dpi)
    if template is None:
        raise refused("no_dpi")
    return {"ReturnLabels": {"TemplateSet": template, "LabelFormat": "ZEBRA"}}


def _location(party: Party) -> dict[str, str]:
    found = {"CountryCode": party.country, "ZIPCode": party.postcode.strip()}
    return {key: value for key, value in found.items() if value}


class _Fit:
    """Fits the recipient into GLS's fields and remembers what it had to cut."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def address(self, party: Party) -> dict[str, str]:
        name, company = plain(party.name), plain(party.company)
        first, *second = [said for said in (name, company) if said] or [""]
        if not first:
            raise refused("INVALID_FIELD_VALUE Consignee Name")
        street, *more = _lines(party.street)
        free = ("Name2", "Name3")[len(second) :]
        if len(more) > len(free):
            raise _too_long([street, *more])
        postcode = plain(party.postcode).upper()
        if len(postcode) > _POSTCODE:
            raise refused("INVALID_FIELD_VALUE Consignee ZIPCode")
        found = {
            "Name1": self.cut(first, _LINE),
            **{key: self.cut(said, _LINE) for key, said in zip(("Name2",), second, strict=False)},
            **dict(zip(free, more, strict=False)),
            "Street": street,
            "CountryCode": party.country,
            "ZIPCode": postcode,
            "City": self.cut(plain(party.city), _LINE),
            "Province": (state_code(party.country, party.state) or "") if has_states(party.country) else "",
            **_contact(party),
        }
        return {key: value for key, value in found.items() if value}

    def cut(self, said: str, most: int) -> str:
        """At the last whole word that fits; what was cut is remarked."""
        if len(said) <= most:
            return said
        head = said[: most + 1].rpartition(" ")[0]
        shown = head if len(head) > most // 2 else said[:most]
        sentence = "The label shows “{shown}” for “{text}”: there was no room for more."
        self.remarks.append(Remark(sentence, (("shown", shown), ("text", said))))
        return shown


def _contact(party: Party) -> dict[str, str]:
    """A mobile number where it may be one: GLS writes to it."""
    number = re.sub(r"[^\d+]", "", party.phone.replace("(0)", "")).replace("+", "00")[:35]
    key = "FixedLinePhonenumber" if is_mobile(party.phone, party.country) is False else "MobilePhoneNumber"
    email = party.email.strip()
    return {
        key: number if len(number) >= 4 else "",
        "eMail": email if len(email) <= _EMAIL and "@" in email else "",
    }


def _lines(street: tuple[str, ...]) -> list[str]:
    """The street with its number first, then what stood above and below it, in pieces that fit. Nothing is lost."""
    texts = [said for line in street if (said := plain(line))]
    at = next((n for n, said in enumerate(texts) if said[0].isdigit()), 0)
    ordered = [*texts[at : at + 1], *texts[:at], *texts[at + 1 :]]
    pieces = [piece for said in ordered for piece in _wrapped(said)]
    if not pieces or len(pieces[0]) < _SHORTEST_STREET:
        raise refused("INVALID_FIELD_VALUE Consignee Street")
    return pieces


def _wrapped(said: str) -> list[str]:
    """In pieces of whole words that fit a line, a house number with its street."""
    pieces = [""]
    for token in _TOKEN.findall(said):
        for word in [token] if len(token) <= _LINE else token.split():
            if len(word) > _LINE:
                raise _too_long([said])
            longer = f"{pieces[-1]} {word}".strip()
            if len(longer) <= _LINE:
                pieces[-1] = longer
            else:
                pieces.append(word)
    return pieces


def _too_long(pieces: list[str]) -> CarrierRefused:
    return CarrierRefused(
        "The address “{text}” does not fit GLS's label: a street of {most} characters, and what room the names leave. "
        "Shorten it.",
        text=" ".join(pieces),
        most=_LINE,
        field="recipient.street",
        raw="length",
    )
