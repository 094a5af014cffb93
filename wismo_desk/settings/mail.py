"""How customer notices leave by e-mail: the `[mail]` section of `station.toml`; the password is elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final

from wismo_desk.domain.notice import OF_CLAIMS, Milestone
from wismo_desk.errors import SettingsProblem
from wismo_desk.settings.secrets import keep_secret, secret
from wismo_desk.settings.told_values import LACKS, check_one_of, checked, refuse_strange, sections

PASSWORD: Final = "WISMO_DESK_MAIL_PASSWORD"  # noqa: S105 - the name of an environment variable
_ACCOUNTS: Final = "[mail.accounts]"  # a list of tables: TOML names it in two pairs of brackets


class Security(StrEnum):
    TLS = "tls"  # from the first byte, port 465
    STARTTLS = "starttls"  # port 587
    NONE = "none"  # on this computer only


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccount:
    """Another server and sender for the orders of one shop (`shop` is where an order comes from)."""

    shop: str
    host: str
    port: int = 587
    user: str = ""
    security: Security = Security.STARTTLS
    ca_file: str = ""
    sender_name: str = ""
    sender_address: str = ""
    shop_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Off until somebody switches it on. `test_to`: while it is set, every notice goes there instead."""

    on: bool = False
    host: str = ""
    port: int = 587
    user: str = ""
    security: Security = Security.STARTTLS
    ca_file: str = ""  # PEM of a company's own authority; else those of the system
    sender_name: str = ""
    sender_address: str = ""
    test_to: str = ""
    shop_name: str = ""
    language: str = "auto"  # auto (by the country) | fr | en
    per_minute: int = 0  # 0: as many as there are
    milestones: frozenset[Milestone] = field(
        # A guess about the future, and what goes on with the carrier, is told only by who wants that.
        default_factory=lambda: frozenset(Milestone) - {Milestone.PREDICTED_LATE} - OF_CLAIMS
    )

    accounts: tuple[MailAccount, ...] = ()  # in the file only: [[mail.accounts]]

    def of_shop(self, shop: str) -> MailSettings:
        """By which account its customers are written to."""
        found = next((each for each in self.accounts if each.shop == shop), None)
        if found is None:
            return self
        own = {each.name: getattr(found, each.name) for each in fields(found) if each.name != "shop"}
        return replace(self, **own)

    @property
    def ready(self) -> bool:
        """Whether anything is to be queued and sent."""
        return self.on and bool(self.host and self.sender_address and self.milestones)

    @property
    def shop(self) -> str:
        return self.shop_name or self.sender_name or self.sender_address.rpartition("@")[2]


def mail_password(settings: MailSettings) -> str:
    """From the environment, else the OS keyring (`mail:user@host`); empty when neither has one."""
    return os.environ.get(PASSWORD, "") or secret(f"mail:{settings.user}@{settings.host}")


def keep_mail_password(settings: MailSettings, password: str) -> None:
    """Raises SettingsProblem where there is no keyring."""
    if not keep_secret(f"mail:{settings.user}@{settings.host}", password):
        raise SettingsProblem(
            "This computer has no keyring that keeps the password. Set the environment variable {name}.",
            name=PASSWORD,
            field="mail",
        )


def mail_to_toml(settings: MailSettings) -> dict[str, Any]:
    plain = {each.name: getattr(settings, each.name) for each in fields(settings)}
    milestones = [each.value for each in Milestone if each in settings.milestones]
    accounts = [
        {each.name: getattr(account, each.name) for each in fields(account)}
        | {"security": account.security.value}
        for account in settings.accounts
    ]
    plain = {**plain, "security": settings.security.value, "milestones": milestones, "accounts": accounts}
    if not accounts:
        del plain["accounts"]
    return plain


def mail_from_toml(data: Mapping[str, Any]) -> MailSettings:
    """Raises SettingsProblem for a value that cannot be used; unknown keys are left alone."""
    values = checked("mail", data, MailSettings(), several={"milestones": Milestone})
    check_one_of(values, {"language": ("auto", "fr", "en")}, section="mail")
    if "accounts" in data:
        values["accounts"] = tuple(_account(each) for each in sections("mail.accounts", data["accounts"]))
    return MailSettings(**values)


def _account(data: Mapping[str, Any]) -> MailAccount:
    usual = MailAccount(shop="", host="")
    refuse_strange(_ACCOUNTS, data, (each.name for each in fields(usual)))
    for name in ("shop", "host"):
        if name not in data:
            raise SettingsProblem(LACKS, name=name, section=_ACCOUNTS, field=_ACCOUNTS)
    return MailAccount(**checked(_ACCOUNTS, data, usual))
