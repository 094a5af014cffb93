"""Opens and feeds the wall board: read every ten seconds and on changes while it is shown, at rest otherwise."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut

from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.background.lanes import Lane
from wismo_desk.domain.printer import PrinterState, PrinterStatus
from wismo_desk.domain.wall import Wall
from wismo_desk.flows.wall import ReadWall
from wismo_desk.sync.turn import SyncTurn
from wismo_desk.ui.wall_board import WallBoard
from wismo_desk.ui.wall_tiles import Line, Machines

_READ_MS: Final = 10_000
_SOON_MS: Final = 500


class Board(QObject):
    """`toggle` opens it on the other screen where there is one; a scan puts it aside where there is none."""

    def __init__(self, desk: Surface, station: Station) -> None:
        super().__init__(desk.window)
        self._desk, self._station = desk, station
        self._read = ReadWall(store=station.store, departures=station.departures)
        self._reading = False
        self._asked: set[str] = set()
        self._states: dict[str, PrinterState] = {}
        self._line: Line | None = None
        self._wall: WallBoard | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        QShortcut(QKeySequence("F11"), desk.window).activated.connect(self.toggle)
        desk.window.closed.connect(self.close)

    @property
    def wall(self) -> WallBoard | None:
        """The window, while it is open."""
        return self._wall

    def toggle(self) -> None:
        if self._wall is not None:
            self.close()
            return
        desk = self._desk
        wall = self._wall = WallBoard(desk.look, desk.words, clock=desk.clock)
        wall.closed.connect(self._put_away)
        wall.show_machines(self._machines())
        others = [screen for screen in QGuiApplication.screens() if screen is not desk.window.screen()]
        if others:
            wall.setGeometry(others[0].geometry())
        wall.showFullScreen()
        wall.setFocus()
        self._timer.start(_READ_MS)
        self.refresh()

    def close(self) -> None:
        if self._wall is not None:
            self._wall.close()

    def step_aside(self) -> None:
        """A scan came: whoever packs at this screen must see it."""
        if self._wall is not None and self._wall.screen() is self._desk.window.screen():
            self.close()

    def changed(self) -> None:
        """Something was packed, or went wrong: look soon, once for many changes."""
        if self._wall is not None and not self._soon.isActive():
            self._soon.start(_SOON_MS)

    def show_line(self, turn: SyncTurn) -> None:
        self._line = Line(online=turn.online, since=turn.since, waiting=turn.waiting)
        if self._wall is not None:
            self._wall.show_line(self._line)

    def refresh(self) -> None:
        if self._wall is None:
            return
        if not self._reading:
            self._reading = True
            self._desk.lanes.run(Lane.READ, self._read, self._came, self._failed)
        rack = self._station.printers
        for name in rack:
            if name not in self._asked:
                self._asked.add(name)
                heard = partial(self._heard, name)
                self._desk.lanes.run(f"printer:{name}", partial(rack.status, name), heard, heard)

    def _came(self, wall: Wall) -> None:
        self._reading = False
        if self._wall is not None:
            self._wall.show_wall(wall)

    def _failed(self, _error: Exception) -> None:
        """The head of the wall says how old its figures are."""
        self._reading = False

    def _heard(self, name: str, status: PrinterStatus | Exception) -> None:
        self._asked.discard(name)
        self._states[name] = PrinterState.UNKNOWN if isinstance(status, Exception) else status.state
        if self._wall is not None:
            self._wall.show_machines(self._machines())

    def _machines(self) -> Machines:
        """A printer that has not been heard yet is not shown as broken."""
        known = {name: self._states[name] for name in self._station.printers if name in self._states}
        return Machines(printers=known, line=self._line)

    def _put_away(self) -> None:
        wall, self._wall = self._wall, None
        self._timer.stop()
        self._soon.stop()
        if wall is not None:
            wall.deleteLater()
