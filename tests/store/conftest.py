"""A store in a temporary folder, closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_rig import Clock, opened

from wismo_desk.flows.pen import Pen
from wismo_desk.store.store import Store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pen(clock: Clock) -> Pen:
    return Pen("Poste 1", clock=clock)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = opened(tmp_path)
    yield made
    made.close()
