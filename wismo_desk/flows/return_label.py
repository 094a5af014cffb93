"""The label by which the customer may send the goods back: bought with the parcel's own, printed after it, put into the
box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, SellsReturns
from wismo_desk.domain.choices import BOXED, WITH_RETURN
from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import reference, shipment_id
from wismo_desk.domain.order import Order
from wismo_desk.domain.shipment import Label, Paper, PaperKind
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Purchase
from wismo_desk.flows.reroute import Reroute
from wismo_desk.store.journal import Entry, StoredLabel, StoredPaper
from wismo_desk.store.store import Store

NO_RETURNS: Final = "{carrier} sells no return labels here: order {order} goes without one."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLabel:
    """On the STATION lane, after the label of the parcel that completes an order."""

    store: Store
    pen: Pen
    carriers: Mapping[str, Carrier]
    reroute: Reroute

    def wants(self, order: Order) -> bool:
        """What a person chose for the order, else the rule that decides on it."""
        chosen = self.store.read.value(WITH_RETURN, str(order.order_id))
        if chosen is not None:
            return bool(chosen["on"])
        book = self.reroute.book()
        if not any(rule.with_return and rule.on for rule in book.rules):
            return False
        rule = self.reroute.route(book).decide(order).rule
        return rule is not None and book.rules[rule].with_return

    def choose(self, order_id: UUID, *, on: bool) -> Changes:
        """By a person, for one order that has no label yet. Refused where its carrier sells none."""
        order = self.reroute.free_order(order_id)
        carrier, *_ = self.store.read.routed(order_id)
        if on and not self.offers(carrier):
            raise Refused(NO_RETURNS, carrier=self._name(carrier), order=order.number)
        ids = {"order_id": order_id, "shipment_id": shipment_id(order_id)}
        fact = self.pen.fact(
            FactKind.VALUE_SET, **ids, scope=WITH_RETURN, key=str(order_id), value={"on": on}
        )
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def offers(self, carrier: str) -> bool:
        return isinstance(self.carriers.get(carrier), SellsReturns)

    def next(self, outgoing: Purchase) -> Purchase | None:
        """What is to be bought now, its intent on disk; None: no return label belongs into this parcel. Raises Refused
        where the carrier sells none."""
        order = outgoing.order
        if not outgoing.last or not self.wants(order):
            return None
        key = f"{outgoing.effect.key}|return"
        if self.store.journal.effect(EffectKind.RETURN_BOUGHT, key) is not None:
            return None
        if not self.offers(outgoing.carrier):
            raise Refused(NO_RETURNS, carrier=self._name(outgoing.carrier), order=order.number)
        request = replace(outgoing.request, reference=reference(key), parcel_id=self.pen.new_id(), sscc="")
        effect = self.pen.effect(
            EffectKind.RETURN_BOUGHT,
            key,
            state=EffectState.SENDING,
            order_id=order.order_id,
            parcel_id=request.parcel_id,
            carrier=outgoing.carrier,
            service=request.service,
            reference=request.reference,
            goes_with=str(outgoing.request.parcel_id),
        )
        self.store.commit(Entry(at=self.pen.clock(), effects=(effect,)))
        return Purchase(effect=effect, request=request, order=order, carrier=outgoing.carrier, last=False)

    def _name(self, carrier: str) -> str:
        known = self.carriers.get(carrier)
        return known.info.name if known else carrier


def put_in_box(
    store: Store, pen: Pen, purchase: Purchase, label: Label, stored: StoredLabel, move: Move, job: Effect
) -> tuple[Changes, Effect]:
    """One commit: the return label is here, what parcel it goes with, and the print that is to come."""
    job = replace(job, details={**job.details, "return": True})
    goes_with = UUID(str(purchase.effect.details["goes_with"]))
    paper = StoredPaper(
        owner=goes_with.hex,
        made_at=stored.made_at,
        paper=Paper(kind=PaperKind.RETURN_LABEL, content=label.content, media_type="text/plain"),
    )
    value = {"number": label.tracking_number, "carrier": label.carrier, "parcel": str(goes_with)}
    fact: Fact = pen.fact(
        FactKind.VALUE_SET,
        order_id=purchase.order.order_id,
        shipment_id=shipment_id(purchase.order.order_id),
        scope=BOXED,
        key=str(purchase.order.order_id),
        value=value,
    )
    entry = Entry(
        at=stored.made_at, facts=(fact,), moves=(move,), effects=(job,), labels=(stored,), papers=(paper,)
    )
    return store.commit(entry), job
