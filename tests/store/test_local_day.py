"""The day in SQL is the day that the zone's own rules say, at every hour of every year that counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlcipher3.dbapi2 as sqlite
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.store.local_day import paris_day

PARIS = ZoneInfo("Europe/Paris")
_ASK = f"SELECT {paris_day('said.value')} FROM json_each(?) AS said"
WINTER = "SELECT date((said.value + 3600000) / 1000, 'unixepoch') FROM json_each(?) AS said"


def days(instants: list[datetime], asked: str = _ASK) -> list[str]:
    given = json.dumps([int(when.timestamp() * 1000) for when in instants])
    connection = sqlite.connect(":memory:")
    found = [row[0] for row in connection.execute(asked, (given,))]
    connection.close()
    return found


def local(instants: list[datetime]) -> list[str]:
    return [when.astimezone(PARIS).date().isoformat() for when in instants]


@given(st.lists(st.datetimes(datetime(1996, 1, 1), datetime(2099, 12, 30), timezones=st.just(UTC))))
def test_any_instant(instants: list[datetime]) -> None:
    assert days(instants) == local(instants)


@pytest.mark.parametrize("hour", [21, 22, 23, 0])
def test_every_evening_of_a_century(hour: int) -> None:
    """Naive twin: winter time all year, which takes an hour of every summer evening for the day before."""
    first = datetime(1996, 1, 1, hour, 59, 59, 999_000, tzinfo=UTC)
    evenings = [first + timedelta(days=n) for n in range(365 * 104)]
    assert days(evenings) == local(evenings)
    assert (days(evenings, WINTER) == local(evenings)) is (hour != 22)


def test_nothing_is_no_day() -> None:
    connection = sqlite.connect(":memory:")
    assert connection.execute(f"SELECT {paris_day('NULL')}").fetchone() == (None,)
    connection.close()
