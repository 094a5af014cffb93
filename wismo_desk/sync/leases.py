"""The orders in hand at this station, and whether the shared database knows. Asking never holds a bench."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

from wismo_desk.store.shared_lease import OrderLeases


class Leases:
    """`span` in seconds: how long a silent station keeps its orders. Renewed after a third of it."""

    def __init__(self, table: OrderLeases, *, monotonic: Callable[[], float], span: float) -> None:
        self._table = table
        self._monotonic = monotonic
        self._renew_after = span / 3
        self._lock = threading.Lock()  # over the two below, never while the database is asked
        self._held: dict[UUID, float | None] = {}  # when it was confirmed; None: not yet
        self._leaving: set[UUID] = set()

    def want(self, order_id: UUID) -> None:
        with self._lock:
            self._held.setdefault(order_id, None)
            self._leaving.discard(order_id)

    def let_go(self, order_id: UUID) -> None:
        with self._lock:
            self._held.pop(order_id, None)
            self._leaving.add(order_id)

    @property
    def orders(self) -> frozenset[UUID]:
        with self._lock:
            return frozenset(self._held)

    def take(self, order_id: UUID) -> str:
        """Empty when it is ours, else the station that has it. Raises SharedUnreachable."""
        holder = self._table.take(order_id)
        if not holder:
            self._confirmed(order_id)
        return holder

    def settle(self, *, all_sent: bool) -> dict[UUID, str]:
        """Give back what left (once our facts are there), ask for what is unconfirmed, renew the rest.
        Returns the orders that another station holds, and which; they are no longer ours."""
        now = self._monotonic()
        with self._lock:
            leaving = set(self._leaving) if all_sent else set()
            unasked = [order for order, at in self._held.items() if at is None]
            old = [o for o, at in self._held.items() if at is not None and now - at >= self._renew_after]
        if leaving:
            self._table.release(leaving)
            with self._lock:
                self._leaving -= leaving
        lost = set(old) - self._table.renew(old) if old else set()
        for order in set(old) - lost:
            self._confirmed(order)
        elsewhere: dict[UUID, str] = {}
        for order in (*unasked, *lost):
            holder = self.take(order)
            if holder:
                elsewhere[order] = holder
                with self._lock:
                    self._held.pop(order, None)
        return elsewhere

    def _confirmed(self, order_id: UUID) -> None:
        with self._lock:
            if order_id in self._held:  # the bench may have let it go meanwhile
                self._held[order_id] = self._monotonic()
