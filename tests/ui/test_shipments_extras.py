"""Views, columns, export and verbs for many: by keys, without dialogs, and only what was asked for."""

from __future__ import annotations

from uuid import UUID

import pytest
from grid_fakes import FakeVerbs, ForeseenWatch
from page_fakes import FakeFlows, make_desk, shown
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, Promise, Sort
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.theme import Look


@pytest.fixture
def verbs() -> FakeVerbs:
    return FakeVerbs()


@pytest.fixture
def page(qtbot: QtBot, look: Look, verbs: FakeVerbs) -> ShipmentsPage:
    watch = ForeseenWatch(386)
    desk = make_desk(look)
    asks = FakeFlows(watch).detail_asks(lambda png: b"")
    page = ShipmentsPage(desk, watch, lambda parent: DetailPanel(desk, asks, parent), verbs.asks())
    qtbot.addWidget(page)
    page.resize(1836, 900)
    page.start()
    shown(qtbot, page)
    page.view.setFocus()
    return page


def _tick(qtbot: QtBot, page: ShipmentsPage, count: int) -> list[UUID]:
    page.view.choose(0)
    for _ in range(count):
        qtbot.keyClick(page.view, Qt.Key.Key_Space)
    return [UUID(int=n + 1) for n in range(count)]


def test_a_verb_is_said_of_the_ticked_ones_and_taken_back(
    qtbot: QtBot, page: ShipmentsPage, verbs: FakeVerbs
) -> None:
    ticked = _tick(qtbot, page, 3)
    assert page.extras is not None
    assert page.extras.bar.isVisible()
    qtbot.keyClick(page.view, Qt.Key.Key_E)
    ((verb, some),) = verbs.said
    assert (verb, sorted(some)) == ("seen", ticked)
    assert not page.extras.bar.isVisible()
    assert page.view.ticks == frozenset()
    assert "Ctrl Z" in page.foot.left.text()
    qtbot.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert verbs.said[-1] == ("undo", 3)
    qtbot.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(verbs.said) == 2  # once


def test_without_ticks_it_is_said_of_the_row_under_the_hand(
    qtbot: QtBot, page: ShipmentsPage, verbs: FakeVerbs
) -> None:
    qtbot.keyClick(page.view, Qt.Key.Key_E)
    assert verbs.said == []
    page.view.choose(4)
    qtbot.keyClick(page.view, Qt.Key.Key_P)
    assert verbs.said == [("ask", [UUID(int=5)])]


def test_a_question_stands_in_the_bar(qtbot: QtBot, page: ShipmentsPage, verbs: FakeVerbs) -> None:
    ticked = _tick(qtbot, page, 2)
    assert page.extras is not None
    bar = page.extras.bar
    qtbot.keyClick(page.view, Qt.Key.Key_R)
    question = bar._question
    assert question is not None
    assert question.isVisible()
    qtbot.keyClick(question, Qt.Key.Key_1)
    qtbot.keyClick(question, Qt.Key.Key_Return)
    verb, some, reason = verbs.said[0]
    assert (verb, sorted(some), reason) == ("reprint", ticked, "Torn or badly printed")
    assert verbs.printed == ["job"]
    verbs.refuses = True
    _tick(qtbot, page, 2)
    bar.void()
    assert bar._question is not None
    bar._question.confirmed.emit("Order cancelled by the customer")
    assert "8004" in page.foot.left.text()
    for ask, said in ((bar.note, "note"), (bar.assign, "assign"), (bar.snooze, "snooze")):
        _tick(qtbot, page, 1)
        ask()
        assert bar._question is not None, said
        bar._question.cancelled.emit()
        assert bar._question is None
        page.view.clear_ticks()


def test_ticks_outlive_the_rows_in_memory(qtbot: QtBot, page: ShipmentsPage, verbs: FakeVerbs) -> None:
    _tick(qtbot, page, 1)
    page.model._pages.clear()
    page.model._lines.clear()
    qtbot.keyClick(page.view, Qt.Key.Key_E)
    assert verbs.said == [("seen", [UUID(int=1)])]


def test_columns_are_chosen_and_go_with_a_view(page: ShipmentsPage, verbs: FakeVerbs) -> None:
    assert page.extras is not None
    extras = page.extras
    extras.tools.toggle("number")
    hidden = [
        column.key for column, fit in zip(page.model.columns, page.view._fits, strict=True) if not fit.width
    ]
    assert hidden == ["number"]
    assert "Number" not in page.view.gave_way  # nobody misses it
    page.chips.narrow(promise=Promise.TODAY, sort=Sort.EVENT)
    extras.views.save("Due today")
    view = verbs.views["Due today"]
    assert (view.filter.promise, view.filter.sort, view.hidden) == (Promise.TODAY, Sort.EVENT, {"number"})
    assert extras.views.text() == "Due today"
    page.chips.show_all()
    extras.tools.toggle("number")
    assert extras.views.text() == "Views"  # another filter is another view
    extras.views._choose(view)
    assert page.chips.filter == view.filter
    assert page.view.hidden == {"number"}
    assert page.view.header.arrow[0] == 8
    extras.views.remove("Due today")
    assert verbs.views == {}


def test_export_takes_the_ticked_rows_else_the_filter(
    qtbot: QtBot, page: ShipmentsPage, verbs: FakeVerbs
) -> None:
    assert page.extras is not None
    page.chips.narrow(statuses=frozenset({TrackingStatus.DELIVERED}))
    with qtbot.waitSignal(page.extras.exported):
        page.extras.tools.export_asked.emit("csv")
    _tick(qtbot, page, 2)
    page.extras.tools.export_asked.emit("xlsx")
    (asked, kind, rows), (_, other, some) = verbs.files
    assert (asked.statuses, kind, rows) == ({TrackingStatus.DELIVERED}, "csv", [])
    assert (other, some) == ("xlsx", [1, 2])


def test_a_file_has_the_columns_on_view_or_all(page: ShipmentsPage, verbs: FakeVerbs) -> None:
    assert page.extras is not None
    page.extras.tools.toggle("number")
    page.extras.export("csv")
    assert verbs.columns[-1] == (
        *("anomaly", "status", "carrier", "order", "customer", "promised", "expected", "event", "owner"),
    )
    page.extras.tools.take_every(True)
    page.extras.export("csv")
    assert verbs.columns[-1] == ()


def test_filters_of_the_menu_add_up(page: ShipmentsPage) -> None:
    narrower = page.chips.narrower
    menu = narrower.menu()
    status, service, who, promised, ages = [action.menu() for action in menu.actions()[:5]]
    promised.actions()[0].trigger()  # type: ignore[attr-defined]  # a QMenu
    ages.actions()[2].trigger()  # type: ignore[attr-defined]  # likewise
    who.actions()[0].trigger()  # type: ignore[attr-defined]  # likewise
    asked = page.chips.filter
    assert (asked.promise, asked.silent_h, asked.owners) == (Promise.PASSED, 72, {""})
    assert narrower.text() == "Filter: 3"
    menu.actions()[-1].trigger()
    assert page.chips.filter == Filter()
    assert (status, service) != (None, None)
