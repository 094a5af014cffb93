"""The mailbox reader against a real server on loopback: numbers, one mail, silence, refusals, encryption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from wismo_desk.channels.imap import open_mailbox, wire_name
from wismo_desk.domain.mail_text import MOST_BYTES
from wismo_desk.errors import BadInput, MailUnreachable, SettingsProblem
from wismo_desk.practice.imap_server import USER, ImapServer
from wismo_desk.settings.inbox import InboxSettings, inbox_from_toml, inbox_to_toml
from wismo_desk.settings.mail import Security

TODAY = date(2026, 11, 23)
MAIL = b"From: a@exemple.fr\nSubject: colis\nMessage-ID: <1@exemple.fr>\n\no\xc3\xb9 est mon colis\n"


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer(today=TODAY) as made:
        yield made


def settings(server: ImapServer, **changes: object) -> InboxSettings:
    base = InboxSettings(on=True, host="127.0.0.1", port=server.port, user=USER, security=Security.NONE)
    return replace(base, **changes)  # type: ignore[arg-type]  # the tests name real fields


def test_new_mails_are_those_above_the_mark(server: ImapServer) -> None:
    first, second = server.put(MAIL), server.put(MAIL)
    with open_mailbox(settings(server), USER, TODAY) as box:
        assert box.newer(0) == [first, second]
        assert box.newer(first) == [second]
        assert box.newer(second) == [], "n:* names the last mail though its number is below n"
        assert b"o\xc3\xb9 est mon colis" in box.fetch(first)


def test_the_first_reading_goes_back_some_days_only(server: ImapServer) -> None:
    server.put(MAIL, on=date(2026, 10, 1))
    fresh = server.put(MAIL, on=date(2026, 11, 22))
    with open_mailbox(settings(server), USER, TODAY) as box:
        assert box.newer(0) == [fresh]


def test_nothing_is_marked_as_read_and_answered_is(server: ImapServer) -> None:
    uid = server.put(MAIL)
    with open_mailbox(settings(server), USER, TODAY) as box:
        box.fetch(uid)
        assert server.mails[0].flags == set()
        box.mark_answered(uid)
    assert server.mails[0].flags == {"\\Answered"}


def test_of_a_huge_mail_only_the_header_is_asked(server: ImapServer) -> None:
    uid = server.put(MAIL + b"x" * (MOST_BYTES + 1))
    with open_mailbox(settings(server), USER, TODAY) as box:
        assert len(box.fetch(uid)) < 1000


def test_a_mail_that_is_gone_is_told(server: ImapServer) -> None:
    with open_mailbox(settings(server), USER, TODAY) as box, pytest.raises(BadInput):
        box.fetch(99)


def test_numbers_given_anew_change_the_validity(server: ImapServer) -> None:
    server.put(MAIL)
    with open_mailbox(settings(server), USER, TODAY) as box:
        before = box.validity
    server.renumber()
    with open_mailbox(settings(server), USER, TODAY) as box:
        assert box.validity != before


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH"])
def test_a_server_that_hangs_up_is_away(server: ImapServer, command: str) -> None:
    uid = server.put(MAIL)
    server.falls_silent_at = command
    # Not "refuses: check the password", which is right.
    with (
        pytest.raises(MailUnreachable, match="does not answer"),
        open_mailbox(settings(server), USER, TODAY) as box,
    ):
        box.newer(0)
        box.fetch(uid)


def test_a_wrong_password_is_a_sentence(server: ImapServer) -> None:
    with pytest.raises(MailUnreachable) as told, open_mailbox(settings(server), "wrong", TODAY):
        pass
    assert "password" in told.value.sentence
    assert "wrong" not in str(told.value).replace("wrong user", "")


def test_a_folder_name_cannot_smuggle_a_command(server: ImapServer) -> None:
    named = settings(server, folder='INBOX"\r\nx LOGOUT')
    with pytest.raises(MailUnreachable), open_mailbox(named, USER, TODAY):
        pass
    assert server.commands.count("LOGOUT") == 1, "only our own good-bye"


def test_nothing_is_read_in_the_clear_over_a_network() -> None:
    away = InboxSettings(on=True, host="mail.exemple.fr", user="x", security=Security.NONE)
    with pytest.raises(SettingsProblem), open_mailbox(away, "x", TODAY):
        pass


def test_nobody_there_is_a_sentence(server: ImapServer) -> None:
    closed = settings(server, port=1)
    with pytest.raises(MailUnreachable), open_mailbox(closed, USER, TODAY):
        pass


def test_settings_go_into_the_file_and_back(server: ImapServer) -> None:
    from wismo_desk.domain.intent import Intent

    chosen = settings(server, alone=frozenset({Intent.WHICH_CARRIER}))
    assert inbox_from_toml(inbox_to_toml(chosen)) == chosen
    assert InboxSettings().alone == frozenset()
    with pytest.raises(SettingsProblem, match="nobody"):
        inbox_from_toml({"alone": ["nobody"]})


def test_a_folder_with_french_letters_goes_over_the_wire_as_rfc_3501_says(server: ImapServer) -> None:
    assert wire_name("Réclamations & litiges") == "R&AOk-clamations &- litiges"
    assert wire_name("日本語") == "&ZeVnLIqe-"  # the RFC's own example
    server.folders.append("R&AOk-clamations")
    uid = server.put(MAIL)
    with open_mailbox(settings(server, folder="Réclamations"), USER, TODAY) as box:
        assert box.newer(0) == [uid]


def test_a_folder_that_is_not_there_is_named(server: ImapServer) -> None:
    with (
        pytest.raises(MailUnreachable) as told,
        open_mailbox(settings(server, folder="Clients"), USER, TODAY),
    ):
        pass
    assert "has no folder Clients" in str(told.value)
    assert told.value.raw and not any(mark in told.value.raw for mark in ("b'", "["))
