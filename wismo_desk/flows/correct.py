"""One order corrected before it is packed: recipient and pickup point, kept when the shop sends it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wismo_desk.domain.choices import FIXED, POINT, differing, mark
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order, Party
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.reroute import Reroute
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """Refused for an order that has its label or is in hand. The fact names the fields, never what stands in
    them."""

    store: Store
    pen: Pen
    reroute: Reroute

    def __call__(self, order_id: UUID, recipient: Party, *, why: str = "") -> Changes:
        """The recipient as it shall be. The same again changes nothing."""
        order = self.reroute.free_order(order_id)
        changed = differing(order.recipient, recipient)
        if not changed:
            return Changes()
        before = self.store.read.value(FIXED, str(order_id)) or {"fields": {}}
        # A field that was corrected before is still measured against what the shop said.
        marks = {name: mark(order.recipient, name) for name in changed} | before["fields"]
        value = {"fields": marks, "why": why}
        return self._set(order, FIXED, value, (order.order_id, recipient, order.note))

    def point(
        self, order_id: UUID, point_id: str, *, name: str = "", hours: Sequence[str] = (), why: str = ""
    ) -> Changes:
        """Another pickup point. `hours`: seven texts from Monday on as the carrier tells them, none where it does not;
        they are kept for the messages to the customer."""
        order = self.reroute.free_order(order_id)
        if order.pickup_point == point_id:
            return Changes()
        before = self.store.read.value(POINT, str(order_id))
        # What the shop names is what another choice here was made instead of.
        was = before["was"] if before and before["point"] == order.pickup_point else order.pickup_point
        value = {"point": point_id, "name": name, "was": was, "why": why}
        return self._set(order, POINT, {**value, "hours": list(hours)} if hours else value)

    def fields(self, order_id: UUID) -> tuple[str, ...]:
        """The names of the fields that were corrected here, in the order of an address."""
        value = self.store.read.value(FIXED, str(order_id)) or {"fields": {}}
        return tuple(name for name in Party.__slots__ if name in value["fields"])

    def overruled(self, order_id: UUID) -> tuple[str, ...]:
        """Fields corrected here that the shop changed afterwards: its later word is in force."""
        value = self.store.read.value(FIXED, str(order_id)) or {}
        return tuple(name for name in Party.__slots__ if name in value.get("overruled", ()))

    def point_name(self, order_id: UUID) -> str:
        """The name of the pickup point that was chosen here; "" when the shop named it."""
        value = self.store.read.value(POINT, str(order_id)) or {}
        order = self.store.read.order(order_id)
        return str(value["name"]) if order and value.get("point") == order.pickup_point else ""

    def _set(self, order: Order, scope: str, value: Any, *parties: tuple[UUID, Party, str]) -> Changes:
        ids = {"order_id": order.order_id, "shipment_id": shipment_id(order.order_id)}
        fact = self.pen.fact(FactKind.VALUE_SET, **ids, scope=scope, key=str(order.order_id), value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,), parties=parties))
