"""The preview of letters: a real order's news in either language, and what is wrong with a text of one's own."""

from __future__ import annotations

import pytest
from page_fakes import Later, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from settings_fakes import FakeOthers, open_page

from wismo_desk.domain.notice import Milestone
from wismo_desk.errors import SettingsProblem
from wismo_desk.ui.settings_letters import LettersCard
from wismo_desk.ui.settings_page import MESSAGES, SettingsPage
from wismo_desk.ui.theme import Look


def _card(
    qtbot: QtBot, look: Look, others: FakeOthers, run: object = None
) -> tuple[SettingsPage, LettersCard]:
    page = open_page(look, others, run=run)
    qtbot.addWidget(page)
    page.resize(1310, 720)
    shown(qtbot, page)
    page.show_section(MESSAGES)
    card = page.mail.letters
    assert card is not None
    return page, card


def _read(card: LettersCard) -> list[str]:
    return [label.text() for label in card.sheet.findChildren(QLabel)]


def test_the_newest_order_is_shown_at_once_and_any_other_on_request(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    _, card = _card(qtbot, look, others)
    assert "Commande 10482" in _read(card)
    card.number.setFocus()
    qtbot.keyClicks(card.number, "10999")
    qtbot.keyClick(card.number, Qt.Key.Key_Return)
    card.news.setCurrentIndex(card.news.findData("delayed"))
    card.news.activated.emit(card.news.currentIndex())
    card.language.setCurrentIndex(card.language.findData("en"))
    card.language.activated.emit(card.language.currentIndex())
    assert others.said[-1] == ("sample", "10999", Milestone.DELAYED, "en")
    assert _read(card)[:2] == ["To zoe@example.org", "Commande 10999"]
    assert any("/var/lib/wismo-desk/notices" in label.text() for label in card.findChildren(QLabel))
    assert others.saved == []


def test_a_broken_text_is_told_and_shown_again_once_mended(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers(letter_error=SettingsProblem("The template x cannot be used: look at its line 3."))
    page, card = _card(qtbot, look, others)
    assert card.outcome.accessibleName() == "The template x cannot be used: look at its line 3."
    assert not card.sheet.isVisible()
    others.letter_error = None
    page.show_section(0)
    page.show_section(MESSAGES)
    assert card.sheet.isVisible() and not card.outcome.isVisible()


def test_the_last_question_wins(qtbot: QtBot, look: Look) -> None:
    others, lanes = FakeOthers(), Later()
    _, card = _card(qtbot, look, others, lanes)
    card._change(number="1")
    card._change(number="2")
    lanes.go()
    assert "Commande 2" in _read(card)


@pytest.mark.parametrize("text", ["", "{pem}"])
def test_a_certificate_file_is_saved(qtbot: QtBot, look: Look, tmp_path: object, text: str) -> None:
    pem = f"{tmp_path}/ca.pem"
    with open(pem, "w") as file:  # noqa: PTH123 - as short as it gets
        file.write("-----BEGIN CERTIFICATE-----\n")
    others = FakeOthers()
    page, _ = _card(qtbot, look, others)
    field = page.mail.ca_file
    field.setText("x")
    field.setText(text.format(pem=pem))
    field.editingFinished.emit()
    assert [saved.mail.ca_file for saved in others.saved] == ([pem] if text else [])


@pytest.mark.parametrize(
    ("name", "told"), [("nothing.pem", "cannot be read"), ("empty.pem", "no certificate")]
)
def test_a_file_that_is_none_is_refused(
    qtbot: QtBot, look: Look, tmp_path: object, name: str, told: str
) -> None:
    with open(f"{tmp_path}/empty.pem", "w"):  # noqa: PTH123 - as short as it gets
        pass
    others = FakeOthers()
    page, _ = _card(qtbot, look, others)
    page.mail.ca_file.setText(f"{tmp_path}/{name}")
    page.mail.ca_file.editingFinished.emit()
    assert others.saved == [] and told in page._said.text()
