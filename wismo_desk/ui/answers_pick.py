"""Which order a mail means, said by a person: a search box in the card, its hits below, all by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wismo_desk.ui.answers_list import HEIGHT, Entry, EntryList
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.theme import font

_PAUSE_MS = 150  # after the last key
_SHOWN = 4


class _Field(QLineEdit):
    """Down goes to the hits, Enter takes the first, Esc closes."""

    down = Signal()
    closed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class _Hits(EntryList):
    """Enter takes the line; Up from the first goes back to the box."""

    taken = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif event.key() == Qt.Key.Key_Escape or (
            event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0
        ):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class PickOrder(QWidget):
    """`wanted` carries what is searched, `picked` the key of the order that was taken. Folded to one button while
    an order is known."""

    wanted = Signal(str)
    picked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        words = desk.words
        super().__init__()
        self._desk = desk
        self.button = Button(desk.look, words("Choose another order"), icon="search", small=True)
        self.field = _Field()
        self.field.setFont(font(14))
        self.field.setPlaceholderText(words("Order number, name, e-mail or tracking number"))
        self.field.setAccessibleName(words("Search the order of this message"))
        self.said = write("", 13, tone="muted", wrap=True)
        self.hits = _Hits(desk.look, words("Orders that may be meant"))
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        for part in (self.field, self.said, self.hits):
            column.addWidget(part)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.wanted.emit(self.field.text().strip()))
        self.field.textEdited.connect(lambda _: self._pause.start())
        self.field.returnPressed.connect(self._entered)
        self.field.down.connect(self._to_hits)
        self.field.closed.connect(self.fold)
        self.button.clicked.connect(self.unfold)
        self.hits.taken.connect(self._take)
        self.hits.left.connect(self.field.setFocus)
        self.hits.clicked.connect(lambda _: self._take())
        self._known = False
        self.start(known=False)

    def start(self, *, known: bool, several: Sequence[Entry] = ()) -> None:
        """For another mail. `known`: its order was found; `several`: those among which nobody could tell."""
        self._known = known
        self.field.clear()
        self._pause.stop()
        self.show_hits(several, asked="")
        self._open(not known)

    def unfold(self) -> None:
        self._open(True)
        self.field.setFocus()

    def fold(self) -> None:
        if self._known:
            self._open(False)
            self.button.setFocus()

    def _open(self, is_open: bool) -> None:
        self.button.setVisible(not is_open)
        self.field.setVisible(is_open)
        self.said.setVisible(is_open)
        self.hits.setVisible(is_open and self.hits.entries.rowCount() > 0)

    def show_hits(self, entries: Sequence[Entry], *, asked: str) -> None:
        words, count = self._desk.words, len(entries)
        self.hits.show_entries(entries)
        self.hits.setVisible(count > 0 and not self.field.isHidden())
        self.hits.setFixedHeight(HEIGHT * min(_SHOWN, max(1, count)) + 2)
        if not asked:
            self.said.setText(
                words("Several orders fit: choose the one that is meant.")
                if count
                else words("Which order is meant?")
            )
        elif count:
            self.said.setText(words("↓ goes to the list, Enter takes the order."))
        else:
            self.said.setText(
                words("Nothing fits. Try the order number, the e-mail address or the telephone.")
            )

    def _entered(self) -> None:
        """A search that waits is asked at once; with one hit it is taken."""
        if self._pause.isActive():
            self._pause.stop()
            self.wanted.emit(self.field.text().strip())
        if self.hits.entries.rowCount() == 1:
            self.picked.emit(self.hits.entries.entries[0].key)
        else:
            self._to_hits()

    def _to_hits(self) -> None:
        if self.hits.isVisible() and self.hits.entries.rowCount():
            self.hits.setFocus()
            if not self.hits.currentIndex().isValid():
                self.hits.choose(0)

    def _take(self) -> None:
        at = self.hits.currentIndex()
        if at.isValid():
            self.picked.emit(self.hits.entries.entries[at.row()].key)
