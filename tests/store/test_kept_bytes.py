"""What is kept beside the main file is whole, of this version and ours, or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.store.engine import Source
from wismo_desk.store.kept_bytes import KeptBytes

CONTENT = b"lanes " * 500


@pytest.fixture
def kept(tmp_path: Path) -> KeptBytes:
    return KeptBytes.beside(Source(tmp_path / "main.db", bytes(32)), "forecast.table", "1")


def test_what_was_written_is_read_and_replaced(kept: KeptBytes) -> None:
    assert kept.read() is None
    kept.write(b"before")
    kept.write(CONTENT)
    assert kept.read() == CONTENT
    assert [path.name for path in kept.path.parent.iterdir()] == ["forecast.table"]


def test_any_turned_bit_and_any_cut_finds_nothing(kept: KeptBytes) -> None:
    """Naive twin: without the seal most of the turned bits still unpack, or raise."""
    kept.write(CONTENT)
    whole = kept.path.read_bytes()
    for at in range(len(whole)):
        kept.path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert kept.read() is None, at
        kept.path.write_bytes(whole[:at])
        assert kept.read() is None, at
    unsealed = bytearray(whole)
    unsealed[-1] ^= 1
    assert bytes(unsealed).startswith(whole[:40])  # a look at the head alone would let it through


def test_another_version_another_key_and_another_file_find_nothing(kept: KeptBytes) -> None:
    kept.write(CONTENT)
    assert KeptBytes(kept.path, kept.key, "2").read() is None
    assert KeptBytes(kept.path, b"x" * 32, "1").read() is None
    kept.path.write_text("not ours")
    assert kept.read() is None
