"""What the cells of an exported table say: numbers, amounts and dates as French and English files write them.

Every reader gives None for what it cannot read without guessing; the caller turns that into a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final

_FORMULA_SIGNS: Final = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\0",
    "＝",
    "＋",
    "－",
    "＠",
)  # OWASP CSV injection
_AS_TEXT: Final = re.compile(r'="(.*)"', re.DOTALL)
_INVISIBLE: Final = dict.fromkeys(
    (0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
_SCIENTIFIC: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_COUNT: Final = re.compile(r"(\d{1,6})(?:[.,](?:0{1,2}|0{4,}))?", re.ASCII)
_HUGE_COUNT: Final = re.compile(r"\d{7,}(?:[.,]0{1,2})?", re.ASCII)
MOST_PIECES: Final = 999_999  # of one order line
_CENTS: Final = re.compile(r"(\d+)(?:[.,]0+)?", re.ASCII)
_MONEY_MARKS: Final = re.compile(r"\s|[€$£'’]|EUR", re.IGNORECASE)
_AMOUNTS: Final = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        r"(\d+)(?:[.,](\d{1,2}))?",
        r"(\d+)[.,](\d{2})0{2,}",  # 12.500000, as shops' databases print it
        r"(\d{1,3}(?:\.\d{3})+),(\d{1,2})",
        r"(\d{1,3}(?:,\d{3})+)\.(\d{1,2})",
    )
)
_WEIGHT: Final = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(g|gr|grammes?|grams?|kg|kilos?)?", re.IGNORECASE | re.ASCII
)
_CLOCK: Final = r"(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_ISO_DAY: Final = r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
_OFFSET: Final = r"\s*(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?"
_FRENCH_DAY: Final = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4}|\d{2})"
_ISO: Final = re.compile(f"{_ISO_DAY}(?:[T ]+{_CLOCK}{_OFFSET})?", re.ASCII)
_FRENCH: Final = re.compile(f"{_FRENCH_DAY}(?:[T, ]+(?:à )?{_CLOCK}(?P<offset>))?", re.ASCII)


def clean(text: str) -> str:
    """A cell as people meant it: no blanks around, no invisible marks, one form per accented letter.

    ="01000" and '+33… are how spreadsheets are told to keep text; the wrapping is taken off again.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    text = text.strip()
    if text.startswith('="') and (wrapped := _AS_TEXT.fullmatch(text)):
        return wrapped[1].strip()
    if text.startswith("'") and text[1:].startswith(_FORMULA_SIGNS):
        return text[1:]
    return text


def guard(text: str) -> str:
    """The cell made safe for a spreadsheet: what could be a formula begins with an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def is_scientific(text: str) -> bool:
    """Whether a spreadsheet shortened a code to 6,00E+12: its digits are lost."""
    return "+" in text and _SCIENTIFIC.fullmatch(text) is not None


def read_count(text: str) -> int | None:
    """A number of pieces, from 1 to MOST_PIECES. "2,00" is 2; "1.000" could be 1 or 1000 and is None."""
    match = _COUNT.fullmatch("".join(text.split()))
    return int(match[1]) or None if match else None


def is_huge_count(text: str) -> bool:
    """A whole number beyond what `read_count` takes."""
    return _HUGE_COUNT.fullmatch("".join(text.split()).lstrip("0")) is not None


def read_cents(text: str) -> int | None:
    """An amount that is already in cents."""
    match = _CENTS.fullmatch("".join(text.split()))
    return int(match[1]) if match else None


def read_amount(text: str) -> int | None:
    """Cents of "12,5", "1 234,50 €", "1.234,50", "1,234.50"; None for "1,234", which could be either."""
    bare = _MONEY_MARKS.sub("", text)
    for shape in _AMOUNTS:
        if match := shape.fullmatch(bare):
            units = int(match[1].replace(".", "").replace(",", ""))
            return units * 100 + int((match[2] or "0").ljust(2, "0"))
    return None


def read_grams(text: str, *, kilos: bool = False) -> int | None:
    """Whole grams of "250", "250 g", "0,25 kg"; `kilos`: the column is in kilograms when no unit is said.

    A decimal number of grams without its unit is None: it was probably meant in kilograms.
    """
    match = _WEIGHT.fullmatch(text.strip())
    if match is None:
        return None
    number = float(match[1].replace(",", "."))
    unit = (match[2] or "").lower()
    if unit.startswith("k") or (kilos and not unit):
        return round(number * 1000)
    return round(number) if unit or number == int(number) else None


def read_moment(text: str, zone: tzinfo, *, end_of_day: bool = False) -> datetime | None:
    """ISO 8601 or dd/mm/yyyy, with or without a clock, as UTC; without an offset it is the zone's time."""
    match = _ISO.fullmatch(text) or _FRENCH.fullmatch(text)
    if match is None:
        return None
    year = int(match["year"])
    try:
        day = date(year + 2000 if year < 100 else year, int(match["month"]), int(match["day"]))
        clock = _clock(match, end_of_day=end_of_day)
        offset = match["offset"]
        if offset and offset not in ("Z", "UTC"):
            return datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC)
        return datetime.combine(day, clock, tzinfo=UTC if offset else zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_day(text: str, zone: tzinfo) -> date | None:
    """The calendar day in the zone."""
    moment = read_moment(text, zone)
    return moment.astimezone(zone).date() if moment else None


def _clock(match: re.Match[str], *, end_of_day: bool) -> time:
    if match["hour"] is None:
        return time(23, 59, 59) if end_of_day else time()
    return time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))


def read_tags(text: str) -> tuple[str, ...]:
    """The marks of a shop on an order, each once: "VIP, cadeau"; some shops put semicolons or bars between them."""
    parts = re.split(r"[,;|\n]", text)
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
