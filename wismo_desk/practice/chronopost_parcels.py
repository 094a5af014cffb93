"""Practice Chronopost's books: the parcels it registered, their numbers and labels, and the news of them.

Numbers and barcodes have the documented shapes (carriers.md §3); what stands on the label besides is ours and says
that it is worthless. The wordings are Chronopost's, the stories are inventions.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from wismo_desk.domain.check_digits import mod37_36, s10
from wismo_desk.practice.plot import HANDED_OVER, Scene, scenes

_SERIALS: Final = 10**8
_LETTERS: Final = "XX"  # a service indicator of Chronopost's family; made up
_COUNTRY: Final = "FR"
_COUNTRY_DIGITS: Final = 101 + 26 * 5 + 17  # F is 5, R is 17, A is 0 (carriers.md §3)
_ROUTE: Final = "226"  # the one that samples show for Chrono 13; the practice server gives it to all
_ISO_FRANCE: Final = "250"
_DOTS_PER_MM: Final = {203: 8.0, 300: 11.811}

_SAID: Final[dict[Scene, tuple[str, str, str]]] = {
    Scene.ANNOUNCED: ("DC", "Colis en cours de préparation chez l'expéditeur", "Web Services"),
    Scene.TAKEN: ("PC", "Colis pris en charge chez l'expéditeur", "AGENCE EXEMPLE CHRONOPOST"),
    Scene.SORTED: ("SC", "Tri effectué dans l'agence de départ", "AGENCE EXEMPLE CHRONOPOST"),
    Scene.ARRIVED: ("SD", "Tri effectué dans l'agence de distribution", "HUB EXEMPLE CHRONOPOST"),
    Scene.ROUND: ("TA", "Colis en cours de livraison par le livreur", "HUB EXEMPLE CHRONOPOST"),
    Scene.DELIVERED: ("D", "Livraison effectuée", "HUB EXEMPLE CHRONOPOST"),
    Scene.AT_POINT: ("AB", "Colis mis à disposition au point de retrait", "RELAIS EXEMPLE"),
    Scene.FETCHED: ("RI", "Colis remis au destinataire au point de retrait", "RELAIS EXEMPLE"),
    Scene.ABSENT: ("P", "Echec de livraison suite à l'absence du destinataire.", "HUB EXEMPLE CHRONOPOST"),
    Scene.REFUSED: ("PR", "Colis refusé par le destinataire", "HUB EXEMPLE CHRONOPOST"),
    Scene.RETURNING: ("R", "Colis en retour expéditeur", "HUB EXEMPLE CHRONOPOST"),
    Scene.RETURNED: ("D", "Livraison effectuée", "AGENCE EXEMPLE CHRONOPOST"),
    Scene.VOIDED: ("AN", "Lettre de transport annulée par l'expéditeur", "Web Services"),
}
_NOTICE: Final = ("SM", "Destinataire informé par SMS ou mail", "Service d'avisage")
_TOLD_ABOUT: Final = frozenset({Scene.ROUND, Scene.AT_POINT, Scene.DELIVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldParcel:
    """One registered parcel; `zpl` is ASCII."""

    number: str
    reservation: str
    reference: str
    pickup: bool
    zpl: str
    barcode: str
    created_at: datetime
    voided_at: datetime | None = None

    @property
    def geo(self) -> str:
        return geo_number(self.number)


@dataclass(frozen=True, slots=True)
class News:
    """One event as Chronopost tells it."""

    code: str
    label: str
    at: datetime
    office: str


class ParcelBook:
    """Registers as often as it is asked. The file holds one JSON line per sale or void. Not thread safe."""

    def __init__(self, clock: Callable[[], datetime], file: Path | None = None) -> None:
        self._clock = clock
        self._file = file
        self._parcels = {parcel.number: parcel for parcel in _read(file)}
        newest = max((int(number[2:10]) for number in self._parcels), default=0)
        self._serial = max(newest + 1, int(clock().timestamp()) % _SERIALS)

    @property
    def created(self) -> Counter[str]:
        """How many labels were sold per reference, voided ones included."""
        return Counter(parcel.reference for parcel in self._parcels.values())

    def sell(self, asked: Mapping[str, str], *, dpi: int, reservation: str = "") -> SoldParcel:
        """One more parcel. `asked`: reference, name, street, postcode, city, product, weight, and `point`;
        `reservation`: that of the parcel that it is sold with."""
        serial = f"{self._serial % _SERIALS:08d}"
        self._serial += 1
        number = f"{_LETTERS}{serial}{s10(serial)}{_COUNTRY}"
        barcode = routing_code(number, asked["postcode"])
        parcel = SoldParcel(
            number=number,
            reservation=reservation or f"888{int(self._clock().timestamp()):010d}{serial[-4:]}",
            reference=asked["reference"],
            pickup=bool(asked["point"]),
            zpl=draw(number, barcode, asked, dpi),
            barcode=barcode,
            created_at=self._clock(),
        )
        self._keep(parcel)
        return parcel

    def find(self, number: str) -> SoldParcel | None:
        """By its number, or by the number of its reservation."""
        return self._parcels.get(number) or next(
            (parcel for parcel in self._parcels.values() if parcel.reservation == number), None
        )

    def of_reservation(self, number: str) -> list[SoldParcel]:
        """All that one call registered; also by the number of a parcel that was sold alone."""
        found = self.find(number)
        mine = found.reservation if found else ""
        return [parcel for parcel in self._parcels.values() if found and parcel.reservation == mine]

    def of_reference(self, reference: str) -> list[SoldParcel]:
        return [parcel for parcel in self._parcels.values() if parcel.reference == reference]

    def void(self, number: str) -> None:
        self._keep(replace(self._parcels[number], voided_at=self._clock()))

    def news(self, parcel: SoldParcel) -> list[News]:
        """Everything so far, oldest first, with a notice a minute after what people want to hear."""
        told = scenes(
            parcel.number[9],
            pickup=parcel.pickup,
            created_at=parcel.created_at,
            voided_at=parcel.voided_at,
            now=self._clock(),
        )
        news = []
        for at, scene in told:
            news.append(News(_SAID[scene][0], _SAID[scene][1], at, _SAID[scene][2]))
            if scene in _TOLD_ABOUT:
                news.append(News(_NOTICE[0], _NOTICE[1], at, _NOTICE[2]))
        return news

    def in_hand(self, parcel: SoldParcel) -> bool:
        return self._clock() >= parcel.created_at + HANDED_OVER

    def delivered(self, parcel: SoldParcel) -> bool:
        last = [each.code for each in self.news(parcel) if each.code != _NOTICE[0]][-1:]
        return last in (["D"], ["RI"])

    def _keep(self, parcel: SoldParcel) -> None:
        self._parcels[parcel.number] = parcel
        if self._file is not None:
            # The line break comes first, so that a line cut short by a kill spoils no other.
            with self._file.open("a", encoding="ascii") as lines:
                lines.write("\n" + json.dumps(asdict(parcel), default=datetime.isoformat))


def geo_number(number: str) -> str:
    """The 15 characters of the Geopost network: eleven of the number, its country in digits, and the check."""
    body = f"{number[:11]}{_COUNTRY_DIGITS}"
    return body + mod37_36(body)


def routing_code(number: str, postcode: str) -> str:
    """What the big Code 128 holds: %, seven of the postcode, the parcel, the route, the country."""
    where = re.sub(r"\D", "", postcode, flags=re.ASCII)[-7:].zfill(7)
    return f"%{where}{geo_number(number)[:14]}{_ROUTE}{_ISO_FRANCE}"


def draw(number: str, barcode: str, asked: Mapping[str, str], dpi: int) -> str:
    """100 × 150 mm of ZPL: routing code, number and our reference as Code 128, and that it is worthless."""
    dots = _DOTS_PER_MM[dpi]

    def at(x: float, y: float) -> str:
        return f"^FO{round(x * dots)},{round(y * dots)}"

    def text(y: float, size: float, words: str) -> str:
        height = round(size * dots)
        return f"{at(4, y)}^A0N,{height},{height}^FD{_harmless(words)}^FS"

    def code(y: float, content: str) -> str:
        return f"{at(6, y)}^BCN,{round(16 * dots)},Y,N,N,A^FD{content}^FS"

    lines = (asked["name"], asked["street"], f"{asked['postcode']} {asked['city']}", asked["point"])
    return "\n".join(
        (
            f"^XA^CI28^PW{round(100 * dots)}^LL{round(150 * dots)}^LH0,0",
            text(4, 7, "EXERCICE - SANS VALEUR"),
            text(13, 4, f"CHRONOPOST D'EXERCICE  {asked['product']}  {asked['weight']} KG"),
            *(text(22 + 8 * place, 5, line[:36]) for place, line in enumerate(lines) if line),
            f"^BY{round(0.375 * dots)}",
            code(60, barcode),
            code(90, number),
            code(120, asked["reference"]),
            "^XZ",
        )
    )


def _harmless(words: str) -> str:
    """Nothing that ZPL would take for a command."""
    return "".join(letter if " " <= letter <= "}" and letter not in "^_\\" else "?" for letter in words)


def _read(file: Path | None) -> Iterator[SoldParcel]:
    """The lines as they were written; a later one of the same number stands for the earlier."""
    if file is None or not file.exists():
        return
    for line in file.read_text("ascii").splitlines():
        try:
            row = json.loads(line)
            row["created_at"] = datetime.fromisoformat(row["created_at"])
            row["voided_at"] = row["voided_at"] and datetime.fromisoformat(row["voided_at"])
            yield SoldParcel(**row)
        except (ValueError, KeyError, TypeError):
            continue  # cut short, or an empty first line
