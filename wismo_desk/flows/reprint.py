"""Prints a label once more, a parcel's or the one for the way back: the same number, nothing is bought, a reason is
kept, the copy says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.print_label import VOID
from wismo_desk.store.journal import Entry, StoredLabel
from wismo_desk.store.store import Store

GONE_BACK: Final = (
    "The bytes of this return label are gone (they are kept 30 days, at the desk that bought it). Send the customer a "
    "new one from the carrier's own site."
)
Mark = Callable[[StoredLabel, int], bytes]  # the bytes of copy n, where the label is ours to mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """Returns the print job to send. A first print that is known not to have come out is simply sent again;
    one in doubt must be settled first."""

    store: Store
    pen: Pen
    mark: Mark

    def __call__(self, parcel_id: UUID, *, reason: str) -> Effect:
        if not reason.strip():
            raise Refused("Say why it is printed again: the reason is kept with the label.", field="reason")
        parcel = self.store.read.parcel(parcel_id)
        stored = self.store.journal.label(parcel_id)
        back = None if parcel else self.bought_back(parcel_id)
        if back is not None and stored is None:
            raise Refused(GONE_BACK)
        worn = parcel or back
        if worn is None or stored is None:
            raise Refused("The bytes of this label are gone (they are kept 30 days). Void it and ship again.")
        if parcel is not None and parcel.state is ParcelState.VOIDED:
            raise Refused(VOID)
        number = parcel.tracking_number if parcel else str(back.details.get("number", "")) if back else ""
        prints = self.prints(parcel_id)
        open_job = next((job for job in prints if job.state is not EffectState.DONE), None)
        if open_job is not None:
            return self._open(open_job)
        copy = len(prints) + 1
        job = self.pen.effect(
            EffectKind.LABEL_PRINTED,
            f"{parcel_id}|{copy}",
            state=EffectState.PENDING,
            order_id=worn.order_id,
            parcel_id=parcel_id,
            printer=str(prints[0].details.get("printer", "")) if prints else "",
            copy=copy,
            reason=reason.strip(),
            number=number,
            **({"return": True} if back else {}),
        )
        marked = replace(stored, content=self.mark(stored, copy))
        self.store.commit(Entry(at=self.pen.clock(), effects=(job,), labels=(marked,)))
        return job

    def _open(self, job: Effect) -> Effect:
        if job.state is EffectState.PENDING:
            return job
        raise Refused(
            "It is not known whether this label came out. Settle that in the unknown-outcome tray first: "
            "scan it if it did."
        )

    def bought_back(self, label_id: UUID) -> Effect | None:
        """The purchase of a label for the way back, by the id of that label; None for any other."""
        rows = self.store.journal.effects(parcel_id=label_id, states=(EffectState.DONE,))
        return next((row for row in rows if row.kind is EffectKind.RETURN_BOUGHT), None)

    def return_of(self, order_id: UUID) -> UUID | None:
        """The id of the return label in the box of an order, where this desk bought it."""
        rows = self.store.journal.effects(order_id=order_id, states=(EffectState.DONE,))
        return next((row.parcel_id for row in rows if row.kind is EffectKind.RETURN_BOUGHT), None)

    def prints(self, parcel_id: UUID) -> list[Effect]:
        """Every print of a parcel, newest first."""
        effects = self.store.journal.effects(parcel_id=parcel_id)
        return [effect for effect in effects if effect.kind is EffectKind.LABEL_PRINTED]
