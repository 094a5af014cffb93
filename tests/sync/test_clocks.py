"""One desk's clock is wrong by an hour: the later word still wins everywhere, and nothing is told or packed twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from two_desks import Clock, Desk, everything, settle

from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.sync.turn import Sync

HOUR = timedelta(hours=1)


@pytest.fixture(params=[HOUR, -HOUR], ids=["ahead", "behind"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """The first desk's clock is wrong."""
    wrong, right = Clock(), Clock()
    wrong.now += request.param
    desks = Desk.open(tmp_path / "a", "Bench 1", wrong), Desk.open(tmp_path / "b", "Bench 2", right)
    yield desks
    for desk in desks:
        desk.store.close()


def met(shared: SharedDatabase, pair: tuple[Desk, Desk]) -> list[Sync]:
    return [desk.sync(shared) for desk in pair]


@pytest.mark.parametrize("first", [0, 1])
def test_the_later_word_on_an_order_wins(shared: SharedDatabase, pair: tuple[Desk, Desk], first: int) -> None:
    begins, ends = pair[first], pair[1 - first]
    syncs = met(shared, pair)
    order = begins.take_in("1001")
    begins.in_hand(order)
    begins.say(begins.fact(FactKind.ORDER_PAUSED, order))
    settle(*syncs)
    ends.in_hand(order)
    settle(*syncs)
    assert begins.store.read.routed(order)[2:] == (OrderState.IN_HAND, ends.name)
    ends.label(order)
    settle(*syncs)
    for desk in pair:
        assert desk.store.read.routed(order)[2:] == (OrderState.SHIPPED, ends.name)
    assert everything(begins.store) == everything(ends.store)


def test_also_after_a_restart(shared: SharedDatabase, pair: tuple[Desk, Desk], tmp_path: Path) -> None:
    """What was heard of the other desk's time is not forgotten."""
    syncs = met(shared, pair)
    order = pair[0].take_in("1001")
    pair[0].say(pair[0].fact(FactKind.ORDER_PAUSED, order))
    settle(*syncs)
    again = pair[1].reopen()
    again.in_hand(order)
    assert again.store.read.routed(order)[2:] == (OrderState.IN_HAND, again.name)
    again.store.close()
    pair[1].store = again.reopen().store


def test_by_the_clocks_alone_the_earlier_word_would_win(tmp_path: Path) -> None:
    """The naive twin: ids by each desk's own clock."""
    clocks = Clock(), Clock()
    clocks[0].now += HOUR
    desks = [Desk.open(tmp_path / name, name, clock) for name, clock in zip("ab", clocks, strict=True)]
    earlier = desks[0].pen.new_id()
    later = desks[1].pen.new_id()
    assert later < earlier
    for desk in desks:
        desk.store.close()


def test_a_clock_of_another_century_drags_nobody_along(shared: SharedDatabase, tmp_path: Path) -> None:
    """Ids would then be in 2099 for ever: what is more than a day ahead is not followed."""
    wild, sane = Clock(), Clock()
    wild.now += timedelta(days=365 * 70)
    a, b = Desk.open(tmp_path / "a", "A", wild), Desk.open(tmp_path / "b", "B", sane)
    one, two = a.sync(shared), b.sync(shared)
    order = a.take_in("1001")
    settle(one, two)
    mine = b.pen.new_id()
    assert mine.int >> 80 < (sane.now + timedelta(days=2)).timestamp() * 1000
    assert b.store.read.order(order) is not None
    a.store.close()
    b.store.close()
