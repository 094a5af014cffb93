"""Gets the bytes of a label back from its carrier, where the desk has them no more and the carrier still does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, ReprintsLabels
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.flows.pen import Clock
from wismo_desk.store.journal import Entry, StoredLabel
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Refetch:
    """On the carrier's lane, before a label is printed again. Buys nothing."""

    store: Store
    carriers: Mapping[str, Carrier]
    printer: Callable[[], PrinterProfile | None]
    clock: Clock
    once: Callable[[bytes], bytes]  # so that the printer puts it out once, like any bytes of a carrier

    def __call__(self, parcel_id: UUID) -> None:
        """Nothing where the bytes are here, or where the carrier gives none a second time: the print says so. Raises
        CarrierRefused, CarrierUnreachable, OutcomeUnknown."""
        parcel = self.store.read.parcel(parcel_id)
        if parcel is None or parcel.state is ParcelState.VOIDED or self.store.journal.label(parcel_id):
            return
        carrier = self.carriers.get(parcel.carrier)
        if not isinstance(carrier, ReprintsLabels):
            return
        printer = self.printer()
        label = carrier.reprint_label(parcel.tracking_number, dpi=printer.dpi if printer else 203)
        now = self.clock()
        stored = StoredLabel(
            parcel_id=parcel_id,
            made_at=now,
            format=label.format,
            content=self.once(label.content),
            codes=label.codes,
        )
        self.store.commit(Entry(at=now, labels=(stored,)))
