"""What of a claim is a customer's news: sent and decided, never a draft, a double, or what was taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from wismo_desk.domain.claim import ClaimKind, ClaimVerb
from wismo_desk.domain.claim_news import ClaimEnd, ClaimNews, claim_news
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.flows.pen import Pen

NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
V, E = ClaimVerb, ClaimEnd


class Said:
    """The facts of one order, an hour between two."""

    def __init__(self) -> None:
        self.now = NOON
        self.pen = Pen("Poste 1", clock=lambda: self.now)
        self.ids: dict[str, Any] = {"order_id": uuid4(), "shipment_id": uuid4()}
        self.facts: list[Fact] = []

    def open(self, kind: ClaimKind = ClaimKind.LOST, parcel: UUID | None = None) -> Fact:
        self.now += timedelta(hours=1)
        fact = self.pen.fact(
            FactKind.CLAIM_OPENED,
            **self.ids,
            parcel_id=parcel or uuid4(),
            carrier="practice",
            wrong=kind.value,
        )
        self.facts.append(fact)
        return fact

    def say(self, opened: Fact, verb: ClaimVerb, **data: Any) -> Fact:
        self.now += timedelta(hours=1)
        said = self.pen.fact(
            FactKind.CLAIM_HANDLED, **self.ids, claim=opened.fact_id.hex, verb=verb.value, **data
        )
        self.facts.append(said)
        return said

    def undo(self, fact: Fact) -> None:
        opened = next(one for one in self.facts if one.fact_id.hex == fact.data["claim"])
        self.say(opened, V.WITHDRAW, facts=[fact.fact_id.hex])

    def news(self, status: TrackingStatus = TrackingStatus.IN_TRANSIT) -> ClaimNews | None:
        return claim_news(self.facts, status)


def test_a_draft_is_nobodys_news_and_what_was_sent_is() -> None:
    said = Said()
    claim = said.open()
    assert said.news() is None
    sent = said.say(claim, V.SEND, how="form")
    assert said.news() == ClaimNews(kind=ClaimKind.LOST, sent_at=sent.at)
    said.undo(sent)
    assert said.news() is None


def test_accepted_is_the_end_and_money_later_does_not_make_it_newer() -> None:
    said = Said()
    claim = said.open()
    said.say(claim, V.SEND, how="form")
    said.say(claim, V.ANSWER, text="they look")
    yes = said.say(claim, V.ACCEPT, approved=100)
    said.say(claim, V.PAY, received=100)
    found = said.news()
    assert found is not None
    assert (found.end, found.settled_at) == (E.ACCEPTED, yes.at)


def test_a_refusal_is_the_end_once_the_merchant_leaves_it_at_that() -> None:
    said = Said()
    claim = said.open()
    said.say(claim, V.SEND, how="form")
    said.say(claim, V.REFUSE, text="too late")
    found = said.news()
    assert found is not None
    assert found.end is None
    closed = said.say(claim, V.CLOSE, text="so be it")
    found = said.news()
    assert found is not None
    assert (found.end, found.settled_at) == (E.REFUSED, closed.at)
    said.undo(closed)
    said.say(claim, V.ACCEPT, approved=100)
    found = said.news()
    assert found is not None
    assert found.end is E.ACCEPTED


def test_given_up_without_a_decision_is_no_news() -> None:
    said = Said()
    claim = said.open()
    said.say(claim, V.SEND, how="form")
    said.say(claim, V.CLOSE, text="found")
    assert said.news() is None


def test_a_double_is_never_told() -> None:
    said = Said()
    parcel = uuid4()
    said.open(parcel=parcel)
    second = said.open(parcel=parcel)
    said.say(second, V.SEND, how="form")
    assert said.news() is None


def test_two_parcels_are_one_piece_of_news_and_settled_together() -> None:
    said = Said()
    first, second = said.open(), said.open()
    sent = said.say(first, V.SEND, how="form")
    said.say(second, V.SEND, how="form")
    said.say(first, V.ACCEPT, approved=1)
    found = said.news()
    assert found == ClaimNews(kind=ClaimKind.LOST, sent_at=sent.at)
    said.say(second, V.REFUSE, text="no")
    said.say(second, V.CLOSE, text="no")
    found = said.news()
    assert found is not None
    assert found.end is E.REFUSED, "never better than it is"


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        (ClaimKind.LATE, TrackingStatus.IN_TRANSIT, False),  # it has news of its own
        (ClaimKind.LOST, TrackingStatus.DELIVERED, False),  # it came after all
        (ClaimKind.LOST, TrackingStatus.RETURNED, True),
        (ClaimKind.NOT_RECEIVED, TrackingStatus.DELIVERED, True),
        (ClaimKind.DAMAGED, TrackingStatus.DELIVERED, True),
    ],
)
def test_what_concerns_the_customer(kind: ClaimKind, status: TrackingStatus, told: bool) -> None:
    said = Said()
    said.say(said.open(kind), V.SEND, how="mail")
    assert (said.news(status) is not None) is told


def test_the_order_of_arrival_does_not_matter() -> None:
    said = Said()
    claim = said.open()
    for verb, data in ((V.SEND, {"how": "form"}), (V.REFUSE, {"text": "no"}), (V.CLOSE, {"text": "no"})):
        said.say(claim, verb, **data)
    found = said.news()
    assert claim_news(said.facts[::-1], TrackingStatus.IN_TRANSIT) == found
