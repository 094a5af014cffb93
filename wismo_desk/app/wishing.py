"""Does in the open desk what commands beside it asked for, and says so in the foot of the window."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from wismo_desk.app.naming import service_names
from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.background.lanes import Lane
from wismo_desk.cli import routing
from wismo_desk.cli.wishing import FOLDER
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import DeskError
from wismo_desk.flows.preflight import Preflight
from wismo_desk.flows.price import Price
from wismo_desk.flows.reroute import Reroute
from wismo_desk.flows.rule_words import Names
from wismo_desk.flows.wishes import Granted, Wish, WishBox, WishKind
from wismo_desk.resources import catalogue
from wismo_desk.words import Words

log = logging.getLogger(__name__)
_LOOK_MS: Final = 1_000
NOT_DONE: Final = "The program made a mistake and noted it in its log. Try again, or restart it."


@dataclass(frozen=True, slots=True)
class _Worded:
    """The station's flows as a command sees them that speaks another language than the desk (cli.routing.Routing)."""

    reroute: Reroute
    price: Price
    preflight: Preflight
    words: Words
    names: Names


def _worded(station: Station, language: str) -> _Worded:
    flows, words, names = station.routing, station.words, station.names
    price: Price = flows.price
    if language not in ("", words.language):
        words = Words(language, catalogue(language), zone=words.zone)
        price = replace(price, words=words)
        names = partial(service_names, station.infos, words.language)
    return _Worded(flows.reroute, price, flows.preflight, words, names)


def grant(station: Station, wish: Wish) -> tuple[Granted, Changes]:
    """As the command alone would: what it says is the same, a refusal included, and in its language."""
    asked, refused = _worded(station, wish.language), [b""]
    try:
        if wish.kind is WishKind.APPLY_RULES:
            said, changes = routing.rules(asked, asked.words, asked.names, apply=True, as_json=wish.as_json)
        else:
            said, changes = routing.prices(
                asked, asked.words, wish.content, wish.name, refused=refused.append
            )
    except DeskError as error:
        return Granted(said=asked.words.error(error), code=1, error_file=refused[-1]), Changes()
    return Granted(said=said), changes


class Wishes(QObject):
    """The window owns it. Looks on the lane of files that come in, which waits for the bench."""

    def __init__(self, desk: Surface, station: Station) -> None:
        super().__init__(desk.window)
        self._desk, self._station = desk, station
        self._box = WishBox(station.folder / FOLDER)
        self._box.listen()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        desk.window.closed.connect(self._stop)

    def look(self) -> None:
        self._desk.lanes.run_if_idle(Lane.INTAKE, self._turn, self._done, self._failed)

    def _turn(self) -> Changes:
        changes = Changes()
        for wish in self._box.take(datetime.now(UTC)):  # the command's clock, whatever day is practised
            log.info("a command asked for: %s", wish.kind.value)
            try:
                granted, touched = grant(self._station, wish)
            except BaseException:  # a bug is told to the lane; the command must not wait for its answer
                self._box.answer(
                    wish, Granted(said=_worded(self._station, wish.language).words(NOT_DONE), code=1)
                )
                raise
            self._box.answer(wish, granted)
            changes |= touched
        return changes

    def _done(self, changes: Changes) -> None:
        if changes:
            self._desk.apply(changes)
            self._desk.window.show_undo(
                self._desk.words("A command changed where orders go, or what it costs.")
            )

    def _failed(self, error: Exception) -> None:
        log.warning("what a command asked for was not done: %s", error)

    def _stop(self) -> None:
        self._timer.stop()
        self._box.stop_listening()
