"""What a parcel is to be insured for, by the shipping rule that decides on its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.insurance import insured, parcel_value
from wismo_desk.domain.order import Order
from wismo_desk.flows.reroute import Reroute
from wismo_desk.store.store import Store

_EUROS: Final = "EUR"  # in which the carriers' levels and bounds are written


@dataclass(frozen=True, slots=True, kw_only=True)
class Insure:
    """An order that a person sends another way than its rule keeps the rule's wish, as far as that service goes."""

    store: Store
    reroute: Reroute
    infos: Mapping[str, CarrierInfo]

    def __call__(self, order: Order, parcel_no: int, carrier: str, service: str) -> int:
        """Cents; 0: not insured."""
        offered = self.offered(carrier, service)
        if not offered or order.currency != _EUROS:
            return 0
        wanted = self.wanted(order)
        if wanted is None:
            return 0
        value = parcel_value(order, parcel_no, self._closed(order))
        return insured(value, wanted=wanted, offered=offered)

    def _closed(self, order: Order) -> dict[int, Mapping[str, int]]:
        closed = {}
        for fact in self.store.read.order_facts(order.order_id):
            contents = fact.data.get("contents") if fact.kind is FactKind.PARCEL_CLOSED else None
            if isinstance(contents, Mapping):
                closed[int(str(fact.data["parcel_no"]))] = contents
        return closed

    def wanted(self, order: Order) -> int | None:
        """The bound of the rule that decides, 0 for none; None where it does not insure."""
        book = self.reroute.book()
        if all(rule.insured_to is None or not rule.on for rule in book.rules):
            return None
        rule = self.reroute.route(book).decide(order).rule
        return None if rule is None else book.rules[rule].insured_to

    def offered(self, carrier: str, service: str) -> int:
        """The most that can be insured from here, in cents; 0: nothing."""
        info = self.infos.get(carrier)
        sold = info.service(service) if info else None
        return sold.insured_to if sold else 0
