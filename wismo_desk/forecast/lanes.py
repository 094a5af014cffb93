"""The lane table: the chance to arrive on each working day, by lane, each lane leaning on the coarser one above it.

hazard[lane, day] = (events + κ · hazard[parent, day]) / (at_risk + κ)

What is assumed (the defaults) is worth κ parcels handed over, of which fewer are open every day; κ open ones on every
single day would outweigh the few that are silent for weeks, and promise that lost parcels arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from wismo_desk.forecast.parcels import Floats, Ints

DAYS: Final = 60  # working days that are told apart; what is still open behind them counts as never
LEANING: Final = 20.0  # κ: how many parcels the coarser lane's word is worth
_TINY: Final = np.float32(1e-9)
HALF_LIFE: Final = 45.0  # calendar days after which a parcel counts half
_DENSE: Final = 1 << 23  # keys up to here are numbered by a flag array, faster than by sorting

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lanes:
    """Each parcel's lane at every level, and each lane's parent. Lanes of one parent stand together."""

    of: tuple[Ints, ...]  # one array (n,) a level, the coarsest first
    sizes: tuple[int, ...]
    parents: tuple[Ints, ...]  # of the levels behind the first
    keys: tuple[npt.NDArray[np.int64], ...]  # likewise: parent times width plus the number of the word
    widths: tuple[int, ...]

    @property
    def finest(self) -> Ints:
        return self.of[-1]

    def find(self, root: Ints, chain: Sequence[Ints]) -> tuple[Ints, Ints]:
        """Of other parcels the finest lane that is known: its level and its number there. -1 in `chain` stands for
        a word that never occurred."""
        level, number = np.zeros(len(root), dtype=np.int32), root.copy()
        known = np.ones(len(root), dtype=np.bool_)
        for column, keys, width in zip(chain, self.keys, self.widths, strict=True):
            if not len(keys):  # nothing was learnt at this level
                known[:] = False
                continue
            key = number.astype(np.int64) * width + column
            place = np.minimum(np.searchsorted(keys, key), len(keys) - 1).astype(np.int32)
            known &= (column >= 0) & (column < width) & (keys[place] == key)
            number = np.where(known, place, number)
            level += known
        return level, number


def number_lanes(root: Ints, chain: Sequence[Ints], roots: int) -> Lanes:
    """Number the lanes that occur."""
    of, sizes, parents, keys, widths = [root], [roots], [], [], []
    for column in chain:
        width = int(column.max(initial=0)) + 1
        key = of[-1].astype(np.int64) * width + column
        found, ids = _dense(key, sizes[-1] * width)
        parents.append((found // width).astype(np.int32))
        keys.append(found)
        widths.append(width)
        of.append(ids)
        sizes.append(len(found))
    return Lanes(tuple(of), tuple(sizes), tuple(parents), tuple(keys), tuple(widths))


def _dense(key: npt.NDArray[np.int64], limit: int) -> tuple[npt.NDArray[np.int64], Ints]:
    """The distinct keys in order, and the place of each key among them."""
    if limit > _DENSE:
        found, ids = np.unique(key, return_inverse=True)
        return found, ids.astype(np.int32)
    seen = np.zeros(limit, dtype=np.bool_)
    seen[key] = True
    place = np.cumsum(seen, dtype=np.int32) - 1
    return np.flatnonzero(seen), place[key].astype(np.int32)


class Tally:
    """Weighted counts of the finest lanes: who arrived on which working day, and who left the table unseen. What a
    parcel weighs is counted from a fixed day (`weigh`), so that later ones are added without touching the others."""

    def __init__(self, lanes: int, since: int) -> None:
        self._since = since
        self.arrived: Doubles = np.zeros((lanes, DAYS))
        self.never: Doubles = np.zeros(lanes)

    def weigh(self, handed: Ints) -> Doubles:
        return np.exp2((handed - self._since) / HALF_LIFE)

    def add(self, lane: Ints, days: Ints, handed: Ints) -> None:
        """Delivered after so many working days; beyond the table's end it counts as never."""
        weight = self.weigh(handed)
        late = days >= DAYS
        if late.any():
            self.add_never(lane[late], handed[late])
            lane, days, weight = lane[~late], days[~late], weight[~late]
        key = lane * np.int32(DAYS) + np.maximum(days, 0)
        self.arrived += np.bincount(key, weight, minlength=self.arrived.size).reshape(self.arrived.shape)

    def add_never(self, lane: Ints, handed: Ints) -> None:
        self.never += np.bincount(lane, self.weigh(handed), minlength=len(self.never))

    def left(self, lane: Ints, days: Ints, handed: Ints) -> Doubles:
        """Those still open after so many working days, as exits of the table (lanes, DAYS)."""
        exits = self.arrived.copy()
        exits[:, -1] += self.never
        if len(lane):
            key = lane * np.int32(DAYS) + np.clip(days, 0, DAYS - 1)
            exits += np.bincount(key, self.weigh(handed), minlength=exits.size).reshape(exits.shape)
        return exits

    def scale(self, today: int) -> float:
        """What a weight of 1 is worth today."""
        return float(np.exp2((self._since - today) / HALF_LIFE))


@dataclass(frozen=True, slots=True)
class LaneTable:
    """`survival[level][lane, k]`: the chance that a parcel is still open when k working days are over, its day of
    hand-over counted as the first; k = 0 … DAYS."""

    survival: tuple[Floats, ...]

    @property
    def finest(self) -> Floats:
        return self.survival[-1]


def fit(
    tally: Tally,
    lanes: Lanes,
    still_open: tuple[Ints, Ints, Ints],
    defaults: Floats,
    today: int,
    worth: Floats | None = None,
) -> LaneTable:
    """The table as of `today`. `still_open`: lane, working days, day of hand-over of those not delivered.
    `defaults`: (roots, DAYS) hazards to lean the coarsest lanes on, each for that share of κ parcels which `worth`
    (roots,) says, all of them without."""
    scale = np.float32(tally.scale(today))
    arrived = [(tally.arrived * scale).astype(np.float32)]
    exits = [(tally.left(*still_open) * scale).astype(np.float32)]
    for parents, size in zip(reversed(lanes.parents), reversed(lanes.sizes[:-1]), strict=True):
        arrived.insert(0, _gather(arrived[0], parents, size))
        exits.insert(0, _gather(exits[0], parents, size))
    above, survival = defaults.astype(np.float32), []
    for level, (came, left) in enumerate(zip(arrived, exits, strict=True)):
        if level:
            above = above[lanes.parents[level - 1]]
        at_risk = np.cumsum(left[:, ::-1], axis=1, dtype=np.float32)[:, ::-1]
        word: Floats | float = LEANING
        if not level:
            word = np.float32(LEANING) * _open_of(above)
            word = word if worth is None else word * worth[:, None]
        above = (came + word * above) / np.maximum(at_risk + word, _TINY)
        survival.append(_survive(above))
    return LaneTable(tuple(survival))


def _open_of(hazard: Floats) -> Floats:
    """The share still open at the beginning of each day."""
    return _survive(hazard)[:, :-1]


def _gather(table: Floats, parents: Ints, size: int) -> Floats:
    """Sum the rows of each parent; they stand together."""
    summed = np.zeros((size, DAYS), dtype=np.float32)
    if len(parents):
        starts = np.flatnonzero(np.r_[True, parents[1:] != parents[:-1]])
        summed[parents[starts]] = np.add.reduceat(table, starts, axis=0)
    return summed


def _survive(hazard: Floats) -> Floats:
    kept = np.ones((len(hazard), DAYS + 1), dtype=np.float32)
    np.cumprod(1 - hazard, axis=1, out=kept[:, 1:])
    return kept
