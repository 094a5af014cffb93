"""Which parcels of an order wait for its last one, to be sold as one shipment where the carrier does that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, SellsShipments
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import Order
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import DeskError
from wismo_desk.flows.prepare import Prepare, Purchase
from wismo_desk.store.store import Store

LATER = "later"  # of a closed parcel: its label comes with that of the last one


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed parcel without a label."""

    parcel_no: int
    weight_g: int
    last: bool
    size_mm: tuple[int, int, int] | None = None


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
        if seller is None or waiting + 2 > most:
            return False
        try:
            return seller.takes_together(self._purchase(order, parcel).request)
        except DeskError:  # told when its label is asked for
            return False

    def joined(self, order: Order, purchase: Purchase, others: Callable[[], Sequence[Closed]]) -> Purchase:
        """The purchase of one parcel, with the others that can be in the same call; as it is where none can."""
        seller, most = self._seller(order)
        if seller is None or not seller.takes_together(purchase.request):
            return purchase
        found = [purchase]
        for other in others()[: most - 1]:
            one = self._purchase(order, other)
            if seller.takes_together(one.request):
                found.append(one)
        found.sort(key=lambda each: each.request.parcel_no)
        first, *rest = (
            replace(each, request=replace(each.request, parcel_count=len(found))) for each in found
        )
        return replace(first, together=tuple(rest))

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
        carrier = self.carriers.get(self.store.read.routed(order.order_id)[0]) if self.on() else None
        if carrier is None or not isinstance(carrier, SellsShipments):
            return None, 1
        return carrier, carrier.info.traits.parcels_together


def owed_rows(store: Store, order_id: UUID) -> list[tuple[int, int, bool, bool]]:
    """(parcel_no, weight_g, last, later) of closed parcels without a live label and without an open question."""
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
        (
            int(str(fact.data["parcel_no"])),
            int(str(fact.data["weight_g"])),
            bool(fact.data["last"]),
            bool(fact.data.get(LATER)),
        )
        for fact in store.read.order_facts(order_id)
        if fact.kind is FactKind.PARCEL_CLOSED
    ]
    return [row for row in closed if row[0] not in live | asked]
