"""Ids of one station strictly increase, whatever its clock does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import time_ordered
from wismo_desk.flows.pen import Pen

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Jumping:
    """A clock that is set by hand before each reading."""

    def __init__(self, jumps: list[int]) -> None:
        self.jumps = iter(jumps)
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=next(self.jumps, 0))
        return self.now


@given(st.lists(st.integers(-100_000, 100_000), min_size=2, max_size=60), st.binary(min_size=8, max_size=8))
def test_ids_grow_when_the_clock_jumps(jumps: list[int], entropy: bytes) -> None:
    pen = Pen("Poste 1", clock=Jumping(jumps), entropy=lambda _: entropy)
    made = [pen.new_id() for _ in jumps]
    assert made == sorted(set(made))
    assert {key.version for key in made} == {7}


@given(st.lists(st.integers(-100_000, -1), min_size=1, max_size=5))
def test_the_naive_id_goes_back_with_the_clock(jumps: list[int]) -> None:
    clock = Jumping([0, *jumps])
    naive = [time_ordered(int(clock().timestamp() * 1000), bytes(10)) for _ in range(len(jumps) + 1)]
    assert naive != sorted(naive)


def test_more_than_fit_into_one_millisecond() -> None:
    pen = Pen("Poste 1", clock=lambda: START)
    made = [pen.new_id() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert (made[-1].int >> 80) - (made[0].int >> 80) == 2  # 4,096 to each


def test_threads_share_one_pen() -> None:
    pen = Pen("Poste 1")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: pen.new_id(), range(2000)))
    assert len(set(made)) == 2000


@given(st.integers(0, 4095), st.integers(-5, 5))
def test_it_goes_on_after_the_largest_id_of_before(count: int, minutes: int) -> None:
    last = time_ordered(int(START.timestamp() * 1000), count.to_bytes(2, "big") + b"\xff" * 8)
    pen = Pen("Poste 1", clock=lambda: START + timedelta(minutes=minutes), after=last)
    assert last < pen.new_id() < pen.new_id()


def test_facts_and_effects_are_signed() -> None:
    pen = Pen("Poste 1", clock=lambda: START, operator="Inès")
    fact = pen.fact(FactKind.ORDER_PAUSED, order_id=UUID(int=1), code="x")
    assert (fact.station, fact.by, fact.at, fact.data) == ("Poste 1", "Inès", START, {"code": "x"})
