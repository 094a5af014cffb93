"""The shop's cartons, by the numbers of the command sheet: their size goes into the label request, their weight to the
parcel's where there is no scale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from wismo_desk.errors import BadInput

MOST: Final = 6  # command barcodes for cartons
_LONGEST_MM: Final = 5_000
_HEAVIEST_G: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Carton:
    """Outside measures, the longest first as a rule; `tare_g` is the empty carton."""

    number: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    tare_g: int = 0

    @property
    def size_mm(self) -> tuple[int, int, int] | None:
        """None: not all of it is known."""
        size = (self.length_mm, self.width_mm, self.height_mm)
        return size if all(size) else None


def carton_of(cartons: Iterable[Carton], chosen: str) -> Carton | None:
    """The one a packer chose ("2"); None: none, or one that nobody measured."""
    return next((carton for carton in cartons if str(carton.number) == chosen), None)


def cartons_to_toml(cartons: Iterable[Carton]) -> list[dict[str, Any]]:
    return [asdict(carton) for carton in cartons]


def cartons_from_toml(rows: Iterable[Mapping[str, Any]]) -> tuple[Carton, ...]:
    """Raises ValueError for a number that cannot be used."""
    names = tuple(Carton.__slots__)
    cartons = tuple(Carton(**{name: row[name] for name in names if name in row}) for row in rows)
    for carton in cartons:
        sides = (carton.length_mm, carton.width_mm, carton.height_mm)
        fits = all(isinstance(side, int) and 0 <= side <= _LONGEST_MM for side in sides)
        if not (fits and 1 <= carton.number <= MOST and 0 <= carton.tare_g <= _HEAVIEST_G):
            raise ValueError(f"cartons: carton {carton.number} cannot be so")
    return cartons


def typed_carton(number: int, text: str) -> Carton:
    """ "30 × 20 × 12,5 ; 150 g" as people write it; the weight may be left out. BadInput: nothing of the kind."""
    size, _, tare = text.replace("\u00a0", " ").replace("\u202f", " ").partition(";")
    sides = re.split(r"\s*[x×*]\s*", re.sub(r"\s*cm\s*$", "", size.strip().lower()))
    try:
        length, width, height = (round(float(side.replace(",", ".")) * 10) for side in sides)
        grams = int(re.sub(r"\s*g\s*$", "", tare.strip().lower()) or 0)
    except (ValueError, OverflowError):  # "inf" is a number to Python
        length = width = height = grams = -1
    fits = all(0 < side <= _LONGEST_MM for side in (length, width, height)) and 0 <= grams <= _HEAVIEST_G
    if not fits:
        raise BadInput(
            "“{text}” is no size of a carton: write 30 × 20 × 12.5 for centimetres, and behind a semicolon the grams "
            "of the empty carton.",
            text=text.strip(),
            field="cartons",
        )
    return Carton(number=number, length_mm=length, width_mm=width, height_mm=height, tare_g=grams)
