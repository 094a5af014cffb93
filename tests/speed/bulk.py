"""A station's main file with many shipments written by one SQL statement, its indexes laid aside meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.speed.fill import KEY, ZONE
from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.calendar import Calendars
from wismo_desk.resources import status_tables
from wismo_desk.resources.days_off import FIRST, LAST, days_off
from wismo_desk.store import open_store
from wismo_desk.store.engine import writer
from wismo_desk.store.store import MAIN

CALENDARS: Final = Calendars(zone=ZONE, holidays=days_off, first=FIRST, last=LAST)
RULES: Final = Rules(zone=ZONE, calendars=CALENDARS)


def fill_by_sql(
    folder: Path, statement: str, *, then: Callable[[Any], object] = lambda connection: None
) -> None:
    """`statement` writes rows of `shipment`; `then` counts what follows from them, in the same transaction."""
    open_store(folder, KEY, statuses=status_tables(), rules=RULES).close()
    file = writer(folder / MAIN, KEY, synchronous="OFF")
    with file.begin() as connection:
        kept = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name = 'shipment' "
            "AND type IN ('index', 'trigger')"
        ).fetchall()
        for kind, name, _ in kept:
            connection.exec_driver_sql(f"DROP {kind} {name}")
        connection.exec_driver_sql(statement)
        for _, _, sql in kept:
            connection.exec_driver_sql(sql)
        then(connection)
    file.close()
