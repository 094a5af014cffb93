"""The packing slip for an 80 mm receipt printer: ESC/POS bytes, sent as they are by the devices room.

python-escpos is an encoder only (`Dummy`). Text stays in code page 858, which such printers have; a line
outside it goes as a raster picture, and so does the order's code, for its dots are then known.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wismo_desk.documents.bars import QUIET, bars, code_128, has_code
from wismo_desk.documents.packing import line_name, recipient_lines, walk
from wismo_desk.documents.script import DrawsText, clean
from wismo_desk.domain.order import Order, OrderLine, Product
from wismo_desk.words import Words

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH: Final = 512  # dots every 80 mm printer has
COLUMNS: Final = 42  # characters of font A in 512 dots
_PROFILE: Final = "TM-T88V"  # any with a known width: without one escpos writes to stdout per picture
_PAGE: Final = "cp858"
_SELECT_PAGE: Final = b"\x1bt\x13"  # ESC t 19: code page 858
# What people type and code page 858 lacks, in its nearest form.
_NEAREST: Final = str.maketrans(
    {"œ": "oe", "Œ": "OE", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}
)
_BAR_HEIGHT: Final = 104  # 13 mm at 8 dots
_PX: Final = 26  # size of a drawn line, near font A


def packing_receipt(
    order: Order,
    *,
    products: Mapping[str, Product],
    words: Words,
    cache: Path,
    draw: DrawsText | None = None,
) -> bytes:
    """ESC/POS bytes from reset to cut. `cache` is a folder only this user may write: python-escpos keeps a
    pickle there, and reads it back. Without `draw`, what code page 858 lacks is printed "?"."""
    paper = _Receipt(cache, draw)
    paper.line(words("Packing slip"), bold=True)
    paper.big(order.number)
    paper.code(order.number)
    when = words.date(order.ordered_at.astimezone(words.zone).date())
    paper.line(words("Ordered on {date}", date=when))
    if order.chosen_service:
        paper.line(words("Service: {service}", service=order.chosen_service))
    paper.rule()
    for text in recipient_lines(order.recipient):
        paper.line(text)
    if order.note:
        paper.rule()
        paper.line(words("Note: {note}", note=order.note), bold=True)
    paper.rule()
    for line in walk(order.lines, products):
        _line(paper, line, products.get(line.sku))
    paper.rule()
    pieces = sum(line.quantity for line in order.lines)
    paper.line(words("Pieces in all: {count}", count=pieces), bold=True)
    return paper.cut()


def _line(paper: _Receipt, line: OrderLine, product: Product | None) -> None:
    aisle = product.aisle if product else ""
    paper.line(f"[ ] {line.quantity} x {aisle}".rstrip(), bold=True)
    paper.line(line_name(line, product), indent=4)
    paper.line(line.sku, indent=4)


class _Receipt:
    """One strip of paper being written."""

    def __init__(self, cache: Path, draw: DrawsText | None) -> None:
        # Read at import, so it must stand before: else every start leaves a pickle in a new temp folder.
        os.environ["ESCPOS_CAPABILITIES_PICKLE_DIR"] = str(cache)
        from escpos.printer import Dummy

        self._draw = draw
        self._printer: Any = Dummy(profile=_PROFILE)
        self._printer.hw("INIT")
        self._printer._raw(_SELECT_PAGE)

    def line(self, text: str, *, bold: bool = False, indent: int = 0) -> None:
        """One text, wrapped at the paper's edge."""
        shown = clean(text).translate(_NEAREST)
        if _fits_page(shown) or self._draw is None:
            self._printer.set(bold=bold)
            room = COLUMNS - indent
            for start in range(0, max(1, len(shown)), room):
                part = " " * indent + shown[start : start + room]
                self._printer._raw(part.encode(_PAGE, "replace") + b"\n")
            return
        png, _, _ = self._draw(shown, _PX, bold=bold)
        self._picture(png)

    def big(self, text: str) -> None:
        """The order number, twice as high and wide when it fits."""
        wide = len(text) * 2 <= COLUMNS
        self._printer.set(bold=True, double_width=wide, double_height=True)
        self._printer._raw(clean(text).encode(_PAGE, "replace") + b"\n")
        self._printer.set(normal_textsize=True)

    def rule(self) -> None:
        self.line("-" * COLUMNS)

    def code(self, text: str) -> None:
        """Code 128 of up to 4 dots a module with its quiet zones, as a raster; none when it cannot be one
        or would not fit at 2 dots."""
        if not has_code(text):
            return
        modules = code_128(text)
        dots = min(4, WIDTH // (len(modules) + 2 * QUIET))
        if dots >= 2:
            self._raster(_bar_picture(modules, dots))

    def cut(self) -> bytes:
        self._printer.cut()
        return bytes(self._printer.output)

    def _picture(self, png: bytes) -> None:
        from PIL import Image

        picture = Image.open(BytesIO(png)).convert("1")
        if picture.width > WIDTH:
            high = max(1, picture.height * WIDTH // picture.width)
            picture = picture.convert("L").resize((WIDTH, high)).convert("1", dither=Image.Dither.NONE)
        self._raster(picture)

    def _raster(self, picture: Image) -> None:
        # GS v 0 in pieces: some printers lose their place in long rasters (printing.md §1, #631).
        self._printer.image(picture, impl="bitImageRaster", fragment_height=256)


def _fits_page(text: str) -> bool:
    try:
        text.encode(_PAGE)
    except UnicodeEncodeError:
        return False
    return True


def _bar_picture(modules: str, dots: int) -> Image:
    from PIL import Image, ImageDraw

    picture = Image.new("1", ((len(modules) + 2 * QUIET) * dots, _BAR_HEIGHT), 1)
    pen = ImageDraw.Draw(picture)
    for start, count in bars(modules):
        left = (start + QUIET) * dots
        pen.rectangle((left, 0, left + count * dots - 1, _BAR_HEIGHT - 1), fill=0)
    return picture
