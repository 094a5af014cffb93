"""An archive for tests of its windows: rows by number, a journey for each, and a line that may be down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from page_fakes import NOW

from wismo_desk.domain.archive import ArchivedShipment, ArchivePage, ArchiveRow
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.errors import DeskError

_STATES = (TrackingStatus.DELIVERED, TrackingStatus.RETURNED, TrackingStatus.IN_TRANSIT, TrackingStatus.LOST)
_PEOPLE = (
    ("Camille Moreau", "Nantes"),
    ("Anna Durand", "Paris"),
    ("", ""),
    ("Noé Lefèvre", "Clermont-Ferrand"),
)


def archive_row(number: int) -> ArchiveRow:
    customer, place = _PEOPLE[number % 4]
    return ArchiveRow(
        shipment_id=UUID(int=number),
        order_id=UUID(int=number + 10_000),
        warehouse="",
        begun_at=NOW - timedelta(days=200 + number),
        order_number=f"FR-{4000 - number}",
        carrier="colissimo",
        service="home",
        number=f"6A1720450{number:04d}",
        parcels=1,
        status=_STATES[number % 4],
        reason=IncidentReason.NONE,
        event_at=NOW - timedelta(days=196 + number),
        event_place=place,
        state_fact="",
        customer=customer,
        place=place,
        carrier_name="Colissimo",
        service_name="Domicile",
    )


class FakeArchive:
    """`asked` lists every question; `error` is what the line does."""

    def __init__(self, count: int = 7, *, page: int = 200) -> None:
        self.rows = [archive_row(number) for number in range(count)]
        self.size = page
        self.asked: list[tuple[str, ArchiveRow | None]] = []
        self.error: DeskError | None = None
        self.more_said: dict[str, object] = {}
        self.agrees = True

    def __call__(self, typed: str, /, *, below: ArchiveRow | None = None) -> ArchivePage:
        self.asked.append((typed, below))
        if self.error:
            raise self.error
        start = self.rows.index(below) + 1 if below else 0
        end = start + self.size
        page = ArchivePage(rows=tuple(self.rows[start:end]), more=end < len(self.rows))
        return replace(page, **self.more_said)  # type: ignore[arg-type]  # fields of a page

    def open(self, row: ArchiveRow, /) -> ArchivedShipment:
        if self.error:
            raise self.error
        kinds = (
            FactKind.ORDER_TAKEN_IN,
            FactKind.LABEL_BOUGHT,
            FactKind.LABEL_PRINTED,
            FactKind.TRACKING_SAID,
        )
        data: tuple[dict[str, object], ...] = (
            {"source": "shippingbo"},
            {"carrier": "own", "service": "home"},
            {"printer": "P1", "copy": 1},
            {"carrier": "own", "code": "DELIVERED", "label": "Livré", "place": row.place},
        )
        facts = tuple(
            Fact(
                fact_id=UUID(int=n),
                kind=kind,
                at=row.begun_at + timedelta(hours=9 * n),
                station="Poste 1",
                data=one,
            )
            for n, (kind, one) in enumerate(zip(kinds, data, strict=True))
        )
        return ArchivedShipment(row=row, facts=facts, agrees=self.agrees)
