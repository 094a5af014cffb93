"""Beside the chips: saved views, which columns there are, and the way out to a file or to paper."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget, QWidgetAction

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.grid_view import GridView
from wismo_desk.domain.watching import Filter
from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.grid_cell import Column
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button
from wismo_desk.ui.shipments_asks import GridAsks
from wismo_desk.ui.theme import font

_MUST = ("anomaly", "customer")  # a row without them says nothing


class ViewButton(Button):
    """The bookmark: opens a saved view, keeps what is on view under a name, takes one away."""

    chosen = Signal(object)  # GridView
    said = Signal(str)
    changed = Signal(object)  # Changes
    failed = Signal(object)

    def __init__(self, desk: Desk, asks: GridAsks) -> None:
        super().__init__(desk.look, desk.words("Views"), icon="bookmark", small=True)
        self._desk, self._asks = desk, asks
        self.on_view = GridView(name="", filter=Filter())  # what would be saved
        self.clicked.connect(self.open)

    def open(self) -> None:
        self._desk.run(Lane.READ, self._asks.views.all, self._show, self.failed.emit)

    def _show(self, views: list[GridView]) -> None:
        words = self._desk.words
        menu = QMenu(self)
        menu.setFont(font(14))
        menu.aboutToHide.connect(menu.deleteLater)
        for view in views:
            menu.addAction(view.name).triggered.connect(lambda _=False, view=view: self._choose(view))
        if not views:
            menu.addAction(words("No view is saved yet.")).setEnabled(False)
        menu.addSeparator()
        field = QLineEdit(self.on_view.name)
        field.setPlaceholderText(words("Save this view as…"))
        field.setAccessibleName(words("Save this view as…"))
        field.setFont(font(14))
        field.setMaxLength(40)
        field.returnPressed.connect(lambda: self.save(field.text(), menu))
        action = QWidgetAction(menu)
        action.setDefaultWidget(field)
        menu.addAction(action)
        if self.on_view.name:
            gone = menu.addAction(words("Take “{name}” away", name=self.on_view.name))
            gone.triggered.connect(lambda: self.remove(self.on_view.name))
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _choose(self, view: GridView) -> None:
        self._rename(view.name)
        self.chosen.emit(view)

    def save(self, name: str, menu: QMenu | None = None) -> None:
        """What is on view, under this name, for every desk."""
        view = replace(self.on_view, name=name.strip())

        def kept(changes: Changes) -> None:
            self._rename(view.name)
            self.said.emit(self._desk.words("View “{name}” is saved for all desks.", name=view.name))
            self.changed.emit(changes)

        if menu is not None:
            menu.close()
        self._desk.run(Lane.STATION, lambda: self._asks.views.save(view), kept, self.failed.emit)

    def remove(self, name: str) -> None:
        self._rename("")
        self._desk.run(
            Lane.STATION, lambda: self._asks.views.remove(name), self.changed.emit, self.failed.emit
        )

    def show_view(self, asked: Filter, hidden: frozenset[str]) -> None:
        """What is on view now: another filter has no name yet, another order keeps it."""
        old = self.on_view
        same = replace(asked, sort=old.filter.sort, descending=old.filter.descending) == old.filter
        self.on_view = GridView(name=old.name if same else "", filter=asked, hidden=hidden)
        self._rename(self.on_view.name)

    def _rename(self, name: str) -> None:
        self.on_view = replace(self.on_view, name=name)
        text = name or self._desk.words("Views")
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()


class GridTools(QWidget):
    """Two small buttons at the right: columns, and export or print."""

    columns_changed = Signal(object)  # frozenset of hidden keys
    export_asked = Signal(str)  # csv, xlsx, pdf

    def __init__(self, desk: Desk, columns: tuple[Column, ...]) -> None:
        super().__init__()
        self._desk, self._columns = desk, columns
        self.hidden: frozenset[str] = frozenset()
        self.every = False  # files have every column, whatever the grid shows
        words = desk.words
        self.choose = IconButton(desk.look, "columns-3", words("Columns"))
        self.out = IconButton(desk.look, "download", words("Export or print"))
        self.choose.clicked.connect(self._show_columns)
        self.out.clicked.connect(self._show_ways)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.choose)
        row.addWidget(self.out)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setFont(font(14))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _show_columns(self) -> None:
        menu = self._menu()
        for column in self._columns:
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(column.key not in self.hidden)
            action.setEnabled(column.key not in _MUST)
            action.triggered.connect(lambda _=False, key=column.key: self.toggle(key))
        menu.popup(self.choose.mapToGlobal(QPoint(0, self.choose.height() + 4)))

    def toggle(self, key: str) -> None:
        """Show a column, or no more."""
        self.hidden ^= {key}
        self.columns_changed.emit(self.hidden)

    def _show_ways(self) -> None:
        words, menu = self._desk.words, self._menu()
        for kind, said in (
            ("csv", words("Save as CSV")),
            ("xlsx", words("Save as Excel (XLSX)")),
            ("pdf", words("Print (PDF)")),
        ):
            menu.addAction(said).triggered.connect(lambda _=False, kind=kind: self.export_asked.emit(kind))
        menu.addSeparator()
        every = menu.addAction(words("All columns in the file"))
        every.setCheckable(True)
        every.setChecked(self.every)
        every.triggered.connect(self.take_every)
        menu.popup(self.out.mapToGlobal(QPoint(0, self.out.height() + 4)))

    def take_every(self, on: bool) -> None:
        """Files have every column from now on, or those that the grid shows."""
        self.every = on

    def for_files(self) -> tuple[str, ...]:
        """Keys of the columns that a file is to have, in the order of the chooser; empty for every one."""
        return () if self.every else tuple(one.key for one in self._columns if one.key not in self.hidden)
