"""Types into the window as a wedge scanner does: key events a millisecond apart, with a suffix."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWindow

_PLAIN = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_PERSON_MS = 120  # between two keys of a person


class Wedge:
    """Posts to the window's handle, where a real keyboard's events arrive; `now_ms` is the source's clock."""

    def __init__(self, window: QWindow) -> None:
        self._window = window
        self._ms = 1000

    def scan(self, code: str) -> None:
        for character in code:
            self._press(character)
            self._ms += 1
        self._send(Qt.Key.Key_Return, "\r", _PLAIN)
        self._ms += 500

    def press(self, key: Qt.Key, text: str = "") -> None:
        """One key by a person."""
        self._send(key, text, _PLAIN)
        self._ms += _PERSON_MS

    def _press(self, character: str) -> None:
        if character == "\x1d":
            self._send(Qt.Key.Key_BracketRight, character, _CTRL)
            return
        key = Qt.Key(ord(character.upper())) if character.isascii() else Qt.Key.Key_unknown
        self._send(key, character, _SHIFT if character.isupper() else _PLAIN)

    def _send(self, key: Qt.Key, text: str, modifiers: Qt.KeyboardModifier) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, 0, 0, 0, text)
            event.setTimestamp(self._ms)
            QCoreApplication.postEvent(self._window, event)
