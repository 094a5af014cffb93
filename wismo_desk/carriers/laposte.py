"""La Poste Suivi v2: follows letters, Colissimo and Chronopost parcels, ten numbers a question. It sells nothing.

Source: La Poste's Suivi v2 documents as gathered in carriers.md §1.3 and channels.md §6. One number gets one
object, several get HTTP 207 and an array; each item has its own `returnCode`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from wismo_desk.domain.carrier import Carrier, CarrierField, CarrierInfo, Traits
from wismo_desk.domain.refusals import Refusals, Told, read_refusals
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.errors import CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.resources import refusals
from wismo_desk.web import Answer, Http

_CAUTIOUS: Final = 60  # unverified: the portal says 10 calls a second, a recorded answer 100

CARRIER: Final = CarrierInfo(
    code="laposte",
    name="La Poste (suivi)",
    services=(),
    traits=Traits(bills_at_creation=False, numbers_per_call=10, calls_per_minute=_CAUTIOUS),
    fields=(
        CarrierField(key="okapi_key", name="Okapi key", secret=True),
        CarrierField(
            key="calls_per_minute",
            name="Questions per minute, at most",
            required=False,
            default=str(_CAUTIOUS),
        ),
        CarrierField(
            key="url",
            name="Address of the service",
            required=False,
            default="https://api.laposte.fr/suivi/v2",
        ),
    ),
    follows=("colissimo", "chronopost", "coliship"),
)

_ID: Final = re.compile(r"[0-9A-Za-z]{11,15}")
_MALFORMED: Final = (
    "400"  # La Poste's own code for it; one such number would spoil the answer for nine others
)
_UNANSWERED: Final = "unanswered"
_NOT_YET: Final = frozenset({"104", "404"})  # unknown, or announced and not scanned yet
_GOOD: Final = frozenset({"", "200", "207"})
_HOME: Final = ZoneInfo("Europe/Paris")  # for a date that comes without its offset
_YEARS: Final = range(2000, 2100)


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: the key is missing, or the limit is no number."""
    defaults = {field.key: field.default for field in CARRIER.fields}
    key, limit, url = (settings.get(name, "").strip() or defaults[name] for name in defaults)
    if not key:
        raise SettingsProblem(
            "La Poste's key is missing. Enter the one that developer.laposte.fr gave you.", field="okapi_key"
        )
    if not (limit.isascii() and limit.isdigit() and int(limit)):
        raise SettingsProblem(
            "“{limit}” is no number of questions per minute. Enter a whole number above 0.",
            limit=limit,
            field="calls_per_minute",
        )
    return LaPoste(key, url.rstrip("/"), http, calls_per_minute=int(limit))


class LaPoste:
    """`calls_per_minute` is the merchant's own limit, which the one who polls keeps."""

    info = CARRIER

    def __init__(self, key: str, url: str, http: Http, *, calls_per_minute: int = _CAUTIOUS) -> None:
        self._headers = {"X-Okapi-Key": key, "Accept": "application/json"}
        self._url = url
        self._http = http
        self.calls_per_minute = calls_per_minute

    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        asked = [number for number in numbers if _ID.fullmatch(number)]
        told: tuple[Tracked, ...] = ()
        if asked:
            answer = self._http.ask("GET", self._url + build_track(asked), headers=self._headers)
            told = parse_tracking(answer)
            if len(asked) > 1 and len(told) == 1 and told[0].problem and not told[0].number:
                raise _refusals().refused(told[0].problem)  # said of the whole question
        return tuple(_in_order(numbers, asked, told))


def build_track(numbers: Sequence[str]) -> str:
    return f"/idships/{','.join(numbers)}?{urlencode({'lang': 'fr_FR'})}"


def parse_tracking(answer: Answer) -> tuple[Tracked, ...]:
    """One for each item that can be read, in the answer's order; `number` is "" where the item names none."""
    items = _items(answer)
    told = [found for item in items if (found := _tracked(item)) is not None]
    if items and not told:
        raise _unreadable(answer)
    return tuple(told)


def parse_error(answer: Answer) -> Told | None:
    """None: it says yes. OutcomeUnknown: it says neither."""
    return _told(_body(answer) if answer.status >= 400 else answer.json(), answer.status)


@cache
def _refusals() -> Refusals:
    return read_refusals(refusals(CARRIER.code))


def _body(answer: Answer) -> Any:
    try:
        return answer.json()
    except OutcomeUnknown:
        return None


def _told(body: Any, status: int) -> Told | None:
    """What went wrong. A gateway stands before the service and has error bodies of its own."""
    for item in body if isinstance(body, list) else [body]:
        if not isinstance(item, dict):
            continue
        gateway, service = _text(item.get("code")), _text(item.get("returnCode"))
        if gateway:
            return Told(gateway, _text(item.get("message")))
        if service not in _GOOD:
            return Told(service, _text(item.get("returnMessage")))
    return None if status < 400 else Told(f"HTTP {status}")


def _items(answer: Answer) -> list[Any]:
    """What the service says of each number. Raises when it, or the gateway before it, speaks of none."""
    body = _body(answer)
    if answer.status < 400 and isinstance(body, list):
        return body
    told = _told(body, answer.status)
    if told is not None:
        _raise_if_away(answer.status, told)
    if isinstance(body, dict) and "returnCode" in body and answer.status not in (401, 403):
        return [body]
    if told is not None:
        raise _refusals().refused(told.code, told.text)
    raise _unreadable(answer)


def _raise_if_away(status: int, told: Told) -> None:
    """Too many questions, or a fault of theirs: a question may always be asked again."""
    if status == 429 or told.code in ("429", "TOO_MANY_REQUESTS"):
        raise CarrierUnreachable(
            "The carrier wants fewer questions for now. It will be asked again later.", raw=told.code
        )
    if status >= 500 or told.code == "SERVICE_UNAVAILABLE":
        raise CarrierUnreachable(
            "The carrier cannot answer at the moment. It will be asked again later.", raw=told.code
        )


def _tracked(item: Any) -> Tracked | None:
    """None: nothing that can be read."""
    if not isinstance(item, dict):
        return None
    shipment, code = item.get("shipment"), _text(item.get("returnCode"))
    if isinstance(shipment, dict):
        return _followed(shipment, _text(shipment.get("idShip")) or _text(item.get("idShip")))
    if code in _GOOD:
        return None
    problem = "" if code in _NOT_YET else code
    return Tracked(number=_text(item.get("idShip")), found=False, problem=problem)


def _followed(shipment: dict[str, Any], number: str) -> Tracked:
    """`isFinal` and the steps of `timeline` say nothing that the events do not say better: isFinal is true as
    well when the parcel was given back to its sender."""
    return Tracked(
        number=number,
        events=tuple(event for _, event in sorted(_events(shipment), key=lambda pair: pair[0])),
        aliases=tuple(alias for alias in _partner(shipment) if alias != number),
        expected_on=None if shipment.get("isFinal") is True else _day(shipment.get("estimDate")),
    )


def _events(shipment: dict[str, Any]) -> Iterator[tuple[tuple[datetime, float], TrackingEvent]]:
    """Each with what it is sorted by: its time, and among equal times the service's own order."""
    given = shipment.get("event")
    for item in given if isinstance(given, list) else [given]:
        if not isinstance(item, dict):
            continue
        at, order = _moment(item.get("date")), item.get("order")
        if at is None:
            continue
        place = float(order) if isinstance(order, int) and abs(order) < 2**53 else 0.0
        yield (at, place), TrackingEvent(code=_text(item.get("code")), label=_text(item.get("label")), at=at)


def _partner(shipment: dict[str, Any]) -> Iterator[str]:
    """The parcel's number with the company that carries it abroad."""
    context = shipment.get("contextData")
    partner = context.get("partner") if isinstance(context, dict) else None
    reference = _text(partner.get("reference")) if isinstance(partner, dict) else ""
    if reference:
        yield reference


def _in_order(numbers: Sequence[str], asked: Sequence[str], told: Sequence[Tracked]) -> Iterator[Tracked]:
    """One for each number as it was asked. News without a number, or with another one, count only where it
    cannot be mistaken whose they are."""
    named = {found.number.upper(): found for found in told if found.number}
    alone = told[0] if len(told) == 1 and (len(asked) == 1 or _whole_no(told[0])) else None
    for number in numbers:
        if number not in asked:
            yield Tracked(number=number, found=False, problem=_MALFORMED)
            continue
        found = named.get(number.upper()) or alone
        if found is None and len(told) == len(asked):
            by_place = told[list(asked).index(number)]
            found = by_place if not by_place.number else None
        if found is None:
            yield Tracked(number=number, found=False, problem=_UNANSWERED)
        else:
            other = () if found.number.upper() in ("", number.upper()) else (found.number,)
            yield replace(found, number=number, aliases=(*other, *found.aliases))


def _whole_no(found: Tracked) -> bool:
    """One "not found" for a question about several."""
    return not found.number and not found.found


def _moment(value: Any) -> datetime | None:
    """ISO 8601 with the offset it came with; None when it is none."""
    try:
        at = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    if at.year not in _YEARS:
        return None
    return at if at.tzinfo else at.replace(tzinfo=_HOME)


def _day(value: Any) -> date | None:
    at = _moment(value)
    return at.date() if at else None


def _text(value: Any) -> str:
    """Text and whole numbers as text; everything else is nothing."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _unreadable(answer: Answer) -> DeskError:
    return CarrierUnreachable(
        "The carrier's news of the parcel cannot be read. It will be asked again later.",
        raw=f"HTTP {answer.status}",
    )
