"""Folds what people did about anomalies into the rows of their shipments."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.triage import Care, fold_care
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import row_fact

_CHUNK = 500
_SAY = (
    update(t.shipment)
    .where(t.shipment.c.shipment_id == bindparam("key"))
    .values(owner=bindparam("who"), snoozed_ms=bindparam("until"), care=bindparam("said"))
)


def fold_cares(db: Connection, facts: Collection[Fact]) -> None:
    """All that is known of each shipment, whatever came first."""
    orders = sorted({fact.order_id for fact in facts if fact.order_id is not None})
    rows = []
    for shipment, said in care_facts(db, orders).items():
        care = fold_care(said)
        row = {"key": shipment, "who": care.owner, "until": care.snoozed_ms, "said": care_text(care)}
        rows.append(row)
    if rows:
        db.execute(_SAY, rows)


def care_facts(db: Connection, orders: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    """By shipment."""
    found: dict[UUID, list[Fact]] = {}
    row = t.fact.c
    for start in range(0, len(orders), _CHUNK):
        wanted = row.order_id.in_(orders[start : start + _CHUNK])
        kind = row.kind == FactKind.ANOMALY_HANDLED.value
        for one in map(row_fact, db.execute(select(t.fact).where(wanted, kind)).mappings()):
            if one.shipment_id is not None:
                found.setdefault(one.shipment_id, []).append(one)
    return found


def care_text(care: Care) -> str:
    """JSON of what the rules read of it; "" when nobody said anything that matters to them."""
    data: dict[str, object] = {}
    if care.seen:
        data["seen"] = dict(care.seen)
    if care.settled:
        data["settled"] = dict(care.settled)
    if care.contested_ms is not None:
        data["contested"] = care.contested_ms
    if care.notes:
        data["notes"] = care.notes
    return json.dumps(data, sort_keys=True) if data else ""
