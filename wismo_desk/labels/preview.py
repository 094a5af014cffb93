"""Showing a label on a screen so that no scanner takes it for paper.

An imager pointed at the screen would close a parcel that has no label (decisions.md §33): every code is cut
by a white band with the word "preview" on it, whoever made the label, until nothing on it can be read.
"""

from __future__ import annotations

from typing import Final

import zxingcpp
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.paint import from_png, to_png
from wismo_desk.words import Words

_ROUNDS: Final = 6
_LINEAR: Final = zxingcpp.barcode_formats_list(zxingcpp.BarcodeFormats([zxingcpp.AllLinear]))
_SCALES: Final = (1.0, 0.75, 0.5, 0.33)  # a code may become readable only when drawn smaller
_LINEAR_SHARE: Final = 0.26  # of a code's length that the band takes
_MATRIX_SHARE: Final = 0.44


def preview(png: bytes, *, fonts: Fonts, words: Words) -> bytes:
    """The PNG of a 1-bit label as a grey PNG of the same size, its codes cut."""
    return to_png(cut_codes(from_png(png), fonts=fonts, word=words("preview")))


def cut_codes(image: QImage, *, fonts: Fonts, word: str) -> QImage:
    """A grey copy of `image` in which no code can be read at any usual size."""
    shown = image.convertToFormat(QImage.Format.Format_Grayscale8)
    for round_ in range(_ROUNDS):
        areas = _areas(shown)
        if not areas:
            return shown
        painter = QPainter(shown)
        try:
            for area, linear in areas:
                share = _LINEAR_SHARE if linear else _MATRIX_SHARE
                # What a band did not stop loses more each time, and in the end everything.
                share = min(1.0, share + 0.35 * round_)
                _cut(painter, _band(area, share, linear=linear), fonts, word)
        finally:
            painter.end()
    return shown


def _areas(image: QImage) -> list[tuple[QRect, bool]]:
    """Where codes can be read, in dots, and whether each has bars: at the largest scale that reads any."""
    for scale in _SCALES:
        view = image
        if scale != 1.0:
            smooth = Qt.TransformationMode.SmoothTransformation
            view = image.scaledToWidth(max(1, round(image.width() * scale)), smooth)
            view = view.convertToFormat(QImage.Format.Format_Grayscale8)
        factor = image.width() / view.width()
        codes = zxingcpp.read_barcodes(view)
        if codes:
            return [(_area(code.position, factor), code.format in _LINEAR) for code in codes]
    return []


def _area(position: zxingcpp.Position, factor: float) -> QRect:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    xs = [round(corner.x * factor) for corner in corners]
    ys = [round(corner.y * factor) for corner in corners]
    return QRect(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)


def _band(area: QRect, share: float, *, linear: bool) -> QRect:
    """Across the bars of a linear code, across the middle of a square one; a little beyond its edges."""
    beyond = 12
    if linear and area.width() >= area.height():
        width = round(area.width() * share)
        return QRect(area.center().x() - width // 2, area.y() - beyond, width, area.height() + 2 * beyond)
    height = round(area.height() * share)
    return QRect(area.x() - beyond, area.center().y() - height // 2, area.width() + 2 * beyond, height)


def _cut(painter: QPainter, band: QRect, fonts: Fonts, word: str) -> None:
    painter.fillRect(band, Qt.GlobalColor.white)
    painter.setPen(Qt.GlobalColor.black)
    painter.setFont(fonts.font(max(16, min(28, band.width() // 6))))
    painter.drawText(band, Qt.AlignmentFlag.AlignCenter, word)
