"""The questions of the grid: which rows in which order, pages of them, and the kept counts.

The first page comes from an index of the file at once. Many shipments have an index in memory beside it
(`prepare`, in the background), which follows the log of touched rows.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, literal_column, select

from wismo_desk.domain.status import ENDED
from wismo_desk.domain.watching import Counts, Filter, ShipmentRow, Sort, promised_between
from wismo_desk.store import main_tables as t
from wismo_desk.store.by_event import STRETCH, STRETCHES, by_event
from wismo_desk.store.codec import to_ms
from wismo_desk.store.counts import Tally, as_counts, tally
from wismo_desk.store.grid_row import COLUMNS, Names, no_names, read_row
from wismo_desk.store.search import Spelling, hits

if TYPE_CHECKING:
    from wismo_desk.store.grid_columns import Columns  # numpy: not before the first paint

FEW: Final = 20_000  # up to so many shipments SQL alone is as quick
_HANDFUL: Final = 500  # as many rows the file's own index gives at once
_CHUNK: Final = 16_384  # rows that are read into memory at once: a few milliseconds of the interpreter
_ship = t.shipment.c
_ENDED: Final[ColumnElement[bool]] = literal_column(t.HAS_ENDED)
_HAS_ANOMALY: Final[ColumnElement[bool]] = literal_column("shipment.anomaly <> ''")  # as the index says it
_SORTS: Final[dict[Sort, tuple[Any, ...]]] = {
    Sort.EVENT: (_ship.event_ms, _ship.row),
    Sort.PROMISED: (_ship.promised_on, _ship.row),
    Sort.NUMBER: (_ship.number, _ship.row),
    Sort.CARRIER: (_ship.carrier, _ship.event_ms, _ship.row),
    Sort.CUSTOMER: (_ship.customer_key, _ship.row),
    Sort.STATUS: (_ship.status, _ship.event_ms, _ship.row),
}
_INDEXED: Final = (Sort.WORST, Sort.EVENT, Sort.PROMISED, Sort.NUMBER, Sort.CUSTOMER)
_ONE: Final = f"SELECT {', '.join(COLUMNS)} FROM shipment WHERE "  # noqa: S608 - our own words only
# One text for all rows: SQLite gives the interpreter back at every row it hands out, and to have it again each time is
# what a page waits for while the window paints.
_PAGE: Final = f"SELECT json_group_array(json_array({', '.join(COLUMNS)})) FROM shipment WHERE "  # noqa: S608 - likewise
_PACKED: Final = "SELECT group_concat(%s) FROM shipment "
_STRETCH: Final = f"INDEXED BY shipment_worst WHERE {STRETCH} AND event_ms > ?"
_UNTIL: Final = f"SELECT event_ms FROM shipment {_STRETCH} ORDER BY event_ms LIMIT 1 OFFSET ?"  # noqa: S608 - likewise
_BETWEEN: Final = f"{_STRETCH} AND event_ms <= ?"
_FOREVER: Final = 1 << 62


class GridQueries:
    """Read-only; every method may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._spelling = Spelling(engine)
        self._lock = threading.Lock()
        self._columns: Columns | None = None
        self._seq = 0  # of the log, up to where the columns follow it

    # Which rows

    def rows(
        self,
        asked: Filter,
        limit: int | None = None,
        *,
        now: datetime | None = None,
        today: date | None = None,
    ) -> array[int]:
        """The index vector of the grid: local row ids in the asked order (32-bit). `now` and `today` as the desk
        sees them, for filters by age and promise."""
        when = now or datetime.now(UTC)
        day = today or when.date()
        with self._engine.begin() as connection:
            found = self._hits(connection, asked)
            if found == "":
                return array("i")
            if self._columns is not None and (limit is None or self._answers(connection, asked)):
                with self._lock:
                    columns = self._follow(connection, self._columns)
                    if columns.tells_apart(asked):
                        self._arrange(connection, columns, asked.sort)
                        return columns.order(asked, now=when, today=day, hits=found, limit=limit)
            return _asked_of_file(connection, asked, limit, _where(asked, when, day, found))

    def _answers(self, connection: Connection, asked: Filter) -> bool:
        """Whether a first page comes sooner from memory than from the file: an index there has the first of
        everything at once, but not the first of what a filter leaves, unless that is little."""
        columns = self._columns
        assert columns is not None
        if asked.anomalies:
            counts = tally(connection).get("anomaly", {})
            if sum(counts.get(kind.value, 0) for kind in asked.anomalies) <= _HANDFUL:
                return False
        everything = asked == Filter(sort=asked.sort, descending=asked.descending)
        if everything and asked.sort in _INDEXED:
            return columns.has_sorted(asked.sort)
        return columns.knows(asked.sort)

    def _hits(self, connection: Connection, asked: Filter) -> str | None:
        """The rows its text means, parted by commas; None without a text. What is not found as it is typed is
        looked for with a typing error."""
        if not asked.text.strip():
            return None
        found = _joined(connection, hits(asked.text))
        if not found and (near := self._spelling.near(asked.text)):
            found = _joined(connection, hits(asked.text, near))
        return found

    # The index in memory

    def prepare(self) -> bool:
        """Read the index of many shipments into memory; False when it is there, or they are few. Takes a second
        or two for a million: in the background, on a lane of its own."""
        with self._engine.begin() as connection:
            kept = tally(connection)
        if self._columns is not None or sum(kept.get("status", {}).values()) <= FEW:
            return False
        columns, seq = self._load()
        with self._lock:
            self._columns, self._seq = columns, seq
        return True

    def _load(self) -> tuple[Columns, int]:
        from wismo_desk.store.grid_columns import Columns

        columns = Columns()
        with self._engine.begin() as connection:
            seq = _newest(connection)
            kept = tally(connection)
            for stretch in STRETCHES:
                last: int | None = -1
                while last is not None:
                    until = connection.exec_driver_sql(_UNTIL, (*stretch, last, _CHUNK)).scalar()
                    between = (*stretch, last, _FOREVER if until is None else until)
                    _put(connection, columns, kept, _BETWEEN, between)
                    last = until
            connection.exec_driver_sql("PRAGMA shrink_memory")  # the last pages, nobody asks for them again
        return columns, seq

    def _follow(self, connection: Connection, columns: Columns) -> Columns:
        """What was touched since; everything again when the log does not reach back so far."""
        newest = _newest(connection)
        if newest == self._seq:
            return columns
        oldest = connection.exec_driver_sql("SELECT min(seq) FROM shipment_log").scalar() or 0
        if newest < self._seq or oldest > self._seq + 1:
            self._columns, self._seq = self._load()
            return self._columns
        touched = connection.exec_driver_sql(
            "SELECT DISTINCT row FROM shipment_log WHERE seq > ?", (self._seq,)
        ).fetchall()
        rows = [row for (row,) in touched]
        kept = tally(connection)
        columns.forget(rows)
        for start in range(0, len(rows), 500):
            some = ", ".join(map(str, rows[start : start + 500]))
            _put(connection, columns, kept, f"WHERE row IN ({some})", ())
        self._seq = newest
        return columns

    def _arrange(self, connection: Connection, columns: Columns, sort: Sort) -> None:
        if not columns.knows(sort):
            columns.arrange(_joined(connection, select(_ship.row).order_by(*_SORTS[sort])), sort)

    # Pages

    def page(self, rows: Sequence[int], names: Names = no_names) -> list[ShipmentRow]:
        """These rows, in this order; rows gone meanwhile are left out. `names` are what people call a service."""
        by_row: dict[int, ShipmentRow] = {}
        with self._engine.begin() as connection:
            for start in range(0, len(rows), 5000):
                some = ", ".join(map(str, map(int, rows[start : start + 5000])))
                found = connection.exec_driver_sql(f"{_PAGE} row IN ({some})").scalar() or "[]"
                by_row |= {row[0]: read_row(row, names) for row in json.loads(found)}
        return [by_row[row] for row in rows if row in by_row]

    def shipment(self, shipment_id: UUID) -> ShipmentRow | None:
        with self._engine.begin() as connection:
            row = connection.exec_driver_sql(f"{_ONE} shipment_id = ?", (shipment_id.hex,)).first()
        return read_row(row) if row else None

    def row_ids(self, shipments: Iterable[UUID]) -> dict[UUID, int]:
        """The local row of each of these shipments."""
        wanted = list(shipments)
        found: dict[UUID, int] = {}
        with self._engine.begin() as connection:
            for start in range(0, len(wanted), 5000):
                asked = select(_ship.shipment_id, _ship.row).where(
                    _ship.shipment_id.in_(wanted[start : start + 5000])
                )
                found |= {row.shipment_id: row.row for row in connection.execute(asked)}
        return found

    def counts(self) -> Counts:
        """From the kept counts."""
        with self._engine.begin() as connection:
            return as_counts(tally(connection))


def _newest(connection: Connection) -> int:
    return connection.exec_driver_sql("SELECT max(seq) FROM shipment_log").scalar() or 0


def _put(connection: Connection, columns: Columns, kept: Tally, which: str, values: tuple[Any, ...]) -> None:
    packing, said = columns.packing(kept)
    asked = f"{_PACKED % packing} {which}"
    if packed := connection.exec_driver_sql(asked, (*said, *values)).scalar():
        columns.put(packed)


def _joined(connection: Connection, asked: Any) -> str:
    """The rows of a question in its order, parted by commas: SQLite makes the one text without holding the
    interpreter, where a million tuples would stall the window."""
    found = asked.subquery()
    return connection.scalar(select(func.group_concat(found.c.row))) or ""


def _asked_of_file(
    connection: Connection, asked: Filter, limit: int | None, where: list[ColumnElement[bool]]
) -> array[int]:
    question = _question(asked, where, limit)
    if limit is not None:
        return array("i", connection.scalars(question))
    said = _joined(connection, question)
    if len(said) < 8 * FEW:
        return array("i", map(int, said.split(","))) if said else array("i")
    from wismo_desk.store.grid_columns import as_array, as_rows

    return as_array(as_rows(said))


def _question(asked: Filter, where: list[ColumnElement[bool]], limit: int | None) -> Select[Any]:
    few = bool(asked.anomalies) or bool(asked.text.strip())  # those have an index of their own
    if asked.sort is Sort.EVENT and not few:
        return by_event(where, descending=asked.descending, limit=limit, only_open=asked.only_open)
    return select(_ship.row).where(*where).order_by(*_order(asked)).limit(limit)


def _order(asked: Filter) -> list[Any]:
    """Up is down read backwards, to the last column: one index serves both."""
    if asked.sort is Sort.WORST:  # within a severity what has waited longest, and behind it what has ended
        if asked.descending:
            return [_ship.severity.desc(), _ENDED, _ship.event_ms, _ship.row]
        return [_ship.severity, _ENDED.desc(), _ship.event_ms.desc(), _ship.row.desc()]
    columns = _SORTS[asked.sort]
    return [column.desc() for column in columns] if asked.descending else list(columns)


def _where(asked: Filter, now: datetime, today: date, found: str | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.statuses:
        wanted.append(_ship.status.in_([status.value for status in asked.statuses]))
    if asked.carriers:
        wanted.append(_ship.carrier.in_(sorted(asked.carriers)))
    if asked.services:
        pair = _ship.carrier + " " + _ship.service
        wanted.append(pair.in_([f"{carrier} {service}" for carrier, service in asked.services]))
    if asked.anomalies:
        wanted.append(_ship.anomaly.in_([kind.value for kind in asked.anomalies]))
        wanted.append(_HAS_ANOMALY)  # else SQLite does not see that its index of anomalies will do
    if asked.only_anomalies:
        wanted.append(_HAS_ANOMALY)
    if asked.only_open:
        wanted.append(_ship.status.not_in([status.value for status in ENDED]))
    if asked.owners:
        wanted.append(_ship.owner.in_(sorted(asked.owners)))
    if asked.warehouses:
        wanted.append(_ship.warehouse.in_(sorted(asked.warehouses)))
    if asked.silent_h:
        wanted.append(_ship.event_ms <= to_ms(now - timedelta(hours=asked.silent_h)))
    if asked.promise is not None:
        first, last = promised_between(asked.promise, today)
        if first is None or last is None:
            wanted.append(_ship.promised_on.is_(None))
        else:
            wanted.append(_ship.promised_on.between(first, last))
    if found is not None:
        values = select(func.json_each(f"[{found}]").table_valued("value").c.value)
        wanted.append(_ship.row.in_(values))
    return wanted
