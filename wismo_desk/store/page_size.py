"""How large the pages of an encrypted file are; and the main file written anew with smaller ones.

A word of a carrier changes some bytes on each of five pages, and a page is encrypted and hashed whole: by pages of half
the size a burst of news costs a third less. The journal, which is only appended to, keeps SQLCipher's own size.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final

from sqlcipher3 import dbapi2

USUAL: Final = 4096  # SQLCipher's own
SMALL: Final = 2048  # smaller still, and a fact would no longer fit on one
_SIZES: Final = (SMALL, USUAL)
_SALT: Final = 16
_HASH: Final = 64  # HMAC-SHA512
_ROUNDS: Final = 2  # of the hash's key (zetetic.net/sqlcipher/design: PRAGMA fast_kdf_iter)
_MASK: Final = 0x3A
_WAL_MAGIC: Final = (0x377F0682, 0x377F0683)  # sqlite.org/fileformat2.html#walformat
_JOURNAL_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")  # sqlite.org/fileformat2.html#the_rollback_journal
_ANEW: Final = ".anew"
_SPARE: Final = 200 * 1024 * 1024  # what is left of the disk, at least
_default = Lock()


def size_of(path: Path, key: bytes, *, fresh: int = USUAL) -> int:
    """Bytes of a page, by the hash of the file's first one, else by what its log or its rollback journal says; `fresh`
    of a file that is not there yet, and of one that is damaged."""
    first = _begins(path, max(_SIZES))
    if len(first) >= min(_SIZES):
        secret = hashlib.pbkdf2_hmac(
            "sha512", key, bytes(byte ^ _MASK for byte in first[:_SALT]), _ROUNDS, 32
        )
        for size in _SIZES:
            hashed = hmac.new(
                secret, first[_SALT : size - _HASH] + (1).to_bytes(4, "little"), "sha512"
            ).digest()
            if hmac.compare_digest(hashed, first[size - _HASH : size]):
                return size
    log = _begins(path.with_name(f"{path.name}-wal"), 32)
    said = int.from_bytes(log[8:12], "big")
    if int.from_bytes(log[:4], "big") in _WAL_MAGIC and said in _SIZES:
        return said
    before = _begins(path.with_name(f"{path.name}-journal"), 28)
    said = int.from_bytes(before[24:28], "big")
    if before[:8] == _JOURNAL_MAGIC and said in _SIZES:
        return said
    return fresh


def make_small(path: Path, key: bytes) -> bool:
    """Writes the file anew with small pages; the caller has it locked, nobody writes to it. False where it has them,
    where it is damaged, where the disk has no room for both or somebody reads it: then it stays as it is."""
    anew = path.with_name(f"{path.name}{_ANEW}")
    with suppress(OSError):
        anew.unlink(missing_ok=True)
    if not path.exists() or not path.stat().st_size or size_of(path, key, fresh=SMALL) == SMALL:
        return False
    if shutil.disk_usage(path.parent).free < path.stat().st_size * 5 // 4 + _SPARE:
        return False
    try:
        if not _exported(path, key, anew):
            return False
        _give_rights(path, anew)
        _reach_disk(anew)
        anew.replace(path)
        _reach_disk(path.parent)
    except (dbapi2.DatabaseError, OSError):
        return False
    finally:
        with suppress(OSError):
            anew.unlink(missing_ok=True)
    return True


@contextmanager
def copies_sized(size: int) -> Iterator[None]:
    """`VACUUM INTO` takes the size of its pages from SQLCipher's default, which every connection of ours overrides."""
    with _default, _plain_connection() as connection:
        connection.execute(f"PRAGMA cipher_default_page_size = {size}")
        try:
            yield
        finally:
            connection.execute(f"PRAGMA cipher_default_page_size = {USUAL}")


@contextmanager
def _plain_connection() -> Iterator[Any]:
    connection = dbapi2.connect(":memory:", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def _exported(path: Path, key: bytes, anew: Path) -> bool:
    file = dbapi2.connect(str(path), isolation_level=None, timeout=0.2)
    try:
        file.execute("PRAGMA cipher_log_level = NONE")
        file.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        file.execute(f"PRAGMA cipher_page_size = {USUAL}")
        file.execute("PRAGMA journal_mode = WAL")
        busy, _, _ = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            return False
        file.execute("ATTACH DATABASE ? AS anew KEY \"x'" + key.hex() + "'\"", (str(anew),))
        for setting in (f"cipher_page_size = {SMALL}", "journal_mode = OFF", "synchronous = OFF"):
            file.execute(f"PRAGMA anew.{setting}")
        file.execute("SELECT sqlcipher_export('anew')").fetchall()
        file.execute("DETACH DATABASE anew")
        # Once it is no longer kept, nobody shall find its log beside the other one.
        mode = file.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        return bool(mode == "delete")
    finally:
        file.close()


def _give_rights(path: Path, anew: Path) -> None:
    """Several people share a bench: whoever starts it first after an update shall not keep the others out."""
    with suppress(OSError):  # of a group that is not one's own
        if os.name == "posix":
            os.chown(anew, -1, path.stat().st_gid)
        shutil.copymode(path, anew)


def _reach_disk(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows knows no such thing of a folder
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _begins(path: Path, count: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError:
        return b""
