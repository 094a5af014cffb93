"""The packing bench: paints one BenchView after the other and hands back keys, touches and typed numbers.

It derives nothing and knows no flow. No child widget and nothing to focus but the page itself: a scan's
Return could press a button, and a packer looks at the parcel, not for a cursor.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from wismo_desk.domain.bench_view import BenchMode, BenchView, Cue
from wismo_desk.domain.commands import KEYS, Command
from wismo_desk.ui.bench_canvas import Canvas, Pictures, Run, fit, scale_of
from wismo_desk.ui.bench_frame import Equipment, paint_foot, paint_head, paint_lines
from wismo_desk.ui.bench_idle import paint_idle
from wismo_desk.ui.bench_label import paint_label_out
from wismo_desk.ui.bench_problem import CASES, paint_problem
from wismo_desk.ui.bench_steps import Exit, paint_buying, paint_manifest, paint_packing, paint_weighing
from wismo_desk.ui.key_positions import us_character
from wismo_desk.ui.theme import Look, Weight
from wismo_desk.words import Words

FLASH_MS: Final = 250
_STAYS_MS: Final = 250  # what is on view for so long is worth a picture
_REFRESH_MS: Final = 10_000
_FRAME: Final = 24
_LONGEST_ENTRY: Final = 40
_TWIN: Final = {Cue.OK: "ok", Cue.DONE: "ok", Cue.WRONG: "warn_solid", Cue.ATTENTION: "warn_solid"}

# Asks for the preview of a 1-bit PNG with its codes cut; called back in the window's thread with a PNG.
Preview = Callable[[bytes, Callable[[bytes], None]], None]


class BenchPage(QWidget):
    """Signals: `acted(Command)` by key or touch, `typed(str)` an order number or a weight in grams by hand,
    `painted(BenchView)` when a view is on the screen for the first time. `stays_ms`: how long a label must be on view
    before its picture is asked for."""

    acted = Signal(object)
    typed = Signal(str)
    painted = Signal(object)

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        clock: Callable[[], datetime],
        pictures: Path,
        preview: Preview,
        stays_ms: int = _STAYS_MS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._words, self._clock, self._preview = look, words, clock, preview
        self._pictures = Pictures(pictures)
        self._view = BenchView(mode=BenchMode.IDLE)
        self._now = clock()
        self._equipment = Equipment()
        self._image: tuple[bytes, QImage | None] = (b"", None)
        self._entry: str | None = None  # what is being typed after "/"
        self._digits = ""  # of the weight
        self._exits: list[Exit] = []
        self._pressed: Command | None = None
        self._fresh = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setAccessibleName(words("Packing bench"))
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.timeout.connect(self.update)
        self._stays = QTimer(self)
        self._stays.setSingleShot(True)
        self._stays.setInterval(stays_ms)
        self._stays.timeout.connect(self._cut_preview)
        self._refresh = QTimer(self)
        self._refresh.timeout.connect(lambda: self.tick(self._clock()))
        self._refresh.start(_REFRESH_MS)

    @property
    def view(self) -> BenchView:
        return self._view

    def show_view(self, view: BenchView, now: datetime) -> None:
        """Paint this; the cue's visual twin is a coloured frame for a moment, or the problem page itself."""
        if view.mode is not self._view.mode or view.order_number != self._view.order_number:
            self._digits = ""
        self._view, self._now, self._fresh = view, now, True
        self._ask_preview(view.label.image if view.label else b"")
        if view.cue in _TWIN and view.mode is not BenchMode.PROBLEM:
            self._flash.start(FLASH_MS)
        else:
            self._flash.stop()
        self.setAccessibleDescription(self._spoken())
        self.update()

    def show_equipment(self, equipment: Equipment) -> None:
        """What the scale and the printer say now."""
        if equipment != self._equipment:
            self._equipment = equipment
            self.update()

    def tick(self, now: datetime) -> None:
        """Refresh the times; a window at rest repaints only for this."""
        self._now = now
        self.update()

    def _ask_preview(self, png: bytes) -> None:
        if png == self._image[0]:
            return
        self._image = (png, None)
        self._stays.stop()
        if png and self._stays.interval():
            self._stays.start()
        elif png:
            self._cut_preview()

    def _cut_preview(self) -> None:
        """Work for the eye only: not for a label that is closed by the next scan at once."""
        png = self._image[0]
        self._preview(png, lambda cut: self._take_preview(png, cut))

    def _take_preview(self, png: bytes, cut: bytes) -> None:
        if png == self._image[0]:
            image = QImage.fromData(cut)
            self._image = (png, None if image.isNull() else image)
            self.update()

    def _spoken(self) -> str:
        """The page in one sentence, for a screen reader."""
        view, words = self._view, self._words
        if view.problem is not None:
            said = words(view.problem.sentence, **dict(view.problem.values))
            return f"{words(CASES[view.problem.kind].title)}. {said}"
        if view.mode is BenchMode.PACKING and 0 <= view.current < len(view.lines):
            line = view.lines[view.current]
            return f"{words('SCAN')} {line.name} {line.variant}".strip()
        return {
            BenchMode.IDLE: f"{words('SCAN')} {words('an order')}",
            BenchMode.WEIGHING: words("Type the weight in grams"),
            BenchMode.LABEL_OUT: words("Stick it on, then scan the label"),
            BenchMode.MANIFEST: words("SCAN THE PARCELS THAT LEAVE"),
        }.get(view.mode, words("Close the carton, the label is on its way"))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.background)
        canvas = Canvas(painter, self.size(), self._look, self._words, self._pictures)
        self._exits = self._paint(canvas)
        if self._entry is not None:
            self._paint_entry(canvas, self._entry)
        if self._flash.isActive():
            self._paint_flash(canvas)
        painter.end()
        if self._fresh:
            self._fresh = False
            self.painted.emit(self._view)

    def _paint(self, canvas: Canvas) -> list[Exit]:
        view = self._view
        if view.mode is BenchMode.PROBLEM and view.problem is not None:
            return paint_problem(canvas, view, view.problem)
        exits: list[Exit] = []
        if view.mode is BenchMode.IDLE:
            paint_idle(canvas, view, self._now)
        elif view.mode is BenchMode.MANIFEST:
            exits = paint_manifest(canvas, view)
        else:
            paint_head(canvas, view, self._now)
            if view.mode is BenchMode.PACKING:
                exits = paint_packing(canvas, view)
                paint_lines(canvas, view)
            elif view.mode is BenchMode.WEIGHING:
                exits = paint_weighing(canvas, view, self._digits)
                paint_lines(canvas, view)
            elif view.mode is BenchMode.BUYING:
                exits = paint_buying(canvas)
                paint_lines(canvas, view)
            else:
                exits = paint_label_out(canvas, view, self._image[1])
        paint_foot(canvas, view, self._equipment)
        return exits

    def _paint_flash(self, canvas: Canvas) -> None:
        view, theme = self._view, self._look.theme
        tone = "warn_solid" if view.warned else _TWIN.get(view.cue, "ok")
        canvas.outline(QRectF(0, 0, canvas.width, canvas.height), theme.colour(tone), _FRAME, radius=0)

    def _paint_entry(self, canvas: Canvas, entry: str) -> None:
        theme, words = self._look.theme, self._words
        box = QRectF(canvas.width / 2 - 640, canvas.height / 2 - 190, 1280, 380)
        canvas.fill(box, theme.surface, radius=8)
        canvas.outline(box, theme.accent, 6)
        canvas.line(box.left() + 48, box.top() + 84, (Run(words("Order number"), 44, theme.muted),))
        px, lines = fit(entry + "_", box.width() - 96, 150, most=128, least=56)
        canvas.line(box.left() + 48, box.top() + 232, (Run(lines[-1], px, theme.text, Weight.BOLD),))
        x = canvas.key(words("Enter"), box.left() + 48, box.bottom() - 86, theme.text, theme.line_strong)
        x = canvas.line(x + 16, box.bottom() - 50, (Run(words("opens it"), 36, theme.muted),))
        x = canvas.key(words("Esc"), x + 64, box.bottom() - 86, theme.text, theme.line_strong)
        canvas.line(x + 16, box.bottom() - 50, (Run(words("goes back"), 36, theme.muted),))

    # Keys and touch

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            super().keyPressEvent(event)
            return
        if self._entry is not None:
            self._edit_entry(event)
        elif self._view.mode is BenchMode.WEIGHING and self._edit_weight(event):
            pass
        elif event.key() == Qt.Key.Key_F2 or event.text() == "/":
            if self._view.mode is not BenchMode.PROBLEM:
                self._set_entry("")
        elif (command := _command(event)) is not None:
            self.acted.emit(command)
        else:
            super().keyPressEvent(event)

    def _set_entry(self, entry: str | None) -> None:
        self._entry = entry
        self.update()

    def _edit_entry(self, event: QKeyEvent) -> None:
        entry = self._entry or ""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._set_entry(None)
            if entry.strip():
                self.typed.emit(entry.strip())
        elif event.key() == Qt.Key.Key_Escape:
            self._set_entry(None)
        elif event.key() == Qt.Key.Key_Backspace:
            self._set_entry(entry[:-1])
        elif event.text().isprintable() and event.text() and len(entry) < _LONGEST_ENTRY:
            self._set_entry(entry + event.text())

    def _edit_weight(self, event: QKeyEvent) -> bool:
        """Digits build the weight in grams; Enter hands it over, or is OK when nothing was typed."""
        digit = _digit(event)
        if digit and len(self._digits) < 6:
            self._digits = (self._digits + digit).lstrip("0")
        elif event.key() == Qt.Key.Key_Backspace:
            self._digits = self._digits[:-1]
        elif event.key() == Qt.Key.Key_Escape and self._digits:
            self._digits = ""
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._digits:
            digits, self._digits = self._digits, ""
            self.typed.emit(digits)
        elif not digit:
            return False
        self.update()
        return True

    def _exit_at(self, at: QPointF) -> Command | None:
        page = at / scale_of(self.size())
        return next((way.command for way in self._exits if way.box.contains(page)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._exit_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self._exit_at(event.position()) is pressed:
            self.acted.emit(pressed)


def _digit(event: QKeyEvent) -> str:
    """A digit by its key's position: on a French keyboard the row types "&é"'(" without Shift."""
    at = us_character(event.nativeScanCode(), event.nativeVirtualKey(), shift=False)
    if at.isdigit():
        return at
    text = event.text()
    return text if text.isascii() and text.isdigit() else ""


def _command(event: QKeyEvent) -> Command | None:
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return Command.OK
    if event.key() == Qt.Key.Key_Escape:
        return Command.BACK
    return KEYS.get(_digit(event) or event.text().upper())
