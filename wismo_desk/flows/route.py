"""Which carrier service an order goes with, by the rules and prices as they are now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.order import Order, Product
from wismo_desk.domain.rules import (
    Consignment,
    Decision,
    RuleBook,
    Subject,
    consignment_of,
    decide,
)
from wismo_desk.domain.tariff import Fare, Wish, cheapest, fare_for

Products = Callable[[], Mapping[str, Product]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Made anew for each piece of work; `products` is read once, and only if a rule asks for weight or price.
    `infos`: the carriers that are set up. `ship_on`: the day of a carrier's next truck."""

    book: RuleBook
    fares: Sequence[Fare] = ()
    infos: Mapping[str, CarrierInfo] = field(default_factory=dict)
    products: Products = dict
    ship_on: Callable[[str], date] = lambda _carrier: date.max
    read: list[Mapping[str, Product]] = field(default_factory=list)

    def __call__(self, order: Order) -> tuple[str, str]:
        decision = self.decide(order)
        return decision.carrier, decision.service

    def decide(self, order: Order) -> Decision:
        seen = self.consignment(order)

        def best() -> tuple[str, str, int] | None:
            offer = cheapest(self.fares, self.infos, self._wish(order, seen), ship_on=self.ship_on)
            return (offer.carrier, offer.service, offer.price_cents) if offer else None

        return decide(self.book, seen, cheapest=best)

    def consignment(self, order: Order) -> Consignment:
        return consignment_of(order, self._products() if self.asks_weight else {})

    def price(self, order: Order, carrier: str, service: str) -> int | None:
        """Cents, by the price list; None when it does not say."""
        if not self.fares:
            return None
        weight = consignment_of(order, self._products()).weight_g
        who = order.recipient
        fare = fare_for(
            self.fares, carrier, service, country=who.country, postcode=who.postcode, weight_g=weight
        )
        return fare.price_cents if fare else None

    @property
    def asks_weight(self) -> bool:
        rules = [rule for rule in self.book.rules if rule.on]
        targets = [self.book.default, *(rule.target for rule in rules)]
        weighed = any(one.subject is Subject.WEIGHT for rule in rules for one in rule.conditions)
        return weighed or any(target.is_cheapest for target in targets)

    def _products(self) -> Mapping[str, Product]:
        if not self.read:
            self.read.append(self.products())
        return self.read[0]

    def _wish(self, order: Order, seen: Consignment) -> Wish:
        return Wish(
            country=seen.country,
            postcode=seen.postcode,
            weight_g=seen.weight_g,
            pickup_point=seen.pickup_point,
            promised_on=order.promised_on,
        )
