"""The window around the pages."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from wismo_desk.ui.frame import DeskWindow, Page
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.rail import RAIL_NARROW, RAIL_WIDE
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words


def focusable() -> QWidget:
    page = QWidget()
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return page


@pytest.fixture
def window(look: Look, french: Words, qtbot: Any) -> DeskWindow:
    pages = [
        Page("bench", "package-check", "Emballer", focusable(), bare=True),
        Page("shipments", "truck", "Envois", focusable()),
        Page("settings", "settings", "Réglages", focusable(), last=True),
    ]
    made = DeskWindow(look, french, pages, station="Poste 3", practice=True)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    made.activateWindow()
    return made


def press(window: DeskWindow, keys: str) -> None:
    next(s for s in window.findChildren(QShortcut) if s.key().toString() == keys).activated.emit()


def test_only_pages_that_exist_have_a_button(window: DeskWindow) -> None:
    assert list(window.rail.buttons) == ["bench", "shipments", "settings"]


def test_the_bench_has_no_rail_and_no_bar_and_a_way_back(window: DeskWindow, qtbot: Any) -> None:
    assert not window.rail.isVisible()
    assert not window.top.isVisible()
    qtbot.mouseClick(window.handle, Qt.MouseButton.LeftButton)
    assert window.rail.isVisible()
    with qtbot.waitSignal(window.page_shown) as shown:
        window.rail.buttons["shipments"].click()
    assert shown.args == ["shipments"]
    assert window.top.isVisible()
    assert window.top.title.text() == "Envois"
    assert not window.handle.isVisible()


def test_keys_turn_pages_and_f2_stays_with_the_bench(window: DeskWindow) -> None:
    press(window, "Ctrl+2")
    assert window.shown == "shipments"
    press(window, "F1")
    assert window.shown == "bench"
    assert "F2" not in {s.key().toString() for s in window.findChildren(QShortcut)}


def test_no_shortcut_is_a_plain_letter_that_a_scan_could_type(window: DeskWindow) -> None:
    for shortcut in window.findChildren(QShortcut):
        keys = shortcut.key().toString()
        assert keys.startswith(("Ctrl+", "F")) and len(keys) > 1, keys


def test_search_is_reached_from_the_bench_and_says_what_is_typed(window: DeskWindow, qtbot: Any) -> None:
    press(window, "Ctrl+K")
    assert window.shown == "shipments"
    qtbot.waitUntil(window.top.search.hasFocus)
    said: list[str] = []
    window.searched.connect(said.append)
    qtbot.keyClicks(window.top.search, "8791")
    with qtbot.waitSignal(window.search_entered) as entered:
        qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    assert said[-1] == "8791"
    assert entered.args == ["8791"]


def test_the_rail_narrows_below_1440(window: DeskWindow) -> None:
    window.show_page("shipments")
    assert window.rail.width() == RAIL_WIDE
    window.resize(1366, 768)
    assert window.rail.width() == RAIL_NARROW


def test_badges_health_context(window: DeskWindow) -> None:
    window.set_badge("shipments", 61)
    assert window.rail.buttons["shipments"].accessibleName() == "Envois, 61 en attente"
    window.set_health("carrier", Mark.WARN, "DPD : suivi en retard")
    assert "DPD" in window.top.dots["carrier"].accessibleName()
    window.set_context("shipments", "386 colis")
    assert window.top.context.text() == ""
    window.show_page("shipments")
    assert window.top.context.text() == "386 colis"


def test_undo_is_offered_once(window: DeskWindow, qtbot: Any) -> None:
    undone: list[int] = []
    window.show_page("shipments")
    window.show_undo("Attribué à Nadia B.", lambda: undone.append(1))
    assert window.undo_line.isVisible()
    press(window, "Ctrl+Z")
    press(window, "Ctrl+Z")
    assert undone == [1]
    assert not window.undo_line.isVisible()


def test_everything_interactive_is_named(window: DeskWindow) -> None:
    for kind in (QAbstractButton, QLineEdit):
        for widget in window.findChildren(kind):
            assert widget.accessibleName(), widget


def test_closing_says_so(window: DeskWindow, qtbot: Any) -> None:
    with qtbot.waitSignal(window.closed):
        window.close()


def test_what_is_searched_belongs_to_its_page(window: DeskWindow) -> None:
    first, second = [key for key, page in window._pages.items() if not page.bare][:2]
    window.show_page(first)
    window.top.search.setText("D1")
    window.show_page(second)
    assert window.top.search.text() == ""
    window.show_page(first)
    assert window.top.search.text() == "D1"
    window.carry_search(second, "10482")
    assert (window.shown, window.top.search.text()) == (second, "10482")
