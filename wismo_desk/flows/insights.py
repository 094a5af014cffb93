"""The figures of a period, read from kept counts; and what the merchant says a contact costs. Call it on READ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache

from wismo_desk.domain.calendar import Calendars
from wismo_desk.domain.claim import Sum, by_carrier, sums
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.figures import (
    ATTEMPTS_SCOPE,
    CONTACT_COST,
    FIGURE_SCOPE,
    LATE_TARGET,
    Contacts,
    Figures,
    Kept,
    Lane,
    Period,
    Transit,
    share_out,
    summed,
    transit,
)
from wismo_desk.flows.pen import Pen
from wismo_desk.store.figures import Journey
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

WEEKS_SHOWN = 12
_LONGEST = 366 * 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """`calendars` say which days count between the carrier's hands and the door."""

    store: Store
    pen: Pen
    zone: tzinfo
    calendars: Calendars

    def today(self) -> date:
        return self.pen.clock().astimezone(self.zone).date()

    def last(self, days: int) -> Period:
        """That many days up to yesterday: today is not over, and no promise of it is broken yet."""
        yesterday = self.today() - timedelta(days=1)
        return Period(yesterday - timedelta(days=days - 1), yesterday)

    def __call__(self, period: Period, *, carrier: str = "") -> Figures:
        """Of one carrier, or of all."""
        figures = self.store.read.figures
        due = Period(period.first, min(period.last, self.today() - timedelta(days=1)))
        attempts = self._attempts()
        lanes = self._lanes(due, carrier, attempts)
        weeks_from = min(period.first, due.last - timedelta(weeks=WEEKS_SHOWN))
        weeks: dict[tuple[date, str], Kept] = {}
        monday_before = weeks_from - timedelta(days=weeks_from.weekday())
        for monday, code, kept in figures.weeks(monday_before, due.last, attempts=attempts):
            if carrier in ("", code):
                weeks[monday, code] = kept
        causes, hurdles = share_out(figures.late_ones(due.first, due.last, carrier, attempts=attempts))
        chosen = self.store.read.values(FIGURE_SCOPE)
        target = chosen.get(LATE_TARGET)
        return Figures(
            period=period,
            lanes=lanes,
            before=summed(self._lanes(due.before(), carrier, attempts).values()),
            weeks=weeks,
            transits=self._transits(figures.journeys(period.first, period.last, attempts=attempts), carrier),
            causes=causes,
            hurdles=hurdles,
            contacts=self._contacts(period),
            contacts_before=self._contacts(period.before()),
            contact_cost_cents=chosen.get(CONTACT_COST),
            late_target=None if target is None else target / 100,
            attempts=attempts,
            claims=self._claims(period, carrier),
        )

    def _claims(self, period: Period, carrier: str) -> tuple[Sum, ...]:
        """By the day on which they were opened."""
        opened = self.store.read.claims.listed(carrier=carrier, limit=20_000)
        mine = (
            one for one in opened if period.first <= one.opened_at.astimezone(self.zone).date() <= period.last
        )
        return by_carrier(sums(mine))

    def set_contact_cost(self, cents: int | None) -> Changes:
        return self._set(CONTACT_COST, cents)

    def set_late_target(self, percent: int | None) -> Changes:
        return self._set(LATE_TARGET, percent)

    def count_attempts(self, carrier: str, *, as_delivered: bool) -> Changes:
        """Whether an attempt of this carrier counts as delivered, in what was and in what comes."""
        return self._set(carrier, as_delivered, scope=ATTEMPTS_SCOPE)

    def _attempts(self) -> frozenset[str]:
        return frozenset(code for code, says in self.store.read.values(ATTEMPTS_SCOPE).items() if says)

    def _set(self, key: str, value: int | None, *, scope: str = FIGURE_SCOPE) -> Changes:
        """Kept as a fact: every desk of the merchant counts with the same."""
        fact = self.pen.fact(FactKind.VALUE_SET, scope=scope, key=key, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def _lanes(self, period: Period, carrier: str, attempts: frozenset[str]) -> dict[Lane, Kept]:
        found: dict[Lane, Kept] = {}
        figures = self.store.read.figures
        for code, service, region, kept in figures.promises(period.first, period.last, attempts=attempts):
            if carrier in ("", code):
                lane = Lane(code, service, _country(region))
                found[lane] = found.get(lane, Kept()) + kept
        return found

    def _contacts(self, period: Period) -> Contacts:
        since = datetime.combine(period.first, time(0), tzinfo=self.zone)
        until = datetime.combine(period.last + timedelta(days=1), time(0), tzinfo=self.zone)
        figures = self.store.read.figures
        return Contacts(
            by_question=figures.contacts(since, until), sent=figures.sent(period.first, period.last)
        )

    def _transits(self, journeys: Sequence[Journey], carrier: str) -> dict[Lane, Transit]:
        days = _counter(self.calendars)
        rows: dict[Lane, list[tuple[int, bool, int | None, int]]] = {}
        for one in journeys:
            if carrier not in ("", one.carrier):
                continue
            way = (one.region, one.carrier, one.service)
            taken = days(*way, one.handed, one.arrived)
            wanted = None if one.promised is None else days(*way, one.handed, one.promised)
            rows.setdefault(Lane(one.carrier, one.service), []).append((taken, one.late, wanted, one.count))
        return {lane: transit(found) for lane, found in rows.items()}


def _counter(calendars: Calendars) -> Callable[[str, str, str, date, date], int]:
    """Worked days after the first up to the second; whatever arrives on a later day took at least one."""

    @cache
    def days(region: str, carrier: str, service: str, first: date, last: date) -> int:
        span = (last - first).days
        if span <= 0:
            return 0
        time = calendars.of(region, carrier, service)
        worked = sum(time.is_worked(first + timedelta(days=n + 1)) for n in range(min(span, _LONGEST)))
        return max(1, worked)

    return days


def _country(region: str) -> str:
    """Of the regions whose holidays differ, the country; parts overseas stay apart (domain.calendar.region_of)."""
    return "FR" if region in ("FR", "FR-57", "FR-6AE") else region
