"""What Mondial Relay's practice server refuses, in API 2's own codes and levels. Pure.

Codes: “Dual Carrier Web Service” 2.7.1. The texts are ours, in French as an account with Culture fr-FR gets them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from wismo_desk.web.xml import text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

POINTS: Final = ("24R", "24L")
_MODES: Final = (*POINTS, "HOM", "LCC", "XOH")
_COLLECTIONS: Final = ("CCC", "REL")
_POINT: Final = re.compile(r"([A-Z]{2})-(\d{5})([0-9])")
_LINE: Final = re.compile(r"[0-9A-Z_\-'., /]*")
_CITY: Final = re.compile(r"[A-Z_\-' ]{2,30}")
_PLACES: Final = "1234"  # the last digits of the points that exist
# unverified: the code beside this text was never seen
NO_TARIFF: Final = ("99999", "Error", "Service_Expedition_EchecRecuperationTarif")


class Status(NamedTuple):
    code: str
    level: str
    message: str

    @property
    def stops(self) -> bool:
        return "Error" in self.level


def label_faults(root: Element) -> Iterator[Status]:
    """Everything wrong with a request whose login is right, warnings included."""
    if text_of(root, "OutputOptions/OutputType") != "ZplCode":
        yield _error(10010, "Type de sortie inconnu")
    if not re.fullmatch(r"Generic_ZPL_10x15_\d{3}dpi", text_of(root, "OutputOptions/OutputFormat")):
        yield _warning(10008, "Format de sortie inconnu, ignoré")
    shipment = root.find("ShipmentsList/Shipment")
    if shipment is None:
        yield _error(10011, "Aucun envoi dans la demande")
        return
    if not re.fullmatch(r"[0-9A-Z_-]{0,15}", text_of(shipment, "OrderNo")):
        yield _warning(10014, "Numéro de commande invalide, ignoré")
    yield from _parcel_faults(shipment)
    yield from _mode_faults(shipment)
    for name, missing in (("Sender", 10012), ("Recipient", 10013)):
        address = shipment.find(f"{name}/Address")
        if address is None:
            yield _error(missing, "Adresse absente")
        else:
            yield from _address_faults(address)


def _parcel_faults(shipment: Element) -> Iterator[Status]:
    count, parcels = text_of(shipment, "ParcelCount"), shipment.findall("Parcels/Parcel")
    if not count:
        yield _error(10016, "Nombre de colis absent")
    elif not re.fullmatch(r"\d{1,2}", count):
        yield _error(10017, "Nombre de colis invalide")
    elif int(count) != len(parcels):
        yield _error(10065, "Nombre de colis différent des colis décrits")
    elif len(parcels) > 1 and _mode(shipment, "DeliveryMode") != "24L":
        yield _error(10070, "Envoi en plusieurs colis interdit pour ce produit")
    for parcel in parcels:
        weight = parcel.find("Weight")
        if weight is None:
            yield _error(10033, "Poids absent")
        elif not re.fullmatch(r"\d{2,10}", weight.get("Value", "")):
            yield _error(10034, "Poids invalide")


def _mode_faults(shipment: Element) -> Iterator[Status]:
    delivery, collection = _mode(shipment, "DeliveryMode"), _mode(shipment, "CollectionMode")
    if delivery not in _MODES:
        yield _error(10024 if delivery else 10023, "Mode de livraison absent ou invalide")
    if collection not in _COLLECTIONS:
        yield _error(10027 if collection else 10026, "Mode de collecte absent ou invalide")
    if delivery in POINTS:
        yield from _point_faults(shipment)
    if delivery == "HOM" and not text_of(shipment, "Recipient/Address/PhoneNo"):
        yield _error(10085, "Numéro de téléphone obligatoire")


def _point_faults(shipment: Element) -> Iterator[Status]:
    node = shipment.find("DeliveryMode")
    found = _POINT.fullmatch("" if node is None else node.get("Location", ""))
    if found is None:
        yield _error(10074, "Aucun Point Relais pour ce produit")
    elif found[3] not in _PLACES:
        yield _error(10071, "Point Relais inconnu")
    elif found[1] != text_of(shipment, "Recipient/Address/CountryCode"):
        yield _error(10073, "Point Relais impossible pour cet envoi")


def _address_faults(address: Element) -> Iterator[Status]:
    street, city = text_of(address, "Streetname"), text_of(address, "City")
    country, postcode = text_of(address, "CountryCode"), text_of(address, "PostCode")
    if not text_of(address, "AddressAdd1") and not (
        text_of(address, "Firstname") and text_of(address, "Lastname")
    ):
        yield _error(10013, "Nom absent")
    if not street:
        yield _error(10040, "Rue absente")
    elif not _LINE.fullmatch(street):
        yield _error(10039, "Rue invalide")
    elif len(street + text_of(address, "HouseNo")) > 40:
        yield _error(10063, "Rue trop longue")
    if not re.fullmatch(r"[A-Z]{2}", country):
        yield _error(10042 if country else 10043, "Pays absent ou invalide")
    if not postcode:
        yield _error(10045, "Code postal absent")
    elif country == "FR" and not re.fullmatch(r"\d{5}", postcode):
        yield _error(10044, "Code postal invalide")
    if not _CITY.fullmatch(city):
        yield _error(10046 if city else 10047, "Ville absente ou invalide")
    for place in (1, 2, 3):
        line = text_of(address, f"AddressAdd{place}")
        if len(line) > 30 or not _LINE.fullmatch(line):
            yield _warning(10047 + place, "Complément d'adresse invalide, ignoré")
    if not re.fullmatch(r"(?:\+\d{6,18})?", text_of(address, "PhoneNo")):
        yield _warning(10051, "Téléphone invalide, ignoré")


def _mode(shipment: Element, name: str) -> str:
    node = shipment.find(name)
    return "" if node is None else node.get("Mode", "")


def _error(code: int, message: str) -> Status:
    return Status(str(code), "Error", message)


def _warning(code: int, message: str) -> Status:
    return Status(str(code), "Warning", message)
