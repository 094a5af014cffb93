"""Follows a parcel by the contract's own tracking service, `timelineCompany`.

Sources: carriers.md §1.2; the answer's fields and status codes as open connectors record them (no full answer of
the live service was at hand). unverified: times carry no offset and are taken as those of Paris, which is wrong
for scans abroad.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from wismo_desk.carriers.colissimo.answers import parse_error
from wismo_desk.carriers.colissimo.contract import Contract, refused, to_json
from wismo_desk.carriers.colissimo.loose import body_of, record, records, text
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.errors import CarrierUnreachable, OutcomeUnknown
from wismo_desk.web import Answer

_UNKNOWN: Final = "105"  # not known, or not yet
_ACCOUNT: Final = frozenset({"201", "202"})  # login, not in the contract: wrong for every number
_SYSTEM: Final = "1000"
_YEARS: Final = range(2000, 2100)  # a date outside is a broken one, and cannot be moved to UTC at the edges
_PARIS: Final = "Europe/Paris"


def build_track(number: str, contract: Contract) -> bytes:
    """The customer's address on the Internet (`ip`) is optional and stays here."""
    return to_json({"parcelNumber": number, "lang": "fr_FR"} | contract.signed("login"))


def parse_tracking(answer: Answer) -> tuple[Tracked, ...]:
    """One answer; its number is "" where the answer names none. Events oldest first: they come in no order."""
    _check(answer)
    parcel, told = record(body_of(answer).get("parcel")), parse_error(answer)
    number = text(parcel.get("parcelNumber"))
    if told and told.code == _UNKNOWN:
        return (Tracked(number=number, found=False),)
    if told:
        return (Tracked(number=number, found=False, problem=told.code),)
    if not parcel:
        raise _unreadable(answer)
    events = filter(None, (_event(each) for each in records(parcel.get("event"))))
    partner = text(record(parcel.get("infoInter")).get("partnerReference"))
    return (
        Tracked(
            number=number,
            events=tuple(sorted(events, key=lambda event: event.at)),
            aliases=(partner,) if partner and partner != number else (),
        ),
    )


def _check(answer: Answer) -> None:
    """Raises what concerns the account or the service, not one parcel."""
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier wants fewer questions for now. It will be asked again later.", raw="HTTP 429"
        )
    told = parse_error(answer)
    if told is None:
        return
    if told.code in _ACCOUNT or told.code in ("HTTP 401", "HTTP 403"):
        raise refused(told.code, told.text)
    if answer.status >= 500 or told.code == _SYSTEM:
        raise CarrierUnreachable(
            "The carrier cannot answer at the moment. It will be asked again later.", raw=told.code
        )
    if told.code.startswith("HTTP"):
        raise refused(told.code)


def _event(said: Mapping[str, Any]) -> TrackingEvent | None:
    """None: without a time there is no place for it among the others."""
    at = _moment(text(said.get("date")))
    if at is None:
        return None
    label = text(said.get("labelLong")) or text(said.get("labelShort"))
    place = " ".join(filter(None, (text(said.get("siteZipCode")), text(said.get("siteName")))))
    return TrackingEvent(code=text(said.get("code")), label=label, at=at, place=place)


def _moment(said: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return None
    if at.year not in _YEARS:
        return None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(_PARIS))


def _unreadable(answer: Answer) -> OutcomeUnknown:
    return OutcomeUnknown(
        "The carrier's news of the parcel cannot be read. It will be asked again later.",
        raw=f"HTTP {answer.status}",
    )
