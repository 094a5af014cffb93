"""The key of the files: from the environment, the keyring or a file of its own, and never made twice."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import data_key
from wismo_desk.settings.folders import ENVIRONMENT, data_folder, practice_folder
from wismo_desk.settings.secrets import _ENVIRONMENT, _FILE


class Ring(KeyringBackend):
    """A keyring in memory; `locked` answers no more."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        self.kept[service, username] = password


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    monkeypatch.delenv(_ENVIRONMENT, raising=False)
    before, made = keyring.get_keyring(), Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_the_environment_comes_first(tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(_ENVIRONMENT, "ab" * 32)
    assert data_key(tmp_path) == (b"\xab" * 32, "environment")
    assert ring.kept == {}
    for wrong in ("ab" * 31, "zz" * 32):
        monkeypatch.setenv(_ENVIRONMENT, wrong)
        with pytest.raises(SettingsProblem, match="is not 64 hexadecimal digits"):
            data_key(tmp_path)


def test_the_keyring_keeps_one_key_per_folder(tmp_path: Path, ring: Ring) -> None:
    key, where = data_key(tmp_path)
    assert (len(key), where) == (32, "keyring")
    assert data_key(tmp_path) == (key, "keyring")
    assert data_key(tmp_path / "practice")[0] != key
    assert list(tmp_path.iterdir()) == []


def test_without_a_keyring_it_is_a_file_that_others_cannot_read(
    tmp_path: Path, ring: Ring, caplog: pytest.LogCaptureFixture
) -> None:
    ring.locked = True
    with caplog.at_level(logging.WARNING):
        key, where = data_key(tmp_path / "desk")
    assert where == "file"
    assert "no OS keyring answers" in caplog.text
    assert key.hex() not in caplog.text
    path = tmp_path / "desk" / _FILE
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    ring.locked = False  # and stays the key, also when a keyring turns up
    assert data_key(tmp_path / "desk") == (key, "file")


def test_a_damaged_key_file_is_never_replaced(tmp_path: Path, ring: Ring) -> None:
    (tmp_path / _FILE).write_text("oops")
    with pytest.raises(SettingsProblem, match="Put the right one back"):
        data_key(tmp_path)
    assert (tmp_path / _FILE).read_text() == "oops"


def test_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "here"))
    assert data_folder() == tmp_path / "here"
    assert practice_folder() == tmp_path / "here" / "practice"
    monkeypatch.delenv(ENVIRONMENT)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder().is_absolute()
