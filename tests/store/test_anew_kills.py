"""A desk killed at random moments while its main file is written anew: the next start finds all that was in it."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from store_rig import KEY, NOON, Clock, bought, opened, order, picture, python, said, taken_in

from wismo_desk.errors import StoreProblem
from wismo_desk.flows.pen import Pen
from wismo_desk.store import store
from wismo_desk.store.copies import JOURNAL, MAIN
from wismo_desk.store.journal import Entry
from wismo_desk.store.page_size import QUICK, SMALL, USUAL, Pages, pages_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
KILLS, ORDERS, SEED = 12, 16, 20261122


def left(folder: Path, older: Pages) -> str:
    """Puts the files of a desk of before there, as its own kill left them, and returns what was in them."""
    with pytest.MonkeyPatch.context() as before:
        before.setattr(store, "quickest", lambda: older)
        desk = opened(folder.with_name("desk"))
    pen = Pen("Poste 1", clock=Clock(NOON))
    for number in range(ORDERS):
        if number == ORDERS // 2:
            desk._files[1].run("PRAGMA wal_checkpoint(TRUNCATE)")  # the other half stands in the log
        one = order(str(1041 + number))
        desk.commit(taken_in(pen, one))
        facts = bought(pen, one, pen.new_id(), f"6A{number}"), said(pen, one, "LIVRE", place="Tours")
        desk.commit(Entry(at=NOON + timedelta(minutes=number), facts=facts))
    shutil.copytree(folder.with_name("desk"), folder, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    found = repr(picture(desk))
    desk.close()
    return found


def killed(folder: Path, kills: int, how: str) -> list[str]:
    script = Path(__file__).with_name("anew_killed.py")
    told = python(str(script), str(folder), str(kills), how, str(SEED)).split()
    assert len(told) == kills and "killed" in told
    return told


@pytest.mark.parametrize("older", [USUAL, SMALL], ids=["usual", "small"])
def test_nothing_is_lost(tmp_path: Path, older: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    before = left(tmp_path / "left", older)
    told = killed(tmp_path / "left", KILLS, "careful")
    monkeypatch.setattr(store, "quickest", lambda: QUICK)
    for number, how in enumerate(told):
        folder = tmp_path / "left" / str(number)
        assert pages_of(folder / MAIN, KEY) in ((QUICK,) if how == "ended" else (QUICK, older))
        desk = opened(folder)
        assert repr(picture(desk)) == before, f"kill {number}, seed {SEED}"
        assert desk.check() == []
        desk.close()
        assert pages_of(folder / MAIN, KEY) == QUICK
        assert pages_of(folder / JOURNAL, KEY) == USUAL
        assert not list(folder.glob("*.anew*"))


def test_without_the_old_one_it_would_be_lost(tmp_path: Path) -> None:
    """The naive twin: the old file is gone before the new one is whole."""
    before, lost = left(tmp_path / "left", SMALL), 0
    killed(tmp_path / "left", 5, "naive")
    for number in range(5):
        try:
            desk = opened(tmp_path / "left" / str(number))
        except StoreProblem:
            lost += 1
        else:
            lost += repr(picture(desk)) != before
            desk.close()
    assert lost, "the checker found nothing lost"
