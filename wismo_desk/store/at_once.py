"""Many rows in one step of SQLite: as one JSON text, there and back.

SQLite hands the interpreter over at every row that it gives or takes. While a window paints, each of these rows waits
for it, up to the interval at which threads take turns (half a millisecond); a text takes one turn however long it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.store.codec import from_ms

_FACT: Final = 'fact_id, kind, at_ms, station, "by", order_id, shipment_id, parcel_id, data'

_FACT_SAID: Final = ", ".join(f"value {'->' if n == 8 else '->>'} {n}" for n in range(9))
_FACTS: Final = (
    f"INSERT INTO fact ({_FACT}) SELECT {_FACT_SAID} FROM jsonb_each(?) WHERE true ON CONFLICT DO NOTHING"  # noqa: S608 - ours
)
# Of the journal, whose facts are numbered: the first parameter is the number before the first of them.
NUMBERED: Final = f"INSERT INTO fact (seq, {_FACT}) SELECT ? + 1 + key, {_FACT_SAID} FROM jsonb_each(?)"  # noqa: S608

_KNOWN: Final = "SELECT fact_id FROM fact WHERE fact_id IN (SELECT value FROM json_each(?))"


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


def keep_at_once(
    connection: Connection,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    also: str = "ON CONFLICT DO NOTHING",
) -> None:
    """Whole rows, all of the same columns; `also` says what becomes of those that are there already."""
    said = [[_plain(value) for value in row.values()] for row in rows]
    if said:
        connection.exec_driver_sql(
            _keep(table, tuple(rows[0]), also), (json.dumps(said, ensure_ascii=False),)
        )


def keep_facts_at_once(connection: Connection, said: str) -> None:
    """`said`: codec.facts_text. Those that are there stay as they are."""
    connection.exec_driver_sql(_FACTS, (said,))


def known_at_once(connection: Connection, facts: Iterable[UUID]) -> set[UUID]:
    """The ids of those facts that are kept already."""
    return {UUID(key) for (key,) in read_at_once(connection, _KNOWN, (ids_at_once(facts),), width=1)}


def ids_at_once(ids: Iterable[UUID | None]) -> str:
    """As a parameter: `IN (SELECT value FROM json_each(?))`."""
    return json.dumps([key.hex for key in ids if key is not None])


def facts_at_once(connection: Connection, asked: str, values: Sequence[int | str]) -> list[Fact]:
    """`asked`: what follows `SELECT … ` of the columns of `fact`, from its FROM on."""
    rows = read_at_once(connection, f"SELECT {_FACT} {asked}", values, width=9)
    return [
        Fact(
            fact_id=UUID(key),
            kind=FactKind(kind),
            at=from_ms(at_ms),
            station=station,
            by=by,
            order_id=UUID(order) if order else None,
            shipment_id=UUID(shipment) if shipment else None,
            parcel_id=UUID(parcel) if parcel else None,
            data=json.loads(data),
        )
        for key, kind, at_ms, station, by, order, shipment, parcel, data in rows
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=64)
def _keep(table: str, names: tuple[str, ...], also: str) -> str:
    columns, values = (
        ", ".join(f'"{name}"' for name in names),
        ", ".join(f"value ->> {n}" for n in range(len(names))),
    )
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM jsonb_each(?) "  # noqa: S608 - likewise
        f"WHERE true {also}"
    )


@lru_cache(maxsize=64)
def _read(asked: str, width: int) -> str:
    columns = ", ".join(f"c{n}" for n in range(width))
    return f"WITH said({columns}) AS ({asked}) SELECT json_group_array(json_array({columns})) FROM said"  # noqa: S608 - our own words only


@lru_cache(maxsize=64)
def _update(table: str, names: tuple[str, ...], key: str) -> str:
    changed = ", ".join(f"{name} = said.value ->> {n}" for n, name in enumerate(names))
    return (
        f"UPDATE {table} SET {changed} FROM jsonb_each(?) AS said "  # noqa: S608 - likewise
        f"WHERE {table}.{key} = said.value ->> {len(names)}"
    )
