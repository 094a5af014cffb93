"""The filter by warehouse: there when the file has several, kept beside the other chips and in a saved view."""

from __future__ import annotations

from dataclasses import replace

import pytest
from grid_fakes import FakeVerbs, ForeseenWatch
from page_fakes import FakeFlows, french_words, make_desk, shown
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from wismo_desk.domain.watching import Counts, Filter, Sort
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.grid_lines import columns
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.theme import Look

SEVERAL = Counts(total=386, by_warehouse=(("", 3), ("Lille", 1200), ("Lyon", 80)))


@pytest.fixture
def page(qtbot: QtBot, look: Look) -> ShipmentsPage:
    watch = ForeseenWatch(386)
    desk = make_desk(look, french_words())
    asks = FakeFlows(watch).detail_asks(lambda png: b"")
    page = ShipmentsPage(desk, watch, lambda parent: DetailPanel(desk, asks, parent), FakeVerbs().asks())
    qtbot.addWidget(page)
    page.resize(1836, 900)
    page.start()
    shown(qtbot, page)
    return page


def test_one_warehouse_is_nothing_to_choose(page: ShipmentsPage) -> None:
    button = page.chips.warehouses
    assert not button.isVisible()
    page.chips.show_counts(replace(SEVERAL, by_warehouse=(("", 3), ("Lyon", 80))))
    assert not button.isVisible()
    page.chips.show_counts(SEVERAL)
    assert button.isVisible()
    assert (button.text(), button.accessibleName()) == ("Entrepôts", "Entrepôts")


def test_it_is_ticked_in_a_menu_with_its_counts(page: ShipmentsPage) -> None:
    chips = page.chips
    chips.show_counts(SEVERAL)
    named = [action.text() for action in chips.warehouses.menu().actions() if action.isCheckable()]
    assert [name.split("   ")[0] for name in named] == ["Lille", "Lyon", "Sans entrepôt"]
    assert named[0].endswith("1\u202f200")
    chips.warehouses.menu().actions()[1].trigger()
    assert chips.filter.warehouses == {"Lyon"}
    assert chips.warehouses.text() == "Lyon"
    chips.to_do.click()  # another chip leaves it on
    assert chips.filter.warehouses == {"Lyon"}
    chips.show_counts(replace(SEVERAL, by_warehouse=(("Lille", 1),)))
    assert chips.warehouses.isVisible()  # while it is on it can be taken off
    chips.warehouses.menu().actions()[-1].trigger()
    assert chips.filter.warehouses == frozenset()
    assert not chips.warehouses.isVisible()


def test_a_view_brings_it_and_show_all_takes_it_off(page: ShipmentsPage) -> None:
    page.show_only(Filter(warehouses=frozenset({"Lyon", "Lille"})))
    assert page.chips.warehouses.text() == "Lille, Lyon"
    page.chips.show_all()
    assert page.chips.filter.warehouses == frozenset()


def test_customers_are_sorted_from_a(qtbot: QtBot, page: ShipmentsPage) -> None:
    header = page.view.header
    section = next(n for n, one in enumerate(columns(page._desk.words)) if one.sort is Sort.CUSTOMER)
    at = QPoint(header.sectionViewportPosition(section) + 20, 14)
    for descending in (False, True):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert (page.chips.filter.sort, page.chips.filter.descending) == (Sort.CUSTOMER, descending)
