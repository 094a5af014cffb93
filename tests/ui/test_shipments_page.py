"""The grid page: keys, filters, states, and painting that asks for no more than what is on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_fakes import FakeFlows, FakeWatch, make_desk, make_row, shown, touched
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, Sort
from wismo_desk.errors import StoreProblem
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.theme import Look


def _page(
    qtbot: QtBot, look: Look, watch: FakeWatch, *, size: tuple[int, int] = (1836, 900)
) -> ShipmentsPage:
    desk = make_desk(look)
    asks = FakeFlows(watch).detail_asks(lambda png: b"")
    page = ShipmentsPage(desk, watch, lambda parent: DetailPanel(desk, asks, parent))
    qtbot.addWidget(page)
    page.resize(*size)
    page.start()
    shown(qtbot, page)
    page.view.setFocus()
    return page


def test_a_hundred_thousand_rows_paint_a_screenful(qtbot: QtBot, look: Look) -> None:
    watch = FakeWatch(100_000)
    page = _page(qtbot, look, watch)
    assert page.model.rowCount() == 100_000
    calls: list[int] = []
    whole = page.model.line
    page.model.line = lambda row: calls.append(row) or whole(row)  # type: ignore[method-assign]
    page.view.verticalScrollBar().setValue(28 * 50_000)
    calls.clear()
    page.view.viewport().repaint()
    assert len(calls) <= page.view.viewport().height() // 28 + 2
    assert min(calls) == 50_000
    # The naive twin: Qt's own painting asks for each cell in seven roles.
    asked: list[int] = []
    real = page.model.data
    page.model.data = lambda index, role=0: asked.append(role) or real(index, role)  # type: ignore[method-assign]
    page.view.viewport().repaint()
    ours = len(asked)
    plain = QTableView()
    qtbot.addWidget(plain)
    plain.setModel(page.model)
    plain.resize(900, 600)
    plain.show()
    qtbot.waitExposed(plain)
    plain.grab()
    assert ours == 0
    assert len(asked) > 500


def test_return_in_the_search_box_opens_the_first_hit(qtbot: QtBot, look: Look) -> None:
    page = _page(qtbot, look, FakeWatch(40))
    name = make_row(6).customer
    page.search(name[:3])
    page.search_entered(name)  # before the typing has come to rest
    assert page.panel.isVisible()
    assert page.panel.shipment_id == page.model.shipment(0).shipment_id  # type: ignore[union-attr]  # there is one
    assert page.view.row == 0
    page.close_panel()
    page.search_entered(name)  # the same once more
    assert page.panel.isVisible()
    page.close_panel()
    page.search_entered("nobody of this name")
    assert not page.panel.isVisible()
    page.search_entered("")  # everything again: the first of all
    assert page.panel.isVisible()


def test_keys_do_everything(qtbot: QtBot, look: Look) -> None:
    page = _page(qtbot, look, FakeWatch(386))
    view = page.view
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.row == 1
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert page.panel.isVisible()
    assert page.panel.shipment_id is not None and page.panel.shipment_id.int == 2
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.ticks == {2}
    assert view.row == 2
    qtbot.waitUntil(lambda: page.panel.shipment_id is not None and page.panel.shipment_id.int == 3)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not page.panel.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.ticks == frozenset()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.row == -1


def test_copy_takes_the_ticked_rows_else_the_selected_one(qtbot: QtBot, look: Look) -> None:
    page = _page(qtbot, look, FakeWatch(386))
    page.view.choose(4)
    qtbot.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[4] for line in lines] == ["Order", "8004"]
    for row in (0, 200, 385):
        page.view.choose(row)
        qtbot.keyClick(page.view, Qt.Key.Key_Space)
    qtbot.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[4] for line in lines[1:]] == ["8000", "8200", "8385"]


def test_letters_never_walk_through_the_rows(qtbot: QtBot, look: Look) -> None:
    watch = FakeWatch(100_000)
    page = _page(qtbot, look, watch)
    page.view.choose(0)
    watch.pages.clear()
    page.view.keyboardSearch("Zebra")
    assert watch.pages == []
    assert page.view.row == 0


def test_headers_and_the_s_key_sort(qtbot: QtBot, look: Look) -> None:
    watch = FakeWatch(386)
    page = _page(qtbot, look, watch)
    header = page.view.header
    at = QPoint(header.sectionViewportPosition(2) + 20, 14)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert (watch.asked[-1][0].sort, watch.asked[-1][0].descending) == (Sort.CARRIER, False)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert watch.asked[-1][0].descending
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_S)
    assert watch.asked[-1][0].sort is Sort.NUMBER
    qtbot.keyClick(page.view, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert watch.asked[-1][0].descending


def test_typing_asks_once_it_rests(qtbot: QtBot, look: Look) -> None:
    watch = FakeWatch(386)
    page = _page(qtbot, look, watch)
    watch.asked.clear()
    for text in ("C", "Ca", "Cam", "Camille"):
        page.search(text)
    assert watch.asked == []
    with qtbot.waitSignal(page.model.loaded):
        pass
    assert {asked.text for asked, _ in watch.asked} == {"Camille"}
    assert page.model.rowCount() == 26


def test_chips_and_carriers_make_one_filter(qtbot: QtBot, look: Look) -> None:
    watch = FakeWatch(386)
    page = _page(qtbot, look, watch)
    qtbot.mouseClick(page.chips.to_do, Qt.MouseButton.LeftButton)
    assert watch.asked[-1][0].only_anomalies
    page.chips._toggle("dpd")
    asked = watch.asked[-1][0]
    assert asked.carriers == {"dpd"}
    assert asked.only_anomalies
    assert page.chips.carriers.accessibleName() == "DPD"
    page.chips.kinds[AnomalyKind.NOT_MANIFESTED].click()
    assert watch.asked[-1][0] == Filter(
        anomalies=frozenset({AnomalyKind.NOT_MANIFESTED}), carriers=frozenset({"dpd"})
    )


@pytest.mark.parametrize(("width", "kinds"), [(1836, 6), (900, 0)])
def test_chips_without_room_move_into_the_menu(qtbot: QtBot, look: Look, width: int, kinds: int) -> None:
    page = _page(qtbot, look, FakeWatch(386), size=(width, 700))
    shown = [chip for chip in page.chips.kinds.values() if chip.isVisible()]
    assert len(shown) >= kinds if kinds else len(shown) < 6
    assert page.chips.others.isVisible() == (len(shown) < len(AnomalyKind))
    assert page.chips.carriers.geometry().right() <= page.chips.width()


def test_empty_says_why_and_offers_the_way_out(qtbot: QtBot, look: Look) -> None:
    watch = FakeWatch(386)
    page = _page(qtbot, look, watch)
    page.search("nobody of this name")
    with qtbot.waitSignal(page.model.loaded):
        pass
    assert page._stack.currentWidget() is page.blank
    assert page._action.accessibleName() == "Show all shipments"
    page._action.click()
    assert page._stack.currentWidget() is page.view
    assert page.model.rowCount() == 386


def test_a_new_desk_is_sent_to_its_first_file(qtbot: QtBot, look: Look) -> None:
    page = _page(qtbot, look, FakeWatch(0))
    with qtbot.waitSignal(page.orders_wanted):
        page._action.click()


def test_an_error_is_a_sentence_and_a_second_try(qtbot: QtBot, look: Look) -> None:
    watch = FakeWatch(386)
    watch.error = StoreProblem(
        "The file {name} is damaged. Restore the backup.", name="main.db", raw="SQLITE_CORRUPT"
    )
    page = _page(qtbot, look, watch)
    assert page._stack.currentWidget() is page.blank
    watch.error = None
    page._action.click()
    assert page._stack.currentWidget() is page.view


def test_the_selection_stays_on_its_shipment_when_rows_move(qtbot: QtBot, look: Look) -> None:
    watch = FakeWatch(386)
    page = _page(qtbot, look, watch)
    page.view.choose(20)
    top = page.view.rowViewportPosition(20)
    watch.order = [300, 301, *(i for i in range(1, 387) if i not in (300, 301))]
    page.apply(touched(watch, 300, status=TrackingStatus.LOST))
    page.model._reread()
    assert page.view.row == 20  # held: a row is selected
    assert page.chips.waiting.isVisible()
    qtbot.mouseClick(page.chips.waiting, Qt.MouseButton.LeftButton)
    assert page.view.row == 22
    assert page.view.rowViewportPosition(22) == top
    assert not page.chips.waiting.isVisible()


def test_narrow_windows_lose_columns_in_the_order_of_the_notes(qtbot: QtBot, look: Look) -> None:
    page = _page(qtbot, look, FakeWatch(386), size=(1310, 700))
    page._open(2)
    qtbot.waitUntil(lambda: page.panel.width() == 372)
    qtbot.waitUntil(lambda: len(page.view.gave_way) >= 4)
    columns = [c.key for c in page.model.columns]
    widths = dict(zip(columns, page.view._fits, strict=True))
    assert widths["order"].width == 0
    assert widths["number"].width == 0
    assert widths["carrier"].short
    assert widths["anomaly"].width >= 300
    assert widths["customer"].width >= 180
    assert "Shortened or hidden" in page.foot.right.text()


def test_a_narrow_window_keeps_the_numbers_in_full(qtbot: QtBot, look: Look) -> None:
    page = _page(qtbot, look, FakeWatch(386), size=(1310, 700))
    widths = {c.key: one for c, one in zip(page.model.columns, page.view._fits, strict=True)}
    assert (widths["order"].width, widths["number"].width) == (84, 138)
    assert not widths["status"].short
    assert widths["anomaly"].width >= 240
    assert sum(one.width for one in widths.values()) == page.view.viewport().width()


def test_screens_are_the_same_whatever_is_painted_first(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, FakeWatch(386))
    first = page.view.grab().toImage()
    page.view.verticalScrollBar().setValue(2800)
    page.view.grab()
    page.view.verticalScrollBar().setValue(0)
    assert page.view.grab().toImage() == first
