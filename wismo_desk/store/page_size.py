"""The pages of an encrypted file, how large and how hashed; and the main file written anew with quicker ones.

A word of a carrier changes some bytes on each of five pages, and a page is encrypted and hashed whole: by pages of half
the size a burst of news costs a third less, and by SHA-256 a seventh less where the processor knows it. The journal,
which is only appended to, keeps SQLCipher's own.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from sqlcipher3 import dbapi2

_SALT: Final = 16
_ROUNDS: Final = 2  # of the hash's key (zetetic.net/sqlcipher/design: PRAGMA fast_kdf_iter)
_MASK: Final = 0x3A
_WAL_MAGIC: Final = (0x377F0682, 0x377F0683)  # sqlite.org/fileformat2.html#walformat
_WAL_HEAD: Final = 32
_FRAME_HEAD: Final = 24
_JOURNAL_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")  # sqlite.org/fileformat2.html#the_rollback_journal
_LOOKED_AT: Final = 1 << 17  # bytes of a log or rollback journal in which a whole page is looked for
_ANEW: Final = ".anew"
_SPARE: Final = 200 * 1024 * 1024  # what is left of the disk, at least
_QUICKER: Final = 1.25  # less gain is not worth to write a file anew
_default = Lock()


class Hash(Enum):
    """Of a page, as SQLCipher names it."""

    SHA512 = "HMAC_SHA512"  # its own
    SHA256 = "HMAC_SHA256"

    @property
    def digest(self) -> str:
        return self.name.lower()

    @property
    def width(self) -> int:
        """In bytes; they stand at the end of the page."""
        return int(hashlib.new(self.digest).digest_size)


@dataclass(frozen=True, slots=True)
class Pages:
    """`size` in bytes."""

    size: int
    hashed: Hash

    def settings(self, file: str = "") -> tuple[str, str]:
        """What a connection must be told before it reads; `file`: its name and a dot, of an attached one."""
        return (
            f"PRAGMA {file}cipher_page_size = {self.size}",
            f"PRAGMA {file}cipher_hmac_algorithm = {self.hashed.value}",
        )


USUAL: Final = Pages(4096, Hash.SHA512)  # SQLCipher's own
SMALL: Final = Pages(2048, Hash.SHA512)  # smaller still, and a fact would no longer fit on one
QUICK: Final = Pages(2048, Hash.SHA256)
_KNOWN: Final = (QUICK, SMALL, USUAL)


@cache
def quickest() -> Pages:
    """Of a main file made on this computer: a processor without instructions for SHA-256 takes longer for it."""
    page, least = bytes(SMALL.size), dict[Hash, float]()
    for _ in range(7):  # whatever else the machine does lengthens some of them
        for kind in Hash:
            began = time.perf_counter()
            for _ in range(20):
                hashlib.new(kind.digest, page).digest()
            taken = time.perf_counter() - began
            least[kind] = min(taken, least.get(kind, taken))
    return QUICK if least[Hash.SHA256] * _QUICKER < least[Hash.SHA512] else SMALL


def pages_of(path: Path, key: bytes, *, fresh: Pages = USUAL) -> Pages:
    """By the hash of the file's first page, else of one in its log or its rollback journal; `fresh` of a file that is
    not there yet, and of one that is damaged."""
    first = _begins(path, max(pages.size for pages in _KNOWN))
    for page, number, known in ((first, 1, _KNOWN), *_logged(path), *_journalled(path)):
        secret = _secret(key, page if number == 1 else first)
        for pages in known:
            if _is_whole(page, number, pages, secret):
                return pages
    return fresh


def unlock(connection: Any, path: Path, key: bytes, *, fresh: Pages = USUAL) -> None:
    """Tells a plain connection to `path` all that it must know to read it."""
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    for setting in pages_of(path, key, fresh=fresh).settings():
        connection.execute(setting)


def _secret(key: bytes, first: bytes) -> bytes:
    """Of the hashes; `first`: what the file begins with."""
    salt = bytes(byte ^ _MASK for byte in first[:_SALT])
    return hashlib.pbkdf2_hmac("sha512", key, salt, _ROUNDS, 32)


def _is_whole(page: bytes, number: int, pages: Pages, secret: bytes) -> bool:
    if len(page) < pages.size:
        return False
    begins, ends = _SALT if number == 1 else 0, pages.size - pages.hashed.width
    said = page[begins:ends] + number.to_bytes(4, "little")
    return hmac.compare_digest(hmac.digest(secret, said, pages.hashed.digest), page[ends : pages.size])


def _sized(size: int) -> tuple[Pages, ...]:
    return tuple(pages for pages in _KNOWN if pages.size == size)


_Seen = tuple[bytes, int, tuple[Pages, ...]]  # a page, its number, what it may be


def _logged(path: Path) -> Iterator[_Seen]:
    log = _begins(path.with_name(f"{path.name}-wal"), _LOOKED_AT)
    size = int.from_bytes(log[8:12], "big")
    if int.from_bytes(log[:4], "big") in _WAL_MAGIC and _sized(size):
        for start in range(_WAL_HEAD, len(log), _FRAME_HEAD + size):
            page = log[start + _FRAME_HEAD :][:size]
            yield page, int.from_bytes(log[start : start + 4], "big"), _sized(size)


def _journalled(path: Path) -> Iterator[_Seen]:
    before = _begins(path.with_name(f"{path.name}-journal"), _LOOKED_AT)
    sector, size = (int.from_bytes(before[start : start + 4], "big") for start in (20, 24))
    if before[:8] == _JOURNAL_MAGIC and sector and _sized(size):
        for start in range(sector, len(before), 4 + size + 4):
            page = before[start + 4 :][:size]
            yield page, int.from_bytes(before[start : start + 4], "big"), _sized(size)


def make_quick(path: Path, key: bytes, pages: Pages) -> bool:
    """Writes the file anew with such pages; the caller has it locked, nobody writes to it. False where it has them or
    better ones, where it is damaged, where the disk has no room for both or somebody reads it: then it stays as it is.
    """
    anew = path.with_name(f"{path.name}{_ANEW}")
    with suppress(OSError):
        anew.unlink(missing_ok=True)
    if not path.exists() or not path.stat().st_size:
        return False
    found = pages_of(path, key, fresh=pages)
    if found in _KNOWN[: _KNOWN.index(pages) + 1]:
        return False
    if shutil.disk_usage(path.parent).free < path.stat().st_size * 5 // 4 + _SPARE:
        return False
    try:
        if not _exported(path, key, anew, found, pages):
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
def copies_have(pages: Pages) -> Iterator[None]:
    """`VACUUM INTO` takes its pages from SQLCipher's defaults, which every connection of ours overrides."""
    with _default, _plain_connection() as connection:
        _make_default(connection, pages)
        try:
            yield
        finally:
            _make_default(connection, USUAL)


def _make_default(connection: Any, pages: Pages) -> None:
    connection.execute(f"PRAGMA cipher_default_page_size = {pages.size}")
    connection.execute(f"PRAGMA cipher_default_hmac_algorithm = {pages.hashed.value}")


@contextmanager
def _plain_connection() -> Iterator[Any]:
    connection = dbapi2.connect(":memory:", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def _exported(path: Path, key: bytes, anew: Path, found: Pages, pages: Pages) -> bool:
    file = dbapi2.connect(str(path), isolation_level=None, timeout=0.2)
    try:
        file.execute("PRAGMA cipher_log_level = NONE")
        unlock(file, path, key, fresh=found)
        file.execute("PRAGMA journal_mode = WAL")
        busy, _, _ = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            return False
        file.execute("ATTACH DATABASE ? AS anew KEY \"x'" + key.hex() + "'\"", (str(anew),))
        for setting in pages.settings("anew."):
            file.execute(setting)
        file.execute("PRAGMA anew.journal_mode = OFF")
        file.execute("PRAGMA anew.synchronous = OFF")
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
