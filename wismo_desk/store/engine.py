"""Opening SQLite as a station must: encrypted, WAL, and a commit that has reached the disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool, StaticPool
from sqlcipher3 import dbapi2

from wismo_desk.errors import DiskFull, StoreProblem
from wismo_desk.store.page_size import USUAL, Pages, unlock

_FIXED_WAL_RESET: Final = (3, 51, 3)  # earlier SQLite can corrupt a WAL that two connections reset
_NETWORK: Final = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"}

_BREATH_S: Final = 0.004
# Of each connection that reads: SQLCipher's own 8 MB read the grid's pages not a bit sooner, and there are three.
_READ_KB: Final = 2_000


@dataclass(frozen=True, slots=True)
class Source:
    """A file and its key: what it takes to open it once more."""

    path: Path
    key: bytes = field(repr=False)


class Writer:
    """The one writing connection of a file, lent to one thread at a time."""

    def __init__(self, engine: Engine, path: Path, connect: Callable[[], Any]) -> None:
        self._engine = engine
        self._path = path
        self._connect = connect
        self._lock = threading.RLock()
        self._door, self._waiting = threading.Lock(), 0
        self.waits: Callable[[], object] = lambda: None  # until the bench rests; the desk sets it

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any exception."""
        if not self._lock.acquire(blocking=False):
            with self._door:
                self._waiting += 1
            self._lock.acquire()
            with self._door:
                self._waiting -= 1
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise _told(str(error.orig), self._path) or error from error
        finally:
            self._lock.release()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for it just now: long work ends its transaction then, and breathes."""
        return self._waiting > 0

    def breathe(self) -> None:
        """Between two transactions: a lock that is let go and taken at once is never anybody else's."""
        time.sleep(_BREATH_S)

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """A connection of its own for a question that takes seconds: nobody who writes meanwhile waits for it."""
        engine = create_engine("sqlite:///file", creator=self._connect, module=dbapi2, poolclass=NullPool)
        try:
            with engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise _told(str(error.orig), self._path) or error from error

    def give_way(self) -> None:
        """Between two transactions of work that has time: until the bench rests."""
        self.breathe()
        self.waits()

    def run(self, statement: str) -> list[Any]:
        """Outside any transaction: VACUUM INTO, checkpoints, integrity checks."""
        with self._lock, self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            try:
                return list(raw.execute(statement).fetchall())
            except dbapi2.DatabaseError as error:
                raise _told(str(error), self._path) or error from error

    def ease(self) -> None:
        """In a pause: copy the log into the file as far as no reader needs it. Over a connection of its own, so that
        nobody who writes meanwhile waits."""
        self.waits()  # a commit that must reach the disk would wait for what this writes
        connection = self._connect()
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except dbapi2.DatabaseError as error:
            raise _told(str(error), self._path) or error from error
        finally:
            connection.close()

    def close(self) -> None:
        with self._lock:
            self._engine.dispose()


def _told(raw: str, path: Path) -> StoreProblem | None:
    """A full, read-only or failing disk is the world's fault; anything else SQL says is a bug of ours."""
    if "malformed" in raw or "not a database" in raw:
        return _unreadable(path, raw)
    if "full" in raw:
        return DiskFull("The disk is full: nothing was taken in. Free some space, then scan again.", raw=raw)
    if "readonly" in raw or "disk I/O" in raw or "locked" in raw:
        return StoreProblem(
            "The data file cannot be written: nothing was taken in. Check the disk, then scan again.", raw=raw
        )
    return None


def writer(
    path: Path,
    key: bytes,
    *,
    synchronous: str,
    log_pages: int = 1000,
    cache_kb: int = 2000,
    pages: Pages = USUAL,
) -> Writer:
    """Every transaction is BEGIN IMMEDIATE: none can fail half-way for want of the write lock. `log_pages`: how long
    the log may grow before a commit copies it into the file. `cache_kb`: pages that are kept decrypted, at most.
    `pages`: of a file that is made now."""
    _refuse_unsafe(path)

    def connect() -> Any:
        connection = _connect(
            path,
            key,
            synchronous=synchronous,
            log_pages=log_pages,
            pages=pages,
        )
        connection.execute(f"PRAGMA cache_size = -{cache_kb}")
        return connection

    engine = create_engine(
        "sqlite:///file",
        creator=connect,
        module=dbapi2,
        poolclass=StaticPool,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return Writer(engine, path, connect)


def reader(path: Path, key: bytes) -> Engine:
    """Read-only connections for windows; a plain BEGIN never takes the write lock."""

    def connect() -> Any:
        connection = _connect(path, key, synchronous="OFF", read_only=True)
        connection.execute(f"PRAGMA cache_size = -{_READ_KB}")
        return connection

    engine = create_engine(
        "sqlite:///file",
        creator=connect,
        module=dbapi2,
        poolclass=QueuePool,
        pool_size=3,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    @event.listens_for(engine, "handle_error")
    def tell(context: Any) -> None:
        raw = str(context.original_exception)
        if "malformed" in raw or "disk I/O" in raw or "not a database" in raw:
            raise _unreadable(path, raw)

    return engine


def onlooker(path: Path, key: bytes) -> Writer:
    """What takes a writer, over a file that another process has open: reads, and is refused when it writes."""

    def connect() -> Any:
        return _connect(path, key, synchronous="OFF", read_only=True)

    engine = create_engine("sqlite:///file", creator=connect, module=dbapi2, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return Writer(engine, path, connect)


@contextmanager
def looking(path: Path, key: bytes) -> Iterator[Any]:
    """One plain read-only connection, also to a file another process is writing. Raises StoreProblem for a
    file that cannot be read or copied."""
    connection = _connect(path, key, synchronous="OFF", read_only=True)
    try:
        yield connection
    except dbapi2.DatabaseError as error:
        raise _told(str(error), path) or _unreadable(path, str(error)) from error
    finally:
        connection.close()


def roll_back(path: Path, key: bytes) -> None:
    """Of a file that was on its way into or out of WAL when its desk was killed: its rollback journal stands beside it,
    and until that is applied nobody can open it to read. The caller has the file locked."""
    journal = path.with_name(f"{path.name}-journal")
    if path.exists() and journal.exists() and journal.stat().st_size:
        _connect(path, key, synchronous="FULL").close()


def _connect(
    path: Path,
    key: bytes,
    *,
    synchronous: str,
    read_only: bool = False,
    log_pages: int = 1000,
    pages: Pages = USUAL,
) -> Any:
    mode = "ro" if read_only else "rwc"
    try:
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
    except dbapi2.OperationalError as error:
        raise _unreadable(path, str(error)) from error
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        unlock(connection, path, key, fresh=pages)
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {log_pages}")
            connection.execute(
                "PRAGMA secure_delete = ON"
            )  # what is dropped is overwritten, erasures above all
        connection.execute("SELECT count(*) FROM sqlite_master")
    except dbapi2.DatabaseError as error:
        connection.close()
        raise _unreadable(path, str(error)) from error
    return connection


def _unreadable(path: Path, raw: str) -> StoreProblem:
    if "unable to open" in raw:
        return StoreProblem(
            "The folder {folder} cannot be written. The desk needs the right to write there, and room on its disk.",
            folder=str(path.parent),
            raw=raw,
        )
    return StoreProblem(
        "The file {file} cannot be read: it is damaged or was made with another key. "
        "Restore a backup with `wismo-desk db restore`.",
        file=path.name,
        raw=raw,
    )


def _refuse_unsafe(path: Path) -> None:
    version = tuple(int(part) for part in dbapi2.sqlite_version.split("."))
    if version < _FIXED_WAL_RESET:
        raise StoreProblem(
            "This SQLite ({version}) can damage its files. Install the packages of installers/.",
            version=dbapi2.sqlite_version,
        )
    if str(path).startswith("\\\\") or _file_system(path) in _NETWORK:
        raise StoreProblem(
            "The data folder {folder} is on a network share, where a journal is not safe. "
            "Choose a folder on this computer.",
            folder=str(path.parent),
        )


def _file_system(path: Path) -> str:
    """The file system under `path` on Linux, "" elsewhere."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    best, kind = "", ""
    for line in mounts.read_text().splitlines():
        _, point, name, *_ = line.split()
        if str(path.absolute()).startswith(point) and len(point) >= len(best):
            best, kind = point, name
    return kind
