"""What stands in a station's encrypted files, page by page, whether SQLite still reads it or not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

pytest.importorskip("cryptography", reason="encrypted pages cannot be read without the package cryptography")

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wismo_desk.store.page_size import Pages, pages_of

_SALT, _IV = 16, 16  # SQLCipher 4
_WAL_HEADER, _FRAME_HEADER = 32, 24


def raw_pages(path: Path, key: bytes) -> bytes:
    """Every page of a database file, or of its write-ahead log, as it is without its encryption."""
    data = path.read_bytes()
    is_log = path.name.endswith("-wal")
    pages = pages_of(path.with_name(path.name.removesuffix("-wal")), key)
    if is_log:
        return b"".join(_frames(data, key, pages))
    return b"".join(
        _plain(data[start : start + pages.size], key, pages, start == 0)
        for start in range(0, len(data), pages.size)
    )


def _frames(data: bytes, key: bytes, pages: Pages) -> list[bytes]:
    size, found = _FRAME_HEADER + pages.size, []
    for start in range(_WAL_HEADER, len(data) - size + 1, size):
        (number,) = struct.unpack(">I", data[start : start + 4])
        page = data[start + _FRAME_HEADER : start + size]
        found.append(_plain(page, key, pages, number == 1))
    return found


def _plain(page: bytes, key: bytes, pages: Pages, first: bool) -> bytes:
    skip = _SALT if first else 0
    ends = pages.size - pages.hashed.width - _IV
    iv = page[ends : ends + _IV]
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return cipher.update(page[skip:ends]) + cipher.finalize()
