"""Photos and invoices of claims, on the desk that took them: a file of their own, encrypted with the desk's key.

Megabytes in the journal would keep a scan waiting for the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Column, Connection, Index, LargeBinary, MetaData, Table, Text, Uuid, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.store.copies import CLAIMS
from wismo_desk.store.engine import Writer, writer

metadata: Final = MetaData()
kept: Final = Table(
    # `name` and `content` may speak of a person: named in store/personal.py.
    "kept",
    metadata,
    Column("file", Text, primary_key=True),
    Column("order_id", Uuid(native_uuid=False), nullable=False),
    Column("name", Text, nullable=False),
    Column("media", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("kept_order", "order_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """`file` is its id, as the claim's facts name it."""

    file: str
    order_id: UUID
    name: str
    media: str
    content: bytes


class ClaimFiles:
    """Opened when it is first used: most desks make no claim in a day."""

    def __init__(self, folder: Path, open_writer: Callable[[Path], Writer]) -> None:
        self._path, self._open = folder / CLAIMS, open_writer
        self._writer: Writer | None = None
        self._lock = threading.Lock()

    @classmethod
    def beside(cls, folder: Path, key: bytes) -> ClaimFiles:
        return cls(folder, lambda path: writer(path, key, synchronous="FULL"))

    def keep(self, one: KeptFile) -> None:
        """The same file twice is one."""
        row = {
            "file": one.file,
            "order_id": one.order_id,
            "name": one.name,
            "media": one.media,
            "content": one.content,
        }
        with self._begin() as db:
            db.execute(upsert(kept).values(row).on_conflict_do_nothing())

    def get(self, file: str) -> KeptFile | None:
        """None: it is kept at another desk, or was erased."""
        if not self.is_there:
            return None
        with self._begin() as db:
            row = db.execute(select(kept).where(kept.c.file == file)).mappings().first()
        return KeptFile(**row) if row is not None else None

    def of_order(self, order_id: UUID) -> list[KeptFile]:
        if not self.is_there:
            return []
        with self._begin() as db:
            rows = db.execute(
                select(kept).where(kept.c.order_id == order_id).order_by(kept.c.file)
            ).mappings()
            return [KeptFile(**row) for row in rows]

    def drop(self, file: str) -> None:
        self._delete(lambda db: db.execute(delete(kept).where(kept.c.file == file)))

    def forget(self, orders: Collection[UUID]) -> None:
        """Of erased orders nothing stays, in the log neither."""
        wanted = list(orders)
        self._delete(lambda db: db.execute(delete(kept).where(kept.c.order_id.in_(wanted))))

    @property
    def is_there(self) -> bool:
        """Whether this desk ever kept one."""
        return self._path.exists()

    def close(self) -> None:
        with self._lock:
            opened, self._writer = self._writer, None
        if opened is not None:
            opened.run("PRAGMA wal_checkpoint(TRUNCATE)")
            opened.close()

    def _delete(self, work: Callable[[Connection], object]) -> None:
        if not self.is_there:
            return
        with self._begin() as db:
            work(db)
        self._get().run("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._get().begin() as db:
            yield db

    def _get(self) -> Writer:
        with self._lock:
            if self._writer is None:
                self._writer = self._open(self._path)
                with self._writer.begin() as db:
                    metadata.create_all(db)
            return self._writer
