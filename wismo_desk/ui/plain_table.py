"""A short list in the painted table of the grid: all of its lines at once, each under a key that stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from wismo_desk.ui.grid_cell import Cell, Column, Line
from wismo_desk.ui.marks import Mark

_NOWHERE: Final = QModelIndex()
_DISPLAY: Final = Qt.ItemDataRole.DisplayRole
_TIP: Final = Qt.ItemDataRole.ToolTipRole
_READ_ALOUD: Final = Qt.ItemDataRole.AccessibleTextRole

Index = QModelIndex | QPersistentModelIndex
Painted = tuple[UUID, Mark | None, tuple[Cell, ...]]  # whose line, the bar before it, its cells


class PlainTable(QAbstractTableModel):
    """Sorted by who reads, not here."""

    def __init__(self, columns: tuple[Column, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = columns
        self._lines: list[Line] = []
        self._keys: dict[UUID, int] = {}

    def show_lines(self, painted: Iterable[Painted]) -> None:
        keys = self._keys
        self.beginResetModel()
        self._lines = [Line(keys.setdefault(whose, len(keys)), bar, cells) for whose, bar, cells in painted]
        self.endResetModel()

    # What the view needs

    def line(self, row: int) -> Line | None:
        return self._lines[row]

    def key(self, row: int) -> int:
        return self._lines[row].key

    def place(self, key: int) -> int:
        return next((row for row, line in enumerate(self._lines) if line.key == key), -1)

    def flashing(self, key: int) -> frozenset[int]:
        return frozenset()

    # Qt

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if role not in (_DISPLAY, _TIP, _READ_ALOUD):
            return None
        cell = self._lines[index.row()].cells[index.column()]
        return (cell.tip or None) if role == _TIP else cell.text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal and role in (_DISPLAY, _READ_ALOUD):
            return self.columns[section].title
        return None
