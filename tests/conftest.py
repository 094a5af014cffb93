"""What holds for every test: cyclic garbage is collected here, in the main thread, never in a lane of the program; and
a slow machine is no fault of what is tested."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

_WHOLE_EVERY = 100  # a collection of everything costs tenths of a second with the whole suite loaded
_PATIENT_MS = 60_000  # for what will come; five seconds, pytest-qt's own, pass on a machine that stands still
_tests = count(1)
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    bot = QtBot(request)
    for wait in ("waitActive", "waitExposed", "waitSignal", "waitUntil"):
        setattr(bot, wait, partial(getattr(bot, wait), timeout=_PATIENT_MS))
    return bot


@pytest.fixture(autouse=True, scope="session")
def _no_collection_in_a_lane() -> Iterator[None]:
    """A window of an earlier test that dies in another test's thread takes Qt down with it."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _collect() -> Iterator[None]:
    yield
    gc.collect(2 if next(_tests) % _WHOLE_EVERY == 0 else 1)
