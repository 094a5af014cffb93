"""The whole way from a question to a draft over the files `dev_*`: floors below which nothing may be shipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.answers_data.judge import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(Path(tmp_path_factory.mktemp("world")), ("dev_fr", "dev_en"))
    yield made
    made.close()


@pytest.mark.parametrize("name", ["dev_fr", "dev_en"])
def test_orders_hand_overs_and_events(world: World, name: str) -> None:
    tally = world.judge(name)
    assert tally.without_event == 0
    assert tally.order_wrong == 0
    assert tally.order_found >= 0.97 * tally.with_order
    assert tally.handed_rightly >= 0.93 * tally.handed
    assert tally.handed_rightly >= 0.95 * tally.for_person
