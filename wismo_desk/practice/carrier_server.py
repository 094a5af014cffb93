"""The practice carrier's side of its contract: an HTTP server on loopback, failing when it is told to.

POST /labels                        201, or 4xx {"error": {"code", "message", "field"}}
POST /shipments                     201 {"labels": […]}, all of {"parcels": […]} or none, or 4xx likewise
GET  /labels?reference=…            200 {"labels": […]}
POST /labels/{number}/void          200, 404, or 409 once the parcel was handed over
GET  /tracking/{number}             200 {"number", "events": [{"code", "label", "at", "place"}]}, or 404
GET  /pickup-points?postcode=…      200 {"points": […]}
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wismo_desk.practice.carrier_rules import BAD_POSTCODE, Refusal, pickup_points, refusal
from wismo_desk.practice.label_book import LabelBook, SoldLabel
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.practice.parcel_life import life, was_handed_over
from wismo_desk.practice.practice_label import matrix_text


class CarrierServer(LoopbackServer):
    """`state_file` keeps the labels across restarts, `clock` (aware) drives the parcels' lives."""

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
        self._book = LabelBook(clock, state_file)

    @property
    def settings(self) -> dict[str, str]:
        """What a practice desk's carrier is built with."""
        return {"url": self.url}

    @property
    def created(self) -> Counter[str]:
        """How many labels were sold per reference: more than one means that one was paid for nothing."""
        with self._lock:
            return self._book.created

    @property
    def labels(self) -> tuple[SoldLabel, ...]:
        """All that were sold, oldest first."""
        with self._lock:
            return self._book.sold

    def refusal(self) -> Reply:
        return _error(422, BAD_POSTCODE)

    def carry_out(self, call: Call) -> Reply:
        match call.method, call.path.strip("/").split("/"):
            case "POST", ["labels"]:
                return self._sell(call.body)
            case "POST", ["shipments"]:
                return self._sell_together(call.body)
            case "GET", ["labels"]:
                found = self._book.find(call.query.get("reference", ""))
                return _json(200, {"labels": [_shown(label) for label in found]})
            case "POST", ["labels", number, "void"]:
                return self._void(number, call.body)
            case "GET", ["tracking", number]:
                return self._track(number)
            case "GET", ["pickup-points"]:
                postcode, today = call.query.get("postcode", ""), self._clock().date()
                return _json(200, {"points": pickup_points(postcode, today)})
        return _error(404, Refusal("PATH_UNKNOWN", "", "Adresse inconnue"))

    def _sell(self, body: bytes) -> Reply:
        asked = _parsed(body)
        if asked is None:
            return _error(400, Refusal("JSON_INVALID", "", "Demande illisible"))
        wrong = refusal(asked)
        return _error(422, wrong) if wrong else _json(201, _shown(self._book.sell(asked)))

    def _sell_together(self, body: bytes) -> Reply:
        parcels = (_parsed(body) or {}).get("parcels")
        if not isinstance(parcels, list) or not all(isinstance(each, dict) for each in parcels):
            return _error(400, Refusal("JSON_INVALID", "", "Demande illisible"))
        for each in parcels:
            wrong = refusal(each)
            if wrong:
                return _error(422, wrong)
        sold = [_shown(self._book.sell(each)) for each in parcels]
        return _json(201, {"labels": self.told_of(sold)})

    def _void(self, number: str, body: bytes) -> Reply:
        """Voiding twice is no error: the second caller may be the first, who heard no answer."""
        label = self._book.get(number)
        asked = _parsed(body) or {}
        if label is None or label.reference != asked.get("reference"):
            return _error(404, Refusal("NUMBER_UNKNOWN", "number", "Numéro de colis inconnu"))
        if was_handed_over(label.created_at, self._clock()):
            return _error(409, Refusal("ALREADY_HANDED_OVER", "number", "Colis déjà remis au transporteur"))
        if label.voided_at is None:
            self._book.void(number)
        return _json(200, {"number": number, "voided": True})

    def _track(self, number: str) -> Reply:
        label = self._book.get(number)
        if label is None:
            return _error(404, Refusal("NUMBER_UNKNOWN", "number", "Numéro de colis inconnu"))
        scans = life(
            number, label.service, created_at=label.created_at, voided_at=label.voided_at, now=self._clock()
        )
        events = [asdict(scan) | {"at": scan.at.isoformat()} for scan in scans]
        return _json(200, {"number": number, "events": events})


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    return asked if isinstance(asked, dict) else None


def _error(status: int, wrong: Refusal) -> Reply:
    return _json(status, {"error": asdict(wrong)})


def _json(status: int, value: Mapping[str, Any]) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())


def _shown(label: SoldLabel) -> dict[str, Any]:
    matrix = matrix_text(label.number, label.reference)
    return {
        "message": "Étiquette créée",
        "number": label.number,
        "reference": label.reference,
        "service": label.service,
        "price_cents": label.price_cents,
        "voided": label.voided_at is not None,
        "codes": [label.number, matrix],
        "aliases": [matrix],
        "format": "zpl",
        "content": base64.b64encode(label.zpl.encode("ascii")).decode(),
    }
