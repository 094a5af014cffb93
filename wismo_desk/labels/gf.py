"""Pictures in ZPL: the ^GF field written and read back, compressed as Z64 or as ACS.

Source: Zebra ZPL II Programming Guide, ^GF and "ZB64 encoding"; CRC-16 with polynomial 1021 and start 0.
"""

from __future__ import annotations

import base64
import re
import zlib
from binascii import Error as BadBase64
from binascii import crc_hqx
from enum import StrEnum
from itertools import groupby
from typing import Final

from PySide6.QtGui import QImage

from wismo_desk.errors import BadInput
from wismo_desk.labels.paint import blank


class Encoding(StrEnum):
    """How ^GF is compressed. Some printers and clones refuse Z64; all read ACS."""

    Z64 = "z64"
    ACS = "acs"


_FIELD: Final = re.compile(rb"\^GFA,(\d+),(\d+),(\d+),([^^~]*)")
_RUN: Final = re.compile(r"(.)\1{2,}")
_COUNTED: Final = re.compile(r"([G-Yg-z]+)([0-9A-F])")
_ONES: Final = "GHIJKLMNOPQRSTUVWXY"  # 1 to 19
_TWENTIES: Final = "ghijklmnopqrstuvwxyz"  # 20 to 400
_MOST: Final = 419


def field(image: QImage, encoding: Encoding) -> bytes:
    """`^GFA,…` for a Format_Mono image whose set bits are ink, without ^FO and ^FS."""
    width = (image.width() + 7) // 8
    raw = _rows(image, width)
    data = _z64(raw) if encoding is Encoding.Z64 else _acs(raw, width)
    return b"^GFA,%d,%d,%d,%s" % (len(raw), len(raw), width, data)


def bitmap(zpl: bytes) -> QImage:
    """The first ^GF of our own ZPL as an image again, dot for dot; its width is rounded up to whole bytes
    unless ^PW says less. BadInput: there is none, or it is damaged."""
    match = _FIELD.search(zpl)
    if match is None:
        raise BadInput("This label has no picture to show: the printer draws it itself.", field="label")
    width = int(match[3])
    data = match[4].strip()
    raw = _from_z64(data) if data.startswith(b":Z64:") else _from_acs(data.decode("ascii"), width)
    if not width or len(raw) != int(match[2]):
        raise _damaged()
    said = re.search(rb"\^PW(\d+)", zpl)
    dots = min(int(said[1]), width * 8) if said else width * 8
    image = blank(dots, len(raw) // width)
    stride = image.bytesPerLine()
    rows = (raw[start : start + width].ljust(stride, b"\x00") for start in range(0, len(raw), width))
    memoryview(image.bits())[:] = b"".join(row[:stride] for row in rows)
    return image


def _rows(image: QImage, width: int) -> bytes:
    """The image's bytes without Qt's padding, the unused bits of a row's last byte white."""
    bits, stride = bytes(image.constBits()), image.bytesPerLine()
    spare = 0xFF << (width * 8 - image.width()) & 0xFF
    if stride == width and spare == 0xFF:
        return bits
    starts = range(0, len(bits), stride)
    return b"".join(bits[s : s + width - 1] + bytes([bits[s + width - 1] & spare]) for s in starts)


def _z64(raw: bytes) -> bytes:
    packed = base64.b64encode(zlib.compress(raw, 6))
    return b":Z64:%s:%04X" % (packed, crc_hqx(packed, 0))


def _from_z64(data: bytes) -> bytes:
    packed, _, crc = data.removeprefix(b":Z64:").rpartition(b":")
    try:
        if int(crc, 16) != crc_hqx(packed, 0):
            raise _damaged()
        return zlib.decompress(base64.b64decode(packed, validate=True))
    except (ValueError, BadBase64, zlib.error):
        raise _damaged() from None


def _acs(raw: bytes, width: int) -> bytes:
    """Hex digits; a run as count and digit, "," and "!" for the rest of a row in 0 or F, ":" for the row
    above once more."""
    hexed = raw.hex().upper()
    rows = [hexed[start : start + 2 * width] for start in range(0, len(hexed), 2 * width)]
    written = []
    for row, repeats in groupby(rows):
        written.append(_acs_row(row))
        written.extend(":" for _ in list(repeats)[1:])
    return "".join(written).encode("ascii")


def _acs_row(row: str) -> str:
    tail = ""
    for digit, sign in (("0", ","), ("F", "!")):
        if row.endswith(digit):
            row, tail = row.rstrip(digit), sign
            break
    return _RUN.sub(lambda run: _count(len(run[0])) + run[1], row) + tail


def _count(length: int) -> str:
    letters = ""
    while length > _MOST:
        letters += _TWENTIES[-1]
        length -= 400
    twenties, ones = divmod(length, 20)
    return letters + (_TWENTIES[twenties - 1] if twenties else "") + (_ONES[ones - 1] if ones else "")


def _from_acs(text: str, width: int) -> bytes:
    rows: list[str] = []
    row = ""
    for part in re.findall(r"[G-Yg-z]*[0-9A-F]|[,!:]", text):
        if part == ":":
            row = rows[-1] if rows else "0" * (2 * width)
        elif part in ",!":
            row = row.ljust(2 * width, "0" if part == "," else "F")
        else:
            row += _COUNTED.sub(lambda run: run[2] * _length(run[1]), part)
        if len(row) >= 2 * width:
            rows.append(row)
            row = ""
    try:
        return bytes.fromhex("".join(rows))
    except ValueError:
        raise _damaged() from None


def _length(letters: str) -> int:
    return sum(
        _ONES.index(letter) + 1 if letter in _ONES else 20 * (_TWENTIES.index(letter) + 1)
        for letter in letters
    )


def _damaged() -> BadInput:
    return BadInput("This label's picture is damaged. Paint the label again.", field="label")
