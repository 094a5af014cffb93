"""Pages that nobody has opened are not there: their badges are, they hear what they missed, and others reach them."""

from __future__ import annotations

from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from tests.app.test_claims_in_window import WAIT, parcels_on_their_way
from wismo_desk.app.desk import Desk
from wismo_desk.app.noticing import NoticesDesk
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Channel, Tally
from wismo_desk.errors import MessageUnreachable
from wismo_desk.ui.late_page import LatePage

LATE = ("claims", "answers", "manifest", "notices", "insights", "settings")


def late(desk: Desk, key: str) -> LatePage:
    assert desk.pages is not None
    page = desk.pages._widgets()[key]
    assert isinstance(page, LatePage)
    return page


def test_built_at_their_first_show_with_title_and_keyboard(desk: Desk) -> None:
    assert [key for key in LATE if late(desk, key).is_built] == []
    for key in LATE:
        page = late(desk, key)
        desk.window.show_page(key)
        assert page.is_built and page.page.isVisible()
        assert page.focusProxy() is page.page
        page.page.context_changed.emit(f"of {key}")
        assert desk.window.top.context.text() == f"of {key}"


def test_the_manifest_reads_what_waits_though_it_was_not_there_when_it_came(desk: Desk, qtbot: QtBot) -> None:
    pages = desk.pages
    assert pages is not None
    parcels_on_their_way(desk, 1)
    assert not late(desk, "manifest").is_built
    desk.window.show_page("manifest")
    qtbot.waitUntil(lambda: pages.manifest._carriers.count() > 0, timeout=WAIT)


@pytest.mark.parametrize("page", ["claims", "notices"])
def test_a_badge_is_counted_though_its_page_was_never_opened(desk: Desk, qtbot: QtBot, page: str) -> None:
    assert desk.pages is not None
    (kept,) = [each for each in desk.pages._shelf._pages if each.key == page]
    said: list[tuple[str, int]] = []
    desk.window.set_badge = lambda key, count: said.append((key, count))  # type: ignore[method-assign]  # to hear it
    assert kept.count is not None
    kept.count(None)
    qtbot.waitUntil(partial(said.__contains__, (page, 0)), timeout=WAIT)
    assert not late(desk, page).is_built


def test_why_messages_rest_is_told_by_a_page_that_was_not_there_when_they_stopped(desk: Desk) -> None:
    assert desk.pages is not None
    notices = desk.pages.notices
    told = notices._given.told(trouble := MessageUnreachable("The mail server does not answer."))
    notices.show_pause(trouble, None)
    assert not notices.late.is_built
    page = notices.late.page
    assert not page.paused.isHidden() and page.paused.accessibleName() == told
    notices.show_pause(None, None)
    assert page.paused.isHidden()


def test_only_messages_in_doubt_are_on_the_badge(desk: Desk) -> None:
    assert desk.pages is not None
    badges: list[int] = []
    notices = NoticesDesk(desk.pages.given, desk.pages._station.notify, badges.append)
    tally: Tally = {
        (Channel.EMAIL, EffectState.IN_DOUBT, False): 2,
        (Channel.SMS, EffectState.IN_DOUBT, False): 1,
        (Channel.EMAIL, EffectState.FAILED, False): 7,
    }
    notices._show(tally)
    notices.count(Changes())  # of nothing that messages are about: not counted again
    assert badges == [3]
