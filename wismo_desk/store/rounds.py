"""The rules' rounds over the main file: what is due by its own clock, and everything once when the rules changed.

A round reads over a connection of its own and sifts by arrays; only what differs is written, a few rows in each
transaction, for a scan comes in between. When anything was written meanwhile, what was read counts no more.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from heapq import merge
from itertools import islice, pairwise
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection

from wismo_desk.domain.anomaly import Rules
from wismo_desk.store import agenda
from wismo_desk.store.engine import Writer
from wismo_desk.store.judging import judge_rows
from wismo_desk.store.pace import Pace
from wismo_desk.store.soon import MOST, Piece, Soon

if TYPE_CHECKING:
    from wismo_desk.store.sieve import Sieve, Sifted
    from wismo_desk.store.situation_columns import Books, Ints, Situations

_ONE_BY_ONE: Final = 60  # shipments judged in the first transaction: some 6 ms
_JUDGED_S: Final = 0.02  # a scan may wait so long where many alarms are opened: each writes eight pages
_EASED: Final = (
    1_500  # so many judged, and the log is copied: else a commit does it, and holds all for 300 ms
)
_MOVED_S: Final = 0.005  # of instants, as many as are moved in that time
_MANY: Final = 1_000  # from here on arrays pay for the import of numpy
_STEP: Final = 50_000  # rows of a pass that are read at once
_PART: Final = 5_000  # of due ones: they are scattered
_READERS: Final = 2
_KEPT: Final = 100_000  # instants of the next minutes, of each half
_AHEAD: Final = 50_000  # rows of the agenda that a tick reads for the half hour that follows
_TRIES: Final = 4
_SWEPT: Final = "pass"  # how far the pass has come that changed rules want; "" when none is wanted
_AMONG: Final = "shipment.row IN (SELECT value FROM json_each(?))"
_WITHIN: Final = "shipment.row > ? AND shipment.row <= ?"


@dataclass(frozen=True, slots=True)
class _Asked:
    """`rows`: which they should be, of those that are due."""

    which: str
    values: tuple[int | str, ...]
    rows: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """`mark`: what others had written when this was read."""

    mark: int
    facts: Situations


class _Readers:
    """Connections beside the writer for one round, opened when they are first wanted, and threads for them."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._open, self._lock = ExitStack(), Lock()
        self._idle: list[Connection] = []
        self.pool = ThreadPoolExecutor(_READERS, thread_name_prefix="rules")

    def __enter__(self) -> _Readers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.shutdown()
        self._open.__exit__(kind, error, trace)  # what is the disk's fault is told as such

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        with self._lock:
            one = self._idle.pop() if self._idle else self._open.enter_context(self._writer.beside())
        try:
            yield one
        finally:
            with self._lock:
                self._idle.append(one)


def _instants(readers: _Readers, last: int, until: int, limit: int) -> list[list[list[int]]]:
    """(UTC ms, row) of what comes by `until`, `limit` at most of each part of the rows up to `last`, in order. Beside
    the writer: of a million shipments a scan would feel it; and in halves, for each page must be decrypted."""

    def found(pair: tuple[int, int]) -> list[list[int]]:
        with readers.lent() as connection:
            return agenda.due_among(connection, *pair, until, limit)

    ends = [last * n // _READERS for n in range(_READERS + 1)]
    return list(readers.pool.map(found, pairwise(ends)))


def ask_for_pass(connection: Connection) -> None:
    """From the next round on everything is looked at once."""
    _set_cursor(connection, "0")


class Rounds:
    """For one lane at a time. From `many` shipments on they are sifted by arrays, above `step` what comes soon is
    kept in memory, `kept` of each half at most, and what follows is read ahead, `ahead` rows with a tick; `moves`: how
    many instants the first transaction moves."""

    def __init__(
        self,
        writer: Writer,
        rules: Callable[[], Rules],
        *,
        many: int = _MANY,
        step: int = _STEP,
        kept: int = _KEPT,
        ahead: int = _AHEAD,
        moves: int = 250,
    ) -> None:
        self._writer, self._rules, self._many = writer, rules, many
        self._sieve: Sieve | None = None
        self._books: Books | None = None
        self._lock = Lock()
        self._own = 0  # rows that rounds changed, of all that the writer did
        self._logged = 0  # shipments judged since the log was copied
        self._found: set[UUID] = set()  # their anomalies changed, and nobody was told yet
        self._step, self._kept, self._ahead, self._soon = step, kept, ahead, Soon()
        self._moves: Pace[tuple[int, int | None]] = Pace(moves, held_s=_MOVED_S, fewest=100, most=4_000)
        self._ones: Pace[int] = Pace(_ONE_BY_ONE, held_s=_JUDGED_S, fewest=_ONE_BY_ONE, most=400)

    def look(self, at: int, *, limit: int) -> frozenset[UUID]:
        """One round at `at` (UTC ms) over `limit` due shipments at most, and as many that a pass finds different;
        returns those whose anomalies changed, also in a round before that broke."""
        try:
            with _Readers(self._writer) as readers:
                rows = self._waiting(readers, at, limit)
                self._due(readers, rows, at)
                if len(rows) < limit:
                    self._pass_on(readers, at, limit)
                self._read_ahead(readers, at)
        except BaseException:
            self._soon.forget()
            raise
        found, self._found = frozenset(self._found), set()
        return found

    def _waiting(self, readers: _Readers, at: int, limit: int) -> list[int]:
        """Which are due, what has waited longest first."""
        with readers.lent() as connection:
            last = agenda.last_row(connection)
            if last <= self._step:
                self._soon.forget()
                return agenda.due_rows(connection, at, limit)
        rest = self._soon.rest(at)
        if rest is not None:
            self._read_piece(readers, rest)
        with self._writer.begin() as writing:
            until = at if self._soon.knows(writing, at) else self._soon.begin(writing, at)
            last = agenda.last_row(writing)  # of those that came meanwhile nothing was heard
        if until > at:
            most = min(max(limit, self._kept), MOST // _READERS)
            parts = _instants(readers, last, until, most)
            # Of too many to be kept, those up to the instant behind which some were left out.
            until = min((part[-1][0] - 1 for part in parts if len(part) == most), default=until)
            if until < at:
                self._soon.forget()
                return [row for when, row in islice(merge(*parts), limit) if when <= at]
            self._soon.shorten(until)
            for part in parts:
                self._soon.put(part)
        return self._soon.take(at, limit)

    def _read_ahead(self, readers: _Readers, at: int) -> None:
        """A piece of the half hour that follows, for all of it at once is felt."""
        if not self._soon.is_near_its_end(at):
            return
        with self._writer.begin() as writing:
            if not self._soon.knows(writing, at):
                return
            piece = self._soon.next_piece(at, agenda.last_row(writing), self._ahead)
        if piece is not None:
            self._read_piece(readers, piece)

    def _read_piece(self, readers: _Readers, piece: Piece) -> None:
        with readers.lent() as connection:
            found = agenda.due_among(
                connection, piece.after, piece.last, piece.until, self._kept, since=piece.since
            )
        until = found[-1][0] - 1 if len(found) == self._kept else piece.until
        self._soon.add(piece, found, until)

    def _due(self, readers: _Readers, rows: list[int], at: int) -> None:
        if len(rows) >= self._many:
            rows.sort()
            parts = [rows[start : start + _PART] for start in range(0, len(rows), _PART)]
            asked = [_Asked(_AMONG, (json.dumps(part),), part) for part in parts]
            # By their last scan: two of three pages that an alarm writes are sorted by it.
            left = [one for found in self._settled(readers, asked, at) for one in found]
            rows = [row for _, row in sorted(left)]
        self._judge(rows, at)

    def _pass_on(self, readers: _Readers, at: int, left: int) -> None:
        rules, (cursor, last) = self._rules(), self._wanted()
        while cursor and left > 0:
            with closing(self._steps(readers, int(cursor), last, at)) as steps:
                for end, rows in steps:
                    if len(rows) > left:
                        rows, end = rows[:left], rows[left - 1]  # the others wait for the next round
                    self._judge(rows, at)
                    left -= len(rows)
                    if not self._come_to("" if end >= last else str(end), rules) or left <= 0:
                        break
                    self._writer.give_way()
            rules, (cursor, last) = self._rules(), self._wanted()

    def _steps(self, readers: _Readers, after: int, last: int, at: int) -> Generator[tuple[int, list[int]]]:
        """The rows behind `after` piece by piece: where each piece ends, and which of it must be judged."""
        if last - after < self._many:
            yield last, list(range(after + 1, last + 1))
            return
        from wismo_desk.store.situation_columns import IS_CALM

        ends = [min(start + _STEP, last) for start in range(after, last, _STEP)]
        asked = [_Asked(f"{_WITHIN} AND NOT ({IS_CALM})", pair) for pair in pairwise([after, *ends])]
        for end, found in zip(ends, self._settled(readers, asked, at), strict=True):
            yield end, sorted(row for _, row in found)

    def _wanted(self) -> tuple[str, int]:
        """How far the pass has come, and the last row there is."""
        with self._writer.begin() as connection:
            cursor = connection.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (_SWEPT,)).scalar()
            last = connection.exec_driver_sql("SELECT max(row) FROM shipment").scalar()
        return str(cursor or ""), int(last or 0)

    def _come_to(self, cursor: str, rules: Rules) -> bool:
        """False when the rules changed once more meanwhile: then the pass begins anew."""
        with self._written() as connection:
            same = self._rules() is rules
            if same:
                _set_cursor(connection, cursor)
        return same

    def _judge(self, rows: Sequence[int], at: int) -> None:
        """One by one, the plain way; in the order in which they are given."""
        for n, some in enumerate(self._ones.slices(rows)):
            if n:
                self._writer.give_way()
            with self._ones.timed(), self._written() as connection:  # a scan comes in between
                changed = judge_rows(connection, at, some, self._rules())
            self._found |= changed
            self._logged += len(some)
            if self._logged >= _EASED:
                self._writer.ease()
                self._logged = 0

    def _settled(
        self, readers: _Readers, asked: Sequence[_Asked], at: int
    ) -> Iterator[list[tuple[int, int]]]:
        """Of each piece moves the instants of those that stand as they should, and gives those to be judged one by
        one: their last scan (UTC ms, 0 for none) and row. The next pieces are read meanwhile: SQLite holds no
        interpreter."""
        ahead: deque[Future[_Read]] = deque()
        try:
            for n, piece in enumerate(asked):
                while len(ahead) < _READERS and n + len(ahead) < len(asked):
                    ahead.append(readers.pool.submit(self._read, readers, asked[n + len(ahead)]))
                yield self._settle(piece, ahead.popleft().result(), readers, at)
        finally:
            wait(ahead)

    def _read(self, readers: _Readers, piece: _Asked) -> _Read:
        _, books = self._tools()
        with readers.lent() as connection:
            with self._writer.begin() as writing:
                mark = _changes(writing) - self._own
            return _Read(mark, books.read(connection, piece.which, piece.values, due=bool(piece.rows)))

    def _settle(self, piece: _Asked, read: _Read, readers: _Readers, at: int) -> list[tuple[int, int]]:
        for turn in range(_TRIES):
            if turn:
                read = self._read(readers, piece)
            sieve, books = self._tools()
            found = sieve(at, read.facts, books)
            left = _numbers(found.open)
            moved = self._move(found, read.mark)
            if moved:
                break
        if not moved:
            left += _numbers(found.moved)
        missing = len(read.facts) < len(piece.rows)
        if not left and not missing:
            return []
        last = dict(zip(_numbers(read.facts.row), _numbers(read.facts.occurred), strict=True))
        gone = {*piece.rows} - last.keys() if missing else set()  # judging forgets them
        return [*((last[row], row) for row in left), *((0, row) for row in gone)]

    def _move(self, found: Sifted, mark: int) -> bool:
        """False when somebody else wrote since `mark`: what is left then must be read anew."""
        again = (None if when < 0 else when for when in _numbers(found.again))
        for some in self._moves.slices(list(zip(_numbers(found.moved), again, strict=True))):
            with self._moves.timed(), self._written() as connection:
                if _changes(connection) - self._own != mark:
                    return False
                agenda.note(connection, some)
            self._writer.give_way()
        return True

    @contextmanager
    def _written(self) -> Iterator[Connection]:
        """A transaction of ours: what it changes makes nothing stale that was read for another shipment."""
        with self._writer.begin() as connection:
            before = _changes(connection)
            try:
                yield connection
            finally:
                self._own += _changes(connection) - before

    def _tools(self) -> tuple[Sieve, Books]:
        """Made when there is first much to do: they bring numpy."""
        from wismo_desk.store.sieve import Sieve
        from wismo_desk.store.situation_columns import Books

        rules = self._rules()
        with self._lock:
            if self._sieve is None or not self._sieve.fits(rules):
                self._sieve = Sieve(rules)
            if self._books is None:
                self._books = Books()
            return self._sieve, self._books


def _numbers(found: Ints) -> list[int]:
    said: list[int] = found.tolist()
    return said


def _changes(connection: Connection) -> int:
    """How many rows the one writing connection has changed since it was opened."""
    raw: Any = connection.connection.driver_connection
    return int(raw.total_changes)


def _set_cursor(connection: Connection, cursor: str) -> None:
    connection.exec_driver_sql("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (_SWEPT, cursor))
