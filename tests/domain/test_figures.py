"""Counts of how shipments went: sums, shares, medians, whose doing, and when a rise is one."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.anomaly_kinds import Cause
from wismo_desk.domain.chart import ceiling
from wismo_desk.domain.figures import (
    LONGEST,
    Contacts,
    Kept,
    Lane,
    Period,
    by_carrier,
    by_country,
    by_service,
    is_rising,
    share_out,
    transit,
    worst_first,
)

LANES = {
    Lane("a", "home", "FR"): Kept(due=100, late=10, tried=3, never=1),
    Lane("a", "home", "ES"): Kept(due=20, late=8),
    Lane("a", "point", "FR"): Kept(due=40, late=1),
    Lane("b", "home", "FR"): Kept(due=4, late=2),
}


def test_lanes_add_up_however_they_are_grouped() -> None:
    assert by_carrier(LANES) == {
        Lane("a"): Kept(due=160, late=19, tried=3, never=1),
        Lane("b"): Kept(due=4, late=2),
    }
    assert by_service(LANES)[Lane("a", "home")] == Kept(due=120, late=18, tried=3, never=1)
    assert by_country(LANES)[Lane("a", country="FR")] == Kept(due=140, late=11, tried=3, never=1)
    assert [lane.carrier for lane, _ in worst_first(by_carrier(LANES))] == ["b", "a"]
    assert [lane.carrier for lane, _ in worst_first(by_carrier(LANES), least=10)] == ["a"]
    assert Kept().share_late == 0


def test_days_are_told_apart_up_to_eight() -> None:
    found = transit([(1, False, 2, 10), (2, False, 2, 80), (3, True, 2, 5), (30, True, 3, 5)])
    assert found.bins == (0, 10, 80, 5, 0, 0, 0, 0, 5)
    assert found.late == (0, 0, 0, 5, 0, 0, 0, 0, 5)
    assert (found.quantile(0.1), found.quantile(0.5), found.quantile(0.9)) == (1, 2, 2)
    assert found.promised == 2
    assert found.within_promise == 0.9
    assert transit([]).within_promise is None


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.none(), st.integers(1, 9)), min_size=1))
def test_quantiles_stand_in_order(rows: list[tuple[int, bool, int | None, int]]) -> None:
    found = transit(rows)
    low, middle, high = (found.quantile(share) for share in (0.1, 0.5, 0.9))
    assert 0 <= low <= middle <= high <= LONGEST
    assert sum(found.bins) == sum(row[3] for row in rows)
    assert sum(found.bins[: middle + 1]) >= found.count / 2


def test_late_ones_are_shared_out_by_whose_doing_it_was() -> None:
    causes, hurdles = share_out(
        [
            (True, "recipient_absent", 5),
            (False, "recipient_absent", 3),
            (False, "recipient_address", 2),
            (False, "", 7),
        ]
    )
    assert causes == {Cause.WAREHOUSE: 5, Cause.CUSTOMER: 3, Cause.DATA: 2, Cause.CARRIER: 7}
    assert hurdles == {Cause.CUSTOMER: {"recipient_absent": 3}, Cause.DATA: {"recipient_address": 2}}


def test_a_period_and_the_one_before_it_do_not_meet() -> None:
    period = Period(date(2026, 11, 2), date(2026, 11, 29))
    assert period.days == 28
    assert period.before() == Period(date(2026, 10, 5), date(2026, 11, 1))


def test_a_rise_is_counted_back_from_the_end() -> None:
    assert is_rising([0.1, 0.05, 0.06, 0.07]) == 2
    assert is_rising([0.1, 0.2, 0.2]) == 0
    assert is_rising([]) == 0


def test_contacts_per_hundred() -> None:
    assert Contacts(by_question={"a": 3, "b": 1}, sent=200).per_hundred == 2
    assert Contacts().per_hundred is None


@given(st.floats(0.0001, 1))
def test_an_axis_holds_its_largest_value(most: float) -> None:
    top, unit = ceiling(most)
    assert top >= most - 1e-9
    assert top / unit <= 5.0001
