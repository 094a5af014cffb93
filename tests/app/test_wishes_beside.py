"""A command beside the open practice desk: it finds the day by the folder itself, and the desk does what it asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from wismo_desk.app.desk import Desk
from wismo_desk.app.wishing import NOT_DONE, Wishes
from wismo_desk.cli.wishing import FOLDER
from wismo_desk.domain.rules import RuleBook, Target
from wismo_desk.flows.wishes import Granted, Wish, WishBox, WishKind
from wismo_desk.words import Words

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


class _Window(QObject):
    closed = Signal()


def test_a_mistake_of_the_desk_is_answered_too(qtbot: QtBot, tmp_path: Path) -> None:
    """Else the command would wait ten minutes for it."""
    broken = SimpleNamespace(reroute=None, price=None, preflight=None)
    station: Any = SimpleNamespace(folder=tmp_path, routing=broken, words=Words("en"), names=None, infos=())
    window: Any = _Window()
    wishes = Wishes(SimpleNamespace(window=window), station)  # type: ignore[arg-type]  # all it looks at
    until = datetime.now(UTC) + timedelta(hours=1)
    box, asked = WishBox(tmp_path / FOLDER), Wish(wish_id="0a", kind=WishKind.APPLY_RULES, until=until)
    box.put(asked)
    with pytest.raises(AttributeError):
        wishes._turn()
    assert box.answered(asked) == Granted(said=NOT_DONE, code=1)
    assert box.heard
    window.closed.emit()
    assert not box.heard
