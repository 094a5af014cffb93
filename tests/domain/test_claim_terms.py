"""Limits of claims: the table as shipped, days counted as each row says, and what is not sure marked as such."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from wismo_desk.domain.calendar import Zone
from wismo_desk.domain.claim import ClaimKind
from wismo_desk.domain.claim_terms import (
    ClaimTerm,
    Count,
    Landmarks,
    Limit,
    Start,
    Trust,
    last_day,
    limit_of,
    read_terms,
    term_key,
    term_to_data,
    terms_from_data,
    working_days_before,
    working_days_left,
)
from wismo_desk.resources import claim_terms

TERMS = read_terms(claim_terms())
FRIDAY = date(2026, 11, 20)
ARMISTICE = date(2026, 11, 11)


def term(count: Count, days: int = 3) -> ClaimTerm:
    return ClaimTerm(
        carrier="*",
        kind="*",
        reach=None,
        days=days,
        count=count,
        start=Start.DELIVERED,
        source="",
        checked=None,
        trust=Trust.LAW,
    )


def limit(kind: ClaimKind, carrier: str, reach: Zone = Zone.HOME, **days: date) -> Limit | None:
    return limit_of(
        TERMS, kind, carrier=carrier, reach=reach, landmarks=Landmarks(**days), holidays={ARMISTICE}
    )


@pytest.mark.parametrize(
    ("count", "since", "last"),
    [
        (Count.CALENDAR, FRIDAY, date(2026, 11, 23)),
        (Count.NO_HOLIDAYS, date(2026, 11, 9), date(2026, 11, 13)),  # the 11th does not count
        (Count.WEEKDAYS, FRIDAY, date(2026, 11, 24)),  # Saturday counts, Sunday does not
        (Count.WORKING, FRIDAY, date(2026, 11, 25)),
    ],
)
def test_each_way_of_counting(count: Count, since: date, last: date) -> None:
    assert last_day(term(count), since, {ARMISTICE}) == last


def test_the_law_gives_three_days_for_damage_at_home_whoever_carried_it() -> None:
    found = limit(ClaimKind.DAMAGED, "gls", delivered=date(2026, 11, 10))
    assert found is not None
    assert (found.last, found.term.is_trusted) == (date(2026, 11, 14), True)
    assert "L133-3" in found.term.source


def test_the_limit_that_ends_first_counts() -> None:
    """Chronopost's own three days count public holidays too, the law's do not."""
    found = limit(ClaimKind.DAMAGED, "chronopost", delivered=date(2026, 11, 10))
    assert found is not None
    assert (found.last, found.term.is_trusted) == (date(2026, 11, 13), False)


def test_what_is_second_hand_is_marked() -> None:
    lost = limit(ClaimKind.LOST, "colissimo", handed_over=FRIDAY, promised=FRIDAY + timedelta(days=2))
    assert lost is not None
    assert (lost.last, lost.term.is_trusted) == (FRIDAY + timedelta(days=30), False)
    assert all(one.source and one.checked for one in TERMS)
    assert all("art. L133" in one.source for one in TERMS if one.is_trusted)


def test_damage_that_is_known_before_delivery_counts_from_then() -> None:
    found = limit(ClaimKind.DAMAGED, "mondial_relay", known=FRIDAY)
    assert found is not None
    assert found.last == date(2026, 11, 23)


def test_where_nobody_knows_a_limit_there_is_none() -> None:
    assert limit(ClaimKind.OTHER, "ups", delivered=FRIDAY) is None
    assert limit(ClaimKind.LOST, "ups", Zone.BEYOND, handed_over=FRIDAY) is None
    assert limit(ClaimKind.LATE, "gls", Zone.EU) is None  # not delivered yet: nothing to count from


def test_the_merchants_own_contract_stands_over_the_table() -> None:
    own = terms_from_data(
        {term_key("mondial_relay", ClaimKind.LOST): {"days": 40, "count": "working", "start": "handed_over"}}
    )
    terms = (*TERMS, *own)
    marks = Landmarks(handed_over=FRIDAY)
    found = limit_of(terms, ClaimKind.LOST, carrier="mondial_relay", reach=Zone.HOME, landmarks=marks)
    assert found is not None
    assert (found.term.trust, found.term.days) == (Trust.MERCHANT, 40)
    assert term_to_data(found.term) == {"days": 40, "count": "working", "start": "handed_over"}
    assert terms_from_data({"mondial_relay|lost": None, "x|unheard_of": {}}) == ()


def test_working_days_left_are_those_on_which_somebody_can_act() -> None:
    assert working_days_left(FRIDAY, FRIDAY) == 0
    assert working_days_left(FRIDAY, FRIDAY + timedelta(days=3)) == 1  # Monday
    assert working_days_left(FRIDAY, FRIDAY - timedelta(days=1)) == -1
    assert working_days_left(date(2026, 11, 10), date(2026, 11, 12), {ARMISTICE}) == 1


@pytest.mark.parametrize("days", range(8))
def test_before_and_left_agree(days: int) -> None:
    for n in range(14):
        last = FRIDAY + timedelta(days=n)
        first = working_days_before(last, days, {ARMISTICE})
        assert working_days_left(first, last, {ARMISTICE}) == days
