"""How often a carrier is asked about one parcel: oftener when something is about to happen, never once it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from wismo_desk.domain.status import ENDED, TrackingStatus

EXPIRED_AFTER: Final = timedelta(days=60)  # a parcel nobody heard of for so long is not asked for any more
_SILENT: Final = timedelta(hours=12)
_MOVING: Final = timedelta(hours=2)
_AFTER: Final = {
    TrackingStatus.PLANNED: _SILENT,
    TrackingStatus.LABEL_CREATED: timedelta(hours=4),
    TrackingStatus.OUT_FOR_DELIVERY: timedelta(minutes=30),
    TrackingStatus.READY_FOR_PICKUP: timedelta(hours=6),
    TrackingStatus.CUSTOMS: timedelta(hours=6),
    TrackingStatus.RETURNING: timedelta(hours=12),
    TrackingStatus.UNKNOWN: timedelta(hours=4),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One parcel as the poller sees it. `event_at` is the last thing heard of it, `asked_at` None when it was
    never asked for; `misses` counts the answers in a row that knew nothing of it."""

    status: TrackingStatus
    labelled_at: datetime
    event_at: datetime
    asked_at: datetime | None = None
    misses: int = 0
    promised_on: date | None = None


def next_look(look: Look, now: datetime) -> datetime | None:
    """When to ask again (the past: now); None: never. A label is first asked for an hour after it was made, and a
    number that the carrier does not know yet is asked for ever more seldom."""
    if look.status in ENDED or now - max(look.event_at, look.labelled_at) > EXPIRED_AFTER:
        return None
    if look.asked_at is None:
        return look.labelled_at + timedelta(hours=1)
    pause = _AFTER.get(look.status, _MOVING)
    if look.promised_on is not None and now.date() >= look.promised_on:
        pause = min(pause, timedelta(hours=1))  # the customer will ask today
    elif now - look.event_at > timedelta(days=5):
        pause = max(pause, _SILENT)
    return look.asked_at + min(pause * (1 << min(look.misses, 3)), timedelta(days=1))
