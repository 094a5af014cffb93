"""The rows of the orders page: a plain list behind the same painted table as the shipments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from wismo_desk.domain.order import OrderState
from wismo_desk.domain.watching import OrderRow
from wismo_desk.ui.grid_cell import Cell, Column, Keeps, Line
from wismo_desk.ui.marks import Mark, Stage
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.theme import Figures
from wismo_desk.words import Words

WAY: Final = ("source", "station", "carrier", "state")
_OPEN: Final = frozenset({OrderState.WAITING, OrderState.IN_HAND, OrderState.PAUSED})
_STATES: Final[dict[OrderState, Mark | Stage]] = {
    OrderState.WAITING: Stage.ANNOUNCED,
    OrderState.IN_HAND: Stage.HANDED_OVER,
    OrderState.PAUSED: Mark.INFO,
    OrderState.PACKED: Stage.LAST_STAGE,
    OrderState.SHIPPED: Mark.OK,
    OrderState.CANCELLED: Mark.NEUTRAL,
}
_SOON: Final = timedelta(hours=1)
_NOWHERE: Final = QModelIndex()
_DISPLAY: Final = Qt.ItemDataRole.DisplayRole
_TIP: Final = Qt.ItemDataRole.ToolTipRole
_READ_ALOUD: Final = Qt.ItemDataRole.AccessibleTextRole

Index = QModelIndex | QPersistentModelIndex


def columns(words: Words) -> tuple[Column, ...]:
    return (
        Column(key="doubt", title=words("Address"), width=230, stretch=3),
        Column(key="state", title=words("State"), width=128, short=40, keeps=Keeps.MARK),
        Column(key="number", title=words("Order"), width=110, strong=True, figures=Figures.CODE),
        Column(key="customer", title=words("Customer · place"), width=200, stretch=4),
        Column(key="carrier", title=words("Carrier · service"), width=210, short=136, strong=True, stretch=1),
        Column(key="pieces", title=words("Pieces"), width=72, right=True),
        Column(key="ship_by", title=words("Truck"), width=124, right=True),
        Column(key="station", title=words("Station"), width=96),
        Column(key="source", title=words("From"), width=80),
    )


class OrderModel(QAbstractTableModel):
    """Up to 2,000 orders as they were read; sorted by the reader, not here."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.columns = columns(desk.words)
        self._orders: list[OrderRow] = []
        self._lines: list[Line] = []
        self._keys: dict[UUID, int] = {}

    def show_orders(self, orders: Sequence[OrderRow]) -> None:
        now = self._desk.clock()
        self.beginResetModel()
        self._orders = list(orders)
        self._lines = [self._line(order, now) for order in orders]
        self.endResetModel()

    def order(self, row: int) -> OrderRow:
        return self._orders[row]

    def _line(self, order: OrderRow, now: datetime) -> Line:
        words = self._desk.words
        doubt = words(order.address_doubt, **dict(order.address_values)) if order.address_doubt else ""
        doubtful = bool(doubt) and order.state in _OPEN
        bar = Mark.WARN if doubtful else None
        truck, tone = self._truck(order, now)
        cells = (
            Cell(doubt, mark=Mark.WARN, tint="warn_tint", tip=doubt) if doubtful else Cell(),
            Cell(self._desk.terms.order[order.state], mark=_STATES[order.state]),
            Cell(order.number),
            Cell(order.customer, f" · {order.place}" if order.place else ""),
            Cell(order.carrier, f" {order.service}", tip=f"{order.carrier} {order.service}"),
            Cell(words.number(order.pieces)),
            Cell(truck, tone=tone),
            Cell(order.station, tone="muted"),
            Cell(order.source, tone="muted"),
        )
        return Line(self._keys.setdefault(order.order_id, len(self._keys)), bar, cells)

    def _truck(self, order: OrderRow, now: datetime) -> tuple[str, str]:
        if order.ship_by is None:
            return "", "text"
        said = self._desk.words.moment(order.ship_by, now=now)
        if order.state not in _OPEN:
            return said, "muted"
        if order.ship_by < now:
            return said, "danger"
        return said, "warn" if order.ship_by - now < _SOON else "text"

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
