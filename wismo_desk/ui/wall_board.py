"""The wall board: full screen, six tiles, readable at 5 m; Esc or F11 closes it, + and − try other numbers of
stations out. It never scrolls, rotates nothing, and says so when its figures grow old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from wismo_desk.domain.wall import Wall
from wismo_desk.ui.bench_canvas import Canvas, Pictures, Run
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_terms import Terms
from wismo_desk.ui.theme import Figures, Look, Theme, Weight
from wismo_desk.ui.wall_tiles import Alarm, Line, Machines, Tile, left_out, pace_words, tiles
from wismo_desk.words import Words

_HEAD: Final = 104
_MARGIN: Final = 40
_GAP: Final = 20
_PAD: Final = 34
_OLD: Final = timedelta(minutes=1)
_CLOCK_MS: Final = 1000
_MOST_STATIONS: Final = 99


class WallBoard(QWidget):
    """A window of its own, so that a second screen can show it. `closed` when it is put away."""

    closed = Signal()

    def __init__(self, look: Look, words: Words, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._look, self._words, self._clock = look, words, clock
        self._terms = Terms(words)
        self._pictures = Pictures(Path())
        self._wall: Wall | None = None
        self.machines = Machines()
        self.assumed = 0
        self._minute = ""
        self.setWindowTitle(words("Wall board"))
        self.setAccessibleName(words("Wall board"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look_at_clock)
        self._timer.start(_CLOCK_MS)

    def show_wall(self, wall: Wall) -> None:
        self._wall = wall
        self._renew()

    def show_machines(self, machines: Machines) -> None:
        if machines != self.machines:
            self.machines = machines
            self._renew()

    def show_line(self, line: Line) -> None:
        self.show_machines(Machines(printers=self.machines.printers, line=line))

    def assume(self, stations: int) -> None:
        """Try out so many stations; 0, or as many as there are, shows what is."""
        wall = self._wall
        if wall is None or wall.pace is None:
            return
        wanted = max(1, min(_MOST_STATIONS, stations)) if stations else 0
        self.assumed = 0 if wanted == wall.pace.stations else wanted
        self._renew()

    def tiles(self) -> tuple[Tile, ...]:
        if self._wall is None:
            return ()
        return tiles(self._wall, self.machines, self._clock(), self._words, self._terms, assumed=self.assumed)

    def look_at_clock(self) -> None:
        """Nothing moves between two minutes but what came in."""
        if not self.isVisible():
            return
        minute = self._words.time(self._clock())
        if minute != self._minute:
            self._minute = minute
            self._renew()

    def _renew(self) -> None:
        self.setAccessibleDescription(". ".join(tile.spoken for tile in self.tiles()))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        stations = self.assumed or (self._wall.pace.stations if self._wall and self._wall.pace else 0)
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
        elif event.text() in ("+", "="):
            self.assume(stations + 1)
        elif event.text() in ("-", "−"):
            self.assume(max(1, stations - 1))
        elif event.text() == "0":
            self.assume(0)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        canvas = Canvas(QPainter(self), self.size(), self._look, self._words, self._pictures)
        canvas.fill(QRectF(0, 0, canvas.width, canvas.height), canvas.theme.background)
        self._paint_head(canvas)
        shown = self.tiles()
        if not shown:
            whole = QRectF(0, _HEAD, canvas.width, canvas.height - _HEAD)
            run = Run(self._words("Reading the figures…"), 56, canvas.theme.muted)
            canvas.text_in(whole, run, align=Qt.AlignmentFlag.AlignCenter)
            return
        for tile, box in zip(shown, _boxes(len(shown), canvas), strict=True):
            _paint_tile(canvas, tile, box)

    def _paint_head(self, canvas: Canvas) -> None:
        theme, words, now = canvas.theme, self._words, self._clock()
        canvas.fill(QRectF(0, 0, canvas.width, _HEAD), theme.surface)
        canvas.rule(0, _HEAD, canvas.width, _HEAD)
        clock = Run(words.time(now), 80, theme.text, Weight.BOLD)
        runs: list[Run] = []
        mark = None
        wall = self._wall
        if wall is not None:
            if self.assumed:
                mark = Mark.INFO
                tried = words("If: {pace}", pace=pace_words(wall, words, assumed=self.assumed))
                runs.append(Run(tried, 48, theme.info, Weight.SEMIBOLD))
            elif now - wall.at > _OLD:
                mark = Mark.WARN
                old = words("figures of {time}", time=words.time(wall.at))
                runs.append(Run(old, 48, theme.warn, Weight.SEMIBOLD))
            else:
                runs.append(Run(pace_words(wall, words), 48, theme.muted))
        left = canvas.line_right(canvas.width - _MARGIN, 80, (clock,)) - 40
        left = canvas.line_right(left, 71, runs)
        if mark is not None:
            left -= 64
            canvas.mark(mark, left, 30, 48)
        rest = left_out(wall, now, words) if wall is not None else ""
        said = words("Left to pack") if rest else words("Left to pack before the truck")
        title = [Run(said, 52, theme.text, Weight.BOLD), Run(rest, 48, theme.muted, gap=32)]
        canvas.line(_MARGIN, 71, title, room=left - _MARGIN - 48)


def _boxes(count: int, canvas: Canvas) -> list[QRectF]:
    rows = 1 if count <= 3 else 2
    columns = ceil(count / rows)
    wide = (canvas.width - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    high = (canvas.height - _HEAD - _GAP - 32 - (rows - 1) * _GAP) / rows
    return [
        QRectF(
            _MARGIN + (i % columns) * (wide + _GAP), _HEAD + _GAP + (i // columns) * (high + _GAP), wide, high
        )
        for i in range(count)
    ]


def _tones(theme: Theme, alarm: Alarm) -> tuple[QColor, QColor, QColor]:
    """(page, words, quiet words) of a tile."""
    if alarm is Alarm.ACT:
        return theme.warn_solid, theme.on_warn, theme.on_warn
    if alarm is Alarm.MISSED:
        return theme.danger_solid, theme.on_danger, theme.on_danger
    return theme.surface, theme.text, theme.muted


def _paint_tile(canvas: Canvas, tile: Tile, box: QRectF) -> None:
    page, tone, quiet = _tones(canvas.theme, tile.alarm)
    canvas.fill(box, page, radius=8)
    if tile.alarm is Alarm.NONE:
        canvas.outline(box, canvas.theme.line, 1.5 * canvas.theme.edge)
    left, right = box.left() + _PAD, box.right() - _PAD
    end = right
    if tile.aside:
        run = Run(tile.aside, 52, tone, Weight.BOLD)
        end = canvas.line_right(right, box.top() + 70, (run,)) - 20
    canvas.line(left, box.top() + 70, (Run(tile.title, 52, tone, Weight.SEMIBOLD),), room=end - left)
    _paint_figure(canvas, tile, box, tone, quiet)
    _paint_said(canvas, tile, box, tone, quiet, page)


def _paint_figure(canvas: Canvas, tile: Tile, box: QRectF, tone: QColor, quiet: QColor) -> None:
    px = 208 if box.height() < 600 else 320
    room = box.width() - 2 * _PAD
    of = Run(tile.of, 104, quiet, Weight.SEMIBOLD, gap=24)
    while (
        px > 96 and Run(tile.figure, px, tone, Weight.BOLD).width + (of.width + 24 if of.text else 0) > room
    ):
        px -= 8
    middle = (box.top() + 70 + box.bottom() - 124) / 2
    figure = Run(tile.figure, px, tone, Weight.BOLD, Figures.PLAIN)
    canvas.line(box.left() + _PAD - px * 0.03, middle + px * 0.37, (figure, of))


def _paint_said(canvas: Canvas, tile: Tile, box: QRectF, tone: QColor, quiet: QColor, page: QColor) -> None:
    x, right = box.left() + _PAD, box.right() - _PAD
    if tile.mark is not None:
        solid = tile.alarm is not Alarm.NONE
        shape, glyph = (tone, page) if solid else (None, None)
        canvas.mark(tile.mark, x, box.bottom() - 131, 44, shape=shape, glyph=glyph)
        x += 62
    said = _fitting(tile.said, tone, Weight.SEMIBOLD, right - x)
    canvas.line(x, box.bottom() - 94, (said,), room=right - x)
    weight = Weight.SEMIBOLD if tile.alarm is not Alarm.NONE else Weight.REGULAR
    left = box.left() + _PAD
    canvas.line(
        left, box.bottom() - 34, (_fitting(tile.more, quiet, weight, right - left),), room=right - left
    )


def _fitting(text: str, tone: QColor, weight: Weight, room: float) -> Run:
    """Smaller before it is cut: a word that ends in dots says little from five metres."""
    px = 48
    while px > 36 and Run(text, px, tone, weight).width > room:
        px -= 2
    return Run(text, px, tone, weight)
