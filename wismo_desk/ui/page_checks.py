"""Check box and radio button as the mock-ups draw them: Fusion's are hard to see on dark surfaces."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton

from wismo_desk.ui.parts import LEFT
from wismo_desk.ui.theme import Look, font

_SIDE = 18


def _size(button: QAbstractButton) -> QSize:
    wide = QFontMetricsF(font(14)).horizontalAdvance(button.text())
    return QSize(round(_SIDE + 10 + wide + 4), 28)


def _paint(button: QAbstractButton, look: Look, *, radius: float) -> tuple[QPainter, QRectF]:
    """The box in its state and the words; returns the painter and the box for the inner mark."""
    theme, on = look.theme, button.isChecked()
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(1, (button.height() - _SIDE) / 2, _SIDE, _SIDE)
    edge = 2 if button.hasFocus() or on else max(1, theme.edge)
    colour = theme.accent if on or button.hasFocus() else theme.line_strong
    painter.setPen(QPen(colour, edge))
    painter.setBrush(theme.accent if on and radius < _SIDE / 2 else theme.surface)
    painter.drawRoundedRect(box.adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2), radius, radius)
    if button.hasFocus():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.accent, 1))
        painter.drawRoundedRect(QRectF(button.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(theme.text if button.isEnabled() else theme.muted)
    painter.setFont(font(14))
    painter.drawText(QRectF(_SIDE + 10, 0, button.width() - _SIDE - 10, button.height()), LEFT, button.text())
    return painter, box


class Check(QCheckBox):
    """A yes or no."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__(text)
        self._look = look
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, pos: object) -> bool:
        """All of it can be pressed, not only where the style would have drawn."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = _paint(self, self._look, radius=3)
        if self.isChecked():
            pen = QPen(
                self._look.theme.on_accent, 2.2, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin
            )
            painter.setPen(pen)
            x, y = box.left(), box.top()
            painter.drawPolyline(
                [QPointF(x + 4.5, y + 9.4), QPointF(x + 7.6, y + 12.5), QPointF(x + 13.4, y + 6)]
            )
        painter.end()


class Radio(QRadioButton):
    """One of several."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__(text)
        self._look = look
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, pos: object) -> bool:
        """Likewise."""
        return QRect(self.rect()).isValid()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = _paint(self, self._look, radius=_SIDE / 2)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.theme.accent)
            painter.drawEllipse(box.center(), 4.5, 4.5)
        painter.end()
