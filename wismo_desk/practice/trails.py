"""The scans of a made-up history: told on the way, with a known truth behind the last ones.

A hub near the customer speaks some working days before the parcel arrives, whatever it went through until then; what is
lost falls silent. Made up like the history itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from wismo_desk.practice.histories import History, Ints, World

COLUMNS: Final = "shipment,at,status"
LEFT: Final = ((1, 0.72), (2, 0.18), (3, 0.1))  # working days from the last hub to the door, and how often
_TRIED: Final = 0.05  # of the parcels are out once for nothing


@dataclass(frozen=True, slots=True)
class Trails:
    """One row a scan, those of a parcel oldest first; days as `date` ordinals. `status`: as `domain.status` names it;
    `left`: the truth, the hub near the customer's own working days to the door, 0 elsewhere."""

    parcel: Ints
    status: tuple[str, ...]
    day: Ints
    left: Ints

    def text(self, history: History) -> str:
        """As a CSV file for `wismo-desk forecast backtest … --scans`, of what was known on the history's last day."""
        known = np.flatnonzero(self.day <= history.until).tolist()
        rows = (
            f"P{self.parcel[at]:07},{date.fromordinal(int(self.day[at])).isoformat()},{self.status[at]}"
            for at in known
        )
        return "\n".join([COLUMNS, *rows]) + "\n"


def make_trails(history: History, *, seed: int, world: World) -> Trails:
    """What happened after the last day of the history is told too: leave out what nobody could know yet."""
    chance = np.random.default_rng(seed)
    count = len(history.handed)
    week = {(name, service): saturdays for name, service, saturdays, _, _ in world.carriers}
    saturdays = np.array(
        [week[key] for key in zip(history.carrier, history.service, strict=True)], dtype=np.bool_
    )
    every = np.arange(count)
    came = ~history.lost
    parcel, names, days, lefts = (
        [every],
        [("accepted",) * count],
        [history.handed],
        [np.zeros(count, np.int64)],
    )

    def tell(which: Ints, status: str, day: Ints, left: Ints | None = None) -> None:
        parcel.append(which)
        names.append((status,) * len(which))
        days.append(day)
        lefts.append(np.zeros(len(which), np.int64) if left is None else left)

    first = step_days(history.handed, np.ones(count, np.int64), saturdays)
    left = chance.choice([n for n, _ in LEFT], count, p=[share for _, share in LEFT])
    hub = step_days(np.where(came, history.delivered, history.handed), -left, saturdays)
    near = np.flatnonzero(came & (hub > history.handed))
    early = np.flatnonzero(
        np.where(came, first < np.minimum(hub, history.delivered), chance.random(count) < 0.7)
    )
    tell(early, "in_transit", first[early])
    tell(near, "in_transit", hub[near], left[near])
    out = np.flatnonzero(came & (chance.random(count) < 0.97))
    before = step_days(history.delivered[out], np.full(len(out), -1), saturdays[out])
    tried = (chance.random(len(out)) < _TRIED) & (before > history.handed[out])
    tell(out[tried], "out_for_delivery", before[tried])
    tell(out[tried], "delivery_attempted", before[tried])
    tell(out, "out_for_delivery", history.delivered[out])
    joined = np.concatenate(parcel)
    day = np.concatenate(days)
    order = np.lexsort((np.arange(len(joined)), day, joined))
    said = np.array([name for group in names for name in group])[order]
    return Trails(joined[order], tuple(said.tolist()), day[order], np.concatenate(lefts)[order])


def step_days(start: Ints, working: Ints, saturdays: npt.NDArray[np.bool_]) -> Ints:
    """So many delivery days behind `start`, or before it."""
    day, left = start.copy(), np.abs(working)
    way = np.where(working < 0, -1, 1)
    while (left > 0).any():
        day = np.where(left > 0, day + way, day)
        weekday = (day - 1) % 7
        left = np.where((weekday < 5) | ((weekday == 5) & saturdays), left - (left > 0), left)
    return day
