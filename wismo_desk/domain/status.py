"""Where a parcel stands, normalised: the closed list, its phases, and the fold key whose maximum wins."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
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
    RECIPIENT_CLOSED = "recipient_closed"  # a business outside its hours
    RECIPIENT_MOVED = "recipient_moved"
    RECIPIENT_REQUEST = "recipient_request"  # asked for another day or place
    RECIPIENT_UNCLAIMED = "recipient_unclaimed"  # not fetched from the pickup point in time
    RECIPIENT_PAYMENT = "recipient_payment"  # cash on delivery, duties at the door
    CARRIER_DELAY = "carrier_delay"
    CARRIER_DAMAGE = "carrier_damage"
    CARRIER_MISSORT = "carrier_missort"
    CARRIER_LOST = "carrier_lost"
    CARRIER_THEFT = "carrier_theft"
    CARRIER_CAPACITY = "carrier_capacity"  # no room, no time left on the round, a full locker
    CARRIER_STRIKE = "carrier_strike"
    CARRIER_INQUIRY = "carrier_inquiry"  # being looked for
    SHIPPER_DATA = "shipper_data"
    SHIPPER_PACKAGING = "shipper_packaging"
    SHIPPER_LATE = "shipper_late"  # announced, not handed over
    SHIPPER_REQUEST = "shipper_request"  # stopped or changed by the sender
    CUSTOMS_HOLD = "customs_hold"
    CUSTOMS_DOCUMENTS = "customs_documents"
    CUSTOMS_DUTIES = "customs_duties"
    CUSTOMS_PROHIBITED = "customs_prohibited"
    WEATHER_DELAY = "weather_delay"
    FORCE_MAJEURE = "force_majeure"


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What one carrier code means. Events that are no physical scan never change the state."""

    status: TrackingStatus
    reason: IncidentReason = IncidentReason.NONE
    is_scan: bool = True


UNKNOWN_RULE: Final = StatusRule(TrackingStatus.UNKNOWN, is_scan=False)


class Codes:
    """One carrier's table: what each of its codes means to us.

    Some carriers reuse a code for different news, and some send no codes at all: a row may also ask for a
    piece of the label. Rows of a code are tried in the order of the file; the code "" is for news without.
    A code of several parts ("X/013/A7") that has no rows of its own means what its beginning means.
    """

    def __init__(self, rows: Iterable[tuple[str, str, StatusRule]]) -> None:
        self._rows: dict[str, list[tuple[str, StatusRule]]] = {}
        for code, piece, rule in rows:
            self._rows.setdefault(code, []).append((folded(piece), rule))

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def rule(self, code: str, label: str = "") -> StatusRule | None:
        """None: nobody mapped it. Neither case nor accents of the label count."""
        while code not in self._rows and "/" in code:
            code = code.rpartition("/")[0]
        rows = self._rows.get(code)
        if rows is None:
            return None
        piece, rule = rows[0]
        if not piece:  # asks for nothing of the label
            return rule
        said = folded(label)
        for piece, rule in rows:
            if piece in said:
                return rule
        return None

    def under(self, rows: Iterable[tuple[str, str, StatusRule]]) -> Codes:
        """The same table with other rows tried first: what this merchant mapped."""
        return Codes(
            [*rows, *((code, piece, rule) for code, found in self._rows.items() for piece, rule in found)]
        )


NO_CODES: Final = Codes(())
_MARKS: Final = re.compile("[\u0300-\u034e\u0350-\u036f]+")  # the usual ones: all of this block but one
_MARKLESS: Final = re.compile("[\0-\u02ff\u2010-\u2027]*")  # Latin letters and the typography of sentences
CODE_SCOPE: Final = "carrier_code"  # of VALUE_SET facts: what a merchant says a code means


def code_key(carrier: str, code: str, piece: str) -> str:
    """The key of such a value. `piece` of the label, "" for the code whatever is said with it."""
    return json.dumps([carrier, code, folded(piece)], ensure_ascii=False)


def folded(text: str) -> str:
    """Lower case without accents, and single spaces."""
    if text.isascii():  # most labels
        return " ".join(text.lower().split())
    return " ".join(without_marks(text).casefold().split())


def without_marks(text: str) -> str:
    """Compatible letters without what is put above, below or through them (Unicode, NFKD and combining classes)."""
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    if bare.isascii() or _MARKLESS.fullmatch(bare):
        return bare
    return "".join(c for c in bare if not unicodedata.combining(c))


def read_codes(text: str) -> Codes:
    """`resources/statuses/<carrier>.csv`: code,status,reason,is_scan, and where needed `label` (a piece of the
    label that this row asks for) and `note` (why, where it was doubtful)."""
    rows = csv.DictReader(io.StringIO(text))
    return Codes(
        (
            row["code"],
            row.get("label") or "",
            StatusRule(TrackingStatus(row["status"]), IncidentReason(row["reason"]), row["is_scan"] == "1"),
        )
        for row in rows
    )


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


def standing(keys: Iterable[tuple[FoldKey, StatusRule]]) -> StatusRule:
    """Where a parcel stands after these events, in whatever order they came; UNKNOWN_RULE when none of them was
    a scan that we understand."""
    known = [(key, rule) for key, rule in keys if rule.is_scan and rule.status is not TrackingStatus.UNKNOWN]
    return max(known, key=lambda pair: pair[0])[1] if known else UNKNOWN_RULE
