"""DHL's unified tracking as it is documented, on loopback: one question, one number, every DHL company.

GET /track/shipments?trackingNumber=…&service=…&recipientPostalCode=…&language=…    header DHL-API-Key
    200 {"shipments": […], "possibleAdditionalShipmentsUrl": […]}
    400, 401, 404, 429 problem documents {"status", "title", "detail"}

Parcels of the German post are told without a zone, as some of DHL's companies do.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.practice.plot import Scene, scenes

PRACTICE_KEY: Final = "practice"
SHARED_NUMBER: Final = "9520000001"  # one that two companies use
PIECE: Final = "JJD000009520000990012"  # the second of two pieces
WHOLE: Final = "9520000102"  # the shipment of both

_ID: Final = re.compile(r"[0-9A-Z]{5,39}")
_QUOTA: Final = 250
_LOCAL: Final = ZoneInfo("Europe/Berlin")
_ZONELESS: Final = "parcel-de"

_SAID: Final[dict[Scene, tuple[str, str, str]]] = {  # statusCode, title, wording (invented, all but one)
    Scene.ANNOUNCED: ("pre-transit", "ANNOUNCED", "The sender has sent the data of this shipment to DHL."),
    Scene.TAKEN: ("transit", "COLLECTED", "The shipment has been picked up."),
    Scene.SORTED: ("transit", "SORTED", "The shipment has been processed in the parcel centre."),
    Scene.ARRIVED: ("transit", "ARRIVED", "The shipment has arrived at the delivery base."),
    Scene.ROUND: ("transit", "42", "The shipment has been loaded to the van"),
    Scene.DELIVERED: ("delivered", "DELIVERED", "The shipment has been delivered."),
    Scene.AT_POINT: ("transit", "AT POINT", "The shipment is ready for collection."),
    Scene.FETCHED: ("delivered", "DELIVERED", "The recipient has fetched the shipment."),
    Scene.ABSENT: ("failure", "ATTEMPT", "The recipient was not home."),
    Scene.REFUSED: ("failure", "ATTEMPT", "The recipient refused the shipment."),
    Scene.RETURNING: ("transit", "RETURN", "The shipment will be returned to the sender."),
    Scene.RETURNED: ("delivered", "RETURN", "The shipment has been handed to its sender."),
}


def practice_numbers() -> tuple[str, ...]:
    """Ten numbers in the shape of DHL's pieces, one for each story of the plot."""
    return tuple(f"JJD00000952000000{digit}" for digit in range(10))


class DhlServer(LoopbackServer):
    """`state_file` keeps the announced parcels across restarts, `clock` (aware) drives their lives; `quota` is how
    often a day (GMT) it answers. The practice numbers are announced at the start."""

    def __init__(
        self,
        *,
        state_file: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
        key: str = PRACTICE_KEY,
        quota: int = _QUOTA,
        slow_s: float = 2.0,
        port: int = 0,
    ) -> None:
        super().__init__(slow_s=slow_s, port=port)
        self._clock = clock
        self._key = key
        self._quota = quota
        self._answered: Counter[str] = Counter()
        self._file = state_file
        self._parcels: list[dict[str, Any]] = list(_kept(state_file))
        known = {each["number"] for each in self._parcels}
        for number in practice_numbers():
            if number not in known:
                self.announce(number, service=_ZONELESS if int(number[-1]) % 2 else "express")
        if SHARED_NUMBER not in known:
            self.announce(SHARED_NUMBER, service="express")
            self.announce(SHARED_NUMBER, service=_ZONELESS)
        if WHOLE not in known:
            self.announce(WHOLE, service="express", pieces=[PIECE[:-1] + "1", PIECE])

    @property
    def url(self) -> str:
        return f"{super().url}/track"

    @property
    def settings(self) -> dict[str, str]:
        """What a practice desk's carrier is built with."""
        return {"api_key": self._key, "url": self.url}

    def announce(
        self, number: str, *, service: str = "express", pickup: bool = False, pieces: list[str] | None = None
    ) -> None:
        """From now on the number is known and lives by practice/plot.py."""
        parcel = {
            "number": number,
            "service": service,
            "pickup": pickup,
            "pieces": pieces or [],
            "announced_at": self._clock().isoformat(),
        }
        with self._lock:
            self._parcels.append(parcel)
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as lines:
                    lines.write("\n" + json.dumps(parcel))

    def refusal(self) -> Reply:
        return _problem(401, "Unauthorized", "The key is not valid here.")

    def busy(self) -> Reply:
        return _problem(429, "Too Many Requests", "More questions than agreed for now.")

    def carry_out(self, call: Call) -> Reply:
        if call.headers.get("dhl-api-key") != self._key:
            return self.refusal()
        if (call.method, call.path) != ("GET", "/track/shipments"):
            return _problem(404, "Not Found", "There is no such resource.")
        today = f"{self._clock().astimezone(UTC):%Y-%m-%d}"
        if self._answered[today] >= self._quota:
            return self.busy()
        self._answered[today] += 1
        return self._answer(call.query.get("trackingNumber", ""), call.query.get("service", ""))

    def _answer(self, number: str, service: str) -> Reply:
        if not _ID.fullmatch(number):
            return _problem(400, "Bad Request", "The tracking number is not valid.")
        known = [each for each in self._parcels if number in (each["number"], *each["pieces"])]
        found = [each for each in known if service in ("", each["service"])]
        if not found:
            return _problem(404, "Not Found", "No shipment with this number.")
        others = sorted({"freight", "ecommerce"} - {each["service"] for each in found})
        return _json(
            200,
            {
                "shipments": [self._shown(each) for each in found],
                "possibleAdditionalShipmentsUrl": [
                    f"/track/shipments?trackingNumber={number}&service={other}" for other in others
                ],
            },
        )

    def _shown(self, parcel: dict[str, Any]) -> dict[str, Any]:
        """The shipment as documented: events newest first, and the newest as `status`."""
        told = scenes(
            parcel["number"][-1],
            pickup=parcel["pickup"],
            created_at=datetime.fromisoformat(parcel["announced_at"]),
            now=self._clock(),
        )
        life = [(_event(scene, at, parcel), scene) for at, scene in told]
        events = [event for event, _ in reversed(life)]
        happened = {scene for _, scene in life}
        shown: dict[str, Any] = {
            "id": parcel["number"],
            "service": parcel["service"],
            "origin": {"address": {"addressLocality": "Lille", "countryCode": "FR"}},
            "destination": {"address": {"addressLocality": "Bonn", "countryCode": "DE"}},
            "returnFlag": Scene.RETURNING in happened,
            "details": {
                "product": {"productName": "Practice"},
                "totalNumberOfPieces": max(1, len(parcel["pieces"])),
                "pieceIds": parcel["pieces"],
            },
            "events": events,
        }
        if events:
            shown["status"] = events[0]
        if not happened & {Scene.DELIVERED, Scene.FETCHED, Scene.RETURNED}:
            due = datetime.fromisoformat(parcel["announced_at"]) + timedelta(days=2)
            shown["estimatedTimeOfDelivery"] = due.isoformat()
        if Scene.DELIVERED in happened:
            shown["details"]["proofOfDeliverySignedAvailable"] = True
            shown["details"]["proofOfDelivery"] = {"documentUrl": "https://webpod.example/pod"}
        return shown


def _event(scene: Scene, at: datetime, parcel: dict[str, Any]) -> dict[str, Any]:
    code, title, said = _SAID[scene]
    local = at.astimezone(_LOCAL).replace(microsecond=0)
    zoneless = parcel["service"] == _ZONELESS
    return {
        "timestamp": (local.replace(tzinfo=None) if zoneless else local).isoformat(),
        "location": {"address": {"addressLocality": "Bonn", "countryCode": "DE"}},
        "statusCode": code,
        "status": title,
        "description": said,
    }


def _kept(file: Path | None) -> Iterator[dict[str, Any]]:
    """The parcels as they were announced; a line cut short by a kill is dropped."""
    if file is None or not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
            datetime.fromisoformat(row["announced_at"])
            yield {name: row[name] for name in ("number", "service", "pickup", "pieces", "announced_at")}
        except (ValueError, KeyError, TypeError):
            continue


def _problem(status: int, title: str, detail: str) -> Reply:
    body = json.dumps({"status": status, "title": title, "detail": detail}).encode()
    return Reply(status, body, "application/problem+json")


def _json(status: int, value: object) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())
