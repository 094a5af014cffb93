"""Finds pickup points: post offices, shops and lockers near an address.

Sources: carriers.md §1.2; the periods of leave in milliseconds as an open connector of the REST service reads
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from wismo_desk.carriers.colissimo.answers import parse_error
from wismo_desk.carriers.colissimo.contract import Contract, refused, to_json
from wismo_desk.carriers.colissimo.loose import body_of, number, records, text, whole
from wismo_desk.domain.pickup import PickupPoint, PointKind, PointSearch
from wismo_desk.errors import CarrierUnreachable, OutcomeUnknown
from wismo_desk.web import Answer

# unverified: A2P is a shop or a locker, told apart by its name; the rest are the types of the label documents.
_KINDS: Final = {
    "BPR": PointKind.POST_OFFICE,
    "BDP": PointKind.POST_OFFICE,
    "A2P": PointKind.SHOP,
    "CMT": PointKind.SHOP,
    "PCS": PointKind.LOCKER,
}
_LOCKER: Final = re.compile(r"consigne|locker|pickup station", re.IGNORECASE)
_DAYS: Final = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
_SPAN: Final = re.compile(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})")
_SHUT: Final = ("00:00", "00:00")
_POST_OFFICES_ONLY_G: Final = 20_000  # above it shops and lockers take nothing
_YEARS: Final = range(2000, 2100)


def build_points(search: PointSearch, contract: Contract, *, ship_on: date) -> bytes:
    shops = search.weight_g <= _POST_OFFICES_ONLY_G
    return to_json(
        contract.signed("accountNumber")
        | {
            "address": search.street,
            "zipCode": search.postcode,
            "city": search.city,
            "countryCode": search.country,
            "shippingDate": f"{ship_on:%d/%m/%Y}",
            "optionInter": "0" if search.country == "FR" else "1",
            "filterRelay": "1" if shops else "0",
        }
    )


def parse_points(answer: Answer) -> tuple[PickupPoint, ...]:
    """Nearest first; points that are on leave all the time are left out."""
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier wants fewer questions for now. It will be asked again later.", raw="HTTP 429"
        )
    told = parse_error(answer)
    if told and answer.status < 500 and told.code != "1000":
        raise refused(told.code, told.text)
    if told:
        raise CarrierUnreachable(
            "The carrier cannot answer at the moment. It will be asked again later.", raw=told.code
        )
    body = body_of(answer)
    if "errorCode" not in body:
        raise OutcomeUnknown(
            "The carrier's pickup points cannot be read. Search again.", raw=f"HTTP {answer.status}"
        )
    listed = records(body.get("listePointRetraitAcheminement"))
    points = filter(None, map(_point, listed))
    return tuple(
        sorted(points, key=lambda point: point.distance_m if point.distance_m is not None else 10**9)
    )


def _point(said: Mapping[str, Any]) -> PickupPoint | None:
    point_id, name, postcode = (text(said.get(key)) for key in ("identifiant", "nom", "codePostal"))
    closed = tuple(_leave(said))
    if not point_id or not name or (said.get("congesTotal") is True and not closed):
        return None
    kind = _KINDS.get(text(said.get("typeDePoint")).upper(), PointKind.UNKNOWN)
    if kind is PointKind.SHOP and _LOCKER.search(name):
        kind = PointKind.LOCKER
    return PickupPoint(
        point_id=point_id,
        name=name,
        street=", ".join(filter(None, (text(said.get(key)) for key in ("adresse1", "adresse2", "adresse3")))),
        postcode=postcode,
        city=text(said.get("localite")),
        country=text(said.get("codePays")) or "FR",
        kind=kind,
        distance_m=whole(said.get("distanceEnMetre")),
        latitude=number(said.get("coordGeolocalisationLatitude")),
        longitude=number(said.get("coordGeolocalisationLongitude")),
        max_weight_g=whole(said.get("poidsMaxi")),
        hours=_hours(said),
        closed=closed,
    )


def _hours(said: Mapping[str, Any]) -> tuple[str, ...] | None:
    """ "08:30-12:00 14:00-18:30"; "00:00-00:00" is shut. None: nothing was told, which is not "always shut"."""
    told = [text(said.get(f"horairesOuverture{day}")) for day in _DAYS]
    if not any(told):
        return None
    return tuple(
        " ".join(f"{opens}–{shuts}" for opens, shuts in _SPAN.findall(day) if (opens, shuts) != _SHUT)
        for day in told
    )


def _leave(said: Mapping[str, Any]) -> Iterator[tuple[date, date]]:
    for period in records(said.get("listeConges")):
        first, last = _day(period.get("calendarDeDebut")), _day(period.get("calendarDeFin"))
        if first and last and first <= last:
            yield first, last


def _day(said: Any) -> date | None:
    """Milliseconds since 1970 (REST), or a date written out (the documents of the SOAP twin)."""
    try:
        ms = whole(said)
        day = datetime.fromtimestamp(ms / 1000, UTC) if ms is not None else datetime.fromisoformat(text(said))
    except (ValueError, OverflowError, OSError):
        return None
    return day.date() if day.year in _YEARS else None
