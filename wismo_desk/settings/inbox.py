"""Where customers' mails are read: the `[inbox]` section of `station.toml`; the password is elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from wismo_desk.domain.intent import Intent
from wismo_desk.settings.mail import Security
from wismo_desk.settings.secrets import keep_secret, secret
from wismo_desk.settings.told_values import checked

PASSWORD: Final = "WISMO_DESK_INBOX_PASSWORD"  # noqa: S105 - the name of an environment variable


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxSettings:
    """Off until somebody switches it on. `alone`: questions that are answered without a person; none by itself."""

    on: bool = False
    host: str = ""
    port: int = 993
    user: str = ""
    security: Security = Security.TLS
    ca_file: str = ""  # PEM of a company's own authority; else those of the system
    folder: str = "INBOX"
    since_days: int = 7  # how far back the first reading goes
    alone: frozenset[Intent] = field(default_factory=frozenset)

    @property
    def ready(self) -> bool:
        return self.on and bool(self.host and self.user)

    @property
    def name(self) -> str:
        """Of the mailbox, for what is remembered of it."""
        return f"{self.user}@{self.host}/{self.folder}"

    @property
    def domain(self) -> str:
        """For the Message-ID of replies."""
        return self.user.rpartition("@")[2] if "@" in self.user else self.host


def inbox_password(settings: InboxSettings) -> str:
    """From the environment, else the OS keyring (`imap:user@host`); empty when neither has one."""
    return os.environ.get(PASSWORD, "") or secret(f"imap:{settings.user}@{settings.host}")


def keep_inbox_password(settings: InboxSettings, password: str) -> bool:
    """False where there is no keyring."""
    return keep_secret(f"imap:{settings.user}@{settings.host}", password)


def inbox_to_toml(settings: InboxSettings) -> dict[str, Any]:
    plain = {each.name: getattr(settings, each.name) for each in fields(settings)}
    alone = [each.value for each in Intent if each in settings.alone]
    return {**plain, "security": settings.security.value, "alone": alone}


def inbox_from_toml(data: Mapping[str, Any], section: str = "inbox") -> InboxSettings:
    """Raises SettingsProblem for a value that cannot be used; unknown keys are left alone."""
    return InboxSettings(**checked(section, data, InboxSettings(), several={"alone": Intent}))
