"""Whole labels in ZPL: as one picture, or as fields the printer draws itself.

Every text is data, never commands: control characters go, and what ZPL gives a meaning is escaped (^FH).
"""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtGui import QImage

from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.gf import Encoding, field
from wismo_desk.labels.items import Item, Media, Page, Symbol, Text, line_height
from wismo_desk.labels.paint import blank, paint_into
from wismo_desk.labels.symbols import Symbology
from wismo_desk.labels.text import clean

# Latin with its marks, Greek, Cyrillic, the signs of French print and €: what font 0 of a printer with
# ^CI28 is trusted to have. All else goes as a picture.
_RESIDENT: Final = re.compile(
    "[ -~\u00a0-\u024f\u0370-\u03e1\u03f0-\u03ff\u0400-\u04ff\u2010-\u2026\u202f\u20ac]*"
)
_FORMAT: Final = re.compile(rb"\s*\^XA", re.IGNORECASE)
_PLAIN: Final = frozenset(range(0x20, 0x7F)) - frozenset(b"^~_\\")


def once(content: bytes) -> bytes:
    """A carrier's own ZPL, with the command it may lack: a printer that prints the label again by itself after an
    error would make two of one parcel. Nothing that is drawn changes; what is no ZPL stays as it is."""
    if not _FORMAT.match(content) or b"^JZ" in content.upper():
        return content
    return _FORMAT.sub(rb"\g<0>^JZN", content, count=1)


def graphic(image: QImage, encoding: Encoding = Encoding.Z64) -> bytes:
    """One label, one copy, from a Format_Mono image whose set bits are ink."""
    picture = b"^FO0,0" + field(image, encoding) + b"^FS\n"
    return _label(image.width(), image.height(), picture)


def native(page: Page, *, fonts: Fonts, encoding: Encoding = Encoding.Z64) -> bytes:
    """One label, one copy, drawn by the printer: small (about 2 kB) but not checked dot by dot, since the
    printer's own font and bar drawing decide. UTF-8 (^CI28)."""
    fields = b"".join(_field(item, page.media, fonts, encoding) for item in page.items)
    return _label(page.media.width, page.media.height, fields)


def escape(text: str) -> bytes:
    """Text for ^FH^FD: UTF-8, every byte that is not plain ASCII and ^ ~ _ \\ as _HH."""
    data = clean(text).encode("utf-8")
    return b"".join(bytes((byte,)) if byte in _PLAIN else b"_%02X" % byte for byte in data)


def _label(width: int, height: int, fields: bytes) -> bytes:
    # ^PO ^PM ^LR ^FW are sticky: another program may have left them turned. ^JZN: a printer that prints
    # the label again by itself after an error would make two of one parcel. ^PQ1: one, whatever was set.
    start = b"^XA\n^CI28^PW%d^LL%d^LH0,0^LS0^PON^PMN^LRN^FWN^JZN\n" % (width, height)
    return start + fields + b"^PQ1,0,1,N\n^XZ\n"


def _field(item: Item, media: Media, fonts: Fonts, encoding: Encoding) -> bytes:
    if isinstance(item, Text):
        return _text(item, media, fonts, encoding)
    if isinstance(item, Symbol):
        return _symbol(item)
    line = item.line or min(item.w, item.h)
    return b"^FO%d,%d^GB%d,%d,%d^FS\n" % (item.x, item.y, item.w, item.h, line)


def _text(item: Text, media: Media, fonts: Fonts, encoding: Encoding) -> bytes:
    reverse = b"^FR" if item.white else b""
    if not _RESIDENT.fullmatch(item.text):
        strip = _strip(item, media, fonts)
        return b"^FO%d,%d%s%s^FS\n" % (item.x, item.y, reverse, field(strip, encoding))
    # Font 0 stands on about three quarters of its height; ours stands on item.y + item.px.
    height = item.px
    top = item.y + item.px - height * 3 // 4
    return b"^FO%d,%d%s^A0N,%d,%d^FB%d,1,0,%s^FH_^FD%s^FS\n" % (
        item.x,
        top,
        reverse,
        height,
        height,
        item.w,
        item.align.value.encode("ascii"),
        escape(item.text.replace("\\", "/")),  # in ^FB a backslash begins a command of its own
    )


def _strip(item: Text, media: Media, fonts: Fonts) -> QImage:
    """One line as a picture in its own room, black on white."""
    here = Text(x=0, y=0, w=item.w, px=item.px, text=item.text, bold=item.bold, align=item.align)
    image = blank(item.w, line_height(item.px))
    paint_into(image, (here,), fonts=fonts)
    return image


def _symbol(item: Symbol) -> bytes:
    place = b"^FO%d,%d" % (item.x, item.y)
    data = escape(item.code.text)
    match item.code.symbology:
        case Symbology.GS1_128:
            # >; starts in subset C, >8 is FNC1: digits in pairs, 156 modules for an SSCC.
            bars = b"^BY%d^BCN,%d,N,N,N,N" % (item.module, item.height)
            return b"%s%s^FD>;>8%s^FS\n" % (place, bars, data)
        case Symbology.CODE_128:
            bars = b"^BY%d^BCN,%d,N,N,N,A" % (item.module, item.height)
            return b"%s%s^FH_^FD%s^FS\n" % (place, bars, data)
        case Symbology.DATA_MATRIX:
            # The last argument moves the symbol's own escape sign away from "_".
            return b"%s^BXN,%d,200,,,,~^FH_^FD%s^FS\n" % (place, item.module, data)
        case Symbology.QR:
            return b"%s^BQN,2,%d^FH_^FDMA,%s^FS\n" % (place, item.module, data)
