"""Counting in a carrier's working days, and learning which they are."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.forecast.encoder import Encoder, Words, calendar_word
from wismo_desk.forecast.parcels import NEVER
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


def test_calendars_of_one_carrier_share_its_week_and_differ_in_their_days_off() -> None:
    """A few parcels to Moselle do not make another week of it; what is new goes by its carrier's calendar."""
    encoder = Encoder()
    regions = ["FR"] * 60 + ["FR-57"] * 2
    words = Words(
        carrier=["alba"] * 62,
        service=["home"] * 62,
        zone=["FR"] * 62,
        origin=["FR"] * 62,
        calendar=[calendar_word("alba", region) for region in regions],
    )
    handed = np.arange(MONDAY, MONDAY + 62, dtype=np.int32)
    none = np.full(62, NEVER, dtype=np.int32)
    parcels = encoder.encode(words, handed=handed, promised=none, delivered=none, closed=none)
    assert parcels.carriers == ("alba", "alba\nFR", "alba\nFR-57", "")
    assert parcels.company is not None and parcels.company.tolist() == [0, 0, 0, 1]
    counts = np.zeros((4, 7), dtype=np.int64)
    counts[1, :6], counts[2, 1] = 40, 2
    weeks = judge_weekdays(counts, MONDAY, MONDAY + 70, parcels.company)
    assert weeks[:3].astype(int).tolist() == [[1, 1, 1, 1, 1, 1, 0]] * 3
    alone = judge_weekdays(counts, MONDAY, MONDAY + 70)  # naive twin: each calendar by its own deliveries
    assert not alone[2, 5]
    days = Workdays(weeks, MONDAY, MONDAY + 20, {2: ints(MONDAY + 4)}, {1: ints(MONDAY + 6)})
    week = ints(MONDAY - 1), ints(MONDAY + 6)
    spans = [days.between(ints(row), *week)[0] for row in range(4)]
    assert spans == [6, 7, 5, 5]
    new = Words(carrier=["alba", "cime"], service=["home"] * 2, zone=["FR"] * 2, origin=["FR"] * 2,
                calendar=["alba\nDE", "cime\nFR"])  # fmt: skip
    two = np.full(2, NEVER, dtype=np.int32)
    later = encoder.encode(new, handed=handed[:2], promised=two, delivered=two, closed=two)
    assert later.carrier.tolist() == [0, 3]
