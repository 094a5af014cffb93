"""Tells people of new anomalies: the task bar and a sound inside, one e-mail a day if somebody asked for it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from wismo_desk.app.digesting import digest_of
from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.background.lanes import Lane
from wismo_desk.domain.bench_view import Cue
from wismo_desk.ui.settle_page import SettlePage

log = logging.getLogger(__name__)
_DIGEST_MS: Final = 5 * 60 * 1000


class Alerts(QObject):
    """More to act on than before: the task bar asks for a look, and one sound where nobody is packing. Nothing on a
    day off: it is told on the next working one."""

    def __init__(self, desk: Surface, station: Station, settle: SettlePage) -> None:
        super().__init__(desk.window)
        self._desk, self._station = desk, station
        self._known: int | None = None
        self._digest = digest_of(station)
        settle.counted.connect(self.count)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tell)
        self._timer.start(_DIGEST_MS)
        desk.window.closed.connect(self._timer.stop)

    def count(self, to_act: int) -> bool:
        """Whether somebody was told."""
        known, today = self._known, self._today(self._desk.clock())
        if known is not None and to_act > known and not self._station.calendars.works_here(today.date()):
            return False  # `known` stays: the first count of the next working day tells
        self._known = to_act
        if known is None or to_act <= known:
            return False
        QApplication.alert(self._desk.window)
        if self._desk.window.shown != "bench":
            self._desk.speaker.play(Cue.ATTENTION)
        return True

    def _today(self, now: datetime) -> datetime:
        return now.astimezone(self._station.settings.timezone)

    def _tell(self) -> None:
        if self._station.settings.digest_to.strip():
            self._desk.lanes.run_if_idle(Lane.NOTICES, self._digest, self._told, self._failed)

    def _told(self, sent: bool) -> None:
        if sent:
            log.info("digest sent")

    def _failed(self, error: Exception) -> None:
        log.warning("digest not sent: %s", error)
