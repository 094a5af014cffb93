"""What a text message weighs on the wire, and how to write it so that it weighs less (3GPP TS 23.038, GSM 7 bit)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# TS 23.038 §6.2.1: the default alphabet, then the extension table (each of its signs takes two places).
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
# Signs with a plain twin; what decomposes into a letter and an accent is not listed.
_TWINS: Final = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "...", "–": "-", "—": "-", "‑": "-",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "œ": "oe", "Œ": "OE", "•": "-", "×": "x", "°": "o",
    "→": "->", "\t": " ", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "\u200b": "", "\ufeff": "",
}  # fmt: skip
_SINGLE: Final = {"gsm": 160, "ucs2": 70}
_JOINED: Final = {
    "gsm": 153,
    "ucs2": 67,
}  # the header that joins the parts takes the rest (TS 23.040 §9.2.3.24)


class SmsCode(StrEnum):
    GSM = "gsm"  # 7 bits a sign
    UCS2 = "ucs2"  # 16 bits a sign: less than half as many in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSize:
    """`units`: places taken (a sign of the extension table or an emoji takes two). `parts`: what is paid for.
    `room`: places free in the last part. `unsafe`: signs that force UCS-2, each once, as they come."""

    code: SmsCode
    units: int
    parts: int
    room: int
    unsafe: tuple[str, ...] = ()


def sms_size(text: str) -> SmsSize:
    unsafe = tuple(dict.fromkeys(sign for sign in text if sign not in _BASIC and sign not in _EXTENDED))
    code = SmsCode.UCS2 if unsafe else SmsCode.GSM
    widths = [_width(sign, code) for sign in text]
    units, single, joined = sum(widths), _SINGLE[code], _JOINED[code]
    if units <= single:
        return SmsSize(code=code, units=units, parts=1, room=single - units, unsafe=unsafe)
    parts, taken = 1, 0
    for width in widths:
        if taken + width > joined:  # a sign of two places is never cut in half
            parts, taken = parts + 1, 0
        taken += width
    return SmsSize(code=code, units=units, parts=parts, room=joined - taken, unsafe=unsafe)


def gsm_safe(text: str) -> str:
    """The same words in signs that a text message of 7 bits has. É, é, è, à, ù and Ç stay, ê becomes e, ’ becomes '.
    What has no twin (another script, an emoji) stays as it is, and the size says so."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(sign if sign in _BASIC or sign in _EXTENDED else _plain(sign) for sign in composed)


def _plain(sign: str) -> str:
    if sign in _TWINS:
        return _TWINS[sign]
    apart = "".join(each for each in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(each))
    return apart if apart and all(each in _BASIC for each in apart) else sign


def _width(sign: str, code: SmsCode) -> int:
    if code is SmsCode.GSM:
        return 2 if sign in _EXTENDED else 1
    return 2 if ord(sign) > 0xFFFF else 1
