"""What the grid page offers beside watching, when it is given the asks for it: views, columns, export, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from wismo_desk.domain.grid_view import GridView as SavedView
from wismo_desk.domain.watching import Filter
from wismo_desk.ui.grid_model import ShipmentModel
from wismo_desk.ui.grid_view import GridView
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import open_file
from wismo_desk.ui.shipments_asks import GridAsks
from wismo_desk.ui.shipments_chips import ShipmentChips
from wismo_desk.ui.shipments_many import ManyBar
from wismo_desk.ui.shipments_tools import GridTools, ViewButton

_LANE: Final = "export"
_UNDO_MS: Final = 10_000


class Around(Protocol):
    """The page, as far as its extras know it."""

    view: GridView
    model: ShipmentModel
    chips: ShipmentChips
    changed: Any  # a signal
    notice: str  # what was done last, in the foot for a while

    def say_foot(self, said: str = "") -> None: ...

    def show_only(self, asked: Filter) -> None: ...


class ShipmentExtras(QObject):
    """Joins the bar, the bookmark and the two tool buttons to a page."""

    exported = Signal(object)  # Path

    def __init__(self, desk: Desk, page: Around, parent: QWidget, asks: GridAsks) -> None:
        super().__init__(parent)
        self._desk, self._page, self._asks = desk, page, asks
        self._undo: object = None
        self.bar = ManyBar(desk, asks, self.shipments)
        self.views = ViewButton(desk, asks)
        self.tools = GridTools(desk, page.model.columns)
        page.chips.add_tools(self.views, self.tools)
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.setInterval(_UNDO_MS)
        self._over.timeout.connect(self._forget_undo)
        self.views.chosen.connect(self._show_view)
        self.views.said.connect(page.say_foot)
        self.tools.columns_changed.connect(self._hide)
        self.tools.export_asked.connect(self.export)
        self.bar.done.connect(self._did)
        self.bar.closed.connect(page.view.setFocus)
        page.view.ticked.connect(self.bar.show_count)
        for part in (self.views, self.bar):
            part.changed.connect(page.changed)
            part.failed.connect(self._fail)
        self.bar.bind(parent, taken=("R", "V", "C"))
        QShortcut(QKeySequence("Ctrl+Z"), parent).activated.connect(self.undo)
        QShortcut(QKeySequence("Ctrl+P"), parent).activated.connect(lambda: self.export("pdf"))

    def press(self, key: str) -> bool:
        """A key that both the panel and the bar know; False when it is not the bar's."""
        button = self.bar.buttons.get(key)
        if button is not None:
            button.click()
        return button is not None

    def shipments(self) -> Sequence[UUID]:
        """The ticked ones, else the one under the hand."""
        page = self._page
        if page.view.ticks:
            return page.model.shipments(page.view.ticks)
        row = page.model.shipment(page.view.row) if page.view.row >= 0 else None
        return (row.shipment_id,) if row else ()

    def show_filter(self, asked: Filter) -> None:
        """What would be saved as a view, and taken out as a file."""
        self.views.show_view(asked, self.tools.hidden)

    def _show_view(self, view: SavedView) -> None:
        self.tools.hidden = view.hidden
        self._page.view.hide_columns(view.hidden)
        self.views.on_view = view
        self._page.show_only(view.filter)

    def _hide(self, hidden: frozenset[str]) -> None:
        self._page.view.hide_columns(hidden)
        self.views.show_view(self._page.chips.filter, hidden)

    # Out

    def export(self, kind: str) -> None:
        """The ticked rows, else all that the filter shows, with the columns that are chosen."""
        columns = self.tools.for_files()
        asked, rows = self._page.chips.filter, sorted(self._page.view.ticks)
        self._page.say_foot(self._desk.words("Writing the file…"))
        self._desk.run(
            _LANE,
            lambda: self._asks.export(asked, kind, rows, columns),
            lambda path: self._written(path, kind),
            self._fail,
        )

    def _written(self, path: Path, kind: str) -> None:
        self._page.say_foot(self._desk.words("Saved: {path}", path=str(path)))
        self.exported.emit(path)
        if kind == "pdf":
            open_file(path)

    # What was done

    def _did(self, said: str, undo: object) -> None:
        self._undo = undo
        words = self._desk.words
        self._page.notice = words("{said}. Ctrl Z takes it back", said=said) if undo else said
        self._over.start()
        self._page.view.clear_ticks()
        self._page.view.setFocus()

    def undo(self) -> None:
        """Within ten seconds."""
        undo, self._undo = self._undo, None
        if callable(undo):
            undo()
            self._page.notice = self._desk.words("Taken back")
            self._page.say_foot()

    def _forget_undo(self) -> None:
        self._undo, self._page.notice = None, ""
        self._page.say_foot()

    def _fail(self, error: Exception) -> None:
        self._page.say_foot(self._desk.told(error))
