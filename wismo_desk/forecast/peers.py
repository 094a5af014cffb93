"""How many past parcels stand behind a figure, and what became of them: counted, not estimated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from wismo_desk.forecast.lanes import DAYS, Lanes, number_lanes
from wismo_desk.forecast.model import Model
from wismo_desk.forecast.parcels import CARRIES, ZONE, Flags, Ints, Parcels

_RECENT: Final = 365  # calendar days
_ALL, _TO_ZONE = 1, 2  # levels: carrier and service; the same to one destination


@dataclass(frozen=True, slots=True)
class Peers:
    """Of each parcel asked: how many like it were still open then, how many of those missed such a promise, and
    whether they share its destination."""

    count: Ints
    missed: Ints
    to_zone: Flags


class PeerCounts:
    """Parcels of the last year that have ended, by working days."""

    def __init__(self, model: Model) -> None:
        parcels, today = model.parcels, model.learnt_on
        ended = np.minimum(parcels.delivered, parcels.closed) < today
        past = parcels.take(np.flatnonzero(ended & (parcels.handed > today - _RECENT)).astype(np.int32))
        span = model.workdays.between(past.carrier, past.handed, past.delivered)
        none = np.zeros(len(past), dtype=np.int32)
        self._lanes: Lanes = number_lanes(none, (past.chain[CARRIES], past.chain[ZONE]), 1)
        self._beyond = [self._count(level, np.clip(span, 0, DAYS)) for level in (_ALL, _TO_ZONE)]
        self._lanes = replace(self._lanes, of=())  # the parcels are counted

    def _count(self, level: int, span: Ints) -> Ints:
        """[lane, k]: how many took k working days or more; a row of zeros more for lanes that are not known."""
        size = self._lanes.sizes[level] + 1
        key = self._lanes.of[level].astype(np.int64) * (DAYS + 1) + span
        exits = np.bincount(key, minlength=size * (DAYS + 1)).reshape(size, DAYS + 1)
        return np.cumsum(exits[:, ::-1], axis=1)[:, ::-1].astype(np.int32)

    def of(self, parcels: Parcels, gone: Ints, slack: Ints, *, enough: int) -> Peers:
        """Those with the same destination, where there are enough, else all of the carrier's service."""
        root = np.zeros(len(parcels), dtype=np.int32)
        level, number = self._lanes.find(root, (parcels.chain[CARRIES], parcels.chain[ZONE]))
        unknown = np.int32(-1)  # the row of zeros
        near = np.where(level == _TO_ZONE, number, unknown)
        above = self._lanes.parents[1][np.maximum(near, 0)] if self._lanes.sizes[_TO_ZONE] else near
        far = np.where(level == _TO_ZONE, above, np.where(level == _ALL, number, unknown))
        now = np.clip(gone + 1, 0, DAYS)
        then = np.clip(np.maximum(slack, gone) + 1, 0, DAYS)
        all_, to_zone = self._beyond
        is_near = to_zone[near, now] >= enough
        return Peers(
            count=np.where(is_near, to_zone[near, now], all_[far, now]),
            missed=np.where(is_near, to_zone[near, then], all_[far, then]),
            to_zone=is_near,
        )
