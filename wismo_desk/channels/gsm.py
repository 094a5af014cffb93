"""Text as a message centre takes it: the GSM 7 bit default alphabet, a byte to each place, else UCS-2, in parts."""

from __future__ import annotations

from typing import Final

# 3GPP TS 23.038 §6.2.1, in the order of its codes; 0x1B leads to the extension table.
_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40,
    "€": 0x65,
}  # fmt: skip
_CODES: Final = {sign: bytes((code,)) for code, sign in enumerate(_BASIC) if sign != "\x1b"} | {
    sign: bytes((0x1B, code)) for sign, code in _EXTENDED.items()
}
GSM, UCS2 = 0, 8  # SMPP 3.4 §5.2.19, data_coding
_LIMITS: Final = {GSM: (160, 153), UCS2: (140, 134)}  # bytes alone, and beside the header that joins parts


def parts(text: str, *, reference: int) -> tuple[int, list[bytes]]:
    """(data_coding, the bodies). More than one body begins with the header that joins them (TS 23.040 §9.2.3.24.1,
    `reference` 0 to 255) and needs esm_class 0x40."""
    if all(sign in _CODES for sign in text):
        coding, signs = GSM, [_CODES[sign] for sign in text]
    else:
        coding, signs = UCS2, [sign.encode("utf-16-be", "replace") for sign in text]
    alone, joined = _LIMITS[coding]
    if sum(map(len, signs)) <= alone:
        return coding, [b"".join(signs)]
    bodies = [b""]
    for sign in signs:
        if len(bodies[-1]) + len(sign) > joined:
            bodies.append(b"")
        bodies[-1] += sign
    count = len(bodies)
    return coding, [
        bytes((5, 0, 3, reference % 256, count, number)) + body for number, body in enumerate(bodies, 1)
    ]


def text_of(coding: int, body: bytes) -> str:
    """What a telephone shows of one body; the joining header is cut off."""
    if body[:3] == b"\x05\x00\x03":
        body = body[6:]
    if coding == UCS2:
        return body.decode("utf-16-be", "replace")
    back = {code: sign for sign, code in _CODES.items()}
    said, place = "", 0
    while place < len(body):
        width = 2 if body[place] == 0x1B else 1
        said += back.get(body[place : place + width], "?")
        place += width
    return said
