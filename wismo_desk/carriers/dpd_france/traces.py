"""The Webtrace service: what happened to one parcel. Known are six of its numbers for that; the others are told too,
and stay unknown and visible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from wismo_desk.carriers.dpd_france.contract import FRANCE, Contract, body_of, credentials, refused, told
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.errors import CarrierUnreachable, DeskError
from wismo_desk.web import Answer, soap
from wismo_desk.web.xml import Node, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE: Final = "http://www.cargonet.software/"  # with a slash, unlike that of the labels
OPERATION: Final = "GetShipmentTrace"

_PARIS: Final = ZoneInfo("Europe/Paris")
_YEARS: Final = range(2000, 2100)
_DATES: Final = (re.compile(r"(\d{4})-(\d\d)-(\d\d)"), re.compile(r"(\d\d)[./](\d\d)[./](\d{4})"))
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")


def build_track(number: str, contract: Contract) -> bytes:
    customer: tuple[Node, ...] = (
        ("centernumber", contract.center),
        ("number", contract.customer),
        ("countrycode", FRANCE),
    )
    content: tuple[Node, ...] = (
        ("Customer", customer),
        ("Language", "FR"),
        ("ShipmentNumber", number),
        ("ExpandContainerMode", "MasterOnly"),
        *((name, "false") for name in ("GetImages", "GetPhotos", "GetParsedInfo", "GetServices")),
    )
    body: Node = (OPERATION, {"xmlns": NAMESPACE}, (("request", content),))
    return soap.envelope([body], header=[credentials(contract, NAMESPACE)])


def parse_tracking(answer: Answer) -> tuple[Tracked, ...]:
    """One for each parcel in the answer; one without a number when it names none. CarrierUnreachable: no answer that
    can be read, a question may be asked again. CarrierRefused: the access."""
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier wants fewer questions for now. It will be asked again later.", raw="HTTP 429"
        )
    body = body_of(answer)
    no = refused(told(body), answer)
    if no is not None:
        raise no
    if answer.status >= 300 or isinstance(body, soap.Fault) or body is None:
        raise _unreadable(answer)
    if not body.tag.endswith("Response"):
        raise _unreadable(answer)
    found = [each for name in ("ShipmentTrace", "clsShipmentTrace") for each in body.iter(name)]
    if not found and next(body.iter("clsTrace"), None) is not None:
        found = [next(iter(body))]  # a result that is the one shipment itself
    return tuple(_tracked(each) for each in found) or (Tracked(number="", found=False),)


def _tracked(each: Element) -> Tracked:
    """LastError is what the older service says of one number. IsRetour marks a parcel on its way back: DPD's codes
    for that are not known, so it is put behind the words, where the table finds it."""
    number, other = text_of(each, "ShipmentNumber"), text_of(each, "BarcodeId")
    error = text_of(each, "LastError")
    if error:
        return Tracked(number=number, found=False, problem="LastError")
    back = text_of(each, "IsRetour") in ("true", "1")
    rows = [event for row in each.iter("clsTrace") for event in _event(row, back=back)]
    if len(rows) > 1 and rows[0].at > rows[-1].at:  # newest first: rows of one moment keep their order
        rows.reverse()
    return Tracked(
        number=number,
        events=tuple(sorted(rows, key=lambda event: event.at)),
        aliases=(other,) if other and other != number else (),
        expected_on=None
        if text_of(each, "DeliveryDate")
        else _day(text_of(each, "DeliveryScheduled/EndDate")),
    )


def _event(row: Element, *, back: bool) -> Iterator[TrackingEvent]:
    at = _moment(text_of(row, "ScanDate"), text_of(row, "ScanTime"))
    code = text_of(row, "StatusNumber")
    if at is None or not code:
        return
    said = " ".join(text_of(row, "StatusDescription").split())
    label = f"{said} · IsRetour" if back else said
    yield TrackingEvent(code=code, label=label, at=at, place=" ".join(text_of(row, "CenterName").split()))


def _moment(day: str, clock: str) -> datetime | None:
    """French wall-clock time.  # unverified: how dates are written; the ISO and the French way are read"""
    on, time = _day(day), _CLOCK.search(clock)
    if on is None:
        return None
    hour, minute, second = (int(part or 0) for part in time.groups()) if time else (0, 0, 0)
    try:
        at = datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=_PARIS)
    except ValueError:
        return None
    return at.astimezone(UTC).astimezone(_PARIS)


def _day(text: str) -> date | None:
    iso, french = _DATES[0].match(text), _DATES[1].match(text)
    parts = iso.groups() if iso else french.groups()[::-1] if french else ()
    try:
        on = date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        return None
    return on if on and on.year in _YEARS else None


def _unreadable(answer: Answer) -> DeskError:
    return CarrierUnreachable(
        "The carrier's news of the parcel cannot be read. It will be asked again later.",
        raw=f"HTTP {answer.status}",
    )
