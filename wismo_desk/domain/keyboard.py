"""Codes typed through the wrong keyboard: what a scanner meant when the computer read other keys.

A wedge scanner sends key positions. If it believes in a US keyboard and the computer in a French one,
digits arrive as &é"'(-è_çà, A and Q, Z and W change places, M comes as a comma; or the other way round.
Tables: the French (AZERTY) and US layouts as Windows ships them, key by key.
"""

from __future__ import annotations

import re
from typing import Final

# One string per row of keys: plain, then with shift.
_US: Final = "".join(
    (
        "1234567890-=",
        "!@#$%^&*()_+",
        "qwertyuiop[]",
        "QWERTYUIOP{}",
        "asdfghjkl;'\\",
        'ASDFGHJKL:"|',
        "zxcvbnm,./",
        "ZXCVBNM<>?",
    )
)
_FRENCH: Final = "".join(
    (
        "&é\"'(-è_çà)=",
        "1234567890°+",
        "azertyuiop^$",
        "AZERTYUIOP¨£",
        "qsdfghjklmù*",
        "QSDFGHJKLM%µ",
        "wxcvbn,;:!",
        "WXCVBN?./§",
    )
)

_US_MEANT: Final = str.maketrans(_FRENCH, _US)
_FRENCH_MEANT: Final = str.maketrans(_US, _FRENCH)
_DIGITS_MEANT: Final = str.maketrans(_FRENCH[:10], _US[:10])
_US_SHIFTED_MEANT: Final = str.maketrans(_US[12:22], _FRENCH[12:22])
# With Caps Lock on, a French computer takes digits as digits: only these keys still differ.
_LETTERS_MEANT: Final = str.maketrans("AQZWaqzw?,)°", "QAWZqawzMM--")

_ACCENTED: Final = re.compile("[éèçà]")
_DIGIT: Final = re.compile("[0-9]")
# A run of three keys of the digit row, or nothing else; hyphens, apostrophes alone are common in words.
_FRENCH_ROW: Final = re.compile(r"""(?=[-'_]*[&é"(èçà])(?:[&é"'(\-è_çà]{3,}|^[&é"'(\-è_çà]+$)""")
_US_ROW: Final = re.compile(r"[!@#$%^&*()]{3,}")
_US_ONLY: Final = re.compile(r"[!@#$%^*)]")


def repairs(text: str) -> tuple[str, ...]:
    """What the scanner may have meant; empty when nothing speaks of a wrong keyboard.

    Several answers when letters tell nothing: "HA&&é" is HA112 (only the digit row is wrong, as with Caps
    Lock on) or HQ112 (every key is). A digit among the accents is a shifted key: then every key is.
    """
    if text.isascii() and text.isalnum():  # nothing of the digit row, plain or shifted
        return ()
    accented, digit = _ACCENTED.search(text), _DIGIT.search(text)
    if digit and not accented:
        return ()  # digits come through
    found: list[str] = []
    if _FRENCH_ROW.search(text):
        found += (
            [text.translate(_US_MEANT)]
            if digit
            else [text.translate(_DIGITS_MEANT), text.translate(_US_MEANT)]
        )
    if not accented and _US_ROW.search(text):
        from_us = [text.translate(_US_SHIFTED_MEANT), text.translate(_FRENCH_MEANT)]
        # & and ( are on both rows; which signs stand beside them tells the keyboard.
        found = [*from_us, *found] if _US_ONLY.search(text) else [*found, *from_us]
    return tuple(dict.fromkeys(found))


def swaps(text: str) -> tuple[str, ...]:
    """The same keys on the other keyboard: to be believed only if a check digit or a command then fits.

    Digits come through here, so letters alone can be wrong; the hyphen of a command ("ZD)OK", "ZD6OK")
    needs the whole tables.
    """
    is_command = text[:2] in ("ZD", "zd")
    tables = (_LETTERS_MEANT, _US_MEANT, _FRENCH_MEANT) if is_command else (_LETTERS_MEANT,)
    return tuple(other for table in tables if (other := text.translate(table)) != text)
