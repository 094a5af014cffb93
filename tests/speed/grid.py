"""The grid of all shipments on the filled station: opened, and scrolled page by page."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QScrollBar, QTableView

from tests.speed import plain_grid
from tests.speed.figures import Figure, calmest, spread, timed
from tests.speed.fill import KEY
from tests.speed.plain_grid import PlainTable
from tests.speed.room import Room, hear, settle, wait
from wismo_desk.app.desk import Desk
from wismo_desk.domain.watching import Filter
from wismo_desk.store.store import MAIN
from wismo_desk.ui.shipments_page import ShipmentsPage

_PAGES: Final = 120
_ROUNDS: Final = 2
_PEER: Final = "stock QTableView over a list of dicts, formatted in data()"


def measure(room: Room) -> list[Figure]:
    folder, _ = room.filled
    assert room.application is not None
    with room.desk(folder, prepare=lambda _desk: None) as desk:
        assert desk.pages is not None and desk.station is not None
        page = desk.pages.shipments
        settle(1500)  # what opening the desk began is over
        opened = [_open(desk, page) for _ in range(3)]
        watch = desk.station.watch
        whole = [timed(lambda: watch.rows(Filter())) for _ in range(3)]
        frames, waits = zip(*(_scroll(page, n) for n in range(_ROUNDS)), strict=True)
        size = page.view.size()
        loads = [timed(lambda: plain_grid.load(folder / MAIN, KEY)) for _ in range(2)]
    sorts = [timed(lambda: plain_grid.in_order(loads[0][1])) for _ in range(3)]
    rows = sorts[0][1]
    paints = []
    for _ in range(2):
        table = plain_grid.plain_table(rows)
        table.resize(size)
        paints.append(timed(lambda: _show(table))[0])  # noqa: B023 - called at once
    plain_frames = [_page_down(table, n) for n in range(_ROUNDS)]
    count = len(whole[0][1])
    return [
        Figure(
            chapter="grid",
            name=f"open to first page painted, {count:,} rows",
            value=min(opened),
            unit="ms",
            peer="read all as dicts, sort, show and paint",
            peer_value=min(ms for ms, _ in loads) + min(ms for ms, _ in sorts) + min(paints),
            samples=len(opened),
            note=f"the peer's painting alone is {min(paints):.0f} ms",
        ),
        Figure(
            chapter="grid",
            name="the whole index, worst first",
            value=min(ms for ms, _ in whole),
            unit="ms",
            peer="sorting the dicts in memory",
            peer_value=min(ms for ms, _ in sorts),
            samples=len(whole),
        ),
        *spread(
            "grid",
            "page down, frame",
            calmest(frames),
            calmest(plain_frames),
            peer=_PEER,
            percents=(50, 95),
            aim=16.0,
        ),
        *spread(
            "grid",
            "page down, words there",
            calmest(waits),
            calmest(plain_frames),
            peer=_PEER,
            percents=(50, 95),
        ),
    ]


def _open(desk: Desk, page: ShipmentsPage) -> float:
    """From the rail's button to the first page on the screen."""
    desk.window.show_page("bench")
    settle(100)

    def show() -> None:
        loaded = hear(page.model.loaded)
        desk.window.show_page("shipments")
        page.start()
        wait(lambda: bool(loaded))
        page.view.viewport().repaint()

    return timed(show)[0]


def _scroll(page: ShipmentsPage, part: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each page down: of the frame at once, and until every row of it has its words. Each part
    of the grid is new to it: no row is in memory yet."""
    view, bar = page.view, page.view.verticalScrollBar()
    wait(lambda: page.model.rowCount() > 1000)
    settle(300)
    bar.setValue(_first(bar, part))
    settle(300)
    frames, waits = [], []
    for _ in range(_PAGES):
        frame, _ = timed(lambda: _down(view))
        frames.append(frame)
        first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        missing, _ = timed(lambda: _words(page, range(first, last + 1)))  # noqa: B023 - called at once
        waits.append(frame + missing)
    return frames, waits


def _words(page: ShipmentsPage, rows: range) -> None:
    """Until all are here, and painted."""
    if all(page.model.line(row) is not None for row in rows):
        return
    wait(lambda: all(page.model.line(row) is not None for row in rows))
    page.view.viewport().repaint()


def _show(table: PlainTable) -> None:
    table.show()
    wait(lambda: table.painted)


def _page_down(table: PlainTable, part: int) -> list[float]:
    table.verticalScrollBar().setValue(_first(table.verticalScrollBar(), part))
    return [timed(lambda: _down(table))[0] for _ in range(_PAGES)]


def _first(bar: QScrollBar, part: int) -> int:
    return bar.maximum() * part // _ROUNDS


def _down(view: QTableView) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(bar.value() + bar.pageStep())
    view.viewport().repaint()
