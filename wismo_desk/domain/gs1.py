"""GS1 element strings: what the application identifiers of a GS1-128, DataMatrix or QR code say.

Source: GS1 General Specifications §3.2 (identifiers), §7.8.5 (element strings of predefined length) and
§7.12 (dates). FNC1 arrives as GS (0x1D). Identifiers of logistics and of retail packing are known; the
others of the standard are refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from wismo_desk.domain.check_digits import gs1, is_gtin
from wismo_desk.errors import BadInput

GS: Final = "\x1d"

# Total length, identifier included, of the element strings that need no FNC1 after them.
_PREDEFINED: Final = {
    "00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "11": 8, "12": 8, "13": 8, "14": 8, "15": 8,
    "16": 8, "17": 8, "18": 8, "19": 8, "20": 4, "31": 10, "32": 10, "33": 10, "34": 10, "35": 10,
    "36": 10, "41": 16,
}  # fmt: skip

# Identifier → the shape of its value. A trailing "n" of an identifier is its decimal-point digit.
_SHAPES: Final = {
    "00": r"\d{18}", "01": r"\d{14}", "02": r"\d{14}", "10": r".{1,20}",
    "11": r"\d{6}", "12": r"\d{6}", "13": r"\d{6}", "15": r"\d{6}", "16": r"\d{6}", "17": r"\d{6}",
    "20": r"\d{2}", "21": r".{1,20}", "22": r".{1,20}", "235": r".{1,28}", "240": r".{1,30}",
    "241": r".{1,30}", "242": r"\d{1,6}", "243": r".{1,20}", "250": r".{1,30}", "251": r".{1,30}",
    "253": r"\d{13}.{0,17}", "254": r".{1,20}", "30": r"\d{1,8}",
    "310n": r"\d{6}", "311n": r"\d{6}", "312n": r"\d{6}", "313n": r"\d{6}", "314n": r"\d{6}",
    "315n": r"\d{6}", "316n": r"\d{6}", "320n": r"\d{6}", "330n": r"\d{6}", "340n": r"\d{6}",
    "37": r"\d{1,8}", "390n": r"\d{1,15}", "391n": r"\d{4,18}", "392n": r"\d{1,15}", "393n": r"\d{4,18}",
    "400": r".{1,30}", "401": r".{1,30}", "402": r"\d{17}", "403": r".{1,30}",
    "410": r"\d{13}", "411": r"\d{13}", "412": r"\d{13}", "413": r"\d{13}", "414": r"\d{13}",
    "415": r"\d{13}", "416": r"\d{13}", "417": r"\d{13}",
    "420": r".{1,20}", "421": r"\d{3}.{1,9}", "422": r"\d{3}", "424": r"\d{3}", "425": r"\d{3,15}",
    "426": r"\d{3}", "8005": r"\d{6}", "8008": r"\d{8}(?:\d{2}){0,2}", "8020": r".{1,25}",
    **{str(ai): r".{1,90}" if ai > 90 else r".{1,30}" for ai in range(90, 100)},
}  # fmt: skip
_VALUES: Final = {ai: re.compile(shape, re.ASCII) for ai, shape in _SHAPES.items()}
_LENGTHS: Final = (2, 3, 4)
_CHECKED: Final = ("00", "01", "02", "410", "411", "412", "413", "414", "415", "416", "417")
_PARENTHESES: Final = re.compile(r"\((\d{2,4})\)([^(]+)")


class Element(NamedTuple):
    """One identifier and its value, both as they stand in the code: Element("3103", "000842")."""

    ai: str
    value: str


def parse(text: str) -> tuple[Element, ...]:
    """The elements of a code, in order: "0109521234543213" + "10A1" + GS + "37" + "6" or "(01)…(10)…".

    BadInput when a part has no known identifier or not its length: a damaged code is refused whole.
    """
    if text.startswith("("):
        return tuple(_parse_printed(text))
    return tuple(_parse_scanned(text.strip(GS)))


def elements_check(elements: tuple[Element, ...]) -> bool | None:
    """Whether every check digit inside is right; None when no element carries one."""
    values = [element.value for element in elements if element.ai in _CHECKED]
    return all(gs1(value[:-1]) == value[-1] for value in values) if values else None


def canonical_gtin(gtin: str) -> str:
    """One spelling per trade item: EAN-13 for UPC-A and for GTIN-14 with indicator 0, else unchanged.

    An EAN-8 stays eight digits, also when it comes padded to 13 or 14.
    """
    padded = gtin.zfill(14)
    if padded[0] != "0":
        return padded
    if len(gtin) == 8 or (padded.startswith("000000") and is_gtin(padded[6:])):
        return padded[6:]
    return padded[1:]


def gtin_spellings(gtin: str) -> tuple[str, ...]:
    """Every way a product list may have written this item: EAN-13, UPC-A, EAN-8, GTIN-14."""
    canonical = canonical_gtin(gtin)
    padded = canonical.zfill(14)
    zeros = len(padded) - len(padded.lstrip("0"))
    lengths = [length for length in (13, 12, 8, 14) if 14 - length <= zeros]
    return tuple(dict.fromkeys((canonical, *(padded[14 - length :] for length in lengths))))


def _parse_scanned(text: str) -> Iterator[Element]:
    rest = text
    while rest:
        ai = _known_ai(rest)
        fixed = _PREDEFINED.get(rest[:2])
        if fixed:
            end = fixed
        else:
            stop = rest.find(GS)
            end = len(rest) if stop < 0 else stop
        yield _element(ai, rest[len(ai) : end], rest)
        rest = rest[end:].removeprefix(GS)


def _parse_printed(text: str) -> Iterator[Element]:
    end = 0
    for match in _PARENTHESES.finditer(text):
        if match.start() != end:
            raise _damaged(text[end:])
        end = match.end()
        yield _element(match[1], match[2].strip(), text[match.start() :])
    if end != len(text):
        raise _damaged(text[end:])


def _known_ai(rest: str) -> str:
    for length in _LENGTHS:
        if _shape_key(rest[:length]) in _VALUES:
            return rest[:length]
    raise _damaged(rest)


def _element(ai: str, value: str, rest: str) -> Element:
    shape = _VALUES.get(_shape_key(ai))
    if shape is None or not shape.fullmatch(value):
        raise _damaged(rest)
    return Element(ai, value)


def _shape_key(ai: str) -> str:
    return f"{ai[:3]}n" if len(ai) == 4 and ai[0] == "3" and ai.isdigit() else ai


def _damaged(rest: str) -> BadInput:
    return BadInput(
        "This GS1 code cannot be read from “{rest}” on: it is cut off or damaged. Scan it again.",
        field="scan",
        rest=rest.replace(GS, "·"),
    )
