"""What a carrier says of its parcels: events as they were told, and one answer per number asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from wismo_desk.domain.ids import hashed


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingEvent:
    """One thing the carrier said, raw: what it means is derived when facts are folded (decisions.md §4).

    `at` is aware, with the offset of the place where it happened as far as the carrier tells. `logical`:
    the carrier says itself that no parcel was touched.
    """

    code: str  # as sent; "" where the carrier has none
    label: str
    at: datetime
    place: str = ""
    logical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """The answer for one number. `events` are oldest first.

    `found` False: the carrier does not know it, or not yet: announced and not scanned is no error. `problem`
    is another code of the carrier for this number alone (not allowed, gone, wrong form).
    """

    number: str
    found: bool = True
    events: tuple[TrackingEvent, ...] = ()
    aliases: tuple[str, ...] = ()  # other numbers of the same parcel, a partner's for example
    expected_on: date | None = None  # the carrier's own moving estimate
    problem: str = ""


def event_id(carrier: str, number: str, event: TrackingEvent, *, shipped_on: date) -> UUID:
    """The same for every station that hears of it (UUIDv8). The ship month is part of it because carriers give
    their numbers again after a year."""
    said = event.code or " ".join(event.label.casefold().split())
    moment = int(event.at.timestamp() * 1000)
    local = event.at.replace(tzinfo=None).isoformat()
    return hashed(moment, "carrier", carrier, number, f"{shipped_on:%Y-%m}", said, local, event.place)
