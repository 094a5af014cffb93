"""Work is cut into slices that take as long as they may, and nothing of it is left out."""

from __future__ import annotations

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.store.pace import Pace


@given(
    count=st.integers(0, 3_000),
    costs=st.lists(st.floats(0.00001, 0.01), min_size=1, max_size=20),
    first=st.integers(1, 500),
)
def test_every_row_comes_once_and_in_order(count: int, costs: list[float], first: int) -> None:
    pace: Pace[int] = Pace(first, held_s=0.02, fewest=5, most=400)
    slices = []
    for n, some in enumerate(pace.slices(range(count))):
        slices.append(some)
        pace.learn(len(some) * costs[n % len(costs)])
    assert list(chain.from_iterable(slices)) == list(range(count))
    assert all(5 <= len(some) <= 400 for some in slices[1:-1])


@pytest.mark.parametrize(("cost", "fits"), [(0.0002, 100), (0.01, 5), (0.000001, 400)])
def test_slices_come_to_what_fits_into_the_time(cost: float, fits: int) -> None:
    pace: Pace[int] = Pace(60, held_s=0.02, fewest=5, most=400)
    sizes = []
    for some in pace.slices(range(20_000)):
        sizes.append(len(some))
        pace.learn(len(some) * cost)
    assert abs(sizes[-2] - fits) <= 1
    assert all(after <= 2 * before for before, after in pairwise(sizes))


def test_quiet_ticks_do_not_teach_long_slices() -> None:
    pace: Pace[int] = Pace(60, held_s=0.02, fewest=5, most=400)
    for _ in range(9):
        for _some in pace.slices([1]):
            pace.learn(0.003)
    assert len(next(pace.slices(range(1_000)))) == 60
    for _some in pace.slices([1, 2, 3, 4, 5, 6]):
        pace.learn(0.012 * 6)  # so few, and too long: that does say something
    assert len(next(pace.slices(range(1_000)))) == 5


@pytest.mark.parametrize("seconds", [0.0, -3.0])
def test_a_clock_that_stands_or_goes_back_at_most_doubles(seconds: float) -> None:
    pace: Pace[int] = Pace(60, held_s=0.02, fewest=5, most=400)
    sizes = []
    for some in pace.slices(range(2_000)):
        sizes.append(len(some))
        pace.learn(seconds)
    assert sizes[:4] == [60, 120, 240, 400]


def test_a_slice_that_failed_teaches_nothing() -> None:
    pace: Pace[int] = Pace(60, held_s=0.02, fewest=5, most=400)
    with pytest.raises(ZeroDivisionError), pace.timed():
        raise ZeroDivisionError
    assert len(next(pace.slices(range(1_000)))) == 60
