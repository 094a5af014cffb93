"""The test message goes to one's own address and nowhere else, and says why when it cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from wismo_desk.app.trial_mail import send_trial
from wismo_desk.errors import SettingsProblem
from wismo_desk.practice.mail_server import MailServer
from wismo_desk.resources import catalogue
from wismo_desk.settings.mail import MailSettings, Security
from wismo_desk.words import Words

NOW = datetime(2026, 12, 1, 14, 20, tzinfo=UTC)


def _mail(port: int) -> MailSettings:
    return MailSettings(
        host="127.0.0.1",
        port=port,
        security=Security.NONE,
        sender_name="Papeterie Mirabelle",
        sender_address="boutique@papeterie.example",
    )


def test_it_arrives_at_the_test_address_or_else_at_the_sender() -> None:
    words = Words("fr", catalogue("fr"))
    with MailServer() as server:
        mail = _mail(server.port)
        assert send_trial(mail, words, now=NOW).startswith("250 ")
        send_trial(replace(mail, test_to="moi@papeterie.example"), words, now=NOW)
        first, second = server.messages
    assert (first["To"], second["To"]) == ("boutique@papeterie.example", "moi@papeterie.example")
    assert first["Subject"] == "Message d’essai de Papeterie Mirabelle"
    assert first["Message-ID"] != second["Message-ID"]
    body = first.get_body(("plain",))  # type: ignore[union-attr]  # policy.default gives EmailMessage
    assert body is not None
    assert "aucun client ne l’a reçu" in body.get_content()


@pytest.mark.parametrize(
    "wrong", [{"sender_address": ""}, {"sender_address": "boutique"}, {"test_to": "a@b@c"}]
)
def test_an_address_that_cannot_be_is_the_settings_problem(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsProblem, match="mail settings"):
        send_trial(replace(_mail(1), **wrong), Words("en"), now=NOW)  # type: ignore[arg-type]  # names are its own
