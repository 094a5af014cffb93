"""The page Réponses: search, scan, card, wording, copy with its contact, mails sent once."""

from __future__ import annotations

import pytest
from answers_fakes import FakeAsks, FakeInbox
from page_fakes import Direct, french_words, make_desk
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from wismo_desk.domain.inbox import MailState
from wismo_desk.domain.intent import Intent
from wismo_desk.errors import OutcomeUnknown
from wismo_desk.ui.answers_page import AnswersPage
from wismo_desk.ui.theme import Look


@pytest.fixture
def page(qtbot: QtBot, look: Look) -> AnswersPage:
    made = AnswersPage(make_desk(look, french_words(), Direct()), FakeAsks(), FakeInbox())
    qtbot.addWidget(made)
    made.resize(1600, 900)
    made.show()
    made.start()
    return made


def asks(page: AnswersPage) -> FakeAsks:
    found = page._asks
    assert isinstance(found, FakeAsks)
    return found


def inbox(page: AnswersPage) -> FakeInbox:
    found = page.mails._inbox
    assert isinstance(found, FakeInbox)
    return found


def test_entering_a_search_opens_the_first_hit(page: AnswersPage) -> None:
    page.search_entered("roussel")
    assert page.card.isVisible()
    assert "8002" in page.card.head.order.text()
    assert page.reply.text.toPlainText().startswith("Bonjour Camille Roussel,")


def test_typing_alone_opens_nothing_when_several_fit(page: AnswersPage) -> None:
    page.search("roussel")
    assert page.list.entries.rowCount() > 1
    assert not page.card.isVisible()


def test_nothing_found_says_what_to_try(page: AnswersPage) -> None:
    page.search_entered("zzz")
    assert page.blank.isVisible()
    assert not page.reply.isVisible()


def test_another_question_or_language_rewords_the_draft(page: AnswersPage) -> None:
    page.search_entered("roussel")
    page.reply._languages.button(1).click()
    assert asks(page).asked[-1] == (Intent.WHERE_IS_IT, "en")
    assert page.reply.text.toPlainText().startswith("Hello")
    page.reply.asked.setCurrentIndex(page.reply.asked.findData(Intent.WHICH_CARRIER))
    page.reply.asked.activated.emit(0)
    assert asks(page).asked[-1] == (Intent.WHICH_CARRIER, "en")


def test_words_from_facts_are_marked_while_they_stand(page: AnswersPage) -> None:
    page.search_entered("roussel")
    before = len(page.reply.text.extraSelections())
    assert before == 4
    page.reply.text.setPlainText("Bonjour, vendredi 4 décembre.")
    assert len(page.reply.text.extraSelections()) == 1


def test_copying_logs_the_contact_once(page: AnswersPage, qtbot: QtBot) -> None:
    page.search_entered("roussel")
    with qtbot.waitSignal(page.changed):
        page.copy()
    assert QGuiApplication.clipboard().text() == page.reply.text.toPlainText()
    assert [(intent, channel) for _, intent, channel in asks(page).logged] == [(Intent.WHERE_IS_IT, "copy")]


def test_told_by_phone_is_logged(page: AnswersPage) -> None:
    page.search_entered("roussel")
    page.reply.phone.click()
    assert asks(page).logged[0][2] == "phone"


def test_without_a_mail_nothing_can_be_sent(page: AnswersPage) -> None:
    page.search_entered("roussel")
    assert not page.reply.send.isVisible()
    page.mails.send()
    assert inbox(page).sent == []


def test_a_mail_opens_with_its_words_and_draft_and_is_sent_once(page: AnswersPage) -> None:
    page.reading.click()
    assert page.list.entries.rowCount() == 5
    page.list.choose(0)
    assert page.card.letter.isVisible()
    assert page.reply.to.text() == "camille@exemple.fr"
    page.mails.send()
    page.mails.send()
    assert [sent[0] for sent in inbox(page).sent] == ["m0"]
    assert page.list.entries.rowCount() == 4


def test_a_mail_without_order_shows_its_words_and_why(page: AnswersPage) -> None:
    page.reading.click()
    page.list.choose(3)
    assert page.card.letter.isVisible()
    assert not page.card.head.isVisible()
    assert page.reply.text.toPlainText() == ""
    assert page.reply.note.isVisible()


def test_a_doubt_is_said_and_the_mail_stays(page: AnswersPage) -> None:
    page.reading.click()
    page.list.choose(0)
    inbox(page).error = OutcomeUnknown(
        "The mail server broke off after the message was handed over. It may have arrived."
    )
    page.mails.send()
    assert page.outcome.isVisible()
    assert page.list.entries.rowCount() == 5


def test_no_answer_is_due_puts_it_aside(page: AnswersPage) -> None:
    page.reading.click()
    page.list.choose(3)
    page.reply.aside.click()
    assert inbox(page).settled == [("m3", MailState.ASIDE)]


def test_keys_reach_everything(page: AnswersPage, qtbot: QtBot) -> None:
    page.search("roussel")
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert page.card.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.card.isVisible()
    for part in (page.list, page.reply.text, page.reply.copy, page.reply.asked):
        assert part.accessibleName()


def test_the_badge_counts_what_waits(qtbot: QtBot, look: Look) -> None:
    made = AnswersPage(make_desk(look, french_words(), Direct()), FakeAsks(), FakeInbox())
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.counted) as told:
        made.start()
    assert told.args == [5]


def test_the_order_of_a_mail_is_chosen_by_hand_with_keys_alone(page: AnswersPage, qtbot: QtBot) -> None:
    page.reading.click()
    page.list.choose(3)
    pick = page.card.pick
    assert pick.isVisible() and pick.field.isVisible() and not pick.hits.isVisible()
    pick.field.setFocus()
    qtbot.keyClicks(pick.field, "roussel")
    qtbot.keyClick(pick.field, Qt.Key.Key_Return)
    assert pick.hits.isVisible() and pick.hits.entries.rowCount() > 1
    qtbot.keyClick(pick.hits, Qt.Key.Key_Down)
    wanted = pick.hits.entries.entries[1].key
    qtbot.keyClick(pick.hits, Qt.Key.Key_Return)
    assert str(inbox(page).chosen["m3"]) == wanted
    assert page.card.head.isVisible() and page.reply.text.toPlainText()
    assert pick.button.isVisible() and not pick.field.isVisible()


def test_a_wrong_order_is_changed(page: AnswersPage, qtbot: QtBot) -> None:
    page.reading.click()
    page.list.choose(0)
    pick = page.card.pick
    assert pick.button.isVisible()
    page._pick_order()
    assert pick.field.isVisible()
    pick.field.setText("zzz")
    pick.wanted.emit("zzz")
    assert not pick.hits.isVisible() and "Rien ne correspond" in pick.said.text()
    qtbot.keyClick(pick.field, Qt.Key.Key_Escape)
    assert pick.button.isVisible() and inbox(page).chosen == {}


def test_a_search_alone_has_no_box_for_the_order_of_a_mail(page: AnswersPage) -> None:
    page.search_entered("roussel")
    assert not page.card.pick.isVisible()


@pytest.mark.parametrize(("which", "state"), [("sent", MailState.SENT), ("not_sent", MailState.OPEN)])
def test_a_doubtful_reply_is_settled_with_a_reason(page: AnswersPage, which: str, state: MailState) -> None:
    page.reading.click()
    page.list.choose(0)
    doubt = page.reply.doubt
    assert not doubt.isVisible()
    page.list.choose(4)
    assert doubt.isVisible() and not page.reply.send.isVisible()
    button = getattr(doubt, which)
    assert not button.isEnabled()
    doubt.reason.setText("vu dans les envoyés")
    button.click()
    assert (inbox(page).settled, inbox(page).reasons) == ([("m4", state)], ["vu dans les envoyés"])
    assert page.outcome.isVisible()
