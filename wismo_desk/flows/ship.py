"""Buys one label for one closed parcel, once: intent on disk, carrier, label and facts in one commit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, Reconciles, SellsLabels, SellsReturns
from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.domain.shipment import Label, LabelFormat, ParcelState, Remark
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Prepare, Purchase, carrier_of
from wismo_desk.flows.return_label import NO_RETURNS, put_in_box
from wismo_desk.flows.shelf import lay_aside
from wismo_desk.store.journal import Entry, StoredLabel, StoredPaper
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True)
class Painted:
    """A label as it goes to the printer, its 1-bit picture, and the codes that were read back from it."""

    content: bytes
    image: bytes
    codes: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()


Paint = Callable[
    ..., Painted
]  # (request, label, copy=1) -> Painted; raises DeskError when a code is unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """How asking the carrier ended: a label, or an error and what it means for the ledger."""

    state: EffectState
    label: Label | None = None
    painted: Painted | None = None
    error: DeskError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What became of a purchase: `job` is the print that now waits."""

    purchase: Purchase
    changes: Changes
    label: Label | None = None
    image: bytes = b""
    job: Effect | None = None
    error: DeskError | None = None
    in_doubt: bool = False


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
        """The ledger part of the commit that must come before the carrier is asked: a new row, or a failed
        one set to sending again under the same key."""
        effect = purchase.effect
        if self.store.journal.effect_by_id(effect.effect_id) is None:
            return (effect,), ()
        if effect.state is EffectState.FAILED:
            request = purchase.request
            details = {"weight_g": request.weight_g, "error": "", "raw": ""}
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
        try:
            label = self._sold(purchase)
        except (CarrierRefused, CarrierUnreachable) as error:
            return Bought(state=EffectState.FAILED, error=error)
        except OutcomeUnknown as error:
            return self._reconciled(purchase, error)
        return self._checked(purchase, label)

    def find(self, purchase: Purchase) -> Bought:
        """Ask by our reference only: after a restart, or from the tray. Buys nothing."""
        doubt = OutcomeUnknown(
            "The program stopped before the carrier's answer for order {order}.", order=purchase.order.number
        )
        if carrier_of(self.carriers, purchase.carrier).info.traits.offline_labels:
            return self.buy(purchase)  # the same number from our own range: nothing outside is touched
        return self._reconciled(purchase, doubt)

    def _reconciled(self, purchase: Purchase, doubt: DeskError) -> Bought:
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
        return self._checked(purchase, label)

    def _checked(self, purchase: Purchase, label: Label) -> Bought:
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
        at = self.pen.clock()
        was = Move(effect_id=purchase.effect.effect_id, was=EffectState.SENDING, now=bought.state)
        if self._state_now(purchase) is EffectState.IN_DOUBT:
            was = replace(was, was=EffectState.IN_DOUBT)
        if bought.label is None or bought.painted is None:
            return self._settle_error(purchase, bought, was, at)
        said: dict[str, object] = {"number": bought.label.tracking_number}
        if bought.label.remarks:
            # In the ledger of this desk, not in a fact: they may quote an address.
            said["remarks"] = [[remark.sentence, dict(remark.values)] for remark in bought.label.remarks]
        move = replace(was, details=said)
        return self._settle_label(purchase, bought.label, bought.painted, move, at, printing)

    def _settle_error(self, purchase: Purchase, bought: Bought, move: Move, at: datetime) -> Shipped:
        error = bought.error or CarrierRefused(
            "The carrier gave no label for order {order}.", order=purchase.order.number
        )
        changes = Changes()
        if move.was is not move.now:
            details = {"error": error.sentence, "error_values": plain(error), "raw": error.raw}
            changes = self.store.commit(Entry(at=at, moves=(replace(move, details=details),)))
        in_doubt = bought.state is EffectState.IN_DOUBT
        return Shipped(purchase=purchase, changes=changes, error=error, in_doubt=in_doubt)

    def _settle_label(
        self,
        purchase: Purchase,
        label: Label,
        painted: Painted,
        move: Move,
        at: datetime,
        printing: Callable[[Effect], None],
    ) -> Shipped:
        request = purchase.request
        stored = StoredLabel(
            parcel_id=request.parcel_id,
            made_at=at,
            format=label.format,
            content=painted.content,
            image=painted.image,
            codes=painted.codes,
        )
        papers = tuple(
            StoredPaper(owner=request.parcel_id.hex, made_at=at, paper=paper, number=number)
            for number, paper in enumerate(label.papers, 1)
        )
        if purchase.is_return:
            job = self.print_job(purchase, label)
            changes, job = put_in_box(self.store, self.pen, purchase, label, stored, move, job)
            return Shipped(purchase=purchase, changes=changes, label=label, job=job)
        if purchase.ahead:
            changes = lay_aside(self.store, self.pen, purchase, label, stored, papers, move)
            return Shipped(purchase=purchase, changes=changes, label=label)
        ids = {
            "order_id": purchase.order.order_id,
            "shipment_id": shipment_id(purchase.order.order_id),
            "parcel_id": request.parcel_id,
        }
        bought = self.pen.fact(
            FactKind.LABEL_BOUGHT,
            **ids,
            carrier=label.carrier,
            service=label.service,
            tracking_number=label.tracking_number,
            aliases=[code for code in {*label.aliases, *painted.codes} if code != label.tracking_number],
            reference=request.reference,
            parcel_no=request.parcel_no,
            issue_no=request.issue_no,
            weight_g=request.weight_g,
            price_cents=label.price_cents,
            last=self.completes(purchase.order.order_id, request.parcel_no, last=purchase.last),
        )
        job = self.print_job(purchase, label)
        changes = self.store.commit(
            Entry(at=at, facts=(bought,), moves=(move,), effects=(job,), labels=(stored,), papers=papers),
            written=lambda: printing(job),
        )
        return Shipped(purchase=purchase, changes=changes, label=label, image=painted.image, job=job)

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

    def completes(self, order_id: UUID, parcel_no: int, *, last: bool) -> bool:
        """Whether with a label on this parcel every closed parcel of the order wears one, and the order is
        closed (`last`: by this parcel)."""
        closed = [
            fact for fact in self.store.read.order_facts(order_id) if fact.kind is FactKind.PARCEL_CLOSED
        ]
        worn = {
            parcel.parcel_no
            for parcel in self.store.read.parcels(order_id=order_id)
            if parcel.state is not ParcelState.VOIDED
        }
        owed = {int(str(fact.data["parcel_no"])) for fact in closed} - worn - {parcel_no}
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
            return self._seller(purchase.carrier).buy_label(purchase.request)
        carrier = carrier_of(self.carriers, purchase.carrier)
        if not isinstance(carrier, SellsReturns):
            raise CarrierRefused(NO_RETURNS, carrier=carrier.info.name, order=purchase.order.number)
        return carrier.buy_return(purchase.request)

    def _seller(self, code: str) -> SellsLabels:
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
