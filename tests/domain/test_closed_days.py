"""Closed days: what people type is read back as typed, what is no day is named, and only the warehouse stands still."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from wismo_desk.domain.calendar import Calendars
from wismo_desk.domain.closed_days import (
    Closure,
    closed_on,
    closures_data,
    closures_from_data,
    read_closures,
    write_closures,
)
from wismo_desk.domain.cutoff import next_departure
from wismo_desk.errors import BadInput

TYPED = "28/12/2026-02/01/2027, 24/12/2026"
SPANS = (
    Closure(date(2026, 12, 24), date(2026, 12, 24)),
    Closure(date(2026, 12, 28), date(2027, 1, 2)),
)


def test_what_was_typed_is_kept() -> None:
    found = read_closures(TYPED)
    assert found == SPANS
    assert read_closures(write_closures(found)) == found
    assert closures_from_data(closures_data(found)) == found
    assert read_closures(" 24.12.2026 ;28/12/2026 – 02/01/2027\n") == found
    assert read_closures("  ") == ()
    assert closures_from_data({}) == ()
    assert len(closed_on(found)) == 7


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Noël", "is no day"),
        ("24/12/26", "is no day"),
        ("30/02/2026", "not in the calendar"),
        ("28/12/2026-24/12/2026", "forwards"),
        ("01/01/2026-31/12/2026", "forwards"),
        ("24/12/2126", "forwards"),
        ("01/01/2026-28/02/2026, 01/03/2026-30/04/2026", "in a row"),
        (", ".join(f"{day:02d}/{month:02d}/2026" for month in (1, 3, 5) for day in range(1, 29)), "at most"),
    ],
)
def test_what_is_no_day_is_told(typed: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_closures(typed)


def test_no_truck_leaves_and_carriers_go_on() -> None:
    days = Calendars(zone=UTC)
    before = days.of("FR", "dpd", "home")
    evening = datetime(2026, 12, 23, 18, tzinfo=UTC)
    naive = next_departure(evening, time(16), UTC, days.works_here)
    assert naive.date() == date(2026, 12, 24)  # the twin: a calendar that was not told
    days.close(SPANS)
    assert not days.works_here(date(2026, 12, 24))
    assert next_departure(evening, time(16), UTC, days.works_here).date() == date(2026, 12, 25)
    late = datetime(2026, 12, 27, 9, tzinfo=UTC)
    assert next_departure(late, time(16), UTC, days.works_here).date() == date(2027, 1, 4)
    assert days.of("FR", "dpd", "home") is before
    assert before.is_worked(date(2026, 12, 24))
    days.close(())
    assert days.works_here(date(2026, 12, 24))


def test_a_long_closure_still_has_a_truck_behind_it() -> None:
    days = Calendars(zone=UTC)
    days.close(read_closures("01/07/2026-30/09/2026"))
    assert next_departure(datetime(2026, 7, 1, tzinfo=UTC), time(16), UTC, days.works_here).date() == date(
        2026, 10, 1
    )
