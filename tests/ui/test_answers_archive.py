"""The page Réponses and the archive: asked when the desk has nothing, one question at a time, and only to be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from answers_fakes import FakeAsks, FakeInbox, drafted
from archive_fakes import archive_row
from page_fakes import Direct, french_words, make_desk, make_row
from pytestqt.qtbot import QtBot

from wismo_desk.domain.archive import ArchiveRow
from wismo_desk.domain.intent import HandOff, Intent
from wismo_desk.domain.watching import Detail
from wismo_desk.errors import DeskError, SharedUnreachable
from wismo_desk.flows.answer import Answer
from wismo_desk.flows.find_order import Found
from wismo_desk.flows.inbox import Opened
from wismo_desk.ui.answers_archive import LANE, ArchiveSearch
from wismo_desk.ui.answers_page import AnswersPage
from wismo_desk.ui.theme import Look


class FakeElsewhere:
    """Knows FR-4000; `error` is what the line does."""

    def __init__(self) -> None:
        self.rows = [archive_row(0)]
        self.asked: list[str] = []
        self.worded: list[tuple[Intent, str]] = []
        self.error: DeskError | None = None

    def search(self, text: str) -> Sequence[ArchiveRow]:
        self.asked.append(text)
        if self.error:
            raise self.error
        return [row for row in self.rows if text.lower() in row.order_number.lower()]

    def card(self, row: ArchiveRow, *, intent: Intent, language: str) -> tuple[Answer, Detail]:
        detail = FakeAsks().watch.detail(make_row(1).shipment_id)
        order = replace(detail.order, order_id=row.order_id, number=row.order_number)
        mine = replace(detail.row, order_id=row.order_id, order_number=row.order_number)
        return self.reword(replace(detail, row=mine, order=order), intent=intent, language=language)

    def reword(self, detail: Detail, *, intent: Intent, language: str) -> tuple[Answer, Detail]:
        self.worded.append((intent, language))
        return replace(drafted(detail, intent, language), archived=detail), detail


class Later:
    """A lane whose work waits until the test says so."""

    def __init__(self) -> None:
        self.waiting: list[
            tuple[str, Callable[[], Any], Callable[[Any], Any], Callable[[Exception], Any]]
        ] = []

    def __call__(
        self,
        lane: str,
        work: Callable[[], Any],
        done: Callable[[Any], Any],
        failed: Callable[[Exception], Any],
    ) -> None:
        self.waiting.append((lane, work, done, failed))

    def go(self) -> None:
        _, work, done, _ = self.waiting.pop(0)
        done(work())


@pytest.fixture
def elsewhere() -> FakeElsewhere:
    return FakeElsewhere()


@pytest.fixture
def page(qtbot: QtBot, look: Look, elsewhere: FakeElsewhere) -> AnswersPage:
    desk = make_desk(look, french_words(), Direct())
    made = AnswersPage(desk, FakeAsks(), FakeInbox(), elsewhere=elsewhere)
    qtbot.addWidget(made)
    made.resize(1600, 900)
    made.show()
    made.start()
    return made


def test_what_the_desk_knows_is_not_asked_of_the_archive(page: AnswersPage, elsewhere: FakeElsewhere) -> None:
    page.search_entered("roussel")
    assert elsewhere.asked == [] and page.card.isVisible()


def test_an_order_of_the_archive_has_its_card_and_no_claim(
    page: AnswersPage, elsewhere: FakeElsewhere
) -> None:
    page.search_entered("FR-4000")
    assert elsewhere.asked == ["FR-4000"] and page.card.isVisible() and page.reply.isVisible()
    assert "FR-4000" in page.card.head.order.text()
    assert "archives" in page.outcome.accessibleName() and not page.card.claim.isVisible()
    assert "archives" in str(page.list.entries.data(page.list.entries.index(0)))


def test_its_draft_is_reworded_without_the_line(page: AnswersPage, elsewhere: FakeElsewhere) -> None:
    page.search_entered("FR-4000")
    elsewhere.error = SharedUnreachable("The shared database cannot be reached.")
    page._read_card(Intent.WHICH_CARRIER, "en")
    assert elsewhere.worded[-1] == (Intent.WHICH_CARRIER, "en")
    assert page.reply.text.toPlainText().startswith("Hello")


def test_an_order_of_the_desk_afterwards_is_its_own_again(
    page: AnswersPage, elsewhere: FakeElsewhere
) -> None:
    page.search_entered("FR-4000")
    worded = len(elsewhere.worded)
    page.search_entered("roussel")
    page._read_card(Intent.WHICH_CARRIER, "en")
    assert len(elsewhere.worded) == worded and page.outcome.accessibleName() == ""


def test_nothing_anywhere_says_so(page: AnswersPage, elsewhere: FakeElsewhere) -> None:
    page.search_entered("zzz")
    assert elsewhere.asked == ["zzz"] and "ni ici ni dans les archives" in page.blank._sentence.text()


def test_offline_it_says_why(page: AnswersPage, elsewhere: FakeElsewhere) -> None:
    elsewhere.error = SharedUnreachable("The shared database cannot be reached.")
    page.search_entered("zzz")
    assert (
        "Les archives n’ont pas été interrogées" in page.blank._sentence.text() and not page.reply.isVisible()
    )


def test_a_letter_or_two_and_a_desk_alone_ask_nobody(
    qtbot: QtBot, look: Look, page: AnswersPage, elsewhere: FakeElsewhere
) -> None:
    page.search("zz")
    assert elsewhere.asked == []
    alone = AnswersPage(make_desk(look, french_words(), Direct()), FakeAsks())
    qtbot.addWidget(alone)
    alone.search_entered("zzz")
    assert "archives" not in alone.blank._sentence.text()


class ArchivedInbox(FakeInbox):
    """Whose orders only the archive knows, or nobody while the line is down."""

    down: DeskError | None = None

    def open(self, key: str) -> Opened:
        opened = super().open(key)
        found = opened.answer
        if self.down:
            none = Answer(
                understood=found.understood, found=Found(), hand_off=HandOff.NO_ORDER, unasked=self.down
            )
            return replace(opened, answer=none)
        detail = FakeAsks().watch.detail(make_row(1).shipment_id)
        return replace(opened, answer=replace(found, order=detail.order, row=detail.row, archived=detail))


def test_a_mail_about_an_order_of_the_archive_is_shown_with_its_draft(
    qtbot: QtBot, look: Look, elsewhere: FakeElsewhere
) -> None:
    """Its card is not asked of the desk, which does not know the order; offline it says why there is none."""
    inbox, asks = ArchivedInbox(), FakeAsks()
    page = AnswersPage(make_desk(look, french_words(), Direct()), asks, inbox, elsewhere=elsewhere)
    qtbot.addWidget(page)
    page.resize(1600, 900)
    page.show()
    page.start()
    page.reading.click()
    page.list.choose(0)
    assert page.card.isVisible() and page.reply.send.isVisible() and asks.asked == []
    assert "archives" in page.outcome.accessibleName()
    inbox.down = SharedUnreachable("The shared database cannot be reached.")
    page.list.choose(1)
    assert "n’ont pas été interrogées" in page.outcome.accessibleName()


def test_who_goes_on_typing_is_answered_to_the_last_text(
    qtbot: QtBot, look: Look, elsewhere: FakeElsewhere
) -> None:
    """One question on the line at a time, however many letters came meanwhile."""
    lane, told = Later(), []
    search = ArchiveSearch(make_desk(look, french_words(), lane), elsewhere, None)  # type: ignore[arg-type]  # as much of lanes as is used
    search.found.connect(lambda text, entries: told.append((text, len(entries))))
    for text in ("FR-", "FR-4", "FR-40", "FR-400"):
        search.forget()
        assert search.may_ask(text)
        search.ask(text)
    assert len(lane.waiting) == 1 and lane.waiting[0][0] == LANE
    lane.go()
    lane.go()
    assert elsewhere.asked == ["FR-", "FR-400"] and told == [("FR-400", 1)] and not lane.waiting
    search.ask("FR-4000")
    search.forget()  # found on the desk meanwhile
    lane.go()
    assert len(told) == 1
