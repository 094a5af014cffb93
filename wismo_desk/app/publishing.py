"""Publishes tracking pages now and then, on a lane of its own: what changed since the last time, a piece a turn."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from wismo_desk.app.lettering import open_shelf
from wismo_desk.app.surface import Surface
from wismo_desk.background.gathered import Gathered
from wismo_desk.channels.sftp import ask_fingerprint
from wismo_desk.domain.fact import Changes
from wismo_desk.flows.dress import Dress
from wismo_desk.flows.publish import ROBOTS, PagesTurn, Publish
from wismo_desk.settings.pages import PagesSettings, keep_pages_password
from wismo_desk.ui.settings_brand import BrandAsks
from wismo_desk.ui.settings_publish import PagesAsks

if TYPE_CHECKING:
    from wismo_desk.app.station import Station

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


def pages_asks(station: Station, publishing: Publishing, *, changed: Callable[[Changes], None]) -> PagesAsks:
    """What the settings page of tracking pages calls."""
    dress = Dress(store=station.store, pen=station.pen)

    def attempt(settings: PagesSettings) -> None:
        shelf = open_shelf(settings, practice=station.practice)
        try:
            shelf.put("robots.txt", ROBOTS)
        finally:
            shelf.close()

    return PagesAsks(
        brand=BrandAsks(brand=dress.brand, save=dress.save, picture=dress.picture, changed=changed),
        preview=lambda number: publishing.publish.preview(number, station.folder / "documents"),
        fingerprint=ask_fingerprint,
        attempt=attempt,
        last=lambda: publishing.last,
        keep_password=lambda password: keep_pages_password(station.settings.pages, password),
    )
