"""Two desks and a worker in a tenant made for this run, each with practice machines of its own, on one
PostgreSQL behind a line that can be cut."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from wismo_desk.app.practice import Practice
from wismo_desk.app.station import Station, Wiring
from wismo_desk.demo.clock import working_day
from wismo_desk.practice.cutting_proxy import CuttingProxy
from wismo_desk.resources import catalogue
from wismo_desk.settings.secrets import shared_password
from wismo_desk.store.shared_feed import Feed
from wismo_desk.store.shared_url import through
from wismo_desk.words import Words

_NAMES: Final = ("Poste 1", "Poste 2", "Worker")
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """`desks` are two; `machines` belong to the first desk, and all of them buy there."""

    desks: tuple[Station, Station]
    worker: Station
    machines: Practice
    line: CuttingProxy

    @property
    def stations(self) -> tuple[Station, ...]:
        return (*self.desks, self.worker)

    def known(self, station: Station) -> set[UUID]:
        """Every fact that its windows know."""
        found, after = set(), _NOBODY
        while page := station.store.inbox.facts_after(after, 2000):
            found |= {fact.fact_id for fact in page}
            after = page[-1].fact_id
        return found

    def written(self) -> set[UUID]:
        """Every fact that any of them has committed."""
        found: set[UUID] = set()
        for station in self.stations:
            after = 0
            while page := station.store.journal.facts_after(after):
                found |= {fact.fact_id for _, fact in page}
                after = page[-1][0]
        return found

    def shared(self) -> list[UUID]:
        """Every fact in PostgreSQL, each as often as it is there."""
        sharing = self.desks[0].sharing
        assert sharing is not None
        feed = Feed(sharing.shared, journal_id="", station="")
        found: list[UUID] = []
        page = feed.facts((0, _NOBODY), 2000)
        while page.rows:
            found += [row["fact_id"] for row in page.rows]
            page = feed.facts(page.last, 2000)
        return found


@contextmanager
def open_warehouse(url: str, folder: Path, language: str) -> Iterator[Warehouse]:
    """Needs the tables, and a QGuiApplication."""
    words = Words(language, catalogue(language), zone=ZoneInfo("Europe/Paris"))
    password = shared_password(url)
    target, _ = through(url, 0)
    tenant = int(time.time()) % 2_000_000_000
    with ExitStack() as stack:
        line = stack.enter_context(CuttingProxy(target))
        # The keyring knows the address that was given, not the one through the proxy; and a server elsewhere
        # keeps the name that its certificate is checked for, though the line goes to this computer.
        stack.enter_context(_environment(WISMO_DESK_SHARED_PASSWORD=password, PGHOSTADDR="127.0.0.1"))
        machines = [stack.enter_context(_machines(folder / name)) for name in _NAMES]
        stations = []
        for name, practice in zip(_NAMES, machines, strict=True):
            settings = practice.start()
            settings = replace(
                settings,
                station=name,
                shared=through(url, line.port)[1],
                tenant=tenant,
                mail=replace(settings.mail, port=machines[0].mail.port),
                carriers={"practice": {"url": machines[0].carrier.url}},
            )
            wiring = Wiring(
                folder=practice.folder, settings=settings, words=words, practice=True, share_practice=True
            )
            stations.append(Station(wiring))
            stack.callback(stations[-1].close)
        one, two, worker = stations
        yield Warehouse(desks=(one, two), worker=worker, machines=machines[0], line=line)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


@contextmanager
def _machines(folder: Path) -> Iterator[Practice]:
    practice = Practice(folder, day=working_day(datetime.now().astimezone().date()))
    try:
        yield practice
    finally:
        with contextlib.suppress(OSError):
            practice.stop()
