"""What the grid of a million rows stands on beside its table: kept counts, a log of touched rows, parts of numbers.

All of it is kept by triggers, so that no writer can forget it, and made anew with the table.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

_COUNTED: Final = {
    "status": "status",
    "carrier": "carrier",
    "service": "carrier || ' ' || service",
    "anomaly": "anomaly",
    "owner": "owner",
    "warehouse": "warehouse",
}
_WATCHED: Final = (
    "severity, event_ms, status, carrier, service, anomaly, promised_on, owner, number, customer_key, "
    "warehouse"
)
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS tally (kind TEXT NOT NULL, key TEXT NOT NULL, count INTEGER NOT NULL, "
    "PRIMARY KEY (kind, key)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS shipment_log (seq INTEGER PRIMARY KEY, row INTEGER NOT NULL)",
    # Any part of a number, from three characters on; the words of `search` are found by their beginnings.
    "CREATE VIRTUAL TABLE IF NOT EXISTS numbers USING fts5("
    "text, tokenize='trigram', content='', contentless_delete=1)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5vocab('search', 'row')",
)
_MADE: Final = ("tally", "shipment_log", "search_words", "numbers")
# Two hundred thousand touched rows are remembered; whoever is further behind reads everything again.
_LOG: Final = (
    "INSERT INTO shipment_log(row) VALUES (%s.row); "
    "DELETE FROM shipment_log WHERE seq <= last_insert_rowid() - 200000; "
)
_SPELL: Final = "INSERT INTO numbers(rowid, text) VALUES (new.row, new.number || ' ' || new.order_number); "

# A row is born counted under no warehouse, and moves to its own in the same breath.
_SETTLE: Final = (
    "UPDATE shipment SET warehouse = (SELECT name FROM warehouse AS w WHERE w.order_id = new.order_id) "
    "WHERE row = new.row AND EXISTS (SELECT 1 FROM warehouse AS w WHERE w.order_id = new.order_id); "
)
_MOVE: Final = (
    "UPDATE shipment SET warehouse = new.name WHERE order_id = new.order_id AND warehouse <> new.name; "
)


def make(connection: Connection) -> None:
    """Tables and triggers that are not there yet; the tables of `main_tables` are."""
    for statement in (*_TABLES, *_triggers()):
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Before the table of shipments is made anew; its triggers go with it."""
    for name in _MADE:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def _triggers() -> list[str]:
    born = "".join(_more(kind, said) for kind, said in _COUNTED.items())
    gone = "".join(_less(kind, said) for kind, said in _COUNTED.items())
    changed = [
        _trigger(
            f"tally_{kind}",
            f"UPDATE OF {', '.join(_columns(said))}",
            f"{_less(kind, said)}{_more(kind, said)}",
            when=f"{_of('old', said)} <> {_of('new', said)}",
        )
        for kind, said in _COUNTED.items()
    ]
    delete_number = "DELETE FROM numbers WHERE rowid = old.row; "
    return [
        _trigger("tally_born", "INSERT", born + _LOG % "new" + _SPELL + _SETTLE),
        _trigger("tally_gone", "DELETE", gone + _LOG % "old" + delete_number),
        *changed,
        _trigger("log_touched", f"UPDATE OF {_WATCHED}", _LOG % "new"),
        _trigger(
            "numbers_changed",
            "UPDATE OF number, order_number",
            f"{delete_number}{_SPELL}",
            when="old.number <> new.number OR old.order_number <> new.order_number",
        ),
        _trigger("warehouse_said", "INSERT", _MOVE, of="warehouse"),
        _trigger("warehouse_moved", "UPDATE OF name", _MOVE, when="old.name <> new.name", of="warehouse"),
    ]


def _trigger(name: str, on: str, body: str, *, when: str = "", of: str = "shipment") -> str:
    condition = f"WHEN {when} " if when else ""
    return f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {on} ON {of} {condition}BEGIN {body}END"


def _columns(said: str) -> list[str]:
    return [word for word in said.split(" || ") if not word.startswith("'")]


def _of(which: str, said: str) -> str:
    return " || ".join(w if w.startswith("'") else f"{which}.{w}" for w in said.split(" || "))


def _more(kind: str, said: str) -> str:
    return (
        f"INSERT INTO tally VALUES ('{kind}', {_of('new', said)}, 1) "  # noqa: S608 - our own words only
        "ON CONFLICT DO UPDATE SET count = count + 1; "
    )


def _less(kind: str, said: str) -> str:
    return f"UPDATE tally SET count = count - 1 WHERE kind = '{kind}' AND key = {_of('old', said)}; "  # noqa: S608 - likewise
