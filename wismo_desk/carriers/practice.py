"""The practice carrier: sells worthless labels from the practice server on this machine, as a real one would.

It asks over HTTP and JSON:

    POST /labels                  -> 201 label            (asked twice, it sells twice, as real ones do)
    POST /shipments               -> 201 {"labels": […]}  (several parcels, sent as {"parcels": […]})
    GET  /labels?reference=…      -> 200 {"labels": […]}  (oldest first)
    POST /labels/{number}/void    -> 200
    GET  /tracking/{number}       -> 200 {"number", "events": [{"code", "label", "at", "place"}]}, or 404
    GET  /pickup-points?postcode= -> 200 {"points": [{"id", "name", "street", "postcode", "city", "kind",
                                     "distance_m", "hours", "closed", …}]}

A label is {"number", "reference", "service", "price_cents", "voided", "codes", "aliases", "format": "zpl",
"content": base64}. A refusal is 4xx with {"error": {"code", "message", "field"}}.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from wismo_desk.domain.carrier import Carrier, CarrierInfo, Service, Traits
from wismo_desk.domain.order import Party
from wismo_desk.domain.pickup import PickupPoint, PointKind, PointSearch
from wismo_desk.domain.refusals import Told
from wismo_desk.domain.shipment import Label, LabelFormat, LabelRequest
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.web import Answer, Http

CARRIER: Final = CarrierInfo(
    code="practice",
    name="Practice carrier",
    services=(
        Service(code="home", name="Domicile", name_en="Home", max_weight_g=30_000),
        Service(
            code="pickup",
            name="Point de retrait",
            name_en="Pickup point",
            pickup_point=True,
            max_weight_g=20_000,
        ),
    ),
    traits=Traits(
        reconcilable=True, voidable=True, bills_at_creation=True, verified_live=True, parcels_together=9
    ),
)

_HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """Settings: `url`, the address of the practice server."""
    url = settings.get("url", "").rstrip("/")
    if not url:
        raise SettingsProblem("The address of the practice carrier is missing.", field="url")
    return PracticeCarrier(url, http)


class PracticeCarrier:
    info = CARRIER

    def __init__(self, url: str, http: Http) -> None:
        self._url = url
        self._http = http

    def buy_label(self, request: LabelRequest) -> Label:
        return parse_label(self._post("/labels", build_label(request)))

    def takes_together(self, request: LabelRequest) -> bool:
        """What is fetched at a pickup point comes parcel by parcel, as with most."""
        return request.service == "home"

    def buy_labels(self, requests: Sequence[LabelRequest]) -> tuple[Label | DeskError, ...]:
        return parse_labels(self._post("/shipments", build_labels(requests)), requests)

    def find_label(self, request: LabelRequest) -> Label | None:
        return parse_found(self._http.ask("GET", self._url + build_search(request), headers=_HEADERS))

    def void_label(self, tracking_number: str, reference: str) -> None:
        path = f"/labels/{quote(tracking_number, safe='')}/void"
        parse_void(self._post(path, build_void(reference)))

    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        return tuple(found for number in numbers for found in self._track(number))

    def _track(self, number: str) -> tuple[Tracked, ...]:
        answer = self._http.ask("GET", f"{self._url}/tracking/{quote(number, safe='')}", headers=_HEADERS)
        if answer.status == 404:
            return (Tracked(number=number, found=False),)
        return parse_tracking(answer)

    def find_points(self, search: PointSearch) -> tuple[PickupPoint, ...]:
        path = "/pickup-points?" + urlencode({"postcode": search.postcode})
        return parse_points(self._http.ask("GET", self._url + path, headers=_HEADERS))[: search.most]

    def _post(self, path: str, body: bytes) -> Answer:
        return self._http.ask("POST", self._url + path, body=body, headers=_HEADERS)


def build_label(request: LabelRequest) -> bytes:
    return _json(_parcel(request))


def build_labels(requests: Sequence[LabelRequest]) -> bytes:
    return _json({"parcels": [_parcel(request) for request in requests]})


def parse_label(answer: Answer) -> Label:
    return _label(_accepted(answer), answer)


def parse_labels(answer: Answer, requests: Sequence[LabelRequest]) -> tuple[Label | DeskError, ...]:
    """Each label by its reference; OutcomeUnknown in the place of one that is not in the answer."""
    body = _accepted(answer)
    rows = body.get("labels") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise _unreadable(answer)
    found = {str(row.get("reference")): row for row in rows if isinstance(row, dict)}

    def one(request: LabelRequest) -> Label | DeskError:
        try:
            return _label(found.get(request.reference), answer)
        except OutcomeUnknown as error:
            return error

    return tuple(one(request) for request in requests)


def build_search(request: LabelRequest) -> str:
    return "/labels?" + urlencode({"reference": request.reference})


def parse_found(answer: Answer) -> Label | None:
    """The oldest label for the reference that was not voided."""
    found = _accepted(answer)
    try:
        valid = [each for each in found["labels"] if not each["voided"]]
    except (KeyError, TypeError):
        raise _unreadable(answer) from None
    return _label(valid[0], answer) if valid else None


def build_void(reference: str) -> bytes:
    return _json({"reference": reference})


def parse_void(answer: Answer) -> None:
    _accepted(answer)


def parse_tracking(answer: Answer) -> tuple[Tracked, ...]:
    found = _accepted(answer)
    try:
        events = [
            TrackingEvent(
                code=str(each["code"]),
                label=str(each["label"]),
                at=datetime.fromisoformat(each["at"]).astimezone(),
                place=str(each["place"]),
            )
            for each in found["events"]
        ]
        return (Tracked(number=str(found["number"]), events=tuple(events)),)
    except (KeyError, TypeError, ValueError):
        raise _unreadable(answer) from None


def parse_points(answer: Answer) -> tuple[PickupPoint, ...]:
    found = _accepted(answer)
    try:
        return tuple(
            PickupPoint(
                point_id=each["id"],
                name=each["name"],
                street=each["street"],
                postcode=each["postcode"],
                city=each["city"],
                kind=PointKind(each.get("kind", "shop")),
                distance_m=each.get("distance_m"),
                hours=tuple(each["hours"]) if "hours" in each else None,
                closed=tuple(_period(*period) for period in each.get("closed", ())),
            )
            for each in found["points"]
        )
    except (KeyError, TypeError, ValueError):
        raise _unreadable(answer) from None


def _period(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


def parse_error(answer: Answer) -> Told | None:
    """None: the answer says yes."""
    try:
        error = answer.json()["error"]
        return Told(str(error.get("code") or ""), str(error.get("message") or ""))
    except (OutcomeUnknown, KeyError, TypeError, AttributeError):
        return None if answer.status < 400 else Told(f"HTTP {answer.status}")


def _label(found: Any, answer: Answer) -> Label:
    """A label without a number or a picture is one that was bought and cannot be used: OutcomeUnknown."""
    try:
        label = Label(
            carrier=CARRIER.code,
            service=str(found["service"]),
            tracking_number=found["number"],
            format=LabelFormat(found["format"]),
            content=base64.b64decode(found["content"], validate=True),
            aliases=tuple(found["aliases"]),
            codes=tuple(found["codes"]),
            price_cents=found["price_cents"],
        )
    except (KeyError, TypeError, ValueError):
        raise _unreadable(answer) from None
    if not label.tracking_number or not label.content:
        raise _unreadable(answer)
    return label


def _accepted(answer: Answer) -> Any:
    """The answer's JSON if the carrier said yes; else the error that says whether anything was bought."""
    if 200 <= answer.status < 300:
        return answer.json()
    raw = f"HTTP {answer.status}"
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier is too busy, nothing was bought. Try again in a minute.", raw=raw
        )
    if 400 <= answer.status < 500:
        raise _refusal(answer, raw)
    # 5xx, and redirects, which no carrier's contract has: it may have been carried out before it failed.
    raise OutcomeUnknown(
        "The carrier had a fault of its own. What was asked may have been done: check before asking again.",
        raw=raw,
    )


def _refusal(answer: Answer, raw: str) -> CarrierRefused:
    try:
        error = answer.json()["error"]
        reason, code, field = (str(error.get(key) or "") for key in ("message", "code", "field"))
    except (OutcomeUnknown, KeyError, TypeError, AttributeError):
        reason = code = field = ""
    if not reason:
        return CarrierRefused(
            "The carrier refused and gave no reason. Check the address, the weight and the service.",
            raw=code or raw,
            field=field,
        )
    return CarrierRefused(
        "The carrier refused: {reason}. Correct the order and scan it again.",
        reason=reason.rstrip(". "),
        raw=code or raw,
        field=field,
    )


def _unreadable(answer: Answer) -> OutcomeUnknown:
    return OutcomeUnknown(
        "The carrier's answer lacks the label. It may have been bought: check before asking again.",
        raw=f"HTTP {answer.status}",
    )


def _parcel(request: LabelRequest) -> dict[str, object]:
    return {
        "reference": request.reference,
        "order": request.order_number,
        "service": request.service,
        "ship_on": request.ship_on.isoformat(),
        "weight_g": request.weight_g,
        "dpi": request.dpi,
        "pickup_point": request.pickup_point,
        "note": request.note,
        "shipper": _party(request.shipper),
        "recipient": _party(request.recipient),
    }


def _party(party: Party) -> dict[str, object]:
    return {
        "name": party.name,
        "company": party.company,
        "street": list(party.street),
        "postcode": party.postcode,
        "city": party.city,
        "country": party.country,
        "phone": party.phone,
        "email": party.email,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
