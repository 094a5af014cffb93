"""The index vector, the page cache, and live changes: rows never jump under somebody's hand."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_fakes import FakeWatch, Later, make_desk, make_row, touched
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter
from wismo_desk.ui import grid_lines
from wismo_desk.ui.grid_cell import Column, Keeps, fit
from wismo_desk.ui.grid_model import ShipmentModel
from wismo_desk.ui.grid_pages import KEPT, PAGE, Pages
from wismo_desk.ui.theme import Look


def _model(look: Look, watch: FakeWatch, run: object = None) -> ShipmentModel:
    desk = make_desk(look, run=run)
    return ShipmentModel(desk, watch, grid_lines.columns(desk.words))


def test_the_first_page_comes_before_the_whole_vector(look: Look) -> None:
    later = Later()
    watch = FakeWatch(100_000)
    model = _model(look, watch, later)
    model.ask(Filter())
    later.go()
    assert model.rowCount() == PAGE
    assert watch.asked == [(Filter(), PAGE)]
    assert model.line(0) is not None
    later.go()
    assert model.rowCount() == 100_000
    assert watch.pages == [PAGE]  # nothing was read that nobody looks at


def test_it_keeps_the_rules_of_a_model(look: Look) -> None:
    watch = FakeWatch(300)
    model = _model(look, watch)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.ask(Filter())
    model.apply(touched(watch, 3, status=TrackingStatus.DELIVERED))
    watch.order = list(range(250, 0, -1))
    model._reread()
    assert model.rowCount() == 250


def test_a_late_answer_to_an_old_question_is_dropped(look: Look) -> None:
    later = Later()
    watch = FakeWatch(300)
    model = _model(look, watch, later)
    model.ask(Filter())
    first = later.waiting.pop()
    model.ask(Filter(text="Camille"))
    later.go()
    found = model.rowCount()
    later.waiting.append(first)  # the READ lane was slow
    later.go()
    assert model.rowCount() == found == 20
    # The naive twin, which shows whatever comes, shows the answer to the first question.
    lane, work, _, failed = first
    shown: list[int] = []
    later(lane, work, lambda got: shown.append(len(got[0])), failed)
    later.go()
    assert shown == [PAGE] != [found]


def test_scrolling_fast_reads_only_where_it_stops(look: Look) -> None:
    later = Later()
    watch = FakeWatch(100_000)
    model = _model(look, watch, later)
    model.ask(Filter())
    later.go()
    later.go()
    watch.pages.clear()
    for row in range(0, 90_000, 128):  # 704 pages fly by
        assert row < PAGE or model.line(row) is None
    while later.waiting:
        later.go()
    assert len(watch.pages) <= 5
    assert model.line(89_984) is not None


def test_a_change_repaints_its_row_and_flashes_what_differs(look: Look) -> None:
    watch = FakeWatch(300)
    model = _model(look, watch)
    model.ask(Filter())
    for row in range(40):
        model.line(row)
    seen: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda a, b: seen.append((a.row(), b.row())))
    model.apply(touched(watch, 31, status=TrackingStatus.DELIVERED))
    assert seen == [(30, 30)]
    line = model.line(30)
    assert line is not None
    assert line.cells[1].lead == "Delivered"
    assert model.flashing(31) == {1, 7}  # delivered: no interval any more
    model._end_flash()
    assert model.flashing(31) == frozenset()
    assert seen == [(30, 30), (30, 30)]


def test_changes_of_rows_nobody_sees_read_nothing(look: Look) -> None:
    watch = FakeWatch(100_000)
    model = _model(look, watch)
    model.ask(Filter())
    watch.pages.clear()
    model.apply(touched(watch, 90_000, status=TrackingStatus.DELIVERED))
    assert watch.pages == []


@pytest.mark.parametrize("held", [True, False])
def test_rows_wait_while_somebody_is_in_the_table(look: Look, held: bool) -> None:
    watch = FakeWatch(300)
    model = _model(look, watch)
    model.held = lambda: held
    model.ask(Filter())
    waiting: list[int] = []
    model.changes_waiting.connect(waiting.append)
    watch.order = [5, *(i for i in range(1, 301) if i != 5)]
    model.apply(touched(watch, 5, status=TrackingStatus.LOST) | touched(watch, 6, status=TrackingStatus.LOST))
    model._settle.stop()
    model._reread()
    if held:
        assert model.key(0) == 1
        assert waiting[-1] == 2
        model.show_waiting()
    # Where nobody is (the naive twin of holding) the row under the eye has changed at once.
    assert model.key(0) == 5
    assert waiting[-1] == 0


def test_an_error_is_told_and_the_rows_stay(look: Look) -> None:
    watch = FakeWatch(300)
    model = _model(look, watch)
    model.ask(Filter())
    told: list[Exception] = []
    model.failed.connect(told.append)
    watch.error = RuntimeError("the disk is gone")
    model._reread()
    assert told == [watch.error]
    assert model.rowCount() == 300


def test_each_cell_reads_aloud(look: Look) -> None:
    model = _model(look, FakeWatch(30))
    model.ask(Filter())
    texts = [model.data(model.index(2, c), Qt.ItemDataRole.AccessibleTextRole) for c in range(8)]
    assert texts[0] == "Promised for yesterday, not delivered +1"
    assert texts[5] == "Camille Roussel · Nantes"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Anomaly"


@given(st.lists(st.integers(0, 4_000), min_size=1, max_size=60))
def test_pages_answer_as_a_plain_list_would(places: list[int]) -> None:
    rows = array("i", range(1, 4_002))
    pages = Pages()
    any_row = make_row(0)
    for place in places:
        found = pages.find(place, rows[place])
        if found is None:
            number = pages.next_wanted()
            assert number == place // PAGE
            chunk = rows[number * PAGE : (number + 1) * PAGE]
            pages.keep(number, rows, [replace(any_row, row=key) for key in chunk])
            found = pages.find(place, rows[place])
        assert found is not None
        assert found.row == place + 1


def test_memory_is_bounded_and_dropped_rows_are_named() -> None:
    rows = array("i", range(1, PAGE * (KEPT + 2) + 1))
    pages = Pages()
    gone: list[int] = []
    for number in range(KEPT + 2):
        gone += pages.keep(number, rows, [make_row(number * PAGE)])
    assert len(pages._pages) == KEPT
    assert gone == [1, PAGE + 1]


COLUMNS = (
    Column(key="a", title="A", width=300, stretch=1),
    Column(key="b", title="B", width=100, short=40, keeps=Keeps.MARK),
    Column(key="c", title="C", width=100),
)


def test_columns_give_way_in_their_order() -> None:
    assert [f.width for f in fit(COLUMNS, ("c", "b"), 700)] == [500, 100, 100]
    assert [f.width for f in fit(COLUMNS, ("c", "b"), 480)] == [380, 100, 0]
    assert fit(COLUMNS, ("c", "b"), 380)[1] == (40, True)


@given(st.integers(360, 4000))
def test_columns_always_fill_the_width(width: int) -> None:
    fits = fit(COLUMNS, ("c", "b"), width)
    assert sum(f.width for f in fits) == width
    assert all(f.width >= 0 for f in fits)


def test_nothing_changed_asks_nothing(look: Look) -> None:
    watch = FakeWatch(30)
    model = _model(look, watch)
    model.ask(Filter())
    watch.pages.clear()
    model.apply(Changes(effects=True))
    assert watch.pages == []


def test_who_is_told_of_a_place_may_look_at_it_at_once() -> None:
    """A view paints while it is told what changed: that reads pages, and reading makes them the latest seen."""
    pages = Pages()
    keys = array("i", range(1, 3 * PAGE + 1))
    fresh = [make_row(place) for place in range(3 * PAGE)]
    for number in range(3):
        pages.keep(number, keys, fresh[number * PAGE : (number + 1) * PAGE])
    seen = [pages.find(place, keys[place]) for place in pages.places(keys)]
    assert len(seen) == 3 * PAGE and all(seen)
    assert [pages.find(first, keys[first]) is not None for first, _ in pages.spans()] == [True] * 3


def test_rows_that_change_places_stay_in_memory_around_the_screen() -> None:
    """Those at the top alone, as it was: the screen went white once a second while the file was busy."""
    pages = Pages()
    keys = array("i", range(1, 12 * PAGE + 1))
    for number in (0, 1, 2, 6, 7, 8, 10):
        pages.keep(number, keys, [make_row(place) for place in range(number * PAGE, (number + 1) * PAGE)])
    moved = keys[:]
    moved[6 * PAGE + 5], moved[7 * PAGE + 9] = moved[7 * PAGE + 9], moved[6 * PAGE + 5]
    moved[8 * PAGE] = 99_999  # a row that nobody has read
    pages.carry_over(moved, 7 * PAGE + 3, 7 * PAGE + 36)
    assert sorted(pages._pages) == [0, 1, 6, 7]
    found = pages.find(6 * PAGE + 5, moved[6 * PAGE + 5])
    assert found is not None and found.row == 7 * PAGE + 10
    assert pages.find(8 * PAGE, moved[8 * PAGE]) is None


def test_a_row_read_again_that_says_the_same_keeps_its_picture(look: Look) -> None:
    """A picture holds for one object: a new one that says the same would be painted again, twice."""
    watch = FakeWatch(6 * PAGE)
    model = _model(look, watch)
    model.ask(Filter())
    model.line(3 * PAGE)  # asks for its page
    before = model.line(3 * PAGE)
    assert before is not None
    model._pages.clear()
    read = len(watch.pages)
    model.shipment(3 * PAGE)
    assert len(watch.pages) == read + 1
    assert model.line(3 * PAGE) is before
