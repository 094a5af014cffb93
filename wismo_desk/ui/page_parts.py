"""Parts the pages share: the foot with its keys, an inline question with its answers, an inline outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_checks import Radio
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import LEFT, Answer, Button, Elided, Kind, key_width, paint_key, write
from wismo_desk.ui.theme import Look, Weight, font


class KeyHint(QWidget):
    """Key caps and what they do, 12 muted, in a foot."""

    def __init__(self, look: Look, keys: Sequence[str], words: str) -> None:
        super().__init__()
        self._look, self._keys, self._words = look, tuple(keys), words
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{' '.join(keys)}: {words}")

    def _wide(self) -> float:
        return sum(key_width(key) + 4 for key in self._keys)

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(font(12)).horizontalAdvance(self._words)
        return QSize(round(self._wide() + 4 + words + 1), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, left = QPainter(self), self._look.theme, 0.0
        for key in self._keys:
            wide = key_width(key)
            paint_key(painter, key, QRectF(left, 1, wide, 18), theme.muted, theme.line_strong)
            left += wide + 4
        painter.setFont(font(12))
        painter.setPen(theme.muted)
        painter.drawText(QRectF(left + 4, 0, self.width(), 20), LEFT, self._words)


class Foot(QFrame):
    """32 px: what is on view at the left, keys and freshness at the right. Narrow, the keys go first."""

    def __init__(self, look: Look, hints: Sequence[tuple[Sequence[str], str]]) -> None:
        super().__init__()
        self.setProperty("part", "foot")
        self.setFixedHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        self.left = Elided("", 12, tone="muted")
        self.right = write("", 12, tone="muted")
        self._hints = [KeyHint(look, keys, words) for keys, words in hints]
        row.addWidget(self.left, 1)
        for hint in self._hints:
            row.addWidget(hint)
        row.addWidget(self.right)

    def show_hints(self, shown: bool) -> None:
        for hint in self._hints:
            hint.setVisible(shown)


class Outcome(QWidget):
    """One inline sentence about what was just done, or why it failed; empty it takes no room."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def say(self, mark: Mark, sentence: str, rest: str = "") -> None:
        self.clear()
        self._column.addWidget(Answer(mark, sentence, rest))
        self.setAccessibleName(f"{sentence} {rest}".strip())
        self.show()

    def add(self, button: QWidget) -> None:
        """Something that can be done about it, below the sentence."""
        self._column.addWidget(button)

    def clear(self) -> None:
        empty(self._column)
        self.setAccessibleName("")
        self.hide()


class Reason(QFrame):
    """An inline question instead of a dialog: ready answers by key 1…, and a line of own words.

    `confirmed` carries the own words, or else the ready answer. With `note=True` a ready answer is needed
    where there are any, and the own words are a note beside it (`chosen`, `note`).
    """

    confirmed = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        desk: Desk,
        title: str,
        answers: Sequence[str],
        confirm: str,
        *,
        danger: bool = False,
        note: bool = False,
    ) -> None:
        super().__init__()
        self._as_note = note
        words = desk.words
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addWidget(write(title, 15, Weight.SEMIBOLD, wrap=True))
        for number, answer in enumerate(answers):
            column.addLayout(self._answer(desk.look, number, answer))
        self._own = QLineEdit()
        self._own.setFont(font(14))
        asked = words("Note, if there is something to say") if note else words("Or in your own words")
        self._own.setPlaceholderText(asked)
        self._own.setAccessibleName(asked)
        column.addWidget(self._own)
        self._column = column
        row = QHBoxLayout()
        row.setSpacing(8)
        kind = Kind.DANGER if danger else Kind.PRIMARY
        self._yes = Button(desk.look, confirm, key=words("Enter"), kind=kind)
        self._no = Button(desk.look, words("Back"), key=words("Esc"))
        row.addWidget(self._yes, 1)
        row.addWidget(self._no)
        column.addSpacing(2)
        column.addLayout(row)
        self._group.idClicked.connect(lambda _: self._changed())
        self._own.textChanged.connect(lambda _: self._changed())
        self._yes.clicked.connect(self._confirm)
        self._no.clicked.connect(self.cancelled)
        self.setFocusProxy(self._group.buttons()[0] if answers else self._own)
        self._changed()

    def _answer(self, look: Look, number: int, answer: str) -> QHBoxLayout:
        radio = Radio(look, answer)
        self._group.addButton(radio, number)
        row = QHBoxLayout()
        row.addWidget(radio, 1)
        row.addWidget(KeyHint(look, [str(number + 1)], ""))
        on_key(self, str(number + 1), radio.click)
        return row

    def add_field(self, field: QWidget) -> None:
        """One more field, above the own words."""
        self._column.insertWidget(self._column.indexOf(self._own), field)

    def without_note(self) -> None:
        """Only yes or no: nothing to type."""
        self._own.hide()
        self.setFocusProxy(self._yes)

    @property
    def chosen(self) -> int:
        """Which ready answer, or -1."""
        return self._group.checkedId()

    @property
    def note(self) -> str:
        return self._own.text().strip()

    @property
    def _ready(self) -> bool:
        has_answer = self.chosen >= 0
        return (has_answer or not self._group.buttons()) if self._as_note else (has_answer or bool(self.note))

    def _changed(self) -> None:
        self._yes.setEnabled(self._ready)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape come up from whichever part has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._no.hasFocus():
            self._confirm()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _confirm(self) -> None:
        if self._ready:
            button = self._group.checkedButton()
            self.confirmed.emit(self.note or (button.text() if button else ""))


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            empty(inner)
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def rule() -> QFrame:
    """A hairline."""
    line = QFrame()
    line.setProperty("part", "rule")
    line.setFixedHeight(1)
    return line


def scrolled(inner: QWidget) -> QScrollArea:
    """A column that scrolls up and down, without a frame."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    # Both fill themselves with the window's ground by default; the surface below must show.
    inner.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area


def on_key(parent: QWidget, key: str | Qt.Key, slot: Callable[[], object]) -> QShortcut:
    """A key of a page: works wherever in it the focus is, but never while a person types in a field."""
    shortcut = QShortcut(QKeySequence(key), parent)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(slot)
    return shortcut
