"""Our rules at their instants: each flips exactly when it is due, and says when to look again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.address import Finding
from wismo_desk.domain.anomaly import AnomalyKind, Rules, Severity, Situation, judge
from wismo_desk.domain.status import ENDED, TrackingStatus

PARIS = ZoneInfo("Europe/Paris")
RULES = Rules(zone=PARIS, day_ends=time(20, 0))
NOON = datetime(2026, 11, 23, 12, tzinfo=PARIS)
TICK = timedelta(milliseconds=1)
WAITS = Situation(status=TrackingStatus.PLANNED, ship_by=NOON + timedelta(hours=5))
LABELLED = Situation(
    status=TrackingStatus.LABEL_CREATED, ship_by=NOON, unchecked_since=NOON, unmanifested_since=NOON
)


def kinds(now: datetime, facts: Situation) -> list[AnomalyKind]:
    return [anomaly.kind for anomaly in judge(now.astimezone(UTC), facts, RULES)[0]]


FLIPS = [
    (WAITS, NOON + timedelta(hours=5), AnomalyKind.ORDER_LATE),
    (LABELLED, NOON + timedelta(hours=2), AnomalyKind.LABEL_UNCHECKED),
    (LABELLED, NOON.replace(hour=20), AnomalyKind.NOT_MANIFESTED),
    (
        Situation(status=TrackingStatus.IN_TRANSIT, promised_on=date(2026, 11, 24)),
        datetime(2026, 11, 25, 0, 0, tzinfo=PARIS),
        AnomalyKind.PROMISE_PASSED,
    ),
]


@pytest.mark.parametrize(("facts", "due", "kind"), FLIPS)
def test_a_rule_flips_at_its_instant(facts: Situation, due: datetime, kind: AnomalyKind) -> None:
    assert kind not in kinds(due - TICK, facts)
    assert kind in kinds(due, facts)
    _, again = judge(due - TICK, facts, RULES)
    assert again == due


def test_a_label_made_after_the_day_ended_belongs_to_the_next() -> None:
    evening = NOON.replace(hour=20)
    facts = replace(LABELLED, unchecked_since=None, unmanifested_since=evening)
    _, again = judge(evening, facts, RULES)
    assert again == evening + timedelta(days=1)


def test_the_end_of_the_day_is_wall_time_also_when_the_clocks_change() -> None:
    saturday = datetime(2026, 10, 24, 21, tzinfo=PARIS)
    facts = Situation(status=TrackingStatus.LABEL_CREATED, unmanifested_since=saturday.astimezone(UTC))
    _, again = judge(saturday, facts, RULES)
    assert again == datetime(2026, 10, 25, 20, tzinfo=PARIS)
    assert again is not None
    assert again.astimezone(UTC).hour == 19  # winter already


@pytest.mark.parametrize("status", sorted(ENDED))
def test_nothing_fires_for_what_has_ended(status: TrackingStatus) -> None:
    facts = replace(LABELLED, status=status, promised_on=date(2026, 1, 1))
    assert judge(NOON + timedelta(days=9), facts, RULES) == ((), None)


def test_a_parcel_in_the_network_did_leave_with_the_truck() -> None:
    facts = replace(LABELLED, status=TrackingStatus.IN_TRANSIT)
    assert kinds(NOON + timedelta(days=1), facts) == []


def test_a_parcel_on_its_manifest_needs_no_bench_scan() -> None:
    assert kinds(NOON + timedelta(days=1), replace(LABELLED, unmanifested_since=None)) == []


@pytest.mark.parametrize(("certain", "severity"), [(True, Severity.ACT), (False, Severity.WATCH)])
def test_a_doubtful_address_matters_until_the_label(certain: bool, severity: Severity) -> None:
    finding = Finding("postcode", "{postcode}?", (("postcode", 123),), certain)
    (found,), _ = judge(NOON, replace(WAITS, address=finding), RULES)
    assert (found.kind, found.severity) == (AnomalyKind.ADDRESS_DOUBTFUL, severity)
    assert found.values == (("postcode", "123"),)
    assert kinds(NOON, replace(LABELLED, address=finding)) == []


def test_the_worst_comes_first() -> None:
    facts = replace(
        LABELLED, promised_on=date(2026, 11, 20), address=None, unmanifested_since=NOON - timedelta(days=1)
    )
    found = judge(NOON + timedelta(hours=3), facts, RULES)[0]
    assert [a.kind for a in found] == [
        AnomalyKind.NOT_MANIFESTED,
        AnomalyKind.PROMISE_PASSED,
        AnomalyKind.LABEL_UNCHECKED,
    ]
    assert [a.severity for a in found] == sorted((a.severity for a in found), reverse=True)


moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
maybe = st.none() | moments
situations = st.builds(
    Situation,
    status=st.sampled_from(TrackingStatus),
    ship_by=maybe,
    unchecked_since=maybe,
    unmanifested_since=maybe,
    promised_on=st.none() | st.dates(date(2026, 3, 1), date(2026, 12, 1)),
)


@given(situations, moments)
def test_nothing_changes_before_the_announced_instant(facts: Situation, now: datetime) -> None:
    """Only what is due is ever looked at: so between two looks nothing may flip, and at the next something
    must."""
    found, again = judge(now, facts, RULES)
    if again is None:
        assert judge(now + timedelta(days=3650), facts, RULES)[0] == found
    else:
        assert again > now
        assert judge(again - TICK, facts, RULES)[0] == found
        assert judge(again, facts, RULES)[0] != found
