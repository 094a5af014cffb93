"""Makes the table of public holidays: `python -m installers.days_off [--check]`, from the package `holidays` (MIT).

`resources/calendars/days_off.csv` has one region and year a line: "FR,2027,0101 0329 …". The program reads this table
and not the package, whose 250 countries take 18 megabytes and two tenths of a second of every start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import holidays

OUT: Final = Path(__file__).parents[1] / "resources" / "calendars" / "days_off.csv"
FIRST, LAST = 2023, 2031
_HEAD: Final = "region,year,days"
_PARTS: Final = ("FR", "DE")  # where a postcode tells whose days off count


def regions() -> list[str]:
    known = holidays.list_supported_countries(include_aliases=False)
    return sorted([*known, *(f"{country}-{part}" for country in _PARTS for part in known[country])])


def lines(wanted: list[str] | None = None) -> Iterator[str]:
    for region in regions() if wanted is None else wanted:
        country, _, part = region.partition("-")
        for year in range(FIRST, LAST + 1):
            found = sorted(holidays.country_holidays(country, subdiv=part or None, years=year))
            if found:
                yield f"{region},{year},{' '.join(f'{day:%m%d}' for day in found)}"


def main(*, check: bool) -> int:
    text = "\n".join([_HEAD, *lines(), ""])
    if check:
        return int(OUT.read_text(encoding="utf-8") != text)
    OUT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
