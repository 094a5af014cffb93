"""The record of what was shown on the way: after each scan, and from the hand-over on the same evenings."""

from __future__ import annotations

from typing import Final

import numpy as np

from wismo_desk.domain.foresight import Aim, OnTheWay
from wismo_desk.forecast.lanes import Doubles
from wismo_desk.forecast.parcels import Flags, Ints
from wismo_desk.forecast.record import Settled, settle, warnings_of
from wismo_desk.forecast.walk import ENOUGH
from wismo_desk.forecast.way import HAND_OVER, SCAN, ScanWalk

_FEW: Final = 10  # a share of fewer is not shown


def write_way(
    walk: ScanWalk, end: int, *, rate: float = 0.05, least: int = ENOUGH
) -> tuple[OnTheWay, list[OnTheWay]]:
    """The whole and each month of hand-over, of a walk that has run; the arguments as for `record.write_record`."""
    parcels = walk.walk.parcels
    settled = settle(parcels, walk.foreseen, end, least)
    everyone = np.arange(len(parcels), dtype=np.int32)
    months = np.arange(len(walk.sums.months))
    of_month = walk.month_of[settled.counted]
    known = np.isin(months, of_month)
    whole = _one(walk, settled, everyone, months >= 0, "", (rate, least))
    return whole, [
        _one(
            walk,
            settled,
            np.flatnonzero(walk.month_of == month).astype(np.int32),
            months == month,
            str(walk.sums.months[month]),
            (rate, least),
        )
        for month in months[known]
    ]


def _one(
    walk: ScanWalk, settled: Settled, which: Ints, months: Flags, month: str, ruled: tuple[float, int]
) -> OnTheWay:
    rate, least = ruled
    return OnTheWay(
        month=month,
        after_scan=_aim(walk, SCAN, months, least),
        from_hand_over=_aim(walk, HAND_OVER, months, least),
        warned=warnings_of(walk.foreseen, settled, which, rate),
    )


def _aim(walk: ScanWalk, clock: int, months: Flags, least: int) -> Aim:
    sums = walk.sums
    counts = slice(None) if least < ENOUGH else slice(1, 2)

    def total(column: Doubles) -> float:
        return float(column[clock, months, counts].sum())

    arrived, due, spanned = total(sums.arrived), total(sums.due), total(sums.spanned)

    def share(part: Doubles, whole: float) -> float | None:
        return total(part) / whole if whole >= _FEW else None

    return Aim(
        evenings=int(arrived),
        off=share(sums.off, arrived),
        exact=share(sums.exact, arrived),
        near=share(sums.near, arrived),
        covered=share(sums.covered, due),
        inside=share(sums.inside, spanned),
    )
