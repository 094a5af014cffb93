"""What is known of a shipment, as far as a notice needs it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.notice import Story
from wismo_desk.domain.order import Order
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`numbers` are the tracking numbers of the live parcels, first parcel first."""

    row: ShipmentRow
    order: Order
    story: Story
    numbers: tuple[str, ...]


def story_of(store: Store, row: ShipmentRow) -> Story:
    late = [each.since for each in row.anomalies if each.kind is AnomalyKind.PROMISE_PASSED]
    return Story(
        status=row.status,
        facts=tuple(store.read.order_facts(row.order_id)),
        late_since=late[0] if late else None,
    )


def tell(store: Store, shipment_id: UUID) -> Told | None:
    """None while the shipment or its order is not here (another station's, not pulled yet)."""
    row = store.read.shipment(shipment_id)
    order = store.read.order(row.order_id) if row else None
    if row is None or order is None:
        return None
    parcels = store.read.parcels(order_id=row.order_id)
    live = [each.tracking_number for each in parcels if each.state is not ParcelState.VOIDED]
    return Told(
        row=row,
        order=order,
        story=story_of(store, row),
        numbers=tuple(number for number in live if number),
    )
