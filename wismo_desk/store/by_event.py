"""Shipments in the order of their last events, from the index that has the worst first.

An index of its own would be rewritten with each word of a carrier, on two pages more; eight stretches of the other one
are merged instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, literal_column, select, union_all

from wismo_desk.domain.anomaly_kinds import Severity
from wismo_desk.store import main_tables as t

# Each severity there is, open and ended; and one to spare, for a desk that is newer.
STRETCHES: Final = tuple((grave, ended) for grave in range(max(Severity) + 1, -1, -1) for ended in (0, 1))
STRETCH: Final = f"severity = ? AND {t.HAS_ENDED} = ?"
_ship: Final = t.shipment.c
_ended: Final[ColumnElement[int]] = literal_column(t.HAS_ENDED)


def heard_since(at_ms: int) -> ColumnElement[bool]:
    """Whether anything was heard since then (UTC ms), so said that the index serves it."""
    graves = sorted({grave for grave, _ in STRETCHES})
    return _ship.severity.in_(graves) & _ended.in_((0, 1)) & (_ship.event_ms >= at_ms)


def by_event(
    where: Iterable[ColumnElement[bool]] = (),
    *,
    descending: bool = False,
    limit: int | None = None,
    only_open: bool = False,
) -> Select[Any]:
    """The rows that `where` wants, by their last events and, of one instant, by row. `only_open`: the stretches of
    those that ended are not read."""
    wanted = list(where)
    parts = [
        select(_ship.row, _ship.event_ms).where(
            _ship.severity == literal_column(str(grave)), _ended == literal_column(str(ended)), *wanted
        )
        for grave, ended in STRETCHES
        if not (only_open and ended)
    ]
    columns: list[ColumnElement[int]] = [literal_column("event_ms"), literal_column("row")]
    merged = union_all(*parts).order_by(*(column.desc() if descending else column for column in columns))
    if limit is not None:
        merged = merged.limit(limit)
    found = merged.subquery("found")
    return select(found.c.row)
