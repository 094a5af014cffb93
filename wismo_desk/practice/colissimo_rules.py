"""What practice Colissimo refuses, in Colissimo's codes and lengths, and which pickup points it has. Pure.

Lengths and what is mandatory when: specs/colissimo-sls-openapi.json. Its sentences are ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

Fault = tuple[str, str]  # code, sentence

_FORMATS: Final = re.compile(r"ZPL_10x15_(203|300)dpi|PDF_10x15_300dpi|PDF_A4_300dpi")
PRODUCTS: Final = frozenset({"DOM", "DOS", "HD", "COM", "CDS", "ECO", "CORE"})
_OVERSEAS: Final = frozenset({"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF", "TF"})
_UNION: Final = frozenset({"FR", "MC", "BE", "DE", "ES", "IT", "LU", "NL", "PT", "AT", "IE", "PL"})
_PHONE: Final = re.compile(r"(?:0|\+33)[67]\d{8}|\+\d{8,14}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LENGTHS: Final = {
    **dict.fromkeys(("companyName", "lastName", "line0", "line1", "line2", "line3", "city"), 35),
    "firstName": 29,
}
_GROUPING: Final = (
    "TYPE_MULTI_PARCEL",
    "PARCEL_ITERATION_NUMBER",
    "TOTAL_NUMBER_PARCEL",
    "LIST_FOLLOWER_PARCEL",
)
_GROUPED: Final = 5
_POINT: Final = re.compile(r"[0-9]{5}([1-4])")
_SHUT: Final = "4"
_PLACES: Final = (
    ("Bureau de poste Exemple", "BPR"),
    ("Tabac Exemple", "A2P"),
    ("Consigne Pickup Exemple", "A2P"),
)


def faults(asked: Mapping[str, Any], *, today: date) -> Iterator[Fault]:
    """Everything wrong with a request for a label, the first thing first."""
    letter = _record(asked.get("letter"))
    service, parcel = _record(letter.get("service")), _record(letter.get("parcel"))
    product = service.get("productCode")
    if not product:
        yield "30014", "Code produit absent"
        return
    if product not in PRODUCTS:
        yield "30015", "Code produit incorrect"
        return
    if not _FORMATS.fullmatch(str(_record(asked.get("outputFormat")).get("outputPrintingType", ""))):
        yield "30026", "Format d'impression incorrect"
    yield from _day(service.get("depositDate"), today)
    sender, addressee = (_record(_record(letter.get(who)).get("address")) for who in ("sender", "addressee"))
    yield from _sender(sender)
    yield from _addressee(addressee, str(product), str(service.get("commercialName", "")))
    yield from _parcel(parcel, str(product))
    yield from _customs(
        _record(letter.get("customsDeclarations")), service, str(addressee.get("countryCode"))
    )


def grouping(asked: Mapping[str, Any]) -> dict[str, str]:
    """The fields by which a parcel says that it is one of several; empty for one alone."""
    listed = _record(asked.get("fields")).get("field", [])
    said = {str(each.get("key")): str(each.get("value")) for each in map(_record, listed)}
    return {key: said[key] for key in _GROUPING if key in said}


def group_faults(group: Mapping[str, str], is_follower: Callable[[str], bool]) -> Iterator[Fault]:
    """`is_follower`: whether a number is that of a parcel sold as one. The code is an invention: no document says what
    Colissimo answers."""
    if not group:
        return
    role, place, total = (group.get(key, "") for key in _GROUPING[:3])
    if role not in ("FOLLOWER", "MASTER"):
        yield "99990", "Type de colis groupé incorrect"
    elif not (place.isdecimal() and total.isdecimal() and 1 <= int(place) <= int(total) <= _GROUPED):
        yield "99990", "Rang ou nombre de colis groupés incorrect"
    listed = [number for number in group.get("LIST_FOLLOWER_PARCEL", "").split("/") if number]
    if role == "MASTER" and (str(len(listed) + 1) != total or not all(map(is_follower, listed))):
        yield "99990", "Liste des colis suiveurs incorrecte"
    elif role == "FOLLOWER" and listed:
        yield "99990", "Un colis suiveur ne liste rien"


def fits(address: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The address as it will be printed, and what was cut: Colissimo cuts on the right and goes on."""
    cut = {
        key: str(address[key])[:most]
        for key, most in _LENGTHS.items()
        if len(str(address.get(key, ""))) > most
    }
    return {**address, **cut}, sorted(cut.items())


def _day(said: Any, today: date) -> Iterator[Fault]:
    try:
        day = date.fromisoformat(str(said)[:10])
    except ValueError:
        yield "30010", "Date de dépôt absente"
        return
    if day < today:
        yield "30002", "Date de dépôt passée"


def _sender(address: Mapping[str, Any]) -> Iterator[Fault]:
    for key, code in (("line2", "30100"), ("countryCode", "30102"), ("city", "30104"), ("zipCode", "30106")):
        if not address.get(key):
            yield code, f"{key} de l'expéditeur absent"
    if not (address.get("companyName") or address.get("lastName")):
        yield "30065", "Nom de l'expéditeur absent"


def _addressee(address: Mapping[str, Any], product: str, shop: str) -> Iterator[Fault]:
    country = str(address.get("countryCode", ""))
    if not (address.get("companyName") or address.get("lastName")):
        yield "30200", "Nom du destinataire absent"
    for key, code in (("line2", "30204"), ("countryCode", "30206"), ("city", "30208"), ("zipCode", "30210")):
        if not address.get(key):
            yield code, f"{key} du destinataire absent"
    if country in ("FR", *_OVERSEAS) and not re.fullmatch(r"[0-9]{5}", str(address.get("zipCode", ""))):
        yield "30211", "Code postal du destinataire incorrect"
    if product in ("COM", "CDS", "ECO") and country not in _OVERSEAS:
        yield "30213", "Destination incorrecte pour ce produit"
    if product == "CORE" and not address.get("companyName"):
        yield "30089", "Raison sociale du destinataire absente"
    if product == "HD":
        yield from _away_from_home(address, shop)
    odd = next((c for value in address.values() for c in str(value) if c > "ÿ"), "")
    if odd:
        yield "30600", f"Caractère {odd} non valide"


def _away_from_home(address: Mapping[str, Any], shop: str) -> Iterator[Fault]:
    if not shop:
        yield "30018", "Nom commercial absent"
    if not address.get("firstName"):
        yield "30202", "Prénom du destinataire absent"
    mobile, email = str(address.get("mobileNumber", "")), str(address.get("email", ""))
    if not mobile:
        yield "30220", "Portable du destinataire absent"
    elif not _PHONE.fullmatch(mobile):
        yield "30221", "Portable du destinataire incorrect"
    if not email:
        yield "30222", "Courriel du destinataire absent"
    elif not _EMAIL.fullmatch(email):
        yield "30223", "Courriel du destinataire incorrect"


def _parcel(parcel: Mapping[str, Any], product: str) -> Iterator[Fault]:
    weight = parcel.get("weight")
    if weight is None:
        yield "30300", "Poids absent"
    elif not isinstance(weight, int | float) or not 0.01 <= weight <= 30 or round(weight, 2) != weight:
        yield "30301", "Poids incorrect"
    if parcel.get("insuranceValue", 0) > (100_000 if product == "HD" else 500_000):
        yield "30309", "Valeur assurée incorrecte"
    point = _POINT.fullmatch(str(parcel.get("pickupLocationId", "")))
    if product == "HD" and not parcel.get("pickupLocationId"):
        yield "30400", "Point de retrait absent"
    elif product == "HD" and (point is None or point[1] == _SHUT):
        yield "30401", "Point de retrait incorrect"


def _customs(customs: Mapping[str, Any], service: Mapping[str, Any], country: str) -> Iterator[Fault]:
    if country in _UNION and not customs:
        return
    contents = _record(customs.get("contents"))
    articles = contents.get("article")
    if not isinstance(articles, list) or not articles:
        yield "30505", "Articles absents"
        return
    if len(articles) > 100:
        yield "30523", "Trop d'articles"
    if not _record(contents.get("category")).get("value"):
        yield "30503", "Catégorie d'envoi absente"
    if not service.get("totalAmount"):
        yield "30020", "Frais de transport absents"
    for article in map(_record, articles):
        for key, code in (
            ("description", "30510"),
            ("quantity", "30512"),
            ("weight", "30514"),
            ("value", "30516"),
        ):
            if not article.get(key):
                yield code, f"{key} d'un article absent"
        if not re.fullmatch(r"\d{6}|\d{8}|\d{10}", str(article.get("hsCode", ""))):
            yield "30519", "Numéro tarifaire incorrect"
        if not re.fullmatch(r"[A-Z]{2}", str(article.get("originCountry", ""))):
            yield "30521", "Pays d'origine incorrect"


def _record(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def points(postcode: str, country: str) -> list[dict[str, Any]]:
    """Three made-up points and one that is on leave for good; far ones first, for nobody promises an order."""
    if not re.fullmatch(r"[0-9]{5}", postcode):
        return []
    days = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi")
    open_days = {f"horairesOuverture{day}": "08:30-12:00 14:00-18:30" for day in days}
    shut_days = {f"horairesOuverture{day}": "00:00-00:00 00:00-00:00" for day in ("Samedi", "Dimanche")}
    found: list[dict[str, Any]] = [
        {
            "identifiant": f"{postcode}{place}",
            "nom": name,
            "adresse1": f"{10 * place} rue des Essais",
            "adresse2": "",
            "adresse3": "",
            "codePostal": postcode,
            "localite": "VILLE-EXEMPLE",
            "codePays": country,
            "coordGeolocalisationLatitude": f"48.1{place}",
            "coordGeolocalisationLongitude": "-1.68",
            **open_days,
            **shut_days,
            "typeDePoint": kind,
            "poidsMaxi": 30_000 if kind == "BPR" else 20_000,
            "distanceEnMetre": 250 * place,
            "congesTotal": str(place) == _SHUT,
            "congesPartiel": False,
            "listeConges": [],
            "reseau": "R01",
        }
        for place, (name, kind) in enumerate((*_PLACES, ("Fleurs Exemple", "A2P")), start=1)
    ]
    return found[::-1]
