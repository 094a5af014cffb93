"""Which parcels of an order wait for its last one, to be sold as one shipment where the carrier does that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, SellsShipments
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import DeskError
from wismo_desk.flows.prepare import Prepare, Purchase
from wismo_desk.flows.shipment_mates import mates, one_call
from wismo_desk.store.store import Store

LATER = "later"  # of a closed parcel: its label comes with that of the last one


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed parcel without a label."""

    parcel_no: int
    weight_g: int
    last: bool
    size_mm: tuple[int, int, int] | None = None
    later: bool = False  # it was said to wait for the last one


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """`on`: whether this bench wants it."""

    store: Store
    prepare: Prepare
    carriers: Mapping[str, Carrier]
    on: Callable[[], bool]

    def may_wait(self, order: Order, parcel: Closed, waiting: int) -> bool:
        """Whether this parcel, not the order's last, may wait beside so many others for one call."""
        seller, most = self._seller(order)
        if not self.on() or seller is None or waiting + 2 > most:
            return False
        try:
            return seller.takes_together(self._purchase(order, parcel).request)
        except DeskError:  # told when its label is asked for
            return False

    def joined(self, order: Order, purchase: Purchase, others: Callable[[], Sequence[Closed]]) -> Purchase:
        """The purchase of one parcel, with the others that can be in the same call; as it is where none can. What
        waits for this call is in it, though nobody wants that at this bench any more."""
        seller, most = self._seller(order)
        if seller is None or not seller.takes_together(purchase.request):
            return purchase
        besides = others()
        if not self.on() and not any(other.later for other in besides):
            return purchase
        found, beside = [purchase], mates(self.store, purchase)
        for other in besides[: max(0, most - 1 - len(beside))]:
            one = self._purchase(order, other)
            if seller.takes_together(one.request):
                found.append(one)
        found.sort(key=lambda each: each.request.parcel_no)
        return one_call(found, beside)

    def _purchase(self, order: Order, parcel: Closed) -> Purchase:
        return self.prepare(
            order,
            parcel_no=parcel.parcel_no,
            weight_g=parcel.weight_g,
            last=parcel.last,
            size_mm=parcel.size_mm,
        )

    def _seller(self, order: Order) -> tuple[SellsShipments | None, int]:
        """And the most parcels in one call."""
        carrier = self.carriers.get(self.store.read.routed(order.order_id)[0])
        if carrier is None or not isinstance(carrier, SellsShipments):
            return None, 1
        return carrier, carrier.info.traits.parcels_together


def owed_rows(store: Store, order_id: UUID) -> list[Closed]:
    """Closed parcels without a live label and without an open question; not of what size."""
    live = {
        parcel.parcel_no
        for parcel in store.read.parcels(order_id=order_id)
        if parcel.state is not ParcelState.VOIDED
    }
    asked = {
        int(str(effect.details["parcel_no"]))
        for effect in store.journal.effects(
            states=(EffectState.SENDING, EffectState.IN_DOUBT), order_id=order_id
        )
        if effect.kind is EffectKind.LABEL_BOUGHT
    }
    closed = [
        Closed(
            parcel_no=int(str(fact.data["parcel_no"])),
            weight_g=int(str(fact.data["weight_g"])),
            last=bool(fact.data["last"]),
            later=bool(fact.data.get(LATER)),
        )
        for fact in store.read.order_facts(order_id)
        if fact.kind is FactKind.PARCEL_CLOSED
    ]
    return [row for row in closed if row.parcel_no not in live | asked]


def parcels_owed(store: Store, order_id: UUID) -> list[int]:
    """The parcels without a label of an order whose last parcel is closed."""
    if store.read.routed(order_id)[2] is OrderState.SHIPPED:
        return []
    facts = store.read.order_facts(order_id)
    if not any(fact.kind is FactKind.PARCEL_CLOSED and fact.data["last"] for fact in facts):
        return []
    return sorted(row.parcel_no for row in owed_rows(store, order_id))
