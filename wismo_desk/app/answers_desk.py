"""Joins the page Réponses to the flows, and looks into the customers' mailbox once a minute."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from wismo_desk.app.answering import answer_flow, inbox_flow
from wismo_desk.app.claiming import claim_flows
from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.domain.archive import ArchiveRow
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.intent import Intent
from wismo_desk.domain.reading import read
from wismo_desk.domain.watching import Detail, Filter, ShipmentRow, Sort
from wismo_desk.errors import DeskError
from wismo_desk.flows.answer import Answer, AnswerQuestion
from wismo_desk.flows.answer_archived import AskArchive
from wismo_desk.flows.claim_asked import ClaimOfQuestion
from wismo_desk.flows.inbox import Inbox
from wismo_desk.flows.watch import Watch
from wismo_desk.ui.answers_asks import INBOX_LANE, LANE
from wismo_desk.ui.detail_words import Timeline
from wismo_desk.ui.late_page import LatePage
from wismo_desk.ui.page_desk import Desk as PageDesk

if TYPE_CHECKING:
    from wismo_desk.ui.answers_page import AnswersPage

log = logging.getLogger(__name__)
_LOOK_MS: Final = 60_000
_FIRST_MS: Final = 4_000  # the bench has the start for itself
_MOST: Final = 50  # hits of one search


@dataclass(frozen=True, slots=True)
class _Asks:
    """What the page asks: the search of the grid, the answer flow, and the words of the timeline."""

    watch: Watch
    answer: AnswerQuestion

    def search(self, text: str) -> list[ShipmentRow]:
        return self.watch.page(self.watch.rows(Filter(text=text, sort=Sort.EVENT), _MOST))

    def card(self, order_id: UUID, *, intent: Intent, language: str) -> tuple[Answer, Detail]:
        detail = self.watch.detail(shipment_id(order_id))
        return self.answer.card(order_id, intent=intent, language=language), detail

    def log(self, order_id: UUID | None, intent: Intent, channel: str) -> Changes:
        return self.answer.log(order_id, intent, channel)

    def timeline(self, desk: PageDesk) -> Timeline:
        return Timeline(desk, self.answer.store.codes)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """What the page asks of the archive."""

    archive: AskArchive
    answer: AnswerQuestion

    def search(self, text: str) -> list[ArchiveRow]:
        return self.archive.search(text, _MOST)

    def card(self, row: ArchiveRow, *, intent: Intent, language: str) -> tuple[Answer, Detail]:
        detail = self.archive.detail(row)
        return self.reword(detail, intent=intent, language=language)

    def reword(self, detail: Detail, *, intent: Intent, language: str) -> tuple[Answer, Detail]:
        return self.answer.archived_card(detail, intent=intent, language=language), detail


class AnswersDesk(QObject):
    """`late` stands for the page in the rail, `page` is the page itself; `start` once the lanes run."""

    def __init__(self, desk: Surface, station: Station, given: PageDesk) -> None:
        super().__init__(desk.window)
        self._desk, self._station, self._given = desk, station, given
        self._flow = answer_flow(station)
        self.inbox: Inbox = inbox_flow(station, self._flow)
        claims = claim_flows(station)
        self.claim = ClaimOfQuestion(claims=claims.open, steps=claims.steps)
        self.late = LatePage(self._make)
        self._told = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        desk.window.closed.connect(self._timer.stop)

    def _make(self) -> AnswersPage:
        from wismo_desk.ui.answers_page import AnswersPage

        flow = self._flow
        elsewhere = _Elsewhere(flow.archive, flow) if flow.archive else None
        asks = _Asks(self._station.watch, flow)
        return AnswersPage(self._given, asks, self.inbox, claim=self.claim, elsewhere=elsewhere)

    @property
    def page(self) -> AnswersPage:
        """Built now if nobody has opened it."""
        page: AnswersPage = self.late.page
        return page

    def count(self, changes: Changes | None) -> None:
        """The badge while nobody sees the page: how many mails wait for a person."""
        if changes is None or changes.values:
            self._desk.lanes.run(LANE, self.inbox.mails, self._counted, lambda _error: None)

    def _counted(self, mails: Sequence[object]) -> None:
        self._desk.window.set_badge("answers", len(mails))

    def start(self) -> None:
        """What died while it was sent is in doubt from now on; then the mailbox, where there is one."""
        self._desk.lanes.run(INBOX_LANE, self.inbox.start, self._done, self._failed)
        self._timer.start(_FIRST_MS)

    def scanned(self, code: str) -> None:
        """Our own label names its order; any other code is looked up as it reads."""
        reading = read(code)
        self.page.search_entered(reading.order_number or reading.key or code)

    def look(self) -> None:
        self._timer.setInterval(_LOOK_MS)
        if self.inbox.is_on:
            self._desk.lanes.run_if_idle(INBOX_LANE, self.inbox.turn, self._done, self._failed)

    def _done(self, changes: Changes) -> None:
        self._told = ""
        if changes:
            self._desk.apply(changes)

    def _failed(self, error: Exception) -> None:
        """Said once, not each minute. (The lane logs what is a bug.)"""
        said = self._desk.words.error(error) if isinstance(error, DeskError) else ""
        if said and said != self._told:
            self._told = said
            log.warning("mailbox: %s", error)
            self._desk.window.show_undo(said)
