"""When the rules look at each shipment next: reads and moves the instants."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection

from wismo_desk.store.at_once import read_at_once
from wismo_desk.store.soon import tell

_LAST: Final = "SELECT row FROM agenda ORDER BY row DESC LIMIT 1"
_DUE: Final = (
    "SELECT next_check_ms, row FROM agenda WHERE row > ? AND row <= ? AND next_check_ms > ? AND next_check_ms <= ? "
    "ORDER BY next_check_ms, row LIMIT ?"
)
_NOTE: Final = (
    "INSERT INTO agenda (row, next_check_ms) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?) WHERE true "
    "ON CONFLICT (row) DO UPDATE SET next_check_ms = excluded.next_check_ms"
)
_FORGET: Final = "DELETE FROM agenda WHERE row IN (SELECT value FROM json_each(?))"


def last_row(connection: Connection) -> int:
    """0 when there is none."""
    return int(connection.exec_driver_sql(_LAST).scalar() or 0)


def due_among(
    connection: Connection, after: int, last: int, at: int, limit: int, *, since: int = -1
) -> list[list[int]]:
    """(UTC ms, row) of the shipments behind row `after` up to `last` whose instant comes behind `since` and by `at`,
    what has waited longest first."""
    return read_at_once(connection, _DUE, (after, last, since, at, limit), width=2)


def due_rows(connection: Connection, at: int, limit: int) -> list[int]:
    """Of the shipments whose instant (UTC ms) has come, what has waited longest first."""
    return [row for _, row in due_among(connection, 0, last_row(connection), at, limit)]


def note(connection: Connection, pairs: Iterable[Sequence[int | None]]) -> None:
    """(row, UTC ms) each; None: never by itself."""
    said = sorted(pairs, key=lambda pair: pair[0] or 0)  # neighbours stand on one page
    connection.exec_driver_sql(_NOTE, (json.dumps(said),))
    tell(connection, said)


def look_again(connection: Connection, rows: Iterable[int]) -> None:
    """With the next tick."""
    note(connection, ((row, 0) for row in rows))


def forget(connection: Connection, rows: Sequence[int]) -> None:
    """Of shipments that are gone."""
    connection.exec_driver_sql(_FORGET, (json.dumps(list(rows)),))
