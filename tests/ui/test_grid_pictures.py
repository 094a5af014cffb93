"""A row kept as a picture looks as if it were painted, and is painted anew when anything of it changes."""

from __future__ import annotations

from page_fakes import FakeWatch, make_desk, make_row, touched
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter, QPixmap

from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter
from wismo_desk.ui import grid_lines
from wismo_desk.ui.grid_cell import Fit, Line, fit
from wismo_desk.ui.grid_interval import Axis
from wismo_desk.ui.grid_lines import WAY, ShipmentLines
from wismo_desk.ui.grid_model import ShipmentModel
from wismo_desk.ui.grid_pages import PAGE
from wismo_desk.ui.grid_paint import ROW, RowPainter
from wismo_desk.ui.grid_pictures import RowPictures
from wismo_desk.ui.theme import THEMES, Look

WIDTH = 1836
SIZE = QSize(WIDTH, 900)


class Bench:
    """A painter, its pictures, and how often it really painted."""

    def __init__(self, look: Look) -> None:
        self.desk = make_desk(look)
        self.look = look
        self.columns = grid_lines.columns(self.desk.words)
        self.fits: tuple[Fit, ...] = fit(self.columns, WAY, WIDTH)
        self.painter = RowPainter(look)
        self.painter.axis = Axis.at(self.desk.clock())
        self.pictures = RowPictures(look, self.painter)
        self.painted = 0
        row = self.painter.row

        def count(*given: object, **named: object) -> None:
            self.painted += 1
            row(*given, **named)  # type: ignore[arg-type]  # as they came

        self.painter.row = count  # type: ignore[method-assign]  # to count is all

    def line(self, row: int) -> Line:
        return ShipmentLines(self.desk)(make_row(row), self.desk.clock())

    def image(self, line: Line, *, kept: bool = True, ticked: bool = False, top: int = 56) -> QImage:
        target = QPixmap(SIZE)
        target.fill(self.look.theme.surface)
        brush = QPainter(target)
        box = QRect(0, top, WIDTH, ROW)
        if kept:
            self.pictures.begin(self.fits, SIZE, 1.0)
            self.pictures.row(brush, line, box, self.columns, self.fits, ticked=ticked, flash=frozenset())
        else:
            self.painter.row(
                brush,
                line,
                box,
                self.columns,
                self.fits,
                chosen=False,
                ticked=ticked,
                flash=frozenset(),
                focused=False,
            )
        brush.end()
        return target.toImage()


def test_a_picture_is_what_painting_gives(look: Look) -> None:
    for row in (0, 1, 5, 9):
        bench = Bench(look)
        line = bench.line(row)
        painted = bench.image(line, kept=False)
        assert [bench.image(line) == painted for _ in range(4)] == [True] * 4
        assert bench.painted == 3  # once here, once as it came, once for the picture


def test_new_words_a_tick_or_a_theme_are_painted(look: Look) -> None:
    bench = Bench(look)
    first, other = bench.line(1), bench.line(1)._replace(cells=bench.line(5).cells)
    for _ in range(3):
        bench.image(first)
    assert bench.image(other) == bench.image(other, kept=False) != bench.image(first, kept=False)
    for _ in range(3):
        bench.image(first, ticked=True)
    assert bench.image(first, ticked=True) == bench.image(first, kept=False, ticked=True)
    before = bench.image(first)
    look.theme, theme = THEMES["dark"], look.theme
    try:
        assert bench.image(first) == bench.image(first, kept=False) != before
    finally:
        look.theme = theme


def test_a_picture_kept_by_its_key_alone_shows_old_words(look: Look) -> None:
    """The naive twin."""
    bench = Bench(look)
    first = bench.line(1)
    fresh = first._replace(cells=bench.line(5).cells)
    for _ in range(2):
        bench.image(first)
    (worn, picture) = bench.pictures._kept[first.key]
    bench.pictures._kept[first.key] = ((fresh, *worn[1:]), picture)  # as if the words were no matter
    assert bench.image(fresh) != bench.image(fresh, kept=False)


def test_only_as_many_are_kept_as_a_screen_holds(look: Look) -> None:
    bench = Bench(look)
    line = bench.line(1)
    for key in range(200):
        bench.image(line._replace(key=key))
    assert len(bench.pictures._kept) == SIZE.height() // ROW + 8


def test_only_what_is_seen_is_worded_and_far_pages_are_dropped(look: Look) -> None:
    watch = FakeWatch(PAGE * 6)
    desk = make_desk(look)
    model = ShipmentModel(desk, watch, grid_lines.columns(desk.words))
    model.ask(Filter())
    for row in (0, 40, PAGE * 5):
        while model.line(row) is None:
            pass
    model.seen = lambda: (0, 30)
    watch.pages.clear()
    drawn: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda top, bottom: drawn.append((top.row(), bottom.row())))
    changes = touched(watch, 8, status=TrackingStatus.LOST)
    for row in (41, PAGE * 5 + 1):
        changes |= touched(watch, row, status=TrackingStatus.LOST)
    model.apply(changes)
    assert watch.pages == [2]  # two of them are near
    assert drawn == [(7, 7)]
    for row in (7, 40, PAGE * 5):
        line = model.line(row) or model.line(row)  # the far one is read when somebody looks
        assert line is not None and line.cells[1].lead == "Lost"
