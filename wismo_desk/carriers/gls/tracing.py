"""Follows parcels by GLS's Track And Trace API: ten numbers a question, each with its own status, events or error.

Source: specs/gls-track-openapi.yaml. Its closed list is the parcel's status; of the events' codes it documents few,
so the status is kept as one more piece of news, under its own time: what the parcel is known to be never waits
for somebody to map an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from zoneinfo import ZoneInfo

from wismo_desk.carriers.gls.answers import told_by
from wismo_desk.carriers.gls.contract import refused
from wismo_desk.carriers.gls.loose import body_of, spelled, text
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.errors import CarrierUnreachable, DeskError
from wismo_desk.web import Answer

# unverified: French; the description shows EN and DE.
HEADERS: Final = {"Accept": "application/json", "Accept-Language": "FR"}
_ID: Final = re.compile(r"[0-9A-Za-z_]{6,14}")
_MALFORMED: Final = (
    "E_400_01"  # GLS's own code for it; one such number would spoil the answer for nine others
)
_NOT_YET: Final = "E_404_01"
_SEVERAL: Final = "several"
_UNANSWERED: Final = "unanswered"
_HOME: Final = ZoneInfo("Europe/Paris")  # for a date that comes without its offset
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2099
_iso: Final = datetime.fromisoformat

_AT: Final = attrgetter("at")
# As the description writes them.
_PARCEL: Final = frozenset(
    {"requested", "unitno", "status", "statusDateTime", "events", "errorCode", "errorMessage", "_links"}
)
_EVENT: Final = frozenset({"code", "city", "postalCode", "country", "description", "eventDateTime"})


def is_askable(number: str) -> bool:
    return _ID.fullmatch(number) is not None


def build_track(numbers: Sequence[str]) -> str:
    return f"/tracking/simple/trackids/{','.join(numbers)}?showEvents=true"


def parse_tracking(answer: Answer) -> tuple[Tracked, ...]:
    """One for each parcel in the answer, in its order. CarrierUnreachable: no news now, it may be asked again."""
    if answer.status == 429 or answer.status >= 500:
        told = told_by(answer)
        raise CarrierUnreachable(
            "The carrier wants fewer questions for now. It will be asked again later."
            if answer.status == 429
            else "The carrier cannot answer at the moment. It will be asked again later.",
            raw=told.code if told else "",
        )
    if answer.status >= 400:
        told = told_by(answer)
        raise refused(told.code if told else "", told.text if told else "")
    parcels = body_of(answer).get("parcels")
    found = [each for item in spelled(parcels, _PARCEL) if (each := _tracked(item)) is not None]
    if not isinstance(parcels, list) or (parcels and not found):
        raise _unreadable(answer)
    return tuple(found)


def in_order(numbers: Sequence[str], told: Sequence[Tracked]) -> Iterator[Tracked]:
    """One for each number as it was asked. News counts only where it cannot be mistaken whose it is: GLS may know
    several parcels under one number."""
    for number in numbers:
        if not is_askable(number):
            yield Tracked(number=number, found=False, problem=_MALFORMED)
            continue
        known = {number.upper()}
        mine = [each for each in told if known & {each.number.upper(), *map(str.upper, each.aliases)}]
        if len(mine) > 1:
            mine = [each for each in mine if number.upper() in map(str.upper, each.aliases)] or mine
        match mine:
            case []:
                yield Tracked(number=number, found=False, problem=_UNANSWERED)
            case [one]:
                others = (each for each in (one.number, *one.aliases) if each.upper() not in known)
                yield replace(one, number=number, aliases=tuple(others))
            case _:
                yield Tracked(number=number, found=False, problem=_SEVERAL)


def _tracked(item: Mapping[str, Any]) -> Tracked | None:
    """None: nothing that can be read."""
    asked, unit = text(item.get("requested")), text(item.get("unitno"))
    number, code = asked or unit, text(item.get("errorCode"))
    if not number:
        return None
    if code:
        return Tracked(number=number, found=False, problem="" if code == _NOT_YET else code)
    events = _events(item)
    code = text(item.get("status")).upper()
    at = _moment(item.get("statusDateTime")) or max(map(_AT, events), default=None)
    if code and at:
        events.append(TrackingEvent(code=code, label="", at=at))
    events.sort(key=_AT)  # the status behind events of the same moment: it is what they amount to
    aliases = (unit,) if unit and unit != number else ()
    return Tracked(number=number, events=tuple(events), aliases=aliases)


def _events(item: Mapping[str, Any]) -> list[TrackingEvent]:
    found = []
    for event in spelled(item.get("events"), _EVENT):
        at = _moment(event.get("eventDateTime"))
        if at is None:
            continue
        code, said = text(event.get("code")), text(event.get("description"))
        if code or said:
            found.append(TrackingEvent(code=code, label=said, at=at, place=_place(event)))
    return found


def _place(event: Mapping[str, Any]) -> str:
    postcode, city = text(event.get("postalCode")), text(event.get("city"))
    if postcode and city:
        return f"{postcode} {city}"
    return postcode or city or text(event.get("country"))


def _moment(value: Any) -> datetime | None:
    """ISO 8601 with the offset it came with; None when it is none."""
    try:
        at = _iso(value)
    except (TypeError, ValueError):
        try:
            at = _iso(text(value))
        except ValueError:
            return None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        return None
    return at if at.tzinfo else at.replace(tzinfo=_HOME)


def _unreadable(answer: Answer) -> DeskError:
    return CarrierUnreachable(
        "The carrier's news of the parcel cannot be read. It will be asked again later.",
        raw=f"HTTP {answer.status}",
    )
