"""UPS's tracking as it is documented, on loopback: the token window, and parcels that live.

POST /security/v1/oauth/token
GET  /api/track/v1/details/{7 to 34 characters}?locale=&returnPOD=     headers transId, transactionSrc
    known      200 {"trackResponse": {"shipment": [{"inquiryNumber", "package": […]}]}}
    unknown    200 as well, with "warnings": [{"code": "TW0001", …}] and no package: what UPS truly does
    malformed  400 {"response": {"errors": [{"code": "TV1002", …}]}}; 401 {…"250002"…} without a good token
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from wismo_desk.domain.check_digits import ups
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.practice.plot import Scene, scenes
from wismo_desk.practice.token_desk import CLIENT_ID, CLIENT_SECRET, TokenDesk

_TOKEN: Final = "/security/v1/oauth/token"  # noqa: S105 - a path
_PARIS: Final = ZoneInfo("Europe/Paris")
_ID: Final = re.compile(r"[0-9A-Za-z]{7,34}")
_SHIPPER: Final = "EX952003"  # no account of anybody's

# type, status code, activity code, wording (ours), town
_SAID: Final[dict[Scene, tuple[str, str, str, str, str]]] = {
    Scene.ANNOUNCED: ("M", "003", "MP", "The label was made, UPS has no parcel yet", ""),
    Scene.TAKEN: ("P", "038", "PU", "Picked up", "Lille"),
    Scene.SORTED: ("I", "005", "DP", "Left the facility", "Lille"),
    Scene.ARRIVED: ("I", "005", "AR", "Reached the facility", "Rennes"),
    Scene.ROUND: ("I", "021", "OT", "Out for delivery", "Rennes"),
    Scene.DELIVERED: ("D", "011", "FS", "Delivered", "Rennes"),
    Scene.AT_POINT: ("D", "040", "ZP", "Waits at the access point", "Rennes"),
    Scene.FETCHED: ("D", "011", "2W", "Delivered", "Rennes"),
    Scene.ABSENT: ("X", "022", "48", "Nobody was there", "Rennes"),
    Scene.REFUSED: ("X", "064", "KR", "The receiver refused it", "Rennes"),
    Scene.RETURNING: ("I", "036", "DP", "On its way back", "Rennes"),
    Scene.RETURNED: ("D", "034", "UA", "The parcel was returned to the sender", "Lille"),
}
_SIGNED: Final = frozenset({"011", "034"})


def practice_numbers() -> tuple[str, ...]:
    """Ten numbers in the shape of 1Z with their check digits, one for each story of the plot."""
    bodies = [f"{_SHIPPER}000000{digit}" for digit in range(10)]
    return tuple(f"1Z{body}{ups(body)}" for body in bodies)


class UpsServer(LoopbackServer):
    """`state_file` keeps the announced parcels across restarts, `clock` (aware) drives their lives and the tokens'. The
    practice numbers are announced at the start."""

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
        self._file = state_file
        self.tokens = TokenDesk(clock)
        self._parcels: dict[str, dict[str, Any]] = {each["number"]: each for each in _kept(state_file)}
        for number in practice_numbers():
            if number not in self._parcels:
                self.announce(number)

    @property
    def settings(self) -> dict[str, str]:
        """What a practice desk's carrier is built with."""
        return {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "url": f"{self.url}/api",
            "url_token": self.url + _TOKEN,
        }

    def announce(self, number: str, *, pickup: bool = False, other: str = "") -> None:
        """From now on the number is known and lives by practice/plot.py; `other` is a partner's number for it."""
        parcel = {
            "number": number,
            "pickup": pickup,
            "other": other,
            "announced_at": self._clock().isoformat(),
        }
        with self._lock:
            self._parcels[number] = parcel
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as lines:
                    lines.write("\n" + json.dumps(parcel))

    def refusal(self) -> Reply:
        return _errors(401, "250002", "Invalid Authentication Information.")

    def busy(self) -> Reply:
        return _errors(429, "10429", "Too Many Requests")

    def carry_out(self, call: Call) -> Reply:
        if (call.method, call.path) == ("POST", _TOKEN):
            given = self.tokens.give(call)
            return given if given.status == 200 else _errors(401, "10401", "ClientId is Invalid")
        if not self.tokens.knows(call):
            return self.refusal()
        match call.method, call.path.strip("/").split("/"):
            case "GET", ["api", "track", "v1", "details", number]:
                return self._details(number, call)
        return _errors(404, "404", "No such resource")

    def _details(self, number: str, call: Call) -> Reply:
        if not (call.headers.get("transid") and call.headers.get("transactionsrc")):
            return _errors(400, "TV0004", "Missing transId or transactionSrc")  # unverified: the code
        if not _ID.fullmatch(number):
            return _errors(400, "TV1002", "Invalid inquiry number")
        parcel = self._parcels.get(number)
        shipment: dict[str, Any] = {"inquiryNumber": number}
        told = list(self._life(parcel)) if parcel else []
        if parcel is None or not told:
            shipment["warnings"] = [{"code": "TW0001", "message": "Tracking Information Not Found"}]
        else:
            proof = call.query.get("returnPOD") == "true"
            shipment["package"] = [_package(parcel, told, proof=proof)]
        return _json(200, {"trackResponse": {"shipment": [shipment]}})

    def _life(self, parcel: dict[str, Any]) -> Iterator[tuple[datetime, Scene]]:
        return scenes(
            parcel["number"][16],
            pickup=parcel["pickup"],
            created_at=datetime.fromisoformat(parcel["announced_at"]),
            now=self._clock(),
        )


def _package(parcel: dict[str, Any], told: list[tuple[datetime, Scene]], *, proof: bool) -> dict[str, Any]:
    at, scene = told[-1]
    _, code, _, said, _ = _SAID[scene]
    due = told[0][0] + timedelta(days=2)
    package: dict[str, Any] = {
        "trackingNumber": parcel["number"],
        "activity": [_activity(*news) for news in reversed(told)],  # newest first
        "currentStatus": {"description": said, "code": code},
        "deliveryDate": [{"type": "SDD", "date": due.astimezone(_PARIS).strftime("%Y%m%d")}],
        "packageCount": 1,
    }
    if parcel["other"]:
        package["alternateTrackingNumber"] = [{"number": parcel["other"], "type": "PARTNER"}]
    if code in _SIGNED:
        package["deliveryDate"] = [{"type": "DEL", "date": at.astimezone(_PARIS).strftime("%Y%m%d")}]
        package["deliveryInformation"] = {"receivedBy": "EXEMPLE", "location": "Front Desk"}
        if proof:
            page = f"<!DOCTYPE html><html><body>EXERCICE {parcel['number']}</body></html>"
            content = base64.b64encode(page.encode("ascii")).decode("ascii")
            package["deliveryInformation"]["pod"] = {"content": content}
    return package


def _activity(at: datetime, scene: Scene) -> dict[str, Any]:
    kind, status, code, said, town = _SAID[scene]
    local, utc = at.astimezone(_PARIS), at.astimezone(UTC)
    address = {"city": town, "countryCode": "FR", "country": "FR"} if town else {"countryCode": "FR"}
    return {
        "location": {"address": address, "slic": "9520"},
        "status": {"type": kind, "description": f"{said} ", "code": code, "statusCode": status},
        "date": local.strftime("%Y%m%d"),
        "time": local.strftime("%H%M%S"),
        "gmtDate": utc.strftime("%Y%m%d"),
        "gmtOffset": local.isoformat()[-6:],
        "gmtTime": utc.strftime("%H:%M:%S"),
        "logicalScan": scene is Scene.ANNOUNCED,
    }


def _kept(file: Path | None) -> Iterator[dict[str, Any]]:
    """The parcels as they were announced; a line cut short by a kill is dropped."""
    if file is None or not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
            datetime.fromisoformat(row["announced_at"])
            yield {"number": row["number"], "pickup": row["pickup"], "other": row["other"]} | row
        except (ValueError, KeyError, TypeError):
            continue


def _errors(status: int, code: str, message: str) -> Reply:
    return _json(status, {"response": {"errors": [{"code": code, "message": message}]}})


def _json(status: int, value: object) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())
