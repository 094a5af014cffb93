"""The shipment of mock-up 14, and what may be changed in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from wismo_desk.domain.brand import Brand
from wismo_desk.domain.expected import Expected
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.notice import Seen, Story
from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.flows.page_view import Shop
from wismo_desk.notices.known import Known
from wismo_desk.notices.stories import Told

PARIS = ZoneInfo("Europe/Paris")
KNOWN = Known(
    brand=Brand(
        phone="+33 1 99 00 12 34", site="https://mirabelle.example", imprint="Atelier Mirabelle, Saint-Priest"
    )
)
SHOP = Shop(
    name="Atelier Mirabelle",
    contact="bonjour@mirabelle.example",
    zone=PARIS,
    names=lambda _carrier, _service, _language: ("Chronopost", "13 h"),
)
USUAL = Expected(date(2026, 12, 2), date(2026, 12, 2), date(2026, 12, 4))


def _fact(kind: FactKind, day: int, hour: int, minute: int, **data: object) -> Fact:
    at = datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)
    return Fact(fact_id=uuid4(), kind=kind, at=at, station="Poste 1", data=data)


FACTS = (
    _fact(FactKind.LABEL_BOUGHT, 25, 16, 12),
    _fact(FactKind.PARCEL_MANIFESTED, 25, 18, 20),
    _fact(FactKind.TRACKING_SAID, 26, 6, 42, place="Roissy"),
)


def sample(**changes: Any) -> Told:
    """`late`, `bare` (nothing is known), and values of row, order and story by their names."""
    bare = bool(changes.get("bare"))
    number, recipient = (
        changes.get("number", "8791"),
        changes.get("recipient", Party(name="Camille Roux", city="Nantes")),
    )
    key = order_id("csv", "8791")
    status = changes.get("status", TrackingStatus.IN_TRANSIT)
    expected = changes.get("expected", "usual")
    facts = () if bare else changes.get("facts", FACTS)
    last = FACTS[-1].at
    seen = (
        ()
        if bare
        else changes.get("seen", (Seen(status=TrackingStatus.IN_TRANSIT, at=last, on=date(2026, 11, 26)),))
    )
    if not bare and "seen" not in changes and status is not TrackingStatus.IN_TRANSIT:
        seen = (*seen, Seen(status=status, at=datetime(2026, 11, 28, 9, tzinfo=UTC), on=date(2026, 11, 28)))
    promised = date(2026, 11, 26) if changes.get("late") else date(2026, 12, 4)
    row = ShipmentRow(
        row=1, shipment_id=shipment_id(key), order_id=key, order_number=number, carrier="chronopost", service="home",
        number="XY481209375FR", parcels=1, customer="", place="", status=status,
        reason=changes.get("reason", IncidentReason.NONE),
        promised_on=None if bare else changes.get("promised_on", promised),
        ship_by=None, event_at=last, event_place="", severity=0, anomalies=(),
        expected=USUAL if expected == "usual" else expected,
    )  # fmt: skip
    order = Order(
        order_id=key, source="csv", source_ref="8791", number=number, ordered_at=last, recipient=recipient, lines=()
    )  # fmt: skip
    story = Story(status=status, facts=facts, seen=seen, late_since=last if changes.get("late") else None)
    numbers = () if bare else changes.get("numbers", ("XY481209375FR",))
    return Told(row=row, order=order, story=story, numbers=numbers)
