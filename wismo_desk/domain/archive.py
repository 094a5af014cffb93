"""A shipment as the archive of the shared database has it: one line of a list, and its journey's facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from wismo_desk.domain.fact import Fact
from wismo_desk.domain.status import IncidentReason, TrackingStatus

PAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRow:
    """`begun_at`: when its order first came in, by which the archive is sorted. `customer` and `place` are empty
    once the person was erased. `state_fact` is the hex id of the fact that says `status`, "" before any."""

    shipment_id: UUID
    order_id: UUID
    warehouse: str
    begun_at: datetime
    order_number: str
    carrier: str
    service: str
    number: str
    parcels: int
    status: TrackingStatus
    reason: IncidentReason
    event_at: datetime
    event_place: str
    state_fact: str
    customer: str
    place: str
    carrier_name: str = ""
    service_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePage:
    """Newest first. `more`: ask again below the last row. `behind`: the shared database still folds older facts, so
    rows may be missing. `unfolded`: shipments whose facts it could not fold. `same_codes`: it reads carriers' codes
    by the tables that this desk has."""

    rows: tuple[ArchiveRow, ...] = ()
    more: bool = False
    behind: bool = False
    unfolded: int = 0
    same_codes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedShipment:
    """`facts` in the order of their ids, without what was scanned item by item. `agrees`: this desk reads the same
    status from them as the archive's row says."""

    row: ArchiveRow
    facts: tuple[Fact, ...]
    agrees: bool
