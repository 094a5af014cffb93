"""The other desk's grid of shipments, on a screen nobody sees: tells when a row that somebody scanned is painted."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize

from wismo_desk.app.station import Station
from wismo_desk.background.lanes import Lanes
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.status import read_codes
from wismo_desk.resources import resources_dir, status_tables
from wismo_desk.ui.detail_actions import DetailAsks
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.lanes import Courier
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_terms import Names
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.theme import LIGHT, Look, load_fonts

_SIZE = QSize(1836, 1032)  # the page of a window of 1920 × 1080


class Onlooker(QObject):
    """Make it on the window's thread. `painted` gets the orders whose rows a frame has just shown anew."""

    def __init__(self, station: Station, painted: Callable[[Station, frozenset[UUID]], None]) -> None:
        super().__init__()
        self._station, self._painted = station, painted
        self._courier = Courier(self)
        self._lanes = Lanes(self._courier.deliver)
        load_fonts(resources_dir() / "fonts")
        look = Look(LIGHT, Icons(resources_dir() / "icons"))
        names = Names(list(station.infos.values()), station.words.language)
        desk = Desk(look, station.words, clock=station.clock, run=self._lanes.run, names=names)
        asks = DetailAsks(
            watch=station.watch,
            track=station.track,
            reprint=station.reprint,
            void=station.void,
            on_print=lambda _job: None,
            cut=station.drawing.cut,
            codes={carrier: read_codes(text) for carrier, text in status_tables().items()},
        )
        self._page = ShipmentsPage(desk, station.watch, lambda parent: DetailPanel(desk, asks, parent))
        self._page.resize(_SIZE)
        self._page.show()
        self._page.start()
        self._fresh: set[UUID] = set()
        self._page.model.dataChanged.connect(self._changed)
        self._page.view.viewport().installEventFilter(self)

    def apply(self, changes: Changes) -> None:
        """From any thread, as the turns of sync come in."""
        self._courier.deliver(lambda: self._page.apply(changes))

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        for row in range(first.row(), last.row() + 1):
            shown = self._page.model.shipment(row)
            if shown is not None:
                self._fresh.add(shown.order_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._fresh:
            fresh, self._fresh = frozenset(self._fresh), set()
            self._painted(self._station, fresh)
        return False

    def close(self) -> None:
        self._lanes.close()
        self._page.close()
