"""Publishes tracking pages now and then, on a lane of its own: what changed since the last time, a piece a turn."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QObject, QTimer

from wismo_desk.app.surface import Surface
from wismo_desk.background.gathered import Gathered
from wismo_desk.domain.fact import Changes
from wismo_desk.flows.publish import PagesTurn, Publish

log = logging.getLogger(__name__)
LANE: Final = "tracking pages"
_EVERY_MS: Final = 4_000


class Publishing(QObject):
    """`last` is what the last turn did: the settings page shows it."""

    def __init__(self, desk: Surface, publish: Publish) -> None:
        super().__init__(desk.window)
        self._desk, self.publish = desk, publish
        self._new = Gathered()
        self._said = ""
        self.last = PagesTurn()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.turn)
        self._timer.start(_EVERY_MS)

    def add(self, changes: Changes) -> None:
        self._new.add(changes)

    def turn(self) -> None:
        changes = self._new.take()

        def failed(error: Exception) -> None:
            self._new.add(changes)
            log.warning("tracking pages: %s", error)  # the lane logs what is a bug

        if not self._desk.lanes.run_if_idle(LANE, lambda: self.publish.turn(changes), self._done, failed):
            self._new.add(changes)

    def _done(self, turn: PagesTurn) -> None:
        self.last = turn
        said = turn.error.sentence if turn.error else ""
        if said and said != self._said:  # once, not every four seconds
            log.warning("tracking pages wait: %s", said)
        self._said = said
        if turn.put or turn.gone:
            log.info("tracking pages: %d put, %d taken away", turn.put, turn.gone)
