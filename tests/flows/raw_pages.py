"""What stands in a station's encrypted files, page by page, whether SQLite still reads it or not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

pytest.importorskip("cryptography", reason="encrypted pages cannot be read without the package cryptography")

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wismo_desk.store.page_size import size_of

_RESERVED, _SALT, _IV = 80, 16, 16  # SQLCipher 4
_WAL_HEADER, _FRAME_HEADER = 32, 24


def raw_pages(path: Path, key: bytes) -> bytes:
    """Every page of a database file, or of its write-ahead log, as it is without its encryption."""
    data = path.read_bytes()
    if path.name.endswith("-wal"):
        return b"".join(_frames(data, key))
    size = size_of(path, key)
    return b"".join(
        _plain(data[start : start + size], key, start == 0) for start in range(0, len(data), size)
    )


def _frames(data: bytes, key: bytes) -> list[bytes]:
    size, found = _FRAME_HEADER + int.from_bytes(data[8:12], "big"), []
    for start in range(_WAL_HEADER, len(data) - size + 1, size):
        (number,) = struct.unpack(">I", data[start : start + 4])
        page = data[start + _FRAME_HEADER : start + size]
        found.append(_plain(page, key, number == 1))
    return found


def _plain(page: bytes, key: bytes, first: bool) -> bytes:
    skip = _SALT if first else 0
    iv = page[-_RESERVED : _IV - _RESERVED]
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return cipher.update(page[skip:-_RESERVED]) + cipher.finalize()
