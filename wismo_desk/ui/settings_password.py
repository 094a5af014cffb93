"""A password that is typed and kept elsewhere: what is kept is never read, and so never shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.theme import font, set_tone

T = TypeVar("T")
# The page's own lane: the address that a password belongs to is saved before it.
LANE = "settings"


def still(widget: QWidget, then: Callable[[T], Any]) -> Callable[[T], None]:
    """`then`, unless the pane was built anew meanwhile (an undo) and `widget` is gone."""

    def call(got: T) -> None:
        if isValid(widget):
            then(got)

    return call


class PasswordField(QWidget):
    """`keep` gets the password on a lane; whatever comes of it, the line below tells it, in place of
    the `hint`."""

    def __init__(self, desk: Desk, keep: Callable[[str], object], hint: str) -> None:
        super().__init__()
        self._desk, self._keep = desk, keep
        words = desk.words
        self.field = QLineEdit()
        self.field.setFont(font(14))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText(words("A new password"))
        self.field.setAccessibleName(words("Password"))
        hints = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        self.field.setInputMethodHints(hints)
        self.button = Button(desk.look, words("Keep it"), icon="lock")
        self.button.setEnabled(False)
        self._said = write("", 13, tone="muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)  # as between the fields of a form and their hints
        column.addLayout(row)
        column.addWidget(self._said)
        self.setFocusProxy(self.field)
        self.field.textEdited.connect(lambda text: self.button.setEnabled(bool(text)))
        self.field.returnPressed.connect(self.keep)
        self.button.clicked.connect(self.keep)
        self._say(hint)

    @property
    def told(self) -> str:
        return self._said.text()

    def keep(self) -> None:
        """Hand it over; the field is empty from then on."""
        typed = self.field.text()
        if not typed:
            return
        self._wipe()
        words = self._desk.words
        self._desk.run(
            LANE,
            lambda: self._keep(typed),
            still(self, lambda _: self._say(words("Kept in this computer's keyring."), "ok")),
            still(self, lambda error: self._say(self._desk.told(error), "danger")),
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody finds later what was typed and not kept."""
        self._wipe()
        super().hideEvent(event)

    def _wipe(self) -> None:
        self.field.clear()
        self.button.setEnabled(False)

    def _say(self, sentence: str, tone: str = "muted") -> None:
        self._said.setText(sentence)
        set_tone(self._said, "tone", tone)
