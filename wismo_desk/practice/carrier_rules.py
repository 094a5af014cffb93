"""What the practice carrier refuses, what it charges, and which pickup points it has. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

_POINT: Final = re.compile(r"EX(\d{5})([1-4])")
_CLOSED: Final = "4"
_STREETS: Final = ("3 rue des Essais", "12 place du Modèle", "27 avenue de la Démonstration", "8 quai Fictif")
_SHOPS: Final = ("Tabac Exemple", "Fleurs Exemple", "Presse Exemple", "Garage Exemple")
_LOCKER: Final = 3  # the third of them
_HOLIDAY: Final = timedelta(days=6)
_HOURS: Final = ["09:00–12:30 14:00–19:00"] * 5 + ["09:00–12:30", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    name: str
    most_g: int
    price_cents: int  # and one more for each 100 g begun


TARIFFS: Final = {
    "home": Tariff(name="DOMICILE", most_g=30_000, price_cents=620),
    "pickup": Tariff(name="POINT DE RETRAIT", most_g=20_000, price_cents=410),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no label is sold, as the carrier words it (in French, as French carriers do)."""

    code: str
    field: str
    message: str


BAD_POSTCODE: Final = Refusal(
    "POSTCODE_INVALID", "recipient.postcode", "Code postal du destinataire invalide"
)


def price_cents(service: str, weight_g: int) -> int:
    return TARIFFS[service].price_cents + -(-weight_g // 100)


def refusal(asked: Mapping[str, Any]) -> Refusal | None:
    """The first thing wrong with a request for a label, or None."""
    return next(_faults(asked), None)


def _faults(asked: Mapping[str, Any]) -> Iterator[Refusal]:
    if not re.fullmatch(r"[A-Z0-9]{1,20}", str(asked.get("reference", ""))):
        yield Refusal("REFERENCE_INVALID", "reference", "Référence absente ou invalide")
    tariff = TARIFFS.get(str(asked.get("service")))
    if tariff is None:
        yield Refusal("SERVICE_UNKNOWN", "service", "Service inconnu")
        return
    weight = asked.get("weight_g")
    if not isinstance(weight, int) or not 0 < weight <= tariff.most_g:
        limit = tariff.most_g // 1000
        yield Refusal("WEIGHT_INVALID", "weight_g", f"Poids hors limites (1 g à {limit} kg)")
    if asked.get("dpi") not in (203, 300):
        yield Refusal("DPI_INVALID", "dpi", "Résolution inconnue (203 ou 300)")
    if not _is_date(asked.get("ship_on")):
        yield Refusal("DATE_INVALID", "ship_on", "Date de dépôt invalide")
    yield from _address_faults(asked.get("recipient"))
    if asked["service"] == "pickup":
        yield from _point_faults(str(asked.get("pickup_point", "")))


def _is_date(text: object) -> bool:
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return True


def _address_faults(party: object) -> Iterator[Refusal]:
    if not isinstance(party, Mapping):
        yield Refusal("RECIPIENT_MISSING", "recipient", "Destinataire absent")
        return
    if not (party.get("name") or party.get("company")):
        yield Refusal("NAME_MISSING", "recipient.name", "Nom du destinataire absent")
    street = party.get("street")
    if not isinstance(street, list) or not street:
        yield Refusal("STREET_MISSING", "recipient.street", "Rue du destinataire absente")
    if not party.get("city"):
        yield Refusal("CITY_MISSING", "recipient.city", "Ville du destinataire absente")
    if party.get("country") == "FR" and not re.fullmatch(r"[0-9]{5}", str(party.get("postcode", ""))):
        yield BAD_POSTCODE


def _point_faults(point: str) -> Iterator[Refusal]:
    found = _POINT.fullmatch(point)
    if not point:
        yield Refusal("PICKUP_POINT_MISSING", "pickup_point", "Point de retrait absent")
    elif found is None:
        yield Refusal("PICKUP_POINT_UNKNOWN", "pickup_point", "Point de retrait inconnu")
    elif found[2] == _CLOSED:
        yield Refusal("PICKUP_POINT_CLOSED", "pickup_point", "Point de retrait fermé")


def pickup_points(postcode: str, today: date) -> list[dict[str, object]]:
    """Four made-up points at a French postcode, the last of them on holiday; none at any other postcode."""
    if not re.fullmatch(r"[0-9]{5}", postcode):
        return []
    return [
        {
            "id": f"EX{postcode}{place}",
            "name": shop,
            "street": street,
            "postcode": postcode,
            "city": "Ville-Exemple",
            "country": "FR",
            "open": str(place) != _CLOSED,
            "kind": "locker" if place == _LOCKER else "shop",
            "distance_m": 180 * place * place + 40,
            "hours": ["00:00–23:59"] * 7 if place == _LOCKER else _HOURS,
            "closed": [[str(today - _HOLIDAY), str(today + 2 * _HOLIDAY)]] if str(place) == _CLOSED else [],
        }
        for place, (shop, street) in enumerate(zip(_SHOPS, _STREETS, strict=True), start=1)
    ]
