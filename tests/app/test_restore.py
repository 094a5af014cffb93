"""A backup is proven before anything is replaced; `db check` and `db backup` only read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wismo_desk.app.files import restore
from wismo_desk.domain.anomaly import Rules
from wismo_desk.errors import Refused, StoreProblem
from wismo_desk.resources import status_tables
from wismo_desk.store import open_store
from wismo_desk.store.copies import copy_files

KEY, OTHER = bytes(range(32)), bytes(32)
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


def made(folder: Path, key: bytes = KEY) -> Path:
    open_store(folder, key, statuses=status_tables(), rules=Rules(zone=ZoneInfo("Europe/Paris"))).close()
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".db"}


def test_a_good_backup_takes_the_place_and_the_old_files_are_kept(tmp_path: Path) -> None:
    desk = made(tmp_path / "desk")
    copy_files(desk, KEY, tmp_path / "backup")
    for path in (tmp_path / "backup").iterdir():
        path.chmod(0o444)  # a stick that is write-protected
    before = content(desk)
    aside = restore(desk, tmp_path / "backup", KEY, now=NOW)
    assert {name: (aside / name).read_bytes() for name in before} == before
    assert content(desk) == content(tmp_path / "backup")
    made(desk)  # and it opens
    assert sorted(path.name for path in desk.iterdir() if path.is_dir()) == [aside.name]


def test_another_machines_backup_is_refused_before_anything_is_replaced(tmp_path: Path) -> None:
    desk = made(tmp_path / "desk")
    made(tmp_path / "other", OTHER)
    before = content(desk)
    with pytest.raises(Refused) as refused:
        restore(desk, tmp_path / "other", KEY, now=NOW)
    assert "made with another key" in str(refused.value)
    assert str(desk) in str(refused.value)  # where the right one belongs
    assert content(desk) == before
    assert not list(desk.glob("*restor*"))


@pytest.mark.parametrize("name", ["journal.db", "main.db"])
@pytest.mark.parametrize("damage", ["flip", "empty", "gone"])
def test_a_damaged_backup_is_refused_before_anything_is_replaced(
    tmp_path: Path, name: str, damage: str
) -> None:
    desk = made(tmp_path / "desk")
    copy_files(desk, KEY, tmp_path / "backup")
    path = tmp_path / "backup" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data if damage == "flip" else b"")
    if damage == "gone":
        path.unlink()
    before = content(desk)
    with pytest.raises(Refused, match=name):
        restore(desk, tmp_path / "backup", KEY, now=NOW)
    assert content(desk) == before


def test_an_open_desk_is_not_replaced(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    rules = Rules(zone=ZoneInfo("Europe/Paris"))
    store = open_store(desk, KEY, statuses=status_tables(), rules=rules)
    copy_files(desk, KEY, tmp_path / "backup")  # reading is allowed
    with pytest.raises(StoreProblem, match="The desk is open"):
        restore(desk, tmp_path / "backup", KEY, now=NOW)
    store.close()
