"""Buys labels before their parcels are packed, so that the last scan waits for no carrier; uses each once, or gives it
back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Final
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, SellsLabels, VoidsLabels
from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.watching import OrderRow
from wismo_desk.errors import DeskError
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Purchase
from wismo_desk.flows.shelf import is_lying, mark, marked, taken_label, worn_fact
from wismo_desk.flows.ship import Ship, Shipped
from wismo_desk.settings.ahead import AheadMode, AheadSettings
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

OTHER_CONTENTS: Final = "the parcel holds something else than the order"
OTHER_WEIGHT: Final = "the parcel has another weight"
OTHER_LABEL: Final = "the order goes elsewhere, by another service or on another printer"
OTHER_DAY: Final = "it was made for another day"


@dataclass(frozen=True, slots=True, kw_only=True)
class AtClose:
    """What the closing of a parcel finds: the label to use, one to give back, or one that is still on its way."""

    use: Effect | None = None
    coming: Purchase | None = None
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyAhead:
    """All on the STATION lane. `rule` is this bench's; `alone` says that no other desk packs the same orders."""

    store: Store
    pen: Pen
    ship: Ship
    carriers: Mapping[str, Carrier]
    rule: Callable[[], AheadSettings]
    zone: tzinfo
    alone: bool = True

    def next(self, in_hand: UUID | None) -> Purchase | None:
        """The next label to buy, its intent on disk; None while one is on its way, or when there is none to buy."""
        rule = self.rule()
        if rule.mode is AheadMode.OFF or self._is_busy():
            return None
        for order_id in self._orders(rule, in_hand):
            purchase = self._purchase(order_id, rule)
            if purchase is not None:
                self.store.commit(Entry(at=self.pen.clock(), effects=(purchase.effect,)))
                return purchase
        return None

    def at_close(self, order: Order, *, parcel_no: int, weight_g: int, whole: bool) -> AtClose:
        """`whole`: everything ordered lies in this parcel."""
        rows = self.store.journal.effects(order_id=order.order_id)
        for row in rows:
            if row.kind is EffectKind.LABEL_BOUGHT and row.state is EffectState.SENDING and is_ahead(row):
                return AtClose(coming=self._of(row, order))
        found = next((row for row in rows if is_lying(row)), None)
        if found is None or found.details["parcel_no"] != parcel_no:
            return AtClose()
        why = "" if whole else OTHER_CONTENTS
        if weight_g and abs(int(str(found.details["weight_g"])) - weight_g) > self.rule().tolerance_g:
            why = why or OTHER_WEIGHT
        why = why or self._outdated(found, order)
        return AtClose(moves=(give_back(found, why),)) if why else AtClose(use=found)

    def use(self, row: Effect, order: Order, facts: tuple[Fact, ...]) -> Shipped:
        """One commit: `facts`, that the parcel wears the label, and the print that is to come."""
        stored = self.store.journal.label(row.parcel_id)
        bought = self._bought(row)
        assert stored is not None
        assert bought is not None
        purchase = self._of(bought, order)
        papers = self.store.journal.papers(row.parcel_id.hex)
        label = taken_label(row, stored, papers)
        last = self.ship.completes(order.order_id, purchase.request.parcel_no, last=True)
        worn = worn_fact(self.pen, row, last=last)
        job = self.ship.print_job(purchase, label)
        done = EffectState.DONE
        moves = (
            Move(effect_id=row.effect_id, was=EffectState.PENDING, now=done, details={"used": True}),
            # The newest of this bench's labels is this one, from now on.
            Move(effect_id=bought.effect_id, was=done, now=done, details={"ahead": False}),
        )
        entry = Entry(at=self.pen.clock(), facts=(*facts, worn), moves=moves, effects=(job,))
        changes = self.store.commit(entry)
        return Shipped(purchase=purchase, changes=changes, label=label, image=stored.image, job=job)

    def outdated(self, row: Effect) -> str:
        """Why a label that lies here will not be used any more; empty while it may."""
        order = self.store.read.order(row.order_id)
        _, _, state, station = self.store.read.routed(row.order_id)
        if order is None or state in (OrderState.SHIPPED, OrderState.CANCELLED):
            return OTHER_CONTENTS
        if state is OrderState.IN_HAND and station not in ("", self.pen.station):
            return OTHER_LABEL
        return self._outdated(row, order)

    def _outdated(self, row: Effect, order: Order) -> str:
        bought = self._bought(row)
        if bought is None or self.store.journal.label(row.parcel_id) is None:
            return OTHER_LABEL
        now = self._of(bought, order)
        carrier, service, *_ = self.store.read.routed(order.order_id)
        now = replace(now, carrier=carrier, request=replace(now.request, service=service))
        if mark(now) != row.details["mark"]:
            return OTHER_LABEL
        return "" if row.details["ship_on"] == now.request.ship_on.isoformat() else OTHER_DAY

    def _of(self, bought: Effect, order: Order) -> Purchase:
        details = bought.details
        request = self.ship.prepare.request(order, bought.parcel_id, details)
        return Purchase(
            effect=bought,
            request=request,
            order=order,
            carrier=str(details["carrier"]),
            last=bool(details["last"]),
        )

    def _bought(self, row: Effect) -> Effect | None:
        rows = self.store.journal.effects(parcel_id=row.parcel_id)
        return next((each for each in rows if each.kind is EffectKind.LABEL_BOUGHT), None)

    def _is_busy(self) -> bool:
        return any(is_ahead(row) for row in self.store.journal.effects(states=(EffectState.SENDING,)))

    def _orders(self, rule: AheadSettings, in_hand: UUID | None) -> list[UUID]:
        orders = [in_hand] if in_hand is not None else []
        if rule.mode is AheadMode.QUEUE and self.alone:
            today = self._today()
            orders += [
                row.order_id
                for row in self._waiting(rule.orders)
                if row.ship_by is None or row.ship_by.astimezone(self.zone).date() <= today
            ]
        return orders

    def _waiting(self, most: int) -> list[OrderRow]:
        """The next `most` orders, by their truck, of the carriers that may be asked: others must not use them up."""
        rows = [
            row
            for code in self.carriers
            if self.serves(code)
            for row in self.store.read.orders(states=(OrderState.WAITING,), carrier=code, limit=most)
        ]
        first = datetime.min.replace(tzinfo=UTC)  # without a truck: before all, as the page Orders has them
        return sorted(rows, key=lambda row: (row.ship_by or first, row.number))[:most]

    def _purchase(self, order_id: UUID, rule: AheadSettings) -> Purchase | None:
        """None: not for this order. Each is tried once; what the carrier refused is told when it is packed."""
        carrier, _, state, station = self.store.read.routed(order_id)
        mine = state is OrderState.WAITING or (state is OrderState.IN_HAND and station == self.pen.station)
        if not mine or not self.serves(carrier) or self.store.journal.effects(order_id=order_id, limit=1):
            return None
        order = self.store.read.order(order_id)
        weight = self._weight(order, rule) if order else 0
        closed = any(fact.kind is FactKind.PARCEL_CLOSED for fact in self.store.read.order_facts(order_id))
        if order is None or not weight or closed:
            return None
        try:
            return marked(self.ship.prepare(order, parcel_no=1, weight_g=weight, last=True))
        except DeskError:
            return None

    def serves(self, code: str) -> bool:
        """Whether a label of this carrier may be bought that is perhaps not used: it is billed at hand-over only, or
        can be voided. Where nothing waits for a network there is nothing to win."""
        carrier = self.carriers.get(code)
        if carrier is None or not isinstance(carrier, SellsLabels) or carrier.info.traits.offline_labels:
            return False
        traits = carrier.info.traits
        return not traits.bills_at_creation or (traits.voidable and isinstance(carrier, VoidsLabels))

    def _weight(self, order: Order, rule: AheadSettings) -> int:
        """In grams; 0: not known."""
        if rule.weight_g:
            return rule.weight_g
        products = self.store.read.products([line.sku for line in order.lines])
        total = 0
        for line in order.lines:
            product = products.get(line.sku)
            if product is None or product.weight_g is None:
                return 0
            total += product.weight_g * line.quantity
        return total

    def _today(self) -> date:
        return self.pen.clock().astimezone(self.zone).date()


def is_ahead(row: Effect) -> bool:
    return bool(row.details.get("ahead"))


def give_back(row: Effect, why: str) -> Move:
    """The label will not be used: the desk voids it behind the bench's back."""
    pending = EffectState.PENDING
    return Move(effect_id=row.effect_id, was=pending, now=pending, details={"give_back": why})
