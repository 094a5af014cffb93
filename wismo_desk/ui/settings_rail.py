"""A section of the settings in the list at their left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton

from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import LEFT
from wismo_desk.ui.theme import Weight, font


class SectionButton(QAbstractButton):
    """Icon and word."""

    def __init__(self, desk: Desk, icon: str, text: str) -> None:
        super().__init__()
        self._look, self._icon = desk.look, icon
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(36)

    def sizeHint(self) -> QSize:
        return QSize(192, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, on = QPainter(self), self._look.theme, self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if on or self.hasFocus() or self.underMouse():
            painter.setPen(theme.accent if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent_tint if on else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        ink = theme.accent if on else theme.text
        self._look.icons.paint(painter, self._icon, QRectF(12, 9, 18, 18), ink)
        painter.setPen(ink)
        painter.setFont(font(14, Weight.SEMIBOLD if on else Weight.REGULAR))
        painter.drawText(QRectF(42, 0, self.width() - 42, self.height()), LEFT, self.text())
