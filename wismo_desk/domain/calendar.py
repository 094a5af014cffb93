"""Whose days off count where a parcel goes, how far that is, and on which weekdays a service delivers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from wismo_desk.domain.closed_days import Closure, closed_on
from wismo_desk.domain.customs import EU
from wismo_desk.domain.working_days import WorkingTime

# Communities that use French postcodes and have codes of their own in ISO 3166-1. Alsace and Moselle keep two days
# more than the rest (local law); the parts overseas remember the abolition of slavery each on its day.
_OVERSEAS: Final = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF",
    "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_OWN_DAYS: Final = {
    "GP": "FR-971", "MQ": "FR-972", "GF": "FR-973", "RE": "FR-974", "YT": "FR-976", "PM": "FR-PM", "BL": "FR-BL",
    "MF": "FR-MF", "WF": "FR-WF", "PF": "FR-PF", "NC": "FR-NC",
}  # fmt: skip
_BY_DEPARTMENT: Final = {"57": "FR-57", "67": "FR-6AE", "68": "FR-6AE"}
_NEAR: Final = {"FR": frozenset({"FR", "FR-57", "FR-6AE", "MC"})}
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Zone(StrEnum):
    """How far, as thresholds tell it apart."""

    HOME = "home"
    EU = "eu"
    BEYOND = "beyond"


def region_of(country: str, postcode: str) -> str:
    """Whose days off count there: "FR", "FR-57" (Moselle), "FR-6AE" (Alsace), "FR-971"…, "DE", "" if unknown."""
    country = country.strip().upper()
    if country in _OWN_DAYS:
        return _OWN_DAYS[country]
    if country != "FR":
        return country
    digits = "".join(ch for ch in postcode if ch.isdigit())
    if len(digits) == 5 and digits[:3] in _OVERSEAS:
        return _OWN_DAYS[_OVERSEAS[digits[:3]]]
    return _BY_DEPARTMENT.get(digits[:2], "FR") if len(digits) == 5 else "FR"


def zone_of(region: str, home: str) -> Zone:
    """`home`: the country of the warehouse. Overseas parts of a country are beyond; what nobody knows is, too."""
    if region in _NEAR.get(home, frozenset({home})) or (home == region[:2] and home != "FR"):
        return Zone.HOME
    return Zone.EU if region in EU or region in _NEAR["FR"] else Zone.BEYOND


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDays:
    """One row of `resources/calendars/delivery_days.csv`. "*" is any; a later row wins over an earlier one."""

    carrier: str
    service: str
    weekdays: frozenset[int]  # 0 is Monday
    since: date = date.min
    until: date = date.max  # the last day


def read_delivery_days(text: str) -> tuple[DeliveryDays, ...]:
    """Columns carrier, service, weekdays ("mon tue …"), from, until, source, checked."""
    return tuple(
        DeliveryDays(
            carrier=row["carrier"],
            service=row["service"],
            weekdays=frozenset(_WEEKDAYS.index(word) for word in row["weekdays"].split()),
            since=date.fromisoformat(row["from"]) if row["from"] else date.min,
            until=date.fromisoformat(row["until"]) if row["until"] else date.max,
        )
        for row in csv.DictReader(io.StringIO(text))
    )


def days_known(
    table: Sequence[DeliveryDays], carrier: str, service: str, first: date, last: date
) -> tuple[list[date], list[date]]:
    """The days in `first`…`last` on which rows for this very carrier say that it does not deliver, and on which they
    say that it does."""
    rows = [row for row in table if row.carrier == carrier and row.service in ("*", service)]
    said: dict[date, bool] = {}
    for row in rows:
        begin, end = max(row.since, first), min(row.until, last)
        days = (begin + timedelta(days=n) for n in range((end - begin).days + 1))
        said |= {day: day.weekday() in row.weekdays for day in days}
    return [day for day, yes in said.items() if not yes], [day for day, yes in said.items() if yes]


Holidays = Callable[[str], Collection[date]]  # of a region


class Calendars:
    """The working time of each lane: a day counts when it is one both here and where the parcel goes."""

    def __init__(
        self,
        *,
        zone: tzinfo,
        home: str = "FR",
        holidays: Holidays = lambda _region: (),
        table: Sequence[DeliveryDays] = (),
        first: date = date(2023, 1, 1),
        last: date = date(2030, 12, 31),
        place: str = "",
    ) -> None:
        """`place`: the warehouse whose closed days count (`close`).
        `home`: the region of the warehouse, whose zone `zone` is. Days outside `first`…`last` all count."""
        self._zone, self.home, self._holidays = zone, home, holidays
        self._shipped, self._first, self._last = tuple(table), first, last
        self._own: tuple[DeliveryDays, ...] = ()
        self.place = place
        self.closures: tuple[Closure, ...] = ()
        self._here: WorkingTime | None = None
        self._made: dict[tuple[str, tuple[DeliveryDays, ...]], WorkingTime] = {}

    def of(self, region: str, carrier: str = "", service: str = "") -> WorkingTime:
        rows = tuple(
            row for row in self.table if row.carrier in ("*", carrier) and row.service in ("*", service)
        )
        key = (region, rows)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(region, rows)
        return found

    @property
    def table(self) -> tuple[DeliveryDays, ...]:
        """The shipped rows, and for the carriers that the merchant named its own in place of them."""
        named = {row.carrier for row in self._own}
        return (*(row for row in self._shipped if row.carrier not in named), *self._own)

    def shipped(self, carrier: str) -> tuple[DeliveryDays, ...]:
        """What counts for a carrier that the merchant did not name: its own shipped rows, else everybody's."""
        own = tuple(row for row in self._shipped if row.carrier == carrier)
        return own or tuple(row for row in self._shipped if row.carrier == "*")

    def deliver(self, rows: Sequence[DeliveryDays]) -> None:
        """The merchant's own rows, in place of those before."""
        if tuple(rows) != self._own:
            self._own = tuple(rows)
            self._here = None
            self._made.clear()

    def close(self, closures: Sequence[Closure]) -> None:
        """The merchant's own days, in place of those before: the clock of the warehouse stands still on them, those
        of parcels on their way go on."""
        if tuple(closures) != self.closures:
            self.closures = tuple(closures)
            self._here = None

    def here(self) -> WorkingTime:
        """The working time of the warehouse."""
        found = self._here
        if found is None:
            shut, carried = closed_on(self.closures), self.of(self.home)

            def works(day: date) -> bool:
                return day not in shut and carried.is_worked(day)

            found = WorkingTime(self._first, self._last, self._zone, works) if shut else carried
            self._here = found
        return found

    def works_but(self, closures: Sequence[Closure]) -> Callable[[date], bool]:
        """Whether trucks would leave on a day if these were the closed ones."""
        shut, carried = closed_on(closures), self.of(self.home)
        return lambda day: day not in shut and carried.is_worked(day)

    def works_here(self, day: date) -> bool:
        """Whether trucks leave the warehouse on that day."""
        return self.here().is_worked(day)

    def _make(self, region: str, rows: Sequence[DeliveryDays]) -> WorkingTime:
        off = {*self._holidays(self.home), *(self._holidays(region) if region else ())}
        usual = frozenset(range(5))

        def works(day: date) -> bool:
            weekdays = usual
            for row in rows:
                if row.since <= day <= row.until:
                    weekdays = row.weekdays
            return day.weekday() in weekdays and day not in off

        return WorkingTime(self._first, self._last, self._zone, works)
