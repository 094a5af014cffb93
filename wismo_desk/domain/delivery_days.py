"""The days on which a carrier's service delivers, as the supervisor types them: dated, over the shipped table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from wismo_desk.domain.calendar import DeliveryDays
from wismo_desk.errors import BadInput

DELIVERY_SCOPE: Final = "delivery_days"
MOST: Final = 20
_DAYS: Final = {
    "en": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    "fr": ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
}
_NUMBERS: Final = {name: at for names in _DAYS.values() for at, name in enumerate(names)}
_DATE: Final = r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})"
_PART: Final = re.compile(
    rf"(?:(?P<service>[\w-]+)\s*:\s*)?(?P<week>[a-z]+(?:\s*[- ,–]\s*[a-z]+)*?)"
    rf"(?:\s+(?P<since>{_DATE})?\s*(?P<dash>[-–])\s*(?P<until>{_DATE})?)?",
    re.IGNORECASE,
)


def read_rows(carrier: str, typed: str) -> tuple[DeliveryDays, ...]:
    """Parts with semicolons, a later one over an earlier one: "mon-sat", "pickup: tue-sat", "mon-sun
    01/12/2026-24/12/2026", "mon-fri 04/01/2027-" (from then on). Raises BadInput, naming the part that is wrong."""
    parts = [part.strip() for part in re.split(r"[;\n]", typed) if part.strip()]
    if len(parts) > MOST:
        raise BadInput("Name at most {most} weeks.", most=MOST, field="delivery")
    return tuple(_read(carrier, part) for part in parts)


def _read(carrier: str, part: str) -> DeliveryDays:
    found = _PART.fullmatch(part)
    weekdays = _week(found["week"]) if found else None
    if found is None or weekdays is None:
        raise BadInput(
            "“{typed}” is no week. Type it as mon-sat, with its time as mon-sun 01/12/2026-24/12/2026.",
            typed=part,
            field="delivery",
        )
    since, until = _date(found["since"], part), _date(found["until"], part)
    if since and until and until < since:
        raise BadInput("“{typed}” must go forwards.", typed=part, field="delivery")
    return DeliveryDays(
        carrier=carrier,
        service=found["service"] or "*",
        weekdays=weekdays,
        since=since or date.min,
        until=until or date.max,
    )


def _week(said: str) -> frozenset[int] | None:
    """ "mon-fri", "mon-wed, sat"; None for what is none."""
    days: set[int] = set()
    for span in re.split(r"\s*,\s*|\s+(?![-–])(?<![-–]\s)", said.strip()):
        ends = [_NUMBERS.get(name.strip()[:3].lower()) for name in re.split(r"[-–]", span)]
        if len(ends) > 2 or None in ends:
            return None
        first, last = ends[0], ends[-1]
        assert first is not None and last is not None
        days.update(at % 7 for at in range(first, last + (1 if last >= first else 8)))
    return frozenset(days)


def _date(said: str | None, part: str) -> date | None:
    if not said:
        return None
    day, month, year = (int(one) for one in re.split(r"[/.]", said))
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadInput("“{typed}” is not in the calendar.", typed=part, field="delivery") from error


def write_rows(rows: Sequence[DeliveryDays], language: str) -> str:
    """As `read_rows` reads them."""
    return "; ".join(_written(row, _DAYS.get(language, _DAYS["en"])) for row in rows)


def _written(row: DeliveryDays, names: Sequence[str]) -> str:
    spans: list[str] = []
    for at in sorted(row.weekdays):
        if at - 1 in row.weekdays:
            continue
        last = next(day for day in range(at, 8) if day + 1 not in row.weekdays)
        spans.append(names[at] if last == at else f"{names[at]}-{names[last]}")
    said = ", ".join(spans)
    if row.service != "*":
        said = f"{row.service}: {said}"
    if (row.since, row.until) == (date.min, date.max):
        return said
    since = f"{row.since:%d/%m/%Y}" if row.since > date.min else ""
    until = f"{row.until:%d/%m/%Y}" if row.until < date.max else ""
    return f"{said} {since}-{until}"


def rows_data(rows: Sequence[DeliveryDays]) -> dict[str, Any]:
    """What is kept of one carrier, for all desks."""
    return {
        "rows": [
            {
                "service": row.service,
                "weekdays": sorted(row.weekdays),
                "since": row.since.isoformat() if row.since > date.min else "",
                "until": row.until.isoformat() if row.until < date.max else "",
            }
            for row in rows
        ]
    }


def rows_from_data(carrier: str, data: Mapping[str, Any]) -> tuple[DeliveryDays, ...]:
    return tuple(
        DeliveryDays(
            carrier=carrier,
            service=one["service"],
            weekdays=frozenset(one["weekdays"]),
            since=date.fromisoformat(one["since"]) if one["since"] else date.min,
            until=date.fromisoformat(one["until"]) if one["until"] else date.max,
        )
        for one in data.get("rows", ())
    )
