"""Whose days off and delivery days count for each parcel of the forecast, where it goes and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from wismo_desk.domain.calendar import DeliveryDays, days_known
from wismo_desk.store.foresight import Journeys

if TYPE_CHECKING:
    from wismo_desk.forecast.parcels import Ints

FIRST: Final = date(2023, 1, 1)  # as far as the tables of days off go
LAST: Final = date(2031, 12, 31)
_EPOCH: Final = date(1970, 1, 1).toordinal()

Holidays = Callable[[str], Iterable[date]]  # of a region; goes to another process with the lesson


@dataclass(frozen=True, slots=True)
class LaneDays:
    """`home`: the region of the warehouse. `table`: dated delivery days, a later row over an earlier one; those for
    any carrier do not count here, since the forecast learns a carrier's week from its deliveries."""

    home: str
    holidays: Holidays
    table: tuple[DeliveryDays, ...] = ()

    def words(self, journeys: Journeys, which: Sequence[int]) -> list[str]:
        """Of each parcel asked the calendar that counts, as `forecast.encoder.calendar_word`."""
        from wismo_desk.forecast.encoder import calendar_word

        own = {(row.carrier, row.service) for row in self.table if row.carrier != "*"}
        made: dict[tuple[str, str, str], str] = {}
        found: list[str] = []
        for at in which:
            key = (journeys.carrier[at], journeys.service[at], journeys.region[at] or self.home)
            word = made.get(key)
            if word is None:
                carrier, service, region = key
                is_own = (carrier, service) in own
                word = made[key] = calendar_word(carrier, region, service if is_own else "")
            found.append(word)
        return found

    def off(self, calendars: Sequence[str]) -> tuple[dict[int, Ints], dict[int, Ints]]:
        """By place in `calendars` (`Parcels.carriers`) the days closed and opened, counted from 1970-01-01."""
        closed: dict[int, Ints] = {}
        opened: dict[int, Ints] = {}
        of: dict[str, Ints] = {}
        for at, word in enumerate(calendars):
            carrier, region, service = (*word.split("\n"), "", "")[:3]
            region = region or self.home
            if region not in of:
                of[region] = _ints({*self.holidays(self.home), *self.holidays(region)})
            no, yes = days_known(self.table, carrier, service, FIRST, LAST)
            closed[at] = _ints(no, of[region])
            if yes:
                opened[at] = _ints(yes)
        return closed, opened


def _ints(days: Iterable[date], more: Ints | None = None) -> Ints:
    import numpy as np

    found = np.array(sorted(day.toordinal() - _EPOCH for day in days), dtype=np.int32)
    return found if more is None else np.union1d(found, more).astype(np.int32)
