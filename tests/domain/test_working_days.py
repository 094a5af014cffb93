"""The clock that stands still on days off."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.calendar import Calendars, Zone, read_delivery_days, region_of, zone_of
from wismo_desk.domain.working_days import WorkingTime
from wismo_desk.resources import resources_dir
from wismo_desk.resources.days_off import days_off

PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
OFF = days_off("FR")
TIME = WorkingTime(FIRST, LAST, PARIS, lambda day: day.weekday() < 5 and day not in OFF)
DAY_MS = 24 * 3600 * 1000
instants = st.integers(
    int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000),
    int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000),
)
lengths = st.integers(0, 20 * DAY_MS)


def ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, PARIS)


@given(instants, lengths)
def test_what_was_added_has_passed(start: int, length: int) -> None:
    end = TIME.after(start, length)
    assert TIME.between(start, end) == length
    assert end >= start


@given(instants, lengths)
def test_it_ends_on_a_worked_day(start: int, length: int) -> None:
    end = local(TIME.after(start, length)).date()
    assert end.weekday() < 5 and end not in OFF


@given(instants, lengths, lengths)
def test_later_is_later(start: int, one: int, other: int) -> None:
    assert TIME.after(start, one) <= TIME.after(start, one + other)
    assert TIME.after(start, one) <= TIME.after(start + other, one)


@given(instants, st.integers(1, 15))
def test_whole_days_keep_the_hour_over_both_changes_of_the_clocks(start: int, count: int) -> None:
    begun = local(start)
    if not TIME.is_worked(begun.date()):
        return
    end = local(TIME.after(start, count * DAY_MS))
    assert end.time() == begun.time()
    passed = [begun.date() + timedelta(days=n) for n in range(1, (end.date() - begun.date()).days + 1)]
    assert sum(TIME.is_worked(day) for day in passed) == count


def test_it_counts_the_easter_of_2026() -> None:
    thursday = datetime(2026, 4, 2, 18, tzinfo=PARIS)
    assert local(TIME.after(ms(thursday), 2 * DAY_MS)) == datetime(
        2026, 4, 7, 18, tzinfo=PARIS
    )  # not the 6th
    assert TIME.days_between(ms(thursday), ms(datetime(2026, 4, 7, 18, tzinfo=PARIS))) == 2


def test_outside_its_years_it_goes_on_plainly() -> None:
    end = TIME.after(ms(datetime(2026, 12, 31, 12, tzinfo=PARIS)), 3 * DAY_MS)
    assert local(end) == datetime(2027, 1, 3, 12, tzinfo=PARIS)
    assert TIME.end_of("2027-02-01") == ms(datetime(2027, 2, 2, tzinfo=PARIS))
    assert TIME.end_of("2020-02-01") == ms(datetime(2026, 1, 1, tzinfo=PARIS))
    assert TIME.worked(0) == 0


def test_the_end_of_a_day_off_is_that_of_the_next_worked_one() -> None:
    assert TIME.end_of("2026-11-24") == ms(datetime(2026, 11, 25, tzinfo=PARIS))
    assert TIME.end_of("2026-11-28") == ms(datetime(2026, 12, 1, tzinfo=PARIS))


REGIONS = [
    ("FR", "69003", "FR", Zone.HOME),
    ("fr", "67000", "FR-6AE", Zone.HOME),
    ("FR", "68100", "FR-6AE", Zone.HOME),
    ("FR", "57000", "FR-57", Zone.HOME),
    ("FR", "97400", "FR-974", Zone.BEYOND),
    ("FR", "97500", "FR-PM", Zone.BEYOND),
    ("FR", "98800", "FR-NC", Zone.BEYOND),
    ("GP", "97110", "FR-971", Zone.BEYOND),
    ("MC", "98000", "MC", Zone.HOME),
    ("FR", "69", "FR", Zone.HOME),
    ("DE", "10115", "DE", Zone.EU),
    ("CH", "1200", "CH", Zone.BEYOND),
    ("", "", "", Zone.BEYOND),
]


@pytest.mark.parametrize(("country", "postcode", "region", "zone"), REGIONS)
def test_a_postcode_has_its_days_off_and_its_distance(
    country: str, postcode: str, region: str, zone: Zone
) -> None:
    assert region_of(country, postcode) == region
    assert zone_of(region, "FR") is zone


def test_a_desk_elsewhere_has_its_own_home() -> None:
    assert zone_of("DE", "DE") is Zone.HOME
    assert zone_of("FR-6AE", "DE") is Zone.EU
    assert zone_of("GB", "DE") is Zone.BEYOND


@pytest.mark.parametrize(
    ("region", "count"),
    [("FR", 11), ("FR-6AE", 13), ("FR-57", 13), ("FR-971", 15), ("FR-972", 13), ("FR-974", 12), ("DE", 9)],
)
def test_the_days_off_of_a_year(region: str, count: int) -> None:
    assert len([day for day in days_off(region) if day.year == 2027]) == count


def test_a_country_nobody_knows_has_weekends_only() -> None:
    assert days_off("XX") == frozenset() == days_off("")


def test_a_day_counts_when_it_does_at_both_ends() -> None:
    calendars = Calendars(zone=PARIS, holidays=days_off)
    german_unity, bastille = date(2025, 10, 3), date(2026, 7, 14)
    assert calendars.of("FR").is_worked(german_unity)
    assert not calendars.of("DE").is_worked(german_unity)
    assert not calendars.of("DE").is_worked(bastille)
    assert calendars.of("DE") is calendars.of("DE", "any", "service")


def test_delivery_days_are_dated() -> None:
    table = read_delivery_days(
        "carrier,service,weekdays,from,until,source,checked\n"
        "*,*,mon tue wed thu fri,,,,\n"
        "quick,,mon tue wed thu fri sat,2026-03-01,2026-03-31,a contract,2026-01-01\n"
    )
    assert table[1].service == ""
    rows = (
        table[0],
        type(table[1])(
            carrier="quick",
            service="*",
            weekdays=table[1].weekdays,
            since=table[1].since,
            until=table[1].until,
        ),
    )
    calendars = Calendars(zone=PARIS, table=rows)
    assert calendars.of("FR", "quick", "home").is_worked(date(2026, 3, 14))
    assert not calendars.of("FR", "quick", "home").is_worked(date(2026, 4, 11))
    assert not calendars.of("FR", "slow", "home").is_worked(date(2026, 3, 14))


def test_the_shipped_table_counts_a_saturday_only_where_that_is_documented() -> None:
    text = (resources_dir() / "calendars" / "delivery_days.csv").read_text(encoding="utf-8")
    calendars = Calendars(zone=PARIS, table=read_delivery_days(text))
    saturday = datetime.combine(date(2026, 11, 28), time(12), tzinfo=PARIS)
    assert not calendars.of("FR", "chronopost", "home").is_worked(saturday.date())
    assert calendars.of("FR", "colissimo", "home").is_worked(saturday.date())
    assert not calendars.works_here(saturday.date())
