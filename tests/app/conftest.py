"""The desk's own joints: one PostgreSQL and the desks of tests/sync, and a real window with practice machines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1] / "sync"))

from open_desk import MONDAY, Clock
from postgres_cluster import PASSWORD, Cluster, binaries
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from wismo_desk.app.desk import Desk
from wismo_desk.app.practice import Practice
from wismo_desk.devices import TcpPrinter
from wismo_desk.resources import catalogue
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.words import Words


@pytest.fixture(scope="module")
def others() -> Iterator[str]:
    """The URL of a shared database with its tables."""
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql (installers/system.sh test)")
    cluster = Cluster(found)
    cluster.make("others")
    shared = SharedDatabase.open(cluster.url("others"), PASSWORD)
    shared.upgrade()
    shared.close()
    yield cluster.url("others")
    cluster.remove()


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Practice:
    monkeypatch.setenv("WISMO_DESK_KEY", bytes(range(32)).hex())
    return Practice(tmp_path, day=MONDAY.date(), orders=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(machines: Practice, clock: Clock, qapp: QApplication, qtbot: QtBot) -> Iterator[Desk]:
    settings = machines.start()
    words = Words("fr", catalogue("fr"), zone=settings.timezone)
    made = Desk(
        machines.folder, settings, words, application=qapp, practice=True, machines=machines, clock=clock,
        audible=False,
    )  # fmt: skip
    made.show(QSize(1366, 768))
    qtbot.waitUntil(lambda: made.is_ready, timeout=60_000)
    assert made.station is not None
    for profile in settings.printers:  # a printer that answers is given its time: a machine may be busy
        made.station.printers[profile.name] = TcpPrinter(profile, status_s=20.0)
    yield made
    made.window.close()
    qapp.processEvents()
