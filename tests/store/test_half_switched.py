"""A desk killed while a file goes into or out of WAL leaves a rollback journal beside it; the next start applies it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2
from store_rig import KEY, NOON, Clock, bought, opened, order, picture, taken_in

from wismo_desk.errors import StoreProblem
from wismo_desk.flows.pen import Pen
from wismo_desk.store import store
from wismo_desk.store.copies import JOURNAL, MAIN, examine
from wismo_desk.store.journal import Entry
from wismo_desk.store.page_size import QUICK, SMALL, USUAL, Pages, pages_of, quickest, unlock

SECTOR = 512


@pytest.fixture(params=[QUICK, SMALL, USUAL], ids=["quick", "small", "usual"])
def killed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A desk as a kill leaves it that comes when the first pages were just written, and what was in it."""
    folder = tmp_path / "desk"
    with pytest.MonkeyPatch.context() as older:
        older.setattr(store, "quickest", lambda: request.param)
        desk = opened(folder)
    pen, one = Pen("Poste 1", clock=Clock(NOON)), order("1041")
    desk.commit(taken_in(pen, one))
    desk.commit(Entry(at=NOON + timedelta(minutes=1), facts=(bought(pen, one, pen.new_id(), "6A1041"),)))
    before = picture(desk)
    desk.close()
    file = dbapi2.connect(str(folder / MAIN), isolation_level=None)
    unlock(file, folder / MAIN, KEY)
    assert file.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    file.execute("PRAGMA cache_size = 1")  # so that it writes before it commits
    file.execute("BEGIN IMMEDIATE")
    file.execute("CREATE TABLE half (a)")
    file.execute("UPDATE meta SET value = 'half'")
    file.execute("UPDATE fact SET data = 'half'")
    for name in (MAIN, f"{MAIN}-journal", JOURNAL):
        shutil.copyfile(folder / name, _made(tmp_path / "left") / name)
    file.close()
    return tmp_path / "left", repr(before)


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _torn(path: Path, pages: Pages) -> None:
    data = bytearray(path.read_bytes())
    data[pages.size - SECTOR : pages.size] = bytes(SECTOR)
    path.write_bytes(data)


@pytest.mark.parametrize("torn", [False, True])
def test_the_next_start_loses_nothing(killed: tuple[Path, str], torn: bool) -> None:
    folder, before = killed
    if torn:  # as a power cut may leave the first page
        found = pages_of(folder / MAIN, KEY)
        _torn(folder / MAIN, found)
        assert (
            pages_of(folder / MAIN, KEY, fresh=Pages(512, found.hashed)) == found
        )  # by its rollback journal
    desk = opened(folder)
    assert repr(picture(desk)) == before
    assert desk.check() == []
    desk.close()
    assert examine(folder, KEY) == []
    assert pages_of(folder / MAIN, KEY) in (QUICK, quickest())


def test_without_it_the_desk_would_not_start(
    killed: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The naive twin: what only reads is refused, and the merchant is told to restore a backup."""
    monkeypatch.setattr(store, "roll_back", lambda _path, _key: None)
    with pytest.raises(StoreProblem, match="Restore a backup"):
        opened(killed[0])
