"""The walk through a history: it knows nothing of the future, and its record holds on made-up worlds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wismo_desk.forecast.backtest import backtest, figures
from wismo_desk.forecast.history_file import HistoryFile
from wismo_desk.forecast.parcels import NEVER, Floats, Parcels
from wismo_desk.forecast.walk import Foreseen, Walk, refit_days

NAMES = ("known", "low", "likely", "safe", "high", "late")


def walked(parcels: Parcels, defaults: Floats) -> Foreseen:
    walk = Walk(parcels, defaults)
    walk.run(int(parcels.handed.max()))
    return walk.foreseen


def another_future(parcels: Parcels, day: int) -> Parcels:
    """What happens from `day` on happens otherwise: half never, half on that day."""
    odd = np.arange(len(parcels)) % 2 == 1
    changed = np.where(odd, NEVER, np.maximum(parcels.handed, day)).astype(np.int32)
    delivered = np.where(parcels.delivered >= day, changed, parcels.delivered)
    return replace(
        parcels, delivered=delivered, closed=np.where(parcels.closed >= day, NEVER, parcels.closed)
    )


@pytest.mark.parametrize("world", ["europe", "marketplace"])
def test_what_was_foreseen_before_a_day_does_not_depend_on_it(
    world: str, defaults: Floats, request: pytest.FixtureRequest
) -> None:
    parcels: Parcels = request.getfixturevalue(world)
    first, last = int(parcels.handed.min()), int(parcels.handed.max())
    day = refit_days(first, last)[16]
    one, other = walked(parcels, defaults), walked(another_future(parcels, day), defaults)
    before = parcels.handed < day
    for name in NAMES:
        assert np.array_equal(getattr(one, name)[before], getattr(other, name)[before], equal_nan=True), name
    for notice, chance in one.alarm.items():
        due = parcels.promised - notice < day
        # Whether it had arrived by then is the world's doing, what was thought of it is ours.
        both = due & (chance > 0) & (other.alarm[notice] > 0)
        assert both.sum() > 50
        assert np.array_equal(chance[both], other.alarm[notice][both])
        assert np.array_equal(one.limit[notice][due], other.limit[notice][due])


def test_a_table_that_knows_the_future_is_caught_by_the_same_look(defaults: Floats, europe: Parcels) -> None:
    """Naive twin: fitted once on everything, then judged on the same parcels."""
    from wismo_desk.forecast.model import learn

    first, last = int(europe.handed.min()), int(europe.handed.max())
    day = refit_days(first, last)[16]
    before = np.flatnonzero(europe.handed < day).astype(np.int32)[-400:]
    one = learn(europe, defaults, last).table.finest[learn(europe, defaults, last).lanes.finest[before]]
    changed = another_future(europe, day)
    other = learn(changed, defaults, last).table.finest[learn(changed, defaults, last).lanes.finest[before]]
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("world", ["europe", "marketplace"])
def test_the_record_on_made_up_worlds(world: str, defaults: Floats, request: pytest.FixtureRequest) -> None:
    parcels: Parcels = request.getfixturevalue(world)
    test = backtest(HistoryFile(parcels, len(parcels), 0, 0), defaults)
    whole = test.whole
    assert whole.off is not None and whole.usual_off is not None and whole.promise_off is not None
    assert whole.off < whole.usual_off < whole.promise_off
    full = [one for one in test.by_month if one.covered is not None and one.parcels > 1000]
    assert len(full) >= 4
    assert all(one.covered is not None and 0.76 <= one.covered <= 0.89 for one in full)
    assert whole.covered is not None and 0.78 <= whole.covered <= 0.88
    assert whole.inside is not None and 0.74 <= whole.inside <= 0.88
    for warned in whole.warned:
        assert warned.even is not None and warned.naive_even is not None
        assert warned.even >= warned.naive_even - 0.005, warned.notice
    ahead = {warned.notice: warned for warned in whole.warned}[5]
    assert ahead.even is not None and ahead.naive_even is not None and ahead.even > ahead.naive_even + 0.03
    rate = figures(test)["false_alarm_rate"]
    assert 0.035 <= rate <= 0.065


def test_a_history_of_a_few_days_is_walked_daily_and_survives(defaults: Floats, europe: Parcels) -> None:
    week = europe.take(europe.handed < europe.handed.min() + 6)
    test = backtest(HistoryFile(week, len(week), 0, 0), defaults)
    assert test.skipped > 0 or test.whole.parcels == len(week)
    one = backtest(HistoryFile(week.take(np.arange(1, dtype=np.int32)), 1, 0, 0), defaults)
    assert one.whole.parcels <= 1 and figures(one)["mae_days"] is None


def test_a_wanted_rate_is_kept_within_reason(defaults: Floats, marketplace: Parcels) -> None:
    test = backtest(HistoryFile(marketplace, len(marketplace), 0, 0), defaults, false_alarms=0.1)
    assert 0.08 <= figures(test)["false_alarm_rate"] <= 0.12
