"""Practice Colissimo's books: the parcels it numbered, their labels, and what it says of them.

Numbers and barcodes have the documented shapes (carriers.md §3); all else on the label is ours and says that it
is worthless. The codes of the news are Colissimo's, the stories are inventions.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from wismo_desk.domain.check_digits import gs1, mod37_36, s10
from wismo_desk.practice.plot import Scene, scenes

_SERIALS: Final = 10**8
# The first two characters by product, and by product abroad. unverified: HD's is that of the code it replaces.
_PREFIXES: Final = {"DOM": "6A", "DOS": "6C", "HD": "6M", "CORE": "8R", "COM": "8Q", "CDS": "7Q", "ECO": "9W"}
_ABROAD: Final = {"DOM": "CA", "DOS": "CB"}
_ISO_FRANCE: Final = "250"
_SERVICE: Final = "801"  # the one the documented sample shows
_DOTS_PER_MM: Final = {203: 8.0, 300: 11.811}

_SAID: Final[dict[Scene, tuple[str, str, str]]] = {  # code, wording (ours), site
    Scene.ANNOUNCED: ("PCHMQT", "Votre Colissimo est annoncé par son expéditeur", ""),
    Scene.TAKEN: ("PCHCFM", "Votre colis a été pris en charge", "PFC EXEMPLE"),
    Scene.SORTED: ("AARTRA", "Votre colis traverse notre réseau", "PFC EXEMPLE"),
    Scene.ARRIVED: ("AARCFM", "Votre colis est sur le site qui le livrera", "AGENCE EXEMPLE"),
    Scene.ROUND: ("MLVCFM", "Votre colis est entre les mains du facteur", "AGENCE EXEMPLE"),
    Scene.DELIVERED: ("LIVBAL", "Votre colis a été mis dans la boîte aux lettres", "AGENCE EXEMPLE"),
    Scene.AT_POINT: ("LIVRLI", "Votre colis est au point de retrait", "POINT EXEMPLE"),
    Scene.FETCHED: ("LIVCFM", "Votre colis a été remis", "POINT EXEMPLE"),
    Scene.ABSENT: ("RENARV", "Personne n'a répondu, nous repasserons", "AGENCE EXEMPLE"),
    Scene.REFUSED: ("RENAVA", "Votre colis a été refusé, il repart", "AGENCE EXEMPLE"),
    Scene.RETURNING: ("RCDREL", "Votre colis repart vers son expéditeur", "PFC EXEMPLE"),
    Scene.RETURNED: ("LIVEXP", "Votre colis a été rendu à son expéditeur", "AGENCE EXEMPLE"),
}
_DELIVERED: Final = frozenset({Scene.DELIVERED, Scene.FETCHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldParcel:
    """One numbered parcel. `zpl` is ASCII."""

    number: str
    partner: str
    reference: str
    product: str
    zpl: str
    created_at: datetime
    role: str = ""  # FOLLOWER or MASTER, of one among several
    followers: tuple[str, ...] = ()  # of a master


class ParcelBook:
    """Sells as often as it is asked. The file holds one JSON line a parcel; one cut short by a kill is dropped.
    Not thread safe."""

    def __init__(self, clock: Callable[[], datetime], file: Path | None = None) -> None:
        self._clock = clock
        self._file = file
        self._parcels = {parcel.number: parcel for parcel in _read(file)}
        newest = max((_serial(number) for number in self._parcels), default=0)
        self._next = max(newest + 1, int(clock().timestamp()) % _SERIALS)

    @property
    def created(self) -> Counter[str]:
        return Counter(parcel.reference for parcel in self._parcels.values())

    def get(self, number: str) -> SoldParcel | None:
        return self._parcels.get(number)

    def sell(
        self,
        letter: Mapping[str, Any],
        *,
        account: str,
        dpi: int,
        group: Mapping[str, str] = MappingProxyType({}),
    ) -> SoldParcel:
        """A parcel for a letter that the rules found nothing wrong with. `group`: what it says of itself as one of
        several."""
        product, address = letter["service"]["productCode"], letter["addressee"]["address"]
        number = number_for(product, address["countryCode"], self._next % _SERIALS)
        self._next += 1
        partner = _partner(number, address)
        parcel = SoldParcel(
            number=number,
            partner=partner,
            reference=str(letter.get("sender", {}).get("senderParcelRef", "")),
            product=product,
            zpl=draw(letter, (number, partner, handling_code(number, letter, account)), dpi).decode("ascii"),
            created_at=self._clock(),
            role=group.get("TYPE_MULTI_PARCEL", ""),
            followers=tuple(filter(None, group.get("LIST_FOLLOWER_PARCEL", "").split("/"))),
        )
        self._parcels[number] = parcel
        if self._file is not None:
            with self._file.open("a", encoding="ascii") as lines:
                lines.write("\n" + json.dumps(asdict(parcel), default=datetime.isoformat))
        return parcel


def number_for(product: str, country: str, serial: int) -> str:
    """Two characters, ten digits and their GS1 check digit; abroad by DOM and DOS a UPU S10."""
    if country not in ("FR", "MC") and product in _ABROAD:
        digits = f"{serial:08d}"
        return f"{_ABROAD[product]}{digits}{s10(digits)}FR"
    digits = f"{serial:010d}"
    return f"{_PREFIXES[product]}{digits}{gs1(digits)}"


def _serial(number: str) -> int:
    return int(number[2:10] if number.endswith("FR") else number[4:12])


def _last_digit(number: str) -> str:
    return number[9] if number.endswith("FR") else number[11]


def _partner(number: str, address: Mapping[str, Any]) -> str:
    """In France a Geopost BIC3 (27 characters and their check), abroad the number of the post over there."""
    if number.endswith("FR"):
        return f"CZ{number[2:11]}{address['countryCode']}"
    zone = str(address.get("zipCode", "")).rjust(7, "0")[-7:]
    body = f"{zone}11{number[:12]}{_SERVICE}{_ISO_FRANCE}"
    return body + mod37_36(body)


def scanned(partner: str) -> str:
    """What a scanner reads from the label: BIC3 with % and without its check character."""
    return f"%{partner[:27]}" if len(partner) == 28 else partner


def handling_code(number: str, letter: Mapping[str, Any], account: str) -> str:
    """The code for taking over: product, sort, postcode, account, weight in 10 g, insurance, options, link, key."""
    weight = round(float(letter["parcel"]["weight"]) * 100)
    postcode = str(letter["addressee"]["address"].get("zipCode", ""))[:5].rjust(5, "0")
    postcode = postcode if postcode.isdigit() else "00000"
    body = f"{account:>06}{weight:04d}0000{_last_digit(number)}"
    return f"{number[:2]}1{postcode}{body}{gs1(body)}"


def life(parcel: SoldParcel, now: datetime) -> Iterator[tuple[datetime, Scene, str, str, str]]:
    """(when, scene, code, wording, site) of everything that has happened, oldest first."""
    pickup = parcel.product == "HD"
    for at, scene in scenes(_last_digit(parcel.number), pickup=pickup, created_at=parcel.created_at, now=now):
        yield at, scene, *_SAID[scene]


def is_delivered(parcel: SoldParcel, now: datetime) -> bool:
    return any(scene in _DELIVERED for _, scene, *_ in life(parcel, now))


def draw(letter: Mapping[str, Any], codes: tuple[str, str, str], dpi: int) -> bytes:
    """ZPL, 100 × 150 mm: the handling code, the parcel number and the partner's barcode, each a Code 128."""
    dots = _DOTS_PER_MM[dpi]
    number, partner, handling = codes
    to = letter["addressee"]["address"]
    person = " ".join(filter(None, (to.get("firstName", ""), to.get("lastName", ""))))
    town = f"{to.get('zipCode', '')} {to.get('city', '')}"
    streets = (str(to.get(f"line{line}", "")) for line in range(4))
    lines = [line for line in (to.get("companyName", ""), person, *streets, town) if line]

    def at(x: float, y: float) -> str:
        return f"^FO{round(x * dots)},{round(y * dots)}"

    def words(x: float, y: float, size: float, said: str) -> str:
        return f"{at(x, y)}^A0N,{round(size * dots)},{round(size * dots)}^FH^FD{_plain(said)}^FS"

    def bars(y: float, height: float, bar_mm: float, code: str) -> str:
        return f"^BY{round(bar_mm * dots)}{at(10, y)}^BCN,{round(height * dots)},N,N,N,A^FD{code}^FS"

    found = [
        f"^XA^CI28^PW{round(100 * dots)}^LL{round(150 * dots)}^LH0,0",
        f"{at(4, 4)}^GB{round(92 * dots)},{round(11 * dots)},{round(11 * dots)}^FS",
        f"{at(8, 6)}^FR^A0N,{round(7 * dots)},{round(7 * dots)}^FDEXERCICE - SANS VALEUR^FS",
        words(4, 17, 4, f"COLISSIMO {letter['service']['productCode']}   {letter['parcel']['weight']} KG"),
        words(4, 22, 4, str(letter.get("sender", {}).get("senderParcelRef", ""))),
        *(words(8, 28 + 5 * place, 4, line) for place, line in enumerate(lines)),
        bars(70, 12, 0.25, handling),
        words(10, 83, 3, handling),
        bars(90, 20, 0.375, number),
        words(10, 111, 4, number),
        bars(120, 16, 0.25, scanned(partner)),
        words(10, 137, 3, partner),
        "^XZ",
    ]
    return "\n".join(found).encode("ascii")


def _plain(words: str) -> str:
    """Capitals without accents, and as _hex what could be a command."""
    apart = unicodedata.normalize("NFKD", words)
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter)).upper()
    safe = "".join(letter if " " <= letter <= "~" else "?" for letter in letters)
    return "".join(c if c.isalnum() or c in " .,-'/()" else f"_{ord(c):02X}" for c in safe)


def sheet(title: str) -> bytes:
    """One empty PDF page with a line of ASCII on it, whole and small (ISO 32000-1)."""
    words = f"BT /F1 14 Tf 60 780 Td ({title}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(words)} >>\nstream\n{words}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = "%PDF-1.4\n", []
    for place, each in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{place} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + end).encode("ascii")


def _read(file: Path | None) -> Iterator[SoldParcel]:
    if file is None or not file.exists():
        return
    for line in file.read_text("ascii").splitlines():
        try:
            row = json.loads(line)
            row["created_at"] = datetime.fromisoformat(row["created_at"])
            row["followers"] = tuple(row.get("followers", ()))
            yield SoldParcel(**row)
        except (ValueError, KeyError, TypeError):
            continue  # cut short, or an empty first line
