"""When today's truck leaves, and which truck an order can still catch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo

_SATURDAY = 5
_LONGEST_REST = 400  # days


def is_working_day(day: date) -> bool:
    """Monday to Friday, for who knows no calendar (domain/working_days.py)."""
    return day.weekday() < _SATURDAY


def next_departure(
    after: datetime, cut_off: time, zone: tzinfo, works: Callable[[date], bool] = is_working_day
) -> datetime:
    """The first departure at or after `after` (aware), on a day that `works`, at `cut_off` wall time in `zone`."""
    local = after.astimezone(zone)
    for days in range(_LONGEST_REST):
        day = local.date() + timedelta(days=days)
        leaves = datetime.combine(day, cut_off, tzinfo=zone)
        if works(day) and leaves >= local:
            return leaves
    raise AssertionError("a year has a working day")


def departure_on(day: datetime, cut_off: time, zone: tzinfo) -> datetime:
    """The departure on the local date of `day`, whether or not it is still ahead."""
    return datetime.combine(day.astimezone(zone).date(), cut_off, tzinfo=zone)


def other_truck(
    ship_by: datetime,
    ordered: datetime,
    cut_off: time,
    zone: tzinfo,
    *,
    worked: Callable[[date], bool],
    works: Callable[[date], bool],
) -> datetime:
    """The truck of an order (aware instants) once trucks leave on the days that `works`, no longer on those that
    `worked`: the first one after it was `ordered`, where `ship_by` was the first one before; a `ship_by` at the hour
    of the cut-off on a day without trucks slides to the next one. Any other hour is the shop's own word and stays."""
    if ship_by == next_departure(ordered, cut_off, zone, worked):
        return next_departure(ordered, cut_off, zone, works)
    local = ship_by.astimezone(zone)
    ours = local.time() == cut_off and not works(local.date())
    return next_departure(ship_by, cut_off, zone, works) if ours else ship_by
