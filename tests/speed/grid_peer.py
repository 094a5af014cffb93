"""The grid's peer, in a process of its own: a stock QTableView over QSqlTableModel on a plain export, and a proxy.

`python -m tests.speed.grid_peer FILE` prints JSON: milliseconds by name, and megabytes.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from PySide6.QtCore import QSortFilterProxyModel, QStringListModel, Qt
from PySide6.QtSql import QSqlDatabase, QSqlTableModel
from PySide6.QtWidgets import QApplication, QTableView

from tests.speed.memory import memory_mb
from wismo_desk.store.engine import reader

COLUMNS: Final = (
    "row, order_number, carrier, service, number, customer, place, status, severity, event_ms, "
    "promised_on, anomaly"
)
PAGES: Final = 200


def export(main: Path, key: bytes, target: Path) -> None:
    """The same rows in a plain file with the same indexes."""
    engine = reader(main, key)
    with engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("COMMIT")
        raw.execute(f"ATTACH DATABASE '{target}' AS plain KEY ''")
        raw.execute(f"CREATE TABLE plain.shipment AS SELECT {COLUMNS} FROM main.shipment")
        raw.execute("CREATE UNIQUE INDEX plain.by_row ON shipment (row)")
        raw.execute("CREATE INDEX plain.worst ON shipment (severity DESC, event_ms)")
        raw.execute("CREATE INDEX plain.by_status ON shipment (status)")
        raw.execute("CREATE INDEX plain.by_number ON shipment (number)")
        raw.execute("DETACH DATABASE plain")
        raw.execute("BEGIN")
    engine.dispose()


def main(file: str) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication(["peer"])
    database = QSqlDatabase.addDatabase("QSQLITE")
    database.setDatabaseName(file)
    database.open()
    table = QTableView()
    table.resize(1836, 900)
    table.verticalHeader().setDefaultSectionSize(28)
    found: dict[str, Any] = {}
    table.show()
    application.processEvents()
    model = QSqlTableModel()

    def ask(where: str, order: int) -> None:
        model.setTable("shipment")
        model.setFilter(where)
        model.setSort(order, Qt.SortOrder.DescendingOrder)
        model.select()
        table.setModel(model)
        table.viewport().repaint()

    found["open"] = _ms(lambda: ask("", 8))
    found["scroll"] = _scroll(table)
    found["sort"] = [_ms(partial(ask, "", column)) for column in (9, 4, 8)]
    found["filter"] = [
        _ms(partial(ask, f"status = '{said}'", 8)) for said in ("delivered", "in_transit", "planned")
    ]
    found["substring"] = [
        _ms(partial(ask, f"number LIKE '%{part}%'", 8)) for part in ("4517", "345179", "99812")
    ]
    found["mb_first"] = memory_mb()

    def whole() -> None:
        ask("", 8)
        while model.canFetchMore():
            model.fetchMore()

    found["whole"] = _ms(whole)
    found["mb_whole"] = memory_mb()
    found["proxy_sort"], found["proxy_filter"] = _proxy()
    print(json.dumps(found))


def _proxy() -> tuple[float, float]:
    source = QStringListModel([f"6A{n * 7919 % 1000003:011d}" for n in range(100_000)])
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(source)
    sort = _ms(lambda: proxy.sort(0))
    return sort, _ms(lambda: proxy.setFilterFixedString("4517"))


def _scroll(table: QTableView) -> list[float]:
    bar = table.verticalScrollBar()
    frames = []
    for _ in range(PAGES):
        began = perf_counter()
        bar.setValue(bar.value() + bar.pageStep())
        table.viewport().repaint()
        frames.append((perf_counter() - began) * 1000)
    return frames


def _ms(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    main(sys.argv[1])
