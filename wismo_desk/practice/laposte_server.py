"""La Poste's Suivi v2 as it is documented, on loopback: fixed sandbox numbers, and parcels that live.

GET /suivi/v2/idships/{1 to 10 ids}?lang=…    header X-Okapi-Key
    one id      200 object, or 404 {"returnCode": 104, …}
    several     207 array, each item with its own returnCode
    else        400 {"returnCode", "returnMessage", …} of the service, 401 and 429 {"code", "message"} of the
                gateway before it
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from wismo_desk.domain.check_digits import mod37_36
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.practice.plot import Scene, scenes

PRACTICE_KEY: Final = "practice"
LETTER, CHRONOPOST, COLISSIMO = 1, 3, 4  # `holder`, as documented

_PARIS: Final = ZoneInfo("Europe/Paris")
_MOST: Final = 10
_STEPS: Final = 5
_ID: Final = re.compile(r"[0-9A-Z]{11,15}")
_LANGUAGES: Final = frozenset({"fr_FR", "en_GB", "de_DE", "es_ES", "it_IT", "nl_NL"})
_PRODUCTS: Final = {LETTER: "courrier", CHRONOPOST: "chronopost", COLISSIMO: "colissimo"}

# The documented sandbox numbers: holder and step. What happened to each is invented.
SANDBOX: Final[Mapping[str, tuple[int, int]]] = {
    "LU680211095FR": (LETTER, 0),
    "LZ712917377US": (LETTER, 1),
    "8K00009775862": (COLISSIMO, 3),
    "CB662173705US": (COLISSIMO, 3),
    "861011301731382": (LETTER, 4),
}
SANDBOX_UNKNOWN: Final = "RB658828494MQ"
_SANDBOX_STORY: Final = ("DR1", "PC1", "ET1", "EP1", "MD2")

_SAID: Final[dict[Scene, tuple[str, str, int]]] = {  # code, wording (invented), step of the timeline
    Scene.ANNOUNCED: ("DR1", "Votre envoi est annoncé par son expéditeur.", 0),
    Scene.TAKEN: ("PC1", "Votre envoi est pris en charge.", 1),
    Scene.SORTED: ("ET1", "Votre envoi est en cours d'acheminement.", 2),
    Scene.ARRIVED: ("EP1", "Votre envoi est arrivé sur son site de distribution.", 3),
    Scene.ROUND: ("MD2", "Votre envoi est en cours de distribution.", 4),
    Scene.DELIVERED: ("DI1", "Votre envoi est distribué.", 5),
    Scene.AT_POINT: ("AG1", "Votre envoi vous attend au point de retrait.", 4),
    Scene.FETCHED: ("DI1", "Votre envoi est distribué.", 5),
    Scene.ABSENT: ("ND1", "Votre envoi n'a pas pu être distribué.", 4),
    Scene.REFUSED: ("ND1", "Votre envoi a été refusé.", 4),
    Scene.RETURNING: ("RE1", "Votre envoi repart vers son expéditeur.", 4),
    Scene.RETURNED: ("DI2", "Votre envoi est rendu à son expéditeur.", 5),
}
_DELIVERED_WORDS: Final = {CHRONOPOST: "Livraison effectuée", COLISSIMO: "Votre colis est livré."}


def practice_numbers() -> tuple[str, ...]:
    """Ten numbers in La Poste's shape of 15 with their check characters, one for each story of the plot."""
    bodies = [f"8700952000000{digit}" for digit in range(10)]
    return tuple(body + mod37_36(body) for body in bodies)


class LaposteServer(LoopbackServer):
    """`state_file` keeps the announced parcels across restarts, `clock` (aware) drives their lives. The practice
    numbers are announced at the start; `announce` adds those that other practice servers have sold."""

    def __init__(
        self,
        *,
        state_file: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
        key: str = PRACTICE_KEY,
        slow_s: float = 2.0,
        port: int = 0,
    ) -> None:
        super().__init__(slow_s=slow_s, port=port)
        self._clock = clock
        self._key = key
        self._file = state_file
        self._parcels: dict[str, dict[str, Any]] = {each["number"]: each for each in _kept(state_file)}
        for number in practice_numbers():
            if number not in self._parcels:
                self.announce(number, holder=LETTER)

    @property
    def url(self) -> str:
        return f"{super().url}/suivi/v2"

    @property
    def settings(self) -> dict[str, str]:
        """What a practice desk's carrier is built with."""
        return {"okapi_key": self._key, "url": self.url}

    def announce(
        self, number: str, *, holder: int = COLISSIMO, pickup: bool = False, partner: str = ""
    ) -> None:
        """From now on the number is known and lives by practice/plot.py; `partner` is its number abroad."""
        parcel = {
            "number": number,
            "holder": holder,
            "pickup": pickup,
            "partner": partner,
            "announced_at": self._clock().isoformat(),
        }
        with self._lock:
            self._parcels[number] = parcel
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as lines:
                    lines.write("\n" + json.dumps(parcel))

    def refusal(self) -> Reply:
        return _gateway(401, "UNAUTHORIZED", "Accès non autorisé")

    def busy(self) -> Reply:
        return _gateway(429, "TOO_MANY_REQUESTS", "Trop de requêtes")

    def carry_out(self, call: Call) -> Reply:
        if call.headers.get("x-okapi-key") != self._key:
            return self.refusal()
        match call.method, call.path.strip("/").split("/"):
            case "GET", ["suivi", "v2", "idships", ids]:
                return self._answer(ids.split(","), call.query.get("lang", "fr_FR"))
        return _gateway(404, "RESOURCE_NOT_FOUND", "Ressource inconnue")

    def _answer(self, ids: list[str], lang: str) -> Reply:
        wrong = len(ids) > _MOST or lang not in _LANGUAGES or not all(map(_ID.fullmatch, ids))
        if wrong:
            body = {"returnCode": 400, "returnMessage": "Requête incorrecte", "lang": lang, "scope": "open"}
            return _json(400, body)
        items = [self._item(number, lang) for number in ids]
        if len(items) > 1:
            return _json(207, items)
        return _json(200 if items[0]["returnCode"] == 200 else 404, items[0])

    def _item(self, number: str, lang: str) -> dict[str, Any]:
        head = {"lang": lang, "scope": "open"}
        shipment = self._shipment(number)
        if shipment is None:
            message = "Aucun envoi sous ce numéro pour l'instant"
            return {**head, "returnCode": 104, "returnMessage": message, "idShip": number}
        return {**head, "returnCode": 200, "shipment": shipment}

    def _shipment(self, number: str) -> dict[str, Any] | None:
        if number in SANDBOX:
            holder, step = SANDBOX[number]
            return _shown(number, holder, _sandbox_life(step, self._clock()))
        parcel = self._parcels.get(number)
        if parcel is None:
            return None
        told = scenes(
            _digit(number),
            pickup=parcel["pickup"],
            created_at=datetime.fromisoformat(parcel["announced_at"]),
            now=self._clock(),
        )
        shown = _shown(number, parcel["holder"], [(at, *_SAID[scene]) for at, scene in told])
        if parcel["partner"]:
            shown["contextData"]["partner"] = {"name": "Partenaire", "reference": parcel["partner"]}
        return shown


_News = tuple[datetime, str, str, int]  # when, code, wording, step


def _digit(number: str) -> str:
    """The last digit of the serial, which decides the story: before the check digit, and before an S10's country."""
    return number[9] if number[-2:].isalpha() else number[-2]


def _sandbox_life(step: int, now: datetime) -> list[_News]:
    words = {code: label for code, label, _ in _SAID.values()}
    first = (now - timedelta(days=6)).replace(hour=9, minute=0, second=0, microsecond=0)
    story = enumerate(_SANDBOX_STORY[: step + 1])
    return [(first + timedelta(days=n), code, words[code], n) for n, code in story]


def _shown(number: str, holder: int, life: list[_News]) -> dict[str, Any]:
    """The shipment as documented: events newest first, five steps, times with their offset."""
    local = [(at.astimezone(_PARIS).replace(microsecond=0), code, said, n) for at, code, said, n in life]
    codes = [code for _, code, _, _ in local]
    ended = bool({"DI1", "DI2"} & set(codes))
    shown: dict[str, Any] = {
        "idShip": number,
        "holder": holder,
        "product": _PRODUCTS[holder],
        "isFinal": ended,
        "entryDate": local[0][0].isoformat() if local else None,
        "timeline": list(_timeline(local)),
        "event": [
            {
                "order": n,
                "label": _DELIVERED_WORDS.get(holder, label) if code == "DI1" else label,
                "date": at.isoformat(),
                "code": code,
            }
            for n, (at, code, label, _) in reversed(list(enumerate(local, start=100)))
        ],
        "contextData": {
            "deliveryChoice": {"deliveryChoice": 0},
            "originCountry": "FR",
            "arrivalCountry": "FR",
        },
        "url": f"https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    }
    if local and not ended:
        shown["estimDate"] = (local[0][0] + timedelta(days=2)).isoformat()
    if "DI1" in codes:
        shown["deliveryDate"] = local[-1][0].isoformat()
    return shown


def _timeline(local: list[_News]) -> Iterator[dict[str, Any]]:
    reached = max((step for *_, step in local), default=0)
    trouble = bool(local) and local[-1][1] in ("ND1", "RE1", "DI2")
    for step in range(1, _STEPS + 1):
        words = [label for _, _, label, at_step in local if at_step == step]
        yield {
            "id": step,
            "shortLabel": words[-1] if words else "",
            "longLabel": "",
            "status": step <= reached,
            "type": -1 if trouble and step == reached else 1,
            "country": "",
        }


def _kept(file: Path | None) -> Iterator[dict[str, Any]]:
    """The parcels as they were announced; a line cut short by a kill is dropped."""
    if file is None or not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
            datetime.fromisoformat(row["announced_at"])
            yield {"number": row["number"], "holder": row["holder"], "pickup": row["pickup"]} | row
        except (ValueError, KeyError, TypeError):
            continue


def _gateway(status: int, code: str, message: str) -> Reply:
    return _json(status, {"code": code, "message": message})


def _json(status: int, value: object) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())
