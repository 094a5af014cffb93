"""Weeks as people type them: read, written again the same, and counted with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.calendar import Calendars, DeliveryDays, days_known
from wismo_desk.domain.delivery_days import read_rows, rows_data, rows_from_data, write_rows
from wismo_desk.errors import BadInput

SATURDAY, SUNDAY, MONDAY = date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("mon-sat", "lun-sam"),
        ("LUN–SAM", "lun-sam"),
        ("lun mar mer, ven", "lun-mer, ven"),
        ("sam-mar", "lun-mar, sam-dim"),
        ("pickup : mardi-samedi", "pickup: mar-sam"),
        ("mon-fri; mon-sun 1.12.2026 - 24/12/2026", "lun-ven; lun-dim 01/12/2026-24/12/2026"),
        ("mon-sat 04/01/2027-", "lun-sam 04/01/2027-"),
        ("mon-sat -24/12/2026;", "lun-sam -24/12/2026"),
        ("", ""),
    ],
)
def test_weeks_are_read_as_they_are_typed(typed: str, said: str) -> None:
    rows = read_rows("x", typed)
    assert write_rows(rows, "fr") == said
    assert read_rows("x", write_rows(rows, "en")) == rows


@pytest.mark.parametrize(
    "typed",
    [
        "weekend",
        "mon-",
        "mon-tue-wed",
        "mon-sat 31/02/2027-",
        "mon-sat 24/12/2026",
        "mon-sat 02/02/2027-01/02/2027",
        "; ".join(["mon"] * 21),
    ],
)
def test_what_is_no_week_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadInput):
        read_rows("x", typed)


@given(
    st.lists(
        st.builds(
            DeliveryDays,
            carrier=st.just("x"),
            service=st.sampled_from(["*", "home", "pickup-48"]),
            weekdays=st.frozensets(st.integers(0, 6), min_size=1),
            since=st.one_of(st.just(date.min), st.dates(date(2024, 1, 1), date(2026, 1, 1))),
            until=st.one_of(st.just(date.max), st.dates(date(2026, 1, 1), date(2030, 1, 1))),
        ),
        max_size=5,
    ).map(tuple),
    st.sampled_from(["fr", "en"]),
)
def test_rows_come_back_the_same(rows: tuple[DeliveryDays, ...], language: str) -> None:
    assert read_rows("x", write_rows(rows, language)) == rows == rows_from_data("x", rows_data(rows))


def test_the_merchants_weeks_stand_in_place_of_the_shipped_ones() -> None:
    shipped = (*read_rows("*", "mon-fri"), *read_rows("quick", "mon-sat"), *read_rows("slow", "mon-sat"))
    calendars = Calendars(zone=UTC, table=shipped)
    assert calendars.of("FR", "quick", "home").is_worked(SATURDAY)
    calendars.deliver(read_rows("quick", "tue-sun; home: mon-sun 01/01/2027-"))
    quick = calendars.of("FR", "quick", "home")
    assert quick.is_worked(SUNDAY) and not quick.is_worked(MONDAY)
    assert quick.is_worked(date(2027, 1, 4)) and not calendars.of("FR", "quick", "relay").is_worked(
        date(2027, 1, 4)
    )
    assert calendars.of("FR", "slow").is_worked(SATURDAY)
    assert not calendars.works_here(SATURDAY)  # trucks and alerts go by everybody's week
    calendars.deliver(())
    assert calendars.table == shipped


@given(DAYS)
def test_days_known_are_what_the_calendar_counts(day: date) -> None:
    """For the forecast: the same rows, named day by day; what they do not say is learnt."""
    rows = read_rows("x", "mon-sat 01/06/2025-; home: tue-sun 01/06/2026-01/06/2027")
    calendars = Calendars(zone=ZoneInfo("Europe/Paris"), table=rows)
    for service in ("home", ""):
        closed, opened = days_known(rows, "x", service, date(2024, 1, 1), date(2030, 12, 31))
        told = day >= date(2025, 6, 1)
        assert (day in closed or day in opened) is told
        if told:
            assert (day in opened) is calendars.of("", "x", service).is_worked(day)
    assert days_known(rows, "y", "home", date(2024, 1, 1), date(2030, 12, 31)) == ([], [])


def test_a_promise_of_a_saturday_ends_on_it_where_it_is_delivered() -> None:
    paris = ZoneInfo("Europe/Paris")
    calendars = Calendars(zone=paris, table=read_rows("quick", "mon-sat"))
    ends = [calendars.of("FR", carrier).end_of(SATURDAY.isoformat()) for carrier in ("quick", "slow")]
    midnights = [datetime(2026, 11, 29, tzinfo=paris), datetime(2026, 12, 1, tzinfo=paris)]
    assert ends == [int(at.timestamp() * 1000) for at in midnights]
