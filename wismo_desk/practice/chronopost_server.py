"""Chronopost's side of its contract, played on loopback: three SOAP services, failing when told to.

POST /shipping-cxf/ShippingServiceWS               shippingMultiParcelV4, getReservedSkybillWithTypeAndModeAuth
POST /tracking-cxf/TrackingServiceWS               trackSkybillV2, trackWithSenderRef, cancelSkybill, searchPOD
POST /recherchebt-ws-cxf/PointRelaisServiceWS      recherchePointChronopostInter, rechercheDetailPointChronopostInter

Refusals are HTTP 200 with an errorCode; what is no request of theirs gets HTTP 500 and a SOAP fault. Source: the
WSDLs, and Chronopost's "Web Services" document VL3.24.10.14.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wismo_desk.errors import OutcomeUnknown
from wismo_desk.practice.chronopost_parcels import News, ParcelBook, SoldParcel
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.web import Answer
from wismo_desk.web.soap import Fault as SoapFault
from wismo_desk.web.soap import body_of, envelope
from wismo_desk.web.xml import Node, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ACCOUNT: Final = "99999901"
PASSWORD: Final = "999901"  # noqa: S105 - worthless: it opens nothing but this server
_SPACES: Final = {
    "shipping-cxf/ShippingServiceWS": "http://cxf.shipping.soap.chronopost.fr/",
    "tracking-cxf/TrackingServiceWS": "http://cxf.tracking.soap.chronopost.fr/",
    "recherchebt-ws-cxf/PointRelaisServiceWS": "http://cxf.rechercheBt.soap.chronopost.fr/",
}
_XML: Final = "text/xml;charset=UTF-8"
_DPI: Final = {"Z2D": 203, "ZPL300": 300}
_PRODUCTS: Final = frozenset({"01", "02", "16", "17", "44", "49", "4P", "86"})
_AT_POINTS: Final = frozenset({"49", "4P", "86"})
# What the document marks as obligatory (2.3.2.b), and how long it may be.
_PARTY: Final = {"Adress1": 38, "City": 50, "Country": 2, "Email": 80, "Name": 100, "Phone": 17, "ZipCode": 9}
_POINT: Final = re.compile(r"(\d{2})0([1-4])P")
_CLOSED: Final = "4"
_SHOPS: Final = ("TABAC EXEMPLE", "FLEURS EXEMPLE", "PRESSE EXEMPLE", "GARAGE EXEMPLE")
_STREETS: Final = ("3 RUE DES ESSAIS", "12 PLACE DU MODELE", "27 AVENUE DE LA DEMO", "8 QUAI FICTIF")
_PROOF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

_Wrong = tuple[int, str]


class ChronopostServer(LoopbackServer):
    """`state_file` keeps the parcels across restarts, `clock` (aware) drives their lives. `recorded_after`: how
    long a new parcel is unknown to the tracking and cannot be cancelled (some ten minutes, 2.6.4)."""

    def __init__(
        self,
        *,
        state_file: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
        recorded_after: timedelta = timedelta(minutes=10),
        slow_s: float = 2.0,
        port: int = 0,
    ) -> None:
        super().__init__(slow_s=slow_s, port=port)
        self._clock = clock
        self._recorded_after = recorded_after
        self._book = ParcelBook(clock, state_file)
        self._without_label = 0

    @property
    def settings(self) -> dict[str, str]:
        """What a practice desk's carrier is built with."""
        return {"account": ACCOUNT, "password": PASSWORD, "url": self.url}

    @property
    def created(self) -> Counter[str]:
        """How many labels were sold per reference: more than one means that one was paid for nothing."""
        with self._lock:
            return self._book.created

    def lose_labels(self, count: int = 1) -> None:
        """Let the next parcels be registered, and their labels be left out of the answer."""
        with self._lock:
            self._without_label = count

    def refusal(self) -> Reply:
        return _returned(_SPACES["shipping-cxf/ShippingServiceWS"], "shippingMultiParcelV4", _no(*_TOWN))

    def vague(self) -> Reply:
        return _fault("Server", "Fault occurred while processing.")

    def carry_out(self, call: Call) -> Reply:
        space = _SPACES.get(call.path.strip("/"))
        if call.method != "POST" or space is None:
            return Reply(404, b"<h1>404</h1>", "text/html")
        try:
            asked = body_of(Answer(status=200, content=call.body, headers={}, host="caller"))
        except OutcomeUnknown:
            return _fault("Client", "Error reading XMLStreamReader.")
        if isinstance(asked, SoapFault):
            return _fault("Client", "Message part Fault was not recognized.")
        content = self._answered(asked) if f'"{space}"'.encode() in call.body else None
        if content is None:
            return _fault("Client", f"Message part {asked.tag} was not recognized.")
        return _returned(space, asked.tag, content)

    def _answered(self, asked: Element) -> Sequence[Node] | None:
        match asked.tag:
            case "shippingMultiParcelV4":
                return self._sell(asked)
            case "getReservedSkybillWithTypeAndModeAuth":
                return self._label_again(asked)
            case "trackSkybillV2":
                return self._track(asked)
            case "trackWithSenderRef":
                return self._track_reference(asked)
            case "cancelSkybill":
                return self._cancel(asked)
            case "searchPOD":
                return self._prove(asked)
            case "recherchePointChronopostInter":
                return _points(asked)
            case "rechercheDetailPointChronopostInter":
                return _point_again(asked)
        return None

    def _sell(self, asked: Element) -> Sequence[Node]:
        wrong = next(_wrongs(asked), None)
        if wrong:
            return _no(*wrong)
        parcels = asked.findall("skybillValue")
        references = asked.findall("refValue")
        dpi = _DPI[text_of(asked, "skybillParamsValue/mode")]
        sold: list[SoldParcel] = []
        for place, parcel in enumerate(parcels):
            reference = references[min(place, len(references) - 1)]
            reservation = sold[0].reservation if sold else ""
            wanted = _wanted(asked.find("recipientValue"), parcel, reference)
            sold.append(self._book.sell(wanted, dpi=dpi, reservation=reservation))
        lost, self._without_label = self._without_label, max(0, self._without_label - len(sold))
        shown: list[Node] = [
            ("resultMultiParcelValue", _shown(each, with_label=place >= lost))
            for place, each in enumerate(self.told_of(sold))
        ]
        return (("errorCode", 0), ("reservationNumber", sold[0].reservation), *shown)

    def _label_again(self, asked: Element) -> Sequence[Node]:
        found = self._book.of_reservation(text_of(asked, "numberSearch"))
        if not found or not _is_known(asked):
            return _no(29, "Le numéro de réservation n'a pas été trouvé ou est incohérent")
        zpl = "\n".join(sold.zpl for sold in found)
        return (("errorCode", 0), ("skybill", _base64(zpl.encode("ascii"))), ("type", "Z2D"))

    def _track(self, asked: Element) -> Sequence[Node]:
        number = text_of(asked, "skybillNumber")
        sold = self._book.find(number)
        events = [] if sold is None else [_event(each, sold) for each in self._book.news(sold)]
        return (("errorCode", 0), ("listEventInfoComp", (*events, ("skybillNumber", number))))

    def _track_reference(self, asked: Element) -> Sequence[Node]:
        if not _is_known(asked):
            return _no(2, "the parcel doesn't match account or parcel information not found")
        found = [
            sold for sold in self._book.of_reference(text_of(asked, "sendersRef")) if self._is_recorded(sold)
        ]
        parcels: list[Node] = [
            ("listParcel", (*map(_plain_event, self._book.news(sold)), ("skybillNumber", sold.number)))
            for sold in found
        ]
        return (("errorCode", 0), *parcels)

    def _cancel(self, asked: Element) -> Sequence[Node]:
        sold = self._book.find(text_of(asked, "skybillNumber"))
        if sold is None or sold.voided_at is not None or not _is_known(asked):
            wrong = _no(2, "the parcel doesn't match account or parcel information not found")
            return (*wrong, ("statusCode", 0))
        if not self._is_recorded(sold) or self._book.in_hand(sold):
            return (*_no(3, "the parcel is not registered yet or already taken over"), ("statusCode", 0))
        self._book.void(sold.number)
        return (("errorCode", 0), ("statusCode", 0))

    def _prove(self, asked: Element) -> Sequence[Node]:
        sold = self._book.find(text_of(asked, "skybillNumber"))
        if sold is None or not _is_known(asked):
            wrong = _no(2, "the parcel doesn't match account or parcel information not found")
            return (*wrong, ("podPresente", "false"), ("statusCode", 0))
        if not self._book.delivered(sold):
            return (("errorCode", 0), ("podPresente", "false"), ("statusCode", 3))
        return (
            ("errorCode", 0),
            ("formatPOD", "PDF"),
            ("pod", _base64(_PROOF)),
            ("podPresente", "true"),
            ("statusCode", 5),
        )

    def _is_recorded(self, sold: SoldParcel) -> bool:
        return self._clock() >= sold.created_at + self._recorded_after


def _wanted(to: Element | None, parcel: Element, reference: Element) -> dict[str, str]:
    return {
        "reference": text_of(reference, "shipperRef"),
        "name": text_of(to, "recipientName"),
        "street": text_of(to, "recipientAdress1"),
        "postcode": text_of(to, "recipientZipCode"),
        "city": text_of(to, "recipientCity"),
        "product": text_of(parcel, "productCode"),
        "weight": text_of(parcel, "weight"),
        "point": text_of(reference, "idRelais"),
    }


_TOWN: Final[_Wrong] = (38, "Message routing: code postal / pays / produit incohérents")


def _wrongs(asked: Element) -> Iterator[_Wrong]:
    """What the document says is refused, in the order in which it is looked at."""
    if not re.fullmatch(r"\d{8}", text_of(asked, "headerValue/accountNumber")):
        yield 33, "Invalid accesColis account number"
    if not text_of(asked, "password"):
        yield 33, "Invalid accesColis password"
    if not _is_known(asked):
        yield 30, "Invalid contract number"
    yield from _party_wrongs(asked)
    for parcel in asked.findall("skybillValue"):
        yield from _parcel_wrongs(parcel)
    if text_of(asked, "skybillParamsValue/mode") not in _DPI:
        yield 33, "La balise mode expédition doit être renseignée"
    yield from _count_wrongs(asked)
    point, product = text_of(asked, "refValue/idRelais"), text_of(asked, "skybillValue/productCode")
    if (product in _AT_POINTS) != bool(re.fullmatch(r"\d{4}[A-Za-z]", point)):
        yield 33, "Validation error - Field idRelais"
    country, postcode = (text_of(asked, f"recipientValue/recipient{name}") for name in ("Country", "ZipCode"))
    if product not in _PRODUCTS or (country == "FR" and not re.fullmatch(r"\d{5}", postcode)):
        yield _TOWN


def _count_wrongs(asked: Element) -> Iterator[_Wrong]:
    """Each parcel has a skybill of its own, with its rank; all else stands once, or once for each."""
    count = text_of(asked, "numberOfParcel")
    skybills = asked.findall("skybillValue")
    if not skybills or count != str(len(skybills)):
        yield 33, f"Size of skybillValue must be {count} or {count}"
    for name in ("shipperValue", "recipientValue", "refValue"):
        if str(len(asked.findall(name))) not in ("1", count):
            yield 33, f"Size of {name} must be 1 or {count}"
    ranks = [(text_of(each, "skybillRank"), text_of(each, "bulkNumber")) for each in skybills]
    if ranks != [(str(rank), count) for rank in range(1, len(skybills) + 1)]:
        yield 33, "Validation error - Field skybillRank"


def _party_wrongs(asked: Element) -> Iterator[_Wrong]:
    for role in ("shipper", "customer", "recipient"):
        party = asked.find(f"{role}Value")
        for name, most in _PARTY.items():
            value = text_of(party, f"{role}{name}")
            if not value:
                yield 31, f"Empty data - {role}{name}"
            if len(value) > most:
                yield 32, f"Incorrect data length - {role}{name}"
        if not text_of(party, f"{role}Phone").isdecimal():
            yield 34, f"Not a number - {role}Phone"
        if len(text_of(party, f"{role}Adress2")) > _PARTY["Adress1"]:
            yield 32, f"Incorrect data length - {role}Adress2"


def _parcel_wrongs(parcel: Element | None) -> Iterator[_Wrong]:
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", text_of(parcel, "weight")):
        yield 34, "Not a number - weight"
    if text_of(parcel, "evtCode") != "DC":
        yield 33, "Validation error - Field SkybillValue.EvtCode value must be DC"
    if text_of(parcel, "objectType") not in ("MAR", "DOC"):
        yield 33, "Validation error - Field length SkybillValueObjectType must be equal 3"
    if len(text_of(parcel, "productCode")) != 2:
        yield 33, "Validation error - Field length SkybillValue.ProductCode must be equal 2"
    if not re.fullmatch(r"\d|\d{3}", text_of(parcel, "service")):
        yield 33, "Validation error - Field length SkybillValue.Service must be equal 3"


def _is_known(asked: Element) -> bool:
    account = text_of(asked, "accountNumber") or text_of(asked, "headerValue/accountNumber")
    return (account, text_of(asked, "password")) == (ACCOUNT, PASSWORD)


def _shown(sold: SoldParcel, *, with_label: bool) -> Sequence[Node]:
    return (
        ("codeDepot", "00000000"),
        ("codeService", sold.barcode[22:25]),
        ("destinationDepot", "0000"),
        ("geoPostCodeBarre", sold.barcode),
        ("geoPostNumeroColis", sold.geo),
        ("groupingPriorityLabel", "EXE0"),
        ("pdfEtiquette", _base64(sold.zpl.encode("ascii")) if with_label else ""),
        ("serviceName", "EXERCICE"),
        ("signaletiqueProduit", "EXERCICE ÉTIQUETTE"),
        ("skybillNumber", sold.number),
    )


def _plain_event(news: News) -> Node:
    return ("events", _told(news))


def _event(news: News, sold: SoldParcel) -> Node:
    info = (("name", "Numéro partenaire"), ("value", f"GEO/{sold.geo}"))
    more: tuple[Node, ...] = (("infoCompList", info),) if news.code == "DC" else ()
    return ("events", (*_told(news), *more))


def _told(news: News) -> tuple[Node, ...]:
    """Codes are padded to three characters."""
    return (
        ("code", f"{news.code:<3}"),
        ("eventDate", news.at.isoformat(timespec="seconds")),
        ("eventLabel", news.label),
        ("highPriority", "false"),
        ("officeLabel", news.office),
    )


def _points(asked: Element) -> Sequence[Node]:
    postcode = text_of(asked, "zipCode")
    if not _is_known(asked):
        return _no(1500, "Numéro de contrat ou mot de passe")
    if not re.fullmatch(r"\d{2}/\d{2}/\d{4}", text_of(asked, "shippingDate")):
        return _no(306, "Format de date incorrect")
    if not re.fullmatch(r"\d{5}", postcode):
        return _no(302, "Format de code postal incorrect")
    most = text_of(asked, "maxPointChronopost") or "25"
    if not most.isdecimal() or int(most) > 25:
        return _no(320, "Maximum 25 points")
    open_points = [_point(postcode, place) for place in range(1, 4)][: int(most)]
    return (("errorCode", 0), ("errorMessage", "Code retour OK"), ("qualiteReponse", 2), *open_points)


def _point_again(asked: Element) -> Sequence[Node]:
    if not _is_known(asked):
        return _no(1500, "Numéro de contrat ou mot de passe")
    found = _POINT.fullmatch(text_of(asked, "identifiant"))
    if found is None:
        return _no(601, "Pas de points CHR trouvés")
    return (("errorCode", 0), ("qualiteReponse", 0), _point(f"{found[1]}000", int(found[2])))


def _point(postcode: str, place: int) -> Node:
    hours = [_day(day, "08:30-12:30 14:00-19:00") for day in range(1, 6)] + [_day(6, "09:00-12:30")]
    return (
        "listePointRelais",
        (
            ("accesPersonneMobiliteReduite", "true"),
            ("actif", "false" if str(place) == _CLOSED else "true"),
            ("adresse1", _STREETS[place - 1]),
            ("codePays", "FR"),
            ("codePostal", postcode),
            ("coordGeolocalisationLatitude", f"48.1{place}"),
            ("coordGeolocalisationLongitude", f"-1.6{place}"),
            ("distanceEnMetre", 150 * place),
            ("identifiant", f"{postcode[:2]}0{place}P"),
            *hours,
            ("localite", "VILLE-EXEMPLE"),
            ("nom", _SHOPS[place - 1]),
            ("poidsMaxi", 20),
            ("typeDePoint", "P"),
        ),
    )


def _day(day: int, hours: str) -> Node:
    return ("listeHoraireOuverture", (("horairesAsString", hours), ("jour", day)))


def _no(code: int, message: str) -> tuple[Node, ...]:
    return (("errorCode", code), ("errorMessage", message))


def _returned(space: str, operation: str, content: Sequence[Node]) -> Reply:
    body = envelope(((f"ns1:{operation}Response", {"xmlns:ns1": space}, (("return", content),)),))
    return Reply(200, body, _XML)


def _fault(blame: str, said: str) -> Reply:
    attributes: Mapping[str, str] = {}
    body = envelope((("soap:Fault", attributes, (("faultcode", f"soap:{blame}"), ("faultstring", said))),))
    return Reply(500, body, _XML)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
