"""The table of public holidays says what the package it was made from says."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from wismo_desk.resources.days_off import FIRST, LAST, days_off

REGIONS = [
    "FR",
    "FR-57",
    "FR-6AE",
    "FR-971",
    "DE",
    "DE-BY",
    "BE",
    "CH",
    "ES",
    "GB",
    "IT",
    "NL",
    "US",
    "ZA",
    "AD",
]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.filterwarnings("ignore")  # the package's own, about countries that changed their names
def test_each_region_has_the_days_of_the_package(region: str) -> None:
    country, _, part = region.partition("-")
    years = range(FIRST.year, LAST.year + 1)
    assert days_off(region) == frozenset(holidays.country_holidays(country, subdiv=part or None, years=years))


def test_every_year_of_the_table_is_there() -> None:
    assert {day.year for day in days_off("FR")} == set(range(FIRST.year, LAST.year + 1))
    assert min(days_off("FR")) == date(2023, 1, 1)


def test_a_part_that_nobody_knows_has_its_countrys_days() -> None:
    assert days_off("FR-99") == days_off("FR") != days_off("FR-57")


def test_a_beginning_is_no_region() -> None:
    """The naive look for the beginning of a line would give Andorra's days to "A"."""
    assert days_off("A") == days_off("D") == days_off("XX") == days_off("") == frozenset()
