"""Finds parcel shops near an address (specs/gls-shipit-openapi.yaml, findNearestParcelShopForAddress)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from wismo_desk.carriers.gls.answers import accepted
from wismo_desk.carriers.gls.loose import record, records, text
from wismo_desk.carriers.gls.parcel import plain, to_json
from wismo_desk.domain.pickup import PickupPoint, PointSearch
from wismo_desk.errors import CarrierUnreachable, OutcomeUnknown
from wismo_desk.web import Answer

_DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_CLOCK: Final = re.compile(r"(?:^|T)(\d{2}:\d{2})(?::\d{2})?")
_MOST: Final = 20


def build_points(search: PointSearch) -> bytes:
    found = {
        "Street": plain(search.street)[:40],
        "CountryCode": search.country,
        "ZIPCode": search.postcode.strip(),
        "City": plain(search.city)[:40],
        "MaxNumberOfShops": str(min(search.most, _MOST)),
    }
    return to_json({key: value for key, value in found.items() if value})


def parse_points(answer: Answer) -> tuple[PickupPoint, ...]:
    """In GLS's order, nearest first. The distance is left out: no document says in what it is measured."""
    if answer.status == 429 or answer.status >= 500:
        raise _away(answer)
    try:
        body = accepted(answer)
    except OutcomeUnknown as error:
        raise _away(answer) from error
    shops = records(body.get("parcelshop"))
    points = {point.point_id: point for shop in shops if (point := _point(shop)) is not None}
    if shops and not points:
        raise _away(answer)
    return tuple(points.values())


def _point(shop: Mapping[str, Any]) -> PickupPoint | None:
    address = record(shop.get("address"))
    number, name = text(shop.get("parcelshopid")), text(address.get("name1"))
    postcode, country = text(address.get("zipcode")), text(address.get("countrycode"))
    if not (number and name and postcode and country):
        return None
    return PickupPoint(
        point_id=number,
        name=name,
        street=f"{text(address.get('street'))} {text(address.get('streetnumber'))}".strip(),
        postcode=postcode,
        city=text(address.get("city")),
        country=country,
        hours=_hours(shop),
        closed=tuple(_closed(shop)),
    )


def _hours(shop: Mapping[str, Any]) -> tuple[str, ...] | None:
    days = {text(day.get("dayofweek")).upper()[:3]: day for day in records(shop.get("workingday"))}
    if not days:
        return None
    return tuple(_day(days[name]) if name in days else "" for name in _DAYS)


def _day(day: Mapping[str, Any]) -> str:
    """ "09:00–12:00 14:00–19:00": the hours, less the breaks."""
    found: list[str] = []
    breaks = sorted(_spans(day.get("breaks")))
    for begin, end in sorted(_spans(day.get("openinghours"))):
        for pause, again in breaks:
            if begin < pause and again < end:
                found.append(f"{begin}–{pause}")
                begin = again
        found.append(f"{begin}–{end}")
    return " ".join(found)


def _spans(value: Any) -> Iterator[tuple[str, str]]:
    for hours in records(record(value).get("openinghours")):
        times = [_CLOCK.search(text(hours.get(name))) for name in ("from", "to")]
        begin, end = (time[1] if time else "" for time in times)
        if begin and begin < end:
            yield begin, end


def _closed(shop: Mapping[str, Any]) -> Iterator[tuple[date, date]]:
    for vacation in records(shop.get("holidays")):
        try:
            first, last = (
                date.fromisoformat(text(vacation.get(name))[:10]) for name in ("startdate", "enddate")
            )
        except ValueError:
            continue
        if first <= last:
            yield first, last


def _away(answer: Answer) -> CarrierUnreachable:
    return CarrierUnreachable(
        "The carrier cannot answer at the moment. It will be asked again later.", raw=f"HTTP {answer.status}"
    )
