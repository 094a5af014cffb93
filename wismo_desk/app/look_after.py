"""`wismo-desk db …`: the local files checked, copied, put back, and brought to the shared database."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wismo_desk.app.which_desk import has_desk
from wismo_desk.errors import Refused, SettingsProblem
from wismo_desk.settings import Settings
from wismo_desk.words import Words

if TYPE_CHECKING:
    from wismo_desk.app.station import Station

NO_SETTINGS: Final = (
    "There is no desk in {path} whose settings would say the tenant and the warehouse. Check --folder, or write --url, "
    "--tenant and --warehouse (with “” behind it for all of them)."
)
NO_ADDRESS: Final = (
    "There is no desk in {path} whose settings would name the shared database. Check --folder, or write "
    "--url."
)
_TELL_S: Final = 1.0
_SKIPPED: Final = 100_000  # numbers of a range left out after a restore: more than a station labels in months


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAfter:
    """`check` and `backup` only read: the desk may be open. All others open the station themselves."""

    folder: Path
    settings: Settings
    words: Words
    say: Callable[[str], None]
    station: Callable[[Settings], AbstractContextManager[Station]]

    def __call__(self, options: Namespace) -> None:
        action = options.action
        if action == "restore":
            self._restore(options.source)
            return
        if action in ("grant-station", "revoke-station"):
            from wismo_desk.app.station_users import administer

            _need_settings(options, self.folder)
            administer(options, self.settings, self.words, self.say)
            return
        files = [self.folder / name for name in ("journal.db", "main.db")]
        if action != "upgrade" and not any(path.exists() for path in files):
            raise Refused("There are no files of a station in {folder}.", folder=str(self.folder))
        if action == "check":
            self._check()
        elif action == "backup":
            self._back_up(options.target)
        elif action == "renew":
            self._renew()
        else:
            with self.station(self.settings) as station:
                if action == "upgrade":
                    self._upgrade(options)
                elif action == "join":
                    self._join(station, fresh=options.how == "fresh", forced=options.forced)
                elif action == "rebuild":
                    self.say(self.words("{count} facts folded again.", count=station.store.rebuild()))

    def _check(self) -> None:
        from wismo_desk.settings import data_key
        from wismo_desk.store.audit_chain import check_trail
        from wismo_desk.store.copies import examine

        key = data_key(self.folder)[0]
        found = examine(self.folder, key) or check_trail(self.folder, key)
        for problem in found[:-1]:
            print(self.words.error(problem), file=sys.stderr)  # noqa: T201 - the command line speaks on stderr
        if found:
            raise found[-1]
        self.say(self.words("Both files are whole, and so is the audit trail."))

    def _back_up(self, target: Path) -> None:
        from wismo_desk.settings import data_key
        from wismo_desk.store.copies import copy_files

        copy_files(self.folder, data_key(self.folder)[0], target)
        said = "Backed up to {folder}. Keep the key of this station with it."
        self.say(self.words(said, folder=str(target)))

    def _restore(self, source: Path) -> None:
        from wismo_desk.app.files import restore
        from wismo_desk.settings import data_key

        key = data_key(self.folder)[0]
        aside = restore(self.folder, source, key, now=datetime.now().astimezone())
        with self.station(replace(self.settings, shared="")) as station:
            # An older journal under its old name would write its numbers a second time into the shared base.
            station.store.outbox.renew()
            station.store.journal.skip_serials(_SKIPPED)
        said = "Restored. The files that were in use are kept in {folder}."
        self.say(self.words(said, folder=str(aside)))

    def _renew(self) -> None:
        """Damaged files are kept aside, and what they held is read again from the shared database."""
        from wismo_desk.settings import data_key
        from wismo_desk.store.copies import JOURNAL, examine
        from wismo_desk.store.quarantine import damaged, salvage, set_aside, take_back

        key, now = data_key(self.folder)[0], datetime.now().astimezone()
        examine(self.folder, key)  # raises when it is the key that is wrong
        names = damaged(self.folder, key)
        if not names:
            raise Refused("Both files are whole: there is nothing to renew.")
        if not self.settings.shared:
            raise Refused(
                "There is no shared database to read again from. Restore a backup with `wismo-desk db restore`."
            )
        saved = salvage(self.folder, key) if JOURNAL in names else None
        aside = set_aside(self.folder, names, now)
        with self.station(self.settings) as station:
            if saved is not None and station.sharing is not None:
                take_back(station.store, saved, now)
                station.sharing.join(fresh=False, told=self._tell_now_and_then())
        said = "Renewed: the desk reads everything again as it runs. The damaged files are kept in {folder}."
        self.say(self.words(said, folder=str(aside)))

    def _upgrade(self, options: Namespace) -> None:
        """The local files take this version's form as they are opened."""
        self.say(self.words("The files have this version's form."))
        if options.url or self.settings.shared:
            from wismo_desk.app.station_users import admin_address, admin_password
            from wismo_desk.store.shared import upgrade_shared

            url = admin_address(options, self.settings)
            epoch = upgrade_shared(url, admin_password(url, self.words))
            said = "The shared database has the tables of this version ({epoch})."
            self.say(self.words(said, epoch=epoch))

    def _join(self, station: Station, *, fresh: bool, forced: bool) -> None:
        if station.sharing is None:
            raise SettingsProblem(
                "No shared database is named in station.toml. Write its address as `shared`, then join.",
                field="shared",
            )
        facts, people = station.sharing.join(fresh=fresh, forced=forced, told=self._tell_now_and_then())
        if fresh:
            self.say(self.words("This desk has joined the shared database."))
            return
        if not (facts or people):
            self.say(self.words("The shared database has all that this desk knows: nothing new was brought."))
            return
        said = "This desk has joined the shared database and brought {facts} events and {people} recipients."
        self.say(self.words(said, facts=self.words.number(facts), people=self.words.number(people)))

    def _tell_now_and_then(self) -> Callable[[int, int], None]:
        """A line a second while a join goes on."""
        after = [time.monotonic() + _TELL_S]

        def tell(done: int, total: int) -> None:
            if time.monotonic() >= after[0]:
                after[0] = time.monotonic() + _TELL_S
                shown = {"done": self.words.number(done), "total": self.words.number(total)}
                self.say(self.words("{done} of {total}", **shown))

        return tell


def _need_settings(options: Namespace, folder: Path) -> None:
    """Raises Refused where defaults would stand for settings that nobody wrote: a mistyped folder has none."""
    on_line = (options.tenant, options.warehouse) if options.action == "grant-station" else ()
    if has_desk(folder) or (options.url and None not in on_line):
        return
    raise Refused(NO_SETTINGS if on_line else NO_ADDRESS, path=str(folder))
