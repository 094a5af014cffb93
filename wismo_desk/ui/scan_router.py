"""Tells a scanner from a person by the rhythm of the keys, and takes whole scans out of the key stream.

A wedge scanner is a keyboard: its keys come a few milliseconds apart and end with a suffix. The router
sees every key at the QWindow, before any widget. Rhythm is read from `QKeyEvent.timestamp()`, the
source's clock: it stays true when the window thread was busy and handles the keys late. The first key of
a scan has no gap yet, so each key is held for one gap and replayed to the focus when a person typed it.
Ctrl+key and function keys are never held. Pages with single-letter keys must read them in
`keyPressEvent`: a QShortcut on a plain letter would fire inside a scan, so the router overrides those.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from shiboken6 import isValid

from wismo_desk.ui.key_positions import us_character

_PRESS = QEvent.Type.KeyPress
_RELEASE = QEvent.Type.KeyRelease
_OVERRIDE = QEvent.Type.ShortcutOverride
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_META = Qt.KeyboardModifier.MetaModifier
_MODIFIER_KEYS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
    }
)
_SUFFIXES = frozenset({"\r", "\n", "\t", "\x03"})
_INSIDE = frozenset("\x04\x1c\x1d\x1e\x1f")  # separators a 2D code may carry, typed as Ctrl+key
GS = "\x1d"
_REPEAT_MS = 25


class Layout(StrEnum):
    """How to read the scanner's keys; the calibration barcode of the first run decides."""

    TYPED = "typed"  # as this computer understands them; the reading repairs what it can
    US_POSITIONS = "us_positions"  # the scanner speaks US: read positions, whatever the layout is


@dataclass(frozen=True, slots=True, kw_only=True)
class Wedge:
    """One station's scanner. Times in ms of the source's clock, lengths in characters."""

    gap: int = 35  # keys of one scan are never farther apart
    shortest: int = 4
    prefix: str = ""  # the scanner's preamble: what follows is a scan however short
    separator: str = ""  # typed by the scanner in place of GS, for example "|"
    layout: Layout = Layout.TYPED
    bare: int = 8  # this many keys in scanner rhythm are a scan even without a suffix
    repeat: int = 100  # the same code again within this time is the same scan


@dataclass(frozen=True, slots=True)
class _Key:
    """A held key event, with what it means in a scan."""

    event: QKeyEvent
    window: QWindow
    character: str  # "" for a release


class ScanRouter(QObject):
    """Install with `QGuiApplication.installEventFilter`. `scanned(code, ms)`: ms of the last key's clock."""

    scanned = Signal(str, float)

    def __init__(self, wedge: Wedge | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wedge = wedge or Wedge()
        self._held: list[_Key] = []
        self._last_ms = 0.0
        self._swallowed: set[int] = set()  # keys whose release belongs to a scan
        self._last_scan = ("", -1e9)
        self._bare_until = -1e9
        self._replaying = False
        self._patience = 0
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._give_up)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (_PRESS, _RELEASE, _OVERRIDE) or self._replaying or not isinstance(event, QKeyEvent):
            return False
        if kind is _OVERRIDE:
            if self._character(event):
                event.accept()  # else a shortcut would eat the key before the window sees it
                return True
            return False
        if not isinstance(watched, QWindow):
            return False
        return self._press(event, watched) if kind is _PRESS else self._release(event, watched)

    def _press(self, event: QKeyEvent, window: QWindow) -> bool:
        if event.key() in _MODIFIER_KEYS:
            return False
        now = self._time(event)
        in_rhythm = bool(self._held) and 0 <= now - self._last_ms <= self.wedge.gap
        if self._held and not in_rhythm:
            self._settle()
        # X11 calls "00" of a scanner a repeat when release and press share a millisecond; a finger that
        # rests on a key repeats no faster than every 25 ms.
        rests = event.isAutoRepeat() and not (in_rhythm and now - self._last_ms < _REPEAT_MS)
        if self._is_suffix(event) and not rests:
            if in_rhythm and self._is_scan(self.wedge.shortest):
                self._swallowed.add(self._position(event))
                self._emit(now)
                return True
            if not self._held and 0 <= now - self._bare_until <= self.wedge.repeat:
                self._swallowed.add(self._position(event))
                return True
        elif (character := self._character(event)) and not rests:
            self._hold(event, window, character, now)
            return True
        self._replay()
        return False

    def _release(self, event: QKeyEvent, window: QWindow) -> bool:
        position = self._position(event)
        if position in self._swallowed:
            self._swallowed.discard(position)
            return True
        if any(key.character and self._position(key.event) == position for key in self._held):
            self._held.append(_Key(event.clone(), window, ""))
            return True
        return False

    def _hold(self, event: QKeyEvent, window: QWindow, character: str, now: float) -> None:
        self._held.append(_Key(event.clone(), window, character))
        self._last_ms = now
        self._patience = 20
        self._arm(self.wedge.gap)

    def _arm(self, ms: int) -> None:
        self._due = time.monotonic() * 1000 + ms
        self._timer.start(ms)

    def _give_up(self) -> None:
        """No key came for one gap: a person, unless this thread was too busy to see the keys that wait."""
        late = time.monotonic() * 1000 - self._due
        if self._patience == 20 or (late > 5 and self._patience > 0):
            self._patience -= 1
            self._arm(5)
            return
        self._settle()

    def _settle(self) -> None:
        """End a run that had no suffix: a long one in scanner rhythm is a scan all the same."""
        if self._is_scan(self.wedge.bare, prefixed=False):
            self._bare_until = self._last_ms
            self._emit(self._last_ms)
        else:
            self._replay()

    def _text(self) -> str:
        return "".join(key.character for key in self._held)

    def _is_scan(self, shortest: int, *, prefixed: bool = True) -> bool:
        text = self._text()
        prefix = self.wedge.prefix
        if prefixed and prefix and text.startswith(prefix):
            return len(text) > len(prefix)
        return len(text) >= shortest

    def _emit(self, now: float) -> None:
        started = self._time(self._held[0].event)
        code = self._text().removeprefix(self.wedge.prefix)
        if self.wedge.separator:
            code = code.replace(self.wedge.separator, GS)
        down: set[int] = set()
        for key in self._held:
            position = self._position(key.event)
            down = down | {position} if key.character else down - {position}
        self._swallowed |= down
        self._held = []
        self._timer.stop()
        before, ended = self._last_scan
        self._last_scan = (code, now)
        if code != before or not 0 <= started - ended <= self.wedge.repeat:
            self.scanned.emit(code, now)

    def _replay(self) -> None:
        """A person typed: hand the held keys to their window, in order."""
        held, self._held = self._held, []
        self._timer.stop()
        self._replaying = True
        try:
            for key in held:
                window = key.window if isValid(key.window) else QGuiApplication.focusWindow()
                if window is not None:
                    QCoreApplication.sendEvent(window, key.event)
        finally:
            self._replaying = False

    @staticmethod
    def _position(event: QKeyEvent) -> int:
        return event.nativeScanCode() or event.key()

    @staticmethod
    def _time(event: QKeyEvent) -> float:
        # Some platforms stamp synthetic keys with 0; arrival is the best that is left then.
        return float(event.timestamp()) or time.monotonic() * 1000

    def _is_suffix(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            return not event.modifiers() & (_CTRL | _ALT | _META | _SHIFT)
        return event.text() in _SUFFIXES

    def _character(self, event: QKeyEvent) -> str:
        """What this key adds to a scan, "" for keys that are never part of one."""
        modifiers = event.modifiers()
        ctrl, alt = bool(modifiers & _CTRL), bool(modifiers & _ALT)
        us = self.wedge.layout is Layout.US_POSITIONS
        plain = us_character(event.nativeScanCode(), event.nativeVirtualKey(), shift=False) if us else ""
        if ctrl and not alt:
            text = event.text()
            if plain == "]" or event.key() == Qt.Key.Key_BracketRight:
                text = GS
            return text if self._held and text in _INSIDE else ""
        if modifiers & _META or alt != ctrl:
            return ""
        if plain:
            shift = bool(modifiers & _SHIFT)
            return us_character(event.nativeScanCode(), event.nativeVirtualKey(), shift=shift)
        text = event.text()
        return text if text and (text.isprintable() or text in _INSIDE) else ""
