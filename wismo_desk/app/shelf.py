"""Hands what changed to the page in front, and keeps it for the others until somebody looks at them.

A page that reads while nobody sees it takes its time from the bench. What it shows without being seen, a badge on
the rail, is brought up to date in a pause of the bench.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer

from wismo_desk.background.gathered import Gathered
from wismo_desk.background.quiet import Quiet
from wismo_desk.domain.fact import Changes

_LOOK_MS: Final = 120
_REST_S: Final = 1.0
_LATEST_S: Final = 60.0
# A page that is read in one pause after the other, because its shipments change without end, rests in between: each
# time twice as long.
_AGAIN_S: Final = 0.5
_LONGEST_S: Final = 10.0


class Reads(Protocol):
    """A page: `start` reads everything, `apply` what it shows of these changes."""

    def start(self) -> None: ...
    def apply(self, changes: Changes, /) -> None: ...


class Window(Protocol):
    @property
    def shown(self) -> str: ...


@dataclass(slots=True)
class Kept:
    """One page under its key in the window. `count` reads what its badge says, after these changes or (None) whatever
    may have been; without it the whole page is read in the pause, unless `when_shown` forbids that too."""

    key: str
    page: Reads
    count: Callable[[Changes | None], None] | None = None
    when_shown: bool = False
    unread: bool = True
    unseen: Gathered = field(default_factory=Gathered)
    uncounted: Gathered | None = field(default_factory=Gathered)  # None: everything
    _read_s: float = float("-inf")  # when it last caught up
    _rest_s: float = 0.0  # for how long it rests from then on

    def forget(self) -> None:
        """All that was read may be wrong."""
        self.unread, self.unseen, self.uncounted, self._rest_s = True, Gathered(), None, 0.0

    def keep(self, changes: Changes) -> None:
        """What is read whole once it is shown needs to know nothing of what changed until then."""
        if not self.unread:
            self.unseen.add(changes)
            if self.unseen.too_many:
                self.unread, self.unseen = True, Gathered()
        if self.uncounted is not None and not self.when_shown:
            self.uncounted.add(changes)
        if changes.effects:  # an unknown outcome is not kept waiting
            self._rest_s = 0.0

    def show(self) -> None:
        """It is in front, or as cheap to read as its badge."""
        unread, unseen = self.unread, self.unseen.take()
        self.unread, self.uncounted = False, Gathered()
        if unread:
            self.page.start()
        elif unseen:
            self.page.apply(unseen)

    @property
    def waits(self) -> bool:
        return not self.when_shown and (self.uncounted is None or bool(self.uncounted))

    def rests(self, now_s: float) -> bool:
        """It was read a moment ago."""
        return now_s < self._read_s + self._rest_s

    def catch_up(self, now_s: float) -> None:
        """Nobody sees it, and the bench rests."""
        again = now_s - self._read_s < _LONGEST_S
        self._read_s = now_s
        self._rest_s = min(_LONGEST_S, max(_AGAIN_S, 2 * self._rest_s)) if again else 0.0
        if self.count is None:
            self.show()
        else:
            uncounted, self.uncounted = self.uncounted, Gathered()
            self.count(None if uncounted is None else uncounted.take())


class Shelf:
    """`apply` and `start` for all pages; `shown` when another one came to the front."""

    def __init__(self, window: Window, quiet: Quiet, pages: Sequence[Kept], parent: QObject) -> None:
        self._window, self._quiet, self._pages = window, quiet, pages
        self._since = 0.0
        self._timer = QTimer(parent)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Everything is to be read: what is in front at once, the rest when it is wanted."""
        for kept in self._pages:
            kept.forget()
        self.shown(self._window.shown)
        self._wait()

    def apply(self, changes: Changes) -> None:
        for kept in self._pages:
            if kept.key == self._window.shown and not kept.unread:
                kept.page.apply(changes)
            else:
                kept.keep(changes)
        self._wait()

    def shown(self, key: str) -> None:
        for kept in self._pages:
            if kept.key == key:
                kept.show()

    def stop(self) -> None:
        self._timer.stop()

    def _wait(self) -> None:
        if not self._timer.isActive() and any(kept.waits for kept in self._pages):
            self._since = time.monotonic()
            self._timer.start()

    def look(self) -> None:
        """One page at a time, so that a scan comes in between."""
        now = time.monotonic()
        rested = self._quiet.rested_s >= _REST_S
        if not rested and now - self._since <= _LATEST_S:
            return
        waiting = [kept for kept in self._pages if kept.waits]
        due = [kept for kept in waiting if not kept.rests(now)]
        if due:
            due[0].catch_up(now)
        if rested or len(due) <= 1:
            self._since = now  # nobody waits any more, but for those that rest
        if len(waiting) <= len(due[:1]):
            self._timer.stop()
