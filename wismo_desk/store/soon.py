"""Which shipments the rules look at in the next half an hour, kept in memory: a million instants are not read at each
tick.

It may name some whose look was put off since or never committed, for to judge one too often changes nothing; it must
leave none out. What is read anew every half an hour, sooner where much comes, mends what it does not know of.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Final

from sqlalchemy import Connection

AHEAD_MS: Final = 1_800_000
MOST: Final = 400_000  # some 40 MB; of more the file is asked
_HEARD: Final = "soon"  # of the writing connection: who is told of what is noted


class Soon:
    """Nothing is known before `begin`. For any thread."""

    def __init__(self) -> None:
        self._until = -1  # UTC ms
        self._sorted: list[tuple[int, int]] = []  # UTC ms, row
        self._fresh: list[tuple[int, int]] = []
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
            self._sorted, self._fresh, self._until = [], [], at + AHEAD_MS
            return self._until

    def shorten(self, until: int) -> None:
        """Behind that instant nothing will be put in. What was noted meanwhile may stay: too many do no harm."""
        with self._lock:
            self._until = min(self._until, until)

    def forget(self) -> None:
        """What was taken may not have been judged."""
        with self._lock:
            self._sorted, self._fresh, self._until = [], [], -1

    def put(self, pairs: Iterable[Sequence[int]]) -> None:
        """(UTC ms, row) each."""
        with self._lock:
            self._fresh += [(when, row) for when, row in pairs if when <= self._until]
            if len(self._fresh) > MOST:
                self._sorted, self._fresh, self._until = [], [], -1

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
