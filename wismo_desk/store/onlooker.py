"""The files of a desk that is open in another process: everything is read, nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock
from sqlalchemy import select

from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.status import Codes
from wismo_desk.errors import StoreProblem
from wismo_desk.store import main_tables as t
from wismo_desk.store.claim_files import ClaimFiles
from wismo_desk.store.copies import JOURNAL, MAIN
from wismo_desk.store.engine import Source, Writer, onlooker, reader
from wismo_desk.store.journal import Entry
from wismo_desk.store.judging import with_book
from wismo_desk.store.main_file import SCHEMA, MainFile
from wismo_desk.store.queries import Queries
from wismo_desk.store.store import LOCK, Store

_ONLY_READS: Final = (
    "The desk is open on this computer with the folder {folder}: from here its data can only be read. Do this in its "
    "window, or close it first."
)


class Onlooker(Store):
    """A store as far as it can be read; whatever writes is refused with StoreProblem. It shows what the open desk had
    committed when each question was put."""

    reads_only = True

    @classmethod
    def look(cls, folder: Path, key: bytes, *, statuses: Mapping[str, str], rules: Rules) -> Onlooker:
        files: tuple[Writer, ...] = ()
        try:
            files = (onlooker(folder / JOURNAL, key),)
            files = (*files, onlooker(folder / MAIN, key))
            journal, copy = files
            main = _LookedAt(copy, statuses=statuses, rules=rules)
            read = Queries(reader(folder / MAIN, key))
            store = cls(
                folder, FileLock(folder / LOCK), (journal, copy), main, read, ClaimFiles.beside(folder, key)
            )
            store.source = Source(folder / MAIN, key)
        except BaseException:
            for file in files:
                file.close()
            raise
        return store

    def commit(self, entry: Entry, *, written: Callable[[], None] = lambda: None) -> Changes:
        raise StoreProblem(_ONLY_READS, folder=str(self.folder))

    def judge_due(self, now: datetime) -> Changes:
        """The open desk does that."""
        return Changes()

    def rebuild(self) -> int:
        raise StoreProblem(_ONLY_READS, folder=str(self.folder))

    def close(self, now: datetime | None = None) -> None:
        self.read.close()
        for file in self._files:
            file.close()


class _LookedAt(MainFile):
    """The main file without what its owner does to it when it opens."""

    def __init__(self, writer: Writer, *, statuses: Mapping[str, str], rules: Rules) -> None:
        # Not the owner's constructor: that one makes tables and may fold everything anew.
        self._writer = writer
        self._statuses = statuses
        self.codes: dict[str, Codes] = {}
        with writer.begin() as connection:
            known = connection.scalar(select(t.meta.c.value).where(t.meta.c.name == "fold"))
            if known != SCHEMA:
                raise StoreProblem(
                    "The desk that is open is of another version than this command. Close it, then start both anew.",
                    raw=f"{known} ≠ {SCHEMA}",
                )
            self._read_codes(connection)
            self._rules = with_book(connection, rules)
