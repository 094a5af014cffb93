"""`wismo-desk db grant-station` and `revoke-station`: an administrator gives each desk a user of its own."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import Settings
from wismo_desk.settings.secrets import shared_password
from wismo_desk.words import Words

if TYPE_CHECKING:
    from wismo_desk.store.shared import SharedDatabase


def administer(options: Namespace, settings: Settings, words: Words, say: Callable[[str], None]) -> None:
    """No file of a station is touched: this may run on any computer. Raises DeskError."""
    from wismo_desk.store.shared_station import grant_station, revoke_station

    if options.action == "revoke-station":
        with _line(options, settings, words) as shared:
            gone = revoke_station(shared, options.name)
        said = "{user} sees nothing of the shared database any more."
        kept = (
            "{user} sees nothing of the shared database any more. Something else hangs on this user: it stays there, "
            "without a login."
        )
        say(words(said if gone else kept, user=options.name))
        return
    password = sys.stdin.readline().rstrip("\r\n") if options.password_from_stdin else ""
    with _line(options, settings, words) as shared:
        granted = grant_station(
            shared,
            options.name,
            password=password,
            new_password=options.new_password,
            worker=options.worker,
        )
    say(words("{user} is a station of tenant {tenant}.", user=granted.role, tenant=granted.tenant))
    if granted.warehouse:
        say(words("It sees the warehouse {warehouse} only.", warehouse=granted.warehouse))
    if options.worker:
        say(words("It may take jobs from the queue: `wismo-desk worker` with this user."))
    if granted.password and not password:
        say(words("Password: {password}", password=granted.password))
        say(
            words(
                "It is shown this once. At the desk: the user into `shared` of station.toml, then `wismo-desk secret "
                "shared`."
            )
        )


def admin_address(options: Namespace, settings: Settings) -> str:
    """The address to work on: named on the line, else the desk's own."""
    url = str(options.url or settings.shared)
    if not url:
        raise SettingsProblem(
            "No shared database is named. Write its address behind --url, with an administrator's user.",
            field="shared",
        )
    return url


def admin_password(url: str, words: Words) -> str:
    """Kept on this computer, or asked for where somebody sits before it."""
    kept = shared_password(url)
    return kept or (getpass.getpass(words("Password: ")) if sys.stdin.isatty() else "")


@contextmanager
def _line(options: Namespace, settings: Settings, words: Words) -> Iterator[SharedDatabase]:
    from wismo_desk.store.shared import SharedDatabase

    url = admin_address(options, settings)
    tenant = settings.tenant if options.tenant is None else options.tenant
    warehouse = settings.warehouse if options.warehouse is None else options.warehouse
    shared = SharedDatabase.open(url, admin_password(url, words), tenant=tenant, warehouse=warehouse)
    try:
        yield shared
    finally:
        shared.close()
