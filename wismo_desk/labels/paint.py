"""Painting a page on a 1-bit image at printer dots, and reading such an image back from PNG.

No antialiasing and no scaling anywhere: every module is a whole number of dots (printing.md §0.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter

from wismo_desk.errors import BadInput
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.items import Align, Box, Item, Page, Symbol, Text
from wismo_desk.labels.symbols import modules

PAPER: Final = 0xFFFFFFFF
INK: Final = 0xFF000000
_RUN: Final = re.compile("1+")


def blank(width: int, height: int) -> QImage:
    """White paper. A set bit is ink, as in ^GF."""
    image = QImage(width, height, QImage.Format.Format_Mono)
    image.setColorTable([PAPER, INK])
    image.fill(0)
    return image


def paint(page: Page, *, fonts: Fonts) -> QImage:
    image = blank(page.media.width, page.media.height)
    paint_into(image, page.items, fonts=fonts)
    return image


def paint_into(image: QImage, items: Iterable[Item], *, fonts: Fonts) -> None:
    painter = QPainter(image)
    try:
        # Without it a Hebrew street would get its house number on the wrong side.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setBrush(Qt.GlobalColor.black)
        for item in items:
            _paint_item(painter, item, fonts)
    finally:
        painter.end()


def _paint_item(painter: QPainter, item: Item, fonts: Fonts) -> None:
    if isinstance(item, Text):
        _paint_text(painter, item, fonts)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    if isinstance(item, Symbol):
        painter.drawRects(_bars(item))
    else:
        painter.drawRects(_sides(item))


def _paint_text(painter: QPainter, item: Text, fonts: Fonts) -> None:
    x = item.x
    if item.align is not Align.LEFT:
        spare = item.w - fonts.advance(item.text, item.px, bold=item.bold)
        x += int(spare if item.align is Align.RIGHT else spare / 2)
    painter.setPen(Qt.GlobalColor.white if item.white else Qt.GlobalColor.black)
    painter.setFont(fonts.font(item.px, bold=fonts.weight(item.text, bold=item.bold)))
    painter.drawText(QPointF(x, item.y + item.px), item.text)


def _bars(item: Symbol) -> list[QRect]:
    module = item.module
    height = item.height or module
    return [
        QRect(item.x + run.start() * module, item.y + row * module, len(run[0]) * module, height)
        for row, line in enumerate(modules(item.code))
        for run in _RUN.finditer(line)
    ]


def _sides(box: Box) -> list[QRect]:
    if not box.line:
        return [QRect(box.x, box.y, box.w, box.h)]
    inner = box.h - 2 * box.line
    return [
        QRect(box.x, box.y, box.w, box.line),
        QRect(box.x, box.y + box.h - box.line, box.w, box.line),
        QRect(box.x, box.y + box.line, box.line, inner),
        QRect(box.x + box.w - box.line, box.y + box.line, box.line, inner),
    ]


def to_png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, Qt wants str
    return bytes(data.data())


def from_png(png: bytes) -> QImage:
    """The same dots again. BadInput: not a PNG, or not two-coloured."""
    image = QImage.fromData(png)
    if image.isNull() or image.depth() != 1:
        raise BadInput("This label picture is damaged. Paint the label again.", field="label")
    mono = image.convertToFormat(QImage.Format.Format_Mono)
    if mono.color(0) != PAPER:
        mono.invertPixels()
        mono.setColorTable([PAPER, INK])
    return mono
