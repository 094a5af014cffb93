"""Looks at shipments whose rules are due and writes what is wrong with them, and when to look again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, func, select, update

from wismo_desk.domain.address import Finding
from wismo_desk.domain.anomaly import Anomaly, AnomalyKind, Rules, Severity, Situation, judge
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import from_ms, to_ms

_CHUNK = 500


def judge_shipments(
    connection: Connection, shipments: Sequence[UUID], now: datetime, rules: Rules
) -> frozenset[UUID]:
    """Re-evaluate these shipments; returns those whose anomalies changed."""
    changed: set[UUID] = set()
    for start in range(0, len(shipments), _CHUNK):
        chunk = shipments[start : start + _CHUNK]
        rows = connection.execute(_situations(chunk)).mappings().all()
        updates = []
        for row in rows:
            anomalies, again = judge(now, _situation(row), rules)
            worst = anomalies[0] if anomalies else None
            value = {
                "key": row["shipment_id"],
                "severity": int(worst.severity) if worst else 0,
                "anomaly": worst.kind.value if worst else "",
                "anomalies": json.dumps([_data(a) for a in anomalies]),
                "next_check_ms": to_ms(again) if again else None,
            }
            if any(row[name] != value[name] for name in ("anomalies", "next_check_ms")):
                updates.append(value)
            if row["anomalies"] != value["anomalies"]:
                changed.add(row["shipment_id"])
        if updates:
            statement = update(t.shipment).where(t.shipment.c.shipment_id == bindparam("key"))
            names = ("severity", "anomaly", "anomalies", "next_check_ms")
            connection.execute(statement.values({name: bindparam(name) for name in names}), updates)
    return frozenset(changed)


def due_shipments(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    row = t.shipment.c
    statement = select(row.shipment_id).where(row.next_check_ms <= to_ms(now)).limit(limit)
    return list(connection.scalars(statement))


def _situations(shipments: Sequence[UUID]) -> Any:
    """One row per shipment with the oldest label that still waits for its scan and for its manifest."""
    parcel = t.parcel.c
    unchecked = func.min(parcel.labelled_ms).filter(~parcel.checked, ~parcel.voided)
    loose = func.min(parcel.labelled_ms).filter(parcel.manifest == "", ~parcel.voided)
    ship = t.shipment.c
    return (
        select(
            ship.shipment_id,
            ship.status,
            ship.ship_by_ms,
            ship.promised_on,
            ship.address_doubt,
            ship.unmapped,
            ship.anomalies,
            ship.next_check_ms,
            unchecked.label("unchecked"),
            loose.label("loose"),
            _double().label("double"),
        )
        .select_from(t.shipment.outerjoin(t.parcel, parcel.shipment_id == ship.shipment_id))
        .where(ship.shipment_id.in_(shipments))
        .group_by(ship.row)
    )


def _double() -> Any:
    """The first parcel of a shipment with two labels that are not void: two desks packed it while one of
    them was offline."""
    parcel = t.parcel.alias("twin").c
    return (
        select(parcel.parcel_no)
        .where(parcel.shipment_id == t.shipment.c.shipment_id, ~parcel.voided, parcel.reference != "")
        .group_by(parcel.parcel_no)
        .having(func.count() > 1)
        .order_by(parcel.parcel_no)
        .limit(1)
        .correlate(t.shipment)
        .scalar_subquery()
    )


def _situation(row: RowMapping) -> Situation:
    def moment(name: str) -> datetime | None:
        return None if row[name] is None else from_ms(row[name])

    return Situation(
        status=TrackingStatus(row["status"]),
        ship_by=moment("ship_by_ms"),
        unchecked_since=moment("unchecked"),
        unmanifested_since=moment("loose"),
        promised_on=row["promised_on"],
        unmapped=row["unmapped"],
        address=read_doubt(row["address_doubt"]),
        double_parcel=row["double"],
    )


def dump_doubt(findings: Sequence[Finding]) -> str:
    """The gravest finding as JSON, "" when the address looks right."""
    worst = min(findings, key=lambda finding: not finding.certain, default=None)
    return json.dumps(asdict(worst), ensure_ascii=False) if worst else ""


def read_doubt(text: str) -> Finding | None:
    if not text:
        return None
    data = json.loads(text)
    return Finding(
        field=data["field"],
        sentence=data["sentence"],
        values=tuple((name, value) for name, value in data["values"]),
        certain=data["certain"],
    )


def _data(anomaly: Anomaly) -> dict[str, object]:
    return {
        "kind": anomaly.kind.value,
        "severity": int(anomaly.severity),
        "sentence": anomaly.sentence,
        "step": anomaly.step,
        "since": anomaly.since.isoformat() if anomaly.since else None,
        "values": list(anomaly.values),
    }


def read_anomalies(text: str) -> tuple[Anomaly, ...]:
    return tuple(
        Anomaly(
            kind=AnomalyKind(data["kind"]),
            severity=Severity(data["severity"]),
            sentence=data["sentence"],
            step=data["step"],
            since=datetime.fromisoformat(data["since"]) if data["since"] else None,
            values=tuple((name, value) for name, value in data["values"]),
        )
        for data in json.loads(text)
    )
