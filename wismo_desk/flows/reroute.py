"""The shipping rules in force, what others would do to the orders of today, and one order sent another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.choices import ROUTE
from wismo_desk.domain.cutoff import is_working_day, next_departure
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.rules import (
    Decision,
    Moved,
    Preview,
    RuleBook,
    dump_book,
    from_table,
    read_book,
)
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.domain.tariff import Fare, left_out, read_fares
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.route import Route
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

RULES: Final = "rules"  # scope; its one key:
SHIPPING: Final = "shipping"
TARIFF: Final = "tariff"  # scope of price lists, by carrier
_CHUNK: Final = 250
_UNLABELLED: Final = (OrderState.WAITING, OrderState.PAUSED, OrderState.PACKED)
_UNSURE: Final = (EffectState.PENDING, EffectState.SENDING, EffectState.IN_DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOffer:
    """One way an order can go, as a person chooses it."""

    carrier: str
    service: str
    price_cents: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reroute:
    """`table` is what station.toml says of the shop's words: the rules, until somebody saves others. `infos`: the
    carriers that are set up."""

    store: Store
    pen: Pen
    infos: Mapping[str, CarrierInfo]
    table: Callable[[], tuple[tuple[tuple[str, str, str], ...], tuple[str, str]]]
    zone: tzinfo
    cut_off: Callable[[str], time]
    works: Callable[[date], bool] = is_working_day  # whether trucks leave on that day

    # The rules

    def book(self) -> RuleBook:
        """The rules in force."""
        saved = self.store.read.value(RULES, SHIPPING)
        return read_book(saved) if saved else from_table(*self.table())

    def fares(self) -> tuple[Fare, ...]:
        kept = self.store.read.values(TARIFF)
        return tuple(fare for carrier, rows in sorted(kept.items()) for fare in read_fares(carrier, rows))

    def route(self, book: RuleBook | None = None) -> Route:
        """By these rules, or those in force."""
        return Route(
            book=book or self.book(),
            fares=self.fares(),
            infos=self.infos,
            products=self.store.read.products,
            ship_on=self._ship_on,
        )

    def save(self, book: RuleBook, *, apply: bool = False) -> Changes:
        """In force from the next order on; `apply`: also for those that wait."""
        fact = self.pen.fact(FactKind.VALUE_SET, scope=RULES, key=SHIPPING, value=dump_book(book))
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
        return changes | self.apply() if apply else changes

    def preview(self, book: RuleBook) -> Preview:
        """What these rules would do to the orders that wait. Nothing is written."""
        route = self.route(book)
        by_hand = self._by_hand()
        counts: Counter[int | None] = Counter()
        moved = []
        kept = 0
        waiting = list(self._waiting())
        for order, before in waiting:
            if str(order.order_id) in by_hand:
                kept += 1
                continue
            after = route.decide(order)
            counts[after.rule] += 1
            if (after.carrier, after.service) != before:
                moved.append(self._moved(route, order, before, after))
        return Preview(
            waiting=len(waiting),
            by_hand=kept,
            moved=tuple(moved),
            counts=dict(counts),
            left_out=left_out(route.fares, self.infos),
        )

    def apply(self) -> Changes:
        """Send the waiting orders by the rules in force. What is being packed, what has a label, and what a person
        chose stays."""
        route, by_hand = self.route(), self._by_hand()
        facts = []
        for order, before in self._waiting():
            after = route.decide(order)
            if str(order.order_id) not in by_hand and (after.carrier, after.service) != before:
                facts.append(self._fact(order, before[0], after, hand=False))
        changes = Changes()
        for start in range(0, len(facts), _CHUNK):
            entry = Entry(at=self.pen.clock(), facts=tuple(facts[start : start + _CHUNK]))
            changes |= self.store.commit(entry)
        return changes

    # One order

    def offers(self, order_id: UUID) -> list[ServiceOffer]:
        """Every service of the carriers that are set up, with its price where a price list has one."""
        order = self.order(order_id)
        carrier, service, _, _ = self.store.read.routed(order_id)
        route = self.route()
        ways = [(code, each.code) for code, info in self.infos.items() for each in info.services]
        if (carrier, service) not in ways:
            ways.insert(0, (carrier, service))
        return [
            ServiceOffer(
                carrier=code,
                service=name,
                price_cents=route.price(order, code, name),
                chosen=(code, name) == (carrier, service),
            )
            for code, name in ways
        ]

    def is_by_hand(self, order_id: UUID) -> bool:
        kept = self.store.read.value(ROUTE, str(order_id))
        return bool(kept and kept["hand"])

    def choose(self, order_id: UUID, carrier: str, service: str, *, why: str = "") -> Changes:
        """By a person: wins over every rule, also when the shop sends the order again."""
        order = self.free_order(order_id)
        before = self.store.read.routed(order_id)[0]
        decision = Decision(carrier=carrier, service=service)
        fact = self._fact(order, before, decision, hand=True, why=why)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def unchoose(self, order_id: UUID) -> Changes:
        """Back to what the rules say."""
        order = self.free_order(order_id)
        before = self.store.read.routed(order_id)[0]
        fact = self._fact(order, before, self.route().decide(order), hand=False)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def free_order(self, order_id: UUID) -> Order:
        """The order, if it may still be changed: no label, none asked for, and nobody has it in hand. Raises
        Refused."""
        order = self.order(order_id)
        _, _, state, station = self.store.read.routed(order_id)
        if state is OrderState.IN_HAND:
            raise Refused(
                "Order {order} is in hand at {station}. Pause it there, then change it.",
                order=order.number,
                station=station,
            )
        parcels = self.store.read.parcels(order_id=order_id)
        asked = [
            effect
            for effect in self.store.journal.effects(order_id=order_id, states=_UNSURE)
            if effect.kind is EffectKind.LABEL_BOUGHT
        ]
        labelled = any(parcel.state is not ParcelState.VOIDED for parcel in parcels)
        if labelled or asked or state not in _UNLABELLED:
            raise Refused(
                "Order {order} has its label already, or is called off: it goes as it is. Void the label first.",
                order=order.number,
            )
        return order

    def order(self, order_id: UUID) -> Order:
        order = self.store.read.order(order_id)
        if order is None:
            raise Refused("This order is not known here.")
        return order

    def _waiting(self) -> Iterator[tuple[Order, tuple[str, str]]]:
        for order_id, carrier, service in self.store.read.routes((OrderState.WAITING,)):
            order = self.store.read.order(order_id)
            if order is not None:
                yield order, (carrier, service)

    def _by_hand(self) -> frozenset[str]:
        """The keys of orders for which a person chose the service."""
        return frozenset(key for key, value in self.store.read.values(ROUTE).items() if value["hand"])

    def _moved(self, route: Route, order: Order, before: tuple[str, str], after: Decision) -> Moved:
        price = after.price_cents
        if price is None:
            price = route.price(order, after.carrier, after.service)
        priced = Decision(carrier=after.carrier, service=after.service, rule=after.rule, price_cents=price)
        return Moved(order=order, before=before, after=priced, price_before_cents=route.price(order, *before))

    def _fact(self, order: Order, was: str, to: Decision, *, hand: bool, why: str = "") -> Fact:
        value: dict[str, Any] = {
            "carrier": to.carrier,
            "service": to.service,
            "hand": hand,
            "why": why,
            "rule": to.rule,
            "ship_by": self._truck(order, was, to.carrier),
        }
        ids = {"order_id": order.order_id, "shipment_id": shipment_id(order.order_id)}
        return self.pen.fact(FactKind.VALUE_SET, **ids, scope=ROUTE, key=str(order.order_id), value=value)

    def _truck(self, order: Order, was: str, carrier: str) -> str:
        """When it has to leave with the new carrier; "" where the shop itself named the hour."""
        if order.ship_by is None:
            return ""
        if order.ship_by != self._next_truck(order.ordered_at, was):
            return order.ship_by.isoformat()
        return self._next_truck(order.ordered_at, carrier).isoformat()

    def _next_truck(self, after: datetime, carrier: str) -> datetime:
        return next_departure(after, self.cut_off(carrier), self.zone, self.works)

    def _ship_on(self, carrier: str) -> date:
        return self._next_truck(self.pen.clock(), carrier).astimezone(self.zone).date()
