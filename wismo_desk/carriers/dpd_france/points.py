"""Finds pickup points by DPD's Pickup service (GetPudoList), for merchants who have a key of their own for it.

Source: the request and the answer as four public connectors read them; no answer of the live service was seen. They
all ask over plain http with a key that is shared: here it is asked over https, with the merchant's key.
# unverified: that https is served, and how the service says no
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from wismo_desk.carriers.dpd_france.contract import Contract, table
from wismo_desk.carriers.dpd_france.labels import POINT
from wismo_desk.domain.pickup import PickupPoint, PointKind, PointSearch
from wismo_desk.errors import CarrierUnreachable, OutcomeUnknown
from wismo_desk.web import Answer
from wismo_desk.web.xml import read, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LOCKER: Final = re.compile(r"consigne|locker", re.IGNORECASE)
_FARTHEST_KM: Final = 30
_MOST: Final = 20
_CLOCK: Final = re.compile(r"\d{2}:\d{2}")
_DAY: Final = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


def build_points(search: PointSearch, contract: Contract, *, ship_on: date) -> str:
    """The question's path. No name goes with it: a street, a town and a weight."""
    asked = {
        "carrier": contract.pickup_carrier,
        "key": contract.pickup_key,
        "address": search.street[:200],
        "zipCode": search.postcode.strip(),
        "city": search.city[:50],
        "countrycode": search.country,
        "requestID": "1",
        "date_from": f"{search.ship_on or ship_on:%d/%m/%Y}",
        "max_pudo_number": str(min(search.most, _MOST)),
        "max_distance_search": str(_FARTHEST_KM),
        "weight": str(-(-search.weight_g // 1000) or 1),
        "category": "",
        "holiday_tolerant": "1",
    }
    return f"/GetPudoList?{urlencode(asked)}"


def parse_points(answer: Answer) -> tuple[PickupPoint, ...]:
    """Nearest first. CarrierUnreachable: no answer that can be read, it may be asked again. CarrierRefused: the key."""
    if answer.status in (401, 403):
        raise table().refused(f"HTTP {answer.status}")
    if answer.status != 200:
        raise _away(answer)
    try:
        root = read(answer)
    except OutcomeUnknown as error:
        raise _away(answer) from error
    items = root.find(".//PUDO_ITEMS")
    if items is None:
        said = text_of(root, ".//ERROR")
        raise table().refused("pickup search", said) if said else _away(answer)
    found = [point for each in items.findall("PUDO_ITEM") if (point := _point(each)) is not None]
    return tuple(sorted(found, key=lambda point: point.distance_m or 0))


def _point(item: Element) -> PickupPoint | None:
    """None: it does not name itself, or with a number that goes on no label."""
    number, name = text_of(item, "PUDO_ID"), text_of(item, "NAME")
    if not (POINT.fullmatch(number) and name):
        return None
    street = (text_of(item, f"ADDRESS{line}") for line in (1, 2, 3))
    distance = text_of(item, "DISTANCE")
    return PickupPoint(
        point_id=number,
        name=name,
        street=", ".join(line for line in street if line),
        postcode=text_of(item, "ZIPCODE"),
        city=text_of(item, "CITY"),
        kind=PointKind.LOCKER if _LOCKER.search(name) else PointKind.UNKNOWN,
        distance_m=int(distance) if re.fullmatch(r"\d{1,6}", distance, re.ASCII) else None,
        latitude=_degrees(text_of(item, "LATITUDE")),
        longitude=_degrees(text_of(item, "LONGITUDE")),
        hours=_hours(item),
        closed=tuple(_closed(item)),
    )


def _hours(item: Element) -> tuple[str, ...] | None:
    """Days that are not named are closed; none named at all says nothing."""
    days: dict[str, list[str]] = {}
    for each in item.iter("OPENING_HOURS_ITEM"):
        begin, end = text_of(each, "START_TM"), text_of(each, "END_TM")
        if _CLOCK.fullmatch(begin) and _CLOCK.fullmatch(end) and begin < end:
            days.setdefault(text_of(each, "DAY_ID"), []).append(f"{begin}–{end}")
    return tuple(" ".join(sorted(days.get(str(day), []))) for day in range(1, 8)) if days else None


def _closed(item: Element) -> Iterator[tuple[date, date]]:
    for each in item.iter("HOLIDAY_ITEM"):
        first, last = (
            _date(text_of(each, f"{end}_DTM") or text_of(each, f"{end}_TM")) for end in ("START", "END")
        )
        if first and last and first <= last:
            yield first, last


def _date(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _degrees(text: str) -> float | None:
    """With a decimal comma."""
    found = re.fullmatch(r"-?\d{1,3}(?:[.,]\d+)?", text, re.ASCII)
    return float(text.replace(",", ".")) if found else None


def _away(answer: Answer) -> CarrierUnreachable:
    return CarrierUnreachable(
        "The carrier cannot answer at the moment. It will be asked again later.", raw=f"HTTP {answer.status}"
    )
