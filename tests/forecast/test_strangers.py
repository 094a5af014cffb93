"""Parcels of a carrier that nobody had when the table was learnt: a new contract, or a shop's first day."""

from __future__ import annotations

import numpy as np
import pytest

from wismo_desk.forecast.encoder import Encoder, Words
from wismo_desk.forecast.model import learn
from wismo_desk.forecast.parcels import NEVER, NO_PROMISE, Floats, Ints, Parcels

MONDAY = int((np.datetime64("2026-11-23") - np.datetime64("1970-01-01")).astype(int))


def parcels(encoder: Encoder, carrier: str, handed: Ints, delivered: Ints) -> Parcels:
    count = len(handed)
    words = Words(
        carrier=(carrier,) * count, service=("s",) * count, zone=("FR",) * count, origin=("FR",) * count
    )
    none = np.full(count, NEVER, dtype=np.int32)
    promised = np.full(count, NO_PROMISE, dtype=np.int32)
    return encoder.encode(words, handed=handed, promised=promised, delivered=delivered, closed=none)


@pytest.mark.parametrize("known", [0, 400])
def test_a_new_carrier_has_the_usual_week(defaults: Floats, known: int) -> None:
    """The carrier that is known delivers on all seven days: a stranger must not be given its calendar."""
    handed = np.arange(MONDAY - known, MONDAY, dtype=np.int32) - 3
    encoder = Encoder()
    model = learn(parcels(encoder, "daily", handed, handed + 1), defaults, MONDAY)
    friday = np.array([MONDAY - 3], dtype=np.int32)
    nowhere = np.array([NEVER], dtype=np.int32)
    seen = model.foresee_others(parcels(encoder, "stranger", friday, nowhere), MONDAY - 2)
    likely = (int(seen.likely[0]) + 3) % 7  # 0 is Monday: the epoch was a Thursday
    assert likely < 5 and seen.likely[0] >= MONDAY
    if known:
        same = model.foresee_others(parcels(encoder, "daily", friday, nowhere), MONDAY - 2)
        assert same.likely[0] < MONDAY
