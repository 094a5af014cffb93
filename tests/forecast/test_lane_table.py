"""The lane table against its formula, and what is read from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wismo_desk.forecast.lanes import DAYS, LEANING, Tally, fit, number_lanes
from wismo_desk.forecast.model import learn
from wismo_desk.forecast.outlook import chance_never, chance_open, days_until
from wismo_desk.forecast.parcels import NEVER, NO_PROMISE, Floats, Parcels

DAY = 20_458  # Tuesday, 6 January 2026


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def parcels(handed: np.ndarray, delivered: np.ndarray, lane: np.ndarray | None = None) -> Parcels:
    none = np.zeros(len(handed), dtype=np.int32)
    return Parcels(
        carrier=none,
        carriers=("x",),
        root=none,
        chain=(none, none if lane is None else lane),
        handed=handed,
        promised=np.full(len(handed), NO_PROMISE, dtype=np.int32),
        delivered=delivered,
        closed=np.full(len(handed), NEVER, dtype=np.int32),
    )


def test_a_hazard_leans_on_the_lane_above() -> None:
    """Three of lane 1 arrived on day 2, one on day 3, one is open after day 4; all of today's weight. What is assumed
    speaks for parcels of which a tenth arrive every day, so that fewer of them are open."""
    lanes = number_lanes(ints(0, 0, 0, 0, 0), [ints(1, 1, 1, 1, 1)], 1)
    tally = Tally(1, DAY)
    tally.add(ints(0, 0, 0, 0), ints(2, 2, 2, 3), np.full(4, DAY, dtype=np.int32))
    base = np.full((1, DAYS), 0.1, dtype=np.float32)
    table = fit(tally, lanes, (ints(0), ints(4), ints(DAY)), base, DAY)
    at_risk, arrived = np.zeros(DAYS), np.zeros(DAYS)
    at_risk[:5], arrived[2:4] = [5, 5, 5, 2, 1], [3, 1]
    assumed = LEANING * 0.9 ** np.arange(DAYS)
    above = (arrived + assumed * 0.1) / (at_risk + assumed)
    hazard = (arrived + LEANING * above) / (at_risk + LEANING)
    assert np.allclose(table.finest[0], np.r_[1, np.cumprod(1 - hazard)], atol=1e-6)


def test_a_parcel_of_45_days_ago_counts_half() -> None:
    tally = Tally(1, DAY - 100)
    tally.add(ints(0, 0), ints(1, 1), ints(DAY, DAY - 45))
    assert np.isclose(tally.arrived[0, 1] * tally.scale(DAY), 1.5)


def test_lanes_without_parcels_of_their_own_say_what_the_lane_above_says(
    defaults: Floats, chance: np.random.Generator
) -> None:
    handed = np.sort(chance.integers(DAY, DAY + 60, 500)).astype(np.int32)
    delivered = (handed + 1 + chance.poisson(2, 500)).astype(np.int32)
    lane = np.zeros(500, dtype=np.int32)
    lane[-1], delivered[-1], handed[-1] = 1, NEVER, DAY + 80
    model = learn(parcels(handed, delivered, lane), defaults, DAY + 80)
    coarse, fine = model.table.survival[1], model.table.finest
    assert np.allclose(fine[model.lanes.finest[-1]], coarse[0], atol=1e-6)


def test_days_until_is_the_first_day_that_covers_the_share(chance: np.random.Generator) -> None:
    hazard = chance.random((50, DAYS)) * 0.4
    survival = np.ones((50, DAYS + 1), dtype=np.float32)
    survival[:, 1:] = np.cumprod(1 - hazard, axis=1)
    lane = chance.integers(0, 50, 3000).astype(np.int32)
    gone = chance.integers(-1, 20, 3000).astype(np.int32)
    for many in (slice(None), slice(0, 20)):
        for level, found in zip(
            (0.1, 0.5, 0.9), days_until(survival, lane[many], gone[many], (0.1, 0.5, 0.9)), strict=True
        ):
            for one, past, day in zip(lane[many], gone[many], found, strict=True):
                left = np.float32(1 - level) * survival[one, past + 1]
                assert day > past and (day == DAYS or survival[one, day + 1] <= left)
                assert survival[one, day] > left


def test_chances_grow_with_every_day_that_passes() -> None:
    survival = np.r_[1.0, np.cumprod(np.full(DAYS, 0.8))].astype(np.float32)[None]
    late = [float(chance_open(survival, ints(0), ints(gone), ints(5))[0]) for gone in range(-1, 8)]
    assert late == sorted(late) and late[0] < 0.3 and late[6:] == [1.0, 1.0, 1.0]
    lost = [float(chance_never(survival, ints(0), ints(gone))[0]) for gone in range(-1, 50, 10)]
    assert lost == sorted(lost)


def test_expected_days_never_lie_in_the_past_and_follow_each_other(defaults: Floats, europe: Parcels) -> None:
    today = int(europe.handed.max()) + 3
    model = learn(europe, defaults, today)
    which = np.flatnonzero(europe.delivered >= today).astype(np.int32)
    seen = model.foresee(which)
    assert len(which) > 100
    assert (seen.low >= today).all()
    assert (
        (seen.low <= seen.likely).all()
        and (seen.likely <= seen.safe).all()
        and (seen.safe <= seen.high).all()
    )
    assert ((seen.late >= 0) & (seen.late <= 1)).all() and ((seen.lost >= 0) & (seen.lost <= 1)).all()
    assert (seen.late[europe.promised[which] < today] == 1).all()


def test_a_parcel_given_up_makes_the_others_likelier_to_be_lost(defaults: Floats) -> None:
    handed = np.full(400, DAY, dtype=np.int32)
    delivered = np.where(np.arange(400) < 380, DAY + 2, NEVER).astype(np.int32)
    one = parcels(handed, delivered)
    gone = replace(one, closed=np.where(np.arange(400) < 399, DAY + 30, NEVER).astype(np.int32))
    last = ints(399)
    before = learn(one, defaults, DAY + 15).foresee(last).lost[0]
    after = learn(gone, defaults, DAY + 40).foresee(last).lost[0]
    assert after > 3 * before
