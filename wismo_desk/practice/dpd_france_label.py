"""Draws the practice label of DPD France's practice server: ZPL of 10 × 15 cm, worthless and saying so."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_DOTS_PER_MM: Final = {203: 8.0, 300: 11.811}
_WIDTH_MM: Final = 100
_HEIGHT_MM: Final = 150
_BAR_MM: Final = 0.375  # 3 dots at 203 dpi, 4 at 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """`barcode` is the BIC3 code, `check` the character that people read behind it."""

    number: str
    barcode: str
    check: str
    service: str
    reference: str
    lines: tuple[str, ...]
    weight: str
    dpi: int


def draw(drawing: Drawing) -> bytes:
    return "\n".join(_commands(drawing, _DOTS_PER_MM[drawing.dpi])).encode("ascii")


def _commands(drawing: Drawing, dots: float) -> Iterator[str]:
    def at(x: float, y: float) -> str:
        return f"^FO{round(x * dots)},{round(y * dots)}"

    def text(x: float, y: float, size: float, words: str) -> str:
        height = round(size * dots)
        return f"{at(x, y)}^A0N,{height},{height}^FD{_plain(words)}^FS"

    yield f"^XA^CI28^PW{round(_WIDTH_MM * dots)}^LL{round(_HEIGHT_MM * dots)}^LH0,0"
    yield f"{at(4, 4)}^GB{round(92 * dots)},{round(11 * dots)},{round(11 * dots)}^FS"
    yield f"{at(8, 6)}^FR^A0N,{round(7 * dots)},{round(7 * dots)}^FDEXERCICE - SANS VALEUR^FS"
    yield text(4, 18, 5, "DPD FRANCE - EXERCICE")
    yield text(4, 26, 8, drawing.service)
    yield text(4, 37, 3.5, f"{drawing.reference}   {drawing.weight} KG")
    yield f"{at(4, 44)}^GB{round(92 * dots)},{round(48 * dots)},{round(0.5 * dots)}^FS"
    for place, line in enumerate(drawing.lines[:7]):
        yield text(8, 47 + 6 * place, 4.5, line)
    yield f"^BY{round(_BAR_MM * dots)}"
    yield f"{at(8, 97)}^BCN,{round(25 * dots)},N,N,N,A^FD{drawing.barcode}^FS"
    yield text(8, 124, 4, f"{drawing.barcode.removeprefix('%')}{drawing.check}")
    yield text(8, 134, 7, drawing.number)
    yield "^XZ"


def _plain(words: str) -> str:
    """Capitals without accents, and without what ZPL takes for a command."""
    apart = unicodedata.normalize("NFKD", words.upper())
    return "".join(
        c if c in " .,-'/()+#&" or (c.isascii() and c.isalnum()) else " "
        for c in apart
        if not unicodedata.combining(c)
    )
