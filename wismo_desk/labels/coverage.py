"""Which characters a font file has glyphs for: its cmap table, read from the file.

Not asked of Qt, because a QRawFont belongs to the thread that made it, and labels are painted on another.
Source: OpenType specification, "cmap", formats 4 and 12.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from struct import unpack_from
from typing import Final

_WHOLE: Final = ((3, 10), (0, 6), (0, 4))  # platform and encoding of tables with all planes
_BASIC: Final = ((3, 1), (0, 3))


class Covered:
    """Code points, a bit each: as a set of numbers the thirty thousand of all faces take two megabytes."""

    __slots__ = ("_bits",)

    def __init__(self, codes: Iterable[int]) -> None:
        found = list(codes)
        bits = bytearray(max(found, default=0) // 8 + 1)
        for code in found:
            bits[code >> 3] |= 1 << (code & 7)
        self._bits = bytes(bits)

    def __contains__(self, code: int) -> bool:
        return code >> 3 < len(self._bits) and bool(self._bits[code >> 3] >> (code & 7) & 1)


def characters(font: bytes) -> frozenset[int]:
    """The code points of an OpenType file. ValueError: it is none, or has no Unicode table."""
    try:
        cmap = _table(font, b"cmap")
        count = unpack_from(">H", font, cmap + 2)[0]
        heads = (unpack_from(">HHL", font, cmap + 4 + 8 * n) for n in range(count))
        tables = {(platform, encoding): cmap + offset for platform, encoding, offset in heads}
        start = next(tables[kind] for kind in (*_WHOLE, *_BASIC) if kind in tables)
        form = unpack_from(">H", font, start)[0]
        return frozenset(_format_12(font, start) if form == 12 else _format_4(font, start))
    except (struct.error, StopIteration) as problem:
        raise ValueError("not an OpenType font with a Unicode table") from problem


def _table(font: bytes, wanted: bytes) -> int:
    entries = (unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(unpack_from(">H", font, 4)[0]))
    return next(int(offset) for tag, _, offset, _ in entries if tag == wanted)


def _format_12(font: bytes, start: int) -> Iterator[int]:
    for n in range(unpack_from(">L", font, start + 12)[0]):
        first, last, glyph = unpack_from(">LLL", font, start + 16 + 12 * n)
        yield from range(first if glyph else first + 1, last + 1)


def _format_4(font: bytes, start: int) -> Iterator[int]:
    size = unpack_from(">H", font, start + 6)[0]  # twice the number of segments
    ends = start + 14
    for n in range(0, size, 2):
        last = unpack_from(">H", font, ends + n)[0]
        first, delta, offset = (unpack_from(">H", font, ends + 2 + k * size + n)[0] for k in (1, 2, 3))
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                place = ends + 2 + 3 * size + n + offset + 2 * (code - first)
                glyph = unpack_from(">H", font, place)[0]
                if not glyph:
                    continue
            if (glyph + delta) & 0xFFFF:
                yield code
