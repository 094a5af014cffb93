"""What a station asks the shared database at every hint: one statement, one round trip, one moment.

A statement sees one snapshot: a recipient that was committed with its order cannot be missing beside it, and the
watermark is that of the very rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

_NOBODY: Final = UUID(int=0)
_FACT: Final = (
    "xid",
    "fact_id",
    "kind",
    "at_ms",
    "station",
    "by",
    "order_id",
    "shipment_id",
    "parcel_id",
    "data",
    "warehouse",
)
_PARTY: Final = ("xid", "order_id", "data")
_IDS: Final = ("fact_id", "order_id", "shipment_id", "parcel_id")
_ROWS: Final = (
    "(SELECT json_agg(json_build_array(changed_txid::text::bigint, {columns})) FROM (SELECT * FROM wismo.{table}"
    " WHERE tenant_id = %(tenant)s AND (%(warehouse)s = '' OR warehouse = %(warehouse)s)"
    " AND changed_txid >= (SELECT xid FROM since) ORDER BY changed_txid, {key} LIMIT %(limit)s) AS page)::text"
)
# The id is that of `pg_control`, copied with a base backup; the timeline changes when a copy takes over. Either, or a
# watermark in the past, means that transactions are counted anew: everything is read again.
NEWS: Final = (
    "WITH here AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid,"  # noqa: S608 - our own words only
    " (SELECT system_identifier::text FROM pg_control_system()) AS system,"
    " (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline),"
    " since AS MATERIALIZED (SELECT CASE WHEN system = %(system)s AND timeline = %(timeline)s"
    " AND CAST(%(xid)s AS bigint) <= xid::text::bigint THEN CAST(CAST(%(xid)s AS bigint) AS text)::xid8"
    " ELSE '0'::xid8 END AS xid FROM here)"
    " SELECT system, timeline, xid::text::bigint, (SELECT xid::text::bigint FROM since), "
    + _ROWS.format(table="fact", key="fact_id", columns=", ".join(f'"{name}"' for name in _FACT[1:]))
    + ", "
    + _ROWS.format(table="party", key="order_id", columns=", ".join(_PARTY[1:]))
    + ", (SELECT json_agg(order_id) FROM wismo.lease WHERE tenant_id = %(tenant)s AND until >= clock_timestamp())::text"
    " FROM here"
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every transaction below `xid` is finished, and none to come can get such a number."""

    system: str
    timeline: int
    xid: int

    def __str__(self) -> str:
        return f"{self.system}/{self.timeline}/{self.xid}"

    @classmethod
    def parse(cls, said: str) -> Self:
        """The beginning of time when `said` is empty."""
        system, timeline, xid = said.split("/") if said else ("", "0", "0")
        return cls(system, int(timeline), int(xid))


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one table in the order of their transactions; `last` is where the next page begins."""

    rows: tuple[Mapping[Any, Any], ...]
    last: tuple[int, UUID]
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """`top`: what is below it is read for ever, once these pages are. `held`: orders in hand at any station."""

    top: Cursor
    facts: Page
    parties: Page
    held: frozenset[UUID]


def read_news(found: Sequence[Any], limit: int) -> News:
    """From the one row that NEWS gives, asked with this `limit`."""
    system, timeline, xid, since, facts, parties, held = found
    return News(
        top=Cursor(system, timeline, xid),
        facts=_page(facts, _FACT, since, limit),
        parties=_page(parties, _PARTY, since, limit),
        held=frozenset(map(UUID, json.loads(held or "[]"))),
    )


def _page(said: str | None, names: tuple[str, ...], since: int, limit: int) -> Page:
    rows = tuple(dict(zip(names, row, strict=True)) for row in json.loads(said or "[]"))
    for row in rows:
        for name in _IDS:
            if row.get(name):
                row[name] = UUID(row[name])
    last = (rows[-1]["xid"], rows[-1][names[1]]) if rows else (since, _NOBODY)
    return Page(rows=rows, last=last, full=len(rows) == limit)
