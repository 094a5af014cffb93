"""Public holidays by region, out of the table that `installers/days_off.py` made."""

from __future__ import annotations

from datetime import date
from typing import Final

from wismo_desk.resources import resources_dir

FIRST: Final = date(2023, 1, 1)
LAST: Final = date(2031, 12, 31)


def days_off(region: str) -> frozenset[date]:
    """ "FR", "FR-57", "DE"…: what everybody there has off, without Saturdays' and Sundays' own. A part of a country
    that the table does not know has its country's, a country that it does not know has none: its weekends count all
    the same. A millisecond: whoever asks often keeps the answer."""
    text = (resources_dir() / "calendars" / "days_off.csv").read_text(encoding="ascii")
    return _found(text, region) or _found(text, region.partition("-")[0])


def _found(text: str, region: str) -> frozenset[date]:
    """Lines "FR,2027,0101 0329 …", those of one region together."""
    begin = text.find(f"\n{region},") + 1
    days: list[date] = []
    while begin and text.startswith(f"{region},", begin):
        end = text.index("\n", begin)
        year, said = text[begin + len(region) + 1 : end].split(",")
        days += (date(int(year), int(day[:2]), int(day[2:])) for day in said.split())
        begin = end + 1
    return frozenset(days)
