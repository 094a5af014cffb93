"""Claims and messages for chosen shipments: the same two verbs in the grid and in the work list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.notice import Milestone
from wismo_desk.ui.claims_asks import Opened
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason
from wismo_desk.ui.tell_asks import NEWS, TELL_LANE, Preview, Queued, Tell, left_out, tell_question

Open = Callable[[Sequence[UUID]], Opened]
Ask = Callable[[Reason, Callable[[str], None]], None]


class ManyVerbs(QObject):
    """`ask` shows a question in the page's own place, `close` takes it away. `done`: a sentence and how to undo it."""

    changed = Signal(object)  # Changes
    done = Signal(str, object)
    failed = Signal(object)

    def __init__(
        self, desk: Desk, *, claim: Open | None, tell: Tell | None, ask: Ask, close: Callable[[], None]
    ) -> None:
        super().__init__()
        self._desk, self._claim, self._tell, self._ask, self._close = desk, claim, tell, ask, close

    @property
    def claims(self) -> bool:
        return self._claim is not None

    @property
    def tells(self) -> bool:
        return self._tell is not None

    # Claims

    def claim(self, shipments: Callable[[], Sequence[UUID]]) -> None:
        """One draft for each parcel; what has one is told."""
        claim = self._claim
        if claim is not None:
            self._desk.run(Lane.STATION, lambda: claim(shipments()), self._claimed, self.failed.emit)

    def _claimed(self, found: Opened) -> None:
        self.changed.emit(found.changes)
        self.done.emit(opened_words(self._desk, found), None)

    # Messages

    def tell(self, shipments: Callable[[], Sequence[UUID]]) -> None:
        """First what it would say and to how many."""
        tell = self._tell
        if tell is None:
            return

        def look() -> tuple[Sequence[UUID], Preview]:
            some = tuple(shipments())
            return some, tell.look(some, NEWS[0])

        self._desk.run(TELL_LANE, look, lambda got: self._show(*got), self.failed.emit)

    def _show(self, shipments: Sequence[UUID], seen: Preview) -> None:
        if not seen.count:
            nobody = self._desk.words("Nobody is told")
            self.done.emit(" · ".join(filter(None, (nobody, left_out(self._desk, seen.refused)))), None)
            return
        self._ask(*tell_question(self._desk, seen, lambda news: self._send(shipments, news)))

    def _send(self, shipments: Sequence[UUID], news: Milestone) -> None:
        self._close()
        tell = self._tell
        assert tell is not None
        self._desk.run(TELL_LANE, lambda: tell(shipments, news), self._queued, self.failed.emit)

    def _queued(self, queued: Queued) -> None:
        words = self._desk.words
        self.changed.emit(queued.changes)
        several = words("{n} customers are told in 30 seconds", n=words.number(queued.count))
        said = words("1 customer is told in 30 seconds") if queued.count == 1 else several
        undo = (lambda: self._take_back(queued)) if queued.count else None
        self.done.emit(" · ".join(filter(None, (said, left_out(self._desk, queued.refused)))), undo)

    def _take_back(self, queued: Any) -> None:
        tell, words = self._tell, self._desk.words
        assert tell is not None

        def told(back: int) -> None:
            self.changed.emit(queued.changes)
            several = words("{n} messages do not leave", n=words.number(back))
            said = (
                several
                if back > 1
                else words("1 message does not leave")
                if back
                else words("They have left already")
            )
            self.done.emit(said, None)

        self._desk.run(TELL_LANE, lambda: tell.undo(queued), told, self.failed.emit)


def opened_words(desk: Desk, found: Opened) -> str:
    """How many claims were opened, and why others were not."""
    words = desk.words
    several = words("{n} claims opened", n=words.number(found.count))
    said = words("1 claim opened") if found.count == 1 else several
    return " · ".join(filter(None, (said, left_out(desk, found.refused))))
