"""The usual table, for comparison: every shipment as a dict in memory, a stock QTableView, formatted in data()."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QTableView

from wismo_desk.store.engine import reader

_COLUMNS: Final = ("Anomaly", "Status", "Carrier", "Number", "Order", "Customer", "Promised", "Last event")
_NOWHERE: Final = QModelIndex()


def load(path: Path, key: bytes) -> list[dict[str, Any]]:
    """Every row of the main file, as it lies there."""
    engine = reader(path, key)
    with engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        cursor = raw.execute("SELECT * FROM shipment ORDER BY row")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    engine.dispose()
    return rows


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a click on a header does."""
    return sorted(rows, key=lambda row: (-row["severity"], row["event_ms"], row["row"]))


class PlainModel(QAbstractTableModel):
    def __init__(self, rows: list[dict[str, Any]]) -> None:
        super().__init__()
        self._rows = rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[section]
        return None

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        row, column = self._rows[index.row()], _COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _text(row, column)
        if role == Qt.ItemDataRole.ForegroundRole and row["severity"]:
            return QColor("#a01010")
        if role == Qt.ItemDataRole.BackgroundRole and column == "Anomaly" and row["severity"]:
            return QColor("#fde8e8")
        if role == Qt.ItemDataRole.TextAlignmentRole and column in ("Order", "Promised"):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def _text(row: dict[str, Any], column: str) -> str:
    match column:
        case "Anomaly":
            return str(row["anomaly"]).replace("_", " ")
        case "Status":
            return str(row["status"]).replace("_", " ").capitalize()
        case "Carrier":
            return f"{row['carrier']} {row['service']}"
        case "Number":
            return str(row["number"])
        case "Order":
            return str(row["order_number"])
        case "Customer":
            return f"{row['customer']} · {row['place']}"
        case "Promised":
            return date.fromisoformat(row["promised_on"]).strftime("%a %d/%m") if row["promised_on"] else ""
        case _:
            age = datetime.now(UTC) - datetime.fromtimestamp(row["event_ms"] / 1000, UTC)
            return f"{row['event_place']} · {age.days} d"


class PlainTable(QTableView):
    """Says when it has been on the screen."""

    painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted = True


def plain_table(rows: list[dict[str, Any]]) -> PlainTable:
    view = PlainTable()
    view.setModel(PlainModel(rows))
    view.verticalHeader().setDefaultSectionSize(28)
    view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    for section, width in enumerate((430, 146, 220, 190, 84, 280, 84, 200)):
        view.setColumnWidth(section, width)
    return view
