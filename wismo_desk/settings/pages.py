"""Where tracking pages are published: the `[pages]` section of `station.toml`; the password is elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from wismo_desk.errors import SettingsProblem
from wismo_desk.settings.secrets import keep_secret, secret
from wismo_desk.settings.told_values import checked

PASSWORD: Final = "WISMO_DESK_PAGES_PASSWORD"  # noqa: S105 - the name of an environment variable


class PagesBy(StrEnum):
    OFF = "off"
    FOLDER = "folder"
    SFTP = "sftp"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSettings:
    """`address`: under which the folder is seen from outside (https). `path`: the folder on the server. `host_key`: its
    fingerprint (SHA256:…), compared before anything is said. `key_file`: a private key instead of a password.
    `keep_days`: how long the page of an ended shipment stays."""

    by: PagesBy = PagesBy.OFF
    address: str = ""
    folder: str = ""
    host: str = ""
    port: int = 22
    user: str = ""
    path: str = ""
    host_key: str = ""
    key_file: str = ""
    keep_days: int = 30

    @property
    def ready(self) -> bool:
        """Whether anything is to be published."""
        if not self.address:
            return False
        sftp = bool(self.host and self.user and self.host_key)
        return (self.by is PagesBy.FOLDER and bool(self.folder)) or (self.by is PagesBy.SFTP and sftp)


def pages_password(settings: PagesSettings) -> str:
    """From the environment, else the OS keyring (`pages:user@host`); empty when neither has one."""
    return os.environ.get(PASSWORD, "") or secret(f"pages:{settings.user}@{settings.host}")


def keep_pages_password(settings: PagesSettings, password: str) -> None:
    """Raises SettingsProblem where there is no keyring."""
    if not keep_secret(f"pages:{settings.user}@{settings.host}", password):
        raise SettingsProblem(
            "This computer has no keyring that keeps the password. Set the environment variable {name}.",
            name=PASSWORD,
            field="pages",
        )


def pages_to_toml(settings: PagesSettings) -> dict[str, Any]:
    return {each.name: getattr(settings, each.name) for each in fields(settings)} | {"by": settings.by.value}


def pages_from_toml(data: Mapping[str, Any]) -> PagesSettings:
    """Raises SettingsProblem for a value that cannot be used; unknown keys are left alone."""
    return PagesSettings(**checked("pages", data, PagesSettings()))
