"""Corrects the table by its record: levels that cover what they promise, thresholds that keep a false-alarm rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from wismo_desk.forecast.parcels import Flags, Floats

NOTICES: Final = (1, 2, 3, 5, 7)  # days before the promised one at which an alarm may be raised
RECENT: Final = (
    42  # days of hand-overs that the levels are corrected by: four weeks of arrivals, and those on their way
)
PASSED: Final = 120  # days of passed promises that the thresholds are chosen on
_SPARE: Final = 0.02  # kept in hand at the 80 % day: what comes is never quite like what was
_ENOUGH: Final = 100
_TAIL: Final = 20  # parcels that must have got so far for their word to count
_FAR: Final = 0.15  # a level is moved by no more


@dataclass(frozen=True, slots=True)
class Levels:
    """Where in the table's distribution the 10%, 50%, 80% and 90% days are looked up."""

    low: float = 0.1
    likely: float = 0.5
    safe: float = 0.8
    high: float = 0.9


def correct(before: Floats, by: Floats, is_open: Flags) -> Levels:
    """For each parcel handed over lately, the share that should have arrived before its day, and by its day, by the
    table of when it was handed over; of one still open, the share by today in both. The smallest level whose day was
    late enough often enough (conformal, on both sides); what is open is counted out as it drops off (Kaplan and
    Meier), so that the quick ones do not decide alone."""
    if len(before) - is_open.sum() < _ENOUGH:
        return Levels()
    early = _quantiles(by, is_open, (0.1, 0.5))
    late = _quantiles(before, is_open, (0.5, 0.8 + _SPARE, 0.9))
    return Levels(
        low=_near(early[0], 0.1),
        likely=_near(0.25 + (early[1] + late[0]) / 4, 0.5),  # half way: the table follows by itself
        safe=_near(late[1] + 1e-4, 0.8),
        high=_near(late[2] + 1e-4, 0.9),
    )


def _quantiles(shares: Floats, is_open: Flags, wanted: tuple[float, ...]) -> list[float]:
    """Where the distribution reaches each; what it was expected to be, where too few have got that far."""
    order = np.argsort(shares.astype(np.float64) + 1e-9 * is_open)  # of equals those that arrived come first
    shares, arrived = shares[order], ~is_open[order]
    at_risk = np.arange(len(shares), 0, -1)
    reached = 1 - np.cumprod(1 - arrived / (at_risk + 1e-9))
    places = np.searchsorted(reached, np.array(wanted) - 1e-9)
    return [
        float(shares[at]) if at < len(shares) and at_risk[at] >= _TAIL else level
        for at, level in zip(places, wanted, strict=True)
    ]


def _near(level: float, wanted: float) -> float:
    return min(max(level, wanted - _FAR), min(wanted + _FAR, 0.99))


def threshold(chance: Floats, in_time: Floats, false_alarms: float) -> float:
    """The chance above which an alarm is raised, so that it would have been wrong for at most this share of the
    parcels that came in time; `chance` is 0 for those that had arrived already, `in_time` is how sure it is that
    they came in time (0 or 1 once that is settled). 0.5 without a record."""
    calm = float(in_time.sum())
    if calm < _ENOUGH:
        return 0.5
    is_open = np.flatnonzero(chance > 0)
    order = is_open[np.argsort(-chance[is_open])]
    wrong = np.cumsum(in_time[order])
    place = int(np.searchsorted(wrong, false_alarms * calm, side="right"))
    return float(chance[order[place]]) if place < len(order) else 0.0
