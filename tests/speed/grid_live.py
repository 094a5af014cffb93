"""The grid while shipments change: a writer at a pace, a frame every 16 ms, and how long a commit takes to be seen."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTableView

from tests.speed.fill import NOW
from tests.speed.heard import heard
from tests.speed.room import settle
from wismo_desk.app.desk import Desk
from wismo_desk.domain.fact import Fact
from wismo_desk.store.journal import Entry
from wismo_desk.store.main_tables import HAS_ENDED
from wismo_desk.ui.grid_cell import Line
from wismo_desk.ui.grid_model import ShipmentModel
from wismo_desk.ui.shipments_page import ShipmentsPage

_BURST_S: Final = 0.05
_FRAME_MS: Final = 16
_REST_MS: Final = 2_000
_ROW: Final = 28


class _Parcel(NamedTuple):
    """Of a row of the grid what a carrier's word on it needs."""

    row: int
    shipment_id: UUID
    order_id: UUID


class _Sent(NamedTuple):
    """A change of a row that was on the screen."""

    row: int
    said_at: datetime
    at: float  # perf_counter, when it was committed


class _Writer:
    """Commits what a carrier says of many parcels as a poll does (journal, fold, rules), and tells the window: `rate`
    changes a second, or as many as it can if that is more than it can."""

    turn = 0  # of all writers: the next one speaks later

    def __init__(self, desk: Desk, parcels: Sequence[_Parcel], rate: int) -> None:
        assert desk.station is not None
        self._store = desk.station.store
        self._desk, self._parcels, self._rate = desk, parcels, rate
        self._now = NOW
        self.watched: tuple[_Parcel, ...] = ()  # rows on the screen, in each burst
        self.sent: list[_Sent] = []  # the watched ones, not yet seen
        self.commits: list[float] = []  # ms each
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
        spent, due, step = time.thread_time(), time.perf_counter(), 0
        while not self._stop.is_set():
            step += 1
            watched = self.watched
            picked = {*random.sample(self._parcels, int(self._rate * _BURST_S)), *watched}
            self._now = NOW + timedelta(days=1, seconds=_Writer.turn, milliseconds=50 * step)
            facts = tuple(self._said(parcel, step) for parcel in picked)
            began = time.perf_counter()
            changes = self._store.commit(Entry(at=self._now, facts=facts))
            done = time.perf_counter()
            self.commits.append((done - began) * 1000)
            self.sent += [_Sent(parcel.row, self._now, done) for parcel in watched]
            self.changes += len(facts)
            self._desk.lanes.run("live", lambda said=changes: said, self._desk.apply, lambda _error: None)  # type: ignore[misc]  # bound
            due += _BURST_S
            self._stop.wait(max(0.0, due - time.perf_counter()))
        self.cpu_s = time.thread_time() - spent
        _Writer.turn += 3600

    def _said(self, parcel: _Parcel, step: int) -> Fact:
        return heard(parcel.order_id, parcel.shipment_id, ("TRI", "TOURNEE")[step % 2], self._now)


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


class _Screen:
    """What the view shows: the words that its last paint was given, by place. The model's memory says less: a grid that
    has news and paints the old words would look as fast."""

    def __init__(self, model: ShipmentModel, view: QTableView) -> None:
        self._model, self._view = model, view
        self._bar = view.verticalScrollBar()
        self._painted: dict[int, Line | None] = {}
        self.behind: list[float] = []  # ms
        self.unseen = 0  # of these, rows that left the screen before their change was on it
        self.blank = 0  # frames with a row whose words were on their way

    def __enter__(self) -> _Screen:
        given, painted = self._model.line, self._painted

        def line(row: int) -> Line | None:
            found = painted[row] = given(row)
            return found

        self._model.line = line  # type: ignore[method-assign]  # whoever paints asks here, by row or by cell
        return self

    def __exit__(self, *_: object) -> None:
        del self._model.line

    def span(self) -> tuple[int, int]:
        """The first and the last row that is on the screen whole."""
        top = self._bar.value()
        return -(-top // _ROW), (top + self._view.viewport().height()) // _ROW - 1

    def watch(self, by_row: dict[int, _Parcel]) -> tuple[_Parcel, ...]:
        """Rows to be changed next: below the middle, they stay for a quarter of a second and more."""
        first, last = self.span()
        places = range(first + (last - first) // 2, last, 5)
        return tuple(by_row[key] for key in map(self._model.key, places) if key in by_row)

    def look(self, sent: list[_Sent], now: float) -> Iterator[_Sent]:
        """After a frame: which of these changes are dealt with."""
        first, last = self.span()
        keys = {self._model.key(row): row for row in range(first, last + 1)}
        self.blank += any(self._painted.get(row) is None for row in keys.values())
        for one in sent:
            place = keys.get(one.row)
            if place is None or self._shows(place, one):
                self.behind.append((now - one.at) * 1000)
                self.unseen += place is None
                yield one

    def _shows(self, place: int, one: _Sent) -> bool:
        line = self._painted.get(place)
        if line is None or line.key != one.row:
            return False
        return any(cell.moment >= one.said_at for cell in line.cells if cell.moment)


def live(desk: Desk, page: ShipmentsPage, seconds: float, view: QTableView, rate: int) -> dict[str, Any]:
    """Sixty frames a second of scrolling while `rate` shipments a second change. `behind`: from a commit until the
    frame is painted that shows it, or until the row is on the screen no more (scrolled away, or in its new place).
    `rest`: the same for two seconds more on a screen that rests: while it scrolls, it is painted for that alone."""
    bar, model = view.verticalScrollBar(), page.model
    first, far = _open_rows(desk)
    bar.setValue(first * _ROW)
    settle(300)
    around = [model.key(row) for row in range(first, min(first + 4_000, model.rowCount()))]
    parcels = _parcels(desk, [*around, *far])
    by_row = {parcel.row: parcel for parcel in parcels}
    writer = _Writer(desk, parcels, rate)
    model.seen = lambda: (bar.value() // _ROW, (bar.value() + view.viewport().height()) // _ROW)
    frames: list[float] = []
    gaps: list[float] = []
    last = [time.perf_counter()]

    def tick() -> None:
        began = time.perf_counter()
        bar.setValue(bar.value() + _ROW)
        view.viewport().repaint()
        now = time.perf_counter()
        frames.append((now - began) * 1000)
        gaps.append((now - last[0]) * 1000)
        last[0] = now
        look(now)

    def look(now: float) -> None:
        for seen in list(screen.look(list(writer.sent), now)):
            writer.sent.remove(seen)
        writer.watched = screen.watch(by_row)

    window_s, whole_s = time.thread_time(), time.process_time()
    timer = QTimer()
    timer.setInterval(_FRAME_MS)
    timer.timeout.connect(tick)
    with _Screen(model, view) as screen:
        writer.start()
        timer.start()
        settle(seconds * 1000)
        timer.stop()
        window_s, whole_s = time.thread_time() - window_s, time.process_time() - whole_s
        changes, behind, unseen = writer.changes, screen.behind, screen.unseen
        screen.behind = []
        timer.timeout.disconnect(tick)
        timer.timeout.connect(lambda: look(time.perf_counter()))
        timer.start()
        settle(_REST_MS)
        timer.stop()
        writer.stop()
    model.seen = page.view.seen
    return {
        "frames": frames,
        "gaps": gaps[1:],
        "behind": behind,
        "unseen": unseen,
        "rest": screen.behind,
        "blank": screen.blank,
        "commits": writer.commits,
        "asked": rate,
        "rate": changes / seconds,
        "fps": len(frames) / seconds,
        "cpu": {
            "a change": writer.cpu_s / writer.changes * 1e6,
            "window": window_s / seconds,
            "process": whole_s / seconds,
        },
    }
