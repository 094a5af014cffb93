"""Reads the work list: shipments with anomalies grouped by cause, and what people did about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, case, func, select

from wismo_desk.domain.anomaly_kinds import Anomaly, AnomalyKind, Cause, Severity
from wismo_desk.domain.fact import Fact
from wismo_desk.domain.triage import Group, Standing, WorkList
from wismo_desk.store import main_tables as t
from wismo_desk.store.care import care_facts
from wismo_desk.store.codec import from_ms, to_ms
from wismo_desk.store.judging import CAUSE_OF_WORST, read_anomalies

_CHUNK: Final = 500
_ship = t.shipment.c
_KINDS: Final = list(AnomalyKind)
# Kinds whose cause is not the carrier's: one group whoever shall carry it.
_ANY_CARRIER: Final = (AnomalyKind.ADDRESS_DOUBTFUL.value,)
_CARRIER: Final[ColumnElement[str]] = case((_ship.anomaly.in_(_ANY_CARRIER), ""), else_=_ship.carrier)
_cause: Final[ColumnElement[str]] = func.json_extract(_ship.anomalies, CAUSE_OF_WORST)


class AnomalyQueries:
    """All of it from the rows that carry an anomaly: nothing here looks at a million."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def work(self, standing: Standing, *, today: datetime) -> WorkList:
        """`today`: when the day began here."""
        keys = (_ship.anomaly, _CARRIER.label("carrier"), _ship.detail, _cause.label("cause"))
        groups = (
            select(
                *keys,
                func.count().label("shipments"),
                func.max(_ship.severity).label("severity"),
                func.min(_ship.since_ms).label("oldest"),
                func.max(_ship.since_ms).label("newest"),
                func.group_concat(_ship.owner.distinct()).label("owners"),
            )
            .where(_ship.triage == standing.value)
            .group_by(*keys)
        )
        counts = (
            select(_ship.triage, _ship.severity, func.count().label("n"))
            .where(_ship.triage != "")
            .group_by(_ship.triage, _ship.severity)
        )
        row = t.episode.c
        settled = select(func.count(row.shipment_id.distinct())).where(
            row.closed_ms >= to_ms(today), ~row.shadow
        )
        with self._engine.begin() as connection:
            found = [_group(one, standing) for one in connection.execute(groups)]
            by = {(one.triage, one.severity): one.n for one in connection.execute(counts)}
            settled_today = connection.scalar(settled) or 0
        found.sort(key=lambda one: (-one.severity, _KINDS.index(one.kind), -one.shipments, one.detail))
        causes = {cause: sum(one.shipments for one in found if one.cause is cause) for cause in Cause}
        return WorkList(
            groups=tuple(found),
            to_act=by.get((Standing.OPEN.value, int(Severity.ACT)), 0),
            to_watch=by.get((Standing.OPEN.value, int(Severity.WATCH)), 0),
            seen=sum(n for (triage, _), n in by.items() if triage == Standing.SEEN.value),
            snoozed=sum(n for (triage, _), n in by.items() if triage == Standing.SNOOZED.value),
            settled_today=settled_today,
            by_cause=tuple(causes.items()),
        )

    def to_act(self) -> int:
        """The badge: how many are open and to be acted on."""
        wanted = (_ship.triage == Standing.OPEN.value, _ship.severity == int(Severity.ACT))
        with self._engine.begin() as connection:
            return connection.scalar(select(func.count()).where(*wanted)) or 0

    def rows(self, group: Group, limit: int) -> list[int]:
        """Local row ids, what has waited longest first."""
        statement = select(_ship.row).where(*_members(group)).order_by(_ship.since_ms, _ship.row).limit(limit)
        with self._engine.begin() as connection:
            return list(connection.scalars(statement))

    def shipments(self, group: Group) -> list[UUID]:
        with self._engine.begin() as connection:
            return list(connection.scalars(select(_ship.shipment_id).where(*_members(group))))

    def wrong(self, shipments: Sequence[UUID]) -> dict[UUID, tuple[Anomaly, ...]]:
        """The anomalies of those that have any."""
        found: dict[UUID, tuple[Anomaly, ...]] = {}
        with self._engine.begin() as connection:
            for chunk in _chunks(shipments):
                wanted = select(_ship.shipment_id, _ship.anomalies).where(
                    _ship.shipment_id.in_(chunk), _ship.anomaly != ""
                )
                found |= {
                    row.shipment_id: read_anomalies(row.anomalies) for row in connection.execute(wanted)
                }
        return found

    def orders(self, shipments: Sequence[UUID]) -> dict[UUID, UUID]:
        """The order of each of these shipments."""
        found: dict[UUID, UUID] = {}
        with self._engine.begin() as connection:
            for chunk in _chunks(shipments):
                wanted = select(_ship.shipment_id, _ship.order_id).where(_ship.shipment_id.in_(chunk))
                found |= {row.shipment_id: row.order_id for row in connection.execute(wanted)}
        return found

    def care_facts(self, shipments: Sequence[UUID]) -> list[Fact]:
        """What people did about these, in no order."""
        orders = sorted(self.orders(shipments).values())
        asked = frozenset(shipments)
        with self._engine.begin() as connection:
            by_shipment = care_facts(connection, orders)
        return [fact for key, facts in by_shipment.items() if key in asked for fact in facts]

    def fired(self, since: datetime) -> dict[AnomalyKind, int]:
        """How often each rule began to hold since then."""
        row = t.episode.c
        counts = (
            select(row.kind, func.count().label("n")).where(row.opened_ms >= to_ms(since)).group_by(row.kind)
        )
        with self._engine.begin() as connection:
            return {AnomalyKind(one.kind): one.n for one in connection.execute(counts)}

    def owners(self) -> tuple[str, ...]:
        statement = select(_ship.owner).where(_ship.triage != "", _ship.owner != "").distinct().limit(50)
        with self._engine.begin() as connection:
            return tuple(sorted(connection.scalars(statement)))


def _members(group: Group) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        _ship.triage == group.standing.value,
        _ship.anomaly == group.kind.value,
        _ship.detail == group.detail,
        _cause == group.cause.value,
    ]
    if group.kind.value not in _ANY_CARRIER:
        found.append(_ship.carrier == group.carrier)
    return found


def _group(row: Any, standing: Standing) -> Group:
    oldest = None if row.oldest is None else from_ms(row.oldest)
    return Group(
        kind=AnomalyKind(row.anomaly),
        severity=Severity(row.severity),
        carrier=row.carrier,
        detail=row.detail,
        cause=Cause(row.cause),
        since=oldest,
        shipments=row.shipments,
        standing=standing,
        owners=tuple(name for name in (row.owners or "").split(",") if name),
        oldest=oldest,
        newest=None if row.newest is None else from_ms(row.newest),
    )


def _chunks(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))
