"""When today's truck leaves, and which truck an order can still catch."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

_SATURDAY = 5


def is_working_day(day: datetime) -> bool:
    """Monday to Friday. Public holidays come with the calendars of issue D."""
    return day.weekday() < _SATURDAY


def next_departure(after: datetime, cut_off: time, zone: tzinfo) -> datetime:
    """The first departure at or after `after` (aware), on a working day, at `cut_off` wall time in `zone`."""
    local = after.astimezone(zone)
    for days in range(8):
        day = local + timedelta(days=days)
        leaves = datetime.combine(day.date(), cut_off, tzinfo=zone)
        if is_working_day(day) and leaves >= local:
            return leaves
    raise AssertionError("a week has a working day")


def departure_on(day: datetime, cut_off: time, zone: tzinfo) -> datetime:
    """The departure on the local date of `day`, whether or not it is still ahead."""
    return datetime.combine(day.astimezone(zone).date(), cut_off, tzinfo=zone)
