"""The [mail] section: off by default, kept whole, and its password elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.domain.notice import OF_CLAIMS, Milestone
from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import Settings, load, save
from wismo_desk.settings.mail import PASSWORD, MailSettings, Security, mail_password
from wismo_desk.settings.station import FILE

FULL = MailSettings(
    on=True,
    host="smtp.papeterie.example",
    port=465,
    user="boutique",
    security=Security.TLS,
    ca_file="/etc/ssl/maison.pem",
    sender_name="Papeterie du Port",
    sender_address="bonjour@papeterie.example",
    test_to="moi@papeterie.example",
    shop_name="La Papeterie",
    language="fr",
    milestones=frozenset({Milestone.SHIPPED, Milestone.DELAYED}),
)


def test_off_until_somebody_switches_it_on(tmp_path: Path) -> None:
    mail = load(tmp_path).mail
    assert not mail.on
    assert not mail.ready
    assert mail.milestones == frozenset(Milestone) - {Milestone.PREDICTED_LATE} - OF_CLAIMS


def test_kept_whole(tmp_path: Path) -> None:
    save(tmp_path, Settings(mail=FULL))
    assert load(tmp_path).mail == FULL
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert "[mail]" in text
    assert "password" not in text


@pytest.mark.parametrize(
    ("mail", "ready"),
    [
        (FULL, True),
        (MailSettings(on=True), False),
        (MailSettings(on=True, host="h", sender_address="a@b.fr"), True),
        (MailSettings(on=True, host="h", sender_address="a@b.fr", milestones=frozenset()), False),
        (MailSettings(host="h", sender_address="a@b.fr"), False),
    ],
)
def test_ready_once_all_is_known(mail: MailSettings, ready: bool) -> None:
    assert mail.ready is ready


def test_the_shop_has_a_name() -> None:
    assert FULL.shop == "La Papeterie"
    assert MailSettings(sender_name="Chez nous").shop == "Chez nous"
    assert MailSettings(sender_address="a@papeterie.example").shop == "papeterie.example"


WRONG = [
    ('security = "ssl"', 'security in the section [mail] is one of tls, starttls, none, not "ssl".'),
    ('milestones = ["sent"]', "milestones in the section [mail] is a list of some of confirmed, "),
    ("milestones = 3", "milestones in the section [mail] is a list of some of "),
    ('port = "587"', 'port in the section [mail] is a whole number without quotation marks, not "587".'),
    ("port = true", "port in the section [mail] is a whole number without quotation marks, not true."),
    ('on = "yes"', 'on in the section [mail] is true or false, without quotation marks, not "yes".'),
    ("host = 3", "host in the section [mail] is a text in quotation marks, not 3."),
    ('[[mail.accounts]]\nshop = "a"', "host is missing in the section [[mail.accounts]]."),
    ('[[mail.accounts]]\nhots = "a"', "the section [[mail.accounts]] knows no hots. It knows: shop, host, "),
]


@pytest.mark.parametrize(("line", "said"), WRONG)
def test_a_wrong_value_is_told_by_its_key(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / FILE).write_text(f"[mail]\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsProblem) as refused:
        load(tmp_path)
    assert said in str(refused.value)
    assert not refused.value.raw  # an English word of Python's in a French sentence


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "sésame")
    assert mail_password(FULL) == "sésame"
