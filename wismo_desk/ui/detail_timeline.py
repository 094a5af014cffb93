"""Paints a timeline: time, node, our words, and in small what the carrier said. Newest on top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from wismo_desk.ui.detail_words import Moment
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import LEFT
from wismo_desk.ui.theme import Figures, Weight, font

_TIME, _NODE = 72, 20
_TALL, _LOW, _GAP = 46, 30, 34


class TimelineView(QWidget):
    """72 | 20 | rest. Its accessible description is the timeline line by line."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._moments: tuple[Moment, ...] = ()
        self.setAccessibleName(desk.words("Timeline"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_moments(self, moments: Sequence[Moment]) -> None:
        self._moments = tuple(moments)
        terms = self._desk.terms
        lines = [f"{terms.exactly(m.at) if m.at else ''} {m.title} {m.below}".strip() for m in self._moments]
        self.setAccessibleDescription("\n".join(lines))
        self.setToolTip("\n".join(m.below for m in self._moments if m.below))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    @staticmethod
    def _tall(moment: Moment) -> int:
        return _GAP if moment.gap else _TALL if moment.below else _LOW

    def sizeHint(self) -> QSize:
        return QSize(300, sum(self._tall(m) for m in self._moments) + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 4
        shown: date | None = None
        for number, moment in enumerate(self._moments):
            height = self._tall(moment)
            last = number == len(self._moments) - 1
            self._node(painter, moment, top, height, last=last)
            shown = self._time(painter, moment, top, shown)
            self._words(painter, moment, top)
            top += height

    def _node(self, painter: QPainter, moment: Moment, top: int, height: int, *, last: bool) -> None:
        theme, x = self._desk.look.theme, _TIME + _NODE / 2
        if moment.gap:
            painter.setPen(QPen(theme.danger, 2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, top), QPointF(x, top + height - 4))
            return
        if not last:
            painter.setPen(QPen(theme.line, 2))
            painter.drawLine(QPointF(x, top + 15), QPointF(x, top + height + 5))
        painter.setPen(QPen(theme.muted, 1.6))
        painter.setBrush(theme.muted if moment.seen else theme.surface)
        painter.drawEllipse(QPointF(x, top + 10), 4.2, 4.2)

    def _time(self, painter: QPainter, moment: Moment, top: int, shown: date | None) -> date | None:
        if moment.at is None:
            return shown
        words = self._desk.words
        local = moment.at.astimezone(words.zone).date()
        painter.setFont(font(12, figures=Figures.TABULAR))
        painter.setPen(self._desk.look.theme.muted)
        clock = words.time(moment.at)
        if local != shown:
            day = words.day(local, today=self._desk.today)
            painter.drawText(QRectF(0, top, _TIME, 20), LEFT, day)
            painter.drawText(QRectF(0, top + 17, _TIME, 16), LEFT, clock)
        else:
            painter.drawText(QRectF(0, top, _TIME, 20), LEFT, clock)
        return local

    def _words(self, painter: QPainter, moment: Moment, top: int) -> None:
        theme, left = self._desk.look.theme, _TIME + _NODE + 6
        room = self.width() - left
        face = font(13, Weight.SEMIBOLD) if moment.gap else font(14, Weight.MEDIUM)
        painter.setFont(face)
        painter.setPen(theme.danger if moment.gap else theme.text)
        cut = QFontMetricsF(face).elidedText(moment.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, top, room, 28 if moment.gap else 20), LEFT, cut)
        if moment.below:
            small = font(12)
            painter.setFont(small)
            painter.setPen(theme.muted)
            cut = QFontMetricsF(small).elidedText(moment.below, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, top + 20, room, 16), LEFT, cut)
