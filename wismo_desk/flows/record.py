"""Writes what happens at the bench: facts about the order in hand, one commit at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    store: Store
    pen: Pen

    def fact(self, kind: FactKind, *, order: Order | None = None, **data: Any) -> Fact:
        if order is None:
            return self.pen.fact(kind, **data)
        shipment = shipment_id(order.order_id)
        return self.pen.fact(kind, order_id=order.order_id, shipment_id=shipment, **data)

    def __call__(self, *facts: Fact) -> Changes:
        """Nothing to write is no commit."""
        return self.store.commit(Entry(at=self.pen.clock(), facts=facts)) if facts else Changes()
