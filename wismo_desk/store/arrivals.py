"""Kept counts of how shipments went, by day and lane, so that a million of them are summed up within a second.

Kept by triggers, like the grid's counts, so that no writer can forget them. Days are those of the clock of Paris
(`paris_day`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from wismo_desk.store.local_day import paris_day

# An attempt, or a parcel that waits at its pickup point: the carrier was there with it.
_PRESENTED: Final = "('delivery_attempted', 'ready_for_pickup')"
_FAILED: Final = "('returned', 'lost', 'destroyed')"
_KEY: Final = {
    "promised": "coalesce({0}.promised_on, '')",
    "handed": "coalesce({handed}, '')",
    "tried": "coalesce({tried}, '')",
    "arrived": "CASE WHEN {0}.status = 'delivered' THEN {arrived} ELSE '' END",
    "carrier": "{0}.carrier",
    "service": "{0}.service",
    "region": "{0}.region",
    "state": "CASE WHEN {0}.status = 'delivered' THEN 'delivered' WHEN {0}.status IN {failed} THEN 'failed' "
    "ELSE 'open' END",
    # Ours when it left later than the truck it was meant for, or has not left at all.
    "ours": "CASE WHEN coalesce({0}.accepted_ms, {0}.handed_ms) IS NULL THEN 1 "
    "ELSE coalesce({handed} > {truck}, 0) END",
    "hurdle": "{0}.hurdle",
}
# What each part of the key follows from: only where that changed the part is worked out, and most of what carriers
# say (one more hub) changes none.
_FROM: Final[dict[str, tuple[str, ...]]] = {
    "promised": ("promised_on",),
    "handed": ("accepted_ms", "handed_ms"),
    "tried": ("tried_ms",),
    "arrived": ("status", "occurred_ms"),
    "carrier": ("carrier",),
    "service": ("service",),
    "region": ("region",),
    "state": ("status",),
    "ours": ("accepted_ms", "handed_ms", "ship_by_ms"),
    "hurdle": ("hurdle",),
}
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS arrival (promised TEXT NOT NULL, handed TEXT NOT NULL, tried TEXT NOT NULL, "
    "arrived TEXT NOT NULL, carrier TEXT NOT NULL, service TEXT NOT NULL, region TEXT NOT NULL, "
    "state TEXT NOT NULL, ours INTEGER NOT NULL, hurdle TEXT NOT NULL, count INTEGER NOT NULL, "
    "PRIMARY KEY (promised, handed, tried, arrived, carrier, service, region, state, ours, hurdle)) WITHOUT ROWID"
)
_BY_HANDED: Final = "CREATE INDEX IF NOT EXISTS arrival_handed ON arrival(handed)"
_CONTACTS: Final = "CREATE INDEX IF NOT EXISTS fact_contact ON fact(at_ms) WHERE kind = 'contact_logged'"


def make(connection: Connection) -> None:
    """What is not there yet; the tables of `main_tables` are."""
    for statement in (_TABLE, _BY_HANDED, _CONTACTS, *_triggers()):
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Before the table of shipments is made anew; its triggers go with it."""
    connection.exec_driver_sql("DROP TABLE IF EXISTS arrival")


def count_anew(connection: Connection) -> None:
    """From every shipment, when rows were written behind the triggers' backs."""
    connection.exec_driver_sql("DELETE FROM arrival")
    connection.exec_driver_sql(f"INSERT INTO arrival {EVERYTHING}")


def _triggers() -> tuple[str, ...]:
    tried = (
        "UPDATE shipment SET tried_ms = (SELECT min(at_ms) FROM leg WHERE leg.row = {0}.row "  # noqa: S608 - ours
        f"AND leg.status IN {_PRESENTED}) WHERE row = {{0}}.row; "
    )
    return (
        _trigger("arrival_born", "INSERT ON shipment WHEN new.status <> 'cancelled'", _more("new")),
        _trigger("arrival_gone", "DELETE ON shipment WHEN old.status <> 'cancelled'", _less("old")),
        _trigger(
            "arrival_changed",
            f"UPDATE OF {', '.join(sorted(set().union(*_FROM.values())))} ON shipment WHEN {_elsewhere()}",
            _less("old", "old.status <> 'cancelled' AND ") + _more("new", "new.status <> 'cancelled' AND "),
        ),
        _trigger("arrival_tried", f"INSERT ON leg WHEN new.status IN {_PRESENTED}", tried.format("new")),
        _trigger("arrival_untried", f"DELETE ON leg WHEN old.status IN {_PRESENTED}", tried.format("old")),
    )


def _elsewhere() -> str:
    """Whether a changed shipment counts under another key."""
    old, new = _values("old"), _values("new")

    def touched(part: str) -> str:
        return " OR ".join(f"old.{name} IS NOT new.{name}" for name in _FROM[part])

    moved = [f"(({touched(part)}) AND {old[part]} IS NOT {new[part]})" for part in _KEY]
    return " OR ".join(["(old.status = 'cancelled') <> (new.status = 'cancelled')", *moved])


def _trigger(name: str, when: str, body: str) -> str:
    return f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {when} BEGIN {body}END"


def _values(which: str) -> dict[str, str]:
    parts = {
        "handed": paris_day(f"coalesce({which}.accepted_ms, {which}.handed_ms)"),
        "tried": paris_day(f"{which}.tried_ms"),
        "arrived": paris_day(f"{which}.occurred_ms"),
        "truck": paris_day(f"{which}.ship_by_ms"),
        "failed": _FAILED,
    }
    return {name: said.format(which, **parts) for name, said in _KEY.items()}


def _same(which: str) -> str:
    return " AND ".join(f"{name} = {said}" for name, said in _values(which).items())


def _more(which: str, also: str = "") -> str:
    """Never an upsert: what fires a trigger may override how it resolves conflicts (SQLite, CREATE TRIGGER)."""
    values = ", ".join(_values(which).values())
    there = f"SELECT 1 FROM arrival WHERE {_same(which)}"  # noqa: S608 - our own words only
    born = f"INSERT INTO arrival SELECT {values}, 0 WHERE {also}NOT EXISTS ({there}); "
    return f"{born}UPDATE arrival SET count = count + 1 WHERE {also}{_same(which)}; "  # noqa: S608 - likewise


def _less(which: str, also: str = "") -> str:
    down = f"UPDATE arrival SET count = count - 1 WHERE {also}{_same(which)}; "  # noqa: S608 - our own words only
    return f"{down}DELETE FROM arrival WHERE {also}count = 0 AND {_same(which)}; "  # noqa: S608 - likewise


EVERYTHING: Final = (
    f"SELECT {', '.join(_values('shipment').values())}, count(*) FROM shipment "  # noqa: S608 - our own words only
    f"WHERE status <> 'cancelled' GROUP BY {', '.join(str(n + 1) for n in range(len(_KEY)))}"
)
