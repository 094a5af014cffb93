"""A command beside the open practice desk: it finds the day by the folder itself, and the desk does what it asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from pytestqt.qtbot import QtBot

from wismo_desk.app.desk import Desk
from wismo_desk.domain.rules import RuleBook, Target

WAIT = 90_000


def test_rules_are_applied_by_the_desk_that_is_open(desk: Desk, qtbot: QtBot) -> None:
    station = desk.station
    assert station is not None
    station.routing.reroute.save(RuleBook(rules=(), default=Target("practice", "pickup")))
    before = station.routing.reroute.preview(station.routing.reroute.book())
    assert before.moved
    line = [sys.executable, "-m", "wismo_desk", "--language", "en", "--folder", str(station.folder)]
    process = subprocess.Popen(
        [*line, "rules", "--apply", "--json"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=WAIT)
    said, wrong = process.communicate()
    assert process.returncode == 0, wrong
    assert len(json.loads(said)["moved"]) == len(before.moved)
    assert not station.routing.reroute.preview(station.routing.reroute.book()).moved
