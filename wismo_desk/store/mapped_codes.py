"""What carriers' codes mean: the shipped tables, under what this merchant mapped; and folding history again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, func, or_, select, update

from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.status import (
    CODE_SCOPE,
    NO_CODES,
    Codes,
    IncidentReason,
    StatusRule,
    TrackingStatus,
    folded,
    read_codes,
)
from wismo_desk.domain.watching import UnmappedCode
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import row_fact, to_ms
from wismo_desk.store.foresight import forget_scans
from wismo_desk.store.projection import Projection

_CHUNK = 500
_said = t.fact.c.kind == FactKind.TRACKING_SAID.value
_carrier = func.json_extract(t.fact.c.data, "$.carrier")
_code = func.json_extract(t.fact.c.data, "$.code")
_label = func.json_extract(t.fact.c.data, "$.label")


def load_codes(connection: Connection, statuses: Mapping[str, str]) -> dict[str, Codes]:
    """By carrier. The facts are asked, not the folded values: at a rebuild these come later."""
    codes = {name: read_codes(text) for name, text in statuses.items()}
    latest: dict[tuple[str, str, str], StatusRule | None] = {}
    for key, value in _mapped(connection):
        latest[key] = value
    mine: dict[str, list[tuple[str, str, StatusRule]]] = {}
    for (carrier, code, piece), rule in latest.items():
        if rule is not None:
            mine.setdefault(carrier, []).append((code, piece, rule))
    for carrier, rows in mine.items():
        rows.sort(key=lambda row: -len(row[1]))  # what asks for more words goes first
        codes[carrier] = codes.get(carrier, NO_CODES).under(rows)
    return codes


def _mapped(connection: Connection) -> Iterator[tuple[tuple[str, str, str], StatusRule | None]]:
    """Every mapping this merchant ever made, oldest first; None took one back."""
    wanted = (
        select(t.fact.c.data)
        .where(
            t.fact.c.kind == FactKind.VALUE_SET.value,
            func.json_extract(t.fact.c.data, "$.scope") == CODE_SCOPE,
        )
        .order_by(t.fact.c.fact_id)
    )
    for text in connection.scalars(wanted):
        data = json.loads(text)
        carrier, code, piece = json.loads(data["key"])
        value = data["value"]
        rule = (
            StatusRule(TrackingStatus(value["status"]), IncidentReason(value["reason"]), value["is_scan"])
            if value
            else None
        )
        yield (carrier, code, piece), rule


def fold_again(connection: Connection, codes: Mapping[str, Codes], carrier: str, code: str) -> Projection:
    """Shipments that ever heard this code from this carrier, as if all were told anew; also a code of several parts
    that begins with it, for which it stands where no table knows the whole ("X/013", domain.status)."""
    begin = f"{code}/"
    meant = or_(_code == code, func.substr(_code, 1, len(begin)) == begin)
    heard = select(t.fact.c.shipment_id).where(_said, _carrier == carrier, meant).distinct()
    shipments = [key for key in connection.scalars(heard) if key is not None]
    projection = Projection(connection, codes)
    for start in range(0, len(shipments), _CHUNK):
        some = shipments[start : start + _CHUNK]
        forget_scans(connection, some)
        connection.execute(
            update(t.shipment)
            .where(t.shipment.c.shipment_id.in_(some))
            .values(
                status=TrackingStatus.PLANNED.value,
                reason="",
                unmapped="",
                cycle=0,
                phase=0,
                occurred_ms=0,
                tie_rank=0,
                state_fact="",
                hurdle="",
                hurdle_ms=0,
            )
        )
        rows = connection.execute(
            select(t.fact).where(t.fact.c.shipment_id.in_(some)).order_by(t.fact.c.fact_id)
        ).mappings()
        projection.fold([row_fact(row) for row in rows])
    return projection


def unmapped(connection: Connection, codes: Mapping[str, Codes], since: datetime) -> list[UnmappedCode]:
    """What carriers said since then that no table knows, the most frequent first."""
    told = (
        select(
            _carrier.label("carrier"),
            _code.label("code"),
            _label.label("label"),
            func.count().label("times"),
            func.max(t.fact.c.at_ms).label("last"),
        )
        .where(_said, t.fact.c.at_ms >= to_ms(since))
        .group_by(_carrier, _code, _label)
    )
    found: dict[tuple[str, str, str], UnmappedCode] = {}
    for row in connection.execute(told):
        if codes.get(row.carrier, NO_CODES).rule(row.code, row.label or "") is not None:
            continue
        key = (row.carrier, row.code, folded(row.label or ""))
        known = found.get(key)
        last = datetime.fromtimestamp(row.last / 1000, UTC)
        found[key] = UnmappedCode(
            carrier=row.carrier,
            code=row.code,
            label=row.label or "",
            times=row.times + (known.times if known else 0),
            last_at=max(last, known.last_at) if known else last,
        )
    return sorted(found.values(), key=lambda one: -one.times)
