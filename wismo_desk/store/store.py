"""The store as flows see it: one commit, the changes it made, and the two files behind it."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from filelock import FileLock, Timeout

from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order import Party
from wismo_desk.domain.status import Codes
from wismo_desk.domain.watching import UnmappedCode
from wismo_desk.errors import DeskIsOpen, DiskFull, StoreProblem
from wismo_desk.store.ballast import Ballast
from wismo_desk.store.claim_files import ClaimFiles
from wismo_desk.store.codec import facts_text, said_party
from wismo_desk.store.copies import JOURNAL as JOURNAL
from wismo_desk.store.copies import MAIN as MAIN
from wismo_desk.store.copies import refuse_lost_journal
from wismo_desk.store.engine import Source, Writer, reader, roll_back, writer
from wismo_desk.store.foresight import Foresight
from wismo_desk.store.inbox import Inbox
from wismo_desk.store.journal import Entry, Journal
from wismo_desk.store.looks import Looks
from wismo_desk.store.main_file import MainFile
from wismo_desk.store.notice_ledger import SqlNotices, local_notices
from wismo_desk.store.outbox import Outbox
from wismo_desk.store.page_size import make_quick, quickest
from wismo_desk.store.personal import Personal
from wismo_desk.store.queries import Queries
from wismo_desk.store.shared_serial import Serials

log = logging.getLogger(__name__)

LOCK = "journal.lock"
_KEEP_LABELS = timedelta(days=30)
_NOBODY = Party()
_ROOM = 200 * 1024 * 1024  # new work is refused below this much free disk
# Of the main file: a burst of carriers' news is not stopped each 4 MB to be copied (215 ms); `judge_due` does it.
_LOG_PAGES = 20_000
_CACHE_KB = (
    8_000  # of what it writes: a row stands in many indexes, and a page that is not kept is decrypted again
)
_JOURNAL_LOG_PAGES = 4_000  # likewise: one scan in a hundred would do the copying for the others


class Store:
    """`read` answers questions; `commit` writes the journal (that is *the* commit) and folds it."""

    reads_only = False  # of a desk that is open in another process

    def __init__(
        self,
        folder: Path,
        lock: FileLock,
        files: tuple[Writer, Writer],
        main: MainFile,
        read: Queries,
        claim_files: ClaimFiles,
    ) -> None:
        self.folder = folder
        self._lock = lock
        self._files = files
        self._main = main
        self._order = threading.RLock()  # facts reach the main file in the journal's order
        self._ballast = Ballast(folder)
        self._behind = False  # the journal holds what the main file could not take
        self.source: Source  # of what windows read; `open` sets it
        self.read = read
        self.journal = Journal(files[0])
        self.outbox = Outbox(files[0], self.journal.last_seq)  # for sync only, like `inbox`
        self.claim_files = claim_files
        self.personal = Personal(files[0], files[1], main, claim_files)
        self.inbox = Inbox(files[1], main, erased=self.personal.clear_new)
        self.looks = Looks(files[1])
        self.foresight = Foresight(files[1])
        self.serials = Serials(files[0])
        self.notices: SqlNotices = local_notices(files[0])  # where there is no shared database

    @classmethod
    def open(cls, folder: Path, key: bytes, *, statuses: Mapping[str, str], rules: Rules) -> Store:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise DeskIsOpen(
                "The desk is already open on this computer with the folder {folder}, in a window or as "
                "a worker without one. Use that window, or end the worker first.",
                folder=str(folder),
            ) from error
        files: tuple[Writer, ...] = ()
        try:
            for name in (JOURNAL, MAIN):
                roll_back(folder / name, key)
            refuse_lost_journal(folder, key)
            journal = writer(folder / JOURNAL, key, synchronous="FULL", log_pages=_JOURNAL_LOG_PAGES)
            files = (journal,)
            if make_quick(folder / MAIN, key, quickest()):
                log.info("main.db was written anew with quicker pages")
            copy = writer(
                folder / MAIN,
                key,
                synchronous="NORMAL",
                log_pages=_LOG_PAGES,
                cache_kb=_CACHE_KB,
                pages=quickest(),
            )
            files = (journal, copy)
            main = MainFile(copy, statuses=statuses, rules=rules)
            read = Queries(reader(folder / MAIN, key))
            store = cls(folder, lock, (journal, copy), main, read, ClaimFiles.beside(folder, key))
            store.source = Source(folder / MAIN, key)
            store.catch_up(datetime.now(UTC))
        except BaseException:
            for file in files:
                file.close()
            lock.release()
            raise
        return store

    def commit(self, entry: Entry, *, written: Callable[[], None] = lambda: None) -> Changes:
        """Journal first, fsync, then the fold. What the fold misses, by a crash or a full disk, it catches up
        at the next start or before the next commit. Raises StoreProblem when nothing was written. What has
        already been done outside is written down on the fullest disk, as long as there is ballast.

        `written` is called between the two, by then the entry is kept: to start what must not wait for the fold."""
        if not entry.is_outcome and shutil.disk_usage(self.folder).free < _ROOM:
            raise StoreProblem(
                "Less than {room} MB are free on this disk: no new work is taken in. Free some space.",
                room=_ROOM // 1024 // 1024,
            )
        if not (entry.facts or entry.parties or self._behind):
            self._write(entry)  # nothing to fold: it need not wait for another's fold either
            written()
            return Changes(effects=bool(entry.effects or entry.moves))
        with self._order:
            entry = self.journal.linked(self._lawful(entry))
            if self._behind:
                self._follow(entry)
            said = facts_text(entry.facts)
            seq = self._write(entry, said)
            written()
            changes = _named(entry) if self._behind else self._fold(entry, seq, said)
        if any(fact.kind is FactKind.PERSON_ERASED for fact in entry.facts):
            self.personal.clear_new()
        return changes | Changes(effects=bool(entry.effects or entry.moves))

    def give_way_to(self, wait: Callable[[], object]) -> None:
        """`wait` comes back when the bench rests: long work on a file asks it between two transactions."""
        for file in self._files:
            file.waits = wait

    def give_way(self) -> None:
        """Between two pieces of long reading: go on when the bench rests."""
        self._files[1].waits()

    def _lawful(self, entry: Entry) -> Entry:
        """Nobody who was erased comes back, whoever brings the order again."""
        new = [order for order, party, _ in entry.parties if party != _NOBODY]
        gone = self.personal.erased(new) if new else ()
        if not gone:
            return entry
        return replace(entry, parties=tuple(one for one in entry.parties if one[0] not in gone))

    def _follow(self, entry: Entry) -> None:
        """Nothing new while the main file is behind; an outcome is written down and folded later with the rest."""
        try:
            self.catch_up(entry.at)
        except StoreProblem:
            if not entry.is_outcome:
                raise

    def _write(self, entry: Entry, said: str = "") -> int:
        try:
            return self.journal.commit(entry, said)
        except DiskFull:
            if not entry.is_outcome or not self._ballast.drop():
                raise
            return self.journal.commit(entry, said)

    def lay_ballast(self) -> bool:
        """Keep some of the disk aside for the day it is full; call it now and then. Whether it is there."""
        return self._ballast.lay(leave=_ROOM)

    def _fold(self, entry: Entry, seq: int, said: str) -> Changes:
        parties = [
            (order, said_party(order, party, note, entry.facts)) for order, party, note in entry.parties
        ]
        try:
            return self._main.apply(
                entry.facts, parties, now=entry.at, journal=self.journal.journal_id, seq=seq, said=said
            )
        except StoreProblem:
            # It is committed: to say otherwise would have it done a second time.
            log.exception("the main file is behind the journal")
            self._behind = True
            return _named(entry)

    def catch_up(self, now: datetime) -> Changes:
        """Fold what the journal has and the main file has not."""
        with self._order:
            journal, high = self._main.high_water()
            if journal != self.journal.journal_id:
                high = 0
            changes = Changes()
            while facts := self.journal.facts_after(high):
                parties = self.journal.parties_after(high)
                high = facts[-1][0]
                changes |= self._main.apply(
                    [fact for _, fact in facts], parties, now=now, journal=self.journal.journal_id, seq=high
                )
            self._behind = False
        self.personal.clear_new()
        return changes

    def newest_id(self, station: str, *, before: UUID | None = None) -> UUID | None:
        """The largest id `station`, or any when it is empty, gave a fact: its next ones must be larger, whatever
        its clock says. `before`: only what is smaller than that counts."""
        return self._main.newest_id(station, before=before)

    @property
    def codes(self) -> Mapping[str, Codes]:
        """What each carrier's codes mean here: a live mapping."""
        return self._main.codes

    def unmapped(self, since: datetime) -> list[UnmappedCode]:
        return self._main.unmapped(since)

    @property
    def rules(self) -> Rules:
        """The anomaly rules as they hold now."""
        return self._main.rules

    def judge_due(self, now: datetime) -> Changes:
        """One tick of the rules, and the pause in which the files take their logs in."""
        changes = self._main.judge_due(now)
        try:
            for file in self._files:
                file.ease()
        except StoreProblem as problem:
            if not changes:
                raise
            log.warning("%s", problem)  # said at a tick that finds nothing; what this one found is said now
        return changes

    def rebuild(self) -> int:
        """Fold everything again; returns the number of facts."""
        return self._main.rebuild()

    def check(self) -> list[str]:
        """What SQLite and SQLCipher find wrong, by file; empty when all is well."""
        found = []
        for name, file in ((JOURNAL, self._files[0]), (MAIN, self._files[1])):
            try:
                # A page that a power cut tore in the file is whole in the log: put it there before looking.
                file.run("PRAGMA wal_checkpoint(TRUNCATE)")
                rows = [*file.run("PRAGMA cipher_integrity_check"), *file.run("PRAGMA integrity_check")]
            except StoreProblem as problem:  # too damaged to be looked through
                rows = [(problem.raw,)]
            found += [f"{name}: {row[0]}" for row in rows if row[0] != "ok"]
        return found

    def close(self, now: datetime | None = None) -> None:
        """Checkpoint, drop from the journal what the main file now holds on disk and, by `now`, labels past their
        time; release the lock."""
        self.read.close()  # an open reader would keep the checkpoint from finishing
        self.claim_files.close()
        self.personal.wipe()
        busy, _, _ = self._files[1].run("PRAGMA wal_checkpoint(TRUNCATE)")[0]
        journal, high = self._main.high_water()
        acked = self.outbox.acked()
        self.outbox.keep_acked()
        if acked is not None:
            high = min(high, acked)  # what the shared database has not accepted stays
        if journal == self.journal.journal_id and not busy:
            self.journal.prune(high, (now or datetime.now(UTC)) - _KEEP_LABELS)
        self._files[0].run("PRAGMA wal_checkpoint(TRUNCATE)")
        for file in self._files:
            file.close()
        self._lock.release()


def _named(entry: Entry) -> Changes:
    """What an entry speaks of, for as long as its fold waits."""
    return Changes(
        orders=frozenset(fact.order_id for fact in entry.facts if fact.order_id),
        shipments=frozenset(fact.shipment_id for fact in entry.facts if fact.shipment_id),
    )
