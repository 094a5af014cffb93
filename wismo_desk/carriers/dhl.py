"""DHL's unified tracking: one question about one number, answered for every DHL company. It sells nothing here.

Source: DHL's “Shipment Tracking – Unified” 1.5 as gathered in carriers.md §1.9. A number may mean shipments of
several DHL companies at once, and DHL may answer with a shipment of another number: what cannot be told apart is
said as a `problem`, never as news. Links in an answer (proof of delivery, other companies) are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from wismo_desk.domain.carrier import Carrier, CarrierField, CarrierInfo, Traits
from wismo_desk.domain.refusals import Refusals, Told, read_refusals
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.errors import CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.resources import refusals
from wismo_desk.web import Answer, Http

# unverified: public pages say 250 a day for a new key, and either one a second or one in five seconds.
_A_MINUTE: Final = 12
_A_DAY: Final = 250

CARRIER: Final = CarrierInfo(
    code="dhl",
    name="DHL",
    services=(),
    traits=Traits(bills_at_creation=False, calls_per_minute=_A_MINUTE, calls_per_day=_A_DAY),
    fields=(
        CarrierField(key="api_key", name="DHL API key", secret=True),
        CarrierField(
            key="service", name="DHL company that carries your parcels, such as parcel-de", required=False
        ),
        CarrierField(
            key="calls_per_day", name="Questions per day, at most", required=False, default=str(_A_DAY)
        ),
        CarrierField(
            key="calls_per_minute",
            name="Questions per minute, at most",
            required=False,
            default=str(_A_MINUTE),
        ),
        CarrierField(
            key="url",
            name="Address of the service",
            required=False,
            default="https://api-eu.dhl.com/track",
        ),
    ),
)

# The values of `service` in DHL's description.
SERVICES: Final = frozenset(
    {
        *("dgf", "dsc", "ecommerce", "ecommerce-apac", "ecommerce-europe", "ecommerce-iberia"),
        *("ecommerce-ppl", "express", "freight", "parcel-de", "parcel-nl", "parcel-pl", "parcel-uk"),
        *("post-de", "post-international", "sameday", "svb"),
    }
)
_RETURNED: Final = "returnFlag"  # DHL's own word for “goes back to the sender”, put behind the label
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2099
_iso: Final = datetime.fromisoformat
_HOME: Final = ZoneInfo("Europe/Paris")
# Countries with one clock that is not the French one.
_CLOCKS: Final = {
    **dict.fromkeys(("GB", "GG", "JE", "IM"), ZoneInfo("Europe/London")),
    **dict.fromkeys(("FI", "EE", "LV", "LT", "GR", "BG", "RO"), ZoneInfo("Europe/Athens")),
    "IE": ZoneInfo("Europe/Dublin"),
    "TR": ZoneInfo("Europe/Istanbul"),
}


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: the key is missing, the company is none of DHL's, or a limit is no number."""
    defaults = {field.key: field.default for field in CARRIER.fields}
    key, service, a_day, a_minute, url = (
        settings.get(name, "").strip() or default for name, default in defaults.items()
    )
    if not key:
        raise SettingsProblem(
            "DHL's key is missing. Enter the API key that developer.dhl.com gave you.", field="api_key"
        )
    if service and service not in SERVICES:
        raise SettingsProblem(
            "DHL has no company “{service}”. Enter one of these, or nothing: {known}.",
            service=service,
            known=", ".join(sorted(SERVICES)),
            field="service",
        )
    if not _is_count(a_day):
        raise SettingsProblem(
            "“{limit}” is no number of questions per day. Enter a whole number above 0.",
            limit=a_day,
            field="calls_per_day",
        )
    if not _is_count(a_minute):
        raise SettingsProblem(
            "“{limit}” is no number of questions per minute. Enter a whole number above 0.",
            limit=a_minute,
            field="calls_per_minute",
        )
    limits = {"calls_per_day": int(a_day), "calls_per_minute": int(a_minute)}
    return Dhl(key, url.rstrip("/"), http, service=service, **limits)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) > 0


class Dhl:
    """The limits are the merchant's own: DHL raises them on request. Who polls keeps them."""

    info = CARRIER

    def __init__(
        self,
        key: str,
        url: str,
        http: Http,
        *,
        service: str = "",
        calls_per_day: int = _A_DAY,
        calls_per_minute: int = _A_MINUTE,
    ) -> None:
        self._headers = {"DHL-API-Key": key, "Accept": "application/json"}
        self._url = url
        self._http = http
        self._service = service
        self.calls_per_day = calls_per_day
        self.calls_per_minute = calls_per_minute

    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        """The postcode opens what DHL shows to the recipient only."""
        return tuple(self._track(number, postcode if len(numbers) == 1 else "") for number in numbers)

    def _track(self, number: str, postcode: str) -> Tracked:
        path = build_track(number, service=self._service, postcode=postcode)
        answer = self._http.ask("GET", self._url + path, headers=self._headers)
        body = _answered(answer)
        return _not_found(body, number) if isinstance(body, Told) else _chosen(body, number)


def build_track(number: str, *, service: str = "", postcode: str = "") -> str:
    """In English, for the words of its events are read where its few codes are not enough."""
    asked = {"trackingNumber": number, "service": service, "recipientPostalCode": postcode, "language": "en"}
    return "/shipments?" + urlencode({name: value for name, value in asked.items() if value})


def parse_tracking(answer: Answer) -> tuple[Tracked, ...]:
    """One for each shipment in the answer, under its own number; one without a number when DHL knows of none."""
    body = _answered(answer)
    if isinstance(body, Told):
        return (_not_found(body, ""),)
    return tuple(_tracked(each, "") for each in _shipments(body)) or (_nowhere(body, ""),)


def parse_error(answer: Answer) -> Told | None:
    """None: it says yes. OutcomeUnknown: it says neither."""
    body = answer.json() if answer.status < 400 else _body(answer)
    return _told(body, answer.status)


@cache
def _refusals() -> Refusals:
    return read_refusals(refusals(CARRIER.code))


def _body(answer: Answer) -> Any:
    try:
        return answer.json()
    except OutcomeUnknown:
        return None


def _told(body: Any, status: int) -> Told | None:
    """What went wrong: a problem document (RFC 9457) of DHL's, or of a gateway with the bare status."""
    if isinstance(body, dict) and "shipments" not in body:
        code = _text(body.get("status"))
        if re.fullmatch(r"[45]\d\d", code):
            return Told(code, _text(body.get("detail")) or _text(body.get("title")))
    if isinstance(body, dict) and isinstance(body.get("shipments"), list):
        return None
    return None if status < 400 else Told(f"HTTP {status}")


def _answered(answer: Answer) -> dict[str, Any] | Told:
    """The body of a yes, or what DHL says of this number alone (not known, not a number of its own). Raises all
    else: too many questions and faults of theirs may be asked again, a wrong key may not."""
    body = _body(answer)
    told = _told(body, answer.status)
    if told is not None:
        said = told.code.removeprefix("HTTP ")
        if said == "429":
            raise CarrierUnreachable(
                "The carrier wants fewer questions for now. It will be asked again later.", raw=told.code
            )
        if said.startswith("5"):
            raise CarrierUnreachable(
                "The carrier cannot answer at the moment. It will be asked again later.", raw=told.code
            )
        if told.code in ("400", "404"):
            return told
        raise _refusals().refused(told.code, told.text)
    if answer.status >= 300 or not isinstance(body, dict) or not isinstance(body.get("shipments"), list):
        raise _unreadable(answer)
    return body


def _not_found(told: Told, number: str) -> Tracked:
    """404 is no problem: a parcel is announced before DHL knows of it."""
    return Tracked(number=number, found=False, problem="" if told.code == "404" else told.code)


def _shipments(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those that name themselves."""
    return [each for each in body["shipments"] if isinstance(each, dict) and _text(each.get("id"))]


def _chosen(body: Mapping[str, Any], number: str) -> Tracked:
    """The one shipment that was asked for. Two DHL companies may use one number, and a question without `service`
    may be answered with the shipment of another number: then there are no news, only a `problem`."""
    found = _shipments(body)
    if not found:
        return _nowhere(body, number)
    own = [each for each in found if _same(_text(each.get("id")), number)]
    named = own or [each for each in found if any(_same(other, number) for other in _all_numbers(each))]
    if len(named) == 1:
        return _tracked(named[0], number)
    return Tracked(number=number, found=False, problem="several" if named else "other_number")


def _nowhere(body: Mapping[str, Any], number: str) -> Tracked:
    """Nothing, or perhaps with another company of DHL's, whose links cost a question each."""
    elsewhere = body.get("possibleAdditionalShipmentsUrl")
    return Tracked(number=number, found=False, problem="elsewhere" if elsewhere else "")


def _same(one: str, other: str) -> bool:
    """Printed with blanks, or with the noughts before it left out, it is the same number."""
    if one == other:
        return True
    first, second = ("".join(text.split()).upper().lstrip("0") for text in (one, other))
    return first == second


def _tracked(shipment: Mapping[str, Any], number: str) -> Tracked:
    """`number` "": under the shipment's own."""
    own = _text(shipment.get("id"))
    asked = number or own
    details = _details(shipment)
    pieces = _pieces(details)
    events = tuple(_events(shipment, asked, pieces))
    ended = _code(shipment.get("status")) == "delivered"
    return Tracked(
        number=asked,
        events=events,
        aliases=tuple(alias for alias in _aliases(details, pieces, own) if not _same(alias, asked)),
        expected_on=None if ended else _expected(shipment),
    )


def _details(shipment: Mapping[str, Any]) -> Mapping[str, Any]:
    details = shipment.get("details")
    return details if isinstance(details, dict) else {}


def _pieces(holder: Mapping[str, Any]) -> list[str]:
    return [piece for each in _many(holder.get("pieceIds")) if (piece := _text(each))]


def _all_numbers(shipment: Mapping[str, Any]) -> Iterator[str]:
    details = _details(shipment)
    return _other_numbers(details, _pieces(details))


def _other_numbers(details: Mapping[str, Any], pieces: Sequence[str]) -> Iterator[str]:
    """Of its pieces, and those that another carrier or country gave it."""
    yield from pieces
    for each in _many(details.get("references")):
        if isinstance(each, dict) and each.get("type") in (
            "local-tracking-number",
            "domestic-consignment-id",
            "shipment-id",
        ):
            yield _text(each.get("number"))


def _aliases(details: Mapping[str, Any], pieces: Sequence[str], own: str) -> Iterator[str]:
    """Numbers of this parcel: those of the whole shipment name it only where it has one piece."""
    if len(pieces) <= 1:
        yield from dict.fromkeys(text for text in (own, *_other_numbers(details, pieces)) if text)


def _events(shipment: Mapping[str, Any], asked: str, pieces: Sequence[str]) -> list[TrackingEvent]:
    """Oldest first. The shipment's `status` repeats the newest event, and stands alone where there are none."""
    said = [each for each in _many(shipment.get("events")) if isinstance(each, dict)]
    told = [_dated(each) for each in said]
    status = shipment.get("status")
    # Told letter by letter, as it mostly is, it need not be read to be known again.
    if isinstance(status, dict) and not any(_same_moment(each, status) for each in said):
        newest = _dated(status)
        if newest[0] not in [at for at, _, _ in told]:
            told.insert(0, newest)
    back = shipment.get("returnFlag") is True
    dated = [
        (at, each, address)
        for at, each, address in told
        if at and (not pieces or _piece_of(each, pieces, asked))
    ]
    if len(dated) > 1 and dated[0][0] > dated[-1][0]:  # newest first: those of one moment keep their order
        dated.reverse()
    dated.sort(key=itemgetter(0))
    found = []
    for at, each, address in dated:
        code = _text(each.get("statusCode"))
        label = _label(each, _RETURNED if back and code == "delivered" else "")
        found.append(TrackingEvent(code=code, label=label, at=at, place=_place(address)))
    return found


def _same_moment(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one.get("timestamp") == other.get("timestamp") and one.get("location") == other.get("location")


def _piece_of(event: Mapping[str, Any], pieces: Sequence[str], asked: str) -> bool:
    """False for news of other pieces of the shipment, which has several, than the one that was asked for."""
    named = _pieces(event)
    alone = not any(_same(piece, asked) for piece in pieces)
    return alone or not named or any(_same(piece, asked) for piece in named)


def _code(event: Any) -> str:
    return _text(event.get("statusCode")) if isinstance(event, dict) else ""


def _label(event: Mapping[str, Any], behind: str) -> str:
    """What DHL says in words. `status` is a short title with some companies and a bare number with others."""
    kept: list[str] = []
    for name in ("status", "description", "remark"):
        said = event.get(name)
        text = _text(said) if said else ""
        if text and not text.isdigit() and (not kept or text.casefold() not in map(str.casefold, kept)):
            kept.append(text)
    return " · ".join((*kept, behind) if behind else kept)


def _place(address: Mapping[str, Any]) -> str:
    return _text(address.get("addressLocality")) or _text(address.get("countryCode"))


def _address(event: Mapping[str, Any]) -> Mapping[str, Any]:
    location = event.get("location")
    address = location.get("address") if isinstance(location, dict) else None
    return address if isinstance(address, dict) else {}


def _dated(event: Mapping[str, Any]) -> tuple[datetime | None, Mapping[str, Any], Mapping[str, Any]]:
    """When it happened, the event, and the address of where."""
    address = _address(event)
    return _moment(event.get("timestamp"), address), event, address


def _moment(said: Any, address: Mapping[str, Any]) -> datetime | None:
    """ISO 8601. Some companies leave the zone out: then it is the clock where it happened, as far as the country
    says, else the French one; an hour's error in a place we know nothing of."""
    try:
        at = _iso(said)
    except (TypeError, ValueError):
        try:
            at = _iso(_text(said))
        except ValueError:
            return None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        return None
    if at.tzinfo:
        return at
    return at.replace(tzinfo=_CLOCKS.get(_text(address.get("countryCode")), _HOME))


def _expected(shipment: Mapping[str, Any]) -> date | None:
    frame = shipment.get("estimatedDeliveryTimeFrame")
    through = frame.get("estimatedThrough") if isinstance(frame, dict) else ""
    at = _moment(shipment.get("estimatedTimeOfDelivery") or through, {})
    return at.date() if at else None


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Text and whole numbers as text; everything else is nothing."""
    if isinstance(value, str):
        # Codes have no blank to mend, words seldom: only U+0020 among the blanks is printable.
        if value.isprintable() and (" " not in value or ("  " not in value and value[0] != " " != value[-1])):
            return value
        return " ".join(value.split())
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _unreadable(answer: Answer) -> DeskError:
    return CarrierUnreachable(
        "The carrier's news of the parcel cannot be read. It will be asked again later.",
        raw=f"HTTP {answer.status}",
    )
