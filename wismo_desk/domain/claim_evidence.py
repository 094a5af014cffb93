"""What a desk knows of a parcel and can lay before its carrier: packed, weighed, handed over, then silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from wismo_desk.domain.claim import Claim
from wismo_desk.domain.order import Party
from wismo_desk.domain.status import TrackingStatus

_GAP = timedelta(hours=48)
SHORT_LENGTH = 300  # of Mondial Relay's form


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedLine:
    """What lay in the parcel; `cents` is one piece, None where the shop did not say."""

    sku: str
    name: str
    pieces: int
    cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanMade:
    """One scan of an item at the bench."""

    at: datetime
    station: str
    code: str
    sku: str
    pieces: int
    how: str = "scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEvent:
    """What the carrier said, word for word; `status` is how we read it."""

    at: datetime
    code: str
    label: str
    place: str
    source: str
    status: TrackingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Silence of the carrier; `until` None: to this day."""

    since: datetime
    until: datetime | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All of it for one claim. Money in cents of the claim's currency; pictures are PNG or JPEG."""

    claim: Claim
    order_number: str
    carrier_name: str
    service_name: str
    recipient: Party
    ordered_at: datetime
    promised_on: date | None = None
    lines: tuple[PackedLine, ...] = ()
    packed_at: datetime | None = None
    packed_by: str = ""  # the station, never a person
    weight_g: int = 0
    scans: tuple[ScanMade, ...] = ()
    labelled_at: datetime | None = None
    printed_at: datetime | None = None
    checked_at: datetime | None = None  # the printed label was scanned on its parcel
    manifest: str = ""
    handed_at: datetime | None = None
    delivered_at: datetime | None = None
    events: tuple[CarrierEvent, ...] = ()
    gaps: tuple[Gap, ...] = ()
    label_image: bytes = b""
    pictures: tuple[tuple[str, bytes], ...] = ()  # of the attachments, those that are pictures
    others: tuple[str, ...] = ()  # names of those that are not, and of the carrier's papers

    @property
    def value(self) -> int | None:
        """Of what lay in it; None when the price of a piece is not known."""
        if not self.lines or any(line.cents is None for line in self.lines):
            return None
        return sum((line.cents or 0) * line.pieces for line in self.lines)


def gaps_of(events: Sequence[CarrierEvent], now: datetime, *, ended: bool) -> tuple[Gap, ...]:
    """Two days and more without a word, weekends included: a carrier is told plain days."""
    ordered = sorted(events, key=lambda one: one.at)
    found = [
        Gap(since=one.at, until=two.at, days=(two.at - one.at).days)
        for one, two in pairwise(ordered)
        if two.at - one.at >= _GAP
    ]
    if ordered and not ended and now - ordered[-1].at >= _GAP:
        found.append(Gap(since=ordered[-1].at, until=None, days=(now - ordered[-1].at).days))
    return tuple(found)
