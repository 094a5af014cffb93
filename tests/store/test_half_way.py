"""A main file whose rewriting was killed is told as such by `db check`, not as damaged; the next start mends it."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlcipher3 import dbapi2
from store_rig import KEY, opened

from wismo_desk.store.copies import HALF_WAY, MAIN, MAIN_DAMAGED, examine
from wismo_desk.store.page_size import unlock
from wismo_desk.store.quarantine import damaged


def half_way(tmp_path: Path) -> Path:
    """As a kill leaves it on the way out of WAL: a rollback journal beside the file."""
    desk, left = tmp_path / "desk", tmp_path / "left"
    opened(desk).close()
    file = dbapi2.connect(str(desk / MAIN), isolation_level=None)
    unlock(file, desk / MAIN, KEY)
    file.execute("PRAGMA journal_mode = DELETE")
    file.execute("PRAGMA synchronous = OFF")  # its journal counts from the first byte on
    file.execute("BEGIN IMMEDIATE")
    file.execute("PRAGMA user_version = 77")
    shutil.copytree(desk, left)
    file.execute("ROLLBACK")
    file.close()
    assert (left / f"{MAIN}-journal").stat().st_size
    return left


def test_it_is_told_as_it_is_and_mended_by_the_next_start(tmp_path: Path) -> None:
    left = half_way(tmp_path)
    (found,) = examine(left, KEY)
    assert (found.sentence, found.values["file"]) == (HALF_WAY, MAIN), found
    opened(left).close()
    assert examine(left, KEY) == []


def test_it_is_not_set_aside(tmp_path: Path) -> None:
    left = half_way(tmp_path)
    assert damaged(left, KEY) == []
    assert examine(left, KEY) == []


def test_a_damaged_file_beside_a_rollback_journal_stays_damaged(tmp_path: Path) -> None:
    left = half_way(tmp_path)
    (left / f"{MAIN}-journal").write_bytes(b"")
    content = bytearray((left / MAIN).read_bytes())
    content[3000:3100] = bytes(100)
    (left / MAIN).write_bytes(content)
    (found,) = examine(left, KEY)
    assert found.sentence == MAIN_DAMAGED
    assert damaged(left, KEY) == [MAIN]
