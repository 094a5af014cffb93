"""The rows of the orders page: a plain list behind the same painted table as the shipments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject

from wismo_desk.domain.order import OrderState
from wismo_desk.domain.watching import OrderRow
from wismo_desk.ui.grid_cell import Cell, Column, Keeps
from wismo_desk.ui.marks import Mark, Stage
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.plain_table import Painted, PlainTable
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


class OrderModel(PlainTable):
    """Up to 2,000 orders as they were read; sorted by the reader, not here."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(columns(desk.words), parent)
        self._desk = desk
        self._orders: list[OrderRow] = []

    def show_orders(self, orders: Sequence[OrderRow]) -> None:
        now = self._desk.clock()
        self._orders = list(orders)
        self.show_lines([self._line(order, now) for order in orders])

    def order(self, row: int) -> OrderRow:
        return self._orders[row]

    def _line(self, order: OrderRow, now: datetime) -> Painted:
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
        return order.order_id, bar, cells

    def _truck(self, order: OrderRow, now: datetime) -> tuple[str, str]:
        if order.ship_by is None:
            return "", "text"
        said = self._desk.words.moment(order.ship_by, now=now)
        if order.state not in _OPEN:
            return said, "muted"
        if order.ship_by < now:
            return said, "danger"
        return said, "warn" if order.ship_by - now < _SOON else "text"
