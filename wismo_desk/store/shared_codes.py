"""What carriers' codes mean, told to the shared database, which folds its archive anew where that changed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from wismo_desk import __version__
from wismo_desk.domain.status import folded, mapping_version

FOLD_ON: Final = text("SELECT wismo.fold_on(:tenant, :most)")
RETIRE: Final = text("SELECT wismo.retire(:tenant, :before, :most)")


def put_codes(connection: Connection, tables: Mapping[str, str]) -> None:
    """The release's tables of carriers' codes, at each `db upgrade`; rows of carriers whose table changed are folded
    anew. An older desk leaves those of a newer one."""
    known = {row.name: row.value for row in connection.execute(text("SELECT name, value FROM wismo.meta"))}
    version = mapping_version(tables)
    if known.get("codes") == version or _parts(known.get("codes_of", "0")) > _parts(__version__):
        return
    connection.execute(text("DELETE FROM wismo.reading WHERE tenant_id = 0"))
    connection.execute(
        text(
            "INSERT INTO wismo.reading (tenant_id, warehouse, carrier, code, piece, place, status, reason, is_scan)"
            " SELECT 0, '', r.* FROM json_to_recordset(CAST(:rows AS json)) AS r(carrier text, code text, piece text,"
            " place integer, status text, reason text, is_scan boolean)"
        ),
        {"rows": json.dumps(list(_readings(tables)))},
    )
    if "codes" in known:
        connection.execute(
            text(
                "INSERT INTO wismo.refold SELECT DISTINCT tenant_id, CAST(:start AS uuid) FROM wismo.station"
                " ON CONFLICT (tenant_id) DO UPDATE SET reached = excluded.reached"
            ),
            {"start": UUID(int=0)},
        )
    connection.execute(
        text(
            "INSERT INTO wismo.meta VALUES ('codes', :version), ('codes_of', :release)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ),
        {"version": version, "release": __version__},
    )


def _readings(tables: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """As domain.status.read_codes reads them; `place` is the row's in its file."""
    for carrier, table in tables.items():
        for place, row in enumerate(csv.DictReader(io.StringIO(table))):
            yield {
                "carrier": carrier,
                "code": row["code"],
                "piece": folded(row.get("label") or ""),
                "place": place,
                "status": row["status"],
                "reason": row["reason"],
                "is_scan": row["is_scan"] == "1",
            }


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
