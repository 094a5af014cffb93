"""What stands on a label, in printer dots: the layout writes these, the painter and native ZPL read them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Final

from wismo_desk.errors import BadInput
from wismo_desk.labels.symbols import Code, modules

WIDTH_MM: Final = 100
HEIGHT_MM: Final = 150
# Print heads are made in whole dots per millimetre or per inch: "203 dpi" is 8/mm, 300 dpi is 11.811/mm.
_PER_MM: Final = {203: 8.0, 300: 300 / 25.4}


@dataclass(frozen=True, slots=True)
class Media:
    """100 × 150 mm stock at a resolution: 800 × 1200 dots at 203 dpi, 1181 × 1771 at 300 (rounded down,
    so that nothing lies beyond the paper)."""

    dpi: int

    def __post_init__(self) -> None:
        if self.dpi not in _PER_MM:
            raise BadInput(
                "A label cannot be painted for {dpi} dpi: set 203 or 300 in the printer's settings.",
                field="dpi",
                dpi=self.dpi,
            )

    @property
    def per_mm(self) -> float:
        return _PER_MM[self.dpi]

    @property
    def width(self) -> int:
        return int(WIDTH_MM * self.per_mm)

    @property
    def height(self) -> int:
        return int(HEIGHT_MM * self.per_mm)

    def dots(self, mm: float) -> int:
        return round(mm * self.per_mm)

    def module(self, least_mm: float) -> int:
        """The narrowest bar in whole dots that is not under `least_mm`."""
        return ceil(least_mm * self.per_mm - 1e-9)


class Align(StrEnum):
    LEFT = "L"  # the letters of ZPL's ^FB
    CENTRE = "C"
    RIGHT = "R"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line. `x y w` is its room, `px` the font size; it is `line_height(px)` high, baseline at `px`."""

    x: int
    y: int
    w: int
    px: int
    text: str
    bold: bool = False
    align: Align = Align.LEFT
    white: bool = False  # on a filled box


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle; `line` 0 is filled, else an outline of that thickness, inside."""

    x: int
    y: int
    w: int
    h: int
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A code at its top left dot, without quiet zone. `module` dots each; `height` for linear ones."""

    x: int
    y: int
    module: int
    code: Code
    height: int = 0

    @property
    def w(self) -> int:
        return len(modules(self.code)[0]) * self.module

    @property
    def h(self) -> int:
        return self.height or len(modules(self.code)) * self.module


Item = Text | Box | Symbol


@dataclass(frozen=True, slots=True)
class Page:
    """A whole label, ready to paint."""

    media: Media
    items: tuple[Item, ...]

    @property
    def codes(self) -> tuple[Code, ...]:
        return tuple(item.code for item in self.items if isinstance(item, Symbol))


def line_height(px: int) -> int:
    """1.25 of the size: room for Arabic and Thai below the baseline."""
    return px + px // 4
