"""Prints a label once more: the same number, nothing is bought, a reason is kept, the copy says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.print_label import VOID
from wismo_desk.store.journal import Entry, StoredLabel
from wismo_desk.store.store import Store

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
        if parcel is None or stored is None:
            raise Refused("The bytes of this label are gone (they are kept 30 days). Void it and ship again.")
        if parcel.state is ParcelState.VOIDED:
            raise Refused(VOID)
        prints = self.prints(parcel_id)
        open_job = next((job for job in prints if job.state is not EffectState.DONE), None)
        if open_job is not None:
            return self._open(open_job)
        copy = len(prints) + 1
        job = self.pen.effect(
            EffectKind.LABEL_PRINTED,
            f"{parcel_id}|{copy}",
            state=EffectState.PENDING,
            order_id=parcel.order_id,
            parcel_id=parcel_id,
            printer=str(prints[0].details.get("printer", "")) if prints else "",
            copy=copy,
            reason=reason.strip(),
            number=parcel.tracking_number,
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

    def prints(self, parcel_id: UUID) -> list[Effect]:
        """Every print of a parcel, newest first."""
        effects = self.store.journal.effects(parcel_id=parcel_id)
        return [effect for effect in effects if effect.kind is EffectKind.LABEL_PRINTED]
