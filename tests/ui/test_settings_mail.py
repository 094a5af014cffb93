"""Messages in the settings: what cannot be sent is said, wrong values change nothing, and a test goes home."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_fakes import shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit
from pytestqt.qtbot import QtBot
from settings_fakes import MAIL, PLAIN_HERE, FakeOthers, open_page

from wismo_desk.domain.notice import Milestone
from wismo_desk.errors import BadInput, MailUnreachable
from wismo_desk.settings.mail import MailSettings, Security
from wismo_desk.ui.settings_mail import read_address, read_port
from wismo_desk.ui.settings_page import SettingsAsks, SettingsPage
from wismo_desk.ui.settings_server import read_host
from wismo_desk.ui.theme import Look


def _page(qtbot: QtBot, look: Look, others: FakeOthers, mail: MailSettings = MAIL) -> SettingsPage:
    page = open_page(look, others, mail=mail)
    qtbot.addWidget(page)
    page.resize(1310, 720)
    shown(qtbot, page)
    page.show_section(7)
    return page


def _field(page: SettingsPage, name: str) -> QLineEdit:
    return next(w for w in page.mail.findChildren(QLineEdit) if w.accessibleName() == name)


def _type(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.clear()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        (MailSettings(), "Messages to customers are switched off. No customer is written to."),
        (
            replace(MAIL, host=""),
            "Switched on, but nothing is sent yet. The name of the mail server is missing.",
        ),
        (
            replace(MAIL, sender_address=""),
            "Switched on, but nothing is sent yet. The sender's address is missing.",
        ),
        (
            replace(MAIL, milestones=frozenset()),
            "Switched on, but nothing is sent yet. No news is chosen.",
        ),
        (
            MAIL,
            "Test mode: every message goes to moi@papeterie.example. No customer is written to.",
        ),
        (replace(MAIL, test_to=""), "Customers are told by e-mail."),
    ],
)
def test_what_becomes_of_messages_is_said(qtbot: QtBot, look: Look, mail: MailSettings, said: str) -> None:
    page = _page(qtbot, look, FakeOthers(), mail)
    assert page.mail.now.accessibleName() == said


def test_the_switch_and_the_news_are_saved_at_once(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others)
    checks = page.mail.findChildren(QCheckBox)
    next(w for w in checks if w.text().startswith("Tell customers")).click()
    assert others.saved[-1].mail == replace(MAIL, on=False)
    next(w for w in checks if w.text() == "Running late").click()
    asked_for = {Milestone.PREDICTED_LATE, Milestone.CLAIM_OPENED, Milestone.CLAIM_SETTLED}
    assert others.saved[-1].mail.milestones == frozenset(Milestone) - asked_for - {Milestone.DELAYED}
    assert page.mail.now.accessibleName().startswith("Messages to customers are switched off.")
    assert page._said.text() == "Saved."


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Port", "smtp", "is not a port"),
        ("Port", "0", "is not a port"),
        ("Port", "65536", "is not a port"),
        ("Server", "https://smtp.papeterie.example", "is not the name of a server"),
        ("Server", "smtp.papeterie.example:587", "is not the name of a server"),
        ("Sender's address", "boutique", "is not an e-mail address"),
        ("Sender's address", "a@b.example, c@d.example", "is not an e-mail address"),
        ("Test mode", "moi@", "is not an e-mail address"),
    ],
)
def test_a_wrong_value_is_told_and_not_saved(
    qtbot: QtBot, look: Look, name: str, text: str, told: str
) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others)
    field = _field(page, name)
    _type(qtbot, field, text)
    assert others.saved == []
    assert told in page._said.text()
    assert field.property("changed") == "true"
    assert not page.undo.isVisible()


def test_values_that_can_be() -> None:
    assert read_port("465") == 465
    assert [read_host(host) for host in ("", "localhost", "10.0.0.2", "::1", "smtp.é.example")]
    assert [read_address(one) for one in ("", "a@localhost", "é.b+c@sous.domaine.example")]
    with pytest.raises(BadInput):
        read_port("٥")  # a digit, but no server was ever set up with it
    for wrong in ("a b@c.example", "a@b@c.example", "<a@b.example>", "a@b..example"):
        with pytest.raises(BadInput):
            read_address(wrong)


def test_plain_stays_on_this_computer(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others)
    security = page.mail.security
    security.setCurrentIndex(security.findData("none"))
    security.activated.emit(security.currentIndex())
    assert others.saved == []
    assert "stays on this computer" in page._said.text()
    assert security.currentData() == "starttls"
    here = _page(qtbot, look, others, PLAIN_HERE)
    _type(qtbot, _field(here, "Server"), "smtp.papeterie.example")
    assert others.saved == []
    assert "stays on this computer" in here._said.text()


def test_the_usual_port_comes_along_and_a_chosen_one_stays(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others)
    page.mail.server.secure(Security.TLS)
    assert (others.saved[-1].mail.port, page.mail.port.text()) == (465, "465")
    _type(qtbot, page.mail.port, "2525")
    page.mail.server.secure(Security.STARTTLS)
    assert others.saved[-1].mail.port == 2525


def test_a_test_goes_home_with_what_is_shown(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others, replace(MAIL, on=False))
    page.mail.test.click()
    assert others.said[-1] == ("test", replace(MAIL, on=False))
    assert page.mail.outcome.accessibleName() == (
        "The mail server took the test message for moi@papeterie.example. Its answer: 250 2.0.0 queued"
    )
    others.error = MailUnreachable("The mail server {host} does not answer.", host="smtp.papeterie.example")
    page.mail.test.click()
    assert page.mail.outcome.accessibleName() == "The mail server smtp.papeterie.example does not answer."
    assert page.mail.test.isEnabled()


def test_no_test_without_a_server(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others, MailSettings(test_to="moi@papeterie.example"))
    page.mail.test.click()
    assert page.mail.outcome.accessibleName().startswith("Enter the mail server")
    assert not [call for call in others.said if call[0] == "test"]


def test_the_mail_password_needs_server_and_user(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others)
    assert page.mail.password is not None
    _type(qtbot, page.mail.password.field, "s3cret")
    assert ("keep", "mail", "s3cret") in others.said
    bare = _page(qtbot, look, others, replace(MAIL, user=""))
    assert bare.mail.password is not None
    _type(qtbot, bare.mail.password.field, "other")
    assert bare.mail.password.told.startswith("Enter server and user first")
    assert ("keep", "mail", "other") not in others.said


def test_undo_brings_the_old_values_back(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others)
    _type(qtbot, _field(page, "Sender"), "Un autre nom")
    assert others.saved[-1].mail.sender_name == "Un autre nom"
    page.undo.click()
    assert others.saved[-1].mail == MAIL
    assert page.mail.isVisible()
    assert _field(page, "Sender").text() == "Papeterie Mirabelle"


def test_sections_without_a_callback_are_not_there(qtbot: QtBot, look: Look) -> None:
    others = FakeOthers()
    page = _page(qtbot, look, others)
    there = [button.text() for button in page._group.buttons() if not button.isVisible()]
    assert there == ["Alert rules", "Tracking pages"]
    with_all: SettingsAsks = page._asks
    bare = SettingsPage(page._desk, page.settings, replace(with_all, sharing_state=None, send_test_mail=None))
    qtbot.addWidget(bare)
    shown(qtbot, bare)
    hidden = [button.text() for button in bare._group.buttons() if not button.isVisible()]
    assert hidden == ["Sharing", "Messages", *there]
