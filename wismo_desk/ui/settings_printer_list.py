"""The list of a station's printers: each with its state as it said it last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout

from wismo_desk.domain.printer import PrinterProfile, PrinterStatus
from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty, rule
from wismo_desk.ui.page_terms import PRINTER_MARKS
from wismo_desk.ui.parts import LEFT, RIGHT, Button, write
from wismo_desk.ui.theme import Figures, Weight, font


class PrinterItem(QAbstractButton):
    """One printer in the list: mark, name, state in words, address."""

    def __init__(self, desk: Desk, profile: PrinterProfile) -> None:
        super().__init__()
        self._desk, self.profile = desk, profile
        self._mark, self._said = Mark.NEUTRAL, desk.words("asked…")
        self.setText(profile.name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(64)
        self._rename()

    def show_status(self, status: PrinterStatus) -> None:
        self._mark, self._said = PRINTER_MARKS[status.state], self._desk.terms.printer[status.state]
        self._rename()
        self.update()

    def _rename(self) -> None:
        self.setAccessibleName(f"{self.profile.name}, {self._said}")

    def sizeHint(self) -> QSize:
        return QSize(300, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.look.theme
        on = self.isChecked()
        if on:
            painter.fillRect(self.rect(), theme.accent_tint)
            painter.fillRect(0, 0, 3, self.height(), theme.accent)
        if self.hasFocus():
            painter.setPen(theme.accent)
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        paint_mark(painter, self._mark, QRectF(16, 14, 16, 16), theme)
        right = self.width() - 16
        face = font(13, Weight.SEMIBOLD)
        wide = QFontMetricsF(face).horizontalAdvance(self._said) + 8
        painter.setFont(face)
        painter.setPen(theme.colour(self._mark))
        painter.drawText(QRectF(right - wide, 11, wide, 22), RIGHT, self._said)
        name = QFontMetricsF(font(14, Weight.SEMIBOLD)).elidedText(
            self.profile.name, Qt.TextElideMode.ElideRight, right - wide - 48
        )
        painter.setFont(font(14, Weight.SEMIBOLD))
        painter.setPen(theme.text)
        painter.drawText(QRectF(48, 11, right - wide - 48, 22), LEFT, name)
        painter.setFont(font(13, figures=Figures.CODE))
        painter.setPen(theme.muted)
        where = f"{self.profile.address}:{self.profile.port}"
        painter.drawText(QRectF(48, 34, right - 48, 20), LEFT, where)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.line)


class PrinterList(QFrame):
    """300 px at the left: the printers, "Add", and what the states mean."""

    chosen = Signal(int)
    added = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        words = desk.words
        self.setProperty("part", "panel")
        self.setFixedWidth(300)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        self._count = write("", 16, Weight.SEMIBOLD)
        more = Button(desk.look, words("Add"), icon="plus", small=True)
        more.clicked.connect(self.added)
        head.addWidget(self._count, 1)
        head.addWidget(more)
        column.addLayout(head)
        column.addWidget(rule())
        self._items = QVBoxLayout()
        self._items.setSpacing(0)
        column.addLayout(self._items)
        column.addStretch()
        told = words("The printer is asked before and after each label. “Sent” does not mean “printed”.")
        foot = write(told, 13, tone="muted", wrap=True)
        foot.setContentsMargins(16, 10, 16, 12)
        column.addWidget(rule())
        column.addWidget(foot)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)

    def show_printers(
        self, printers: Sequence[PrinterProfile], on: int, states: Mapping[str, PrinterStatus]
    ) -> None:
        words, count = self._desk.words, len(printers)
        self._count.setText(words("{count} printers", count=count) if count != 1 else words("1 printer"))
        for button in self._group.buttons():
            self._group.removeButton(button)
        empty(self._items)
        for number, profile in enumerate(printers):
            item = PrinterItem(self._desk, profile)
            item.setChecked(number == on)
            if profile.name in states:
                item.show_status(states[profile.name])
            self._group.addButton(item, number)
            self._items.addWidget(item)

    def choose(self, number: int) -> None:
        button = self._group.button(number)
        if button is not None:
            button.setChecked(True)

    def show_status(self, name: str, status: PrinterStatus) -> None:
        for item in self._group.buttons():
            if isinstance(item, PrinterItem) and item.profile.name == name:
                item.show_status(status)
