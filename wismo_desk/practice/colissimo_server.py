"""Colissimo as it is documented, on loopback: labels, bordereau, pickup points, tracking and documents.

POST /sls-ws/SlsServiceWSRest/2.0/generateLabel                      multipart: jsonInfos, label, cn23
POST …/checkGenerateLabel                                            JSON
POST …/generateBordereauByParcelsNumbers                             multipart: jsonInfos, label (the sheet)
POST /pointretrait-ws-cxf/rest/v2/pointretrait/findRDVPointRetraitAcheminement
POST /tracking-timeline-ws/rest/tracking/timelineCompany
POST /api-document/rest/documents, …/document

The label service takes the key in a header or account and password in the body; the others take both in the body.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from wismo_desk.practice.colissimo_parcels import ParcelBook, SoldParcel, is_delivered, life, sheet
from wismo_desk.practice.colissimo_rules import faults, fits, group_faults, grouping, points
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply

ACCOUNT, PASSWORD, KEY = "900001", "practice", "practice-key"
_SLS: Final = "/sls-ws/SlsServiceWSRest/2.0"
_POINTS: Final = "/pointretrait-ws-cxf/rest/v2/pointretrait"
_TRACKING: Final = "/tracking-timeline-ws/rest/tracking"
_DOCUMENTS: Final = "/api-document/rest"
_PARIS: Final = ZoneInfo("Europe/Paris")
_BOUNDARY: Final = "uuid:5a1e2f0c-practice"
_DONE: Final = {"id": "0", "type": "INFOS", "messageContent": "Demande traitée"}
_WARNING: Final = "99999"  # unverified: which id a warning about a cut text has


class ColissimoServer(LoopbackServer):
    """`state_file` keeps the parcels across restarts, `clock` (aware) drives their lives."""

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

    @property
    def created(self) -> Counter[str]:
        """How many labels were sold per reference (senderParcelRef)."""
        with self._lock:
            return self._book.created

    def sold(self, number: str) -> SoldParcel | None:
        with self._lock:
            return self._book.get(number)

    @property
    def settings(self) -> dict[str, str]:
        """What a desk needs to find this server."""
        return {
            "account": ACCOUNT,
            "password": PASSWORD,
            "carriage": "4,90",
            "url_labels": self.url + _SLS,
            "url_points": self.url + _POINTS,
            "url_tracking": self.url + _TRACKING,
            "url_documents": self.url + _DOCUMENTS,
        }

    def refusal(self) -> Reply:
        return _no("30211", "Code postal du destinataire incorrect")

    def carry_out(self, call: Call) -> Reply:
        operations: dict[str, Callable[[dict[str, Any]], Reply]] = {
            f"{_SLS}/generateLabel": self._sell,
            f"{_SLS}/checkGenerateLabel": self._dry_run,
            f"{_SLS}/generateBordereauByParcelsNumbers": self._manifest,
            f"{_POINTS}/findRDVPointRetraitAcheminement": _points,
            f"{_TRACKING}/timelineCompany": self._timeline,
            f"{_DOCUMENTS}/documents": self._documents,
            f"{_DOCUMENTS}/document": self._document,
        }
        operation = operations.get(call.path)
        if operation is None:
            return Reply(404, b"", "text/plain")
        if call.method != "POST":
            return Reply(405, b"", "text/plain")
        asked = _parsed(call.body)
        if asked is None:
            return Reply(422, b"", "text/plain")
        if not _is_known(call, asked):
            return _unknown_account(call.path)
        return operation(asked)

    def _sell(self, asked: dict[str, Any]) -> Reply:
        group = grouping(asked)
        wrong = [*faults(asked, today=self._clock().date()), *group_faults(group, self._is_follower)]
        if wrong:
            return _no(*wrong[0])
        letter, cuts = _as_printed(asked["letter"])
        dpi = 300 if "300dpi" in asked["outputFormat"]["outputPrintingType"] else 203
        parcel = self._book.sell(letter, account=ACCOUNT, dpi=dpi, group=group)
        response = {"parcelNumber": parcel.number, "parcelNumberPartner": parcel.partner}
        infos = {"messages": [_DONE, *map(_warning, cuts)], "labelV2Response": response}
        parts = {"label": parcel.zpl.encode("ascii")}
        if letter.get("customsDeclarations", {}).get("includeCustomsDeclarations"):
            parts["cn23"] = sheet(f"CN23 - EXERCICE - {parcel.number}")
        return _multipart(200, infos, parts)

    def _is_follower(self, number: str) -> bool:
        parcel = self._book.get(number)
        return parcel is not None and parcel.role == "FOLLOWER"

    def _dry_run(self, asked: dict[str, Any]) -> Reply:
        wrong = list(faults(asked, today=self._clock().date()))
        return _json(400, {"messages": [_error(*wrong[0])]}) if wrong else _json(200, {"messages": [_DONE]})

    def _manifest(self, asked: dict[str, Any]) -> Reply:
        listed = asked.get("generateBordereauParcelNumberList", {}).get("parcelsNumbers", [])
        if not listed or len(listed) > 50:
            return _no("30814" if listed else "30327", "Liste de colis incorrecte")
        if any(self._book.get(str(number)) is None for number in listed):
            return _no("30321", "Numéro de colis incorrect")
        number = int(hashlib.sha256("".join(listed).encode()).hexdigest()[:6], 16)
        header = {"bordereauNumber": number, "numberOfParcels": len(listed)}
        infos = {"messages": [_DONE], "bordereau": {"bordereauHeader": header}}
        return _multipart(200, infos, {"label": sheet(f"BORDEREAU - EXERCICE - {number}")})

    def _timeline(self, asked: dict[str, Any]) -> Reply:
        """One event comes as an object, several as a list in no order: as the official shop plug-in expects."""
        parcel = self._book.get(str(asked.get("parcelNumber", "")))
        if parcel is None:
            unknown = {
                "lang": "fr_FR",
                "status": [{"code": "105", "message": "Colis inconnu"}],
                "parcel": None,
            }
            return _json(200, unknown)
        events = [_event(*news) for news in life(parcel, self._clock())]
        told: Any = events[0] if len(events) == 1 else events[::-1]
        described = {
            "parcelNumber": parcel.number,
            "infoInter": {"partnerReference": parcel.partner},
            "removalPoint": None,
            "event": told,
        }
        return _json(200, {"lang": "fr_FR", "status": [{"code": "0", "message": "OK"}], "parcel": described})

    def _documents(self, asked: dict[str, Any]) -> Reply:
        parcel = self._book.get(str(asked.get("cab", "")))
        if parcel is None:
            return _json(400, {"errorCode": "001", "errorLabel": "CAB NOT FOUND"})
        listed = [_document(parcel)] if is_delivered(parcel, self._clock()) else []
        return _json(200, {"errorCode": "000", "errorLabel": "OK", "documents": listed})

    def _document(self, asked: dict[str, Any]) -> Reply:
        parcel = self._book.get(str(asked.get("cab", "")))
        if parcel is None or asked.get("uuid") != _uuid(parcel) or not is_delivered(parcel, self._clock()):
            return _json(400, {"errorCode": "003", "errorLabel": "DOCUMENT NOT FOUND"})
        return Reply(
            200, sheet(f"PREUVE DE LIVRAISON - EXERCICE - {parcel.number}"), "application/octet-stream"
        )


def _is_known(call: Call, asked: Mapping[str, Any]) -> bool:
    credential = asked.get("credential")
    said = credential if isinstance(credential, dict) else asked
    if call.headers.get("apikey", said.get("apiKey")) == KEY:
        return True
    accounts = {str(said.get(name)) for name in ("contractNumber", "login", "accountNumber")}
    return ACCOUNT in accounts and said.get("password") == PASSWORD


def _unknown_account(path: str) -> Reply:
    why = "Identifiant ou mot de passe refusé"
    if path.startswith(_SLS):
        return _no("30000", why)
    if path.startswith(_POINTS):
        return _json(400, {"errorCode": 201, "errorMessage": why})
    if path.startswith(_TRACKING):
        return _json(200, {"lang": "fr_FR", "status": [{"code": "201", "message": why}], "parcel": None})
    return _json(400, {"errorCode": "004", "errorLabel": "CREDENTIAL INVALID"})


def _as_printed(letter: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    addressee, cuts = fits(letter["addressee"]["address"])
    return {**letter, "addressee": {**letter["addressee"], "address": addressee}}, cuts


def _warning(cut: tuple[str, str]) -> dict[str, Any]:
    field, value = cut
    return {
        "id": _WARNING,
        "type": "WARNING",
        "messageContent": f"Le champ {field} a été tronqué",
        "replacementValues": [{"field": field, "value": value}],
    }


def _points(asked: dict[str, Any]) -> Reply:
    found = points(str(asked.get("zipCode", "")), str(asked.get("countryCode", "")))
    if asked.get("filterRelay") == "0":
        found = [point for point in found if point["typeDePoint"] == "BPR"]
    return _json(200, {"errorCode": 0, "errorMessage": "OK", "listePointRetraitAcheminement": found})


def _event(at: datetime, scene: object, code: str, label: str, site: str) -> dict[str, Any]:
    local = at.astimezone(_PARIS).replace(tzinfo=None).isoformat(timespec="milliseconds")
    where = {"siteCode": "000001", "siteName": site, "siteZipCode": 35000} if site else {}
    return {"date": local, "code": code, "labelLong": label, **where}


def _document(parcel: SoldParcel) -> dict[str, Any]:
    signed = parcel.product in ("DOS", "CDS")
    return {
        "documentType": "SIGNATURE" if signed else "DELIVERY_CERTIFICATE",
        "path": f"/practice/{parcel.number}.pdf",
        "uuid": _uuid(parcel),
        "cab": parcel.number,
    }


def _uuid(parcel: SoldParcel) -> str:
    return hashlib.sha256(parcel.number.encode()).hexdigest()[:32]


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    return asked if isinstance(asked, dict) else None


def _error(code: str, said: str) -> dict[str, Any]:
    return {"id": code, "type": "ERROR", "messageContent": said, "replacementValues": []}


def _no(code: str, said: str) -> Reply:
    return _multipart(400, {"messages": [_error(code, said)]}, {})


def _json(status: int, value: Mapping[str, Any]) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())


def _multipart(status: int, infos: Mapping[str, Any], parts: Mapping[str, bytes]) -> Reply:
    """MTOM in the little that Colissimo uses of it."""
    pieces = {"jsonInfos": json.dumps(infos, ensure_ascii=False).encode(), **parts}
    content = b""
    for name, piece in pieces.items():
        kind = "application/json;charset=UTF-8" if name == "jsonInfos" else "application/octet-stream"
        head = f"--{_BOUNDARY}\r\nContent-Type: {kind}\r\nContent-ID: <{name}>\r\n\r\n"
        content += head.encode("ascii") + piece + b"\r\n"
    content += f"--{_BOUNDARY}--\r\n".encode("ascii")
    return Reply(status, content, f'multipart/mixed; boundary="{_BOUNDARY}"; start="<jsonInfos>"')
