"""Names, addresses and numbers as Chronopost can print them: Latin letters, two lines of 38, weights in kilograms.

Source: the formats in Chronopost's "Web Services" document VL3.24.10.14, chapter 2.3.2.b (`[a-zA-Z0-9](0,38)` …).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from wismo_desk.domain.status import without_marks
from wismo_desk.errors import CarrierRefused

LINE: Final = 38
NAME: Final = 100
CITY: Final = 50
POSTCODE: Final = 9
EMAIL: Final = 80
PHONE: Final = 17
REFERENCE: Final = 35
CONTENT: Final = 45

# Latin letters that do not come apart into a letter and an accent, and the marks of typography.
_APART: Final = str.maketrans("øØłŁđĐðÐı’‘“”«»–—", 'oOlLdDdDi\'\'""""--') | str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "þ": "th", "Þ": "Th", "€": "EUR"}
)


def latin(text: str, field: str) -> str:
    """Without accents and doubled blanks. CarrierRefused: letters of another script, which nobody could read back
    from a row of question marks; signs that are no letters (emoji) are left out."""
    bare = text if text.isascii() else without_marks(text.translate(_APART))
    if bare.isascii() and bare.isprintable():
        return " ".join(bare.split())
    if any(c.isalnum() and not c.isascii() for c in bare):
        raise CarrierRefused(
            "Chronopost prints Latin letters only. Write the name and the address in Latin letters.",
            field=field,
            raw="LATIN",
        )
    return " ".join("".join(c if " " <= c <= "~" else " " for c in bare).split())


def cut(text: str, most: int) -> str:
    """At most so long, cut between words where there is one to cut at."""
    if len(text) <= most:
        return text
    whole = text[: most + 1].rsplit(" ", 1)[0]
    return whole if len(whole) > most // 2 and len(whole) <= most else text[:most].rstrip()


def two_lines(street: Sequence[str], field: str) -> tuple[str, str]:
    """The whole street on two lines: its own lines where they fit, else broken between words. Nothing is ever cut
    off, for the house number may be anywhere. CarrierRefused: it does not fit."""
    lines = [line for line in (latin(each, field) for each in street) if line]
    first, rest = (lines[0] if lines else ""), ", ".join(lines[1:])
    if len(first) <= LINE and len(rest) <= LINE:
        return first, rest
    words = ", ".join(lines).split(" ")
    first = ""
    while words and len(f"{first} {words[0]}".strip()) <= LINE:
        first = f"{first} {words.pop(0)}".strip()
    rest = " ".join(words)
    if len(rest) > LINE:
        raise CarrierRefused(
            "The street does not fit on Chronopost's label, which has two lines of {length} characters. Shorten it.",
            length=LINE,
            field=field,
            raw="STREET",
        )
    return first.rstrip(","), rest


def phone(number: str, country: str) -> str:
    """Digits only: a French number from its 0, a foreign one as it was, with 00 for the +."""
    digits = re.sub(r"\D", "", number, flags=re.ASCII)
    if number.strip().startswith("+"):
        digits = f"00{digits}"
    if country in ("FR", "MC") and digits.startswith("0033"):
        digits = f"0{digits[4:].lstrip('0')}"
    return digits[:PHONE]


def kilograms(weight_g: int) -> str:
    """Two places ("1.24"), rounded up, never nothing."""
    hundredths = max(1, -(-weight_g // 10))
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def centimetres(length_mm: int) -> str:
    return f"{length_mm // 10}.{length_mm % 10}"


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}" if cents % 100 else str(cents // 100)
