"""Counts that go along day by day are those of the whole counted anew, whatever was given up, lost or came too late."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wismo_desk.forecast.lanes import number_lanes
from wismo_desk.forecast.model import learn
from wismo_desk.forecast.parcels import NEVER, Floats, Parcels
from wismo_desk.forecast.running import Running


@pytest.fixture
def mixed(europe: Parcels, chance: np.random.Generator) -> Parcels:
    """In the order of hand-over; some were given up before they came, some on that day, some for good."""
    some = europe.take(np.argsort(europe.handed, kind="stable").astype(np.int32)[:3_000])
    ends = np.minimum(some.delivered, some.handed + 30)
    closed = (ends + chance.integers(-2, 3, len(some))).astype(np.int32)
    closed = np.where(chance.random(len(some)) < 0.3, np.maximum(closed, some.handed), NEVER).astype(np.int32)
    delivered = np.where(chance.random(len(some)) < 0.05, NEVER, some.delivered).astype(np.int32)
    return replace(some, delivered=delivered, closed=closed)


def test_told_day_by_day_it_knows_what_counting_anew_would_find(mixed: Parcels, defaults: Floats) -> None:
    first = int(mixed.handed.min())
    workdays = learn(mixed, defaults, first + 60).workdays
    running = Running(mixed, number_lanes(mixed.root, mixed.chain, len(defaults)))
    running.use(workdays)
    assert ((mixed.closed < mixed.delivered) & (mixed.delivered < NEVER)).sum() > 50
    for today in (first, first + 1, first + 3, first + 10, first + 11, first + 40, first + 60):
        running.tell(today)
        anew = learn(mixed, defaults, today, workdays=workdays)
        assert np.allclose(running.table(defaults).finest, anew.table.finest, atol=1e-6), today - first
