"""Drawing in the bench's own units: a page at least 1920 by 1080, whatever the window is.

Sizes in the bench files are therefore those of mockups/NOTES.md, readable at 2 m on a 24-inch screen. Only
barcodes leave the scale: their modules are whole device pixels, or a scanner could not read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QImageReader,
    QPainter,
    QPainterPath,
    QPen,
    QTextLayout,
    QTextOption,
)

from wismo_desk.domain.commands import Command
from wismo_desk.labels.symbols import Code, Symbology, modules
from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.parts import CENTRE, LEFT, key_width, paint_key
from wismo_desk.ui.theme import Figures, Look, Theme, Weight, font
from wismo_desk.words import Words

WIDTH: Final = 1920
HEIGHT: Final = 1080
MARGIN: Final = 48
HEAD: Final = 104
FOOT: Final = 92
QUIET: Final = 10  # modules of white on each side of Code 128 (ISO/IEC 15417, 4.1.2)
DOT: Final = " · "
_PLATE: Final = QColor("#EBEEF2")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one size and colour within a line."""

    text: str
    px: int
    colour: QColor
    weight: Weight = Weight.REGULAR
    figures: Figures = Figures.PLAIN
    gap: int = 0  # before it

    @property
    def font(self) -> QFont:
        return font(self.px, self.weight, figures=self.figures)

    @property
    def width(self) -> float:
        return _advance(self.text, self.px, self.weight, self.figures)


@lru_cache(maxsize=1024)
def _advance(text: str, px: int, weight: Weight, figures: Figures) -> float:
    """Measured once: a page asks for the same words at every scan."""
    return QFontMetricsF(font(px, weight, figures=figures)).horizontalAdvance(text)


@dataclass(slots=True)
class Pictures:
    """Product pictures by path or by name in a folder, decoded once at the size they are shown."""

    folder: Path
    _known: dict[tuple[str, int], QImage | None] = field(default_factory=dict)

    def get(self, name: str, side: int) -> QImage | None:
        """None for a picture that is not there or cannot be read: the bench shows a box instead."""
        if not name:
            return None
        if (name, side) not in self._known:
            if len(self._known) > 64:
                self._known.clear()
            self._known[name, side] = self._read(self.folder / name, side)
        return self._known[name, side]

    def _read(self, path: Path, side: int) -> QImage | None:
        if not path.is_file():
            return None
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid():
            reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
        return None if image.isNull() else image


def in_groups(number: str) -> str:
    """A parcel's number in groups to compare by eye: "6A 17204 51883 5", "XY 481 209 375 FR"."""
    if not number.isascii() or not number.isalnum():
        return number
    if len(number) == 13 and number[:2].isalpha() and number[-2:].isalpha():
        return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}"
    if len(number) == 13 and not number[:2].isdigit():
        return f"{number[:2]} {number[2:7]} {number[7:12]} {number[12:]}"
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def leading(text: str, least: float) -> float:
    """Distance of lines in sizes of the type: scripts with tall marks need more than Latin capitals."""
    if any("\u0590" <= character <= "\u0eff" for character in text):
        return max(least, 1.36)
    return max(least, 1.14) if any(character >= "\u2e80" for character in text) else least


def wrap(text: str, face: QFont, width: float) -> list[str]:
    """Lines of at most `width`, broken at line ends and words; a longer word anywhere."""
    # A French quotation mark stays with its word, also where the shop wrote a plain space.
    whole = text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return [line for part in whole.split("\n") for line in _wrap(part, face, width)]


def _wrap(text: str, face: QFont, width: float) -> list[str]:
    layout = QTextLayout(text, face)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    return lines


def fit(
    text: str,
    width: float,
    height: float,
    *,
    most: int,
    least: int,
    weight: Weight = Weight.BOLD,
    leading: float = 1.06,
    figures: Figures = Figures.PLAIN,
) -> tuple[int, list[str]]:
    """The largest size (px) at which `text` fits the box, and its lines; at `least` the last one is cut."""
    size = most
    while True:
        face = font(size, weight, figures=figures)
        lines = wrap(text, face, width)
        room = max(1, int(height / (size * leading)))
        whole = all(QFontMetricsF(face).horizontalAdvance(word) <= width for word in text.split())
        if (len(lines) <= room and (whole or size <= least)) or size <= least:
            break
        size = max(least, size - 4)
    if len(lines) > room:
        rest = " ".join(lines[room - 1 :])
        lines = [*lines[: room - 1], QFontMetricsF(face).elidedText(rest, Qt.TextElideMode.ElideRight, width)]
    return size, lines


class Canvas:
    """A painter on the bench page, with the page's size in its own units."""

    def __init__(self, painter: QPainter, size: QSize, look: Look, words: Words, pictures: Pictures) -> None:
        self.painter, self.look, self.words, self.pictures = painter, look, words, pictures
        self.scale = scale_of(size)
        self.width = size.width() / self.scale
        self.height = size.height() / self.scale
        device = painter.device()
        self.density = device.devicePixelRatio() if device is not None else 1.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(self.scale, self.scale)

    @property
    def theme(self) -> Theme:
        return self.look.theme

    @property
    def dots(self) -> float:
        """Of the screen, per unit of the page."""
        return self.scale * self.density

    def fill(self, box: QRectF, colour: QColor, *, radius: float = 0) -> None:
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        self.painter.drawRoundedRect(box, radius, radius)

    def outline(self, box: QRectF, colour: QColor, width: float = 1.5, *, radius: float = 8) -> None:
        join = Qt.PenJoinStyle.RoundJoin if radius else Qt.PenJoinStyle.MiterJoin
        self.painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, join))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        half = width / 2
        self.painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius, radius)

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.painter.setPen(QPen(self.theme.line, 1.5 * self.theme.edge))
        self.painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))

    def line(self, x: float, baseline: float, runs: Iterable[Run], *, room: float = 1e9) -> float:
        """Write runs one after the other on a baseline, the one that no longer fits elided; where it ends."""
        start = x
        for run in runs:
            if not run.text:
                continue
            left = room - (x - start) - run.gap
            if left < run.px:
                break
            face = run.font
            text = run.text
            if run.width > left + 1:
                text = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, left)
            self.painter.setFont(face)
            self.painter.setPen(run.colour)
            self.painter.drawText(QPointF(x + run.gap, baseline), text)
            x += run.gap + _advance(text, run.px, run.weight, run.figures)
        return x

    def line_right(self, right: float, baseline: float, runs: Sequence[Run]) -> float:
        """The same, ending at `right`; where it begins."""
        runs = [run for run in runs if run.text]
        left = right - sum(run.width + run.gap for run in runs)
        self.line(left, baseline, runs)
        return left

    def block(self, x: float, top: float, lines: Sequence[str], run: Run, *, leading: float = 1.06) -> float:
        """Write wrapped lines of one style (`run.text` is not used); the bottom of the last."""
        self.painter.setFont(run.font)
        self.painter.setPen(run.colour)
        for text in lines:
            self.painter.drawText(QPointF(x, top + run.px * 0.86), text)
            top += run.px * leading
        return top

    def text_in(self, box: QRectF, run: Run, *, align: Qt.AlignmentFlag = LEFT) -> None:
        face = run.font
        text = QFontMetricsF(face).elidedText(run.text, Qt.TextElideMode.ElideRight, box.width() + 1)
        self.painter.setFont(face)
        self.painter.setPen(run.colour)
        self.painter.drawText(box, align, text)

    def icon(self, name: str, x: float, y: float, side: float, colour: QColor) -> None:
        # On whole dots: blending a shifted picture, or drawing it anew at each scan, costs the page an eighth.
        dots = self.dots
        picture = self.look.icons.pixmap(name, side, colour, density=dots)
        self.painter.drawPixmap(QPointF(round(x * dots) / dots, round(y * dots) / dots), picture)

    def mark(
        self,
        mark: Mark,
        x: float,
        y: float,
        side: float,
        *,
        shape: QColor | None = None,
        glyph: QColor | None = None,
    ) -> None:
        paint_mark(self.painter, mark, QRectF(x, y, side, side), self.theme, shape=shape, glyph=glyph)

    def key(self, name: str, x: float, y: float, colour: QColor, edge: QColor, *, px: int = 30) -> float:
        """A key cap with its left top at (x, y); its right end."""
        wide = key_width(name, px=px)
        paint_key(self.painter, name, QRectF(x, y, wide, px * 1.6), colour, edge, px=px)
        return x + wide

    def picture(self, name: str, box: QRectF) -> None:
        """A product picture filling its box, or the outline of a carton where there is none."""
        theme, painter = self.theme, self.painter
        image = self.pictures.get(name, round(box.width() * self.dots))
        # Shops take their pictures on white: a dark plate would show each one's own square.
        self.fill(box, _PLATE if image is not None else theme.surface, radius=8)
        if image is None:
            side = box.width() * 0.4
            self.icon("box", box.center().x() - side / 2, box.center().y() - side / 2, side, theme.muted)
        else:
            size = image.size().toSizeF().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            at = QRectF(QPointF(), size)
            at.moveCenter(box.center())
            round_off = QPainterPath()
            round_off.addRoundedRect(box, 8, 8)
            painter.save()
            painter.setClipPath(round_off)
            painter.drawImage(at, image)
            painter.restore()
        self.outline(box, theme.line, 1.5)

    def barcode(self, command: Command, box: QRectF, *, module: float = 3, text: bool = True) -> None:
        """The command's Code 128 on white, centred in `box`, with quiet zones and its text below."""
        dots = modules(Code(Symbology.CODE_128, command.value))[0]
        self.fill(box, QColor("white"), radius=4)
        density = self.density
        whole = max(1, round(module * self.scale * density))
        while whole > 1 and (len(dots) + 2 * QUIET) * whole > box.width() * self.scale * density:
            whole -= 1
        foot = 34.0 if text else 10.0
        tall = round((box.height() - 10 - foot) * self.scale * density)
        left = round((box.center().x() * self.scale * density) - len(dots) * whole / 2)
        top = round((box.top() + 10) * self.scale * density)
        painter = self.painter
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.scale(1 / density, 1 / density)
        for i, dot in enumerate(dots):
            if dot == "1":
                painter.fillRect(left + i * whole, top, whole, tall, QColor("black"))
        painter.restore()
        if text:
            below = QRectF(box.left(), box.bottom() - 36, box.width(), 32)
            self.text_in(below, Run(command.value, 24, QColor("black"), Weight.MEDIUM), align=CENTRE)


def barcode_width(command: Command, module: float = 3) -> float:
    """Room in page units for the code and its quiet zones."""
    return (len(modules(Code(Symbology.CODE_128, command.value))[0]) + 2 * QUIET) * module


def scale_of(size: QSize) -> float:
    """Device-independent pixels per page unit."""
    return max(0.05, min(size.width() / WIDTH, size.height() / HEIGHT))
