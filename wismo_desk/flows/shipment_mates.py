"""Parcels that were sold as part of one shipment while others of it got no label: which numbers they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.shipment import LabelRequest, ParcelState
from wismo_desk.flows.prepare import Purchase
from wismo_desk.store.store import Store

OF: Final = "of"  # in the ledger, of a label: how many parcels its shipment was to have


def shared(request: LabelRequest) -> dict[str, object]:
    """What the ledger keeps of a label that is one of several; nothing of one alone."""
    of = request.parcel_count + len(request.beside)
    return {OF: of} if of > 1 else {}


def one_call(parts: Sequence[Purchase], beside: tuple[str, ...]) -> Purchase:
    """The parcels of one call, each knowing how many they are and what was sold of their shipment before."""
    first, *rest = (
        replace(each, request=replace(each.request, parcel_count=len(parts), beside=beside)) for each in parts
    )
    return replace(first, together=tuple(rest))


def mates(store: Store, purchase: Purchase) -> tuple[str, ...]:
    """The numbers, in the order of their parcels, of a shipment that wants more parcels than it has; none where no
    such shipment is open, or it went with another carrier or service."""
    order_id, request = purchase.order.order_id, purchase.request
    live = {
        parcel.parcel_id: parcel
        for parcel in store.read.parcels(order_id=order_id)
        if parcel.state is not ParcelState.VOIDED
        and (parcel.carrier, parcel.service) == (purchase.carrier, request.service)
    }
    sold: dict[int, list[tuple[int, str]]] = {}
    for effect in store.journal.effects(states=(EffectState.DONE,), order_id=order_id):
        parcel = live.get(effect.parcel_id) if effect.kind is EffectKind.LABEL_BOUGHT else None
        if parcel is not None and OF in effect.details:
            of = int(str(effect.details[OF]))
            sold.setdefault(of, []).append((parcel.parcel_no, parcel.tracking_number))
    for of, parcels in sold.items():
        if len(parcels) < of:
            return tuple(number for _, number in sorted(parcels))
    return ()
