"""Reads the lane table: the day by which a share has arrived, the chance to be late, the chance never to arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from wismo_desk.forecast.lanes import DAYS
from wismo_desk.forecast.parcels import Floats, Ints

_HALVINGS: Final = 6  # 2⁶ > DAYS + 1


def days_until(survival: Floats, lane: Ints, gone: Ints, levels: Sequence[float]) -> list[Ints]:
    """For each level the working days behind hand-over by which such a share has arrived, of those still open when
    `gone` of them are over (-1: just handed over). DAYS where it never gets there."""
    key = lane * np.int32(DAYS + 1) + np.clip(gone, -1, DAYS - 1) + np.int32(1)
    if len(key) < survival.size // 8:
        return [_search(survival, key, level) for level in levels]
    seen = np.zeros(survival.size, dtype=np.bool_)  # many parcels share few answers: look each up once
    seen[key] = True
    asked = np.flatnonzero(seen).astype(np.int32)
    answers: Ints = np.empty(survival.size, dtype=np.int32)
    found = []
    for level in levels:
        answers[asked] = _search(survival, asked, level)
        found.append(answers[key])
    return found


def _search(survival: Floats, key: Ints, level: float) -> Ints:
    """By halving, the first k with survival[lane, k + 1] at most what is to be left."""
    row = key // (DAYS + 1) * (DAYS + 1)
    flat = survival.ravel()
    wanted = flat[key] * np.float32(1 - min(max(level, 1e-4), 1 - 1e-4))
    low = key - row  # still above what is wanted
    high = np.full_like(low, DAYS + 1)  # at or below it
    for _ in range(_HALVINGS):
        middle = (low + high) >> 1
        below = flat[row + middle] <= wanted
        high = np.where(below, middle, high)
        low = np.where(below, low, middle)
    return high - 1


def chance_open(survival: Floats, lane: Ints, gone: Ints, until: Ints) -> Floats:
    """The chance to be still open when `until` working days are over, for one open when `gone` of them were."""
    flat, start = survival.ravel(), lane * np.int32(DAYS + 1)
    now = flat[start + np.clip(gone, -1, DAYS - 1) + 1]
    then = flat[start + np.clip(np.maximum(until, gone), -1, DAYS - 1) + 1]
    return np.asarray(then / now, dtype=np.float32)


def chance_never(survival: Floats, lane: Ints, gone: Ints) -> Floats:
    """The chance never to arrive."""
    return chance_open(survival, lane, gone, np.full_like(gone, DAYS - 1))
