"""How long, wide and high something is: read from cells, and compared however it lies."""

from __future__ import annotations

import re
from typing import Final

Size = tuple[int, int, int]  # length, width, height in millimetres

WRONG_LENGTH: Final = "“{value}” is no length: write 30 or 30,5 for centimetres, or 300 mm."
LONGEST_MM: Final = 20_000  # what is longer was typed in another unit
_LENGTH: Final = re.compile(r'(\d{1,5}(?:[.,]\d{1,3})?)\s*(mm|cm|m|in|inch|inches|")?\.?', re.IGNORECASE)
_MM: Final = {"mm": 1.0, "cm": 10.0, "m": 1_000.0, "in": 25.4, "inch": 25.4, "inches": 25.4, '"': 25.4}
_TITLE_UNIT: Final = re.compile(r"(mm|cm|(?<=[\s_(\[-])(?:m|in|inch|inches))[\s)\]]*$", re.IGNORECASE)
_TITLE_KILOS: Final = re.compile(r"(?:^|[\s_(\[-])(?:kg|kilos?|en kg)[\s)\]]*$", re.IGNORECASE)


def read_length(text: str, *, unit: str = "cm") -> int | None:
    """Millimetres of "30", "30,5 cm", "300 mm", "12 in"; `unit` where none is said. None: no length."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        return None
    length = round(float(match[1].replace(",", ".")) * _MM[(match[2] or unit).lower()])
    return length if 0 < length <= LONGEST_MM else None


def is_nought(text: str) -> bool:
    """What shops write for a measure that nobody took."""
    return not text.strip("0., ")


def title_unit(title: str) -> str:
    """The unit at the end of a column's name: "package_length_mm", "Longueur (mm)"; centimetres without one."""
    match = _TITLE_UNIT.search(title.strip())
    return match[1].lower() if match else "cm"


def title_kilos(title: str) -> bool:
    """Whether a column's name says kilograms: "Poids colis (kg)"."""
    return _TITLE_KILOS.search(title.strip()) is not None


def longest(size: Size) -> int:
    return max(size)


def sides(size: Size) -> int:
    """Length + width + height."""
    return sum(size)


def with_girth(size: Size) -> int:
    """The longest side and what goes around the two others: length + 2 × width + 2 × height."""
    return 2 * sum(size) - max(size)
