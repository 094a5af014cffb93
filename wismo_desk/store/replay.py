"""Plays the last weeks again: when would a rule, set this way, have fired?

Only what facts say can be played again: situations from labels, scans and manifests. What the forecast said of a
parcel, and what people did about it, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Engine, or_, select

from wismo_desk.domain.anomaly import Rules, Situation, flips_of, to_ms
from wismo_desk.domain.anomaly_kinds import Severity
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import ENDED, NO_CODES, UNKNOWN_RULE, Codes, FoldKey, TrackingStatus, fold_key
from wismo_desk.store import main_tables as t
from wismo_desk.store.by_event import by_event
from wismo_desk.store.codec import row_fact

_CHUNK: Final = 200
_PLAYED: Final = (
    FactKind.LABEL_BOUGHT,
    FactKind.LABEL_CHECKED,
    FactKind.LABEL_VOIDED,
    FactKind.PARCEL_MANIFESTED,
    FactKind.TRACKING_SAID,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """`late`: whether the parcel came after its promise, or never; None where nobody can say yet."""

    row: int
    at: int  # UTC ms
    severity: Severity
    late: bool | None


@dataclass(slots=True)
class _Label:
    labelled: int
    checked: bool = False
    voided: bool = False
    handed: int | None = None


@dataclass(slots=True)
class _Life:
    """A shipment as its facts come in."""

    base: Situation
    labels: dict[UUID | None, _Label] = field(default_factory=dict)
    key: FoldKey | None = None
    status: str = TrackingStatus.PLANNED.value
    reason: str = ""
    event: int = 0
    unmapped: str = ""

    def take(self, fact: Fact, codes: Mapping[str, Codes]) -> None:
        at = to_ms(fact.at)
        if fact.kind is FactKind.TRACKING_SAID:
            self._said(fact, at, codes)
            return
        label = self.labels.setdefault(fact.parcel_id, _Label(at))
        if fact.kind is FactKind.LABEL_BOUGHT:
            label.labelled = at
            self._stand(fact, TrackingStatus.LABEL_CREATED, "")
        elif fact.kind is FactKind.LABEL_CHECKED:
            label.checked = True
        elif fact.kind is FactKind.PARCEL_MANIFESTED:
            label.handed = at
        else:
            label.voided = True
            self._stand(fact, TrackingStatus.PLANNED, "")

    def _said(self, fact: Fact, at: int, codes: Mapping[str, Codes]) -> None:
        raw, said = str(fact.data["code"]), str(fact.data.get("label", ""))
        known = codes.get(str(fact.data["carrier"]), NO_CODES).rule(raw, said)
        rule = known or UNKNOWN_RULE
        self.event, self.unmapped = max(self.event, at), "" if known else raw or said
        if rule.is_scan and not fact.data.get("logical"):
            self._stand(fact, rule.status, rule.reason.value)

    def _stand(self, fact: Fact, status: TrackingStatus, reason: str) -> None:
        cycle = fact.data.get("cycle")
        key = fold_key(status, fact.at, fact.fact_id, cycle=cycle if isinstance(cycle, int) else 0)
        if self.key is None or key > self.key:
            self.key, self.status, self.reason = key, status.value, reason

    def situation(self) -> Situation:
        live = [label for label in self.labels.values() if not label.voided]
        return self.base._replace(
            status=self.status,
            reason=self.reason,
            unchecked=min((one.labelled for one in live if not one.checked), default=None),
            loose=min((one.labelled for one in live if one.handed is None), default=None),
            handed=max((one.handed for one in live if one.handed is not None), default=None),
            occurred=self.key.occurred_ms if self.key else 0,
            event=self.event,
            unmapped=self.unmapped,
        )


class Replay:
    """`play` gives for each of several settings of one rule what it would have said."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def play(
        self, tried: Sequence[Rules], codes: Mapping[str, Codes], *, since: datetime, now: datetime, most: int
    ) -> tuple[int, list[list[Fired]]]:
        """How many shipments were looked at (`most` at most, the newest), and by setting what fired since then. A
        setting is Rules whose book holds nothing but the rule in question."""
        begin, end = to_ms(since), to_ms(now) + 1  # what is due at this very moment, too
        found: list[list[Fired]] = [[] for _ in tried]
        looked = 0
        with self._engine.begin() as connection:
            for row, facts in _lives(connection, begin, most):
                looked += 1
                spans = list(_spans(row, facts, codes, end))
                late = _was_late(row, tried[0], end) if tried else None
                for rules, into in zip(tried, found, strict=True):
                    into += [Fired(row=row["row"], at=at, severity=grave, late=late) for at, grave in
                             _fires(spans, rules, begin)]  # fmt: skip
        return looked, found


def _lives(connection: Connection, begin: int, most: int) -> Iterator[tuple[Any, list[Fact]]]:
    """Shipments that were open at some time since `begin`, with their facts, oldest first."""
    ship = t.shipment.c
    was_open = or_(ship.status.not_in([one.value for one in ENDED]), ship.occurred_ms >= begin)
    newest = by_event([was_open], descending=True, limit=most)
    wanted = select(t.shipment).where(ship.row.in_(newest)).order_by(ship.event_ms.desc())
    rows = connection.execute(wanted).mappings().all()
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        of: dict[UUID | None, list[Fact]] = {}
        asked = select(t.fact).where(
            t.fact.c.order_id.in_([row["order_id"] for row in chunk]),
            t.fact.c.kind.in_([kind.value for kind in _PLAYED]),
        )
        for found in connection.execute(asked).mappings():
            fact = row_fact(found)
            of.setdefault(fact.shipment_id, []).append(fact)
        for row in chunk:
            facts = of.get(row["shipment_id"], [])
            yield row, sorted(facts, key=lambda fact: (fact.at, fact.fact_id.hex))


def _spans(
    row: Any, facts: Sequence[Fact], codes: Mapping[str, Codes], end: int
) -> Iterator[tuple[int, int, Situation]]:
    """(from, until, situation): how it stood, from its first fact to now."""
    promised = row["promised_on"]
    life = _Life(
        Situation(
            status="",
            carrier=row["carrier"],
            service=row["service"],
            region=row["region"],
            ship_by=row["ship_by_ms"],
            promised=promised.isoformat() if promised else None,
        )
    )
    at = 0
    for fact in facts:
        then = to_ms(fact.at)
        if at < then <= end:
            yield at, then, life.situation()
        at = max(at, then)
        life.take(fact, codes)
    if at < end:
        yield at, end, life.situation()


def _fires(
    spans: Sequence[tuple[int, int, Situation]], rules: Rules, begin: int
) -> Iterator[tuple[int, Severity]]:
    """Each time that the rule begins to hold; what goes on over a change of the situation is one."""
    held = False
    for start, end, facts in spans:
        due = [flip for flip in flips_of(end - 1, facts, rules) if flip.due < end]
        if due and not held:
            first = max(start, min(flip.due for flip in due))
            if first >= begin:
                yield first, max(flip.severity for flip in due)
        held = bool(due)


def _was_late(row: Any, rules: Rules, end: int) -> bool | None:
    if row["status"] in (TrackingStatus.RETURNED, TrackingStatus.LOST, TrackingStatus.DESTROYED):
        return True
    if row["promised_on"] is None or row["status"] == TrackingStatus.CANCELLED:
        return None
    lane = rules.lane(row["carrier"], row["service"], row["region"])
    promise = lane.calendar.end_of(row["promised_on"].isoformat())
    if row["status"] == TrackingStatus.DELIVERED:
        return bool(row["occurred_ms"] >= promise)
    return True if end >= promise else None
