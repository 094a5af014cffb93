"""WSI4_PointRelais_Recherche: pickup points and lockers around a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from wismo_desk.carriers.mondial_relay.address import printable
from wismo_desk.carriers.mondial_relay.contract import Contract, table
from wismo_desk.carriers.mondial_relay.soap1 import build_call, result
from wismo_desk.domain.pickup import PickupPoint, PointKind, PointSearch
from wismo_desk.web import Answer
from wismo_desk.web.xml import text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

OPERATION: Final = "WSI4_PointRelais_Recherche"

_MOST: Final = 30  # unverified: what the service gives at most
_DAYS: Final = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
_CLOCK: Final = re.compile(r"([01]\d|2[0-4])([0-5]\d)")
_SHUT: Final = "0000"


def build_points(search: PointSearch, contract: Contract) -> bytes:
    """A town beside the postcode can only make the search fail (STAT 9), so it goes alone or not at all."""
    city = "" if search.postcode else printable(search.city, "recipient.city")
    values = (
        ("Pays", search.country),
        ("NumPointRelais", ""),
        ("Ville", city),
        ("CP", search.postcode),
        ("Latitude", ""),
        ("Longitude", ""),
        ("Taille", ""),
        ("Poids", str(search.weight_g) if search.weight_g else ""),
        ("Action", "24R"),
        ("DelaiEnvoi", ""),
        ("RayonRecherche", ""),
        ("TypeActivite", ""),
        ("NACE", ""),
        ("NombreResultats", str(min(search.most, _MOST))),
    )
    return build_call(OPERATION, values, contract)


def parse_points(answer: Answer) -> tuple[PickupPoint, ...]:
    """Nearest first; those without a number or an address are left out."""
    stat, found = result(answer, OPERATION)
    if stat != "0":
        raise table().refused(stat)
    points = [_point(each) for each in found.iter("PointRelais_Details")]
    whole = [point for point in points if point.point_id and point.name and point.postcode]
    return tuple(sorted(whole, key=lambda point: point.distance_m if point.distance_m is not None else 10**9))


def _point(each: Element) -> PickupPoint:
    kind = PointKind.LOCKER if "locker" in text_of(each, "Information").lower() else PointKind.SHOP
    return PickupPoint(
        point_id=text_of(each, "Num"),
        name=_joined(each, "LgAdr1", "LgAdr2"),
        street=_joined(each, "LgAdr3", "LgAdr4"),
        postcode=text_of(each, "CP"),
        city=_joined(each, "Ville"),
        country=text_of(each, "Pays") or "FR",
        kind=kind,
        distance_m=_whole(text_of(each, "Distance")),
        latitude=_degrees(text_of(each, "Latitude")),
        longitude=_degrees(text_of(each, "Longitude")),
        hours=_hours(each, kind),
        closed=tuple(_closed(each)),
    )


def _joined(each: Element, *names: str) -> str:
    """Texts are padded with blanks."""
    return " ".join(word for name in names for word in text_of(each, name).split())


def _hours(each: Element, kind: PointKind) -> tuple[str, ...] | None:
    """Four HHMM a day: two spans. None when no day says anything, or a locker says it never opens."""
    days = [[(time.text or "").strip() for time in each.iterfind(f"Horaires_{day}/string")] for day in _DAYS]
    told = tuple(" ".join(_spans(times)) for times in days)
    silent = not any(days) or (kind is PointKind.LOCKER and not any(told))
    return None if silent else told


def _spans(times: list[str]) -> Iterator[str]:
    for opens, closes in zip(times[::2], times[1::2], strict=False):
        first, last = _CLOCK.fullmatch(opens), _CLOCK.fullmatch(closes)
        if first and last and not opens == closes == _SHUT:
            yield f"{first[1]}:{first[2]}–{last[1]}:{last[2]}"


def _closed(each: Element) -> Iterator[tuple[date, date]]:
    """unverified: the periods of Informations_Dispo are taken for holidays of the shop."""
    for period in each.iterfind("Informations_Dispo/Periode"):
        first, last = _day(text_of(period, "Debut")), _day(text_of(period, "Fin"))
        if first and last and first <= last:
            yield first, last


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _degrees(text: str) -> float | None:
    """With a decimal comma: "45,7728450"."""
    return float(text.replace(",", ".")) if re.fullmatch(r"-?\d{1,3}[.,]\d{1,12}", text) else None


def _whole(text: str) -> int | None:
    """Metres."""  # unverified: the unit is in no document here; open connectors read metres
    return int(text) if re.fullmatch(r"\d{1,7}", text) else None
