"""Default tables and made-up histories for the forecast's tests."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wismo_desk.forecast.defaults import read_defaults
from wismo_desk.forecast.history_file import read_history
from wismo_desk.forecast.parcels import Floats, Parcels
from wismo_desk.practice.histories import EUROPE, MARKETPLACE, make_history
from wismo_desk.resources import forecast_defaults

FIRST = date(2026, 1, 5)  # a Monday


@pytest.fixture(scope="session")
def defaults() -> Floats:
    return read_defaults(forecast_defaults())


@pytest.fixture(scope="session")
def europe() -> Parcels:
    return read_history(make_history(14000, first=FIRST, days=200, seed=11, world=EUROPE).text()).parcels


@pytest.fixture(scope="session")
def marketplace() -> Parcels:
    return read_history(make_history(16000, first=FIRST, days=240, seed=12, world=MARKETPLACE).text()).parcels


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(20261122)
