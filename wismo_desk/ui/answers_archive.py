"""On the page Réponses: what this desk does not know is asked of the archive, on a lane of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal

from wismo_desk.domain.archive import ArchiveRow
from wismo_desk.domain.intent import Intent
from wismo_desk.domain.watching import Detail
from wismo_desk.flows.answer import Answer
from wismo_desk.ui.answers_asks import LANE as DESK_LANE
from wismo_desk.ui.answers_list import Entry
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_terms import STAGES

LANE: Final = "archive"
_SHORTEST: Final = 3  # signs; what is shorter names too many


class Elsewhere(Protocol):
    """The archive of the shared database, as far as the page needs it. The first two raise what the line does."""

    def search(self, text: str) -> Sequence[ArchiveRow]: ...

    def card(self, row: ArchiveRow, *, intent: Intent, language: str) -> tuple[Answer, Detail]: ...

    def reword(self, detail: Detail, *, intent: Intent, language: str) -> tuple[Answer, Detail]: ...


class ArchiveSearch(QObject):
    """One question at a time: who goes on typing is answered to the last text only. `found` carries the text and the
    entries, their keys the ids of their orders; `failed` the text and why the archive was not asked."""

    found = Signal(str, object)  # list[Entry]
    failed = Signal(str, object)  # Exception

    def __init__(self, desk: Desk, elsewhere: Elsewhere | None, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._elsewhere = desk, elsewhere
        self._rows: dict[str, ArchiveRow] = {}
        self._shown: Detail | None = None
        self._wanted = self._asked = ""

    def forget(self) -> None:
        """What is asked now is the desk's own to answer."""
        self._rows = {}
        self._wanted = ""

    def may_ask(self, text: str) -> bool:
        """Not on a desk that works alone, nor for a letter or two."""
        return self._elsewhere is not None and len(text) >= _SHORTEST

    def ask(self, text: str) -> None:
        """As soon as the answer to an earlier text is there."""
        self._wanted = text
        if not self._asked:
            self._go()

    def show(self, detail: Detail | None) -> None:
        """The order of the archive that the page shows now, also of a mail; None for one of this desk."""
        self._shown = detail

    def card(
        self, key: str, intent: Intent, language: str
    ) -> tuple[str, Callable[[], tuple[Answer, Detail]]] | None:
        """For an order of the archive: the lane, and the work that gives its card."""
        if self._elsewhere is None:
            return None
        if self._shown is not None and str(self._shown.order.order_id) == key:
            return DESK_LANE, partial(self._elsewhere.reword, self._shown, intent=intent, language=language)
        row = self._rows.get(key)
        if row is None:
            return None
        return LANE, partial(self._elsewhere.card, row, intent=intent, language=language)

    def _go(self) -> None:
        assert self._elsewhere is not None
        text = self._asked = self._wanted
        self._desk.run(
            LANE, partial(self._elsewhere.search, text), partial(self._take, text), partial(self._fail, text)
        )

    def _take(self, text: str, rows: Sequence[ArchiveRow]) -> None:
        if self._is_last(text):
            self._rows = {}
            for row in rows:  # of an order that two warehouses worked on the newest
                self._rows.setdefault(str(row.order_id), row)
            self.found.emit(text, [self._entry(row) for row in self._rows.values()])

    def _fail(self, text: str, error: Exception) -> None:
        if self._is_last(text):
            self.failed.emit(text, error)

    def _is_last(self, text: str) -> bool:
        self._asked = ""
        if self._wanted and self._wanted != text:
            self._go()
        return self._wanted == text

    def _entry(self, row: ArchiveRow) -> Entry:
        words = self._desk.words
        day = words.date(row.begun_at.astimezone(words.zone).date())
        said = (words("archive"), row.customer, self._desk.terms.status[row.status])
        below = " · ".join(part for part in said if part)
        return Entry(str(row.order_id), STAGES[row.status], row.order_number, day, below)
