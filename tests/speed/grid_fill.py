"""A million shipments for the grid: a small station that the store itself filled, its rows copied by SQL.

The copies have no orders or facts behind them (nobody opens one here); rows, numbers, words and counts are whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tests.speed.fill import KEY, fill
from wismo_desk.store.engine import writer
from wismo_desk.store.store import MAIN

_SEED: Final = 1_500  # shipments that are made of facts
_STEP: Final = 50_000
_DAY_MS: Final = 86_400_000


def fill_rows(folder: Path, count: int) -> None:
    """`count` shipments in the folder's main file; those beyond the seed in the same mixture, over 90 days."""
    fill(folder, min(_SEED, count))
    if count <= _SEED:
        return
    file = writer(folder / MAIN, KEY, synchronous="OFF")
    try:
        with file.begin() as connection:
            indexes = _without_indexes(connection)
            triggers = _without_triggers(connection)
            _copy(connection, count)
            for statement in indexes:
                connection.exec_driver_sql(statement)
            _tally(connection)
            for statement in triggers:
                connection.exec_driver_sql(statement)
        file.run("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        file.close()


def _without_indexes(connection: Any) -> list[str]:
    """Built once at the end: five times as fast. Returns the statements that make them again."""
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND tbl_name IN ('shipment', 'parcel')"
    ).fetchall()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def _without_triggers(connection: Any) -> list[str]:
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return [sql for _, sql in found]


def _columns(connection: Any, table: str) -> list[str]:
    return [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]


def _copy(connection: Any, count: int) -> None:
    """Row `s` of the seed becomes row `r` = s + seed·k: ids, numbers and moments shifted by k."""
    seed = connection.exec_driver_sql("SELECT count(*) FROM shipment").scalar()
    said = {
        "row": ":r",
        "shipment_id": "printf('%08x', :r) || substr(shipment_id, 9)",
        "order_id": "printf('%08x', :r) || substr(order_id, 9)",
        "order_number": "CAST(100000 + :r AS TEXT)",
        "number": "CASE number WHEN '' THEN '' ELSE substr(number, 1, 2) || printf('%09d', :r * 7919 % 1000000007) "
        "|| substr(number, 12) END",
        "event_ms": f"event_ms - (:r * 7919 % (90 * {_DAY_MS}))",
    }
    r = f"(row + {seed} * k.i)"
    names = _columns(connection, "shipment")
    values = ", ".join(said.get(name, name).replace(":r", r) for name in names)
    connection.exec_driver_sql("CREATE TEMP TABLE seed AS SELECT * FROM shipment")
    rounds = (count + seed - 1) // seed
    connection.exec_driver_sql(
        f"INSERT INTO shipment ({', '.join(names)}) "
        f"WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < {rounds - 1}) "
        f"SELECT {values} FROM k, temp.seed WHERE {r} <= {count}"
    )
    connection.exec_driver_sql(
        "INSERT INTO search(rowid, text) SELECT row, order_number || ' ' || lower(customer) || ' ' || lower(place) "
        f"|| ' ' || printf('6%08d', row * 7919 % 100000000) FROM shipment WHERE row > {seed}"
    )
    connection.exec_driver_sql(
        f"INSERT INTO numbers(rowid, text) SELECT row, number || ' ' || order_number FROM shipment WHERE row > {seed}"
    )


def _tally(connection: Any) -> None:
    connection.exec_driver_sql("DELETE FROM tally")
    for kind in ("status", "carrier", "anomaly", "owner", "warehouse"):
        connection.exec_driver_sql(
            f"INSERT INTO tally SELECT '{kind}', {kind}, count(*) FROM shipment GROUP BY {kind}"
        )
    connection.exec_driver_sql(
        "INSERT INTO tally SELECT 'service', carrier || ' ' || service, count(*) FROM shipment GROUP BY 2"
    )
