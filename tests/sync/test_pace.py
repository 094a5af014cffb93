"""Hints that come close together count together; what this desk says itself never waits."""

from __future__ import annotations

import pytest

from wismo_desk.sync.pace import Pace


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_hint_counts_at_once() -> None:
    assert Pace(Seconds()).left() <= 0


@pytest.mark.parametrize(("took", "rest"), [(0.006, 0.012), (0.03, 0.06), (5.0, 0.1)])
def test_a_rest_is_twice_the_turn_and_short(took: float, rest: float) -> None:
    clock = Seconds()
    pace = Pace(clock)
    pace.began()
    clock.now += took
    pace.ended()
    assert pace.left() == pytest.approx(rest)
    clock.now += rest
    assert pace.left() <= 1e-9
