"""Counting in a carrier's working days, and learning which they are."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.forecast.workdays import Workdays, judge_weekdays, weekday

EPOCH = date(1970, 1, 1).toordinal()
MONDAY = date(2026, 1, 5).toordinal() - EPOCH
WEEK = np.array([[1, 1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1, 0]], dtype=np.bool_)


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def test_weekday_is_the_calendars() -> None:
    days = np.arange(0, 40000, dtype=np.int32)
    assert weekday(days).tolist() == [date.fromordinal(int(day) + EPOCH).weekday() for day in days]


@given(st.integers(0, 1), st.integers(0, 60), st.integers(0, 60), st.lists(st.integers(0, 60), max_size=4))
def test_spans_are_what_a_finger_on_the_calendar_counts(
    carrier: int, start: int, span: int, off: list[int]
) -> None:
    closed = {carrier: ints(*(MONDAY + day for day in set(off)))}
    days = Workdays(WEEK, MONDAY, MONDAY + 130, closed)
    counted = [
        day
        for day in range(MONDAY + start + 1, MONDAY + start + span + 1)
        if WEEK[carrier, (day + 3) % 7] and day - MONDAY not in off
    ]
    found = days.between(ints(carrier), ints(MONDAY + start), ints(MONDAY + start + span))
    assert found[0] == len(counted)
    if counted:
        assert days.after(ints(carrier), ints(MONDAY + start), found)[0] == counted[-1]
    assert days.after(ints(carrier), ints(MONDAY + start), ints(0))[0] == MONDAY + start


def test_days_far_outside_count_as_the_last_one() -> None:
    days = Workdays(WEEK, MONDAY, MONDAY + 10)
    assert days.between(ints(0), ints(MONDAY), ints(1 << 30))[0] > 100
    assert days.after(ints(0), ints(MONDAY), ints(10_000))[0] >= MONDAY + 10


def test_weekdays_come_from_deliveries() -> None:
    counts = np.array([[90, 100, 95, 97, 99, 60, 0], [90, 100, 95, 97, 99, 8, 1], [0, 0, 0, 0, 0, 0, 0]])
    learnt = judge_weekdays(counts, MONDAY, MONDAY + 70)
    assert learnt.astype(int).tolist() == [
        [1, 1, 1, 1, 1, 1, 0],
        [1, 1, 1, 1, 1, 0, 0],
        [1, 1, 1, 1, 1, 0, 0],
    ]


def test_the_first_tuesday_does_not_close_the_other_days() -> None:
    """Naive twin: by shares alone only the weekdays seen so far would be worked."""
    counts = np.array([[0, 225, 0, 0, 0, 0, 0]])
    assert judge_weekdays(counts, MONDAY, MONDAY + 2)[0].astype(int).tolist() == [1, 1, 1, 1, 1, 0, 0]
    assert (counts[0] > 0.4 * counts[0].mean()).sum() == 1
