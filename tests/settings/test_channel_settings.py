"""`[sms]`, `[webhook]` and the accounts of `[mail]`: kept, read back, and refused when they cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import load, save
from wismo_desk.settings.channels import Provider, SmsSettings, WebhookSettings, good_sender
from wismo_desk.settings.mail import MailAccount, Security
from wismo_desk.settings.station import FILE, Settings


def test_kept_and_read_back(tmp_path: Path) -> None:
    account = MailAccount(shop="marketplace", host="smtp.b.example", security=Security.TLS, port=465)
    now = Settings()
    now = replace(
        now,
        sms=SmsSettings(on=True, provider=Provider.OVH, service="sms-a-1", user="key", per_minute=60),
        webhook=WebhookSettings(on=True, url="https://shop.example/hook"),
        bounces=replace(now.bounces, on=True, host="imap.example", user="u"),
        mail=replace(now.mail, accounts=(account,), per_minute=30),
    )
    save(tmp_path, now)
    assert load(tmp_path) == now


@pytest.mark.parametrize(
    "line",
    ["[sms]\nprovider = 'pigeon'", "[sms]\non = 'yes'", "[webhook]\nurl = 3", "[mail]\nper_minute = 'x'"],
)
def test_what_cannot_be_is_told(tmp_path: Path, line: str) -> None:
    (tmp_path / FILE).write_text(line, encoding="utf-8")
    with pytest.raises(SettingsProblem):
        load(tmp_path)


def test_ready_only_when_something_can_leave() -> None:
    assert not SmsSettings(host="h", user="u").ready
    assert not SmsSettings(on=True, host="h").ready
    assert SmsSettings(on=True, host="h", user="u").ready
    assert not SmsSettings(on=True, provider=Provider.OVH, user="u").ready
    assert not WebhookSettings(on=True).ready
    assert SmsSettings(user="u", host="h").account != SmsSettings(user="u", host="other").account
    assert good_sender("") and good_sender("Papeterie") and good_sender("36111")
    assert not good_sender("Papeterie du Port") and not good_sender("évil")
