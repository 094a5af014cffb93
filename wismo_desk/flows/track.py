"""What the merchant's own driver reports: delivered, nobody there, brought back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from wismo_desk.domain import own_reports
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.own_reports import OWN
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.domain.status import Codes
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

# The codes of resources/statuses/own.csv that a person may report, and their buttons (catalogue keys).
CHOICES: Final = (
    ("DELIVERED", "Delivered"),
    ("ABSENT", "Nobody there"),
    ("ADDRESS", "Address not found"),
    ("REFUSED", "Refused, coming back"),
    ("RETURNED", "Back at the warehouse"),
    ("NOTE", "Note only"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """`codes`: what the reports mean (resources/statuses/own.csv)."""

    store: Store
    pen: Pen
    codes: Codes

    def choices(self, carrier: str) -> tuple[tuple[str, str], ...]:
        """Only own deliveries are ours to report; of the others the carrier speaks."""
        return CHOICES if carrier == OWN else ()

    def __call__(self, shipment_id: UUID, code: str, *, note: str = "") -> Changes:
        ship = self.store.read.shipment(shipment_id)
        if ship is None:
            raise Refused("This shipment is not known here.")
        if code not in dict(self.choices(ship.carrier)):
            raise Refused("Only the carrier can report this.", raw=code)
        parcels = [
            parcel
            for parcel in self.store.read.parcels(order_id=ship.order_id)
            if parcel.state is not ParcelState.VOIDED
        ]
        if not parcels:
            raise Refused("Order {order} has no label yet: pack it first.", order=ship.order_number)
        again = _cycle(own_reports.cycle(self.store.read.order_facts(ship.order_id)))
        facts = tuple(
            self.pen.fact(
                FactKind.TRACKING_SAID,
                order_id=ship.order_id,
                shipment_id=shipment_id,
                parcel_id=parcel.parcel_id,
                carrier=OWN,
                number=parcel.tracking_number,
                code=code,
                label=note.strip(),
                place=ship.place if code == "DELIVERED" else "",
                source="person",
                **again,
            )
            for parcel in parcels
        )
        return self.store.commit(Entry(at=self.pen.clock(), facts=facts))

    def correct(self, shipment_id: UUID, *, reason: str) -> Changes:
        """Take the last report of a person back: the state is again what it was before."""
        ship = self.store.read.shipment(shipment_id)
        if ship is None:
            raise Refused("This shipment is not known here.")
        if not reason.strip():
            raise Refused("Say why the report is taken back: the reason is kept.", field="reason")
        facts = self.store.read.order_facts(ship.order_id)
        mistaken = own_reports.last_report(facts)
        if not mistaken:
            raise Refused("Nobody here reported anything of order {order}.", order=ship.order_number)
        correction = self.pen.fact(
            FactKind.TRACKING_SAID,
            order_id=ship.order_id,
            shipment_id=shipment_id,
            parcel_id=mistaken[-1].parcel_id,
            carrier=OWN,
            number=mistaken[-1].data["number"],
            **own_reports.before(facts, mistaken, self.codes),
            label=reason.strip(),
            place="",
            source=own_reports.CORRECTION,
            withdraws=[str(fact.fact_id) for fact in mistaken],
            cycle=own_reports.cycle(facts) + own_reports.CYCLES,
        )
        return self.store.commit(Entry(at=self.pen.clock(), facts=(correction,)))


def _cycle(number: int) -> dict[str, int]:
    return {"cycle": number} if number else {}
