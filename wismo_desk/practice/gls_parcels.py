"""Practice GLS's books: the parcels it numbered, their labels, and what it says of them.

Numbers have the documented shapes (a TrackID of eight letters and digits, a parcel number of eleven digits); all else
on the label is ours and says that it is worthless. The codes of the news are GLS's, the stories are inventions.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from wismo_desk.practice.plot import HANDED_OVER, Scene, scenes

_SERIALS: Final = 10**6
_DOTS_PER_MM: Final = {203: 8.0, 300: 11.811}
_LATIN: Final = str.maketrans({"œ": "OE", "Œ": "OE", "æ": "AE", "Æ": "AE", "ß": "SS", "ø": "O", "Ø": "O"})

_SAID: Final[dict[Scene, tuple[str, str, str, str]]] = {  # status, code of the event, wording (ours), town
    Scene.ANNOUNCED: ("PREADVICE", "INTIAL.PREADVICE", "Colis annoncé à GLS", ""),
    Scene.TAKEN: ("INTRANSIT", "INTIAL.NORMAL", "Colis remis à GLS", "Lille"),
    Scene.SORTED: ("INTRANSIT", "OUTBOD.NORMAL", "Le colis a quitté le centre", "Lille"),
    Scene.ARRIVED: ("INWAREHOUSE", "INBOUD.NORMAL", "Le colis est au centre de livraison", "Rennes"),
    Scene.ROUND: ("INDELIVERY", "OUTDEL.NORMAL", "Livraison prévue dans la journée", "Rennes"),
    Scene.DELIVERED: ("DELIVERED", "DELIVD.NORMAL", "Colis livré", "Rennes"),
    Scene.AT_POINT: ("DELIVEREDPS", "DELIVD.PARCELSHOP", "Colis déposé au relais", "Rennes"),
    Scene.FETCHED: ("DELIVERED", "DELIVD.NORMAL", "Colis retiré au relais", "Rennes"),
    # Which codes GLS has for these is not documented, so only the status tells of them.
    Scene.ABSENT: ("NOTDELIVERED", "", "", ""),
    Scene.REFUSED: ("NOTDELIVERED", "", "", ""),
    Scene.RETURNING: ("INTRANSIT", "OUTBOD.NORMAL", "Le colis a quitté le centre", "Rennes"),
    Scene.RETURNED: ("FINAL", "", "", ""),
    Scene.VOIDED: ("CANCELED", "CANCEL.NORMAL", "Données effacées", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldParcel:
    """One numbered parcel. `zpl` is ASCII; `reported`: it went through an end of day."""

    track_id: str
    number: str
    reference: str
    shop: bool
    zpl: str
    created_at: datetime
    voided_at: datetime | None = None
    reported: bool = False
    shipment: Mapping[str, Any]

    @property
    def primary_2d(self) -> str:
        return f"EXERCICE {self.track_id} {self.number}"


class ParcelBook:
    """Sells as often as it is asked. The file holds one JSON line a change; one cut short by a kill is dropped.
    Not thread safe."""

    def __init__(self, clock: Callable[[], datetime], file: Path | None = None) -> None:
        self._clock = clock
        self._file = file
        self._parcels = {parcel.track_id: parcel for parcel in _read(file)}
        newest = max((int(track_id[2:]) for track_id in self._parcels), default=0)
        self._next = newest + 1 if newest else int(clock().timestamp()) % _SERIALS

    @property
    def created(self) -> Counter[str]:
        return Counter(parcel.reference for parcel in self._parcels.values())

    def get(self, number: str) -> SoldParcel | None:
        """By TrackID or parcel number."""
        found = self._parcels.get(number)
        return found or next((each for each in self._parcels.values() if each.number == number), None)

    def sell(self, shipment: Mapping[str, Any], *, dpi: int) -> list[SoldParcel]:
        """The parcels of a shipment that the rules found nothing wrong with: one for each of its units."""
        return [
            self._sell({**shipment, "ShipmentUnit": [unit]}, dpi=dpi) for unit in shipment["ShipmentUnit"]
        ]

    def _sell(self, shipment: Mapping[str, Any], *, dpi: int) -> SoldParcel:
        serial = self._next % _SERIALS
        self._next += 1
        unit = shipment["ShipmentUnit"][0]
        parcel = SoldParcel(
            track_id=f"ZX{serial:06d}",
            number=f"95200{serial:06d}",
            reference=str(next(iter(unit.get("ShipmentUnitReference", [])), "")),
            shop=any("ShopDelivery" in service for service in shipment.get("Service", [])),
            zpl="",
            created_at=self._clock(),
            shipment=shipment,
        )
        return self._keep(replace(parcel, zpl=draw(parcel, dpi).decode("ascii")))

    def void(self, parcel: SoldParcel) -> None:
        self._keep(replace(parcel, voided_at=self._clock()))

    def report(self, day: date) -> list[SoldParcel]:
        """The parcels of the day that no report has named yet: from now on, this one has."""
        due = [
            parcel
            for parcel in self._parcels.values()
            if not parcel.reported and parcel.voided_at is None and parcel.created_at.date() <= day
        ]
        return [self._keep(replace(parcel, reported=True)) for parcel in due]

    def _keep(self, parcel: SoldParcel) -> SoldParcel:
        self._parcels[parcel.track_id] = parcel
        if self._file is not None:
            with self._file.open("a", encoding="ascii") as lines:
                lines.write("\n" + json.dumps(asdict(parcel), default=datetime.isoformat))
        return parcel


def life(parcel: SoldParcel, now: datetime) -> Iterator[tuple[datetime, str, str, str, str]]:
    """(when, status, code of the event, wording, town) of everything that has happened, oldest first."""
    told = scenes(
        parcel.track_id[-1],
        pickup=parcel.shop,
        created_at=parcel.created_at,
        now=now,
        voided_at=parcel.voided_at,
    )
    for at, scene in told:
        yield at, *_SAID[scene]


def was_scanned(parcel: SoldParcel, now: datetime) -> bool:
    return now >= parcel.created_at + HANDED_OVER


def draw(parcel: SoldParcel, dpi: int) -> bytes:
    """ZPL, 100 × 150 mm: the parcel number as Code 128, the first matrix code, the recipient."""
    dots = _DOTS_PER_MM[dpi]
    shipment, to = parcel.shipment, parcel.shipment["Consignee"]["Address"]
    unit = shipment["ShipmentUnit"][0]
    town = f"{to.get('ZIPCode', '')} {to.get('City', '')}"
    lines = [str(to.get(name, "")) for name in ("Name1", "Name2", "Name3", "Street", "StreetNumber")] + [town]

    def at(x: float, y: float) -> str:
        return f"^FO{round(x * dots)},{round(y * dots)}"

    def words(x: float, y: float, size: float, said: str) -> str:
        return f"{at(x, y)}^A0N,{round(size * dots)},{round(size * dots)}^FH^FD{_plain(said)}^FS"

    found = [
        f"^XA^CI28^PW{round(100 * dots)}^LL{round(150 * dots)}^LH0,0",
        f"{at(4, 4)}^GB{round(92 * dots)},{round(11 * dots)},{round(11 * dots)}^FS",
        f"{at(8, 6)}^FR^A0N,{round(7 * dots)},{round(7 * dots)}^FDEXERCICE - SANS VALEUR^FS",
        words(
            4, 18, 4, f"GLS {shipment['Product']}   {unit['Weight']} KG   {shipment.get('ShippingDate', '')}"
        ),
        words(4, 24, 4, f"{unit.get('Note1', '')}   {unit.get('Note2', '')}"),
        *(words(8, 34 + 6 * place, 4.5, line) for place, line in enumerate(filter(None, lines))),
        f"^BY{round(0.375 * dots)}{at(14, 84)}^BCN,{round(22 * dots)},N,N,N,A^FD{parcel.number}^FS",
        words(14, 108, 4, parcel.number),
        f"{at(8, 120)}^BXN,{round(0.75 * dots)},200^FD{parcel.primary_2d}^FS",
        words(40, 126, 7, parcel.track_id),
        "^XZ",
    ]
    return "\n".join(found).encode("ascii")


def _plain(said: str) -> str:
    """Capitals without accents, and as _hex what could be a command."""
    apart = unicodedata.normalize("NFKD", said.translate(_LATIN))
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter)).upper()
    safe = "".join(letter if " " <= letter <= "~" else "?" for letter in letters)
    return "".join(c if c.isalnum() or c in " .,-'/()" else f"_{ord(c):02X}" for c in safe)


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
