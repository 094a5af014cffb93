"""What people did about a shipment's anomalies: verbs that are facts, and the state that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from wismo_desk.domain.anomaly import AnomalyKind, Cause, Severity
from wismo_desk.domain.fact import Fact

NOTE_LENGTH: Final = 280
OWNER_LENGTH: Final = 40


class CareVerb(StrEnum):
    """Closed vocabulary of ANOMALY_HANDLED facts. `data` beside `verb`:"""

    ACKNOWLEDGE = "acknowledge"  # seen {kind: severity}: it counts again when it gets worse
    SNOOZE = "snooze"  # until (ISO, aware), or None
    ASSIGN = "assign"  # owner, "" for nobody
    NOTE = "note"  # text
    RESOLVE = "resolve"  # settled {kind: ms since when it holds}: it comes back only when it begins anew
    CONTEST = "contest"  # the customer says that it was not delivered
    WITHDRAW = "withdraw"  # facts [hex ids]: undo; what they said counts no more


class Standing(StrEnum):
    """Where the work on a shipment's anomalies stands."""

    OPEN = "open"
    SEEN = "seen"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """The fold of one shipment's ANOMALY_HANDLED facts. Instants are UTC ms."""

    owner: str = ""
    snoozed_ms: int | None = None
    seen: Mapping[str, int] = field(default_factory=dict)  # anomaly kind → the severity somebody saw
    settled: Mapping[str, int] = field(default_factory=dict)  # anomaly kind → since when, when it was settled
    contested_ms: int | None = None
    notes: int = 0


NO_CARE: Final = Care()


def fold_care(facts: Iterable[Fact]) -> Care:
    """In the order of their ids, whatever the order in which they came."""
    said = sorted(facts, key=lambda fact: fact.fact_id.hex)
    gone: set[str] = set()
    for fact in said:
        if fact.data["verb"] == CareVerb.WITHDRAW:
            gone.update(_words(fact.data["facts"]))
    care = NO_CARE
    for fact in said:
        if fact.fact_id.hex not in gone:
            care = _after(care, fact)
    return care


def _after(care: Care, fact: Fact) -> Care:
    data = fact.data
    owner, snoozed, contested = care.owner, care.snoozed_ms, care.contested_ms
    seen, settled, notes = care.seen, care.settled, care.notes
    match data["verb"]:
        case CareVerb.ACKNOWLEDGE:
            seen = {**seen, **_numbers(data["seen"])}
        case CareVerb.SNOOZE:
            until = data["until"]
            snoozed = _ms(datetime.fromisoformat(str(until))) if until else None
        case CareVerb.ASSIGN:
            owner = str(data["owner"])
        case CareVerb.NOTE:
            notes += 1
        case CareVerb.RESOLVE:
            settled = {**settled, **_numbers(data["settled"])}
        case CareVerb.CONTEST:
            contested = _ms(fact.at)
    return Care(
        owner=owner, snoozed_ms=snoozed, seen=seen, settled=settled, contested_ms=contested, notes=notes
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Shipments with one cause: a card of the work list. `detail` is what they share beside the carrier."""

    kind: AnomalyKind
    severity: Severity
    carrier: str
    detail: str
    cause: Cause
    since: datetime | None
    shipments: int
    standing: Standing
    owners: tuple[str, ...] = ()
    carrier_name: str = ""  # as people say it
    oldest: datetime | None = None  # the first and the last of the instants since when
    newest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """Groups worst first, and the figures on the chips."""

    groups: tuple[Group, ...] = ()
    to_act: int = 0  # shipments
    to_watch: int = 0
    seen: int = 0
    snoozed: int = 0
    settled_today: int = 0
    by_cause: tuple[tuple[Cause, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """One thing that was done: newest first in a list of them."""

    fact_id: UUID
    verb: CareVerb
    at: datetime
    station: str
    by: str
    text: str = ""  # the note, the owner
    until: datetime | None = None
    shipments: int = 1  # of a group, how many it was said of
    withdrawn: bool = False


def history(facts: Iterable[Fact]) -> tuple[HistoryItem, ...]:
    """What was done, newest first; what was said of several shipments at once stands once."""
    gone: set[str] = set()
    kept = sorted(facts, key=lambda fact: fact.fact_id.hex, reverse=True)
    for fact in kept:
        if fact.data["verb"] == CareVerb.WITHDRAW:
            gone.update(_words(fact.data["facts"]))
    found: dict[tuple[object, ...], HistoryItem] = {}
    for fact in kept:
        verb = CareVerb(str(fact.data["verb"]))
        if verb is CareVerb.WITHDRAW:
            continue
        until = fact.data.get("until")
        item = HistoryItem(
            fact_id=fact.fact_id,
            verb=verb,
            at=fact.at,
            station=fact.station,
            by=fact.by,
            text=str(fact.data.get("text", "") or fact.data.get("owner", "")),
            until=datetime.fromisoformat(str(until)) if until else None,
            withdrawn=fact.fact_id.hex in gone,
        )
        together = (verb, str(fact.data.get("together", "")) or fact.fact_id.hex, item.withdrawn)
        before = found.get(together)
        found[together] = _joined(before, item) if before else item
    return tuple(found.values())


def _joined(one: HistoryItem, other: HistoryItem) -> HistoryItem:
    return HistoryItem(
        fact_id=one.fact_id,
        verb=one.verb,
        at=one.at,
        station=one.station,
        by=one.by,
        text=one.text,
        until=one.until,
        shipments=one.shipments + other.shipments,
        withdrawn=one.withdrawn,
    )


def _numbers(said: object) -> dict[str, int]:
    return {str(key): int(str(value)) for key, value in said.items()} if isinstance(said, Mapping) else {}


def _words(said: object) -> list[str]:
    return [str(one) for one in said] if isinstance(said, list) else []


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)
