"""Our rules at their instants: each flips exactly when it is due, and says when to look again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wismo_desk.domain.anomaly import AnomalyKind, Judged, Rules, Severity, Situation, judge, to_ms
from wismo_desk.domain.anomaly_rules import (
    DEFAULT,
    DEFAULTS,
    Mode,
    RuleException,
    Threshold,
    rule_from_data,
    rule_to_data,
)
from wismo_desk.domain.anomaly_words import describe, detail_of
from wismo_desk.domain.calendar import Calendars, Zone
from wismo_desk.domain.status import ENDED, IncidentReason, TrackingStatus

PARIS = ZoneInfo("Europe/Paris")
# The days off of the tests: Christmas here, the second day of it in Alsace, Easter Monday and 1 May.
OFF = {
    "FR": {date(2026, 12, 25), date(2026, 4, 6), date(2026, 5, 1)},
    "FR-6AE": {date(2026, 12, 25), date(2026, 12, 26), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1)},
}
CALENDARS = Calendars(
    zone=PARIS, holidays=lambda region: OFF.get(region, ()), first=date(2025, 1, 1), last=date(2027, 12, 31)
)
RULES = Rules(zone=PARIS, day_ends=time(20, 0), calendars=CALENDARS)
NOON = datetime(2026, 11, 23, 12, tzinfo=PARIS)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
K = AnomalyKind
S = TrackingStatus


def ms(when: datetime) -> int:
    return to_ms(when)


def at(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def situation(status: TrackingStatus, **said: Any) -> Situation:
    values = {key: ms(value) if isinstance(value, datetime) else value for key, value in said.items()}
    return Situation(status=status.value, region=values.pop("region", "FR"), **values)


def found(now: datetime, facts: Situation, rules: Rules = RULES) -> Judged:
    return judge(ms(now), facts, rules)


def kinds(now: datetime, facts: Situation, rules: Rules = RULES) -> list[tuple[AnomalyKind, Severity]]:
    return [(flip.kind, flip.severity) for flip in found(now, facts, rules).found]


WAITS = situation(S.PLANNED, ship_by=NOON + 5 * HOUR)
LABELLED = situation(S.LABEL_CREATED, ship_by=NOON, unchecked=NOON, loose=NOON)
WATCH, ACT = Severity.WATCH, Severity.ACT
FLIPS = [
    (WAITS, at(23, 17), K.ORDER_LATE, ACT),
    (LABELLED, at(23, 14), K.LABEL_UNCHECKED, WATCH),
    (situation(S.PLANNED, aside=at(23, 9)), at(23, 20), K.LABEL_UNCHECKED, WATCH),
    (situation(S.PLANNED, aside=at(27, 21)), at(30, 20), K.LABEL_UNCHECKED, WATCH),  # a Friday evening
    (LABELLED, at(23, 20), K.NOT_MANIFESTED, ACT),
    (situation(S.LABEL_CREATED, handed=at(23, 18)), at(24, 18), K.NO_FIRST_SCAN, WATCH),
    (situation(S.LABEL_CREATED, handed=at(23, 18)), at(25, 18), K.NO_FIRST_SCAN, ACT),
    (situation(S.LABEL_CREATED, handed=at(20, 18), misses=3), at(23, 6), K.NUMBER_UNKNOWN, WATCH),
    (situation(S.IN_TRANSIT, occurred=at(23, 9)), at(26, 9), K.NO_SCAN, WATCH),
    (situation(S.IN_TRANSIT, occurred=at(23, 9)), at(27, 9), K.NO_SCAN, ACT),
    (situation(S.IN_TRANSIT, occurred=at(23, 9), region="DE"), at(30, 9), K.NO_SCAN, WATCH),
    (situation(S.IN_TRANSIT, occurred=at(16, 9), region="CA"), at(25, 9), K.NO_SCAN, WATCH),
    (situation(S.IN_TRANSIT, occurred=at(23), promised="2026-11-24"), at(25), K.PROMISE_PASSED, ACT),
    (situation(S.IN_TRANSIT, occurred=at(23), high="2026-11-24"), at(25), K.INTERVAL_PASSED, WATCH),
    (situation(S.DELIVERY_ATTEMPTED, occurred=at(23, 9)), at(25, 9), K.ATTEMPT_FAILED, ACT),
    (situation(S.READY_FOR_PICKUP, occurred=at(23, 9)), at(27, 9), K.PICKUP_WAITING, WATCH),
    (situation(S.CUSTOMS, occurred=at(23, 9)), at(25, 9), K.CUSTOMS_HELD, WATCH),
    (situation(S.EXCEPTION, occurred=at(23, 9)), at(25, 9), K.CARRIER_TROUBLE, ACT),
]


@pytest.mark.parametrize(("facts", "due", "kind", "severity"), FLIPS)
def test_a_rule_flips_at_its_instant(
    facts: Situation, due: datetime, kind: AnomalyKind, severity: Severity
) -> None:
    tick = timedelta(milliseconds=1)
    assert (kind, severity) not in kinds(due - tick, facts)
    assert (kind, severity) in kinds(due, facts)
    again = found(due - tick, facts).again
    assert again is not None and again <= ms(due)


HOLDS = [
    (situation(S.DAMAGED, occurred=NOON), K.DAMAGED, ACT),
    (situation(S.IN_TRANSIT, occurred=NOON, reason="carrier_damage"), K.DAMAGED, ACT),
    (situation(S.EXCEPTION, occurred=NOON, reason="recipient_refused"), K.REFUSED, ACT),
    (situation(S.DELIVERY_ATTEMPTED, occurred=NOON, reason="carrier_capacity"), K.PICKUP_TROUBLE, ACT),
    (situation(S.DELIVERY_ATTEMPTED, occurred=NOON), K.ATTEMPT_FAILED, WATCH),
    (situation(S.RETURNING, occurred=NOON), K.RETURNING, ACT),
    (situation(S.RETURNED, occurred=NOON), K.RETURNING, ACT),
    (situation(S.LOST, occurred=NOON), K.LOST, ACT),
    (situation(S.CUSTOMS, occurred=NOON, reason="customs_documents"), K.CUSTOMS_HELD, ACT),
    (situation(S.DELAYED, occurred=NOON), K.CARRIER_TROUBLE, WATCH),
    (situation(S.IN_TRANSIT, occurred=NOON, late=0.31), K.PREDICTED_LATE, WATCH),
    (situation(S.IN_TRANSIT, occurred=NOON, late=0.7), K.PREDICTED_LATE, ACT),
    (situation(S.IN_TRANSIT, occurred=NOON, lost=0.5), K.PROBABLY_LOST, ACT),
    (situation(S.DELIVERED, occurred=NOON, contested=NOON), K.CONTESTED, ACT),
    (situation(S.PLANNED, twin=1), K.DOUBLE_LABEL, ACT),
    (situation(S.IN_TRANSIT, occurred=NOON, event=NOON, unmapped="X9"), K.STATUS_UNKNOWN, WATCH),
]


@pytest.mark.parametrize(("facts", "kind", "severity"), HOLDS)
def test_what_the_carrier_says_holds_at_once(facts: Situation, kind: AnomalyKind, severity: Severity) -> None:
    assert kinds(NOON, facts) == [(kind, severity)]


def test_every_rule_of_the_default_set_fires_in_one_of_these_situations() -> None:
    elsewhere = {K.ADDRESS_DOUBTFUL, K.CLAIM_DUE}  # below, and in test_claim_clock.py
    tried = {kind for _, _, kind, _ in FLIPS} | {kind for _, kind, _ in HOLDS} | elsewhere
    assert tried == set(AnomalyKind) == {rule.kind for rule in DEFAULTS}


def test_a_label_made_after_the_day_ended_belongs_to_the_next_working_one() -> None:
    friday = situation(S.LABEL_CREATED, loose=at(27, 20))
    assert found(at(27, 20), friday).again == ms(at(30, 20))


def test_the_end_of_the_day_is_wall_time_also_when_the_clocks_change() -> None:
    facts = situation(S.LABEL_CREATED, loose=at(23, 21, month=10))  # a Friday, winter begins on Sunday
    again = found(at(24, 21, month=10), facts).again
    assert again == ms(datetime(2026, 10, 26, 19, tzinfo=UTC))


@pytest.mark.parametrize("status", sorted(ENDED - {S.LOST, S.DESTROYED, S.RETURNED}))
def test_nothing_fires_for_what_has_ended_well(status: TrackingStatus) -> None:
    facts = LABELLED._replace(status=status.value, promised="2026-01-01")
    assert found(NOON + 9 * DAY, facts)[:3] == ((), (), None)


def test_what_was_lost_asks_for_a_hand_for_a_month() -> None:
    facts = situation(S.LOST, occurred=NOON)
    again = found(NOON, facts).again
    assert again == ms(NOON + 30 * DAY)
    assert found(NOON + 30 * DAY, facts).found == ()


def test_a_parcel_in_the_network_did_leave_with_the_truck() -> None:
    facts = LABELLED._replace(status=S.IN_TRANSIT.value, occurred=ms(NOON))
    assert kinds(NOON + DAY, facts) == []


def test_what_waits_at_a_pickup_point_is_not_silent() -> None:
    facts = situation(S.READY_FOR_PICKUP, occurred=NOON)
    assert K.NO_SCAN not in [kind for kind, _ in kinds(NOON + 30 * DAY, facts)]


@pytest.mark.parametrize(("certain", "severity"), [(True, ACT), (False, WATCH)])
def test_a_doubtful_address_matters_until_the_label(certain: bool, severity: Severity) -> None:
    doubt = json.dumps({"sentence": "{postcode}?", "values": [["postcode", 123]], "certain": certain})
    facts = WAITS._replace(address=doubt)
    (flip,) = found(NOON, facts).found
    assert (flip.kind, flip.severity) == (K.ADDRESS_DOUBTFUL, severity)
    said = describe(flip, facts)
    assert (said.sentence, said.values) == ("{postcode}?", (("postcode", "123"),))
    assert detail_of(flip.kind, facts) == "{postcode}?"  # never what it says of a person
    assert kinds(NOON, LABELLED._replace(address=doubt)) == []


def test_the_worst_comes_first_and_what_was_seen_last() -> None:
    facts = LABELLED._replace(promised="2026-11-20", loose=ms(NOON - DAY))
    assert [kind for kind, _ in kinds(at(24, 15), facts)] == [
        K.NOT_MANIFESTED,
        K.PROMISE_PASSED,
        K.LABEL_UNCHECKED,
    ]
    facts = facts._replace(care=json.dumps({"seen": {"not_manifested": 2, "label_unchecked": 1}}))
    assert [kind for kind, _ in kinds(at(24, 15), facts)] == [
        K.PROMISE_PASSED,
        K.NOT_MANIFESTED,
        K.LABEL_UNCHECKED,
    ]


def test_what_was_seen_counts_again_when_it_gets_worse() -> None:
    facts = situation(S.IN_TRANSIT, occurred=at(23, 9))._replace(care='{"seen": {"no_scan": 1}}')
    assert [flip.seen for flip in found(at(26, 9), facts).found] == [True]
    assert [flip.seen for flip in found(at(27, 9), facts).found] == [False]


def test_what_was_settled_comes_back_only_when_it_begins_anew() -> None:
    facts = situation(S.IN_TRANSIT, occurred=at(16, 9))._replace(
        care=json.dumps({"settled": {"no_scan": ms(at(16, 9))}})
    )
    assert kinds(at(24), facts) == []
    assert kinds(at(27), facts._replace(occurred=ms(at(19)))) == [(K.NO_SCAN, ACT)]


def test_two_labels_stay_until_one_is_void() -> None:
    """Whatever anybody says: the tray lives on it."""
    said = json.dumps({"settled": {"double_label": 0}, "seen": {"double_label": 2}})
    facts = situation(S.PLANNED, twin=1, ship_by=NOON)._replace(care=said)
    assert kinds(NOON, facts) == [(K.DOUBLE_LABEL, ACT), (K.ORDER_LATE, ACT)]


def test_what_is_put_off_wakes_by_itself() -> None:
    facts = situation(S.DAMAGED, occurred=NOON, snoozed=NOON + DAY)
    asleep = found(NOON, facts)
    assert asleep.snoozed and asleep.again == ms(NOON + DAY)
    awake = found(NOON + DAY, facts)
    assert not awake.snoozed and awake.verdict != asleep.verdict


def test_a_rule_in_shadow_shows_nowhere_and_is_counted() -> None:
    tried = rule_from_data(K.DAMAGED, {**rule_to_data(DEFAULT[K.DAMAGED]), "mode": "shadow"})
    rules = Rules(zone=PARIS, calendars=CALENDARS, book={**DEFAULT, K.DAMAGED: tried})
    judged = found(NOON, situation(S.DAMAGED, occurred=NOON), rules)
    assert (judged.found, [flip.kind for flip in judged.shadow]) == ((), [K.DAMAGED])


def test_thresholds_are_those_of_carrier_service_and_distance() -> None:
    base = DEFAULT[K.NO_SCAN]
    exceptions = (
        RuleException(carrier="slow", threshold=Threshold(watch=6, act=None)),
        RuleException(carrier="slow", service="express", threshold=Threshold(watch=1, act=2)),
        RuleException(zone=Zone.BEYOND, threshold=None),
    )
    rule = rule_from_data(
        K.NO_SCAN,
        rule_to_data(
            type(base)(
                kind=base.kind, unit=base.unit, usual=base.usual, by_zone=base.by_zone, exceptions=exceptions
            )
        ),
    )
    assert rule.exceptions == exceptions
    assert rule.threshold("any", "home", Zone.HOME) == Threshold(watch=3, act=4)
    assert rule.threshold("slow", "home", Zone.HOME) == Threshold(watch=6)
    assert rule.threshold("slow", "express", Zone.EU) == Threshold(watch=1, act=2)
    assert rule.threshold("slow", "express", Zone.BEYOND) is None
    assert rule_from_data(K.NO_SCAN, None) == base
    assert {mode.value for mode in Mode} == {"on", "shadow", "off"}


# Nothing because of a weekend, of a holiday, of a change of the clocks

moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
maybe = st.none() | moments.map(ms)
days = st.dates(date(2026, 3, 1), date(2026, 12, 1)).map(date.isoformat)
LEFT_ALONE = {"carrier", "service", "unmapped", "address", "twin", "place", "lost", "care"}
situations = st.builds(
    Situation,
    status=st.sampled_from(TrackingStatus).map(lambda one: one.value),
    reason=st.sampled_from(IncidentReason).map(lambda one: one.value),
    region=st.sampled_from(["FR", "FR-6AE", "DE", "CA", ""]),
    ship_by=maybe,
    unchecked=maybe,
    loose=maybe,
    handed=maybe,
    promised=st.none() | days,
    high=st.none() | days,
    occurred=moments.map(ms),
    event=moments.map(ms),
    misses=st.integers(0, 2),
    snoozed=maybe,
    contested=maybe,
    aside=maybe,
    late=st.none() | st.floats(0, 1),
    **{name: st.just(default) for name, default in Situation._field_defaults.items() if name in LEFT_ALONE},
)


@given(situations, moments)
def test_nothing_changes_before_the_announced_instant(facts: Situation, now: datetime) -> None:
    """Only what is due is ever looked at, so between two looks nothing may flip by itself."""
    judged = found(now, facts)
    if judged.again is None:
        assert judge(ms(now + 3650 * DAY), facts, RULES).found == judged.found
    else:
        assert judged.again > ms(now)
        assert judge(judged.again - 1, facts, RULES).verdict == judged.verdict


TIMED = {K.NO_SCAN, K.NO_FIRST_SCAN, K.LABEL_UNCHECKED, K.PICKUP_WAITING, K.ATTEMPT_FAILED, K.NUMBER_UNKNOWN}
TIMED |= {K.CUSTOMS_HELD, K.CARRIER_TROUBLE, K.NOT_MANIFESTED}


@given(situations, st.dates(date(2026, 3, 1), date(2026, 12, 27)))
def test_no_silence_ripens_on_a_day_off(facts: Situation, day: date) -> None:
    """From the last worked moment before a day off to its end, no rule that counts time begins to hold; what
    happened on the day off itself is left aside. A rule that counts calendar days is caught (the next test)."""
    calendar = CALENDARS.of(facts.region or "FR")
    assume(not calendar.is_worked(day))
    start = datetime.combine(day, time(0), tzinfo=PARIS)
    end = datetime.combine(day + DAY, time(0), tzinfo=PARIS)
    marks = (facts.unchecked, facts.loose, facts.handed, facts.occurred, facts.event, facts.ship_by)
    assume(not any(mark and ms(start) <= mark < ms(end) for mark in marks))
    before, after = judge(ms(start), facts, RULES), judge(ms(end) - 1, facts, RULES)
    grown = {(f.kind, f.severity) for f in after.found} - {(f.kind, f.severity) for f in before.found}
    assert not {kind for kind, _ in grown} & TIMED


def test_the_naive_twin_that_counts_calendar_days_alarms_on_a_weekend() -> None:
    """72 hours after a scan on Thursday is a Sunday: the naive rule fires, ours waits for Tuesday."""
    scan = at(19, 9)
    facts = situation(S.IN_TRANSIT, occurred=scan)
    naive = scan + timedelta(hours=72)
    assert naive.weekday() == 6
    assert kinds(naive, facts) == kinds(at(24, 8, 59), facts) == []
    assert kinds(at(24, 9), facts) == [(K.NO_SCAN, WATCH)]


def test_christmas_counts_where_it_is_kept() -> None:
    """Scanned on Wednesday the 23rd: in France the 25th is off, in Alsace the 26th (a Saturday) changes nothing,
    and Good Friday is off in Alsace alone."""
    facts = situation(S.IN_TRANSIT, occurred=at(23, 9, month=12))
    assert judge(ms(at(23, 10, month=12)), facts, RULES).again == ms(at(29, 9, month=12))
    good_friday = situation(S.IN_TRANSIT, occurred=datetime(2026, 4, 1, 9, tzinfo=PARIS))
    due = {
        region: judge(
            ms(datetime(2026, 4, 1, 10, tzinfo=PARIS)), good_friday._replace(region=region), RULES
        ).again
        for region in ("FR", "FR-6AE")
    }
    assert due["FR"] == ms(datetime(2026, 4, 7, 9, tzinfo=PARIS))  # Friday counts, Easter Monday does not
    assert due["FR-6AE"] == ms(datetime(2026, 4, 8, 9, tzinfo=PARIS))


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_change_of_the_clocks_moves_nothing(sunday: date) -> None:
    friday = datetime.combine(sunday - 2 * DAY, time(18), tzinfo=PARIS)
    facts = situation(S.LABEL_CREATED, handed=friday)
    assert found(friday, facts).again == ms(datetime.combine(sunday + DAY, time(6), tzinfo=PARIS))
    assert kinds(friday + 3 * DAY, facts) == [(K.NO_FIRST_SCAN, WATCH)]  # Monday 18:00 on the wall


def test_a_promise_for_a_day_off_is_kept_on_the_next_working_day() -> None:
    facts = situation(S.IN_TRANSIT, occurred=at(27), promised="2026-11-28")  # a Saturday
    assert kinds(at(30, 23, 59), facts) == []
    assert kinds(at(1, month=12), facts) == [(K.PROMISE_PASSED, ACT)]
