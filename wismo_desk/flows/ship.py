"""Buys one label for one closed parcel, once: intent on disk, carrier, label and facts in one commit."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, Reconciles, SellsLabels, SellsReturns
from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.domain.shipment import Label, LabelFormat, ParcelState
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, Refused
from wismo_desk.flows.bought import Bought, Paint, Painted, Shipped, stored_label
from wismo_desk.flows.buy_together import buy_together, settle_together
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Prepare, Purchase, carrier_of
from wismo_desk.flows.return_label import NO_RETURNS, put_in_box
from wismo_desk.flows.shelf import lay_aside
from wismo_desk.flows.shipment_mates import shared
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

__all__ = ["Bought", "Paint", "Painted", "Ship", "Shipped", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship:
    """`prepare`, `intend` and `settle` belong to the STATION lane, `buy` to the carrier's. Called as a whole it reads
    as the steps of a shipment, for commands and tests."""

    store: Store
    pen: Pen
    carriers: Mapping[str, Carrier]
    prepare: Prepare
    paint: Paint
    printer: Callable[[], PrinterProfile | None]
    recheck_s: float = 2.0
    wait: Callable[[float], None] = time.sleep

    def __call__(self, order: Order, *, weight_g: int) -> Shipped:
        purchase = self.prepare(order, parcel_no=1, weight_g=weight_g, last=True)
        self.intend(purchase)
        return self.settle(purchase, self.buy(purchase))

    def entry(self, purchase: Purchase) -> tuple[tuple[Effect, ...], tuple[Move, ...]]:
        """The ledger part of the commit that must come before the carrier is asked: a new row for each parcel, or a
        failed one set to sending again under the same key."""
        rows = [self._row(part) for part in purchase.parts]
        return tuple(e for effects, _ in rows for e in effects), tuple(m for _, moves in rows for m in moves)

    def _row(self, purchase: Purchase) -> tuple[tuple[Effect, ...], tuple[Move, ...]]:
        effect = purchase.effect
        if self.store.journal.effect_by_id(effect.effect_id) is None:
            return (effect,), ()
        if effect.state is EffectState.FAILED:
            request = purchase.request
            details = {"weight_g": request.weight_g, "insured": request.insured_cents, "error": "", "raw": ""}
            # The order may have been sent another way since.
            details |= {"carrier": purchase.carrier, "service": request.service, "ahead": False}
            return (), (
                Move(
                    effect_id=effect.effect_id,
                    was=EffectState.FAILED,
                    now=EffectState.SENDING,
                    details=details,
                ),
            )
        raise Refused(
            "A label for order {order} has been asked for already. Look in the unknown-outcome tray.",
            order=purchase.order.number,
        )

    def intend(self, purchase: Purchase) -> Changes:
        effects, moves = self.entry(purchase)
        return self.store.commit(Entry(at=self.pen.clock(), effects=effects, moves=moves))

    def buy(self, purchase: Purchase) -> Bought:
        """Ask the carrier, and paint what is ours to paint. Never raises for the world's faults."""
        if purchase.together:
            return buy_together(self, purchase)
        try:
            label = self._sold(purchase)
        except (CarrierRefused, CarrierUnreachable) as error:
            return Bought(state=EffectState.FAILED, error=error)
        except OutcomeUnknown as error:
            return self.reconciled(purchase, error)
        return self.checked(purchase, label)

    def find(self, purchase: Purchase) -> Bought:
        """Ask by our reference only: after a restart, or from the tray. Buys nothing."""
        doubt = OutcomeUnknown(
            "The program stopped before the carrier's answer for order {order}.", order=purchase.order.number
        )
        if carrier_of(self.carriers, purchase.carrier).info.traits.offline_labels:
            return self.buy(purchase)  # the same number from our own range: nothing outside is touched
        return self.reconciled(purchase, doubt)

    def reconciled(self, purchase: Purchase, doubt: DeskError) -> Bought:
        """A lost answer: the carrier's own books say whether it was created, where they can be asked."""
        carrier = carrier_of(self.carriers, purchase.carrier)
        if not isinstance(carrier, Reconciles):
            return Bought(state=EffectState.IN_DOUBT, error=doubt)
        try:
            label = carrier.find_label(purchase.request)
            if label is None:
                # It may still be creating what our broken call asked for: only a second no is one.
                self.wait(self.recheck_s)
                label = carrier.find_label(purchase.request)
        except DeskError:
            return Bought(state=EffectState.IN_DOUBT, error=doubt)
        if label is None:
            return Bought(
                state=EffectState.FAILED,
                error=CarrierUnreachable(
                    "The carrier's answer was lost, and it knows of no label for {order}: nothing was "
                    "bought. Print again.",
                    order=purchase.order.number,
                    raw=doubt.raw,
                ),
            )
        return self.checked(purchase, label)

    def checked(self, purchase: Purchase, label: Label) -> Bought:
        try:
            painted = self.paint(purchase.request, label)
        except DeskError as error:
            # Ours to paint: nothing was bought. A carrier's bytes never come here.
            return Bought(state=EffectState.FAILED, label=label, error=error)
        label = replace(label, remarks=(*label.remarks, *painted.remarks))
        return Bought(state=EffectState.DONE, label=label, painted=painted)

    def settle(
        self, purchase: Purchase, bought: Bought, *, printing: Callable[[Effect], None] = lambda _job: None
    ) -> Shipped:
        """One commit: the label, what happened, and the print that is to come; `printing` gets that as soon as it
        is on disk."""
        if purchase.together:
            return settle_together(self, purchase, bought, printing)
        at = self.pen.clock()
        move = self.move(purchase, bought)
        if bought.label is None or bought.painted is None:
            changes = Changes() if move is None else self.store.commit(Entry(at=at, moves=(move,)))
            return self.unlabelled(purchase, bought, changes)
        assert move is not None
        return self._settle_label(purchase, bought.label, bought.painted, move, at, printing)

    def move(self, purchase: Purchase, bought: Bought) -> Move | None:
        """How its row goes on: with the label's number, or why there is none. None: a question stays one."""
        was = EffectState.SENDING
        if self._state_now(purchase) is EffectState.IN_DOUBT:
            was = EffectState.IN_DOUBT
        move = Move(effect_id=purchase.effect.effect_id, was=was, now=bought.state)
        if bought.label is None or bought.painted is None:
            if was is bought.state:
                return None
            error = self._error(purchase, bought)
            details = {"error": error.sentence, "error_values": plain(error), "raw": error.raw}
            return replace(move, details=details)
        said: dict[str, object] = {"number": bought.label.tracking_number, **shared(purchase.request)}
        if bought.label.remarks:
            # In the ledger of this desk, not in a fact: they may quote an address.
            said["remarks"] = [[remark.sentence, dict(remark.values)] for remark in bought.label.remarks]
        return replace(move, details=said)

    def unlabelled(self, purchase: Purchase, bought: Bought, changes: Changes) -> Shipped:
        in_doubt = bought.state is EffectState.IN_DOUBT
        error = self._error(purchase, bought)
        return Shipped(purchase=purchase, changes=changes, error=error, in_doubt=in_doubt)

    def _error(self, purchase: Purchase, bought: Bought) -> DeskError:
        return bought.error or CarrierRefused(
            "The carrier gave no label for order {order}.", order=purchase.order.number
        )

    def _settle_label(
        self,
        purchase: Purchase,
        label: Label,
        painted: Painted,
        move: Move,
        at: datetime,
        printing: Callable[[Effect], None],
    ) -> Shipped:
        stored, papers = stored_label(purchase, label, painted, at)
        if purchase.is_return:
            job = self.print_job(purchase, label)
            changes, job = put_in_box(self.store, self.pen, purchase, label, stored, move, job)
            return Shipped(purchase=purchase, changes=changes, label=label, job=job)
        if purchase.ahead:
            changes = lay_aside(self.store, self.pen, purchase, label, stored, papers, move)
            return Shipped(purchase=purchase, changes=changes, label=label)
        bought = self.worn(purchase, label, painted)
        job = self.print_job(purchase, label)
        changes = self.store.commit(
            Entry(at=at, facts=(bought,), moves=(move,), effects=(job,), labels=(stored,), papers=papers),
            written=lambda: printing(job),
        )
        return Shipped(purchase=purchase, changes=changes, label=label, image=painted.image, job=job)

    def worn(
        self, purchase: Purchase, label: Label, painted: Painted, *, besides: Collection[int] = ()
    ) -> Fact:
        """The fact that the parcel wears its label. `besides`: parcels that get theirs in the same commit."""
        request, order_id = purchase.request, purchase.order.order_id
        return self.pen.fact(
            FactKind.LABEL_BOUGHT,
            order_id=order_id,
            shipment_id=shipment_id(order_id),
            parcel_id=request.parcel_id,
            carrier=label.carrier,
            service=label.service,
            tracking_number=label.tracking_number,
            aliases=[code for code in {*label.aliases, *painted.codes} if code != label.tracking_number],
            reference=request.reference,
            parcel_no=request.parcel_no,
            issue_no=request.issue_no,
            weight_g=request.weight_g,
            price_cents=label.price_cents,
            last=self.completes(order_id, request.parcel_no, last=purchase.last, besides=besides),
            **({"insured_cents": request.insured_cents} if request.insured_cents else {}),
        )

    def print_job(self, purchase: Purchase, label: Label) -> Effect:
        """The first print of a label, to be written with the word that it is worn."""
        parcel_id, printer = purchase.request.parcel_id, self.printer()
        return self.pen.effect(
            EffectKind.LABEL_PRINTED,
            f"{parcel_id}|1",
            state=EffectState.PENDING,
            order_id=purchase.order.order_id,
            parcel_id=parcel_id,
            printer=printer.name if printer else "",
            copy=1,
            reason="",
            number=label.tracking_number,
        )

    def completes(self, order_id: UUID, parcel_no: int, *, last: bool, besides: Collection[int] = ()) -> bool:
        """Whether with a label on this parcel (and on those `besides`) every closed parcel of the order wears one,
        and the order is closed (`last`: by this parcel)."""
        closed = [
            fact for fact in self.store.read.order_facts(order_id) if fact.kind is FactKind.PARCEL_CLOSED
        ]
        worn = {
            parcel.parcel_no
            for parcel in self.store.read.parcels(order_id=order_id)
            if parcel.state is not ParcelState.VOIDED
        }
        owed = {int(str(fact.data["parcel_no"])) for fact in closed} - worn - {parcel_no, *besides}
        return not owed and (last or any(fact.data["last"] for fact in closed))

    def repaint(self, parcel_id: UUID, *, copy: int) -> Painted | None:
        """The label of a parcel painted again as copy n; None when it is the carrier's own bytes."""
        bought = [
            e for e in self.store.journal.effects(parcel_id=parcel_id) if e.kind is EffectKind.LABEL_BOUGHT
        ]
        stored = self.store.journal.label(parcel_id)
        if not bought or stored is None or stored.format is not LabelFormat.DRAWN:
            return None
        order = self.store.read.order(bought[0].order_id)
        if order is None:
            return None
        request = self.prepare.request(order, parcel_id, bought[0].details)
        label = Label(
            carrier=str(bought[0].details["carrier"]),
            service=request.service,
            tracking_number=request.sscc,
            format=LabelFormat.DRAWN,
            codes=stored.codes,
        )
        return self.paint(request, label, copy=copy)

    def _sold(self, purchase: Purchase) -> Label:
        if not purchase.is_return:
            return self.seller(purchase.carrier).buy_label(purchase.request)
        carrier = carrier_of(self.carriers, purchase.carrier)
        if not isinstance(carrier, SellsReturns):
            raise CarrierRefused(NO_RETURNS, carrier=carrier.info.name, order=purchase.order.number)
        return carrier.buy_return(purchase.request)

    def seller(self, code: str) -> SellsLabels:
        carrier = carrier_of(self.carriers, code)
        if not isinstance(carrier, SellsLabels):
            raise CarrierRefused(
                "{carrier} sells no labels here: its parcels are only followed. Choose another carrier for this "
                "order.",
                carrier=carrier.info.name,
                field="carrier",
                raw=code,
            )
        return carrier

    def _state_now(self, purchase: Purchase) -> EffectState:
        kept = self.store.journal.effect_by_id(purchase.effect.effect_id)
        return kept.state if kept else EffectState.SENDING


def plain(error: DeskError) -> dict[str, str]:
    """What stands in the places of an error's sentence, as the ledger keeps it."""
    return {name: str(value) for name, value in error.values.items()}
