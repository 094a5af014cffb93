"""The notices page: rows, bands, the pane, and what a person decides there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from notice_fakes import ON, FakeNotify
from page_fakes import Direct, Later, french_words, make_desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Channel
from wismo_desk.errors import MailUnreachable, SharedUnreachable
from wismo_desk.settings.mail import MailSettings
from wismo_desk.ui.notices_page import LANE, NoticesPage
from wismo_desk.ui.parts import Button
from wismo_desk.ui.theme import Look


def made(qtbot: QtBot, look: Look, notify: FakeNotify, run: Any = None) -> NoticesPage:
    page = NoticesPage(make_desk(look, french_words(), run or Direct()), notify)
    qtbot.addWidget(page)
    page.resize(1366, 700)
    page.show()
    page.start()
    return page


def texts(widget: QWidget) -> str:
    QApplication.processEvents()  # what was just laid out is shown
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def press(page: NoticesPage, words: str) -> None:
    """The last one made: those it replaced may still be on their way out."""
    found = [each for each in page.pane.findChildren(Button) if each.text() == words and each.isVisible()]
    found[-1].click()


@pytest.fixture
def page(qtbot: QtBot, look: Look) -> NoticesPage:
    return made(qtbot, look, FakeNotify())


def flows(page: NoticesPage) -> FakeNotify:
    notify = page._notify
    assert isinstance(notify, FakeNotify)
    return notify


def test_rows_say_what_is_wrong_and_how_it_ended(page: NoticesPage) -> None:
    first = page.model.line(0)
    assert first is not None
    assert [cell.text for cell in first.cells][1:6] == [
        "Envoyé ou non\u202f?", "Commande reçue", "E-mail", "10482", "Hélène Garnier",
    ]  # fmt: skip
    assert "peut-être arrivé" in first.cells[0].text
    states = {cell.text for row in range(10) for cell in [page.model.line(row).cells[1]]}  # type: ignore[union-attr]
    assert states == {
        "Envoyé ou non\u202f?", "Non envoyé", "Message envoyé", "En attente d’envoi", "Envoyé en test",
        "Envoi en cours",
    }  # fmt: skip


def test_no_sentence_stays_in_english(page: NoticesPage) -> None:
    page.view.selectRow(0)
    page._choose(0)
    page.show_pause(
        MailUnreachable(
            "The mail server {host} does not answer. The messages wait and are tried again.", host="h"
        ),
        None,
    )
    said = texts(page)
    for word in ("The ", " is ", "Send", "sent", "Close", "To "):
        assert word not in said, said


def test_chips_filter_and_count(page: NoticesPage) -> None:
    chips = page.bar.chips
    assert chips["failed"].accessibleName() == "Non envoyé 8"
    assert chips["left_out"].accessibleName() == "Omis exprès 3", "nothing is wrong with those"
    page.show_view("failed")
    assert page.model.rowCount() == 8
    page.show_view("all")
    assert page.model.rowCount() == 40
    assert not page.bar.channels[Channel.EMAIL].isVisible(), "one channel needs no choice"


def test_channels_have_chips_and_figures_of_their_own(qtbot: QtBot, look: Look) -> None:
    page = made(qtbot, look, FakeNotify(several=True))
    assert page.bar.channels[Channel.SMS].accessibleName() == "SMS 10"
    assert not page.bar.channels[Channel.WEBHOOK].isVisible(), "not in use"
    page.bar.channels[Channel.SMS].click()
    assert page.model.rowCount() == 10
    assert page.bar.chips["failed"].accessibleName() == "Non envoyé 2"
    page.bar.channels[Channel.SMS].click()
    assert page.model.rowCount() == 40, "pressed again, all are shown"
    assert "SMS" in page.bar.told.text()


def test_all_that_failed_is_sent_again_for_one_reason(page: NoticesPage) -> None:
    assert not page.again.isVisible()
    page.show_view("failed")
    page.again.button.click()
    assert page.again.question is not None
    page.again.question.confirmed.emit("le serveur marche")
    asked = flows(page).asked
    assert len(asked) == 8 and {reason for _, _, reason in asked} == {"le serveur marche"}
    assert page.model.rowCount() == 0


def test_a_customer_who_wants_no_more_messages(page: NoticesPage) -> None:
    page._choose(2)
    page.pane.peace.click()
    assert page.pane.question is not None
    page.pane.question.confirmed.emit("l’a écrit")
    assert flows(page).asked == [("stop", "10480", "l’a écrit")]
    page._choose(3)
    page._choose(2)
    assert "Ce client ne veut plus de messages." in texts(page.pane)
    page.pane.peace.click()
    assert page.pane.question is not None
    page.pane.question.confirmed.emit("a changé d’avis")
    assert flows(page).asked[-1] == ("tell", "10480", "a changé d’avis")


def test_the_pane_shows_the_letter(page: NoticesPage) -> None:
    page._choose(1)
    said = texts(page.pane)
    assert page.pane.isVisible()
    assert "helene.garnier@example.org" in said
    assert "prête à partir" in said
    assert "550 5.1.1" in said
    page.close_pane()
    assert not page.pane.isVisible()


def test_resend_needs_a_reason(page: NoticesPage, qtbot: QtBot) -> None:
    page._choose(1)
    press(page, "Renvoyer")
    assert page.pane.question is not None
    page.pane.question.confirmed.emit("adresse corrigée")
    assert flows(page).asked == [("resend", "10481", "adresse corrigée")]
    assert page.pane.row is not None
    assert page.pane.row.notice.state is EffectState.PENDING, "the pane follows"
    assert "C’est éclairci." in texts(page)


def test_doubt_is_settled_in_place(page: NoticesPage, qtbot: QtBot) -> None:
    page._choose(0)
    press(page, "Il est parti")
    question = page.pane.question
    assert question is not None
    with qtbot.waitSignal(page.changed) as told:
        qtbot.keyClick(question, Qt.Key.Key_1)
        question._group.buttons()[0].click()
        qtbot.keyClick(question, Qt.Key.Key_Return)
    assert told.args == [Changes(effects=True)]
    assert flows(page).asked[0][:2] == ("settle", "10482")
    assert "constaté envoyé" in texts(page.pane)


def test_escape_takes_back_the_question_first(page: NoticesPage, qtbot: QtBot) -> None:
    page._choose(0)
    page.pane.ask_resend()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.pane.asking
    assert page.pane.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.pane.isVisible()


def test_an_open_question_outlives_news(page: NoticesPage) -> None:
    page._choose(0)
    page.pane.ask_resend()
    flows(page).known = flows(page).known[:5]
    page.start()
    assert page.pane.asking


def test_waiting_ones_cannot_be_sent_again(page: NoticesPage) -> None:
    page._choose(3)
    assert not [
        each for each in page.pane.findChildren(Button) if each.text() == "Renvoyer" and each.isVisible()
    ]
    page.pane.ask_resend()
    assert not page.pane.asking


def test_test_mode_has_its_band(qtbot: QtBot, look: Look) -> None:
    page = made(qtbot, look, FakeNotify(mail=replace(ON, test_to="moi@papeterie.example")))
    assert "Mode test\u202f: tous les messages vont à moi@papeterie.example." in texts(page)
    flows(page).mail = ON
    page.start()
    assert "Mode test" not in texts(page)


def test_off_tells_how_to_switch_on(qtbot: QtBot, look: Look) -> None:
    page = made(qtbot, look, FakeNotify(0, MailSettings()))
    assert page.blank.isVisible()
    assert "désactivés" in texts(page)
    assert "dans les réglages, sous Messages" in texts(page)
    with qtbot.waitSignal(page.settings_wanted):
        page._action.click()
    flows(page).mail = ON
    page.start()
    assert "Pas encore de message" in texts(page)
    assert page._action.text() == "Regarder encore"


def test_loading_and_error(qtbot: QtBot, look: Look) -> None:
    later = Later()
    notify = FakeNotify()
    page = made(qtbot, look, notify, later)
    assert "Lecture des messages" in texts(page)
    notify.refuses = SharedUnreachable(
        "The shared database does not answer. The desk goes on and catches up by itself."
    )
    later.go()
    assert page.blank.isVisible()
    notify.refuses = None
    page.start()
    later.go()
    assert page.view.isVisible()
    assert set(later.lanes) <= {LANE}


def test_sending_pauses_and_goes_on(page: NoticesPage) -> None:
    error = MailUnreachable(
        "The mail server {host} does not answer. The messages wait and are tried again.", host="h"
    )
    page.show_pause(error, page._desk.clock())
    assert "Prochain essai à 15:20" in texts(page)
    page.show_pause(None, None)
    assert "Prochain essai" not in texts(page)


def test_badge_counts_doubts(qtbot: QtBot, look: Look) -> None:
    page = made(qtbot, look, FakeNotify())
    with qtbot.waitSignal(page.counted) as told:
        page.start()
    assert told.args == [4]
