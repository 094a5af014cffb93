"""The rule that a claim must be sent: five and two working days before its last day, and silent once nothing is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from wismo_desk.domain.anomaly import Situation, judge
from wismo_desk.domain.anomaly_kinds import AnomalyKind, Severity
from wismo_desk.domain.anomaly_rules import DEFAULT, Rules, Threshold
from wismo_desk.domain.anomaly_words import describe
from wismo_desk.domain.claim import NOT_DUE, ClaimKind
from wismo_desk.domain.claim_clock import ClaimClock
from wismo_desk.domain.claim_terms import read_terms
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.resources import claim_terms
from wismo_desk.store.episodes import kinds_of

PARIS = ZoneInfo("Europe/Paris")
CLOCK = ClaimClock(zone=PARIS, terms=read_terms(claim_terms()), holidays=lambda _region: {date(2026, 11, 11)})
RULES = Rules(zone=PARIS, claims=CLOCK)
K, S = AnomalyKind, TrackingStatus
TICK = timedelta(milliseconds=1)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=PARIS)


def ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def situation(status: TrackingStatus, **said: Any) -> Situation:
    values = {key: ms(value) if isinstance(value, datetime) else value for key, value in said.items()}
    return Situation(status=status.value, region=values.pop("region", "FR"), **values)


def due(now: datetime, facts: Situation, rules: Rules = RULES) -> Severity | None:
    found = judge(ms(now), facts, rules).found
    return next((flip.severity for flip in found if flip.kind is K.CLAIM_DUE), None)


DRAFT = situation(S.IN_TRANSIT, occurred=at(2, 9), event=at(2, 9), claim="2026-11-20")  # a Friday


def test_a_draft_watches_five_and_acts_two_working_days_before_its_last() -> None:
    for day, before, after in ((13, None, Severity.WATCH), (18, Severity.WATCH, Severity.ACT)):
        assert due(at(day) - TICK, DRAFT) is before
        assert due(at(day), DRAFT) is after
        again = judge(ms(at(day) - TICK), DRAFT, RULES).again
        assert again is not None
        assert again <= ms(at(day))


def test_once_it_is_over_nothing_is_said_and_the_end_is_an_instant_of_its_own() -> None:
    assert due(at(21) - TICK, DRAFT) is Severity.ACT
    assert due(at(21), DRAFT) is None
    assert judge(ms(at(20)), DRAFT, RULES).again == ms(at(21))


def test_what_was_sent_is_not_due() -> None:
    assert due(at(20), DRAFT._replace(claim=NOT_DUE)) is None


@pytest.mark.parametrize(
    "facts",
    [
        situation(S.DAMAGED, occurred=at(10, 9), event=at(10, 9), carrier="colissimo"),
        situation(S.DELIVERED, occurred=at(10, 9), reason="carrier_damage", carrier="gls"),
        situation(S.DELIVERED, occurred=at(10, 9), contested=at(12), carrier="chronopost"),
        situation(S.LOST, occurred=at(12), handed=at(1), carrier="mondial_relay"),
    ],
)
def test_trouble_that_nobody_claims_yet_is_told_before_its_limit(facts: Situation) -> None:
    assert due(at(13, 12), facts) is Severity.ACT
    assert due(at(13, 12), facts, replace(RULES, claims=None)) is None


def test_what_is_nothing_to_claim_is_left_alone() -> None:
    for facts in (
        situation(S.DELIVERED, occurred=at(10)),
        situation(S.RETURNED, occurred=at(10)),
        situation(S.IN_TRANSIT, occurred=at(10)),
        situation(S.LOST, occurred=at(10), region="CA", carrier="ups"),  # no term is known
    ):
        assert due(at(12), facts) is None


def test_its_days_are_the_merchants_to_set() -> None:
    rule = replace(DEFAULT[K.CLAIM_DUE], usual=Threshold(watch=None, act=1))
    rules = replace(RULES, book={K.CLAIM_DUE: rule})
    assert due(at(19) - TICK, DRAFT, rules) is None
    assert due(at(19), DRAFT, rules) is Severity.ACT


def test_it_is_said_with_its_last_day() -> None:
    flip = judge(ms(at(19)), DRAFT, replace(RULES, book={K.CLAIM_DUE: DEFAULT[K.CLAIM_DUE]})).found[0]
    said = describe(flip, DRAFT)
    assert said.since is not None
    assert said.since.astimezone(PARIS).date() == date(2026, 11, 20)
    assert "{when}" in said.sentence


def test_seen_it_counts_again_when_two_days_are_left() -> None:
    seen = DRAFT._replace(care='{"seen": {"claim_due": 1}}')
    rules = replace(RULES, book={K.CLAIM_DUE: DEFAULT[K.CLAIM_DUE]})
    assert [flip.seen for flip in judge(ms(at(13)), seen, rules).found] == [True]
    assert [flip.seen for flip in judge(ms(at(18)), seen, rules).found] == [False]


def test_a_verdict_keeps_its_kinds_asleep_too_and_fits_64_bits() -> None:
    rules = replace(RULES, book={K.CLAIM_DUE: DEFAULT[K.CLAIM_DUE]})
    asleep = judge(ms(at(19)), DRAFT._replace(snoozed=ms(at(30))), rules)
    awake = judge(ms(at(19)), DRAFT, rules)
    assert asleep.snoozed
    assert asleep.verdict != awake.verdict
    assert kinds_of(asleep.verdict) == kinds_of(awake.verdict) == {K.CLAIM_DUE}
    assert 6 ** len(AnomalyKind) < 2**63


def test_the_same_day_is_counted_once() -> None:
    clock = replace(CLOCK)
    for _ in range(3):
        clock.last_day(
            ClaimKind.DAMAGED, "gls", "FR", known=ms(at(10)), delivered=True, handed=None, promised=None
        )
    assert len(clock._known) == 1
