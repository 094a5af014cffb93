"""Orders that overtake each other on their lanes, and a read that failed: the grid ends with what is true."""

from __future__ import annotations

from page_fakes import FakeWatch, make_desk, touched
from test_grid_reads import Slow, _home, _status

from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter
from wismo_desk.errors import StoreProblem
from wismo_desk.ui import grid_lines
from wismo_desk.ui.grid_model import ShipmentModel
from wismo_desk.ui.grid_pages import PAGE
from wismo_desk.ui.grid_reads import ORDERS, PAGES
from wismo_desk.ui.theme import Look

ROWS = 6 * PAGE
FROM_BELOW = [*range(5 * PAGE, ROWS + 1), *range(1, 5 * PAGE)]  # rows that are not in memory come to the top


def _model(look: Look, watch: FakeWatch, run: Slow) -> ShipmentModel:
    desk = make_desk(look, run=run)
    model = ShipmentModel(desk, watch, grid_lines.columns(desk.words))
    model.seen = lambda: (0, 30)
    model.ask(Filter())
    _home(run, model)
    return model


def _land(run: Slow, lane: str) -> None:
    """What one lane has read comes home; the other one's waits."""
    jobs = [job for job in run.waiting if job[0] == lane]
    run.waiting = [job for job in run.waiting if job[0] != lane]
    for _, got, done, _ in jobs:
        done(got())


def _later(model: ShipmentModel) -> None:
    """A second has passed for whatever waits for it."""
    if model._settle.isActive():
        model._settle.stop()
        model._reread()


def test_an_order_whose_rows_come_late_does_not_replace_a_newer_one(look: Look) -> None:
    run, watch = Slow(), FakeWatch(ROWS)
    model = _model(look, watch, run)
    watch.order = FROM_BELOW
    model.apply(touched(watch, 1, status=TrackingStatus.LOST))
    _later(model)
    _land(run, ORDERS)  # that order is here, its rows are on their way
    watch.order = [2, 1, *range(3, ROWS + 1)]
    model.apply(touched(watch, 1, status=TrackingStatus.DELIVERED))
    _later(model)
    _land(run, ORDERS)
    _home(run, model)
    _later(model)
    _home(run, model)
    assert [model.key(row) for row in range(3)] == [2, 1, 3]


def test_a_newer_order_is_not_lost_behind_one_that_somebody_asked_for(look: Look) -> None:
    run, watch = Slow(), FakeWatch(ROWS)
    model = _model(look, watch, run)
    model.held = lambda: True
    watch.order = FROM_BELOW
    model.apply(touched(watch, 1, status=TrackingStatus.LOST))
    _later(model)
    _land(run, ORDERS)
    watch.order = [2, 1, *range(3, ROWS + 1)]
    model.apply(touched(watch, 1, status=TrackingStatus.DELIVERED))
    _later(model)  # read, and on its way
    model.show_waiting()  # its rows are on their way, too
    _land(run, ORDERS)
    _home(run, model)
    assert model.key(0) == 5 * PAGE  # as it was asked for
    model.held = lambda: False
    _later(model)
    _home(run, model)
    assert [model.key(row) for row in range(3)] == [2, 1, 3]


class _Failing(Slow):
    """`broken`: the lane whose next piece of work fails."""

    broken = ""

    def __call__(self, lane: object, work: object, done: object, failed: object) -> None:
        if lane == self.broken:
            self.broken = ""
            failed(StoreProblem("The file {path} cannot be read.", path="main.db"))  # type: ignore[operator]
        else:
            super().__call__(lane, work, done, failed)


def test_a_row_whose_reading_failed_does_not_keep_its_old_words(look: Look) -> None:
    run, watch = _Failing(), FakeWatch(ROWS)
    model = _model(look, watch, run)
    told: list[Exception] = []
    model.failed.connect(told.append)
    assert _status(model, 2) != "Lost"
    run.broken = PAGES
    model.apply(touched(watch, 3, status=TrackingStatus.LOST))
    _home(run, model)
    assert len(told) == 1
    watch.order = [2, 1, *range(3, ROWS + 1)]  # and the grid is shown again
    _later(model)
    _home(run, model)
    model.line(2)
    _home(run, model)
    assert _status(model, 2) == "Lost"


def test_after_a_page_that_failed_the_next_one_is_read(look: Look) -> None:
    run, watch = _Failing(), FakeWatch(ROWS)
    model = _model(look, watch, run)
    run.broken = PAGES
    assert model.line(4 * PAGE) is None
    assert model.line(4 * PAGE) is None
    _home(run, model)
    assert model.line(4 * PAGE) is not None


def test_an_order_that_failed_is_read_with_the_next_change(look: Look) -> None:
    run, watch = _Failing(), FakeWatch(ROWS)
    model = _model(look, watch, run)
    run.broken = ORDERS
    model.apply(touched(watch, 1, status=TrackingStatus.LOST))
    _later(model)
    _home(run, model)
    watch.order = [2, 1, *range(3, ROWS + 1)]
    model.apply(touched(watch, 1, status=TrackingStatus.LOST))
    _later(model)
    _home(run, model)
    assert model.key(0) == 2


def test_a_filter_that_finds_nothing_leaves_no_row_of_before(look: Look) -> None:
    run, watch = Slow(), FakeWatch(ROWS)
    model = _model(look, watch, run)
    model.line(3 * PAGE)  # on its way, of the old question
    model.ask(Filter(text="nobody is called like this"))
    model.apply(touched(watch, 3, status=TrackingStatus.LOST))
    _home(run, model)
    _later(model)
    _home(run, model)
    assert model.rowCount() == 0
    assert not model._pages.rows() and not model._lines


def test_days_of_changes_leave_no_more_in_memory(look: Look) -> None:
    run, watch = Slow(), FakeWatch(ROWS)
    model = _model(look, watch, run)

    def lived() -> tuple[int, ...]:
        reads, pages = model._reads, model._pages
        return len(reads._changed), reads._open, len(pages._of), len(pages.rows()), len(model._lines)

    for turn in range(60):
        watch.order = [*range(ROWS - turn, ROWS + 1), *range(1, ROWS - turn)]
        for row in range(0, ROWS, 37):
            model.line(row % ROWS)
        model.apply(touched(watch, 1 + turn, status=TrackingStatus.LOST))
        model.apply(touched(watch, ROWS - turn, status=TrackingStatus.LOST))
        _later(model)
        _home(run, model)
    changed, open_, of, rows, lines = lived()
    assert (changed, open_) == (0, 0)
    assert of == rows <= 12 * PAGE
    assert lines <= rows
