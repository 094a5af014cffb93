"""Takes a parcel's trouble for one kind of claim, and says why: a person may always choose another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.claim import ClaimKind
from wismo_desk.domain.status import ENDED, IncidentReason, TrackingStatus
from wismo_desk.domain.watching import ShipmentRow

_S: Final = TrackingStatus
_BROKEN: Final = frozenset({IncidentReason.CARRIER_DAMAGE, IncidentReason.CARRIER_THEFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """`why` is a key of the catalogue, `{when}` in it is said as people say moments."""

    kind: ClaimKind
    why: str
    when: datetime | None = None


LOST_SAID: Final = "The carrier says since {when} that it is lost."
INQUIRY_SAID: Final = "The carrier looks for it since {when}."
DAMAGED_SAID: Final = "The carrier reports damage, {when}."
CONTESTED_SAID: Final = "The customer says that it did not arrive; the carrier says delivered {when}."
NO_SCAN_SAID: Final = "No scan since {when}."
LOST_LIKELY: Final = "Parcels like it that were silent for so long mostly never arrived."
LATE_SAID: Final = "Delivered {when}, after the promised day."
STILL_LATE: Final = "The promised day has passed, and it is not delivered."
CAME_BACK: Final = "It comes back, {when}."
NOTHING_SAID: Final = "Nothing known here says what went wrong: choose it."
REASONS: Final = (
    LOST_SAID,
    INQUIRY_SAID,
    DAMAGED_SAID,
    CONTESTED_SAID,
    NO_SCAN_SAID,
    LOST_LIKELY,
    LATE_SAID,
    STILL_LATE,
    CAME_BACK,
    NOTHING_SAID,
)


def guess(
    row: ShipmentRow, *, delivered_at: datetime | None, delivered_on: date | None, today: date
) -> Guess:
    """From the carrier's own word first, then from our rules, then from the promise."""
    wrong = {one.kind: one.since for one in row.anomalies}
    if row.status in (_S.LOST, _S.DESTROYED) or row.reason is IncidentReason.CARRIER_LOST:
        return Guess(kind=ClaimKind.LOST, why=LOST_SAID, when=row.event_at)
    if row.status is _S.DAMAGED or row.reason in _BROKEN:
        return Guess(kind=ClaimKind.DAMAGED, why=DAMAGED_SAID, when=row.event_at)
    if row.reason is IncidentReason.CARRIER_INQUIRY and row.status not in ENDED:
        return Guess(kind=ClaimKind.LOST, why=INQUIRY_SAID, when=row.event_at)
    if AnomalyKind.CONTESTED in wrong:
        return Guess(kind=ClaimKind.NOT_RECEIVED, why=CONTESTED_SAID, when=delivered_at)
    return _of_silence(wrong) or _of_promise(row, delivered_at, delivered_on, today)


def _of_silence(wrong: Mapping[AnomalyKind, datetime | None]) -> Guess | None:
    if AnomalyKind.PROBABLY_LOST in wrong:
        return Guess(kind=ClaimKind.LOST, why=LOST_LIKELY)
    for kind in (AnomalyKind.NO_SCAN, AnomalyKind.NO_FIRST_SCAN):
        if kind in wrong and wrong[kind] is not None:
            return Guess(kind=ClaimKind.LOST, why=NO_SCAN_SAID, when=wrong[kind])
    return None


def _of_promise(
    row: ShipmentRow, delivered_at: datetime | None, delivered_on: date | None, today: date
) -> Guess:
    promised = row.promised_on
    if row.status in (_S.RETURNING, _S.RETURNED):
        return Guess(kind=ClaimKind.OTHER, why=CAME_BACK, when=row.event_at)
    if promised is not None and delivered_on is not None and delivered_on > promised:
        return Guess(kind=ClaimKind.LATE, why=LATE_SAID, when=delivered_at)
    if promised is not None and delivered_on is None and today > promised:
        return Guess(kind=ClaimKind.LATE, why=STILL_LATE)
    return Guess(kind=ClaimKind.OTHER, why=NOTHING_SAID)
