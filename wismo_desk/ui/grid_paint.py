"""Paints one row of a table from its cells: the hot path of the desk, so marks and cut texts are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QStaticText

from wismo_desk.ui.grid_cell import Cell, Column, Fit, Keeps, Line
from wismo_desk.ui.grid_interval import Axis, Interval, paint_interval
from wismo_desk.ui.marks import Mark, Stage, paint_mark, paint_stage
from wismo_desk.ui.theme import Figures, Look, Theme, Weight, font

ROW: Final = 28
BAR: Final = 6
PAD: Final = 8
_MARK: Final = 14
_KEPT_TEXTS: Final = 3_000
_KEPT_INTERVALS: Final = 160  # of sixteen kilobytes each
_USUAL: Final = "etaoin shrdlu cmfwyp"  # letters as often as they are written
_OTHER_SCRIPTS: Final = "\u0590"  # from here on Inter has no glyphs
Shaped = QStaticText | str


def _shape(text: str, face: QFont) -> Shaped:
    """Text laid out once, at twice the speed. Not where a fallback font steps in: its taller ascent would
    push the line down, while text drawn at its baseline stays on it."""
    if max(text, default="") >= _OTHER_SCRIPTS and any(
        ch >= _OTHER_SCRIPTS and not "\u2000" <= ch < "\u2100" for ch in text
    ):
        return text
    shaped = QStaticText(text)
    shaped.setTextFormat(Qt.TextFormat.PlainText)
    shaped.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    shaped.prepare(font=face)
    return shaped


def _fit(text: str, face: Face, room: int) -> tuple[Shaped, float]:
    """What looks too long is cut at once (what does fit comes back whole): to lay it out first to know is a third
    of the work, and half of a page's texts are cut."""
    if len(text) * face.average <= room:
        shaped = _shape(text, face.font)
        wide = _width(shaped, face)
        if wide <= room:
            return shaped, wide
    shaped = _shape(face.metrics.elidedText(text, face.mode, room), face.font)
    return shaped, _width(shaped, face)


def _width(shaped: Shaped, face: Face) -> float:
    """What was shaped knows its width: to measure it is to shape it again."""
    return face.metrics.horizontalAdvance(shaped) if isinstance(shaped, str) else shaped.size().width()


class Face:
    """A font, its measure, and a number to remember cut texts by."""

    __slots__ = ("average", "font", "metrics", "mode", "number")

    def __init__(self, weight: Weight, figures: Figures) -> None:
        self.font = font(13, weight, figures=figures)
        self.metrics, self.number = QFontMetricsF(self.font), id(self.font)
        # px; a guess at a text's width, never its measure. The font's own average is of all its glyphs, a third wider.
        self.average = self.metrics.horizontalAdvance(_USUAL) / len(_USUAL)
        # Numbers of parcels are told apart by both ends.
        code = figures is Figures.CODE
        self.mode = Qt.TextElideMode.ElideMiddle if code else Qt.TextElideMode.ElideRight


class Faces(NamedTuple):
    """Of a column: its first words, those of a chosen row, and what is muted behind them."""

    lead: Face
    bold: Face
    rest: Face


class Slot(NamedTuple):
    """A column that is on view: where its cells stand, px from the left of the row, and how they are written."""

    number: int
    left: int
    width: int
    short: bool
    column: Column
    faces: Faces


class RowPainter:
    """Draws lines into rectangles; holds what is dear to make (pictures of marks, elided texts)."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._pictures: dict[tuple[int, str, float], QPixmap] = {}
        self._cut: OrderedDict[tuple[str, int, int], tuple[Shaped, float]] = OrderedDict()
        self._fits: Sequence[Fit] | None = None
        self._slots: tuple[Slot, ...] = ()  # for these fits: an Enum as a key is hashed by Python, slowly
        self._faces = {
            (weight, figures): Face(weight, figures)
            for weight in (Weight.REGULAR, Weight.MEDIUM, Weight.SEMIBOLD)
            for figures in Figures
        }
        self.axis: Axis | None = None  # of the interval column, as it is now
        self._intervals: dict[tuple[Interval, int, str, float], QPixmap] = {}
        self._drawn_at: Axis | None = None
        metrics = QFontMetricsF(font(13))
        self._baseline = (ROW + metrics.capHeight()) / 2
        self._ascent = metrics.ascent()

    def row(
        self,
        painter: QPainter,
        line: Line,
        box: QRect,
        columns: Sequence[Column],
        fits: Sequence[Fit],
        *,
        chosen: bool,
        ticked: bool,
        flash: frozenset[int],
        focused: bool,
    ) -> None:
        """The whole of one row; `fits` gives each column's width now."""
        theme = self._look.theme
        if chosen:
            painter.fillRect(box, theme.accent_tint)
        if fits is not self._fits:
            self._fits, self._slots = fits, self._slots_of(columns, fits)
        cells, before, top, high = line.cells, box.left(), box.top(), box.height() - 1
        for slot in self._slots:
            number = slot.number
            cell = cells[number]
            if number in flash:
                painter.fillRect(before + slot.left, top, slot.width, high, theme.info_tint)
            elif cell.tint and not chosen:
                painter.fillRect(before + slot.left, top, slot.width, high, theme.colour(cell.tint))
            if cell.interval is not None:
                self._interval(painter, cell.interval, QRect(before + slot.left, top, slot.width, high))
            elif cell.lead or cell.rest or cell.mark is not None:
                self._cell(painter, cell, slot, before + slot.left, top, bold=chosen and number == 0)
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, theme.accent if chosen else theme.line)
        if chosen:
            painter.fillRect(box.left(), box.top() - 1, box.width(), 1, theme.accent)
            if focused:
                painter.fillRect(box.right() - 2, box.top(), 3, box.height(), theme.accent)
        if line.bar is not None:
            painter.fillRect(box.left(), box.top(), BAR, box.height() - 1, self._bar(theme, line.bar))
        if ticked:
            self._tick(painter, QRectF(box.left() + BAR + 4, box.top() + 6, 16, 16))

    def _bar(self, theme: Theme, mark: Mark) -> QColor:
        if mark is Mark.WARN:
            return theme.warn_solid
        # The light octagon of the dark palette is the bar too: danger_solid would fall below 3:1 there.
        return theme.danger if mark is Mark.DANGER else theme.colour(mark)

    def _slots_of(self, columns: Sequence[Column], fits: Sequence[Fit]) -> tuple[Slot, ...]:
        slots: list[Slot] = []
        left = 0
        for number, (column, (width, short)) in enumerate(zip(columns, fits, strict=True)):
            if width:
                slots.append(Slot(number, left, width, short, column, self._faces_of(column)))
            left += width
        return tuple(slots)

    def _cell(self, painter: QPainter, cell: Cell, slot: Slot, before: int, top: int, *, bold: bool) -> None:
        first, column = slot.number == 0, slot.column
        left = before + (BAR + 5 if first else PAD)
        right = before + slot.width - PAD
        lead, rest = cell.lead, cell.rest
        if cell.boxed and lead:
            self._box(painter, QRect(before, top, slot.width, ROW - 1))
        if cell.mark is not None:
            self._mark(painter, cell.mark, left, top + (ROW - _MARK) // 2)
            left += _MARK + (9 if first else 8)
        if slot.short:
            if column.keeps is Keeps.MARK:
                return
            if column.keeps is Keeps.LEAD:
                rest = ""
            elif rest:
                lead, rest = "", rest.removeprefix(" · ")
        strong, plain = slot.faces.bold if bold else slot.faces.lead, slot.faces.rest
        room = right - left
        tail: Shaped | None = None
        wide = tail_wide = 0.0
        if column.keeps is Keeps.REST:
            tail, tail_wide = self._fitted(rest, plain, room)
        cut, wide = self._fitted(lead, strong, int(room - tail_wide))
        if rest and not tail and room - wide > 14:
            tail, tail_wide = self._fitted(rest, plain, int(room - wide))
        x, y = right - wide - tail_wide if column.right else float(left), top + self._baseline
        if cut:
            self._draw(painter, x, y, cut, strong, self._look.theme.colour(cell.tone))
        if tail:
            self._draw(painter, x + wide, y, tail, plain, self._look.theme.muted)

    def _faces_of(self, column: Column) -> Faces:
        weight = Weight.MEDIUM if column.strong else Weight.REGULAR
        return Faces(
            lead=self._faces[weight, column.figures],
            bold=self._faces[Weight.SEMIBOLD, column.figures],
            rest=self._faces[Weight.REGULAR, column.figures],
        )

    def _draw(self, painter: QPainter, x: float, y: float, text: Shaped, face: Face, colour: QColor) -> None:
        painter.setPen(colour)
        painter.setFont(face.font)
        if isinstance(text, str):
            painter.drawText(QPointF(x, y), text)
        else:
            painter.drawStaticText(QPointF(x, y - self._ascent), text)

    def _fitted(self, text: str, face: Face, room: int) -> tuple[Shaped | None, float]:
        """The text cut to `room` px, shaped once, and its width."""
        if not text:
            return None, 0.0
        key = (text, face.number, room)
        found = self._cut.get(key)
        if found is None:
            if len(self._cut) >= _KEPT_TEXTS:
                self._cut.popitem(last=False)  # one by one: to drop all at once took fifty milliseconds
            found = self._cut[key] = _fit(text, face, room)
        return found

    def _interval(self, painter: QPainter, said: Interval, area: QRect) -> None:
        if self.axis is None:
            return
        if self.axis != self._drawn_at or len(self._intervals) > _KEPT_INTERVALS:
            self._intervals.clear()
            self._drawn_at = self.axis
        density = painter.device().devicePixelRatio()
        key = (said, area.width(), self._look.theme.name, density)
        picture = self._intervals.get(key)
        if picture is None:
            picture = QPixmap(area.size() * density)
            picture.setDevicePixelRatio(density)
            picture.fill(Qt.GlobalColor.transparent)
            brush = QPainter(picture)
            paint_interval(brush, said, self.axis, QRect(QPoint(0, 0), area.size()), self._look.theme)
            brush.end()
            self._intervals[key] = picture
        painter.drawPixmap(area.topLeft(), picture)

    def _box(self, painter: QPainter, area: QRect) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.theme.sunken)
        painter.drawRoundedRect(area.adjusted(3, 4, -3, -3), 4, 4)
        painter.restore()

    def _mark(self, painter: QPainter, mark: Mark | Stage, x: int, y: int) -> None:
        density = painter.device().devicePixelRatio()
        key = (id(mark), self._look.theme.name, density)  # there is one of each
        picture = self._pictures.get(key)
        if picture is None:
            picture = QPixmap(QSize(_MARK, _MARK) * density)
            picture.setDevicePixelRatio(density)
            picture.fill(Qt.GlobalColor.transparent)
            brush = QPainter(picture)
            if isinstance(mark, Mark):
                paint_mark(brush, mark, QRectF(0, 0, _MARK, _MARK), self._look.theme)
            else:
                paint_stage(brush, mark, QRectF(0, 0, _MARK, _MARK), self._look.theme)
            brush.end()
            self._pictures[key] = picture
        painter.drawPixmap(x, y, picture)

    def _tick(self, painter: QPainter, box: QRectF) -> None:
        theme = self._look.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QPen(theme.on_accent, 2, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        x, y = box.left(), box.top()
        painter.drawPolyline([QPointF(x + 4, y + 8.4), QPointF(x + 6.8, y + 11.2), QPointF(x + 12, y + 5.2)])
        painter.restore()

    def waiting(self, painter: QPainter, box: QRect) -> None:
        """A row whose words are on their way."""
        theme = self._look.theme
        painter.fillRect(box.left() + 24, box.top() + 10, min(220, box.width() // 4), 8, theme.sunken)
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, theme.line)
