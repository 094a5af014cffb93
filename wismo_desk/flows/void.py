"""Cancels a label that has not left: asked of the carrier once, and the order can be shipped again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, VoidsLabels
from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.ship import plain
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

_HERE: Final = (TrackingStatus.PLANNED, TrackingStatus.LABEL_CREATED)  # no carrier has it yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Void:
    store: Store
    pen: Pen
    carriers: Mapping[str, Carrier]

    def __call__(self, parcel_id: UUID, *, reason: str) -> Changes:
        """Refused when it is too late or no reason is given, CarrierRefused with the carrier's word."""
        parcel = self._voidable(parcel_id, reason)
        carrier = self.carriers[parcel.carrier]
        effect = self._intend(parcel)
        try:
            assert isinstance(carrier, VoidsLabels)
            carrier.void_label(parcel.tracking_number, parcel.reference)
        except (CarrierRefused, CarrierUnreachable) as error:
            self._move(effect, EffectState.FAILED, error)
            raise
        except OutcomeUnknown as error:
            self._move(effect, EffectState.IN_DOUBT, error)
            raise
        return self.voided(effect, parcel, reason.strip(), EffectState.SENDING)

    def voided(self, effect: Effect, parcel: Parcel, reason: str, was: EffectState) -> Changes:
        fact = self.pen.fact(
            FactKind.LABEL_VOIDED,
            order_id=parcel.order_id,
            shipment_id=parcel.shipment_id,
            parcel_id=parcel.parcel_id,
            reason=reason,
            worn=self._has_twin(parcel),
        )
        move = Move(effect_id=effect.effect_id, was=was, now=EffectState.DONE)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,), moves=(move,)))

    def _has_twin(self, parcel: Parcel) -> bool:
        """Two desks bought a label for one parcel: without this one it still wears the other."""
        return any(
            other.parcel_no == parcel.parcel_no
            and other.parcel_id != parcel.parcel_id
            and other.state is not ParcelState.VOIDED
            for other in self.store.read.parcels(order_id=parcel.order_id)
        )

    def _voidable(self, parcel_id: UUID, reason: str) -> Parcel:
        parcel = self.store.read.parcel(parcel_id)
        if parcel is None:
            raise Refused("This parcel is not known here.")
        if not reason.strip():
            raise Refused("Say why the label is voided: the reason is kept.", field="reason")
        if parcel.state is ParcelState.VOIDED:
            raise Refused("This label is void already.")
        if parcel.state is ParcelState.MANIFESTED:
            raise Refused(
                "Parcel {number} is on a manifest: it left with the driver. Ask the carrier to stop it.",
                number=parcel.tracking_number,
            )
        ship = self.store.read.shipment(parcel.shipment_id)
        if ship is not None and ship.status not in _HERE:
            raise Refused(
                "Parcel {number} is on its way or has arrived: its label cannot be voided any more.",
                number=parcel.tracking_number,
            )
        carrier = self.carriers.get(parcel.carrier)
        if carrier is None or not isinstance(carrier, VoidsLabels):
            raise Refused(
                "{carrier} cannot void a label from here. Void it on the carrier's own site.",
                carrier=carrier.info.name if carrier else parcel.carrier,
            )
        return parcel

    def _intend(self, parcel: Parcel) -> Effect:
        key = f"{parcel.parcel_id}|void"
        known = self.store.journal.effect(EffectKind.LABEL_VOIDED, key)
        if known is not None and known.state is EffectState.FAILED:
            move = Move(effect_id=known.effect_id, was=EffectState.FAILED, now=EffectState.SENDING)
            self.store.commit(Entry(at=self.pen.clock(), moves=(move,)))
            return known
        if known is not None:
            raise Refused(
                "Voiding {number} was asked already and the answer is not known. Look in the tray.",
                number=parcel.tracking_number,
            )
        effect = self.pen.effect(
            EffectKind.LABEL_VOIDED,
            key,
            state=EffectState.SENDING,
            order_id=parcel.order_id,
            parcel_id=parcel.parcel_id,
            carrier=parcel.carrier,
            number=parcel.tracking_number,
        )
        self.store.commit(Entry(at=self.pen.clock(), effects=(effect,)))
        return effect

    def _move(self, effect: Effect, now: EffectState, error: DeskError) -> None:
        details = {"error": error.sentence, "error_values": plain(error), "raw": error.raw}
        move = Move(effect_id=effect.effect_id, was=EffectState.SENDING, now=now, details=details)
        self.store.commit(Entry(at=self.pen.clock(), moves=(move,)))
