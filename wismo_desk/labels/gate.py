"""The gate every label of ours passes before a byte leaves: its codes are decoded from the exact dots.

Beyond decoding it measures what a print head cannot mend: modules of whole dots, wide enough, tall enough,
with their quiet zone free (after ISO/IEC 15416 and 15415; contrast and defects need the printed paper).
It trusts the picture alone, not what the layout claims to have drawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import zxingcpp
from PySide6.QtGui import QImage

from wismo_desk.errors import BadInput
from wismo_desk.labels.items import Media
from wismo_desk.labels.symbols import Code, Symbology, modules

_LEAST_MODULE_MM: Final = {
    Symbology.GS1_128: 0.495,  # SSCC on a logistic label
    Symbology.CODE_128: 0.25,
    Symbology.DATA_MATRIX: 0.25,
    Symbology.QR: 0.25,
}
_LEAST_HEIGHT_MM: Final = {Symbology.GS1_128: 32.0, Symbology.CODE_128: 13.0}
_QUIET: Final = {Symbology.DATA_MATRIX: 2, Symbology.QR: 4}  # modules; linear codes have ten
_LINEAR_QUIET: Final = 10
_RUNS: Final = re.compile(rb"\x00+|\xff+")
_INK: Final = 0
_TO_BYTES: Final = b"\xff" + bytes(255)


@dataclass(frozen=True, slots=True)
class Dots:
    """A 1-bit image as one byte per dot: 0 ink, 255 paper. `stride` bytes per row."""

    width: int
    height: int
    stride: int
    data: bytes

    def row(self, y: int, start: int, end: int) -> bytes:
        return self.data[y * self.stride + start : y * self.stride + end]


def dots_of(image: QImage) -> Dots:
    # Qt's own way from 1 bit to grey takes ten times as long as this detour (measured: 9.9 and 1.0 ms).
    wide = image.convertToFormat(QImage.Format.Format_Indexed8)
    data = bytes(wide.constBits()).translate(_TO_BYTES)
    return Dots(wide.width(), wide.height(), wide.bytesPerLine(), data)


def check(image: QImage, codes: Sequence[Code], *, dpi: int) -> None:
    """`image` (Format_Mono, a set bit is ink) carries exactly `codes`, each fit to print at `dpi`.

    BadInput (field "label") says which code fails and why; then nothing may be sent.
    """
    media = Media(dpi)
    dots = dots_of(image)
    found = {(code.symbology_identifier, code.text): code for code in _read(dots, codes)}
    for code in codes:
        barcode = found.pop((code.symbology.value, code.text), None)
        if barcode is None:
            raise _failed(
                "The code {code} cannot be read back from the label. It was not sent; tell support.", code
            )
        if code.linear:
            _measure_bars(dots, barcode.position, code, media)
        else:
            _measure_matrix(dots, barcode.position, code, media)
    if found:
        text = next(iter(found))[1]
        raise BadInput(
            "The label carries a code nobody asked for: {code}. It was not sent; tell support.",
            field="label",
            code=text,
        )


def _read(dots: Dots, codes: Sequence[Code]) -> list[zxingcpp.Barcode]:
    # Any buffer is taken; its stubs name numpy's only.
    view = zxingcpp.ImageView(dots.data, dots.width, dots.height, zxingcpp.Lum, dots.stride)  # type: ignore[arg-type]
    formats = {code.format for code in codes} | {zxingcpp.Code128, zxingcpp.DataMatrix}
    return zxingcpp.read_barcodes(
        view,
        formats=zxingcpp.BarcodeFormats(list(formats)),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
        text_mode=zxingcpp.Plain,
        binarizer=zxingcpp.FixedThreshold,
    )


def _measure_bars(dots: Dots, position: zxingcpp.Position, code: Code, media: Media) -> None:
    """Code 128: characters of 11 modules in three bars and three spaces, the stop of 13 in seven."""
    y = (position.top_left.y + position.bottom_left.y) // 2
    runs = list(_RUNS.finditer(dots.row(y, 0, dots.width)))
    first = _run_at(runs, position.top_left.x)
    last = _run_at(runs, position.top_right.x)
    symbol = runs[first : last + 1]
    start, end = symbol[0].start(), symbol[-1].end()
    characters, odd = divmod(len(symbol) - 7, 6)
    module, spare = divmod(end - start, 11 * characters + 13)
    if odd or spare or not module or any((run.end() - run.start()) % module for run in symbol):
        raise _failed("The bars of {code} are not whole dots wide. It was not sent; tell support.", code)
    _check_module(module, code, media)
    quiet = _LINEAR_QUIET * module
    _check_quiet(start >= quiet and _white(dots.row(y, start - quiet, start), quiet), code)
    _check_quiet(_white(dots.row(y, end, end + quiet), quiet), code)
    height = _same_rows(dots, y, start - quiet, end + quiet)
    least = max(media.module(_LEAST_HEIGHT_MM[code.symbology]), (end - start) * 15 // 100)
    if height < least:
        raise _failed(
            "The bars of {code} are {height} dots high and need {least}. It was not sent; tell support.",
            code,
            height=height,
            least=least,
        )


def _measure_matrix(dots: Dots, position: zxingcpp.Position, code: Code, media: Media) -> None:
    """Every dot inside the symbol is its encoder's, each module a square of the same whole dots."""
    left, top, side = _square(dots, position)
    wanted = modules(code)
    module, spare = divmod(side, len(wanted))
    lines = (dots.row(top + y, left, left + side) for y in range(side))
    if spare or any(line != _expanded(wanted[y // module], module) for y, line in enumerate(lines)):
        raise _failed("The modules of {code} are not whole dots wide. It was not sent; tell support.", code)
    _check_module(module, code, media)
    quiet = _QUIET[code.symbology] * module
    span = range(top - quiet, top + side + quiet)
    inside = left >= quiet and top >= quiet and span.stop <= dots.height
    sides = (dots.row(y, x, x + quiet) for y in span for x in (left - quiet, left + side))
    ends = (dots.row(y, left, left + side) for y in span if not top <= y < top + side)
    _check_quiet(inside and all(_white(part, quiet) for part in sides), code)
    _check_quiet(all(_white(part, side) for part in ends), code)


def _expanded(row: str, module: int) -> bytes:
    return b"".join((b"\x00" if digit == "1" else b"\xff") * module for digit in row)


def _square(dots: Dots, position: zxingcpp.Position) -> tuple[int, int, int]:
    """Left, top and side in dots: from the reader's corners to the outermost ink of the symbol."""
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    left, right = min(c.x for c in corners), max(c.x for c in corners)
    top, bottom = min(c.y for c in corners), max(c.y for c in corners)
    near = max(2, (right - left) // 60)  # the reader's corners may be a few dots off
    rows = [dots.row(y, 0, dots.width) for y in range(max(0, top - near), bottom + near + 1)]
    xs = [x for row in rows for x in _ends(row, max(0, left - near), right + near + 1)]
    ys = [n for n, row in enumerate(rows) if _INK in row[left : right + 1]]
    first, last = min(xs), max(xs)
    return first, max(0, top - near) + ys[0], max(last - first + 1, ys[-1] - ys[0] + 1)


def _ends(row: bytes, start: int, end: int) -> tuple[int, ...]:
    first = row.find(_INK, start, end)
    return (first, row.rfind(_INK, start, end)) if first >= 0 else ()


def _run_at(runs: Sequence[re.Match[bytes]], x: int) -> int:
    """The bar nearest to x."""
    bars = (n for n, run in enumerate(runs) if run[0][0] == _INK)
    return min(bars, key=lambda n: abs((runs[n].start() + runs[n].end()) / 2 - x))


def _same_rows(dots: Dots, y: int, start: int, end: int) -> int:
    """How many rows around y hold the same dots: the height of the bars."""
    pattern = dots.row(y, start, end)
    top = bottom = y
    while top > 0 and dots.row(top - 1, start, end) == pattern:
        top -= 1
    while bottom + 1 < dots.height and dots.row(bottom + 1, start, end) == pattern:
        bottom += 1
    return bottom - top + 1


def _white(part: bytes, length: int) -> bool:
    return len(part) == length and _INK not in part


def _check_module(module: int, code: Code, media: Media) -> None:
    least = media.module(_LEAST_MODULE_MM[code.symbology])
    if module < least:
        raise _failed(
            "The modules of {code} are {module} dots wide and need {least}. It was not sent; tell support.",
            code,
            module=module,
            least=least,
        )


def _check_quiet(free: bool, code: Code) -> None:
    if not free:
        raise _failed("The quiet zone around {code} is not free. It was not sent; tell support.", code)


def _failed(sentence: str, code: Code, **values: int) -> BadInput:
    return BadInput(sentence, field="label", raw="", code=code.text, **values)
