"""The archive in the window: offered where nothing was found, by key at any time, and never waited for."""

from __future__ import annotations

import pytest
from archive_fakes import FakeArchive
from grid_fakes import ForeseenWatch
from page_fakes import FakeFlows, make_desk, shown
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from wismo_desk.domain.status import read_codes
from wismo_desk.domain.watching import Filter
from wismo_desk.errors import SharedUnreachable
from wismo_desk.ui.archive_hook import ArchiveHook
from wismo_desk.ui.archive_view import ArchiveAsks
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.detail_words import Timeline
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.theme import Look

CODES = {"own": read_codes("code,status,reason,is_scan\nDELIVERED,delivered,,1\n")}


@pytest.fixture
def archive() -> FakeArchive:
    return FakeArchive()


def made(qtbot: QtBot, look: Look, archive: FakeArchive, count: int) -> ArchiveHook:
    """On a page with so many shipments of its own."""
    watch = ForeseenWatch(count)
    desk = make_desk(look)
    asks = FakeFlows(watch).detail_asks(lambda png: b"")
    page = ShipmentsPage(desk, watch, lambda parent: DetailPanel(desk, asks, parent))
    qtbot.addWidget(page)
    timeline = Timeline(desk, CODES)
    hook = ArchiveHook(desk, page, ArchiveAsks(archive, lambda found: timeline.of(found.facts)))
    page.resize(1366, 700)
    page.start()
    shown(qtbot, page)
    return hook


@pytest.fixture
def hook(qtbot: QtBot, look: Look, archive: FakeArchive) -> ArchiveHook:
    return made(qtbot, look, archive, 40)


def page_of(hook: ArchiveHook) -> ShipmentsPage:
    page = hook.parent()
    assert isinstance(page, ShipmentsPage)
    return page


def open_archive(hook: ArchiveHook, qtbot: QtBot, text: str = "moreau") -> None:
    page_of(hook).chips.filter = Filter(text=text)
    hook.open()
    shown(qtbot, hook.view)


def test_it_is_offered_where_nothing_was_found_for_a_text_and_nowhere_else(
    qtbot: QtBot, look: Look, archive: FakeArchive
) -> None:
    bare = made(qtbot, look, archive, 0)
    assert not bare.button.isVisible()  # nothing was searched for
    page_of(bare).chips.narrow(text="nobody at all")
    assert bare.button.isVisible()
    bare.button.click()
    assert archive.asked == [("nobody at all", None)]
    full = made(qtbot, look, archive, 40)
    page_of(full).chips.narrow(only_open=True)
    assert not full.button.isVisible()


def test_the_key_asks_for_what_the_search_box_holds(
    qtbot: QtBot, hook: ArchiveHook, archive: FakeArchive
) -> None:
    page = page_of(hook)
    page.chips.filter = Filter(text=" moreau ")
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert archive.asked[0] == ("moreau", None)
    assert hook.view.isVisible() and hook.view.head.text() == "7 shipments in the archive"
    assert hook.view.list.hasFocus() and hook.view.list.entries.rowCount() == 7


def test_arrows_open_journeys_and_escape_goes_back(qtbot: QtBot, hook: ArchiveHook) -> None:
    open_archive(hook, qtbot)
    detail = hook.view.detail
    assert detail.row is not None and detail.row.order_number == "FR-4000"
    assert "Delivered" in detail.timeline.accessibleDescription()
    qtbot.keyClick(hook.view.list, Qt.Key.Key_Down)
    assert detail.row.order_number == "FR-3999"
    assert not detail.doubt.isVisible()
    qtbot.keyClick(hook.view.list, Qt.Key.Key_Escape)
    assert not hook.view.isVisible() and page_of(hook).view.isVisible()


def test_older_ones_follow_on_the_same_list(qtbot: QtBot, hook: ArchiveHook, archive: FakeArchive) -> None:
    archive.size = 3
    open_archive(hook, qtbot)
    assert hook.view.head.text() == "More than 3 shipments in the archive"
    hook.view.more.click()
    hook.view.more.click()
    assert hook.view.list.entries.rowCount() == 7 and not hook.view.more.isVisible()
    assert [below.order_number for _, below in archive.asked if below] == ["FR-3998", "FR-3995"]


def test_a_line_that_is_down_is_a_sentence_with_a_way_on(
    qtbot: QtBot, hook: ArchiveHook, archive: FakeArchive
) -> None:
    archive.error = SharedUnreachable(
        "The shared database does not answer. The desk goes on and catches up by itself."
    )
    open_archive(hook, qtbot)
    assert "does not answer" in hook.view.told.accessibleName()
    archive.error = None
    hook.view.again.click()
    assert hook.view.list.entries.rowCount() == 7 and not hook.view.again.isVisible()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"behind": True}, "still taking in"),
        ({"unfolded": 2}, "2 shipments could not be read"),
        ({"same_codes": False}, "another version"),
    ],
)
def test_what_is_not_whole_is_said(
    qtbot: QtBot, hook: ArchiveHook, archive: FakeArchive, said: dict[str, object], sentence: str
) -> None:
    archive.more_said = said
    open_archive(hook, qtbot)
    assert sentence in hook.view.told.accessibleName()


def test_a_status_that_its_journey_does_not_bear_out_is_said(
    qtbot: QtBot, hook: ArchiveHook, archive: FakeArchive
) -> None:
    archive.agrees = False
    open_archive(hook, qtbot)
    assert "do not agree" in hook.view.detail.doubt.accessibleName()


def test_nothing_there_either(qtbot: QtBot, hook: ArchiveHook, archive: FakeArchive) -> None:
    archive.rows = []
    open_archive(hook, qtbot)
    assert hook.view.head.text() == "Nothing in the archive either"
