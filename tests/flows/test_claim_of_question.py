"""A claim from a question: the customer's word where the carrier's does not tell, never against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.flows.claim_rig import LOST, Desk
from wismo_desk.domain.claim import ClaimKind, ClaimState
from wismo_desk.domain.intent import Concern, Intent, Understood
from wismo_desk.flows.claim_asked import ClaimOfQuestion

NOT_RECEIVED = Understood(intent=Intent.DELIVERED_NOT_RECEIVED, confidence=0.9)
PROBLEM = Understood(intent=Intent.PARCEL_PROBLEM, confidence=0.9)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def asked(desk: Desk) -> ClaimOfQuestion:
    return ClaimOfQuestion(claims=desk.open, steps=desk.steps)


def test_not_received_by_the_customers_word_with_its_limit_and_its_worth(desk: Desk) -> None:
    one = desk.ship("1", "LIVRE", promised_on=date(2026, 11, 20))  # late as well: that asks for nothing
    opened = asked(desk)(one.order_id, NOT_RECEIVED)
    (claim,) = opened.claims
    assert (claim.kind, claim.state, claim.requested) == (ClaimKind.NOT_RECEIVED, ClaimState.DRAFT, 2500)
    assert claim.deadline is not None
    assert opened.changes.shipments
    assert desk.now(claim) == claim


def test_a_mail_that_speaks_of_damage(desk: Desk) -> None:
    one = desk.ship("1", "LIVRE")
    (claim,) = asked(desk)(one.order_id, PROBLEM, "Bonjour, le colis est écrasé et le mug cassé").claims
    assert claim.kind is ClaimKind.DAMAGED
    facts = desk.store.read.order_facts(one.order_id)
    assert "cassé" not in " ".join(str(fact.data) for fact in facts), "no word of a mail is kept"


def test_the_carriers_own_word_stands(desk: Desk) -> None:
    one = desk.ship("1", "AARCFM", LOST, carrier="colissimo")
    (claim,) = asked(desk)(one.order_id, PROBLEM, "tout est cassé").claims
    assert claim.kind is ClaimKind.LOST


def test_a_question_that_does_not_tell_leaves_it_open(desk: Desk) -> None:
    one = desk.ship("1", "LIVRE")
    (claim,) = asked(desk)(one.order_id, PROBLEM).claims
    assert claim.kind is ClaimKind.OTHER


def test_a_second_press_opens_no_second_claim_and_what_is_here_none(desk: Desk) -> None:
    gone, here = desk.ship("1", "TRI"), desk.ship("2")
    lost = Understood(intent=Intent.WHERE_IS_IT, confidence=0.9, concerns=(Concern.LOST,))
    assert asked(desk)(gone.order_id, lost).claims[0].kind is ClaimKind.LOST
    again, early = asked(desk)(gone.order_id, lost), asked(desk)(here.order_id, lost)
    assert (again.count, early.count) == (0, 0)
    assert [error.sentence[:15] for _, error in (*again.refused, *early.refused)] == [
        "A claim is open",
        "Its parcel has ",
    ]
