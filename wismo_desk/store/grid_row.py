"""From a row of the table of shipments to what the grid shows, without the types of `main_tables`: it is the hot
path of scrolling."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.store.codec import from_ms
from wismo_desk.store.judging import read_anomalies

COLUMNS: Final = (
    *(
        "row",
        "shipment_id",
        "order_id",
        "order_number",
        "carrier",
        "service",
        "number",
        "parcels",
        "customer",
    ),
    *("place", "status", "reason", "promised_on", "ship_by_ms", "event_ms", "event_place", "severity"),
    *(
        "anomalies",
        "owner",
        "snoozed_ms",
        "eta_low_on",
        "eta_on",
        "eta_high_on",
        "late_chance",
        "lost_chance",
    ),
    "foreseen",
)
_STATUSES: Final = {status.value: status for status in TrackingStatus}
_REASONS: Final = {reason.value: reason for reason in IncidentReason}


Names = Callable[[str, str], tuple[str, str]]  # of a carrier's code and its service's


def no_names(_carrier: str, _service: str) -> tuple[str, str]:
    return "", ""


def read_row(row: Sequence[Any], names: Names = no_names) -> ShipmentRow:
    """`row` as COLUMNS names it, as SQLite gives it."""
    carrier_name, service_name = names(row[4], row[5])
    return ShipmentRow(
        row=row[0],
        shipment_id=UUID(row[1]),
        order_id=UUID(row[2]),
        order_number=row[3],
        carrier=row[4],
        service=row[5],
        number=row[6],
        parcels=row[7],
        customer=row[8],
        place=row[9],
        status=_STATUSES[row[10]],
        reason=_REASONS[row[11]],
        promised_on=_day(row[12]) if row[12] else None,
        ship_by=None if row[13] is None else from_ms(row[13]),
        event_at=from_ms(row[14]),
        event_place=row[15],
        severity=row[16],
        anomalies=() if row[17] == "[]" else read_anomalies(row[17]),
        owner=row[18],
        snoozed_until=None if row[19] is None else from_ms(row[19]),
        expected=_expected(*row[20:26]) if row[20] else None,
        carrier_name=carrier_name,
        service_name=service_name,
    )


def _expected(
    low: str, likely: str, high: str, late: float | None, lost: float | None, foreseen: str
) -> Expected:
    sentence, values = _foreseen(foreseen)
    return Expected(
        low=_day(low),
        likely=_day(likely),
        high=_day(high),
        late=late,
        lost=lost,
        sentence=sentence,
        values=values,
    )


@lru_cache(maxsize=256)
def _foreseen(said: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    sentence, values = json.loads(said or '["", []]')
    return sentence, tuple((name, value) for name, value in values)


@lru_cache(maxsize=512)
def _day(text: str) -> date:
    return date.fromisoformat(text)
