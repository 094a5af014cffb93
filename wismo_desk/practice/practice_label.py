"""Draws the practice carrier's label: native ZPL, 100 × 150 mm, worthless and saying so."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_DOTS_PER_MM: Final = {203: 8.0, 300: 11.811}
_WIDTH_MM: Final = 100
_HEIGHT_MM: Final = 150
_BAR_MM: Final = 0.5  # 4 dots at 203 dpi, 6 at 300
_CELL_MM: Final = 0.75  # of the DataMatrix: 6 dots at 203 dpi, 9 at 300
# Latin letters that do not come apart into a letter and an accent.
_LATIN: Final = str.maketrans({"œ": "OE", "Œ": "OE", "æ": "AE", "Æ": "AE", "ß": "SS", "ø": "O", "Ø": "O"})
_POLISH: Final = str.maketrans({"ł": "L", "Ł": "L", "đ": "D", "Đ": "D", "’": "'", "–": "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What stands on one label. `lines`: the recipient, from name to country; `service` in people's words."""

    number: str
    reference: str
    service: str
    lines: tuple[str, ...]
    order: str
    weight_g: int
    ship_on: str
    dpi: int


def matrix_text(number: str, reference: str) -> str:
    """What the DataMatrix holds."""
    return f"{number};{reference}"


def draw(drawing: Drawing) -> bytes:
    """The label's ZPL at 203 or 300 dpi. Everything that is not plain is escaped (^FH) or, as carriers do,
    turned into capitals without accents; letters of other scripts become question marks."""
    return "\n".join(_commands(drawing, _DOTS_PER_MM[drawing.dpi])).encode("ascii")


def _commands(drawing: Drawing, dots: float) -> Iterator[str]:
    def at(x: float, y: float) -> str:
        return f"^FO{round(x * dots)},{round(y * dots)}"

    def text(x: float, y: float, size: float, words: str) -> str:
        height = round(size * dots)
        return f"{at(x, y)}^A0N,{height},{height}^FH^FD{_plain(words)}^FS"

    def box(x: float, y: float, w: float, h: float, line: float) -> str:
        return f"{at(x, y)}^GB{round(w * dots)},{round(h * dots)},{round(line * dots)}^FS"

    bar, cell = round(_BAR_MM * dots), round(_CELL_MM * dots)
    yield f"^XA^CI28^PW{round(_WIDTH_MM * dots)}^LL{round(_HEIGHT_MM * dots)}^LH0,0"
    yield box(4, 4, 92, 11, 11)
    yield f"{at(8, 6)}^FR^A0N,{round(7 * dots)},{round(7 * dots)}^FDEXERCICE - SANS VALEUR^FS"
    yield text(4, 18, 4, "TRANSPORTEUR D'EXERCICE")
    yield text(4, 24, 7, drawing.service)
    yield text(4, 34, 3.5, f"{drawing.order}   {drawing.weight_g} G   {drawing.ship_on}")
    yield box(4, 40, 92, 50, 0.5)
    for place, line in enumerate(drawing.lines[:7]):
        yield text(8, 43 + 6.5 * place, 5, line[:38])
    yield f"^BY{bar}"
    # Not ^FH here: number and reference are letters and digits of our own making.
    yield f"{at(14, 94)}^BCN,{round(22 * dots)},Y,N,N,A^FD{drawing.number}^FS"
    yield f"{at(8, 126)}^BXN,{cell},200^FD{matrix_text(drawing.number, drawing.reference)}^FS"
    yield text(34, 128, 4, drawing.number)
    yield text(34, 134, 4, drawing.reference)
    yield "^XZ"


def _plain(words: str) -> str:
    """ZPL field data under ^FH: capitals, and everything else that could be a command as _hex."""
    return "".join(_escaped(_capitals(words)))


def _capitals(words: str) -> str:
    latin = words.translate(_LATIN).translate(_POLISH)
    apart = unicodedata.normalize("NFKD", latin)
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter)).upper()
    return "".join(letter if " " <= letter <= "~" else "?" for letter in letters)


def _escaped(letters: Iterable[str]) -> Iterator[str]:
    for letter in letters:
        yield letter if letter.isalnum() or letter in " .,-'/()?+:;" else f"_{ord(letter):02X}"
