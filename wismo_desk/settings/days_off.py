"""Public holidays by region, from the package `holidays`, which is read when somebody first asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

FIRST: Final = date(2023, 1, 1)
LAST: Final = date(2031, 12, 31)


def days_off(region: str) -> frozenset[date]:
    """ "FR", "FR-57", "DE"…: what everybody there has off, without Saturdays' and Sundays' own. A region or a country
    that the package does not know has none: its weekends count all the same."""
    import holidays

    country, _, part = region.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        return frozenset()
    years = range(FIRST.year, LAST.year + 1)
    found = holidays.country_holidays(country, subdiv=part if part in known[country] else None, years=years)
    return frozenset(found)


DaysOff = Callable[[str], frozenset[date]]
