"""Several parcels of one order in one call: asked once, and each parcel keeps its own row of the ledger, its own label
and its own question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from wismo_desk.domain.carrier import SellsLabels, SellsShipments
from wismo_desk.domain.effect import Effect, EffectState, Move
from wismo_desk.domain.fact import Changes, Fact
from wismo_desk.domain.shipment import Label
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown
from wismo_desk.flows.bought import THEN, Bought, Painted, Shipped, stored_label
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Purchase
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


class Ships(Protocol):
    """What is needed of the purchase of one parcel."""

    @property
    def store(self) -> Store: ...
    @property
    def pen(self) -> Pen: ...
    def seller(self, code: str, /) -> SellsLabels: ...
    def reconciled(self, purchase: Purchase, doubt: DeskError, /) -> Bought: ...
    def checked(self, purchase: Purchase, label: Label, /) -> Bought: ...
    def move(self, purchase: Purchase, bought: Bought, /) -> Move | None: ...
    def unlabelled(self, purchase: Purchase, bought: Bought, changes: Changes, /) -> Shipped: ...
    def worn(
        self, purchase: Purchase, label: Label, painted: Painted, /, *, besides: Collection[int]
    ) -> Fact: ...
    def print_job(self, purchase: Purchase, label: Label, /) -> Effect: ...


def buy_together(ship: Ships, purchase: Purchase) -> Bought:
    """One call. Never raises for the world's faults; `each` tells how every parcel of it ended. Without an answer all
    of them are in doubt, and each is looked for by its own reference where the carrier can say."""
    parts = purchase.parts
    try:
        outcomes = _sold(ship, purchase)
    except (CarrierRefused, CarrierUnreachable) as error:
        each = tuple(Bought(state=EffectState.FAILED, error=error) for _ in parts)
    except OutcomeUnknown as error:
        each = tuple(ship.reconciled(part, error) for part in parts)
    else:
        each = tuple(_judged(ship, part, told) for part, told in zip(parts, outcomes, strict=True))
    return replace(each[0], each=each)


def _sold(ship: Ships, purchase: Purchase) -> tuple[Label | DeskError, ...]:
    carrier = ship.seller(purchase.carrier)
    if not isinstance(carrier, SellsShipments):
        raise CarrierUnreachable(
            "This carrier sells no shipments of several parcels here: nothing was bought. Scan the order again.",
            raw=purchase.carrier,
        )
    return carrier.buy_labels([part.request for part in purchase.parts])


def _judged(ship: Ships, part: Purchase, told: Label | DeskError) -> Bought:
    if isinstance(told, Label):
        return ship.checked(part, told)
    if isinstance(told, OutcomeUnknown):
        return ship.reconciled(part, told)
    return Bought(state=EffectState.FAILED, error=told)


def settle_together(
    ship: Ships, purchase: Purchase, bought: Bought, printing: Callable[[Effect], None]
) -> Shipped:
    """One commit for the whole answer: the labels that came, what is open or was refused, and the prints. The labels
    come out one after the other, in the order of their parcels. The first label speaks for the call, else the first
    question, else the refusal; what was refused is asked for again in one call, too."""
    at = ship.pen.clock()
    pairs = list(zip(purchase.parts, bought.each, strict=True))
    moves = tuple(move for pair in pairs if (move := ship.move(*pair)) is not None)
    parts, results = _labelled(ship, pairs, at)
    doubts = [pair for pair in pairs if pair[1].state is EffectState.IN_DOUBT]
    results += [ship.unlabelled(*pair, Changes()) for pair in doubts]
    refused = [pair for pair in pairs if pair[1].state is EffectState.FAILED]
    if refused:
        (first, why), *rest = refused
        again = replace(first, together=tuple(part for part, _ in rest))
        results.append(ship.unlabelled(again, why, Changes()))

    def begin() -> None:
        if parts.effects:
            printing(parts.effects[0])

    changes = ship.store.commit(replace(parts, moves=moves), written=begin) if moves else Changes()
    return replace(results[0], changes=changes, others=tuple(results[1:]))


def _labelled(
    ship: Ships, pairs: Sequence[tuple[Purchase, Bought]], at: datetime
) -> tuple[Entry, list[Shipped]]:
    """What is to be written of the labels that came."""
    came = [(part, b.label, b.painted) for part, b in pairs if b.label and b.painted]
    numbers = {part.request.parcel_no for part, *_ in came}
    following = [*(str(part.request.parcel_id) for part, *_ in came[1:]), ""]
    entry, results = Entry(at=at), []
    for (part, label, painted), then in zip(came, following, strict=False):
        stored, papers = stored_label(part, label, painted, at)
        # One label only says that the order is complete: that of the last parcel.
        worn = ship.worn(part, label, painted, besides=() if then else numbers)
        job = ship.print_job(part, label)
        if then:
            job = replace(job, details={**job.details, THEN: then})
        entry = replace(
            entry,
            facts=(*entry.facts, worn),
            effects=(*entry.effects, job),
            labels=(*entry.labels, stored),
            papers=(*entry.papers, *papers),
        )
        results.append(Shipped(purchase=part, changes=Changes(), label=label, image=painted.image, job=job))
    return entry, results
