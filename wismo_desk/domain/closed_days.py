"""The days on which the merchant itself is closed: no truck leaves the warehouse, while carriers go on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from wismo_desk.errors import BadInput

CLOSED_SCOPE: Final = "closed_days"
LONGEST: Final = 92  # days in a row: an order must find its truck within some months
MOST: Final = 60
_FIRST, _LAST = date(2023, 1, 1), date(2031, 12, 31)  # as far as the calendars go
_DAY: Final = r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})"
_SPAN: Final = re.compile(rf"{_DAY}(?:\s*[-–]\s*{_DAY})?")


@dataclass(frozen=True, slots=True, order=True)
class Closure:
    """From the first to the last day, both closed."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TrucksMoved:
    """So many orders whose truck left on the day `before`, as people at the warehouse count days, and now `after`."""

    count: int
    before: date
    after: date


def read_closures(typed: str) -> tuple[Closure, ...]:
    """Days and spans with commas, day first: "24/12/2026, 28/12/2026-02/01/2027". Raises BadInput, naming what is
    wrong with which of them."""
    found = [_read(part.strip()) for part in re.split(r"[,;\n]", typed) if part.strip()]
    if len(found) > MOST:
        raise BadInput("Name at most {most} days or spans.", most=MOST, field="closed")
    run, before = 0, date.min
    for day in sorted(closed_on(found)):
        run = run + 1 if day - before == timedelta(days=1) else 1
        before = day
        if run > LONGEST:
            raise BadInput("More than {most} days in a row cannot be closed.", most=LONGEST, field="closed")
    return tuple(sorted(set(found)))


def _read(part: str) -> Closure:
    match = _SPAN.fullmatch(part)
    if match is None:
        raise BadInput(
            "“{typed}” is no day. Type it as 24/12/2026, a span as 28/12/2026-02/01/2027.",
            typed=part,
            field="closed",
        )
    said = [int(one) for one in match.groups() if one is not None]
    try:
        first, *more = (date(said[n + 2], said[n + 1], said[n]) for n in range(0, len(said), 3))
    except ValueError as error:
        raise BadInput("“{typed}” is not in the calendar.", typed=part, field="closed") from error
    last = more[0] if more else first
    if not (_FIRST <= first <= last <= _LAST) or (last - first).days >= LONGEST:
        raise BadInput(
            "“{typed}” must go forwards, lie between 2023 and 2031 and take {most} days at most.",
            typed=part,
            most=LONGEST,
            field="closed",
        )
    return Closure(first, last)


def write_closures(closures: Iterable[Closure]) -> str:
    """As `read_closures` reads them."""
    days = ([one.first] if one.first == one.last else [one.first, one.last] for one in sorted(closures))
    return ", ".join("-".join(f"{day:%d/%m/%Y}" for day in span) for span in days)


def closed_on(closures: Iterable[Closure]) -> frozenset[date]:
    return frozenset(
        one.first + timedelta(days=n) for one in closures for n in range((one.last - one.first).days + 1)
    )


def closures_data(closures: Collection[Closure]) -> dict[str, Any]:
    """What is kept for all desks of the warehouse."""
    return {"spans": [[one.first.isoformat(), one.last.isoformat()] for one in sorted(closures)]}


def closures_from_data(data: Mapping[str, Any]) -> tuple[Closure, ...]:
    return tuple(
        Closure(date.fromisoformat(first), date.fromisoformat(last)) for first, last in data.get("spans", ())
    )
