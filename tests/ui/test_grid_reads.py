"""What changes while rows are on their way is not lost, and a new order does not turn the screen white."""

from __future__ import annotations

from uuid import UUID

from page_fakes import FakeWatch, Later, make_desk, touched
from PySide6.QtCore import QObject

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter
from wismo_desk.ui import grid_lines
from wismo_desk.ui.grid_model import ShipmentModel
from wismo_desk.ui.grid_pages import PAGE
from wismo_desk.ui.grid_reads import Reads, Stale
from wismo_desk.ui.theme import Look


class Slow(Later):
    """Reads at once and brings what it read later, as a lane does whose answer waits for the window."""

    def __call__(self, lane: object, work: object, done: object, failed: object) -> None:
        got = work()  # type: ignore[operator]  # a plain function, as every lane is given
        self.waiting.append((lane, lambda: got, done, failed))


def _model(look: Look, watch: FakeWatch, run: Later) -> ShipmentModel:
    desk = make_desk(look, run=run)
    return ShipmentModel(desk, watch, grid_lines.columns(desk.words))


def _home(run: Later, model: ShipmentModel) -> None:
    """Everything is here, and what waited 25 ms was read, too."""
    while run.waiting:
        run.go()
        model._stale._rest.stop()
        model._stale._look()


def _status(model: ShipmentModel, row: int) -> str:
    line = model.line(row)
    assert line is not None
    return line.cells[1].lead


def _changed_in_flight(look: Look, *, naive: bool) -> str:
    run, watch = Slow(), FakeWatch(4 * PAGE)
    model = _model(look, watch, run)
    model.ask(Filter())
    _home(run, model)
    if naive:
        model._reads.changed = lambda shipments: None  # type: ignore[method-assign]  # as it was
    place = 2 * PAGE + 5
    model.seen = lambda: (place, place + 30)
    assert model.line(place) is None  # its page is read now
    model.apply(touched(watch, place + 1, status=TrackingStatus.LOST))
    _home(run, model)
    return _status(model, place)


def test_a_row_that_changed_while_its_page_was_on_its_way_is_read_again(look: Look) -> None:
    assert _changed_in_flight(look, naive=False) == "Lost"


def test_without_that_it_says_the_old_words_until_it_changes_again(look: Look) -> None:
    """The naive twin."""
    assert _changed_in_flight(look, naive=True) != "Lost"


def test_the_first_page_on_its_way_is_no_exception(look: Look) -> None:
    run, watch = Slow(), FakeWatch(4 * PAGE)
    model = _model(look, watch, run)
    model.ask(Filter())
    model.apply(touched(watch, 3, status=TrackingStatus.LOST))
    _home(run, model)
    assert _status(model, 2) == "Lost"


def test_what_changed_before_it_was_asked_for_is_not_read_twice(look: Look) -> None:
    run, watch = Slow(), FakeWatch(4 * PAGE)
    model = _model(look, watch, run)
    model.ask(Filter())
    _home(run, model)
    model.apply(touched(watch, 2 * PAGE + 1, status=TrackingStatus.LOST))
    watch.pages.clear()
    assert model.line(2 * PAGE) is None
    _home(run, model)
    assert _status(model, 2 * PAGE) == "Lost"
    assert watch.pages.count(1) == 0


def test_a_new_order_comes_with_its_rows(look: Look) -> None:
    run, watch = Later(), FakeWatch(6 * PAGE)
    model = _model(look, watch, run)
    model.ask(Filter())
    _home(run, model)
    model.seen = lambda: (10, 40)
    assert all(model.line(row) for row in range(10, 41))
    watch.order = [*range(5 * PAGE, 5 * PAGE + 20), *(n for n in range(1, 5 * PAGE))]
    blank: list[int] = []
    model.modelReset.connect(lambda: blank.extend(r for r in range(10, 41) if model.line(r) is None))
    watch.pages.clear()
    model._reread()
    _home(run, model)
    assert model.key(10) == 5 * PAGE + 10
    assert blank == []
    assert watch.pages[0] == 20  # those alone that are new there


def test_somebody_who_comes_into_the_table_meanwhile_keeps_the_rows(look: Look) -> None:
    run, watch = Later(), FakeWatch(6 * PAGE)
    model = _model(look, watch, run)
    model.ask(Filter())
    _home(run, model)
    watch.order = [*range(5 * PAGE, 6 * PAGE), *range(1, 5 * PAGE)]
    model._reread()
    run.go()  # the order is here, its rows are on their way
    assert model.key(0) == 1
    model.held = lambda: True
    _home(run, model)
    assert model.key(0) == 1
    model.show_waiting()
    _home(run, model)
    assert model.key(0) == 5 * PAGE


def test_words_of_a_row_that_left_the_memory_are_not_shown_again(look: Look) -> None:
    run, watch = Later(), FakeWatch(12 * PAGE)
    model = _model(look, watch, run)
    model.ask(Filter())
    _home(run, model)
    place = 6 * PAGE
    assert model.line(place) is None
    _home(run, model)
    assert _status(model, place) != "Lost"
    model.seen = lambda: (0, 30)
    watch.order = [n for n in range(1, 12 * PAGE + 1) if n != 7 * PAGE]  # far below
    model._reread()
    _home(run, model)
    model.apply(touched(watch, place + 1, status=TrackingStatus.LOST))
    _home(run, model)
    assert model.line(place) is None  # it is read, not remembered
    _home(run, model)
    assert _status(model, place) == "Lost"


def test_one_reading_at_a_time_takes_all_that_came_meanwhile() -> None:
    asked: list[list[frozenset[UUID]]] = []
    ends: list[object] = []

    def read(some: list[frozenset[UUID]], done: object) -> None:
        asked.append(some)
        ends.append(done)

    parent = QObject()
    stale = Stale(parent, read)
    some = [frozenset({UUID(int=n)}) for n in range(4)]
    stale.add(some[0])
    for one in some[1:]:
        stale.add(one)
        stale._rest.stop()  # long ago
        stale._look()
    assert asked == [[some[0]]]
    ends[0]()  # type: ignore[operator]  # its own
    assert asked == [[some[0]], some[1:]]
    ends[1]()  # type: ignore[operator]  # its own
    assert len(asked) == 2


def test_nothing_of_shipments_asks_nothing(look: Look) -> None:
    run, watch = Later(), FakeWatch(30)
    model = _model(look, watch, run)
    model.ask(Filter())
    _home(run, model)
    model.apply(Changes(values=True))
    assert not run.waiting


def test_each_reading_is_told_what_changed_while_it_was_on_its_way(look: Look) -> None:
    """After the first of two came home, too; one whose answer is dropped is over all the same."""
    run, told = Later(), list[tuple[frozenset[UUID], ...]]()
    reads = Reads(
        make_desk(look, run=run), failed=lambda _error: None, missed=lambda *some: told.append(some)
    )
    first, second, third = (frozenset({UUID(int=n)}) for n in range(3))

    def bring() -> None:
        reads.bring(lambda: None, lambda _got: None)

    bring()
    bring()
    reads.changed(first)
    run.waiting, other = run.waiting[:1], run.waiting[1:]
    run.go()
    run.waiting = other
    reads.changed(second)
    run.go()
    assert told == [(first,), (first, second)]
    told.clear()
    bring()
    reads.anew()
    run.go()
    reads.changed(third)
    bring()
    run.go()
    assert told == [()]


def test_what_scrolling_on_would_show_is_read_before(look: Look) -> None:
    run, watch = Later(), FakeWatch(12 * PAGE)
    model = _model(look, watch, run)
    model.ask(Filter())
    _home(run, model)

    def shown(first: int) -> list[int]:
        """Pages in memory once a screen that begins there was painted, the latest seen last."""
        for row in range(first, first + 30):
            model.line(row)
        model.look(first, first + 29)
        _home(run, model)
        return list(model._pages._pages)

    assert shown(0) == [0, 1]
    assert shown(40) == [1, 0]  # painted from the words alone, and yet seen
    assert shown(PAGE) == [0, 1, 2]
    assert shown(PAGE) == [0, 2, 1]
    assert shown(6 * PAGE) == [0, 2, 1, 6, 7]
    assert shown(6 * PAGE - 1)[-3:] == [6, 5, 4]  # upwards
    assert shown(12 * PAGE - 30)[-1] == 11  # there is no further one


def test_a_page_that_is_looked_at_goes_before_the_one_ahead(look: Look) -> None:
    run, watch = Later(), FakeWatch(12 * PAGE)
    model = _model(look, watch, run)
    model.ask(Filter())
    _home(run, model)
    model.look(0, 29)  # the second page is on its way
    assert model.line(5 * PAGE) is None
    model.look(5 * PAGE, 5 * PAGE + 29)
    run.go()
    run.go()
    assert model.line(5 * PAGE) is not None
    assert 6 not in model._pages._pages
    _home(run, model)
    assert 6 in model._pages._pages
