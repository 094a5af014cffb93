"""A figure with minus and plus (mock-up 15): by mouse, by arrow keys, and "never" below the least."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import CENTRE
from wismo_desk.ui.theme import Figures, Weight, font

_END = 32  # width of minus and of plus


class Stepper(QWidget):
    """140 × 32; `changed` carries the figure, or None for never."""

    changed = Signal(object)

    def __init__(self, desk: Desk, name: str, value: int | None, *, unit: str, most: int = 365) -> None:
        super().__init__()
        self._desk, self._unit, self._most = desk, unit, most
        self.value = self._saved = value
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name = name
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(140, 32)

    def _tell(self) -> None:
        self.setAccessibleName(f"{self._name}: {self.said}")
        self.update()

    @property
    def said(self) -> str:
        if self.value is None:
            return self._desk.words("never")
        return f"{self.value}\u00a0{self._unit}".strip()

    def put(self, value: int | None) -> None:
        value = None if value is None or value < 0 else min(value, self._most)
        if value != self.value:
            self.value = value
            self._tell()
            self.changed.emit(value)

    def step(self, by: int) -> None:
        """Below 0 is never, above never is 0."""
        self.put((-1 if self.value is None else self.value) + by)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, int] = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Plus: 1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Minus: -1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_PageUp: 5,
            Qt.Key.Key_PageDown: -5,
        }
        if event.key() in steps:
            self.step(steps[event.key()])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().x()
        if at < _END:
            self.step(-1)
        elif at > self.width() - _END:
            self.step(1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls, no threshold changes by accident

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._desk.look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        loud = self.hasFocus() or self.value != self._saved
        edge = 2 if loud else theme.edge
        painter.setPen(QPen(theme.accent if loud else theme.line_strong, edge))
        painter.setBrush(theme.surface)
        painter.drawRoundedRect(box.adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2), 6, 6)
        painter.setPen(QPen(theme.line, 1))
        for x in (_END, self.width() - _END):
            painter.drawLine(x, 4, x, self.height() - 4)
        for icon, left in (("minus", 9.0), ("plus", self.width() - 23.0)):
            self._desk.look.icons.paint(painter, icon, QRectF(left, 9, 14, 14), theme.text)
        painter.setFont(font(14, Weight.SEMIBOLD, figures=Figures.TABULAR))
        painter.setPen(theme.text if self.value is not None else theme.muted)
        painter.drawText(box.adjusted(_END, 0, -_END, 0), CENTRE, self.said)
