"""Joins the archive to the page Envois: a button where nothing was found, and a key at any time."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout

from wismo_desk.ui.archive_view import ArchiveAsks, ArchiveView
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button
from wismo_desk.ui.shipments_page import ShipmentsPage

KEY: Final = "Ctrl+G"


class ArchiveHook(QObject):
    """Lives as long as the page."""

    def __init__(self, desk: Desk, page: ShipmentsPage, asks: ArchiveAsks) -> None:
        super().__init__(page)
        self._page = page
        self.view = ArchiveView(desk, asks)
        self.button = Button(desk.look, desk.words("Search the archive too"), icon="search", key="Ctrl G")
        self.button.hide()
        column = page.blank.layout()
        if isinstance(column, QVBoxLayout):  # below its own button, above the room that is left
            column.insertWidget(column.count() - 1, self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.button.clicked.connect(self.open)
        self.view.closed.connect(self._back)
        page.model.loaded.connect(self._offer)
        page.model.failed.connect(lambda _error: self.button.hide())
        # In the search box too, which is the window's: where somebody sees that nothing was found.
        QShortcut(QKeySequence(KEY), page).activated.connect(self.open)

    def _offer(self) -> None:
        self.button.setVisible(bool(self._page.chips.filter.text) and not self._page.model.rowCount())

    def open(self) -> None:
        """What the search box holds, asked of the archive."""
        self._page.panel.hide()
        stack = self._stack()
        if stack.indexOf(self.view) < 0:
            stack.addWidget(self.view)
        stack.setCurrentWidget(self.view)
        self.view.ask(self._page.chips.filter.text)
        self.view.list.setFocus()

    def _back(self) -> None:
        page = self._page
        self._stack().setCurrentWidget(page.view if page.model.rowCount() else page.blank)
        page.view.setFocus()

    def _stack(self) -> QStackedLayout:
        """Where the page shows its grid, or why there is none."""
        stand = self._page.blank.parentWidget()
        stack = stand.layout() if stand is not None else None
        assert isinstance(stack, QStackedLayout)
        return stack
