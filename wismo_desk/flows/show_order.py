"""One order with everything a person may change of it before it is packed, in one reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.order import Order
from wismo_desk.errors import Refused
from wismo_desk.flows.correct import Correct
from wismo_desk.flows.find_points import FindPoints
from wismo_desk.flows.insure import Insure
from wismo_desk.flows.reroute import Reroute, ServiceOffer
from wismo_desk.flows.return_label import ReturnLabel
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOrder:
    """`closed`: why nothing can be changed any more, None while it can. `fixed` and `overruled` are names of fields
    of the recipient; `point_name` is known of a point that was chosen here."""

    order: Order
    offers: Sequence[ServiceOffer]
    by_hand: bool = False
    fixed: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()
    wants_point: bool = False
    finds_points: bool = False
    point_name: str = ""
    closed: Refused | None = None
    with_return: bool | None = None  # whether a return label goes into the box; None: the carrier sells none
    insured_cents: int | None = (
        None  # what its parcels are insured for; 0: its rule wants it and the service cannot
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOrder:
    store: Store
    infos: Mapping[str, CarrierInfo]
    reroute: Reroute
    correct: Correct
    find_points: FindPoints
    returns: ReturnLabel | None = None
    insure: Insure | None = None

    def __call__(self, order_id: UUID) -> ShownOrder:
        """Raises Refused for an order that is not here."""
        order = self.reroute.order(order_id)
        carrier, service, _, _ = self.store.read.routed(order_id)
        info = self.infos.get(carrier)
        known = info.service(service) if info else None
        return ShownOrder(
            order=order,
            offers=self.reroute.offers(order_id),
            by_hand=self.reroute.is_by_hand(order_id),
            fixed=self.correct.fields(order_id),
            overruled=self.correct.overruled(order_id),
            wants_point=known is not None and known.pickup_point,
            finds_points=self.find_points.finds(carrier),
            point_name=self.correct.point_name(order_id),
            closed=self._closed(order_id),
            with_return=self._with_return(order, carrier),
            insured_cents=self._insured(order, carrier, service),
        )

    def _with_return(self, order: Order, carrier: str) -> bool | None:
        if self.returns is None or not self.returns.offers(carrier):
            return None
        return self.returns.wants(order)

    def _insured(self, order: Order, carrier: str, service: str) -> int | None:
        if self.insure is None or self.insure.wanted(order) is None:
            return None
        return self.insure(order, 1, carrier, service)

    def _closed(self, order_id: UUID) -> Refused | None:
        try:
            self.reroute.free_order(order_id)
        except Refused as error:
            return error
        return None
