"""The meter keeps to the carrier's limits and rests after failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from wismo_desk.background.meter import Meter
from wismo_desk.errors import CarrierUnreachable

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AWAY = CarrierUnreachable("away")


def test_a_minute_and_a_day() -> None:
    meter = Meter(per_minute=2, per_day=3)
    assert meter.allowed(NOW) == 2
    for second in (0, 1):
        meter.asked(NOW + timedelta(seconds=second))
    assert meter.allowed(NOW + timedelta(seconds=2)) == 0
    later = NOW + timedelta(seconds=62)
    assert meter.allowed(later) == 1  # the day's third
    meter.asked(later)
    assert meter.allowed(later + timedelta(hours=1)) == 0
    assert meter.reading(later).day == 3
    assert meter.reading(later).minute == 1
    assert meter.allowed(NOW + timedelta(days=1, seconds=5)) == 2


def test_it_rests_longer_each_time_and_an_hour_at_most() -> None:
    meter = Meter(per_minute=60, chance=lambda: 1.0)
    now, rests = NOW, []
    for _ in range(9):
        assert meter.allowed(now) >= 1
        meter.failed(now, AWAY)
        reading = meter.reading(now)
        assert reading.rests_until is not None
        assert reading.error is AWAY
        assert meter.allowed(reading.rests_until - timedelta(seconds=1)) == 0
        rests.append(reading.rests_until - now)
        now = reading.rests_until
        assert meter.allowed(now) == 1  # one question only, to see
    assert rests == sorted(rests)
    assert rests[0] == timedelta(minutes=1)
    assert rests[-1] == timedelta(hours=1)
    meter.answered()
    assert meter.allowed(now) == 60
    assert meter.reading(now).failures == 0


def test_chance_shortens_the_rest_so_that_stations_come_back_apart() -> None:
    meter = Meter(per_minute=60, chance=lambda: 0.0)
    meter.failed(NOW, AWAY)
    assert meter.reading(NOW).rests_until == NOW + timedelta(seconds=30)
