"""Many rows in one step of SQLite: as one JSON text, there and back.

SQLite hands the interpreter over at every row that it gives or takes. While a window paints, each of these rows waits
for it, up to the interval at which threads take turns (half a millisecond); a text takes one turn however long it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection


def read_at_once(
    connection: Connection, asked: str, values: Sequence[int | str], *, width: int
) -> list[list[Any]]:
    """The rows of a SELECT of `width` columns, in its order: numbers, texts and None, never bytes."""
    found = connection.exec_driver_sql(_read(asked, width), tuple(values)).scalar()
    rows: list[list[Any]] = json.loads(found or "[]")
    return rows


def update_at_once(
    connection: Connection, table: str, names: Sequence[str], key: str, rows: Iterable[Sequence[Any]]
) -> None:
    """`names` of the row whose `key` comes last in each of `rows`. No row may be there twice."""
    said = json.dumps(list(rows), ensure_ascii=False)
    connection.exec_driver_sql(_update(table, tuple(names), key), (said,))


def keep_at_once(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Whole rows, all of the same columns; what is there already stays."""
    said = [[value.hex if isinstance(value, UUID) else value for value in row.values()] for row in rows]
    if said:
        connection.exec_driver_sql(_keep(table, tuple(rows[0])), (json.dumps(said, ensure_ascii=False),))


@lru_cache(maxsize=64)
def _keep(table: str, names: tuple[str, ...]) -> str:
    columns, values = (
        ", ".join(f'"{name}"' for name in names),
        ", ".join(f"value ->> {n}" for n in range(len(names))),
    )
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM json_each(?) "  # noqa: S608 - likewise
        "WHERE true ON CONFLICT DO NOTHING"
    )


@lru_cache(maxsize=64)
def _read(asked: str, width: int) -> str:
    columns = ", ".join(f"c{n}" for n in range(width))
    return f"WITH said({columns}) AS ({asked}) SELECT json_group_array(json_array({columns})) FROM said"  # noqa: S608 - our own words only


@lru_cache(maxsize=64)
def _update(table: str, names: tuple[str, ...], key: str) -> str:
    changed = ", ".join(f"{name} = said.value ->> {n}" for n, name in enumerate(names))
    return (
        f"UPDATE {table} SET {changed} FROM json_each(?) AS said "  # noqa: S608 - likewise
        f"WHERE {table}.{key} = said.value ->> {len(names)}"
    )
