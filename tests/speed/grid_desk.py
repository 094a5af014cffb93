"""The real desk on a filled station, in a process of its own: opens the grid, scrolls, sorts, filters, searches,
and scrolls on while thousands of shipments change.

`python -m tests.speed.grid_desk FOLDER SECONDS` prints JSON: milliseconds by name, counts, megabytes. Of 0 seconds only
the memory of the open desk.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTableView

from tests.speed.figures import timed
from tests.speed.grid_peer import memory_mb
from tests.speed.room import Room, hear, settle, wait
from wismo_desk.app.desk import Desk
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, Promise, Sort
from wismo_desk.store.at_once import update_at_once
from wismo_desk.ui.shipments_page import ShipmentsPage

PAGES: Final = 1_000
_RATE: Final = 5_000  # changes a second
_BURST_S: Final = 0.05
_FRAME_MS: Final = 16
_SORTS: Final = (Sort.EVENT, Sort.PROMISED, Sort.NUMBER, Sort.STATUS, Sort.CARRIER, Sort.WORST)
_FILTERS: Final = (
    Filter(only_open=True),
    Filter(only_anomalies=True),
    Filter(carriers=frozenset({"own"})),
    Filter(statuses=frozenset({TrackingStatus.IN_TRANSIT})),
    Filter(promise=Promise.TODAY),
    Filter(silent_h=72, only_open=True),
)
_PARTS: Final = ("4517", "345179", "99812", "strasb", "camille lyon", "512345", "lefevre")


def main(folder: str, seconds: float) -> None:
    room = Room(Path(folder).parent, 0)
    assert room.application is not None
    found: dict[str, Any] = {}
    with room.desk(Path(folder), prepare=lambda _desk: None) as desk:
        assert desk.pages is not None and desk.station is not None
        page = desk.pages.shipments
        wait(lambda: page.model.rowCount() > 0)
        settle(
            4500
        )  # what opening the desk began is over: the index in memory, and what the forecast learns from
        learnt: list[object] = []
        desk.lanes.run("foresight", lambda: None, learnt.append, learnt.append)
        wait(lambda: bool(learnt))
        settle(1000)
        found["mb_idle"] = memory_mb()
        if not seconds:
            print(json.dumps(found))
            return
        found["rows"] = page.model.rowCount()
        found["open"], found["whole"] = zip(*(_open(desk, page) for _ in range(5)), strict=True)
        settle(500)
        found["mb"] = memory_mb()
        found["calls"] = _calls(page)
        found["frames"], found["waits"] = _scroll(page)
        found["sort"] = [_ask(page, sort=sort, descending=d) for d in (True, False) for sort in _SORTS]
        found["filter"] = [_first(page, lambda: page.chips.ask_filter(one)) for one in _FILTERS * 3]  # noqa: B023
        page.chips.show_all()
        found["substring"] = [_ask(page, text=part) for part in _PARTS * 3]
        page.chips.show_all()
        wait(lambda: page.model.rowCount() == found["rows"])
        settle(500)
        found["live"] = _live(desk, page, seconds, page.view)
        stock = QTableView()
        stock.setModel(page.model)
        stock.verticalHeader().setDefaultSectionSize(28)
        stock.resize(page.view.size())
        stock.show()
        found["stock"] = _live(desk, page, seconds, stock)
        stock.hide()
        found["mb_end"] = memory_mb()
    print(json.dumps(found))


def _open(desk: Desk, page: ShipmentsPage) -> tuple[float, float]:
    """From the rail's button to the first page on the screen, and until the whole order is known."""
    desk.window.show_page("bench")
    settle(100)
    began = time.perf_counter()
    loaded = hear(page.model.loaded)
    desk.window.show_page("shipments")
    page.start()
    wait(lambda: bool(loaded))
    page.view.viewport().repaint()
    first = (time.perf_counter() - began) * 1000
    wait(lambda: page.model.rowCount() > 128)
    return first, (time.perf_counter() - began) * 1000


def _ask(page: ShipmentsPage, **values: Any) -> tuple[float, float]:
    return _first(page, lambda: page.chips.narrow(**values))


def _first(page: ShipmentsPage, ask: Callable[[], None]) -> tuple[float, float]:
    """Until the first page of the answer is painted, and until its whole order is known."""
    loaded, whole = hear(page.model.loaded), hear(page.model.whole)
    began = time.perf_counter()
    ask()
    wait(lambda: bool(loaded))
    page.view.viewport().repaint()
    first = (time.perf_counter() - began) * 1000
    wait(lambda: bool(whole))
    return first, (time.perf_counter() - began) * 1000


def _calls(page: ShipmentsPage) -> tuple[int, int]:
    """How often one whole paint asks the model: rows of ours, and cells by Qt's way (`data()`)."""
    rows: list[int] = []
    cells: list[int] = []
    model: Any = page.model
    line, data = model.line, model.data
    model.line = lambda row: rows.append(row) or line(row)
    model.data = lambda index, role=0: cells.append(role) or data(index, role)
    page.view.viewport().repaint()
    model.line, model.data = line, data
    return len(rows), len(cells)


def _scroll(page: ShipmentsPage) -> tuple[list[float], list[float]]:
    """Of each page down the frame at once, and the time until every row of it has its words."""
    view, bar = page.view, page.view.verticalScrollBar()
    frames, waits = [], []
    for _ in range(PAGES):
        frame, _ = timed(lambda: _down(view))
        first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        missing, _ = timed(lambda: wait(lambda: all(page.model.line(r) for r in range(first, last + 1))))  # noqa: B023
        frames.append(frame)
        waits.append(frame + missing)
        if bar.value() >= bar.maximum():
            bar.setValue(0)
    return frames, waits


def _down(view: QTableView) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(bar.value() + bar.pageStep())
    view.viewport().repaint()


class _Writer:
    """Commits bursts of status changes to the main file and hands each to the window, as a pull would."""

    def __init__(self, desk: Desk, keys: Sequence[tuple[int, str]]) -> None:
        assert desk.station is not None
        self._file: Any = desk.station.store._files[1]
        self._desk, self._keys = desk, keys
        self.watched: list[tuple[int, str]] = []  # a row on the screen, in each burst
        self.sent: dict[int, float] = {}  # event_ms of a watched row → when it was committed
        self.changes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        states = [TrackingStatus.IN_TRANSIT.value, TrackingStatus.OUT_FOR_DELIVERY.value]
        due, step = time.perf_counter(), 0
        while not self._stop.is_set():
            step += 1
            picked = random.sample(self._keys, int(_RATE * _BURST_S)) + self.watched
            at = 1_795_000_000_000 + step
            rows = [(states[step % 2], at, row) for row in {row for row, _ in picked}]
            with self._file.begin() as connection:  # as the fold of a pull writes them
                update_at_once(connection, "shipment", ("status", "event_ms"), "row", rows)
            self.sent[at] = time.perf_counter()
            self.changes += len(rows)
            said = Changes(shipments=frozenset(UUID(key) for _, key in picked))
            self._desk.lanes.run("live", lambda said=said: said, self._desk.apply, lambda _error: None)  # type: ignore[misc]  # bound
            due += _BURST_S
            self._stop.wait(max(0.0, due - time.perf_counter()))


def _live(desk: Desk, page: ShipmentsPage, seconds: float, view: QTableView) -> dict[str, Any]:
    """Sixty frames a second of scrolling while 5,000 shipments a second change. `behind`: from a commit until a
    row on the screen that it touched is told to be painted."""
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    settle(300)
    first = bar.value() // 28
    model = page.model
    around = [model.key(row) for row in range(first, first + 4_000)]
    far = [model.key(random.randrange(model.rowCount())) for _ in range(16_000)]
    watch = page._watch
    pages = [watch.page(some) for some in (around, far)]
    keys = [(row.row, row.shipment_id.hex) for some in pages for row in some]
    frames: list[float] = []
    gaps: list[float] = []
    behind: list[float] = []
    writer = _Writer(desk, keys)
    ids = dict(keys)
    model.seen = lambda: (bar.value() // 28, (bar.value() + view.viewport().height()) // 28)
    last = [time.perf_counter()]

    def tick() -> None:
        began = time.perf_counter()
        bar.setValue(bar.value() + 28)
        view.viewport().repaint()
        now = time.perf_counter()
        middle = model.key(sum(model.seen()) // 2)
        writer.watched = [(middle, ids[middle])] if middle in ids else []
        frames.append((now - began) * 1000)
        gaps.append((now - last[0]) * 1000)
        last[0] = now

    def heard(top: Any, bottom: Any) -> None:
        now = time.perf_counter()
        for row in range(top.row(), bottom.row() + 1):
            shown = model._pages.find(row, model.key(row))
            at = None if shown is None else writer.sent.pop(round(shown.event_at.timestamp() * 1000), None)
            if at is not None:
                behind.append((now - at) * 1000)

    model.dataChanged.connect(heard)
    timer = QTimer()
    timer.setInterval(_FRAME_MS)
    timer.timeout.connect(tick)
    writer.start()
    timer.start()
    settle(seconds * 1000)
    timer.stop()
    writer.stop()
    model.dataChanged.disconnect(heard)
    model.seen = page.view.seen
    return {
        "frames": frames,
        "gaps": gaps[1:],
        "behind": behind,
        "rate": writer.changes / seconds,
        "fps": len(frames) / seconds,
    }


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
