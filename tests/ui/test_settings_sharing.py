"""Sharing: the line in words, an address that cannot be, a password nobody sees again, and the way to join."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from page_fakes import NOW, Later, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from settings_fakes import ADDRESS, UNJOINED, FakeLine, FakeOthers, open_page

from wismo_desk.domain.job_queue import QueueState
from wismo_desk.errors import Refused, SettingsProblem, SharedUnreachable
from wismo_desk.ui.page_checks import Radio
from wismo_desk.ui.settings_page import SettingsPage
from wismo_desk.ui.theme import Look

AWAY = SharedUnreachable("The shared database does not answer. The desk goes on and catches up by itself.")


def _page(
    qtbot: QtBot, look: Look, others: FakeOthers, shared: str = ADDRESS, run: object = None
) -> SettingsPage:
    page = open_page(look, others, shared=shared, run=run)
    qtbot.addWidget(page)
    page.resize(1310, 720)
    shown(qtbot, page)
    page.show_section(6)
    return page


def _type(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.clear()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("line", "saved", "said"),
    [
        (None, "", "Alone This desk needs no other computer."),
        (None, ADDRESS, "Alone From the next start on, shared with the other desks."),
        (FakeLine(since=None), ADDRESS, "Looking at the line…"),
        (FakeLine(online=True), ADDRESS, "Shared, connected"),
        (FakeLine(online=True), "", "Shared, connected From the next start on, this desk works alone."),
        (
            FakeLine(online=True, waiting=4),
            ADDRESS,
            "Shared, connected 4 changes of this desk wait to be sent.",
        ),
        (FakeLine(online=True, queue=QueueState()), ADDRESS, "Shared, connected"),
        (
            FakeLine(online=True, queue=QueueState(waiting=1200, oldest=timedelta(minutes=130), stalled=2)),
            ADDRESS,
            "Shared, connected Queue of jobs: 1,200 waiting, the oldest for 2\u00a0h\u00a010. 2 of a silent worker, "
            "to be taken over.",
        ),
        (
            FakeLine(online=True, queue=QueueState(stalled=2)),
            ADDRESS,
            "Shared, connected Queue of jobs: 2 of a silent worker, to be taken over.",
        ),
        (
            FakeLine(online=True, address="postgresql://other/wismo"),
            ADDRESS,
            "Shared, connected Another address is saved: it is in force at the next start.",
        ),
        (
            FakeLine(error=AWAY),
            ADDRESS,
            "Alone since 13:20 Because: The shared database does not answer. The desk goes on and catches up "
            "by itself.",
        ),
    ],
)
def test_the_line_in_words(qtbot: QtBot, look: Look, line: FakeLine | None, saved: str, said: str) -> None:
    page = _page(qtbot, look, FakeOthers(line), saved)
    assert page.sharing.now.accessibleName() == said
    assert page.sharing.join_card is not None
    assert not page.sharing.join_card.isVisible()


def test_nobody_is_asked_unless_somebody_looks_and_never_twice_at_a_time(qtbot: QtBot, look: Look) -> None:
    others, lanes = FakeOthers(FakeLine(online=True)), Later()
    page = _page(qtbot, look, others, run=lanes)
    asked = [job for job in lanes.waiting if job[0] == "sharing"]
    page.sharing.ask()
    assert [job for job in lanes.waiting if job[0] == "sharing"] == asked
    assert len(asked) == 1
    lanes.go()
    page.show_section(0)
    page.sharing.ask()
    assert lanes.waiting == []


def test_an_answer_that_comes_after_an_undo_finds_another_pane(qtbot: QtBot, look: Look) -> None:
    """The naive twin, without `still`, meets a widget that is gone."""
    lanes = Later()
    page = _page(qtbot, look, FakeOthers(FakeLine(online=True)), run=lanes)
    old = page.sharing
    page._build()
    with qtbot.waitSignal(old.destroyed):
        pass
    with pytest.raises(RuntimeError, match="already deleted"):
        old.now.say(*old._told(None))
    lanes.go()


def test_a_wrong_address_is_told_and_not_saved(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others, "")
    _type(qtbot, page.sharing.address, "mysql://poste1@serveur/wismo")
    assert others.saved == []
    assert page._said.text() == "The shared database must be PostgreSQL."
    assert page.sharing.address.property("changed") == "true"
    _type(qtbot, page.sharing.address, ADDRESS)
    assert [each.shared for each in others.saved] == [ADDRESS]
    assert "next start" in page._said.text()
    assert page.sharing.now.accessibleName().startswith("Alone From the next start on, shared")


@pytest.mark.parametrize("text", ["0", "two", "-1", "1.5", ""])
def test_a_tenant_is_a_number_from_one_on(qtbot: QtBot, look: Look, text: str) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others)
    _type(qtbot, page.sharing.tenant, text)
    assert others.saved == []
    assert "is not a tenant number" in page._said.text()
    _type(qtbot, page.sharing.tenant, "7")
    assert [each.tenant for each in others.saved] == [7]


def test_a_password_goes_to_the_keyring_and_is_gone(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers(FakeLine(online=True))
    page = _page(qtbot, look, others)
    password = page.sharing.password
    assert password is not None
    assert password.field.echoMode() is QLineEdit.EchoMode.Password
    assert not password.button.isEnabled()
    qtbot.keyClicks(password.field, " s3cret ")
    password.button.click()
    assert ("keep", "shared", " s3cret ") in others.said
    assert password.field.text() == ""
    assert password.told == "Kept in this computer's keyring."
    assert others.saved == []
    others.error = SettingsProblem("This computer has no keyring.")
    _type(qtbot, password.field, "again")
    assert password.told == "This computer has no keyring."
    qtbot.keyClicks(password.field, "half")
    page.show_section(0)
    assert password.field.text() == ""


def test_a_password_needs_its_address(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others, "")
    assert page.sharing.password is not None
    _type(qtbot, page.sharing.password.field, "s3cret")
    assert page.sharing.password.told.startswith("Enter the address first")
    assert not [call for call in others.said if call[0] == "keep"]


def test_a_desk_with_orders_of_its_own_brings_them_along(qtbot: QtBot, look: Look) -> None:
    others, lanes = FakeOthers(UNJOINED), Later()
    page = _page(qtbot, look, others, run=lanes)
    lanes.go()
    card = page.sharing.join_card
    assert card is not None
    assert card.isVisible()
    assert "choose below" in page.sharing.now.accessibleName()
    card.bring.click()
    card.bring.click()
    assert len(lanes.waiting) == 1
    assert card._bar.isVisible()
    assert card.outcome.accessibleName() == "Its orders go to the others… The bench may go on meanwhile."
    with qtbot.waitSignal(page.joined):
        lanes.go()
    assert ("join", False, False) in others.said
    assert page.sharing.outcome.accessibleName() == (
        "Joined. The others now have the 1,204 events and 57 recipients of this desk."
    )
    lanes.go()
    assert not card.isVisible()
    assert page.sharing.now.accessibleName() == "Shared, connected"


def test_nothing_is_lost_without_a_tick(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers(UNJOINED)
    page = _page(qtbot, look, others)
    card = page.sharing.join_card
    assert card is not None
    card.fresh.click()
    question = card.question
    assert question is not None
    qtbot.waitUntil(question.isVisible)
    assert not question._yes.isEnabled()
    question._yes.click()
    qtbot.keyClick(question, Qt.Key.Key_Return)
    assert [call for call in others.said if call[0] == "join"] == [("join", True, False)]
    tick = question.findChild(Radio)
    assert tick is not None
    tick.click()
    with qtbot.waitSignal(page.joined):
        question._yes.click()
    assert [call for call in others.said if call[0] == "join"][1:] == [("join", True, True)]
    assert page.sharing.outcome.accessibleName() == "Joined. What the others have comes in by itself."


def test_the_question_can_be_left(qtbot: QtBot, look: Look) -> None:
    page = _page(qtbot, look, FakeOthers(UNJOINED))
    card = page.sharing.join_card
    assert card is not None
    card.fresh.click()
    assert card.question is not None
    qtbot.keyClick(card.question, Qt.Key.Key_Escape)
    assert card.question is None
    assert card.bring.isEnabled()
    assert card.isVisible()


def test_a_join_that_fails_says_why_and_can_be_done_again(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers(replace(UNJOINED, since=NOW), error=AWAY)
    page = _page(qtbot, look, others)
    card = page.sharing.join_card
    assert card is not None
    card.bring.click()
    assert card.outcome.accessibleName() == str(AWAY)
    assert card.question is None
    assert card.bring.isEnabled()
    assert not card._bar.isVisible()


def test_how_far_it_is(qtbot: QtBot, look: Look) -> None:
    others, lanes = FakeOthers(UNJOINED), Later()
    page = _page(qtbot, look, others, run=lanes)
    lanes.go()
    card = page.sharing.join_card
    assert card is not None
    card.bring.click()
    others.progress = (1500, 12000)
    card.look()
    assert (card._bar.value(), card._bar.maximum()) == (1500, 12000)
    assert card.outcome.accessibleName().startswith("Its orders go to the others… 1,500 of 12,000")


def test_a_join_of_an_earlier_run_goes_on_and_is_shown(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers(FakeLine(since=None), progress=(7000, 12000))
    page = _page(qtbot, look, others)
    card = page.sharing.join_card
    assert card is not None
    assert card.isVisible() and not card.bring.isEnabled()
    assert page.sharing.now.accessibleName() == "This desk joins the others…"
    card.look()
    assert "7,000 of 12,000" in card.outcome.accessibleName()
    others.progress, others.line = None, FakeLine(online=True)
    card._look.timeout.emit()
    page.sharing.ask()
    assert not card.isVisible() and page.sharing.now.accessibleName() == "Shared, connected"


def test_an_order_in_hand_offers_no_way_to_lose_it(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers(UNJOINED)
    others.error = Refused("Order 10482 is in hand at this desk. Finish it.", field="in_hand")
    page = _page(qtbot, look, others)
    card = page.sharing.join_card
    assert card is not None
    card.fresh.click()
    assert card.question is None
    assert card.outcome.accessibleName() == "Order 10482 is in hand at this desk. Finish it."


def test_the_warehouse_is_saved(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others)
    _type(qtbot, page.sharing.warehouse, "Lyon")
    assert others.saved[-1].warehouse == "Lyon"
    assert "next start" in page._said.text()
