"""The filter by warehouse: a button beside the carriers' one, there only where the file holds shipments of several."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu

from wismo_desk.domain.watching import Counts, Filter
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button
from wismo_desk.ui.theme import font


class WarehouseButton(Button):
    """Ticked in a menu with the kept counts; `chosen` is what the grid is to keep to, empty for all."""

    chosen = Signal(object)  # frozenset of names, "" is none

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.look, desk.words("Warehouses"), icon="boxes", small=True)
        self._desk = desk
        self._counts: dict[str, int] = {}
        self._on: frozenset[str] = frozenset()
        self.clicked.connect(self.open)
        self.hide()

    def show_counts(self, counts: Counts) -> None:
        """Two warehouses at least, or a filter that is on: else there is nothing to choose."""
        self._counts = dict(counts.by_warehouse)
        self._show()

    def show_filter(self, asked: Filter) -> None:
        """What is on now."""
        self._on = asked.warehouses
        chosen = [self._name(one) for one in sorted(self._on)]
        text = ", ".join(chosen[:2]) + (f" +{len(chosen) - 2}" if len(chosen) > 2 else "")
        self.setText(text or self._desk.words("Warehouses"))
        self.setAccessibleName(text or self._desk.words("Warehouses"))
        self.updateGeometry()
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._on) or sum(1 for one in self._counts if one) > 1)

    def _name(self, one: str) -> str:
        return one or self._desk.words("Without a warehouse")

    def open(self) -> None:
        """The menu under the button."""
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def menu(self) -> QMenu:
        """Names as they are sorted, what has none last."""
        words = self._desk.words
        menu = QMenu(self)
        menu.setFont(font(14))
        menu.aboutToHide.connect(menu.deleteLater)
        for one in sorted(self._counts.keys() | self._on, key=lambda one: (not one, one.casefold())):
            said = f"{self._name(one)}   {words.number(self._counts.get(one, 0))}"
            action = menu.addAction(said.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(one in self._on)
            action.triggered.connect(lambda _=False, one=one: self.chosen.emit(self._on ^ {one}))
        menu.addSeparator()
        menu.addAction(words("All warehouses")).triggered.connect(lambda: self.chosen.emit(frozenset()))
        return menu
