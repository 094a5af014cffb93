"""What Chronopost answered: labels, news, pickup points, proofs, and whether a no is one.

Source: the two WSDLs, and Chronopost's "Web Services" document VL3.24.10.14 (chapters 2.3 to 2.6, error codes 4.3).
Pure: an answer in, facts of ours out. Errors of Chronopost's own making are outcomes unknown, because no document
says whether a parcel was registered before them: 1, 2 and 29 (system), 36 (the PDF could not be stored), and the SOAP
fault Server. 37 comes before the parcel has a number, so nothing was bought; the rest are refusals.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from wismo_desk.domain.pickup import PickupPoint, PointKind
from wismo_desk.domain.refusals import Refusals, Told, read_refusals
from wismo_desk.domain.shipment import Label, LabelFormat, Paper, PaperKind
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.errors import CarrierUnreachable, OutcomeUnknown
from wismo_desk.resources import refusals
from wismo_desk.web import Answer
from wismo_desk.web.soap import Fault, body_of
from wismo_desk.web.xml import text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_Info = tuple[str, str]  # name and value of what is told beside an event

CODE: Final = "chronopost"
_OWN_FAULTS: Final = frozenset({"1", "2", "29", "36", "cancel-1", "track-1", "700", "Server"})
_NO_POINTS: Final = "601"
# The same number means different things in different services.
_PREFIXES: Final = (
    ("cancel", "cancel-"),
    ("track", "track-"),
    ("searchPOD", "track-"),
    ("getReserved", "label-"),
)
# 33 is said of every value that does not validate; its text tells which.
_VALUES: Final = (
    ("account", "33-account"),
    ("password", "33-password"),
    ("productcode", "33-service"),
    ("value.service", "33-service"),
)
_NO_PLACES: Final = frozenset({"web services", "service d'avisage"})  # offices that are none
_PARTNER: Final = frozenset({"Numéro partenaire", "Partner number"})
_EXPECTED: Final = frozenset({"Date de relivraison", "Début créneau RDV"})
_NEWS: Final = ("listEventInfoComp", "listEvents", "listParcel")
_KINDS: Final = {"A": PointKind.DEPOT, "B": PointKind.POST_OFFICE, "P": PointKind.SHOP}
_MEDIA: Final = {"PDF": "application/pdf", "PNG": "image/png", "JPG": "image/jpeg"}
_HOME: Final = ZoneInfo("Europe/Paris")  # xs:dateTime may come without an offset
_YEARS: Final = range(2000, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A parcel that Chronopost registered. `zpl` is empty when no whole label came with it."""

    number: str
    reservation: str
    zpl: bytes
    aliases: tuple[str, ...]

    def label(self, service: str = "", *more: str) -> Label:
        """`more` are aliases that only the request knows. OutcomeUnknown: there is no label to print."""
        if not self.zpl:
            raise no_label(self.number)
        aliases = (*self.aliases, *more)
        return Label(
            carrier=CODE,
            service=service,
            tracking_number=self.number,
            format=LabelFormat.ZPL,
            content=self.zpl,
            aliases=aliases,
            codes=(self.number, *aliases),
        )


def no_label(number: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "Chronopost registered parcel {number} and sent no label for it. "
        "Cancel it with Chronopost, or ask them for the label, before asking again.",
        number=number,
        raw=number,
    )


def parse_sold(answer: Answer) -> Sold:
    """What shippingMultiParcelV4 answered, of one parcel."""
    return parse_several(answer)[0]


def parse_several(answer: Answer) -> tuple[Sold, ...]:
    """The parcels it registered, in the order of the answer; at least one."""
    told = _returned(answer)
    reservation = text_of(told, "reservationNumber")
    sold = tuple(
        _sold(parcel, number, reservation)
        for parcel in told.findall("resultMultiParcelValue")
        if (number := text_of(parcel, "skybillNumber"))
    )
    if not sold:
        raise _unreadable(answer)
    return sold


def _sold(parcel: Element, number: str, reservation: str) -> Sold:
    codes = (text_of(parcel, "geoPostNumeroColis"), text_of(parcel, "geoPostCodeBarre"))
    return Sold(
        number=number,
        reservation=reservation,
        zpl=_zpl(text_of(parcel, "pdfEtiquette")),
        aliases=tuple(dict.fromkeys(code for code in codes if code and code != number)),
    )


def parse_label(answer: Answer) -> Label:
    """The service is the request's to know: "" here."""
    return parse_sold(answer).label()


def parse_reserved(answer: Answer) -> bytes:
    """The ZPL of a reservation; empty when there is none in it."""
    return _zpl(text_of(_returned(answer), "skybill"))


def parse_tracking(answer: Answer) -> tuple[Tracked, ...]:
    """One for each parcel named. No events: Chronopost does not know the number, or not yet."""
    told = _returned(answer)
    return tuple(_tracked(parcel) for name in _NEWS for parcel in told.iter(name))


def parse_void(answer: Answer) -> None:
    _returned(answer)


def parse_proof(answer: Answer) -> Paper | None:
    """None: there is none, or none yet (statusCode 1 to 3)."""
    told = _returned(answer)
    if text_of(told, "podPresente") not in ("true", "1"):
        return None
    content = _decoded(text_of(told, "pod"))
    if not content:
        raise _unreadable(answer)
    media = _MEDIA.get(text_of(told, "formatPOD").upper(), "application/pdf")
    return Paper(kind=PaperKind.PROOF, content=content, media_type=media)


def parse_points(answer: Answer, *, searched: bool = True) -> tuple[PickupPoint, ...]:
    """The open ones, nearest first. Of a search, distances count only when the address itself was found
    (qualiteReponse 2), and at 0 Chronopost asks that its answer be ignored."""
    told = _told(answer)
    if told is not None and told.code == _NO_POINTS:
        return ()
    found = _returned(answer)
    quality = text_of(found, "qualiteReponse")
    if searched and quality == "0":
        return ()
    points = [_point(each, exact=quality == "2") for each in found.findall("listePointRelais")]
    return tuple(
        sorted(
            (point for point in points if point is not None),
            key=lambda point: point.distance_m if point.distance_m is not None else 0,
        )
    )


def parse_error(answer: Answer) -> Told | None:
    """None: the answer says yes. Codes that two services use carry the service's name ("cancel-3")."""
    try:
        return _told(answer)
    except OutcomeUnknown:
        return None if answer.status < 400 else Told(f"HTTP {answer.status}")


@cache
def _table() -> Refusals:
    return read_refusals(refusals(CODE))


def _returned(answer: Answer) -> Element:
    """The `return` of an answer that says yes; else the error that says whether anything was done."""
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier is too busy, nothing was bought. Try again in a minute.", raw="HTTP 429"
        )
    try:
        body = body_of(answer)
        told = _told_in(body, answer)
    except OutcomeUnknown:
        # Not Chronopost's own words. Before the service stands a gateway, whose 4xx means that nothing went in.
        if 400 <= answer.status < 500:
            raise _table().refused(f"HTTP {answer.status}") from None
        raise
    returned = None if isinstance(body, Fault) else body.find("return")
    if told is None and returned is not None and answer.status < 300:
        return returned
    if told is None or told.code in _OWN_FAULTS:
        raise OutcomeUnknown(
            "The carrier had a fault of its own. What was asked may have been done: check before asking again.",
            raw=told.code if told else f"HTTP {answer.status}",
        )
    number = "" if returned is None else text_of(returned, "resultMultiParcelValue/skybillNumber")
    if number:  # a no, and a parcel all the same
        raise no_label(number)
    raise _table().refused(told.code, told.text)


def _told(answer: Answer) -> Told | None:
    """What went wrong, or None. OutcomeUnknown: not SOAP at all."""
    return _told_in(body_of(answer), answer)


def _told_in(body: Element | Fault, answer: Answer) -> Told | None:
    if isinstance(body, Fault):
        return Told(body.code.partition(".")[0] or "Server", body.text)
    returned = body.find("return")
    code, said = text_of(returned, "errorCode"), text_of(returned, "errorMessage")
    if code == "0":
        return None
    if not code.lstrip("-").isdecimal():
        raise _unreadable(answer)
    if code == "33":
        spoken = said.casefold().replace(" ", "")
        return Told(next((row for piece, row in _VALUES if piece in spoken), code), said)
    prefix = next((prefix for begin, prefix in _PREFIXES if body.tag.startswith(begin)), "")
    return Told(prefix + code, said)


def _tracked(parcel: Element) -> Tracked:
    number = text_of(parcel, "skybillNumber")
    told = [(each, _infos(each)) for each in parcel.iter("events")]
    infos = [info for _, of_event in told for info in of_event]
    events = sorted(_events(told), key=lambda event: event.at)
    partners = [value.removeprefix("GEO/") for name, value in infos if name in _PARTNER]
    return Tracked(
        number=number,
        found=bool(events),
        events=tuple(events),
        aliases=tuple(dict.fromkeys(value for value in partners if value and value != number)),
        expected_on=_expected(infos, events),
    )


def _events(told: Sequence[tuple[Element, Sequence[_Info]]]) -> Iterator[TrackingEvent]:
    """Codes come padded with blanks. News without a moment that can be read cannot be put in order: left out."""
    for each, infos in told:
        at = _moment(text_of(each, "eventDate"))
        if at is not None:
            place = next((value for name, value in infos if name == "Lieu"), "")
            place = place or text_of(each, "officeLabel")
            yield TrackingEvent(
                code=text_of(each, "code"),
                label=text_of(each, "eventLabel"),
                at=at,
                place="" if place.casefold() in _NO_PLACES else place,
            )


def _expected(infos: Sequence[_Info], events: Sequence[TrackingEvent]) -> date | None:
    """The newest day that was named, while nothing happened after it."""
    days = [day for name, value in infos if name in _EXPECTED and (day := _french_day(value))]
    return days[-1] if days and events and days[-1] >= events[-1].at.date() else None


def _infos(event: Element) -> list[_Info]:
    return [(text_of(each, "name"), text_of(each, "value")) for each in event.findall("infoCompList")]


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=_HOME)
    return at if at.year in _YEARS else None


def _french_day(text: str) -> date | None:
    found = re.match(r"(\d{2})/(\d{2})/(\d{4})\b", text, re.ASCII)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _point(found: Element, *, exact: bool) -> PickupPoint | None:
    """None: it has no number, or is not active."""
    point_id = text_of(found, "identifiant")
    if not point_id or text_of(found, "actif") == "false":
        return None
    hours = _hours(found)
    street = [text_of(found, f"adresse{line}") for line in (1, 2, 3)]
    kind = _KINDS.get(text_of(found, "typeDePoint"), PointKind.UNKNOWN)
    if kind is PointKind.SHOP and hours is None:
        kind = PointKind.UNKNOWN  # no hours at all: perhaps a locker in the street
    heaviest = _whole(text_of(found, "poidsMaxi"))
    return PickupPoint(
        point_id=point_id,
        name=text_of(found, "nom"),
        street=", ".join(line for line in street if line),
        postcode=text_of(found, "codePostal"),
        city=text_of(found, "localite"),
        country=text_of(found, "codePays") or "FR",
        kind=kind,
        distance_m=_whole(text_of(found, "distanceEnMetre")) if exact else None,
        latitude=_degrees(text_of(found, "coordGeolocalisationLatitude")),
        longitude=_degrees(text_of(found, "coordGeolocalisationLongitude")),
        max_weight_g=heaviest * 1000 if heaviest else None,
        hours=hours,
        closed=tuple(_closures(found)),
    )


def _hours(point: Element) -> tuple[str, ...] | None:
    """Days that are not named are closed; none named at all says nothing."""
    days = {}
    for each in point.findall("listeHoraireOuverture"):
        slots = text_of(each, "horairesAsString").split()
        open_slots = (slot for slot in slots if slot != "00:00-00:00")
        days[text_of(each, "jour")] = " ".join(slot.replace("-", "–") for slot in open_slots)
    return tuple(days.get(str(day), "") for day in range(1, 8)) if days else None


def _closures(point: Element) -> Iterator[tuple[date, date]]:
    for each in point.findall("listePeriodeFermeture"):
        first, last = _moment(text_of(each, "calendarDeDebut")), _moment(text_of(each, "calendarDeFin"))
        if first and last:
            yield first.date(), last.date()


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _degrees(text: str) -> float | None:
    found = re.fullmatch(r"-?\d{1,3}(?:[.,]\d+)?", text, re.ASCII)
    return float(text.replace(",", ".")) if found else None


def _zpl(text: str) -> bytes:
    """The label, or nothing: half of one, or a PDF, must not reach the printer."""
    content = _decoded(text)
    return content if content.rfind(b"^XZ") > content.find(b"^XA") >= 0 else b""


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _unreadable(answer: Answer) -> OutcomeUnknown:
    return OutcomeUnknown(
        "The answer of {host} cannot be read. What was asked may have been done: check before asking again.",
        host=answer.host,
        raw=f"HTTP {answer.status}",
    )
