"""The preview of letters: a real order's news in either language, and what is wrong with a text of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from letter_fakes import FakeLetters
from page_fakes import Later, make_desk, shown
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


def _choose(card: LettersCard, field: str, data: str) -> None:
    choice = getattr(card, field, None) or getattr(card.preview, field)
    choice.setCurrentIndex(choice.findData(data))
    choice.activated.emit(choice.currentIndex())


def _type(card: LettersCard, part: str, text: str) -> None:
    """As a person does, without the pause after the last key."""
    card.fields[part].setPlainText(text)
    card.ask()


def _said(card: LettersCard) -> str:
    return card.done.accessibleName()


def test_the_newest_order_is_shown_at_once_and_any_other_on_request(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    _, card = _card(qtbot, look, others)
    assert "Commande 10482" in card.preview.phone.toPlainText()
    assert "unseen" not in card.preview.phone.toPlainText()
    card.number.setFocus()
    qtbot.keyClicks(card.number, "10999")
    qtbot.keyClick(card.number, Qt.Key.Key_Return)
    _choose(card, "news", "delayed")
    _choose(card, "language", "en")
    assert others.letters.said[-1] == ("look", "10999", Milestone.DELAYED, "en")
    assert card.preview.to.text() == "To zoe@example.org\nCommande 10999"
    assert any("/var/lib/wismo-desk/notices" in label.text() for label in card.findChildren(QLabel))
    assert others.saved == []


def test_a_broken_text_is_told_and_shown_again_once_mended(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    others.letters.error = SettingsProblem("The template x cannot be used: look at its line 3.")
    page, card = _card(qtbot, look, others)
    assert card.outcome.accessibleName() == "The template x cannot be used: look at its line 3."
    assert not card.save.isEnabled()
    others.letters.error = None
    page.show_section(0)
    page.show_section(MESSAGES)
    assert not card.outcome.isVisible()


def test_the_last_question_wins(qtbot: QtBot, look: Look) -> None:
    others, lanes = FakeOthers(), Later()
    _, card = _card(qtbot, look, others, lanes)
    card._change(number="1")
    card._change(number="2")
    lanes.go()
    assert "Commande 2" in card.preview.phone.toPlainText()


def test_a_text_is_tried_saved_and_put_back(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    _, card = _card(qtbot, look, others)
    assert not card.save.isEnabled() and not card.version.isVisible()
    _type(card, "txt", "Partie ce matin.")
    assert "Partie ce matin." in card.preview.phone.toPlainText()
    assert card.save.isEnabled()
    card.save.click()
    assert others.letters.said[-2][:3] == ("save", "fr", Milestone.SHIPPED)
    assert _said(card) == "Saved. The next message is written with it."
    assert not card.save.isEnabled()
    assert card.version.currentText() == "Text · Elle est partie."
    card.back.click()
    assert card.fields["txt"].toPlainText() == "Elle est partie."
    card.reset.click()
    assert ("reset", "fr", Milestone.SHIPPED) in others.letters.said


def test_what_was_typed_is_dropped_on_request_and_with_the_news(qtbot: QtBot, look: Look) -> None:
    _, card = _card(qtbot, look, FakeOthers())
    _type(card, "subject", "Autre chose")
    card.drop.click()
    assert card.fields["subject"].toPlainText() == "Commande {{ order }}"
    _type(card, "subject", "Autre chose")
    _choose(card, "news", "delayed")
    assert card.fields["subject"].toPlainText() == "Commande {{ order }}"


def test_the_linter_speaks_while_one_types(qtbot: QtBot, look: Look) -> None:
    _, card = _card(qtbot, look, FakeOthers())
    _type(card, "txt", "Bonjour {{ prenom }}")
    remarks = [card.remarks.itemAt(number).widget() for number in range(card.remarks.count())]
    assert [each.text()[:12] for each in remarks if isinstance(each, QLabel)] == ["✕ “prenom” i"]
    assert not card.save.isEnabled()


def test_a_text_message_is_counted(qtbot: QtBot, look: Look) -> None:
    _, card = _card(qtbot, look, FakeOthers())
    _type(card, "sms", "a" * 170)
    assert card.weight.text() == "170 signs of 7 bits · 2 parts · 136 free"
    _type(card, "sms", "Привет")
    assert card.weight.text() == "6 signs of 16 bits · 1 part · 64 free"
    _choose(card, "view", "sms")
    assert card.preview.phone.toPlainText() == "Привет"
    assert not card.preview.dark.isEnabled()


def test_the_preview_shows_plain_text_and_a_dark_screen(qtbot: QtBot, look: Look) -> None:
    _, card = _card(qtbot, look, FakeOthers())
    _choose(card, "view", "plain")
    assert card.preview.phone.toPlainText().startswith("Bonjour Zoé,")
    _choose(card, "view", "mail")
    card.preview.dark.click()
    assert "#e9edf2" in card.preview.phone.toHtml().lower()
    assert "#151a21" not in card.preview.phone.toHtml().lower()


def test_the_browser_gets_the_real_mail_in_a_file_named_by_its_order(
    qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    card = LettersCard(make_desk(look), FakeLetters(), tmp_path / "notices", tmp_path / "documents")
    qtbot.addWidget(card)
    card.ask()
    opened: list[str] = []
    card.open_url = lambda url: opened.append(url.toLocalFile())  # type: ignore[method-assign]  # no browser here
    card.preview.browse.click()
    assert opened == [str(tmp_path / "documents" / "10482 message.html")]
    assert "Suivre ma commande" in Path(opened[0]).read_text(encoding="utf-8")


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
