"""Keeps what is expected of open parcels up to date: learnt anew each night, looked at again where something moved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from wismo_desk.app.remember import Remember
from wismo_desk.app.surface import Surface
from wismo_desk.background.apart import Apart, Stopped
from wismo_desk.domain.calendar import Calendars
from wismo_desk.domain.fact import Changes
from wismo_desk.flows.foresee import Foresee
from wismo_desk.flows.foresee_calendar import LaneDays
from wismo_desk.flows.foresee_lesson import Learned, Lesson
from wismo_desk.flows.pen import Pen
from wismo_desk.resources import forecast_defaults
from wismo_desk.resources.days_off import days_off
from wismo_desk.settings import Settings
from wismo_desk.store.store import Store

log = logging.getLogger(__name__)
_FIRST_MS: Final = 4_000  # after the window is there and at rest
_TICK_MS: Final = 15_000
_REST_S: Final = 60.0
_LATER_MS: Final = 600_000  # after a failure: the same again would most likely fail again
LANE: Final = "foresight"


def foresee_flow(store: Store, pen: Pen, settings: Callable[[], Settings], calendars: Calendars) -> Foresee:
    """Its country is that of the warehouse, its calendars are the desk's. It learns in the calling thread; a desk with
    a window has it done apart (`Foreseeing`)."""
    return Foresee(
        store=store,
        pen=pen,
        clock=pen.clock,
        zone=settings().timezone,
        home=lambda: settings().shipper.country or "FR",
        days=lambda: LaneDays(calendars.home, days_off, calendars.table),
        defaults=forecast_defaults,
    )


class Foreseeing(QObject):
    """`moved` is told everything that changes; `show` hands on what is newly expected;
    `remember` runs first, where there is a past to be made up."""

    def __init__(
        self,
        desk: Surface,
        foresee: Foresee,
        show: Callable[[Changes], None],
        remember: Remember | None = None,
    ) -> None:
        super().__init__(desk.window)
        self._remember = remember
        self._desk, self._foresee, self._show = desk, foresee, show
        self._apart = Apart()
        foresee.compute = self._learn
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        desk.window.closed.connect(self._stop)

    def start(self) -> None:
        self._timer.start(_FIRST_MS)
        if self._remember is not None:
            self._desk.lanes.run(LANE, self._remember, self._done, self._failed)

    def _stop(self) -> None:
        self._timer.stop()
        self._apart.stop()
        if self._remember is not None:
            self._remember.stop()

    def moved(self, changes: Changes) -> None:
        if changes.shipments:
            self._foresee.moved(changes.shipments)

    def _tick(self) -> None:
        self._timer.setInterval(_TICK_MS)
        self._desk.lanes.run_if_idle(LANE, self._look, self._done, self._failed)

    def _learn(self, lesson: Lesson) -> Learned:
        try:
            return self._apart(lesson)
        except OSError as error:  # no second process here, or it was ended from outside: slower, but learnt
            log.warning("what is expected is learnt beside the bench, not in a process of its own: %s", error)
            return lesson()

    def _look(self) -> Changes:
        try:
            return self._foresee.tick(self._rests)
        except Stopped:
            return Changes()

    def _rests(self) -> bool:
        """Nobody has packed for a minute: learning takes a core for a moment."""
        return self._desk.lanes.quiet.rested_s >= _REST_S

    def _done(self, changes: Changes) -> None:
        if changes:
            self._show(changes)

    def _failed(self, error: Exception) -> None:
        """Nobody is kept from working by it: the days last written stand. (The lane logs what is a bug.)"""
        log.warning("what is expected could not be worked out: %s", error)
        self._timer.setInterval(_LATER_MS)
