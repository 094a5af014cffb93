"""Labels that another program prints: a parcel's number is known when that program's file has come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.bench_view import LabelView
from wismo_desk.domain.carrier import Carrier, WritesOrders
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.ship import Ship
from wismo_desk.store.store import Store

HANDED: Final = (
    "handed_to_file"  # scope: carrier, service, reference, issue, order, file, line, weight_g, number
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelByFile:
    store: Store
    pen: Pen
    ship: Ship
    carriers: Mapping[str, Carrier]
    names: Callable[[str, str], tuple[str, str]]

    def serves(self, order_id: UUID) -> bool:
        """Whether the order goes with a carrier that is handed its parcels in a file."""
        carrier, *_ = self.store.read.routed(order_id)
        return isinstance(self.carriers.get(carrier), WritesOrders)

    def name(self, order_id: UUID) -> str:
        carrier, service, *_ = self.store.read.routed(order_id)
        return self.names(carrier, service)[0]

    def handed(self, order_id: UUID, parcel_no: int) -> Mapping[str, Any]:
        """What was handed over and came back for a parcel; empty: nothing yet."""
        return self.store.read.value(HANDED, parcel_key(order_id, parcel_no)) or {}

    def bought(self, order_id: UUID, parcel_no: int, *, weight_g: int, last: bool) -> Fact | None:
        """The fact that this closed parcel has its label, if the number came. `last`: this parcel closes the
        order in the same commit."""
        handed = self.handed(order_id, parcel_no)
        if not handed.get("number"):
            return None
        return self.fact(order_id, parcel_no, handed, weight_g=weight_g, last=last)

    def fact(
        self, order_id: UUID, parcel_no: int, handed: Mapping[str, Any], *, weight_g: int, last: bool
    ) -> Fact:
        return self.pen.fact(
            FactKind.LABEL_BOUGHT,
            order_id=order_id,
            shipment_id=shipment_id(order_id),
            parcel_id=self.pen.new_id(),
            carrier=handed["carrier"],
            service=handed["service"],
            tracking_number=handed["number"],
            aliases=[],
            reference=handed["reference"],
            parcel_no=parcel_no,
            issue_no=handed["issue"],
            weight_g=weight_g or handed["weight_g"],
            price_cents=None,
            last=self.ship.completes(order_id, parcel_no, last=last),
        )

    def in_hand(self, order: Order, bought: Fact) -> LabelView:
        """The label as the bench waits for it: it lies there already, and its scan closes the parcel."""
        assert bought.parcel_id is not None
        carrier, service = self.names(str(bought.data["carrier"]), str(bought.data["service"]))
        who = order.recipient
        return LabelView(
            parcel_id=bought.parcel_id,
            parcel_no=int(str(bought.data["parcel_no"])),
            tracking_number=str(bought.data["tracking_number"]),
            carrier=carrier,
            service=service,
            recipient=who.name or who.company,
            place=f"{who.postcode} {who.city}".strip(),
            printed=True,
            order_number=order.number,
        )


def parcel_key(order_id: UUID, parcel_no: int) -> str:
    return f"{order_id}|{parcel_no}"
