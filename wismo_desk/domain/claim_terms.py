"""Until when a carrier need take a claim: limits as dated data, each with its source and how far it can be trusted."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from wismo_desk.domain.calendar import Zone
from wismo_desk.domain.claim import ClaimKind

TERM_SCOPE: Final = "claim_term"  # of VALUE_SET facts; the key is "carrier|kind"
ANY: Final = "*"
LONGEST_DAYS: Final = 400
_SUNDAY: Final = 6
_SATURDAY: Final = 5


class Count(StrEnum):
    """Which days a limit counts. The day it counts from is never one of them."""

    CALENDAR = "calendar"
    NO_HOLIDAYS = (
        "no_holidays"  # every day but public holidays (C. com. L133-3); Sundays count: the careful reading
    )
    WEEKDAYS = "weekdays"  # Monday to Saturday, no holidays (jours ouvrables)
    WORKING = "working"  # Monday to Friday, no holidays (jours ouvrés)


class Start(StrEnum):
    """The day from which a limit counts."""

    DELIVERED = "delivered"  # or, where it never was, the day its trouble was known
    HANDED_OVER = "handed_over"
    PROMISED = "promised"


class Trust(StrEnum):
    LAW = "law"
    MERCHANT = "merchant"  # this merchant said so, from their contract
    STATED = "stated"  # read in the carrier's own public words, not in the merchant's contract
    DOUBTED = "doubted"  # second hand, or sources differ


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTerm:
    """One row of `resources/claims/deadlines.csv`. "*" is any; `reach` None is any distance."""

    carrier: str
    kind: str
    reach: Zone | None
    days: int
    count: Count
    start: Start
    source: str
    checked: date | None
    trust: Trust

    @property
    def is_trusted(self) -> bool:
        return self.trust in (Trust.LAW, Trust.MERCHANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmarks:
    """The days of one parcel that limits count from; None where it has not come to that."""

    delivered: date | None = None
    handed_over: date | None = None
    promised: date | None = None
    known: date | None = None  # when its trouble was known


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`last`: the last day on which a claim is in time."""

    term: ClaimTerm
    since: date
    last: date


def read_terms(text: str) -> tuple[ClaimTerm, ...]:
    """Columns carrier, kind, reach, days, count, start, source, checked, trust."""
    return tuple(
        ClaimTerm(
            carrier=row["carrier"],
            kind=row["kind"],
            reach=Zone(row["reach"]) if row["reach"] != ANY else None,
            days=int(row["days"]),
            count=Count(row["count"]),
            start=Start(row["start"]),
            source=row["source"],
            checked=date.fromisoformat(row["checked"]) if row["checked"] else None,
            trust=Trust(row["trust"]),
        )
        for row in csv.DictReader(io.StringIO(text))
    )


def limit_of(
    terms: Sequence[ClaimTerm],
    kind: ClaimKind,
    *,
    carrier: str,
    reach: Zone,
    landmarks: Landmarks,
    holidays: Collection[date] = (),
) -> Limit | None:
    """The limit that ends first of those that hold; what the merchant said of the carrier stands alone. None where
    none holds, or where the parcel has not come to the day it counts from."""
    fitting = [
        one
        for one in terms
        if one.carrier in (ANY, carrier) and one.kind in (ANY, kind.value) and one.reach in (None, reach)
    ]
    own = [one for one in fitting if one.trust is Trust.MERCHANT]
    found = []
    for term in own or fitting:
        since = _since(term, landmarks)
        if since is not None:
            found.append(Limit(term=term, since=since, last=last_day(term, since, holidays)))
    return min(found, key=lambda one: one.last, default=None)


def last_day(term: ClaimTerm, since: date, holidays: Collection[date] = ()) -> date:
    """The last day in time, counted from the day after `since`."""
    if term.count is Count.CALENDAR:
        return since + timedelta(days=term.days)
    day, left = since, term.days
    while left > 0:
        day += timedelta(days=1)
        left -= _counts(term.count, day, holidays)
    return day


def working_days_left(today: date, last: date, holidays: Collection[date] = ()) -> int:
    """Working days from tomorrow to the last day: 0 when today is the last one to act on, -1 when it is over."""
    if last < today:
        return -1
    days = (today + timedelta(days=n) for n in range(1, (last - today).days + 1))
    return sum(_counts(Count.WORKING, day, holidays) for day in days)


def working_days_before(last: date, days: int, holidays: Collection[date] = ()) -> date:
    """The first day on which so many working days are left: a worked one."""
    day, left = last, days
    while left > 0:
        left -= _counts(Count.WORKING, day, holidays)
        day -= timedelta(days=1)
    while not _counts(Count.WORKING, day, holidays):
        day -= timedelta(days=1)
    return day


def term_key(carrier: str, kind: ClaimKind) -> str:
    return f"{carrier}|{kind.value}"


def term_to_data(term: ClaimTerm) -> dict[str, Any]:
    """JSON of a merchant's own limit, for its fact."""
    return {"days": term.days, "count": term.count.value, "start": term.start.value}


def terms_from_data(said: Mapping[str, Any]) -> tuple[ClaimTerm, ...]:
    """The merchant's own limits, by key; what was taken back (None) is not among them."""
    found = []
    for key, value in said.items():
        carrier, _, kind = key.partition("|")
        if value is None or kind not in set(ClaimKind):
            continue
        found.append(
            ClaimTerm(
                carrier=carrier,
                kind=kind,
                reach=None,
                days=int(value["days"]),
                count=Count(value["count"]),
                start=Start(value["start"]),
                source="",
                checked=None,
                trust=Trust.MERCHANT,
            )
        )
    return tuple(found)


def _since(term: ClaimTerm, at: Landmarks) -> date | None:
    match term.start:
        case Start.DELIVERED:
            return at.delivered or at.known
        case Start.HANDED_OVER:
            return at.handed_over
        case Start.PROMISED:
            return at.promised or at.handed_over


def _counts(count: Count, day: date, holidays: Collection[date]) -> bool:
    if count is not Count.CALENDAR and day in holidays:
        return False
    if count is Count.WEEKDAYS:
        return day.weekday() < _SUNDAY
    return day.weekday() < _SATURDAY if count is Count.WORKING else True
