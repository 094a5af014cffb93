"""What a carrier says of a parcel, as a fact: made as the flow makes it that asks carriers (flows/follow.py)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tests.speed.fill import STATION
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.tracking import TrackingEvent, event_id

_CARRIER = "practice"


def heard(order: UUID, shipment: UUID, code: str, at: datetime) -> Fact:
    """Its id is a hash that grows with time, as any station's would be that hears the same. The shipment's own id
    stands for the parcel's and, cut short, for its number."""
    number = shipment.hex[:13]
    event = TrackingEvent(code=code, label="", at=at, place="Lyon")
    return Fact(
        fact_id=event_id(_CARRIER, number, event, shipped_on=at.date()),
        kind=FactKind.TRACKING_SAID,
        at=at,
        station=STATION,
        order_id=order,
        shipment_id=shipment,
        parcel_id=shipment,
        data={
            "carrier": _CARRIER,
            "number": number,
            "code": code,
            "label": "",
            "local_time": at.isoformat(),
            "place": "Lyon",
            "source": "carrier",
        },
    )
