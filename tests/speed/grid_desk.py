"""The real desk on a filled station, in a process of its own: opens the grid, scrolls, sorts, filters, searches,
and scrolls on while thousands of shipments change.

`python -m tests.speed.grid_process FOLDER SECONDS` prints JSON: milliseconds by name, counts, megabytes. Of 0
seconds only the memory of the open desk.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QTableView

from tests.speed.figures import timed
from tests.speed.grid_live import live
from tests.speed.memory import kinds, memory_mb, own_mb
from tests.speed.room import Room, hear, settle, turn_over, wait
from wismo_desk.app.desk import Desk
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, Promise, Sort
from wismo_desk.ui.shipments_page import ShipmentsPage

PAGES: Final = 1_000
_RATE: Final = 5_000  # changes a second, as many as the writer can
_PACED: Final = (2_000, 1_000)  # such as it can
_FOUND_MS: Final = 1.0  # to look at the rows of a page that are all there
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
        wait(
            lambda: gc.get_freeze_count() > 0
        )  # ten seconds open: what that took is given back (app/garbage)
        settle(1000)
        found["mb_idle"], found["mb_own"] = memory_mb(), own_mb()
        if not seconds:
            print(json.dumps(found))
            return
        found["rows"] = page.model.rowCount()
        found["open"], found["whole"] = zip(*(_open(desk, page) for _ in range(5)), strict=True)
        settle(500)
        found["mb"], found["mb_open_own"], found["kinds"] = memory_mb(), own_mb(), kinds()
        found["calls"] = _calls(page)
        found["frames"], found["frames_cpu"], found["waits"], found["blank"] = _scroll(page)
        found["sort"] = [_ask(page, sort=sort, descending=d) for d in (True, False) for sort in _SORTS]
        found["filter"] = [_first(page, lambda: page.chips.ask_filter(one)) for one in _FILTERS * 3]  # noqa: B023
        page.chips.show_all()
        found["substring"] = [_ask(page, text=part) for part in _PARTS * 3]
        page.chips.show_all()
        wait(lambda: page.model.rowCount() == found["rows"])
        settle(500)
        found["live"] = live(desk, page, seconds, page.view, _RATE)
        found["paced"] = [live(desk, page, seconds, page.view, rate) for rate in _PACED]
        stock = QTableView()
        stock.setModel(page.model)
        stock.verticalHeader().setDefaultSectionSize(28)
        stock.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)  # as ours: the bar counts pixels
        stock.resize(page.view.size())
        stock.show()
        found["stock"] = live(desk, page, seconds, stock, _RATE)
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


def _scroll(page: ShipmentsPage) -> tuple[list[float], list[float], list[float], int]:
    """Of each page down the frame at once, what it took of a processor (the rest is waiting for one), the time until
    every row of it has its words, and how many came without all of them. After each the window has its turn, as
    between two keys."""
    view, bar = page.view, page.view.verticalScrollBar()
    frames, used, waits, blank = [], [], [], 0
    for _ in range(PAGES):
        before = time.thread_time()
        frame, _ = timed(lambda: _down(view))
        used.append((time.thread_time() - before) * 1000)
        first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        missing, _ = timed(lambda: wait(lambda: all(page.model.line(r) for r in range(first, last + 1))))  # noqa: B023
        frames.append(frame)
        waits.append(frame + missing)
        blank += missing > _FOUND_MS
        turn_over()
        if bar.value() >= bar.maximum():
            bar.setValue(0)
    return frames, used, waits, blank


def _down(view: QTableView) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(bar.value() + bar.pageStep())
    view.viewport().repaint()
