"""Our own rules: what is wrong with a shipment now, in words, and when to look again.

Each rule flips at an event or at a computable instant, so that only what is due is ever evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import IntEnum, StrEnum

from wismo_desk.domain.address import Finding
from wismo_desk.domain.status import ENDED, TrackingStatus


class Severity(IntEnum):
    NONE = 0
    WATCH = 1
    ACT = 2


class AnomalyKind(StrEnum):
    """Closed vocabulary, worst first where two share a severity."""

    DOUBLE_LABEL = "double_label"
    ORDER_LATE = "order_late"
    NOT_MANIFESTED = "not_manifested"
    PROMISE_PASSED = "promise_passed"
    LABEL_UNCHECKED = "label_unchecked"
    ADDRESS_DOUBTFUL = "address_doubtful"
    STATUS_UNKNOWN = "status_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """`sentence` is a catalogue key with the names of `values` in it; `step` the next thing to do."""

    kind: AnomalyKind
    severity: Severity
    sentence: str
    step: str
    since: datetime | None = None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Thresholds a supervisor may change."""

    unchecked_after: timedelta = timedelta(hours=2)
    day_ends: time = time(20, 0)
    zone: tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that the rules look at, for one shipment."""

    status: TrackingStatus
    ship_by: datetime | None = None
    unchecked_since: datetime | None = None  # the oldest label not scanned at the bench yet
    unmanifested_since: datetime | None = None  # the oldest label on no manifest
    promised_on: date | None = None
    unmapped: str = ""  # the newest event's code, when no table knows it
    address: Finding | None = None  # what is doubtful about it, the gravest first
    double_parcel: int | None = None  # the first parcel_no with more than one label that is not void


def judge(now: datetime, facts: Situation, rules: Rules) -> tuple[tuple[Anomaly, ...], datetime | None]:
    """The anomalies at `now`, worst first, and the next instant at which the answer can change by itself."""
    if facts.status in ENDED:
        return (), None
    found: list[Anomaly] = []
    nexts: list[datetime] = []
    for due, anomaly in _clocked(facts, rules):
        if due <= now:
            found.append(anomaly)
        else:
            nexts.append(due)
    found += _standing(facts)
    order = list(AnomalyKind)
    found.sort(key=lambda a: (-a.severity, order.index(a.kind)))
    return tuple(found), min(nexts, default=None)


def _standing(facts: Situation) -> Iterator[Anomaly]:
    """What is wrong whatever the hour."""
    if facts.double_parcel is not None:
        yield Anomaly(
            kind=AnomalyKind.DOUBLE_LABEL,
            severity=Severity.ACT,
            sentence="Two labels for parcel {parcel}: void one",
            values=(("parcel", str(facts.double_parcel)),),
            step="Void one of them in the panel.",
        )
    if facts.status is TrackingStatus.PLANNED and facts.address is not None:
        yield Anomaly(
            kind=AnomalyKind.ADDRESS_DOUBTFUL,
            severity=Severity.ACT if facts.address.certain else Severity.WATCH,
            sentence=facts.address.sentence,
            values=tuple((name, str(value)) for name, value in facts.address.values),
            step="Ask the customer, or correct the address before packing.",
        )
    if facts.unmapped:
        yield Anomaly(
            kind=AnomalyKind.STATUS_UNKNOWN,
            severity=Severity.WATCH,
            sentence="The carrier says “{code}”, which is not mapped",
            values=(("code", facts.unmapped),),
            step="Read the carrier's words in the timeline.",
        )


def _clocked(facts: Situation, rules: Rules) -> Iterator[tuple[datetime, Anomaly]]:
    if facts.status is TrackingStatus.PLANNED and facts.ship_by is not None:
        yield (
            facts.ship_by,
            Anomaly(
                kind=AnomalyKind.ORDER_LATE,
                severity=Severity.ACT,
                sentence="Not packed at cut-off, {when}",
                step="Pack it first tomorrow, or tell the customer.",
                since=facts.ship_by,
            ),
        )
    is_here = facts.status in (TrackingStatus.PLANNED, TrackingStatus.LABEL_CREATED)
    if is_here and facts.unchecked_since is not None and facts.unmanifested_since is not None:
        yield (
            facts.unchecked_since + rules.unchecked_after,
            Anomaly(
                kind=AnomalyKind.LABEL_UNCHECKED,
                severity=Severity.WATCH,
                sentence="Label made {when}, parcel not scanned",
                step="Look for the parcel at the bench and scan its label.",
                since=facts.unchecked_since,
            ),
        )
    if is_here and facts.unmanifested_since is not None:
        yield (
            _end_of_day(facts.unmanifested_since, rules),
            Anomaly(
                kind=AnomalyKind.NOT_MANIFESTED,
                severity=Severity.ACT,
                sentence="Label made {when}, on no manifest",
                step="Find the parcel: it did not leave with the truck.",
                since=facts.unmanifested_since,
            ),
        )
    if facts.promised_on is not None:
        tomorrow = facts.promised_on + timedelta(days=1)
        midnight = datetime.combine(tomorrow, time(0), tzinfo=rules.zone)
        yield (
            midnight,
            Anomaly(
                kind=AnomalyKind.PROMISE_PASSED,
                severity=Severity.ACT,
                sentence="Promised for {when}, not delivered",
                step="Tell the customer before they ask.",
                since=datetime.combine(facts.promised_on, time(12), tzinfo=rules.zone),
            ),
        )


def _end_of_day(when: datetime, rules: Rules) -> datetime:
    local = when.astimezone(rules.zone)
    end = datetime.combine(local.date(), rules.day_ends, tzinfo=rules.zone)
    return end if end > local else end + timedelta(days=1)
