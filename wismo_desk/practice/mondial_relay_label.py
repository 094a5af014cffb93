"""Draws the practice label of Mondial Relay's practice server: ZPL of 10 × 15 cm, worthless and saying so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_DOTS_PER_MM: Final = {203: 8.0, 300: 11.811}
_WIDTH_MM: Final = 100
_HEIGHT_MM: Final = 150
_BAR_MM: Final = 0.375  # 3 dots at 203 dpi, 4 at 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """`lines` and all other texts in the service's alphabet, which holds nothing that ZPL takes for a command."""

    number: str
    barcode: str
    mode: str
    point: str
    reference: str
    lines: tuple[str, ...]
    grams: int
    dpi: int


def draw(drawing: Drawing) -> bytes:
    return "\n".join(_commands(drawing, _DOTS_PER_MM[drawing.dpi])).encode("ascii")


def _commands(drawing: Drawing, dots: float) -> Iterator[str]:
    def at(x: float, y: float) -> str:
        return f"^FO{round(x * dots)},{round(y * dots)}"

    def text(x: float, y: float, size: float, words: str) -> str:
        height = round(size * dots)
        return f"{at(x, y)}^A0N,{height},{height}^FD{words}^FS"

    yield f"^XA^CI28^PW{round(_WIDTH_MM * dots)}^LL{round(_HEIGHT_MM * dots)}^LH0,0"
    yield f"{at(4, 4)}^GB{round(92 * dots)},{round(11 * dots)},{round(11 * dots)}^FS"
    yield f"{at(8, 6)}^FR^A0N,{round(7 * dots)},{round(7 * dots)}^FDEXERCICE - SANS VALEUR^FS"
    yield text(4, 18, 5, "MONDIAL RELAY - EXERCICE")
    yield text(4, 26, 9, f"{drawing.mode} {drawing.point}".strip())
    yield text(4, 38, 3.5, f"{drawing.reference}   {drawing.grams} G")
    yield f"{at(4, 44)}^GB{round(92 * dots)},{round(48 * dots)},{round(0.5 * dots)}^FS"
    for place, line in enumerate(drawing.lines[:7]):
        yield text(8, 47 + 6 * place, 4.5, line)
    yield f"^BY{round(_BAR_MM * dots)}"
    yield f"{at(10, 97)}^BCN,{round(25 * dots)},Y,N,N,A^FD{drawing.barcode}^FS"
    yield text(4, 132, 8, drawing.number)
    yield "^XZ"
