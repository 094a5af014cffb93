"""Which truck an order can still catch, over weekends and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.cutoff import departure_on, is_working_day, next_departure, other_truck

PARIS = ZoneInfo("Europe/Paris")
CUT = time(17, 30)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("ordered", "leaves"),
    [
        ("2026-11-23 09:00", "2026-11-23 17:30"),  # a Monday
        ("2026-11-23 17:30", "2026-11-23 17:30"),  # at the last moment
        ("2026-11-23 17:31", "2026-11-24 17:30"),
        ("2026-11-27 18:00", "2026-11-30 17:30"),  # Friday evening: Monday
        ("2026-11-28 10:00", "2026-11-30 17:30"),  # Saturday
        ("2026-11-29 23:59", "2026-11-30 17:30"),  # Sunday
        ("2026-03-27 18:00", "2026-03-30 17:30"),  # over the night that loses an hour
        ("2026-10-23 18:00", "2026-10-26 17:30"),  # over the night that gains one
    ],
)
def test_the_next_truck(ordered: str, leaves: str) -> None:
    found = next_departure(paris(ordered), CUT, PARIS)
    assert found == paris(leaves)
    assert next_departure(paris(ordered).astimezone(UTC), CUT, PARIS) == found


def test_the_trucks_wall_time_stays_when_the_clocks_change() -> None:
    before, after = next_departure(paris("2026-10-23 09:00"), CUT, PARIS), paris("2026-10-26 17:30")
    assert before.utcoffset() == timedelta(hours=2)
    assert after.utcoffset() == timedelta(hours=1)
    assert before.time() == after.time()
    naive = before + timedelta(days=3)
    assert naive.astimezone(UTC) - before.astimezone(UTC) == timedelta(days=3, hours=1)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)), st.times())
def test_always_ahead_never_later_than_needed(after: datetime, cut_off: time) -> None:
    found = next_departure(after, cut_off, PARIS)
    assert found.replace(tzinfo=None) >= after.astimezone(PARIS).replace(tzinfo=None)
    assert is_working_day(found)
    assert found.time() == cut_off.replace(tzinfo=None)
    earlier = found - timedelta(days=1)
    while earlier.replace(tzinfo=None) >= after.astimezone(PARIS).replace(tzinfo=None):
        assert not is_working_day(earlier)
        earlier -= timedelta(days=1)


def test_the_departure_of_a_day_past_or_ahead() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # already Tuesday in Paris
    assert departure_on(late, CUT, PARIS) == paris("2026-11-24 17:30")
    assert departure_on(late, CUT, PARIS).date() == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("ship_by", "moved"),
    [
        ("2026-12-24 17:30", "2026-12-28 17:30"),  # the first truck after it was ordered
        ("2026-12-31 17:30", "2026-12-31 17:30"),  # a later one, on a day with trucks
        ("2026-12-26 17:30", "2026-12-28 17:30"),  # told by a desk that had not heard of the closed day
        ("2026-12-24 12:00", "2026-12-24 12:00"),  # the shop's own word
    ],
)
def test_another_truck(ship_by: str, moved: str) -> None:
    ordered, shut = paris("2026-12-24 09:00"), {date(2026, 12, 24), date(2026, 12, 25)}

    def worked(day: date) -> bool:
        return is_working_day(day) and day != date(2026, 12, 25)

    def works(day: date) -> bool:
        return is_working_day(day) and day not in shut

    found = other_truck(paris(ship_by), ordered, CUT, PARIS, worked=worked, works=works)
    assert found == paris(moved)
    if ship_by != moved and "24" in ship_by:
        assert other_truck(found, ordered, CUT, PARIS, worked=works, works=worked) == paris(ship_by)
