"""Of the shipments that the archive names, one whose order's facts are gone does not hide the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from wismo_desk.domain.archive import ArchivePage, ArchiveRow
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.question import read_question
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.flows.answer_archived import AskArchive
from wismo_desk.flows.find_archived import FindArchived
from wismo_desk.store.codec import order_data
from wismo_desk.store.shared_archive import Archive

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GONE, THERE = UUID(int=1), UUID(int=2)


def row(order: UUID) -> ArchiveRow:
    return ArchiveRow(
        shipment_id=order,
        order_id=order,
        warehouse="",
        begun_at=NOON,
        order_number="FR-1001",
        carrier="own",
        service="home",
        number="",
        parcels=1,
        status=TrackingStatus.DELIVERED,
        reason=IncidentReason.NONE,
        event_at=NOON,
        event_place="",
        state_fact="",
        customer="",
        place="",
    )


class HalfKept:
    """Both have the number; the month in which the first came in was taken out of the database."""

    def find(self, typed: str, **_how: object) -> ArchivePage:
        return ArchivePage(rows=(row(GONE), row(THERE)) if typed == "FR-1001" else ())

    def facts(self, asked: ArchiveRow) -> list[Fact]:
        if asked.order_id == GONE:
            return []
        order = Order(
            order_id=THERE,
            source="csv",
            source_ref="FR-1001",
            number="FR-1001",
            ordered_at=NOON,
            recipient=Party(name="Zoé"),
            lines=(),
        )
        fact = Fact(
            fact_id=UUID(int=9),
            kind=FactKind.ORDER_TAKEN_IN,
            at=NOON,
            station="Poste 1",
            by="",
            order_id=THERE,
            shipment_id=THERE,
            parcel_id=None,
            data=order_data(order, carrier="own", service="home"),
        )
        return [fact]

    def recipient(self, _row: ArchiveRow) -> Mapping[str, Any]:
        return {"name": "Zoé"}


def test_the_one_that_can_be_read_is_found() -> None:
    flow = FindArchived(
        archive=cast(Archive, HalfKept()), codes={}, names=lambda carrier, service: (carrier, service)
    )
    found = AskArchive(archived=lambda: flow)(read_question("Où est ma commande FR-1001 ?"))
    assert found.error is None
    assert found.detail is not None
    assert found.detail.order.order_id == THERE
