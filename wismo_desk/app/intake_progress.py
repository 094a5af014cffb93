"""Shows on the page Orders how far a long file of the watched folder has come: looked at by a timer, since the work on
its lane knows no window."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from wismo_desk.app.surface import Surface
from wismo_desk.flows.sweep import Swept
from wismo_desk.flows.take_in import Underway
from wismo_desk.ui.orders_page import OrdersPage

log = logging.getLogger(__name__)
_LOOK_MS: Final = 700


class IntakeProgress(QObject):
    """The page owns it. `heard` holds the newest word of the folder in use, which may change while the desk is open."""

    def __init__(self, page: OrdersPage, heard: Callable[[], deque[tuple[str, Underway]]]) -> None:
        super().__init__(page)
        self._page, self._heard = page, heard
        timer = QTimer(self)
        timer.setInterval(_LOOK_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def look(self) -> None:
        """A page that nobody looks at is told nothing."""
        heard = self._heard()
        if not heard or not self._page.isVisible():
            return
        try:
            name, far = heard.pop()
        except IndexError:  # the file was done with in this moment
            return
        self._page.pane.show_underway(name, far)


def tell_swept(desk: Surface, page: OrdersPage, swept: Iterable[Swept]) -> None:
    """What became of files of the watched folder: on the page, in the log, and in the foot where somebody must look."""
    for one in swept:
        if one.report is not None:
            log.info("watched folder: %d new, %d refused", one.report.taken, len(one.report.refusals))
            desk.apply(one.report.changes)
        if one.error is not None:
            log.warning("watched folder: a file was not taken in: %s", one.error.sentence)
        if one.error is not None or one.to_map:
            desk.window.show_undo(desk.words("{name} did not come in: see the page Orders.", name=one.name))
        page.show_swept(one)
