"""Puts the pages on their shelf: what each reads for its badge while nobody sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from wismo_desk.app.shelf import Kept, Shelf
from wismo_desk.app.surface import Surface
from wismo_desk.domain.fact import Changes
from wismo_desk.ui.orders_page import OrdersPage
from wismo_desk.ui.settle_page import SettlePage

Count = Callable[[Changes | None], None]
_NO_BADGE: Final = frozenset({"manifest", "insights"})  # they read nothing until they are shown


def shelf_of(
    desk: Surface, pages: Sequence[Any], widgets: Mapping[str, QWidget], counts: Mapping[str, Count]
) -> Shelf:
    """`widgets`: the pages of the window by their key; what is none of them is part of the page “tray”. `counts` read
    the badge of a page that is built late."""
    keys = {widget: key for key, widget in widgets.items()}
    named = [(keys.get(page, "tray"), page) for page in pages]
    kept = [
        Kept(key, page, counts.get(key) or _count(page), when_shown=key in _NO_BADGE) for key, page in named
    ]
    return Shelf(desk.window, desk.lanes.quiet, kept, desk.window)


def _count(page: object) -> Count | None:
    if isinstance(page, SettlePage):
        return page.count
    return _flight(page) if isinstance(page, OrdersPage) else None


def _flight(orders: OrdersPage) -> Count:
    """How many orders are to be corrected; the list of orders waits."""
    looked_over = False

    def look_over(changes: Changes | None) -> None:
        nonlocal looked_over
        if orders.flight is None:
            return
        if changes is None:
            # At the start what the carriers' lane has read already holds; later nothing does.
            orders.flight.read_soon(None if looked_over else frozenset())
            looked_over = True
        elif changes.orders or changes.values:
            orders.flight.read_soon(None if changes.values else changes.orders)

    return look_over
