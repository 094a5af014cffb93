"""A claim from the answer card: offered by the question, opened once by key or button, then its state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from answers_fakes import FakeAsks, FakeInbox
from page_fakes import Direct, french_words, make_desk, make_row, shown
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from wismo_desk.domain.claim import Claim
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.intent import Intent, Understood
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Detail
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.answer import Answer
from wismo_desk.flows.pen import Pen
from wismo_desk.ui.answers_page import AnswersPage
from wismo_desk.ui.theme import Look


@dataclass
class FakeOpened:
    count: int = 1
    changes: Changes = field(default_factory=lambda: Changes(shipments=frozenset({UUID(int=1)})))
    refused: tuple[tuple[str, DeskError], ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass
class FakeClaim:
    """What was asked, and what it answers."""

    asked: list[tuple[UUID, Intent, str]] = field(default_factory=list)
    opened: FakeOpened = field(default_factory=FakeOpened)
    error: Exception | None = None

    def __call__(self, order_id: UUID, understood: Understood, text: str) -> FakeOpened:
        if self.error:
            raise self.error
        self.asked.append((order_id, understood.intent, text))
        return self.opened


@dataclass
class Asks(FakeAsks):
    status: TrackingStatus = TrackingStatus.DELIVERED
    facts: tuple[Any, ...] = ()

    def card(self, order_id: UUID, *, intent: Intent, language: str) -> tuple[Answer, Detail]:
        found, detail = super().card(order_id, intent=intent, language=language)
        assert found.row is not None
        row = replace(found.row, status=self.status, anomalies=(), severity=0)
        return replace(found, row=row), replace(detail, row=row, facts=(*detail.facts, *self.facts))


@pytest.fixture
def claim() -> FakeClaim:
    return FakeClaim()


def page_of(qtbot: QtBot, look: Look, claim: FakeClaim | None, **asks: Any) -> AnswersPage:
    desk = make_desk(look, french_words(), Direct())
    made = AnswersPage(desk, Asks(**asks), FakeInbox(), claim=claim)
    qtbot.addWidget(made)
    made.resize(1600, 900)
    shown(qtbot, made)
    made.start()
    return made


def ask(page: AnswersPage, intent: Intent) -> None:
    page.reply.asked.setCurrentIndex(page.reply.asked.findData(intent))
    page.reply.asked.activated.emit(0)


def test_the_question_offers_it_and_the_key_opens_it_once(qtbot: QtBot, look: Look, claim: FakeClaim) -> None:
    page = page_of(qtbot, look, claim)
    page.search_entered("roussel")
    ask(page, Intent.DELIVERED_NOT_RECEIVED)
    bar = page.card.claim
    assert bar.isVisible()
    assert bar.accessibleName() == "Ce que dit le client peut être réclamé au transporteur."
    page.reply.text.setFocus()
    with qtbot.waitSignal(page.changed):
        qtbot.keyClick(page.reply.text, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)  # type: ignore[no-untyped-call]  # pytest-qt
    bar.press()
    assert [intent for _, intent, _ in claim.asked] == [Intent.DELIVERED_NOT_RECEIVED]
    assert page.outcome.accessibleName() == "1 réclamation ouverte"
    assert bar.accessibleName() == "Réclamation ouverte\u202f: À envoyer"
    assert not bar.open.isVisible()


def test_the_words_of_a_mail_go_along(qtbot: QtBot, look: Look, claim: FakeClaim) -> None:
    page = page_of(qtbot, look, claim)
    page.reading.click()
    page.list.choose(1)
    page.card.claim.open.click()
    ((_, intent, text),) = claim.asked
    assert intent is Intent.DELIVERED_NOT_RECEIVED
    assert text.startswith("Bonjour")


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (TrackingStatus.DELIVERED, True),  # somebody may call about what was in it
        (TrackingStatus.IN_TRANSIT, False),
        (TrackingStatus.LABEL_CREATED, False),
    ],
)
def test_without_such_a_question_it_keeps_out_of_the_way(
    qtbot: QtBot, look: Look, claim: FakeClaim, status: TrackingStatus, offered: bool
) -> None:
    page = page_of(qtbot, look, claim, status=status)
    page.search_entered("roussel")
    assert page.card.claim.isVisible() is offered
    page.card.claim.hide()
    page.card.claim.press()
    assert claim.asked == []


def test_nothing_to_claim_from_before_it_has_left(qtbot: QtBot, look: Look, claim: FakeClaim) -> None:
    page = page_of(qtbot, look, claim, status=TrackingStatus.LABEL_CREATED)
    page.search_entered("roussel")
    ask(page, Intent.DELIVERED_NOT_RECEIVED)
    assert not page.card.claim.isVisible()


def test_where_nobody_can_open_one_there_is_no_button(qtbot: QtBot, look: Look) -> None:
    page = page_of(qtbot, look, None)
    page.search_entered("roussel")
    assert not page.card.claim.isVisible()


def test_an_open_claim_is_told_instead(qtbot: QtBot, look: Look, claim: FakeClaim) -> None:
    pen = Pen("Poste 1", clock=lambda: datetime(2026, 12, 1, 9, tzinfo=UTC))
    row = make_row(2)
    ids = {"order_id": row.order_id, "shipment_id": row.shipment_id, "parcel_id": uuid4()}
    opened = pen.fact(FactKind.CLAIM_OPENED, **ids, carrier="colissimo", wrong="lost")
    sent = pen.fact(FactKind.CLAIM_HANDLED, **ids, claim=opened.fact_id.hex, verb="send", how="form")
    page = page_of(qtbot, look, claim, facts=(opened, sent))
    page.search_entered("roussel")
    bar = page.card.claim
    assert "Chez le transporteur" in bar.accessibleName()
    wanted: list[object] = []
    bar.wanted.connect(wanted.append)
    assert bar.open.text() == "Voir la réclamation"
    bar.press()  # Ctrl J
    assert claim.asked == []
    assert wanted == [opened.fact_id]


def test_why_not_is_said_and_it_may_be_tried_again(qtbot: QtBot, look: Look, claim: FakeClaim) -> None:
    page = page_of(qtbot, look, claim)
    page.search_entered("roussel")
    claim.error = Refused("This claim is over. Take the last step back first, or open another.")
    page.card.claim.press()
    assert page.outcome.accessibleName()
    assert page.card.claim.open.isEnabled()
    claim.error = None
    claim.opened = FakeOpened(0, Changes(), (("8002", Refused("A claim is open for it already.")),))
    page.card.claim.press()
    assert "déjà ouverte" in page.outcome.accessibleName()
