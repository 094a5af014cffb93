"""Which shipments the rules look at in the next half an hour, kept in memory: a million instants are not read at each
tick.

It may name some whose look was put off since or never committed, for to judge one too often changes nothing; it must
leave none out. The half hour that follows is read in pieces before it begins, while all that is noted of it is heard.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from threading import Lock
from typing import Final, NamedTuple

from sqlalchemy import Connection

AHEAD_MS: Final = 1_800_000
LEAD_MS: Final = 600_000  # so long before its end what follows is read: twenty ticks
MOST: Final = 400_000  # some 40 MB; of more the file is asked
_PIECES: Final = 16
_HEARD: Final = "soon"  # of the writing connection: who is told of what is noted


class Piece(NamedTuple):
    """Rows behind `after` up to `last`, of which the instants behind `since` up to `until` (UTC ms) are wanted."""

    after: int
    last: int
    since: int
    until: int


class Soon:
    """Nothing is known before `begin`. For any thread."""

    def __init__(self) -> None:
        self._until = -1  # UTC ms
        self._sorted: list[tuple[int, int]] = []  # UTC ms, row
        self._fresh: list[tuple[int, int]] = []
        self._later: list[tuple[int, int]] = []  # behind `_until`, up to `_aim`
        self._aim = -1  # until when it will be known, once the rows up to `_last` are read
        self._read, self._last = 0, 0
        self._tried = False  # to read what is behind `_until`
        self._lock = Lock()

    def knows(self, connection: Connection, at: int) -> bool:
        """Whether nothing that is due at `at` (UTC ms) can be missing. `connection`: the writing one, in a
        transaction."""
        return at <= self._until and any(one is self for one in connection.info.get(_HEARD, ()))

    def begin(self, connection: Connection, at: int) -> int:
        """From this transaction on hears what is noted; until when (UTC ms) what stands there must be put in."""
        others = connection.info.setdefault(_HEARD, [])
        if not any(one is self for one in others):
            others.append(self)
        with self._lock:
            self._clear(at + AHEAD_MS)
            return self._until

    def shorten(self, until: int) -> None:
        """Behind that instant nothing will be put in. What was noted meanwhile may stay: too many do no harm."""
        with self._lock:
            self._until = min(self._until, until)

    def is_near_its_end(self, at: int) -> bool:
        """Whether what follows is to be read with the tick at `at`."""
        return self._until - LEAD_MS <= at <= self._until

    def next_piece(self, at: int, last: int, size: int) -> Piece | None:
        """Of what follows, the part to be read with the tick at `at`, `size` rows or as many as it takes to come to the
        end in time; None where it is too early, or where too much comes. From then on what is noted of it is heard: in
        a transaction of the writing connection that knows `at`, whose last row is `last`."""
        with self._lock:
            if not self.is_near_its_end(at):
                return None
            if self._aim < 0:
                if self._tried:
                    return None
                self._tried, self._aim = True, self._until + AHEAD_MS
                self._read, self._last = 0, last
            end = min(self._last, self._read + max(size, -(-self._last // _PIECES)))
            return Piece(self._read, end, self._until, self._aim)

    def rest(self, at: int) -> Piece | None:
        """What is still to be read to know of `at`, None where that would not do."""
        with self._lock:
            if self._until < at <= self._aim:
                return Piece(self._read, self._last, self._until, self._aim)
            return None

    def add(self, piece: Piece, pairs: Sequence[Sequence[int]], until: int) -> None:
        """(UTC ms, row) of each that was found in a piece, up to an instant behind which some may be left out."""
        with self._lock:
            if self._aim < 0 or piece.after != self._read:
                return  # forgotten meanwhile
            self._later += [(when, row) for when, row in pairs]
            self._read, self._aim = piece.last, min(self._aim, until)
            self._fit()
            if self._aim >= 0 and self._read >= self._last:
                self._fresh += [pair for pair in self._later if pair[0] <= self._aim]
                self._until, self._tried = self._aim, False
                self._drop()

    def forget(self) -> None:
        """What was taken may not have been judged."""
        with self._lock:
            self._clear(-1)

    def _clear(self, until: int) -> None:
        self._sorted, self._fresh, self._until, self._tried = [], [], until, False
        self._drop()

    def _drop(self) -> None:
        self._later, self._aim = [], -1

    def _fit(self) -> None:
        """Of too much that follows, the first of it; of that as well, nothing."""
        if len(self._later) > MOST // 2:
            self._later.sort()
            self._aim = min(self._aim, self._later[MOST // 4][0] - 1)
            self._later = [pair for pair in self._later if pair[0] <= self._aim]
        if self._aim <= self._until:
            self._drop()

    def put(self, pairs: Sequence[Sequence[int]]) -> None:
        """(UTC ms, row) each."""
        with self._lock:
            self._fresh += [(when, row) for when, row in pairs if when <= self._until]
            if self._aim >= 0:
                self._later += [(when, row) for when, row in pairs if self._until < when <= self._aim]
                self._fit()
            if len(self._fresh) > MOST:
                self._clear(-1)

    def take(self, at: int, limit: int) -> list[int]:
        """The rows that are due, what has waited longest first; they must be judged now."""
        with self._lock:
            if self._fresh:
                self._sorted = sorted(self._sorted + self._fresh)
                self._fresh = []
            end = min(bisect_left(self._sorted, (at + 1,)), limit)
            due, self._sorted = self._sorted[:end], self._sorted[end:]
        return list(dict.fromkeys(row for _, row in due))


def tell(connection: Connection, pairs: Sequence[Sequence[int | None]]) -> None:
    """(row, UTC ms) each were noted."""
    for one in connection.info.get(_HEARD, ()):
        one.put([(when, row) for row, when in pairs if when is not None])
