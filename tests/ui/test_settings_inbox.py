"""The customers' mailbox in the settings: saved at once, wrong values told, tried before it is read, warned of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_fakes import shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot
from settings_fakes import FakeOthers, open_page

from wismo_desk.domain.intent import Intent
from wismo_desk.errors import BadInput, MailUnreachable, SettingsProblem
from wismo_desk.flows.inbox import ALONE
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.settings.mail import Security
from wismo_desk.ui import settings_inbox
from wismo_desk.ui.settings_inbox import InboxPane, keep_in_keyring, read_days, read_imap_port
from wismo_desk.ui.settings_page import INBOX
from wismo_desk.ui.theme import Look

BOX = InboxSettings(on=True, host="imap.papeterie.example", user="boutique@papeterie.example")


def _pane(qtbot: QtBot, look: Look, others: FakeOthers, inbox: InboxSettings = BOX) -> InboxPane:
    page = open_page(look, others, inbox=inbox)
    qtbot.addWidget(page)
    page.resize(1310, 720)
    shown(qtbot, page)
    page.show_section(INBOX)
    assert page.inbox is not None
    return page.inbox


def _type(qtbot: QtBot, pane: InboxPane, name: str, text: str) -> None:
    field = pane.fields[name]
    field.setFocus()
    field.clear()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("inbox", "said"),
    [
        (InboxSettings(), "The mailbox is not read. Questions are answered by search and scan."),
        (replace(BOX, host=""), "Switched on, but nothing is read yet. Enter server and user."),
        (
            BOX,
            "The mailbox is read every minute. Answers go out through the mail server under Messages.",
        ),
    ],
)
def test_what_becomes_of_the_mailbox_is_said(
    qtbot: QtBot, look: Look, inbox: InboxSettings, said: str
) -> None:
    assert _pane(qtbot, look, FakeOthers(), inbox).now.accessibleName() == said


def test_each_value_is_saved_at_once(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    pane = _pane(qtbot, look, others, InboxSettings())
    for name, text in (
        ("host", "imap.shop.example"),
        ("user", "a@shop.example"),
        ("port", "1993"),
        ("folder", "Clients"),
        ("since_days", "3"),
    ):
        _type(qtbot, pane, name, text)
    pane.on.click()
    assert others.saved[-1].inbox == InboxSettings(
        on=True,
        host="imap.shop.example",
        user="a@shop.example",
        port=1993,
        folder="Clients",
        since_days=3,
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "imap"),
        ("port", "0"),
        ("port", "65536"),
        ("host", "imap://x"),
        ("since_days", "-1"),
        ("since_days", "91"),
        ("ca_file", "/nowhere/ca.pem"),
    ],
)
def test_a_wrong_value_is_told_and_not_saved(qtbot: QtBot, look: Look, name: str, text: str) -> None:
    others = FakeOthers()
    pane = _pane(qtbot, look, others)
    _type(qtbot, pane, name, text)
    assert others.saved == []
    assert pane.fields[name].property("changed") == "true"


def test_the_usual_port_comes_with_the_encryption(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    pane = _pane(qtbot, look, others)
    pane.server.secure(Security.STARTTLS)
    assert (others.saved[-1].inbox.port, pane.fields["port"].text()) == (143, "143")
    pane.server.secure(Security.NONE)
    assert others.saved[-1].inbox.security is Security.STARTTLS, "never in the clear over a network"


def test_only_what_facts_may_answer_can_leave_by_itself_and_a_warning_says_what_that_means(
    qtbot: QtBot, look: Look
) -> None:
    others = FakeOthers()
    pane = _pane(qtbot, look, others)
    alone = [w for w in pane.findChildren(QCheckBox) if w.text() == "Answer it without a person"]
    assert len(alone) == len(ALONE) == 3
    assert not pane.warning.isVisible()
    next(w for w in alone if w.accessibleName().startswith("Where is it?")).click()
    assert others.saved[-1].inbox.alone == {Intent.WHERE_IS_IT}
    assert pane.warning.isVisible()
    assert "without anybody having read them" in pane.warning.accessibleName()
    next(w for w in alone if w.accessibleName().startswith("Where is it?")).click()
    assert others.saved[-1].inbox.alone == frozenset() and not pane.warning.isVisible()


def test_it_is_tried_as_it_is_written_whether_on_or_off(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers(mails=1)
    pane = _pane(qtbot, look, others, replace(BOX, on=False))
    pane.test.click()
    assert others.said[-1] == ("inbox", BOX)
    assert pane.outcome.accessibleName() == ("The mailbox answers. One mail of the last 7 days is in INBOX.")
    others.mails, others.error = 12, None
    pane.test.click()
    assert "12 mails of the last 7 days are in INBOX." in pane.outcome.accessibleName()
    others.error = MailUnreachable("The mailbox {host} refuses.", host="imap.papeterie.example")
    pane.test.click()
    assert pane.outcome.accessibleName() == "The mailbox imap.papeterie.example refuses."
    assert pane.test.isEnabled()


def test_no_green_band_stays_above_a_refusal(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers(mails=1, error=MailUnreachable("The mailbox {host} refuses.", host="x"))
    pane = _pane(qtbot, look, others)
    assert pane.now.accessibleName().startswith("The mailbox is read every minute.")
    pane.test.click()
    assert pane.now.accessibleName().startswith("The mailbox is switched on, and could not be read")
    others.error = None
    pane.test.click()
    assert pane.now.accessibleName().startswith("The mailbox is read every minute.")
    others.error = MailUnreachable("The mailbox {host} refuses.", host="x")
    pane.test.click()
    _type(qtbot, pane, "folder", "Clients")  # what was said of another folder is said no more
    assert pane.now.accessibleName().startswith("The mailbox is read every minute.")
    assert pane.outcome.accessibleName() == ""


def test_without_server_it_is_not_tried(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    pane = _pane(qtbot, look, others, InboxSettings())
    pane.test.click()
    assert others.said == [] and "Enter server and user first." in pane.outcome.accessibleName()


def test_values_that_can_be() -> None:
    assert (read_imap_port("993"), read_days("0")) == (993, 0)
    for read, wrong in ((read_imap_port, "٥"), (read_days, "")):
        with pytest.raises(BadInput):
            read(wrong)


def test_a_password_needs_its_server_and_a_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput):
        keep_in_keyring(InboxSettings(), "geheim")
    monkeypatch.setattr(settings_inbox, "keep_inbox_password", lambda inbox, typed: False)
    with pytest.raises(SettingsProblem) as told:
        keep_in_keyring(BOX, "geheim")
    assert "geheim" not in str(told.value)
