"""GLS as it is documented, on loopback: the token window, ShipIT's REST services, Track And Trace.

POST /oauth2/v2/token
POST /shipit-farm/v1/backend/rs/shipments, …/validate, …/allowedservices, …/cancel/{TrackID}, …/reprintparcel,
     …/endofday?date=
POST /shipit-farm/v1/backend/rs/parcelshop/address, …/rs/tracking/parcelpod
GET  /track-and-trace-v1/tracking/simple/trackids/{1 to 10 ids}, /tracking/events/codes

ShipIT says no with the headers `error`, `message` and `args` over an empty body; the tracking API with an error per
parcel, a problem object, or the gateway's `fault`.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from wismo_desk.practice.colissimo_parcels import sheet
from wismo_desk.practice.gls_parcels import ParcelBook, SoldParcel, life, was_scanned
from wismo_desk.practice.gls_rules import (
    CONTACT,
    PRODUCTS,
    SERVICES,
    TEMPLATES,
    Fault,
    faults,
    invalid,
    missing,
    shops,
)
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.practice.token_desk import CLIENT_ID, CLIENT_SECRET, TokenDesk

_SHIPIT: Final = "/shipit-farm/v1/backend"
_TRACK: Final = "/track-and-trace-v1"
_TOKEN: Final = "/oauth2/v2/token"  # noqa: S105 - a path
_MEDIA: Final = "application/glsVersion1+json"
_PARIS: Final = ZoneInfo("Europe/Paris")
_MOST: Final = 10
_ID: Final = re.compile(r"[0-9A-Za-z_]{6,14}")
_CODES: Final = {
    "CANCEL.NORMAL": "Les données du colis ont été effacées",
    "DELIVD.PARCELSHOP": "Le colis est au relais",
}
# The documented test data set: parcel and status, one each.
TEST_PARCELS: Final = {
    f"QAS_{place:07d}": status
    for place, status in enumerate(
        (
            *("PLANNEDPICKUP", "INPICKUP", "NOTPICKEDUP", "PREADVICE", "INTRANSIT", "INDELIVERY"),
            *("DELIVEREDPS", "DELIVERED", "INWAREHOUSE", "NOTDELIVERED", "CANCELED", "FINAL"),
        ),
        start=1,
    )
}


class GlsServer(LoopbackServer):
    """`state_file` keeps the parcels across restarts, `clock` (aware) drives their lives and the tokens'."""

    def __init__(
        self,
        *,
        state_file: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
        slow_s: float = 2.0,
        port: int = 0,
    ) -> None:
        super().__init__(slow_s=slow_s, port=port)
        self._clock = clock
        self._book = ParcelBook(clock, state_file)
        self.tokens = TokenDesk(clock)

    @property
    def created(self) -> Counter[str]:
        """How many labels were sold per reference (ShipmentUnitReference)."""
        with self._lock:
            return self._book.created

    @property
    def settings(self) -> dict[str, str]:
        """What a desk needs to find this server."""
        return {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "contact_id": CONTACT,
            "url_shipit": self.url + _SHIPIT,
            "url_track": self.url + _TRACK,
            "url_token": self.url + _TOKEN,
        }

    def refusal(self) -> Reply:
        return _no(invalid("Shipment.Consignee.Address.ZIPCode", "Shipment validation failed"))

    def busy(self) -> Reply:
        return _fault(
            429, "policies.ratelimit.QuotaViolation", "Rate limit quota violation. Quota limit exceeded."
        )

    def carry_out(self, call: Call) -> Reply:
        if (call.method, call.path) == ("POST", _TOKEN):
            return self.tokens.give(call)
        if not self.tokens.knows(call):
            return _fault(401, "steps.jwt.TokenExpired", "The Token has expired: policy(Verify-JWT)")
        if call.method == "GET" and call.path.startswith(f"{_TRACK}/tracking/"):
            return self._tracking(call)
        if call.method == "POST" and call.path.startswith(f"{_SHIPIT}/rs/"):
            return self._shipit(call, call.path.removeprefix(f"{_SHIPIT}/rs/").split("/"))
        return Reply(404, b"", "text/plain")

    def _shipit(self, call: Call, path: list[str]) -> Reply:
        match path:
            case ["shipments", "cancel", track_id]:
                return self._cancel(track_id)
            case ["shipments", "endofday"]:
                return self._end_of_day(call.query.get("date", ""))
        asked = _parsed(call.body)
        if asked is None or call.headers.get("content-type") != _MEDIA:
            return _no(missing("ShipmentRequestData"))
        match path:
            case ["shipments"]:
                return self._sell(asked)
            case ["shipments", "validate"]:
                return _validated(list(faults(asked.get("Shipment"))))
            case ["shipments", "allowedservices"]:
                return _allowed(asked)
            case ["shipments", "reprintparcel"]:
                return self._reprint(asked)
            case ["parcelshop", "address"]:
                most = str(asked.get("MaxNumberOfShops", "10"))
                found = shops(str(asked.get("ZIPCode", "")), int(most) if most.isdecimal() else 10)
                return _json(200, {"ParcelShop": found}, _MEDIA)
            case ["tracking", "parcelpod"]:
                return self._proof(str(asked.get("TrackID", "")))
        return Reply(404, b"", "text/plain")

    def _sell(self, asked: dict[str, Any]) -> Reply:
        wrong = list(faults(asked.get("Shipment")))
        dpi = _dpi(asked)
        if wrong or dpi is None:
            return _no(wrong[0] if wrong else missing("PrintingOptions"))
        return _created(201, self.told_of(self._book.sell(asked["Shipment"], dpi=dpi)))

    def _reprint(self, asked: dict[str, Any]) -> Reply:
        parcel = self._book.get(str(asked.get("TrackID", "")))
        if parcel is None or parcel.voided_at is not None:
            return _unknown(str(asked.get("TrackID", "")))
        return _created(200, [parcel])

    def _cancel(self, track_id: str) -> Reply:
        """Cancelling twice is no error: the second caller may be the first, who heard no answer. # unverified"""
        parcel = self._book.get(track_id)
        if parcel is None:
            return _unknown(track_id)
        if parcel.voided_at is None and was_scanned(parcel, self._clock()):
            return _json(200, {"TrackID": track_id, "Result": "SCANNED"}, _MEDIA)
        if parcel.voided_at is None:
            self._book.void(parcel)
        return _json(200, {"TrackID": track_id, "Result": "CANCELLED"}, _MEDIA)

    def _end_of_day(self, day: str) -> Reply:
        """What no report has named yet; a second one on the same day names only what came since."""
        try:
            reported = self._book.report(date.fromisoformat(day))
        except ValueError:
            return _no(invalid("date", "Not a date"))
        return _json(
            200, {"Shipments": [_reported(parcel) for parcel in reported]} if reported else {}, _MEDIA
        )

    def _proof(self, track_id: str) -> Reply:
        """The signature of a delivered parcel. What ShipIT's search needs, an end of day before, is not asked for here:
        practice desks make no manifest of every parcel."""
        parcel = self._book.get(track_id)
        if parcel is None:
            return _unknown(track_id)
        if not any(status == "DELIVERED" for _, status, *_ in life(parcel, self._clock())):
            return _no(Fault("NO_POD_IMAGE_FOUND", "It has no Signature/Geo PoD image."), 404)
        image = base64.b64encode(sheet(f"PREUVE DE LIVRAISON - EXERCICE - {track_id}")).decode("ascii")
        return _json(200, {"PODItem": {"TrackID": track_id, "ImageData": [image]}}, _MEDIA)

    def _tracking(self, call: Call) -> Reply:
        match call.path.removeprefix(_TRACK).strip("/").split("/"):
            case ["tracking", "events", "codes"]:
                known = [{"code": code, "description": said} for code, said in _CODES.items()]
                return _json(200, {"eventsCodes": known})
            case ["tracking", "simple", "trackids", ids]:
                numbers = ids.split(",")
                if len(numbers) > _MOST:
                    why = (
                        f"Provided references of size '{len(numbers)}' is more than allowed limit of {_MOST}"
                    )
                    return _problem(400, "Bad Request", why, call)
                return _json(200, {"parcels": [self._parcel(number) for number in numbers]})
        return _problem(404, "Not Found", "No static resource", call)

    def _parcel(self, number: str) -> dict[str, Any]:
        if not _ID.fullmatch(number):
            return {"requested": number, "errorCode": "E_400_01", "errorMessage": "Bad Request"}
        if number in TEST_PARCELS:
            at = _local(self._clock() - timedelta(days=1))
            status = {"status": TEST_PARCELS[number], "statusDateTime": at}
            return {"requested": number, "unitno": number, **status, "events": []}
        parcel = self._book.get(number)
        told = list(life(parcel, self._clock())) if parcel else []
        if parcel is None or not told:
            return {"requested": number, "errorCode": "E_404_01", "errorMessage": "Resource Not Found"}
        return {
            "requested": number,
            "unitno": parcel.number,
            "status": told[-1][1],
            "statusDateTime": _local(told[-1][0]),
            "events": [_event(at, code, said, town) for at, _, code, said, town in reversed(told) if code],
        }


def _dpi(asked: Mapping[str, Any]) -> int | None:
    options = asked.get("PrintingOptions")
    labels = options.get("ReturnLabels") if isinstance(options, dict) else None
    if not isinstance(labels, dict) or labels.get("LabelFormat") != "ZEBRA":
        return None
    return TEMPLATES.get(str(labels.get("TemplateSet")))


def _created(status: int, parcels: Sequence[SoldParcel]) -> Reply:
    shipment = {
        "ShipmentReference": parcels[0].shipment.get("ShipmentReference", []) if parcels else [],
        "ParcelData": [_parcel_data(parcel) for parcel in parcels],
        "PrintData": [
            {"Data": [base64.b64encode(parcel.zpl.encode("ascii")).decode("ascii")], "LabelFormat": "ZEBRA"}
            for parcel in parcels
        ],
        "CustomerID": "2500000000",
        "PickupLocation": "FR0000",
        "GDPR": ["EXERCICE"],
    }
    return _json(status, {"CreatedShipment": shipment}, _MEDIA)


def _parcel_data(parcel: SoldParcel) -> dict[str, Any]:
    return {
        "TrackID": parcel.track_id,
        "ShipmentUnitReference": [parcel.reference],
        "ParcelNumber": parcel.number,
        "Barcodes": {
            "Primary1D": parcel.number,
            "Primary1DPrint": True,
            "Primary2D": parcel.primary_2d,
            "Secondary2D": "A|EXERCICE|",
        },
        "RoutingInfo": {
            "Tour": "0000",
            "InboundSortingFlag": "0",
            "FinalLocationCode": "FR0000",
            "HubLocation": "F00",
            "LastRoutingDate": parcel.created_at.date().isoformat(),
        },
    }


def _reported(parcel: SoldParcel) -> dict[str, Any]:
    unit = {**parcel.shipment["ShipmentUnit"][0], "TrackID": parcel.track_id, "ParcelNumber": parcel.number}
    return {**parcel.shipment, "ShipmentUnit": [unit]}


def _validated(wrong: list[Fault]) -> Reply:
    issues = [{"Rule": each.rule, "Location": each.message, "Parameters": []} for each in wrong]
    return _json(200, {"Success": not wrong, "ValidationResult": {"Issues": issues}}, _MEDIA)


def _allowed(asked: Mapping[str, Any]) -> Reply:
    if asked.get("ContactID") != CONTACT:
        return _no(invalid("ContactID", "Shipper does not exist or is not available for the user."))
    names = [{"ProductName": name} for name in PRODUCTS] + [{"ServiceName": name} for name in SERVICES]
    return _json(200, {"AllowedServices": names}, _MEDIA)


def _event(at: datetime, code: str, said: str, town: str) -> dict[str, str]:
    where = {"city": town, "postalCode": "", "country": "FR"}
    return {"code": code, **where, "description": said, "eventDateTime": _local(at)}


def _local(at: datetime) -> str:
    """2024-10-11T15:24:57+0200"""
    return at.astimezone(_PARIS).strftime("%Y-%m-%dT%H:%M:%S%z")


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    return asked if isinstance(asked, dict) else None


def _unknown(track_id: str) -> Reply:
    """# unverified: which code GLS has for a parcel that it does not know."""
    return _no(Fault("PARCEL_NOT_FOUND", f"Parcel {track_id[:20]} does not exist"), 404)


def _no(wrong: Fault, status: int = 400) -> Reply:
    return Reply(status, b"", _MEDIA, {"error": wrong.code, "message": wrong.message, "args": "[]"})


def _fault(status: int, code: str, said: str) -> Reply:
    return _json(status, {"fault": {"faultstring": said, "detail": {"errorcode": code}}})


def _problem(status: int, title: str, detail: str, call: Call) -> Reply:
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return _json(status, told | {"instance": call.path.removeprefix(_TRACK)})


def _json(status: int, value: Mapping[str, Any], kind: str = "application/json") -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), kind)
