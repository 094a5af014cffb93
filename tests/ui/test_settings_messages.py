"""The rules of messages and the channels beside e-mail, as a supervisor changes them."""

from __future__ import annotations

from datetime import time

import pytest
from message_fakes import TWO, FakeChoices
from page_fakes import Direct, french_words
from PySide6.QtWidgets import QCheckBox, QWidget
from pytestqt.qtbot import QtBot
from settings_fakes import FakeOthers, open_page

from wismo_desk.domain.notice import Channel, Milestone
from wismo_desk.domain.notice_rules import NoticeRule
from wismo_desk.errors import BadInput, SettingsProblem
from wismo_desk.settings.channels import Provider, sms_from_toml
from wismo_desk.ui.settings_channels import SmsCard, WebhookCard, read_sender, read_url
from wismo_desk.ui.settings_mail import read_address
from wismo_desk.ui.settings_messages import MessagesPane
from wismo_desk.ui.settings_page import MESSAGES, SettingsPage
from wismo_desk.ui.settings_server import read_host
from wismo_desk.ui.theme import Look

Made = tuple[SettingsPage, FakeChoices, FakeOthers]


@pytest.fixture
def made(qtbot: QtBot, look: Look) -> Made:
    choices, others = FakeChoices(*TWO), FakeOthers(None)
    page = open_page(look, others, words=french_words(), notices=choices.asks, run=Direct())
    qtbot.addWidget(page)
    page.show_section(MESSAGES)
    return page, choices, others


def named(parent: QWidget, name: str) -> QWidget:
    """The one that a screen reader calls so."""
    (found,) = (each for each in parent.findChildren(QWidget) if each.accessibleName() == name)
    return found


def typed(field: object, text: str) -> None:
    field.setText(text)  # type: ignore[attr-defined]  # a line
    field.editingFinished.emit()  # type: ignore[attr-defined]


def test_rules_are_saved_with_each_change(made: Made) -> None:
    page, choices, _ = made
    pane = page.findChild(MessagesPane)
    assert isinstance(pane, MessagesPane)
    typed(named(pane, "Calme à partir de"), "22:15")
    assert choices.saved[-1].quiet_from == time(22, 15)
    check = named(pane, "Commande livrée: Par SMS")
    assert isinstance(check, QCheckBox)
    check.setChecked(True)
    assert Milestone.DELIVERED in choices.saved[-1].told[Channel.SMS]
    typed(named(pane, "Colissimo"), "15")
    assert choices.saved[-1].pickup_days == {"colissimo": 15}
    typed(named(pane, "Minutes entre deux"), "45")
    assert choices.saved[-1].gap == 45
    assert len(choices.changes) == len(choices.saved) == 4


@pytest.mark.parametrize(("name", "text"), [("Calme à partir de", "25:99"), ("Minutes entre deux", "-3")])
def test_what_cannot_be_is_told_and_not_kept(made: Made, name: str, text: str) -> None:
    page, choices, _ = made
    typed(named(page, name), text)
    assert choices.saved == []
    assert text in page._said.text()


def test_exceptions_are_added_changed_and_removed(made: Made) -> None:
    page, choices, _ = made
    pane = page.findChild(MessagesPane)
    assert isinstance(pane, MessagesPane)
    card = pane.exceptions
    card.more.click()
    assert choices.saved[-1].exceptions == (*TWO, NoticeRule(channels=frozenset({Channel.EMAIL})))
    fields = [each for each in card.findChildren(QWidget) if each.accessibleName() == "Pays"]
    typed(fields[-1], "be, lu")
    assert choices.saved[-1].exceptions[2].countries == {"BE", "LU"}
    named(card, "Retirer l’exception 1").click()  # type: ignore[attr-defined]  # a button
    assert choices.saved[-1].exceptions[0] == TWO[1]


def test_channels_are_settings_of_the_station(made: Made) -> None:
    page, _, others = made
    (sms,), (webhook,) = page.findChildren(SmsCard), page.findChildren(WebhookCard)
    sms._choose(Provider.OVH)
    typed(sms.fields["service"], "sms-ab1-1")
    assert others.saved[-1].sms.service == "sms-ab1-1"
    count = len(others.saved)
    typed(sms.fields["sender"], "Papeterie du Port")
    typed(webhook.fields["url"], "http://shop.example/hook")
    assert len(others.saved) == count, "twelve letters and more, and no encryption"
    typed(webhook.fields["url"], "https://shop.example/hook")
    assert others.saved[-1].webhook.url == "https://shop.example/hook"


def test_settings_that_would_send_elsewhere() -> None:
    for url in ("http://shop.example/x", "file:///etc/passwd", "javascript:alert(1)", "ftp://a.example"):
        with pytest.raises(BadInput):
            read_url(url)
    for wrong in ("évil", "a" * 12, "x\r\ny", "<b>"):
        with pytest.raises(BadInput):
            read_sender(wrong)
    for wrong in ("host\r\nQUIT", "https://host", "a b"):
        with pytest.raises(BadInput):
            read_host(wrong)
    with pytest.raises(BadInput):
        read_address("a@b.example\r\nBcc: c@d.example")
    with pytest.raises(SettingsProblem, match="per_minute"):
        sms_from_toml({"per_minute": "1; DROP"})
