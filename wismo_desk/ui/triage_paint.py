"""Paints a group of the work list and one of its rows (mock-up 07)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import CENTRE, LEFT, RIGHT
from wismo_desk.ui.theme import Figures, Theme, Weight, font
from wismo_desk.ui.triage_lines import GroupWords, RowWords, initials

CARD: Final = 58
ROW: Final = 28
GAP: Final = 8
EDGE: Final = 16  # of the list, left and right
_WIDE: Final = 900.0
_WHEN: Final = 106.0
_SOLID: Final = {Mark.WARN: "warn_solid", Mark.DANGER: "danger_solid", Mark.NEUTRAL: "bar"}


class TriagePaint:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _theme(self) -> Theme:
        return self._desk.look.theme

    def group(
        self, painter: QPainter, box: QRectF, words: GroupWords, *, is_open: bool, chosen: bool, here: bool
    ) -> None:
        """A card of 58 px: edge, mark, figure, cause, whose doing, since when, owners."""
        theme = self._theme
        self._card(painter, box, words.mark, chosen=chosen, here=here, is_open=is_open)
        middle = box.center().y()
        paint_mark(painter, words.mark, QRectF(box.left() + 20, middle - 10, 20, 20), theme)
        self._text(painter, QRectF(box.left() + 44, box.top(), 56, box.height()), words.count, 24, theme.text,
                   Weight.SEMIBOLD, RIGHT)  # fmt: skip
        wide = box.width() >= _WIDE
        right = box.right() - 40
        since = QRectF(right - 150, box.top(), 150, box.height())
        cause = QRectF(since.left() - 120, box.top(), 112, box.height())
        end = cause.left() if wide else since.left() if words.since else right
        left = box.left() + 112
        self._two(painter, QRectF(left, box.top(), end - left - 12, box.height()), words.title, words.span)
        if wide:
            self._pair(painter, cause, self._desk.words("Cause"), words.cause)
        if words.since:
            self._pair(painter, since, self._desk.words("Since"), words.since)
        if words.owners:
            self._owner(painter, QPointF(right - 12, middle), words.owners)
        icon = "chevron-up" if is_open else "chevron-down"
        self._desk.look.icons.paint(painter, icon, QRectF(box.right() - 28, middle - 8, 16, 16), theme.muted)

    def _card(
        self, painter: QPainter, box: QRectF, mark: Mark, *, chosen: bool, here: bool, is_open: bool
    ) -> None:
        theme = self._theme
        outline = QPainterPath()
        outline.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.fillPath(outline, theme.accent_tint if is_open or (chosen and here) else theme.surface)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(QRectF(box.left(), box.top(), 6, box.height()), theme.colour(_SOLID[mark]))
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.accent if chosen else theme.line, 2 if chosen and here else theme.edge))
        painter.drawPath(outline)

    def _two(self, painter: QPainter, box: QRectF, title: str, under: str) -> None:
        upper = QRectF(box.left(), box.top() + 9, box.width(), 22)
        lower = QRectF(box.left(), box.top() + 31, box.width(), 18)
        self._text(painter, upper, title, 15, self._theme.text, Weight.SEMIBOLD)
        self._text(painter, lower, under, 13, self._theme.muted)

    def _pair(self, painter: QPainter, box: QRectF, name: str, value: str) -> None:
        upper = QRectF(box.left(), box.top() + 11, box.width(), 16)
        lower = QRectF(box.left(), box.top() + 29, box.width(), 18)
        self._text(painter, upper, name, 12, self._theme.muted)
        self._text(painter, lower, value, 13, self._theme.text)

    def row(
        self, painter: QPainter, box: QRectF, words: RowWords, *, ticked: bool, here: bool, last: bool
    ) -> None:
        """28 px: tick, number, customer, place, service, when, owner."""
        theme = self._theme
        painter.fillRect(box, theme.accent_tint if here else theme.surface)
        painter.setPen(QPen(theme.accent, 1))
        painter.drawLine(box.topLeft(), box.bottomLeft())
        painter.drawLine(box.topRight(), box.bottomRight())
        painter.setPen(QPen(theme.accent if last else theme.line, 1))
        painter.drawLine(QPointF(box.left(), box.bottom() - 0.5), QPointF(box.right(), box.bottom() - 0.5))
        self._box(painter, QRectF(box.left() + 22, box.center().y() - 8, 16, 16), ticked)
        left, right = box.left() + 112, box.right() - 40
        tone = theme.text if ticked else theme.muted
        when = QRectF(right - 44 - _WHEN, box.top(), _WHEN, box.height())
        shares = ((0.3, words.number), (0.27, words.customer), (0.23, words.place), (0.2, words.service))
        room = when.left() - left
        for n, (share, text) in enumerate(shares):
            wide = room * share
            cell = QRectF(left, box.top(), wide - 10, box.height())
            self._text(painter, cell, text, 13, tone if n < 2 else theme.muted, code=n == 0)
            left += wide
        self._text(painter, when, words.when, 13, theme.muted)
        if words.owner:
            self._owner(painter, QPointF(right - 12, box.center().y()), words.owner)

    def _box(self, painter: QPainter, box: QRectF, ticked: bool) -> None:
        theme = self._theme
        painter.setPen(QPen(theme.accent if ticked else theme.line_strong, 1))
        painter.setBrush(theme.accent if ticked else theme.surface)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if ticked:
            self._desk.look.icons.paint(painter, "check", box.adjusted(2, 2, -2, -2), theme.on_accent)

    def _owner(self, painter: QPainter, at: QPointF, owner: str) -> None:
        """Initials in a small box, right-aligned on `at`."""
        theme, text = self._theme, initials(owner)
        wide = max(24.0, QFontMetricsF(font(11, Weight.SEMIBOLD)).horizontalAdvance(text) + 10)
        box = QRectF(at.x() - wide + 12, at.y() - 9, wide, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.sunken)
        painter.drawRoundedRect(box, 4, 4)
        self._text(painter, box, text, 11, theme.text, Weight.SEMIBOLD, CENTRE)

    def _text(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        px: int,
        pen: QColor,
        weight: Weight = Weight.REGULAR,
        align: Qt.AlignmentFlag = LEFT,
        *,
        code: bool = False,
    ) -> None:
        painter.setFont(font(px, weight, figures=Figures.CODE if code else Figures.TABULAR))
        painter.setPen(pen)
        how = Qt.TextElideMode.ElideMiddle if code else Qt.TextElideMode.ElideRight
        painter.drawText(box, align, QFontMetricsF(painter.font()).elidedText(text, how, box.width()))
