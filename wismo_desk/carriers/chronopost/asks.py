"""What Chronopost is asked, as SOAP bytes: the elements of its WSDLs in their order, children without a namespace.

Source: chronopost-shipping.wsdl, chronopost-tracking.wsdl, and for pickup points Chronopost's "Web Services"
document VL3.24.10.14, chapter 2.4.2.a. Pure: no clock, no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from wismo_desk.carriers.chronopost.products import PRODUCTS, Product, point_product
from wismo_desk.carriers.chronopost.texts import (
    CITY,
    CONTENT,
    EMAIL,
    NAME,
    POSTCODE,
    REFERENCE,
    centimetres,
    cut,
    euros,
    kilograms,
    latin,
    phone,
    two_lines,
)
from wismo_desk.domain.order import Party
from wismo_desk.domain.pickup import PickupPoint, PointSearch
from wismo_desk.domain.shipment import Article, LabelRequest
from wismo_desk.errors import CarrierRefused
from wismo_desk.web.soap import envelope
from wismo_desk.web.xml import Node

SHIPPING: Final = "http://cxf.shipping.soap.chronopost.fr/"
TRACKING: Final = "http://cxf.tracking.soap.chronopost.fr/"
POINTS: Final = "http://cxf.rechercheBt.soap.chronopost.fr/"

_COUNTRIES: Final = {"MC": "FR", "MF": "GP"}
_FRENCH: Final = "fr_FR"  # the code table knows the news in French
_FRIDAY: Final = 4
_NOON: Final = 12  # a day of shipping is known here, no hour
_MOST_POINTS: Final = 25
_FARTHEST_KM: Final = 40
_MOST_CONTENTS: Final = 5
# Member states by ISO 3166-1, and Monaco, which is inside the Union's customs territory.
_UNION: Final = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """The contract: eight digits, a password, and the number of a sub-account ("0" for none)."""

    number: str
    password: str
    sub_account: str = "0"


def check(request: LabelRequest) -> Product:
    """What is bought. CarrierRefused: it cannot be asked for like this; nothing has left."""
    product = PRODUCTS.get(request.service)
    if product is None:
        raise CarrierRefused(
            "Chronopost does not deliver by {service}. Choose another service.",
            service=request.service,
            field="service",
            raw="SERVICE",
        )
    most_g = product.sold_as.max_weight_g
    if most_g and request.weight_g > most_g:
        raise CarrierRefused(
            "Chronopost takes at most {limit} kg by this service. Divide the parcel or choose another service.",
            limit=most_g // 1000,
            field="weight",
            raw="WEIGHT",
        )
    at_home = country(request.recipient.country) == "FR"
    if product.saturday and (request.ship_on.weekday() != _FRIDAY or not at_home):
        raise CarrierRefused(
            "Chronopost delivers on a Saturday only in France, and only what it was given on the Friday before. "
            "Choose the same service without Saturday.",
            field="service",
            raw="SATURDAY",
        )
    if product.sold_as.pickup_point and not request.pickup_point:
        raise CarrierRefused(
            "This service delivers to a pickup point, and none was chosen. Choose one.",
            field="pickup_point",
            raw="POINT",
        )
    if product.customs and request.recipient.country not in _UNION and not request.articles:
        raise CarrierRefused(
            "Customs ask what is in this parcel and what it is worth. Enter the articles.",
            field="articles",
            raw="ARTICLES",
        )
    return product


def build_label(account: Account, request: LabelRequest, point: PickupPoint | None = None) -> bytes:
    """One parcel, one label in ZPL, and a reservation under which Chronopost keeps it.

    A parcel for a pickup point is addressed to the point itself, and the person who fetches it stands in the second
    name (3.2).
    """
    return build_labels(account, (request,), point)


def takes_together(request: LabelRequest) -> bool:
    """Parcels to a door in France. Others go one by one: a pickup point takes each as it comes, and customs are told
    of each parcel's contents.  # unverified: the document does not say that those may not be several"""
    product = PRODUCTS.get(request.service)
    at_home = country(request.recipient.country) == "FR"
    return product is not None and not product.sold_as.pickup_point and at_home


def build_labels(
    account: Account, requests: Sequence[LabelRequest], point: PickupPoint | None = None
) -> bytes:
    """The parcels of one shipment: the addresses stand once, a reference and a skybill for each parcel, which says how
    many they are and which of them it is (bulkNumber, skybillRank). What stands more than once stands numberOfParcel
    times. unverified: multiParcel Y, which the WSDL leaves free."""
    request = requests[0]
    product = check(request)
    to, fetched_by = request.recipient, ""
    if point is not None:
        fetched_by = latin(to.name or to.company, "recipient.name")
        there = {"postcode": point.postcode, "city": point.city, "country": point.country}
        to = replace(to, company=point.name, name="", street=(point.street,), **there)
    return _soap(
        SHIPPING,
        "shippingMultiParcelV4",
        (
            ("headerValue", _contract(account)),
            ("shipperValue", (*_party("shipper", request.shipper), ("shipperType", "1"))),
            ("customerValue", (*_party("customer", request.shipper), ("printAsSender", "N"))),
            ("recipientValue", _recipient(to, fetched_by)),
            *(("refValue", _references(each, point)) for each in requests),
            *(
                ("skybillValue", _skybill(each, product, rank, len(requests)))
                for rank, each in enumerate(requests, start=1)
            ),
            ("skybillParamsValue", _paper(request.dpi)),
            ("password", account.password),
            ("modeRetour", "2"),  # Chronopost writes no e-mail with the label
            ("numberOfParcel", len(requests)),
            ("version", "2.0"),
            ("multiParcel", "Y" if len(requests) > 1 else "N"),
        ),
    )


def country(code: str) -> str:
    """As Chronopost's list writes it (4.2): Monaco counts as France, the French part of Saint-Martin as Guadeloupe."""
    return _COUNTRIES.get(code, code)


def label_mode(dpi: int) -> str:
    """unverified at 300 dpi: ZPL300 stands in the text of chapter 2.3.2.b8, not in its list of formats."""
    return "Z2D" if dpi < 300 else "ZPL300"


def build_reserved(account: Account, reservation: str, dpi: int) -> bytes:
    """The label of a reservation once more. `numberSearch` is the reservation number (2.3.3.a)."""
    return _soap(
        SHIPPING,
        "getReservedSkybillWithTypeAndModeAuth",
        (
            ("numberSearch", reservation),
            ("mode", label_mode(dpi)),
            ("accountNumber", account.number),
            ("password", account.password),
        ),
    )


def build_track(number: str) -> bytes:
    """Needs no account."""
    return _soap(TRACKING, "trackSkybillV2", (("language", _FRENCH), ("skybillNumber", number)))


def build_void(account: Account, number: str) -> bytes:
    return _soap(TRACKING, "cancelSkybill", (*_signed(account), ("skybillNumber", number)))


def build_proof(account: Account, number: str) -> bytes:
    return _soap(TRACKING, "searchPOD", (*_signed(account), ("skybillNumber", number), ("pdf", "true")))


def build_points(account: Account, search: PointSearch, *, day: date) -> bytes:
    """Shops and lockers that deliver (type P, service L), nearest first; `day` is when the parcel is handed over."""
    return _soap(
        POINTS,
        "recherchePointChronopostInter",
        (
            ("accountNumber", account.number),
            ("password", account.password),
            ("address", latin(search.street, "recipient.street")[:200]),
            ("zipCode", search.postcode),
            ("city", cut(latin(search.city, "recipient.city"), CITY)),
            ("countryCode", country(search.country)),
            ("type", "P"),
            ("productCode", point_product(search.country)),
            ("service", "L"),
            ("weight", search.weight_g or None),
            ("shippingDate", f"{search.ship_on or day:%d/%m/%Y}"),
            ("maxPointChronopost", min(search.most, _MOST_POINTS)),
            ("maxDistanceSearch", _FARTHEST_KM),
            ("holidayTolerant", 1),
            ("language", "FR"),
            ("version", "2.0"),
        ),
    )


def build_point(account: Account, point: str, where: str) -> bytes:
    """One pickup point by its number. unverified: this operation stands in the service's WSDL as several public
    clients keep it, not in Chronopost's document."""
    return _soap(
        POINTS,
        "rechercheDetailPointChronopostInter",
        (
            ("accountNumber", account.number),
            ("password", account.password),
            ("identifiant", point),
            ("countryCode", country(where)),
            ("language", "FR"),
            ("version", "2.0"),
        ),
    )


def _soap(namespace: str, operation: str, content: Sequence[Node]) -> bytes:
    return envelope(((f"chr:{operation}", {"xmlns:chr": namespace}, content),))


def _contract(account: Account) -> tuple[Node, ...]:
    return (("accountNumber", account.number), ("idEmit", "CHRFR"), ("subAccount", account.sub_account))


def _paper(dpi: int) -> tuple[Node, ...]:
    """With a reservation and the label at once (withReservation 2)."""
    return (("duplicata", "N"), ("mode", label_mode(dpi)), ("withReservation", 2))


def _signed(account: Account) -> tuple[Node, ...]:
    return (("accountNumber", account.number), ("password", account.password), ("language", _FRENCH))


def _party(role: str, party: Party) -> tuple[Node, ...]:
    """The shop, as shipper and as customer. Chronopost asks for a civility of companies, too."""
    first, second = two_lines(party.street, "shipper.street")
    name, person = _names(party, "shipper.name")
    return (
        (f"{role}Adress1", first),
        (f"{role}Adress2", second),
        (f"{role}City", cut(latin(party.city, "shipper.city"), CITY)),
        (f"{role}Civility", "M"),
        (f"{role}ContactName", cut(person or name, NAME)),
        (f"{role}Country", country(party.country)),
        (f"{role}Email", party.email[:EMAIL]),
        (f"{role}Name", cut(name, NAME)),
        (f"{role}Name2", cut(person, NAME)),
        (f"{role}Phone", phone(party.phone, party.country)),
        (f"{role}PreAlert", 0),
        (f"{role}ZipCode", party.postcode[:POSTCODE]),
    )


def _recipient(party: Party, fetched_by: str) -> tuple[Node, ...]:
    """A company with its person, or a person; at a pickup point the shop, and who fetches it (3.1, 3.2)."""
    first, second = two_lines(party.street, "recipient.street")
    name, person = _names(party, "recipient.name")
    person = fetched_by or person
    return (
        ("recipientAdress1", first),
        ("recipientAdress2", second),
        ("recipientCity", cut(latin(party.city, "recipient.city"), CITY)),
        ("recipientContactName", cut(person or name, NAME)),
        ("recipientCountry", country(party.country)),
        ("recipientEmail", party.email[:EMAIL]),
        ("recipientName", cut(name, NAME)),
        ("recipientName2", cut(person, NAME)),
        ("recipientPhone", phone(party.phone, party.country)),
        ("recipientPreAlert", 0),
        ("recipientZipCode", party.postcode[:POSTCODE]),
        ("recipientType", "1" if party.company else "2"),
    )


def _names(party: Party, field: str) -> tuple[str, str]:
    company, name = latin(party.company, field), latin(party.name, field)
    return (company, name) if company else (name, "")


def _references(request: LabelRequest, point: PickupPoint | None) -> tuple[Node, ...]:
    """Our reference twice: printed as a barcode on a Z2D label, and what Chronopost can be asked for later."""
    return (
        ("customerSkybillNumber", request.reference),
        ("recipientRef", cut(latin(request.order_number, "recipient"), REFERENCE)),
        ("shipperRef", request.reference),
        ("idRelais", point.point_id if point else ""),
    )


def _skybill(request: LabelRequest, product: Product, rank: int, count: int) -> tuple[Node, ...]:
    length, width, height = request.size_mm or (0, 0, 0)
    return (
        ("bulkNumber", count),
        *_contents(request),
        ("evtCode", "DC"),
        *_insurance(request),
        ("objectType", "MAR"),
        ("productCode", product.product),
        ("service", product.day(request.weight_g)),
        ("shipDate", f"{request.ship_on:%Y-%m-%d}T{_NOON}:00:00"),
        ("shipHour", _NOON),
        ("skybillRank", rank),
        ("weight", kilograms(request.weight_g)),
        ("weightUnit", "KGM"),
        ("height", centimetres(height)),
        ("length", centimetres(length)),
        ("width", centimetres(width)),
    )


def _contents(request: LabelRequest) -> tuple[Node, ...]:
    """For parcels that leave France: what is in them, the most telling article first, and their value (4.8).

    unverified: the unit of customsValue. The document says cents of the insured value and nothing of this one; shop
    code sends euros.
    """
    if country(request.recipient.country) == "FR" or not request.articles:
        return ()

    def telling(article: Article) -> tuple[int, int]:
        return article.quantity, article.value_cents

    articles = sorted(request.articles, key=telling, reverse=True)[:_MOST_CONTENTS]
    worth = sum(each.quantity * each.value_cents for each in request.articles)
    lines = [cut(latin(each.description, "articles"), CONTENT) for each in articles]
    return (
        *((f"content{place}", line) for place, line in enumerate(lines, start=1)),
        ("customsCurrency", request.currency),
        ("customsValue", euros(worth)),
    )


def _insurance(request: LabelRequest) -> tuple[Node, ...]:
    """In cents. Chronopost charges for it, so it is named only when it was asked for."""
    if not request.insured_cents:
        return ()
    return (("insuredCurrency", request.currency), ("insuredValue", request.insured_cents))
