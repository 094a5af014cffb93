"""Where a parcel stands, normalised: the closed list, its phases, and the fold key whose maximum wins."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class TrackingStatus(StrEnum):
    """The superset of carriers.md §4. A code nobody mapped is UNKNOWN and shown as such."""

    PLANNED = "planned"  # an order waits here, no label yet
    LABEL_CREATED = "label_created"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELAYED = "delayed"
    EXCEPTION = "exception"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    DAMAGED = "damaged"
    LOST = "lost"
    DESTROYED = "destroyed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


ENDED: Final = frozenset(
    {
        TrackingStatus.DELIVERED,
        TrackingStatus.RETURNED,
        TrackingStatus.LOST,
        TrackingStatus.DESTROYED,
        TrackingStatus.CANCELLED,
    }
)
_ANNOUNCED: Final = frozenset({TrackingStatus.PLANNED, TrackingStatus.LABEL_CREATED})
_RETURN: Final = frozenset({TrackingStatus.RETURNING, TrackingStatus.RETURNED})


class IncidentReason(StrEnum):
    """Why, prefixed by who caused it."""

    NONE = ""
    RECIPIENT_ABSENT = "recipient_absent"
    RECIPIENT_REFUSED = "recipient_refused"
    RECIPIENT_ADDRESS = "recipient_address"
    RECIPIENT_NO_ACCESS = "recipient_no_access"
    CARRIER_DELAY = "carrier_delay"
    CARRIER_DAMAGE = "carrier_damage"
    CARRIER_MISSORT = "carrier_missort"
    CARRIER_LOST = "carrier_lost"
    SHIPPER_DATA = "shipper_data"
    CUSTOMS_HOLD = "customs_hold"
    WEATHER_DELAY = "weather_delay"


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What one carrier code means. Events that are no physical scan never change the state."""

    status: TrackingStatus
    reason: IncidentReason = IncidentReason.NONE
    is_scan: bool = True


UNKNOWN_RULE: Final = StatusRule(TrackingStatus.UNKNOWN, is_scan=False)
Codes = Mapping[str, StatusRule]


def read_codes(text: str) -> Codes:
    """`resources/statuses/<carrier>.csv`: code,status,reason,is_scan."""
    rows = csv.DictReader(io.StringIO(text))
    return {
        row["code"]: StatusRule(
            TrackingStatus(row["status"]), IncidentReason(row["reason"]), row["is_scan"] == "1"
        )
        for row in rows
    }


def mapping_version(texts: Mapping[str, str]) -> str:
    """Changes when any code table does; a changed version re-folds history."""
    joined = "\n".join(f"{name}\n{texts[name]}" for name in sorted(texts))
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, order=True)
class FoldKey:
    """decisions.md §5: the event with the largest key is the state. Arrival order does not matter."""

    cycle: int  # 0 outbound, 1 return, 2 re-shipment
    phase: int  # 0 announced, 1 in the network, 2 ended
    occurred_ms: int
    tie_rank: int
    fact_id: str  # 32 hex characters


_TIE: Final = {status: rank for rank, status in enumerate(TrackingStatus)}


def fold_key(status: TrackingStatus, occurred_at: datetime, fact_id: UUID, *, cycle: int = 0) -> FoldKey:
    """The latest physical scan wins inside a phase; a return opens its own cycle."""
    phase = 0 if status in _ANNOUNCED else 2 if status in ENDED else 1
    return FoldKey(
        cycle=cycle + (1 if status in _RETURN else 0),
        phase=phase,
        occurred_ms=int(occurred_at.timestamp() * 1000),
        tie_rank=_TIE[status],
        fact_id=fact_id.hex,
    )
