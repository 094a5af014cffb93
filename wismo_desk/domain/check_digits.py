"""The check digits of the parcel and retail trade: each function gives the digit its argument must end with.

Arguments are the characters *before* the check digit, already upper case; a character outside the
alphabet is a bug of the caller (ValueError). Formulas are stated in words in /work/shared/carriers.md §3,
where every one was recomputed on public samples.
"""

from __future__ import annotations

from typing import Final

ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Of MOD 37,36: the remainder after each character, by the remainder before it.
_NEXT: Final = [
    {character: 2 * ((p + value) % 36 or 36) % 37 for value, character in enumerate(ALPHANUMERIC)}
    for p in range(37)
]
_GTIN_LENGTHS: Final = (8, 12, 13, 14)


def s10(serial: str) -> str:
    """UPU S10 §6: eight digits, weights 8 6 4 2 3 5 9 7, 11 − sum mod 11; 10 becomes 0, 11 becomes 5."""
    a, b, c, d, e, f, g, h = map(int, serial)
    rest = 11 - (8 * a + 6 * b + 4 * c + 2 * d + 3 * e + 5 * f + 9 * g + 7 * h) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def gs1(digits: str) -> str:
    """GS1 General Specifications §7.9: weights 3 1 3 1 … from the right, −sum mod 10.

    Serves EAN-8, EAN-13, UPC-A, GTIN-14, SSCC and GLN, and Colissimo's 13- and 24-character codes.
    """
    backwards = digits[::-1]
    return str(-(3 * sum(map(int, backwards[::2])) + sum(map(int, backwards[1::2]))) % 10)


def mod37_36(text: str) -> str:
    """ISO/IEC 7064 MOD 37,36 over 0-9A-Z: Geopost (DPD, Chronopost, Colissimo) and La Poste's 15."""
    p = 36
    try:
        for character in text:
            p = _NEXT[p][character]
    except KeyError:
        raise ValueError(f"{character!r} is not in 0-9A-Z") from None
    return ALPHANUMERIC[(37 - p) % 36]


def ups(body: str) -> str:
    """UPS 1Z: the 15 characters after "1Z". Letters count (code point − 3) mod 10; every second one twice."""
    values = [int(c) if "0" <= c <= "9" else (ord(c) - 3) % 10 for c in body]
    return str(-(sum(values[::2]) + 2 * sum(values[1::2])) % 10)


def ups_waybill(digits: str) -> str:
    """UPS waybill: the nine digits after its letter, weights 1 2 1 2 …, −sum mod 10."""
    return str(-(sum(map(int, digits[::2])) + 2 * sum(map(int, digits[1::2]))) % 10)


def fedex12(body: str) -> str:
    """FedEx Express: 11 digits (13 on the 34-digit label), weights 1 3 7 from the right, mod 11, mod 10."""
    return str(sum(int(digit) * (1, 3, 7)[place % 3] for place, digit in enumerate(reversed(body))) % 11 % 10)


def dhl(body: str) -> str:
    """DHL Express waybill: the number without its last digit, mod 7."""
    return str(int(body) % 7)


def is_gtin(code: str) -> bool:
    """Whether the code is an EAN-8, UPC-A, EAN-13 or GTIN-14 with its right check digit."""
    return len(code) in _GTIN_LENGTHS and code.isascii() and code.isdigit() and gs1(code[:-1]) == code[-1]
