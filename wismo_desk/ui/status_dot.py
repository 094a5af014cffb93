"""One quiet dot of the top bar: an icon and a mark; words only when something is wrong."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.parts import LEFT
from wismo_desk.ui.theme import Look, Weight, font

_QUIET = 36  # where the words begin that are no warning


class StatusDot(QWidget):
    """One part of the station in the top bar: icon and disc; muted words beside it when there is something to know
    (INFO), a tinted box with them when something is wrong."""

    def __init__(self, look: Look, icon: str, title: str) -> None:
        super().__init__()
        self._look, self._icon, self._title = look, icon, title
        self._mark, self._words = Mark.NEUTRAL, ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_state(Mark.NEUTRAL)

    @property
    def loud(self) -> bool:
        return self._mark in (Mark.WARN, Mark.DANGER)

    def show_state(self, mark: Mark, words: str = "", *, detail: str = "") -> None:
        """`words` are shown when the mark is INFO, WARN or DANGER; `detail` goes to the tooltip."""
        self._mark, self._words = mark, words
        self.setToolTip(detail or words or self._title)
        self.setAccessibleName(f"{self._title}: {words}" if words else self._title)
        self.updateGeometry()
        self.update()

    def _words_width(self) -> float:
        return QFontMetricsF(font(13, Weight.SEMIBOLD)).horizontalAdvance(self._words)

    def sizeHint(self) -> QSize:
        wide = 34.0
        if self._words and self.loud:
            wide = 8 + 18 + 6 + 10 + 6 + self._words_width() + 8
        elif self._words and self._mark is Mark.INFO:
            wide = _QUIET + QFontMetricsF(font(13)).horizontalAdvance(self._words) + 4
        return QSize(round(wide + 0.5), 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = theme.colour(self._mark) if self.loud else theme.muted
        left = 0.0
        if self.loud and self._words:
            painter.setPen(QPen(words, theme.edge) if theme.edge > 1 else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(f"{self._mark}_tint"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            left = 8
        self._look.icons.paint(painter, self._icon, QRectF(left, 5, 18, 18), words)
        left += 24
        if self.loud:
            paint_mark(painter, self._mark, QRectF(left - 1, 8.5, 11, 11), theme)
            painter.setPen(words)
            painter.setFont(font(13, Weight.SEMIBOLD))
            painter.drawText(QRectF(left + 16, 0, self.width(), self.height()), LEFT, self._words)
        elif self._mark is Mark.INFO:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.warn)
            painter.drawEllipse(QPointF(left + 2, 14), 4, 4)
            painter.setPen(theme.muted)
            painter.setFont(font(13))
            painter.drawText(QRectF(_QUIET, 0, self.width(), self.height()), LEFT, self._words)
        elif self._mark is Mark.OK:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.ok)
            painter.drawEllipse(QPointF(left + 2, 14), 4, 4)
        else:
            painter.setPen(QPen(theme.muted, 1.5))
            painter.drawEllipse(QPointF(left + 2, 14), 3.2, 3.2)
