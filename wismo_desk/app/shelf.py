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

from wismo_desk.background.quiet import Quiet
from wismo_desk.domain.fact import Changes

_LOOK_MS: Final = 120
_REST_S: Final = 1.0
_LATEST_S: Final = 60.0


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
    unseen: Changes = field(default_factory=Changes)
    uncounted: Changes | None = field(default_factory=Changes)  # None: everything

    def forget(self) -> None:
        """All that was read may be wrong."""
        self.unread, self.unseen, self.uncounted = True, Changes(), None

    def keep(self, changes: Changes) -> None:
        self.unseen |= changes
        if self.uncounted is not None:
            self.uncounted |= changes

    def show(self) -> None:
        """It is in front, or as cheap to read as its badge."""
        unread, unseen = self.unread, self.unseen
        self.unread, self.unseen, self.uncounted = False, Changes(), Changes()
        if unread:
            self.page.start()
        elif unseen:
            self.page.apply(unseen)

    @property
    def waits(self) -> bool:
        return not self.when_shown and (self.uncounted is None or bool(self.uncounted))

    def catch_up(self) -> None:
        """Nobody sees it, and the bench rests."""
        if self.count is None:
            self.show()
        else:
            uncounted, self.uncounted = self.uncounted, Changes()
            self.count(uncounted)


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
        late = time.monotonic() - self._since > _LATEST_S
        if self._quiet.rested_s < _REST_S and not late:
            return
        waiting = [kept for kept in self._pages if kept.waits]
        if waiting:
            waiting[0].catch_up()
        if len(waiting) <= 1:
            self._timer.stop()
