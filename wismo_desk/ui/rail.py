"""The rail at the left: one button for each page that exists, and the strip that stands for a hidden rail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from wismo_desk.ui.parts import CENTRE
from wismo_desk.ui.theme import Figures, Look, Weight, font
from wismo_desk.words import Words

RAIL_WIDE: Final = 84
RAIL_NARROW: Final = 56


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `bare` pages (bench, wall) have neither rail nor top bar; `last` sits at the rail's foot."""

    key: str
    icon: str
    title: str
    widget: QWidget
    bare: bool = False
    last: bool = False


class RailButton(QAbstractButton):
    """Icon and word; tint and a 3 px bar when it is the page in front; a badge with what waits there."""

    def __init__(self, look: Look, words: Words, page: Page, shortcut: str) -> None:
        super().__init__()
        self._look, self._words, self._page, self._badge, self._narrow = look, words, page, 0, False
        self._shortcut = shortcut
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(64)
        self._rename()

    def set_badge(self, count: int) -> None:
        self._badge = count
        self._rename()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.update()

    def _rename(self) -> None:
        title = self._page.title
        if self._badge:
            title = self._words("{title}, {count} waiting", title=title, count=self._badge)
        self.setAccessibleName(title)
        self.setToolTip(f"{title}  {self._shortcut}".strip())

    def sizeHint(self) -> QSize:
        return QSize(RAIL_WIDE, 64)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on = self._look.theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if on or self.underMouse():
            painter.setBrush(theme.accent_tint if on else theme.line)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(6, 2, -6, -2), 6, 6)
        if on:
            painter.setBrush(theme.accent)
            painter.drawRect(QRectF(0, 2, 3, self.height() - 4))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.accent)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(6.5, 2.5, -6.5, -2.5), 6, 6)
        ink = theme.accent if on else theme.muted
        middle = self.width() / 2
        top = 21 if self._narrow else 12
        self._look.icons.paint(painter, self._page.icon, QRectF(middle - 11, top, 22, 22), ink)
        if not self._narrow:
            painter.setFont(font(11, Weight.SEMIBOLD if on else Weight.REGULAR))
            painter.setPen(ink)
            painter.drawText(QRectF(0, 40, self.width(), 16), CENTRE, self._page.title)
        if self._badge:
            self._paint_badge(painter, QRectF(middle + 2, top - 7, 0, 16))

    def _paint_badge(self, painter: QPainter, box: QRectF) -> None:
        theme = self._look.theme
        text = str(self._badge) if self._badge < 1000 else "999+"
        painter.setFont(font(11, Weight.SEMIBOLD, figures=Figures.TABULAR))
        box.setWidth(max(16.0, painter.fontMetrics().horizontalAdvance(text) + 9))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.danger_solid)
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(theme.on_danger)
        painter.drawText(box, CENTRE, text)


class Rail(QWidget):
    """The pages, one button each."""

    chosen = Signal(str)

    def __init__(self, look: Look, words: Words) -> None:
        super().__init__()
        self._look, self._words = look, words
        self._narrow = False
        self.setAccessibleName(words("Pages"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        self._upper, self._lower = QVBoxLayout(), QVBoxLayout()
        for part in (self._upper, self._lower):
            part.setSpacing(4)
        column.addLayout(self._upper)
        column.addStretch()
        column.addLayout(self._lower)
        self.buttons: dict[str, RailButton] = {}

    def add(self, page: Page) -> None:
        button = RailButton(self._look, self._words, page, f"Ctrl {(len(self.buttons) + 1) % 10}")
        button.clicked.connect(lambda _=False: self.chosen.emit(page.key))
        button.set_narrow(self._narrow)
        self.buttons[page.key] = button
        (self._lower if page.last else self._upper).addWidget(button)

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.setFixedWidth(RAIL_NARROW if narrow else RAIL_WIDE)
        for button in self.buttons.values():
            button.set_narrow(narrow)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.sunken)
        painter.fillRect(self.width() - theme.edge, 0, theme.edge, self.height(), theme.line)


class RailHandle(QAbstractButton):
    """On a page without a rail: a strip at the left edge that shows it, for mouse and finger."""

    def __init__(self, look: Look, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(words("Show the pages"))
        self.setToolTip(words("Show the pages"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a scan's Return must find no button at the bench
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.resize(18, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.line_strong)
        painter.setBrush(theme.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(-6, 0.5, -0.5, -0.5), 6, 6)
        box = QRectF(1, self.height() / 2 - 7, 14, 14)
        self._look.icons.paint(painter, "chevron-right", box, theme.muted)
