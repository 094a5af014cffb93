"""The main file has small pages, hashed by SHA-256 where that is quicker; an older one is written anew at a start.

Nothing is lost of it; what a kill on the way leaves: test_anew_kills.py.
"""

from __future__ import annotations

import shutil
import stat
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from store_rig import KEY, NOON, Clock, bought, opened, order, picture, said, taken_in

from wismo_desk.domain.watching import Filter
from wismo_desk.flows.pen import Pen
from wismo_desk.store import page_size, store
from wismo_desk.store.copies import JOURNAL, MAIN, copy_files, damage, examine
from wismo_desk.store.engine import looking
from wismo_desk.store.journal import Entry
from wismo_desk.store.page_size import (
    QUICK,
    SMALL,
    USUAL,
    Pages,
    copies_have,
    make_quick,
    pages_of,
    quickest,
)
from wismo_desk.store.store import Store


@pytest.fixture(autouse=True)
def modern(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor with instructions for SHA-256."""
    monkeypatch.setattr(store, "quickest", lambda: QUICK)


@pytest.fixture(params=[USUAL, SMALL], ids=["usual", "small"])
def older(request: pytest.FixtureRequest) -> Pages:
    """What a file of before has."""
    found: Pages = request.param
    return found


@pytest.fixture
def left(tmp_path: Path, older: Pages) -> Path:
    """A desk of the release before, as a kill leaves it: half of it stands in its log."""
    with pytest.MonkeyPatch.context() as before:
        before.setattr(store, "quickest", lambda: older)
        desk = opened(tmp_path / "desk")
    fill(desk, "1041")
    desk._files[1].run("PRAGMA wal_checkpoint(TRUNCATE)")
    fill(desk, "1042")
    folder = tmp_path / "left"
    shutil.copytree(tmp_path / "desk", folder, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    desk.close()
    return folder


def fill(desk: Store, number: str) -> None:
    clock = Clock(NOON + timedelta(minutes=int(number)))
    pen = Pen("Poste 1", clock=clock)
    one = order(number)
    desk.commit(taken_in(pen, one))
    facts = bought(pen, one, pen.new_id(), f"6A{number}"), said(pen, one, "LIVRE", place="Tours")
    desk.commit(Entry(at=clock(), facts=facts))


def pages(folder: Path) -> tuple[Pages, Pages]:
    return pages_of(folder / MAIN, KEY), pages_of(folder / JOURNAL, KEY)


def test_a_file_of_before_is_written_anew_with_what_its_log_holds(left: Path, older: Pages) -> None:
    assert pages(left) == (older, USUAL)
    assert (left / f"{MAIN}-wal").stat().st_size > 0
    desk = opened(left)
    assert pages(left) == (QUICK, USUAL)
    assert desk.check() == []
    assert {row.order_number for row in desk.read.page([1, 2, 3])} == {"1041", "1042"}
    assert [row.order_number for row in desk.read.page(desk.read.rows(Filter(text="1042")))] == ["1042"]
    rows = picture(desk)
    desk.rebuild()
    assert picture(desk) == rows
    fill(desk, "1043")
    desk.close()
    assert examine(left, KEY) == []
    assert not list(left.glob("*.anew*"))


@pytest.mark.skipif(sys.platform == "win32", reason="there a file inherits its rights from the folder")
def test_who_may_write_it_may_go_on(left: Path) -> None:
    (left / MAIN).chmod(0o660)
    assert make_quick(left / MAIN, KEY, QUICK)
    assert stat.S_IMODE((left / MAIN).stat().st_mode) == 0o660


def test_a_crash_on_the_way_leaves_the_old_file(
    left: Path, older: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(page_size, "_reach_disk", killed)
        make_quick(left / MAIN, KEY, QUICK)
    (left / f"{MAIN}.anew").write_bytes(b"half of a file")  # as a power cut leaves it
    assert pages(left) == (older, USUAL)
    desk = opened(left)
    assert pages(left) == (QUICK, USUAL)
    assert len(desk.read.page([1, 2])) == 2
    desk.close()


@pytest.mark.parametrize("why", ["room", "reader", "damage", "key"])
def test_where_it_cannot_be_written_anew_it_stays(
    left: Path, older: Pages, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, key = left / MAIN, KEY
    if why == "room":
        monkeypatch.setattr(page_size, "_SPARE", 1 << 60)
    if why == "key":
        key = bytes(32)
    if why == "damage":
        path.with_name(f"{MAIN}-wal").unlink()  # a page that stands there is whole again
        data = bytearray(path.read_bytes())
        data[2 * older.size - 500] ^= 1
        path.write_bytes(data)
    with ExitStack() as open_files:
        if why == "reader":
            file = open_files.enter_context(looking(path, KEY))
            file.execute("BEGIN")
            file.execute("SELECT count(*) FROM fact").fetchone()
        assert not make_quick(path, key, QUICK)
    assert pages_of(path, KEY) == older
    assert not list(left.glob("*.anew*"))
    assert bool(damage(path, KEY)) == (why == "damage")


def test_of_a_torn_first_page_the_log_says_what_it_is(tmp_path: Path) -> None:
    """A power cut while the log was copied into the file: what stands in the log is whole, and the next start reads
    it there."""
    desk = opened(tmp_path / "desk")
    fill(desk, "1041")
    desk._files[1].run("PRAGMA wal_checkpoint(TRUNCATE)")
    desk._files[1].run("PRAGMA user_version = 1")  # writes the first page
    fill(desk, "1042")
    torn = tmp_path / "torn"
    shutil.copytree(tmp_path / "desk", torn, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    rows = picture(desk)
    desk.close()
    data = bytearray((torn / MAIN).read_bytes())
    data[QUICK.size - 512 : QUICK.size] = bytes(512)
    (torn / MAIN).write_bytes(data)
    assert pages_of(torn / MAIN, KEY) == QUICK
    again = opened(torn)
    assert picture(again) == rows
    assert again.check() == []
    again.close()


def test_a_backup_has_the_pages_of_its_file(tmp_path: Path) -> None:
    desk = opened(tmp_path / "desk")
    fill(desk, "1041")
    copy_files(tmp_path / "desk", KEY, tmp_path / "copy")
    desk.close()
    assert pages(tmp_path / "copy") == (QUICK, USUAL)
    again = opened(tmp_path / "copy")
    assert len(again.read.page([1])) == 1
    again.close()


def test_a_copy_of_the_usual_default_could_not_be_read(tmp_path: Path) -> None:
    """The naive twin."""
    desk = opened(tmp_path / "desk")
    fill(desk, "1041")
    with looking(tmp_path / "desk" / MAIN, KEY) as file:
        file.execute("VACUUM INTO ?", (str(tmp_path / "naive.db"),))
        with copies_have(QUICK):
            file.execute("VACUUM INTO ?", (str(tmp_path / "right.db"),))
    desk.close()
    assert damage(tmp_path / "right.db", KEY) == ""
    assert "not a database" in damage(tmp_path / "naive.db", KEY)


def test_vacuumed_it_keeps_its_pages(tmp_path: Path) -> None:
    """As after the first erasure (store/personal.py)."""
    desk = opened(tmp_path)
    fill(desk, "1041")
    for file in desk._files:
        file.run("VACUUM")
    assert desk.check() == []
    rows = picture(desk)
    desk.close()
    assert pages(tmp_path) == (QUICK, USUAL)
    again = opened(tmp_path)
    assert picture(again) == rows
    again.close()


def test_a_slower_processor_leaves_what_a_quicker_one_wrote(tmp_path: Path) -> None:
    """A restored backup, say: written anew at each change of computer it would never rest."""
    desk = opened(tmp_path)
    fill(desk, "1041")
    desk.close()
    assert not make_quick(tmp_path / MAIN, KEY, SMALL)
    assert not make_quick(tmp_path / MAIN, KEY, QUICK)
    with pytest.MonkeyPatch.context() as slower:
        slower.setattr(store, "quickest", lambda: SMALL)
        again = opened(tmp_path)
    assert len(again.read.page([1])) == 1
    assert again.check() == []
    again.close()
    assert pages(tmp_path) == (QUICK, USUAL)


def test_this_computer_has_small_pages() -> None:
    assert quickest() in (QUICK, SMALL)
    assert quickest() is quickest()
