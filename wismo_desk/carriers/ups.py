"""UPS: follows parcels and fetches proofs of delivery, one number a question. It sells nothing here: no document of
UPS's label service was at hand.

Sources: specs/ups-tracking-openapi.yaml; the issues of UPS's own repository of API descriptions for what its servers
truly send (a number it does not know comes under HTTP 200, the proof is a page of HTML). Never tried against the
live service.

A code here is "type/status code/activity code", such as "D/034/UA", with "-" for what is missing: a return to the
sender has the type of a delivery, with a signature, and only the rest tells that it is none.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from wismo_desk.domain.carrier import Carrier, CarrierField, CarrierInfo, Traits
from wismo_desk.domain.refusals import Refusals, Told, read_refusals
from wismo_desk.domain.shipment import Paper, PaperKind
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.errors import CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.resources import refusals
from wismo_desk.web import Answer, Http
from wismo_desk.web.token import TokenHttp

CARRIER: Final = CarrierInfo(
    code="ups",
    name="UPS",
    services=(),
    # unverified: UPS publishes no limit and asks to be written to when it says 429
    traits=Traits(bills_at_creation=False, calls_per_minute=30),
    fields=(
        CarrierField(key="client_id", name="Client ID of your app at UPS"),
        CarrierField(key="client_secret", name="Client secret of that app", secret=True),
        CarrierField(
            key="url",
            name="Address of the service",
            required=False,
            default="https://onlinetools.ups.com/api",
        ),
        CarrierField(
            key="url_token",
            name="Address of the token service",
            required=False,
            default="https://onlinetools.ups.com/security/v1/oauth/token",
        ),
    ),
)

_ID: Final = re.compile(r"[0-9A-Za-z]{7,34}")
_MALFORMED: Final = "TV1002"
_NOT_YET: Final = frozenset({"TW0001"})
_UNANSWERED: Final = "unanswered"
# English: what UPS files under "delivered" and is none is told by its words, and only the English ones are known.
_LOCALE: Final = "en_US"
_RETURNED: Final = frozenset({"034", "067"})
_HOME: Final = ZoneInfo("Europe/Paris")  # for a time that comes without its offset
_YEARS: Final = range(2000, 2100)
_SHAPES: Final = (
    (b"%PDF", "application/pdf"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"<", "text/html"),
)


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: the app's ID or secret is missing."""
    given = {field.key: settings.get(field.key, "").strip() or field.default for field in CARRIER.fields}
    for field in CARRIER.fields:
        if field.required and not given[field.key]:
            raise SettingsProblem(
                "The client ID or the client secret of UPS is missing. Enter both; developer.ups.com shows them with "
                "your app.",
                field=field.key,
            )
    signed = TokenHttp(
        http, given["url_token"], client_id=given["client_id"], client_secret=given["client_secret"]
    )
    return Ups(given["url"].rstrip("/"), signed)


class Ups:
    """`ticket` makes the identifier that UPS wants to be unique to each request."""

    info = CARRIER

    def __init__(self, url: str, http: TokenHttp, *, ticket: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._url = url
        self._http = http
        self._ticket = ticket

    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        return tuple(self._track(number) for number in numbers)

    def fetch_proof(self, number: str) -> Paper | None:
        if not _ID.fullmatch(number):
            raise _refusals().refused(_MALFORMED)
        return parse_proof(self._ask(build_track(number, proof=True)))

    def _track(self, number: str) -> Tracked:
        if not _ID.fullmatch(number):
            return Tracked(number=number, found=False, problem=_MALFORMED)
        told = parse_tracking(self._ask(build_track(number)))
        mine = [
            each for each in told if number.upper() in (each.number.upper(), *map(str.upper, each.aliases))
        ]
        found = mine[0] if mine else told[0] if len(told) == 1 else None
        if found is None:
            return Tracked(number=number, found=False, problem=_UNANSWERED)
        others = (each for each in (found.number, *found.aliases) if each.upper() not in ("", number.upper()))
        return replace(found, number=number, aliases=tuple(others))

    def _ask(self, path: str) -> Answer:
        headers = {"transId": self._ticket(), "transactionSrc": "wismo-desk", "Accept": "application/json"}
        return self._http.ask("GET", self._url + path, headers=headers)


def build_track(number: str, *, proof: bool = False) -> str:
    query = {
        "locale": _LOCALE,
        "returnSignature": "false",  # the proof holds who took it; a picture of their hand is nobody's need
        "returnMilestones": "false",
        "returnPOD": "true" if proof else "false",
    }
    return f"/track/v1/details/{number}?{urlencode(query)}"


def parse_tracking(answer: Answer) -> tuple[Tracked, ...]:
    """One for each package in the answer; of a number that UPS does not know or cannot read, one that says so
    (`number` is "" where the answer names none)."""
    told = parse_told(answer)
    if told is not None:
        return (Tracked(number="", found=False, problem="" if told.code in _NOT_YET else told.code),)
    shipments = _shipments(answer)
    found = [tracked for shipment in shipments for tracked in _tracked(shipment)]
    if not found:
        raise _unreadable(answer)
    return tuple(found)


def parse_proof(answer: Answer) -> Paper | None:
    """None: there is none (yet), or the parcel came back and the signature is the sender's own."""
    if parse_told(answer) is not None:
        return None
    for package in (
        package for shipment in _shipments(answer) for package in _records(shipment.get("package"))
    ):
        if _came_back(package):
            continue
        content = _bytes(_record(_record(package.get("deliveryInformation")).get("pod")).get("content"))
        kind = next((kind for begin, kind in _SHAPES if content.lstrip().startswith(begin)), "")
        if kind:
            return Paper(kind=PaperKind.PROOF, content=content, media_type=kind)
    return None


def parse_error(answer: Answer) -> Told | None:
    """What went wrong: response.errors[{code, message}], or a shipment's warnings beside no package; None: the answer
    says yes. OutcomeUnknown: it says neither."""
    told = _told(answer)
    if told is None:
        answer.json()
    return told


def parse_told(answer: Answer) -> Told | None:
    """What UPS says against this number alone; None: it has news. Raises what it says against the question."""
    told = _told(answer)
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier wants fewer questions for now. It will be asked again later.", raw="HTTP 429"
        )
    if answer.status >= 500:
        raise CarrierUnreachable(
            "The carrier cannot answer at the moment. It will be asked again later.",
            raw=told.code if told else "",
        )
    if told is None or answer.status < 400:
        return None  # warnings are read with their shipment
    if told.code == _MALFORMED:
        return told
    if answer.status == 404 and not told.code.startswith("HTTP"):
        return Told("TW0001", told.text)  # documented as "tracking number information not found"
    raise _refusals().refused(told.code, told.text)


@cache
def _refusals() -> Refusals:
    return read_refusals(refusals(CARRIER.code))


def _told(answer: Answer) -> Told | None:
    body = _body(answer)
    # A few servers of UPS leave out the object around the errors.
    listed = [*_records(_record(body.get("response")).get("errors")), *_records(body.get("errors"))]
    for error in listed:
        if _text(error.get("code")):
            return Told(_text(error.get("code")), _text(error.get("message")))
    for shipment in _records(_record(body.get("trackResponse")).get("shipment")):
        if not _records(shipment.get("package")):
            for warning in _records(shipment.get("warnings")):
                if _text(warning.get("code")):
                    return Told(_text(warning.get("code")), _text(warning.get("message")))
    return Told(f"HTTP {answer.status}") if answer.status >= 400 else None


def _body(answer: Answer) -> dict[str, Any]:
    try:
        return _record(answer.json())
    except OutcomeUnknown:
        return {}


def _shipments(answer: Answer) -> list[dict[str, Any]]:
    shipments = _records(_record(_body(answer).get("trackResponse")).get("shipment"))
    if not shipments:
        raise _unreadable(answer)
    return shipments


def _tracked(shipment: Mapping[str, Any]) -> Iterator[Tracked]:
    inquiry, packages = _text(shipment.get("inquiryNumber")), _records(shipment.get("package"))
    for package in packages:
        number = _text(package.get("trackingNumber"))
        others = (_text(each.get("number")) for each in _records(package.get("alternateTrackingNumber")))
        # The number asked for may be another one of the only package: then it is the one to answer under.
        names = [inquiry, number] if len(packages) == 1 else [number]
        first, *more = dict.fromkeys(name for name in (*names, *others) if name) or [""]
        yield Tracked(
            number=first,
            events=tuple(sorted(_events(package), key=lambda event: event.at)),
            aliases=tuple(more),
            expected_on=_expected(package),
        )
    codes = [_text(warning.get("code")) for warning in _records(shipment.get("warnings"))]
    if not packages and any(codes):
        problem = next(filter(None, codes))
        yield Tracked(number=inquiry, found=False, problem="" if problem in _NOT_YET else problem)


def _events(package: Mapping[str, Any]) -> Iterator[TrackingEvent]:
    """Newest first, as UPS sends them; turned round, events of one moment keep their order."""
    for activity in reversed(_records(package.get("activity"))):
        at, status = _moment(activity), _record(activity.get("status"))
        parts = [_text(status.get(name)).upper() or "-" for name in ("type", "statusCode", "code")]
        said = _text(status.get("description")) or _text(status.get("simplifiedTextDescription"))
        if at is not None and (parts != ["-"] * 3 or said):
            yield TrackingEvent(
                code="/".join(part.replace("/", "-") for part in parts),
                label=said,
                at=at,
                place=_place(activity),
                logical=_text_of_flag(activity.get("logicalScan")) == "true",
            )


def _moment(activity: Mapping[str, Any]) -> datetime | None:
    """The GMT time, in the offset of the place. Its parts come with and without signs, and hours without a zero."""
    utc = _joined(activity.get("gmtDate"), activity.get("gmtTime"))
    offset = re.fullmatch(r"([+-])(\d\d):?(\d\d)", _text(activity.get("gmtOffset")))
    if utc is not None and offset is not None and int(offset[2]) < 24 and int(offset[3]) < 60:
        minutes = int(f"{offset[1]}1") * (int(offset[2]) * 60 + int(offset[3]))
        return utc.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
    if utc is not None:
        return utc.replace(tzinfo=UTC)
    local = _joined(activity.get("date"), activity.get("time"))
    return local.replace(tzinfo=_HOME) if local is not None else None


def _joined(day: Any, time: Any) -> datetime | None:
    digits = re.sub(r"[-:]", "", _text(day)), re.sub(r"[-:]", "", _text(time)).rjust(6, "0")
    try:
        at = datetime.strptime("".join(digits), "%Y%m%d%H%M%S")  # noqa: DTZ007 - the caller knows the zone
    except ValueError:
        return None
    return at if at.year in _YEARS else None


def _expected(package: Mapping[str, Any]) -> date | None:
    """The day it is rescheduled for, else the scheduled one; none once it has been delivered."""
    days = {
        _text(each.get("type")).upper(): _joined(each.get("date"), "0")
        for each in _records(package.get("deliveryDate"))
    }
    found = None if "DEL" in days else days.get("RDD") or days.get("SDD")
    return found.date() if found else None


def _place(activity: Mapping[str, Any]) -> str:
    address = _record(_record(activity.get("location")).get("address"))
    country = _text(address.get("countryCode")) or _text(address.get("country"))
    return ", ".join(filter(None, (_text(address.get("city")), country)))


def _came_back(package: Mapping[str, Any]) -> bool:
    status = _record(package.get("currentStatus"))
    codes = {_text(status.get(name)) for name in ("code", "statusCode")}
    return bool(codes & _RETURNED) or "return" in _text(status.get("description")).lower()


def _record(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _records(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; an object alone is a list of one."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _text(value: Any) -> str:
    """Text and whole numbers as text; everything else is nothing."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value)[:40] if isinstance(value, int) and not isinstance(value, bool) else ""


def _text_of_flag(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool | str) else ""


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return b""


def _unreadable(answer: Answer) -> DeskError:
    return CarrierUnreachable(
        "The carrier's news of the parcel cannot be read. It will be asked again later.",
        raw=f"HTTP {answer.status}",
    )
