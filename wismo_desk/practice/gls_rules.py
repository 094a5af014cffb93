"""What practice GLS refuses, and which parcel shops it has. Pure.

The faults are those of GLS's pages on ShipIT's REST services, and their wording has its shape; the rules of the dry run
are known by name from public connectors only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

CONTACT: Final = "250EXERCICE"
PRODUCTS: Final = ("PARCEL", "EXPRESS")
SERVICES: Final = (
    "service_flexdelivery",
    "service_signature",
    "service_shopdelivery",
    "service_1300",
    "service_addonliability",
)
TEMPLATES: Final = {"ZPL_200": 203, "ZPL_300": 300}
_ADDRESS: Final = {
    **dict.fromkeys(("Name1", "Name2", "Name3", "Street", "StreetNumber", "City", "ContactPerson"), 40),
    "CountryCode": 2,
    "ZIPCode": 10,
    "eMail": 80,
    "MobilePhoneNumber": 35,
    "FixedLinePhonenumber": 35,
    "Province": 40,
}
_MANDATORY: Final = ("Name1", "Street", "City", "CountryCode")
_SHOP: Final = re.compile(r"25\d{5}[1-3]")
_SHOPS: Final = (
    ("Tabac Exemple", "rue des Essais", "3"),
    ("Fleurs Exemple", "place du Modèle", "12"),
    ("Presse Exemple", "quai Fictif", "8"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the code and message of the headers, and the rule that the dry run names."""

    code: str
    message: str
    rule: str = "COMMON"


def missing(name: str) -> Fault:
    return Fault("MANDATORY_PARAMETER_NOT_SET", f"The Mandatory parameter {name} is not set")


def invalid(path: str, why: str, rule: str = "COMMON") -> Fault:
    message = f"Invalid field {path}. Value is not a valid value. {why}"
    return Fault("INVALID_FIELD_VALUE", message, rule)


def faults(shipment: object) -> Iterator[Fault]:
    """Everything wrong with a shipment, the gravest first."""
    if not isinstance(shipment, Mapping):
        yield missing("Shipment")
        return
    contact = _inside(shipment.get("Shipper")).get("ContactID")
    if contact != CONTACT:
        yield invalid(
            "Shipment.Shipper.ContactID", "Shipper does not exist or is not available for the user."
        )
    if shipment.get("Product") not in PRODUCTS:
        yield invalid(
            "ShipmentRequestData.Shipment.Product", "No matching product", "ARTICLES_PRODUCT_MUST_BE_SET"
        )
    yield from _address_faults(_inside(_inside(shipment.get("Consignee")).get("Address")))
    yield from _unit_faults(shipment.get("ShipmentUnit"))
    for service in shipment.get("Service", []):
        yield from _service_faults(service)


def _address_faults(address: Mapping[str, Any]) -> Iterator[Fault]:
    path = "Shipment.Consignee.Address"
    for name in _MANDATORY:
        if not address.get(name):
            yield missing(f"{path}.{name}")
    for name, said in address.items():
        most = _ADDRESS.get(name)
        if most is None:
            yield Fault("INVALID_FIELD_VALUE", f"Unrecognized field {name}")
        elif len(str(said)) > most:
            yield invalid(f"{path}.{name}", f"Value is too long. Maximum is {most}")
    if len(str(address.get("Street", "xxxx"))) < 4:
        yield invalid(f"{path}.Street", "Value is too short.")
    french = address.get("CountryCode") == "FR"
    if french and not re.fullmatch(r"\d{5}", str(address.get("ZIPCode", "")), re.ASCII):
        yield invalid(f"{path}.ZIPCode", "Shipment validation failed", "ADDRESS_VALID_ZIPCODE")


def _unit_faults(units: object) -> Iterator[Fault]:
    if not isinstance(units, list) or not units:
        yield missing("Shipment.ShipmentUnit")
        return
    for unit in units:
        weight = _inside(unit).get("Weight")
        if not isinstance(weight, int | float) or not 0.1 < weight < 99:
            yield invalid(
                "Shipment.ShipmentUnit.Weight", "Shipment validation failed", "ARTICLES_PRODUCT_WEIGHT"
            )
        for reference in _inside(unit).get("ShipmentUnitReference", []):
            if len(str(reference)) > 40:
                yield invalid(
                    "Shipment.ShipmentUnit.ShipmentUnitReference", "Value is too long. Maximum is 40"
                )


def _service_faults(service: object) -> Iterator[Fault]:
    for kind, details in _inside(service).items():
        name = _inside(details).get("ServiceName")
        if name not in SERVICES:
            yield invalid("Shipment.Service.ServiceName", "Unknown service", "ARTICLE_COMBINATIONS")
        if kind == "ShopDelivery":
            shop = str(_inside(details).get("ParcelShopID", ""))
            if not shop:
                yield missing("ParcelShopID")
            elif not _SHOP.fullmatch(shop):
                yield invalid("Shipment.Service.ShopDelivery.ParcelShopID", "Unknown parcel shop")


def shops(postcode: str, most: int) -> list[dict[str, Any]]:
    """Three made-up shops at a French postcode; none at any other."""
    if not re.fullmatch(r"\d{5}", postcode, re.ASCII):
        return []
    found = [_shop(postcode, place, *shop) for place, shop in enumerate(_SHOPS, start=1)]
    return found[:most]


def _shop(postcode: str, place: int, name: str, street: str, number: str) -> dict[str, Any]:
    hours = {"OpeningHours": [{"From": "09:00:00", "To": "19:00:00"}]}
    pause = {"OpeningHours": [{"From": "12:30:00", "To": "14:00:00"}]}
    days = [
        {"DayOfWeek": day, "OpeningHours": hours, "Breaks": pause} for day in ("TUE", "WED", "THU", "FRI")
    ]
    return {
        "ParcelShopID": f"25{postcode}{place}",
        "Location": {"CountryCode": "FR", "ZIPCode": postcode},
        "Address": {
            "Name1": name,
            "CountryCode": "FR",
            "ZIPCode": postcode,
            "City": "Ville-Exemple",
            "Street": street,
            "StreetNumber": number,
        },
        "WorkingDay": [*days, {"DayOfWeek": "SAT", "OpeningHours": hours}],
        "Holidays": [{"StartDate": "2026-12-24", "EndDate": "2026-12-26"}] if place == 2 else [],
        "AirlineDistance": f"0.{place}",
    }


def _inside(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
