"""Reads an amount of money as people type it; what could be read in two ways is no amount."""

from __future__ import annotations

import re
from typing import Final

from wismo_desk.errors import BadInput

_SPACES: Final = " \u00a0\u2009\u202f"  # those that stand between thousands, or before a currency
_AMOUNT: Final = re.compile(
    rf"(?:(?:€|EUR)[{_SPACES}]?)?"
    rf"(?P<whole>[0-9]{{1,7}}|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}}){{1,2}})"
    r"(?:[.,](?P<part>[0-9]{1,2}))?"
    rf"(?:[{_SPACES}]?(?:€|EUR))?",
    re.IGNORECASE,
)
_LONGEST: Final = 7  # digits before the decimals
_MOST_DIGITS: Final = 18


def cents_of(text: str) -> int:
    """ "45,90 €", "45.9" or "1 020" in cents: spaces between thousands, comma or point before at most two decimals.
    Raises BadInput for all else, "45.905" too: nobody can tell its thousands from its decimals."""
    found = _AMOUNT.fullmatch(text.strip())
    whole = re.sub(rf"[{_SPACES}]", "", found["whole"]) if found else ""
    if found is None or len(whole) > _LONGEST:
        raise BadInput("{text} is no amount. Write it like 45.90.", text=text.strip(), field="amount")
    return int(whole) * 100 + int(f"{found['part'] or '':0<2}")


def plain_amount(cents: int) -> str:
    """As `cents_of` reads it back in any language."""
    return f"{cents // 100}.{cents % 100:02}"


def is_whole_number(text: str) -> bool:
    """Whether these are the digits 0 to 9 alone, as `int` takes them: "²" is a digit to `str.isdigit`, and `int` reads
    4,300 of them at most."""
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
