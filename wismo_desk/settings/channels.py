"""How notices leave by text message and to the merchant's own program: `[sms]` and `[webhook]` of `station.toml`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from wismo_desk.errors import SettingsProblem
from wismo_desk.settings.secrets import keep_secret, secret
from wismo_desk.settings.told_values import checked

SMS_SECRET: Final = "WISMO_DESK_SMS_SECRET"  # noqa: S105 - the name of an environment variable
WEBHOOK_SECRET: Final = "WISMO_DESK_WEBHOOK_SECRET"  # noqa: S105 - likewise
_SENDER: Final = re.compile(r"[A-Za-z0-9 ]{1,11}|\+?[0-9]{3,15}")


class Provider(StrEnum):
    SMPP = "smpp"  # a message centre by SMPP 3.4
    OVH = "ovh"
    APPRISE = "apprise"  # any of the many that apprise knows, by its address


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """Off until somebody switches it on. Of SMPP: host, port, user, tls. Of OVH: `service`, `user` (the application
    key). The rest, password, application secret with consumer key, or apprise's address, is a secret.
    `test_to`: while it is set, every text message goes to that number instead."""

    on: bool = False
    provider: Provider = Provider.SMPP
    host: str = ""
    port: int = 2775
    tls: bool = True
    user: str = ""
    service: str = ""
    sender: str = ""  # a name of up to 11 letters and digits, or a number
    test_to: str = ""
    per_minute: int = 0

    @property
    def ready(self) -> bool:
        if not self.on:
            return False
        if self.provider is Provider.SMPP:
            return bool(self.host and self.user)
        return self.provider is Provider.APPRISE or bool(self.service and self.user)

    @property
    def account(self) -> str:
        """What the secret belongs to."""
        where = {Provider.SMPP: self.host, Provider.OVH: self.service, Provider.APPRISE: ""}[self.provider]
        return f"sms:{self.provider}:{self.user}@{where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """The merchant's own program, told of every piece of news, signed."""

    on: bool = False
    url: str = ""
    per_minute: int = 0

    @property
    def ready(self) -> bool:
        return self.on and bool(self.url)

    @property
    def account(self) -> str:
        return f"webhook:{urlsplit(self.url).hostname or ''}"


def sms_secret(settings: SmsSettings) -> str:
    """From the environment, else the OS keyring; empty when neither has one."""
    return os.environ.get(SMS_SECRET, "") or secret(settings.account)


def webhook_secret(settings: WebhookSettings) -> str:
    return os.environ.get(WEBHOOK_SECRET, "") or secret(settings.account)


def keep_channel_secret(settings: SmsSettings | WebhookSettings, value: str) -> None:
    """Raises SettingsProblem where there is no keyring."""
    if not keep_secret(settings.account, value):
        name = SMS_SECRET if isinstance(settings, SmsSettings) else WEBHOOK_SECRET
        raise SettingsProblem(
            "This computer has no keyring that keeps the password. Set the environment variable {name}.",
            name=name,
            field="mail",
        )


def good_sender(text: str) -> bool:
    """Whether telephones show it as a sender (3GPP TS 23.040: 11 letters and digits)."""
    return not text or _SENDER.fullmatch(text) is not None


def channel_to_toml(settings: SmsSettings | WebhookSettings) -> dict[str, Any]:
    plain = {each.name: getattr(settings, each.name) for each in fields(settings)}
    return {name: value.value if isinstance(value, Provider) else value for name, value in plain.items()}


def sms_from_toml(data: Mapping[str, Any]) -> SmsSettings:
    """Raises SettingsProblem for a value that cannot be used; unknown keys are left alone."""
    return SmsSettings(**checked("sms", data, SmsSettings()))


def webhook_from_toml(data: Mapping[str, Any]) -> WebhookSettings:
    """Likewise."""
    return WebhookSettings(**checked("webhook", data, WebhookSettings()))
