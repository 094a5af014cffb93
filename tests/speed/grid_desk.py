"""The real desk on a filled station, in a process of its own: opens the grid, scrolls, sorts, filters, searches,
and scrolls on while thousands of shipments change.

`python -m tests.speed.grid_process FOLDER SECONDS` prints JSON: milliseconds by name, counts, megabytes. Of 0
seconds only the memory of the open desk.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTableView

from tests.speed.figures import timed
from tests.speed.fill import NOW, STATION
from tests.speed.grid_peer import memory_mb, own_mb
from tests.speed.room import Room, hear, settle, wait
from wismo_desk.app.desk import Desk
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, Promise, Sort
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.main_tables import HAS_ENDED
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
        found["mb_idle"], found["mb_own"] = memory_mb(), own_mb()
        if not seconds:
            print(json.dumps(found))
            return
        found["rows"] = page.model.rowCount()
        found["open"], found["whole"] = zip(*(_open(desk, page) for _ in range(5)), strict=True)
        settle(500)
        found["mb"], found["mb_open_own"] = memory_mb(), own_mb()
        found["calls"] = _calls(page)
        found["frames"], found["frames_cpu"], found["waits"] = _scroll(page)
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


def _scroll(page: ShipmentsPage) -> tuple[list[float], list[float], list[float]]:
    """Of each page down the frame at once, what it took of a processor (the rest is waiting for one), and the time
    until every row of it has its words."""
    view, bar = page.view, page.view.verticalScrollBar()
    frames, used, waits = [], [], []
    for _ in range(PAGES):
        before = time.thread_time()
        frame, _ = timed(lambda: _down(view))
        used.append((time.thread_time() - before) * 1000)
        first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        missing, _ = timed(lambda: wait(lambda: all(page.model.line(r) for r in range(first, last + 1))))  # noqa: B023
        frames.append(frame)
        waits.append(frame + missing)
        if bar.value() >= bar.maximum():
            bar.setValue(0)
    return frames, used, waits


def _down(view: QTableView) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(bar.value() + bar.pageStep())
    view.viewport().repaint()


class _Parcel(NamedTuple):
    """Of a row of the grid what a carrier's word on it needs."""

    row: int
    shipment_id: UUID
    order_id: UUID


class _Writer:
    """Commits what a carrier says of many parcels as a poll does (journal, fold, rules), and tells the window."""

    def __init__(self, desk: Desk, parcels: Sequence[_Parcel]) -> None:
        assert desk.station is not None
        self._store = desk.station.store
        self._desk, self._parcels = desk, parcels
        self._now = NOW
        self._pen = Pen(STATION, clock=lambda: self._now)
        self.watched: list[_Parcel] = []  # a row on the screen, in each burst
        self.sent: dict[int, float] = {}  # event_ms of a watched row → when it was committed
        self.changes = 0
        self.cpu_s = 0.0  # of this thread
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poll")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        began, due, step = time.thread_time(), time.perf_counter(), 0
        while not self._stop.is_set():
            step += 1
            picked = {*random.sample(self._parcels, int(_RATE * _BURST_S)), *self.watched}
            self._now = NOW + timedelta(days=1, seconds=_Writer.turn, milliseconds=50 * step)
            facts = tuple(self._said(parcel, step) for parcel in picked)
            changes = self._store.commit(Entry(at=self._now, facts=facts))
            self.sent[round(self._now.timestamp() * 1000)] = time.perf_counter()
            self.changes += len(facts)
            self._desk.lanes.run("live", lambda said=changes: said, self._desk.apply, lambda _error: None)  # type: ignore[misc]  # bound
            due += _BURST_S
            self._stop.wait(max(0.0, due - time.perf_counter()))
        self.cpu_s = time.thread_time() - began
        _Writer.turn += 3600  # the next one speaks later

    turn = 0

    def _said(self, parcel: _Parcel, step: int) -> Fact:
        return self._pen.fact(
            FactKind.TRACKING_SAID,
            order_id=parcel.order_id,
            shipment_id=parcel.shipment_id,
            carrier="practice",
            code=("TRI", "TOURNEE")[step % 2],
            label="",
            place="Lyon",
            number="",
        )


def _parcels(desk: Desk, rows: Sequence[int]) -> list[_Parcel]:
    assert desk.station is not None
    some = ", ".join(map(str, rows))
    found = desk.station.store._files[1].run(
        f"SELECT row, shipment_id, order_id FROM shipment WHERE row IN ({some})"
    )
    return [_Parcel(row, UUID(shipment), UUID(order)) for row, shipment, order in found]


def _open_rows(desk: Desk) -> tuple[int, list[int]]:
    """Where in the grid's usual order the parcels stand that are on their way and well, and rows of some of them."""
    assert desk.station is not None
    file = desk.station.store._files[1]
    [(worse,)] = file.run("SELECT count(*) FROM shipment WHERE severity > 0")
    moving = f"FROM shipment WHERE severity = 0 AND NOT {HAS_ENDED}"
    [(count,)] = file.run(f"SELECT count(*) {moving}")
    picked = file.run(f"SELECT row {moving} ORDER BY random() LIMIT 16000")
    return worse + count // 3, [row for (row,) in picked]


def _live(desk: Desk, page: ShipmentsPage, seconds: float, view: QTableView) -> dict[str, Any]:
    """Sixty frames a second of scrolling while 5,000 shipments a second change. `behind`: from a commit until a
    row on the screen that it touched is told to be painted."""
    bar = view.verticalScrollBar()
    first, far = _open_rows(desk)
    bar.setValue(first * 28)
    settle(300)
    model = page.model
    around = [model.key(row) for row in range(first, min(first + 4_000, model.rowCount()))]
    parcels = _parcels(desk, [*around, *far])
    frames: list[float] = []
    gaps: list[float] = []
    behind: list[float] = []
    writer = _Writer(desk, parcels)
    by_row = {parcel.row: parcel for parcel in parcels}
    model.seen = lambda: (bar.value() // 28, (bar.value() + view.viewport().height()) // 28)
    last = [time.perf_counter()]

    def tick() -> None:
        began = time.perf_counter()
        bar.setValue(bar.value() + 28)
        view.viewport().repaint()
        now = time.perf_counter()
        middle = model.key(sum(model.seen()) // 2)
        writer.watched = [by_row[middle]] if middle in by_row else []
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
    window_s, whole_s = time.thread_time(), time.process_time()
    timer = QTimer()
    timer.setInterval(_FRAME_MS)
    timer.timeout.connect(tick)
    writer.start()
    timer.start()
    settle(seconds * 1000)
    timer.stop()
    window_s, whole_s = time.thread_time() - window_s, time.process_time() - whole_s
    writer.stop()
    model.dataChanged.disconnect(heard)
    model.seen = page.view.seen
    return {
        "frames": frames,
        "gaps": gaps[1:],
        "behind": behind,
        "rate": writer.changes / seconds,
        "fps": len(frames) / seconds,
        "cpu": {
            "a change": writer.cpu_s / writer.changes * 1e6,
            "window": window_s / seconds,
            "process": whole_s / seconds,
        },
    }
