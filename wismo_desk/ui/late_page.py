"""A page of the rail that is built when somebody first looks at it: most benches never open the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wismo_desk.domain.fact import Changes


class LatePage(QWidget):
    """Stands in the rail for the page that `make` builds. `built` comes once, before that page is painted: whoever
    listens to its signals connects to them then."""

    built = Signal(object)

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make = make
        self._page: Any = None  # whatever `make` builds
        self._asked = False  # to read, before it was there
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def is_built(self) -> bool:
        return self._page is not None

    @property
    def page(self) -> Any:
        """The page itself, built now if it is not there yet."""
        if self._page is None:
            self._page = page = self._make()
            self.setFocusProxy(page)
            self._column.addWidget(page)
            self.built.emit(page)
            page.show()  # a layout does it a turn later: an empty frame would flash
            if self._asked:
                self.start()
        return self._page

    def start(self) -> None:
        if self._page is None:
            self._asked = True
        elif hasattr(self._page, "start"):
            self._page.start()

    def apply(self, changes: Changes) -> None:
        """What a page that is not there would have read again, it reads when it is built."""
        if hasattr(self._page, "apply"):
            self._page.apply(changes)

    def showEvent(self, event: QShowEvent) -> None:
        _ = self.page
        super().showEvent(event)
