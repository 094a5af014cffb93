"""The table of one day, learnt from everything known by then, and what it says of parcels that are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from wismo_desk.forecast.lanes import Lanes, LaneTable, Tally, fit, number_lanes
from wismo_desk.forecast.levels import Levels
from wismo_desk.forecast.outlook import chance_never, chance_open, days_until
from wismo_desk.forecast.parcels import NO_PROMISE, Flags, Floats, Ints, Parcels
from wismo_desk.forecast.workdays import Workdays, judge_weekdays, weekday

_AS_LEARNT: Final = Levels()


@dataclass(frozen=True, slots=True)
class Outlook:
    """Of each parcel asked: days on which 10%, 50%, 80%, 90% have arrived; the chance to miss the promise (NaN
    without one); the chance never to arrive; working days gone and working days to the promise."""

    low: Ints
    likely: Ints
    safe: Ints
    high: Ints
    late: Floats
    lost: Floats
    gone: Ints
    slack: Ints


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt on the morning of `learnt_on`."""

    parcels: Parcels
    lanes: Lanes
    table: LaneTable
    workdays: Workdays
    learnt_on: int

    def foresee(self, which: Ints, levels: Levels = _AS_LEARNT) -> Outlook:
        """`which` of the parcels that the model was learnt with, all of them open, as of the day it was learnt."""
        parcels = self.parcels.take(which)
        finest = self.table.finest, self.lanes.finest[which]
        return look(parcels, *finest, self.workdays, self.learnt_on, levels)

    def without_parcels(self) -> Model:
        """For `foresee_others` only: a million parcels less to keep."""
        none = self.parcels.take(np.zeros(0, dtype=np.int32))
        return replace(self, parcels=none, lanes=replace(self.lanes, of=()))

    def foresee_others(self, parcels: Parcels, today: int, levels: Levels = _AS_LEARNT) -> Outlook:
        """Parcels with the same numbers for carriers and words, open on the morning of `today`; what is strange about
        them is judged by the coarser lane."""
        level, number = self.lanes.find(parcels.root, parcels.chain)
        above = np.r_[0, np.cumsum(self.lanes.sizes)].astype(np.int32)
        survival = np.concatenate(self.table.survival)
        return look(parcels, survival, above[level] + number, self.workdays, today, levels)


def look(
    parcels: Parcels, survival: Floats, lane: Ints, workdays: Workdays, today: int | Ints, levels: Levels
) -> Outlook:
    """Open parcels on the morning of `today`, one day or each its own. `survival`: (lanes, DAYS + 1)."""
    carrier, handed, promised = parcels.carrier, parcels.handed, parcels.promised
    start = workdays.until(carrier, handed)
    yesterday = np.broadcast_to(np.asarray(today, dtype=np.int32) - np.int32(1), handed.shape)
    gone = np.where(handed > yesterday, np.int32(-1), workdays.until(carrier, yesterday) - start)
    slack = workdays.until(carrier, promised) - start
    late = np.where(promised < today, np.float32(1), chance_open(survival, lane, gone, slack))
    wanted = (levels.low, levels.likely, levels.safe, levels.high)
    low, likely, safe, high = (
        np.maximum(workdays.after_place(carrier, handed, start, days), today)
        for days in days_until(survival, lane, gone, wanted)
    )
    return Outlook(
        low=low,
        likely=likely,
        safe=safe,
        high=high,
        late=np.where(promised == NO_PROMISE, np.float32(np.nan), late),
        lost=chance_never(survival, lane, gone),
        gone=gone,
        slack=slack,
    )


def learn(
    parcels: Parcels,
    defaults: Floats,
    today: int,
    closed: Mapping[int, Ints] | None = None,
    opened: Mapping[int, Ints] | None = None,
    *,
    workdays: Workdays | None = None,
    worth: Floats | None = None,
) -> Model:
    """As of the morning of `today`. `closed`, `opened`: days without and with delivery by calendar, past and to come
    (`Workdays`). `workdays`: where they are known already. `worth`: how much of each default counts (`fit`)."""
    lanes = number_lanes(parcels.root, parcels.chain, len(defaults))
    first = int(parcels.handed.min(initial=today))
    known = (parcels.delivered < today) & (parcels.delivered <= parcels.closed)
    if workdays is None:
        workdays = Workdays(_weekdays(parcels, known, first, today), first, today, closed, opened)
    start = workdays.until(parcels.carrier, parcels.handed)
    lane, tally = lanes.finest, Tally(lanes.sizes[-1], first)
    arrived = np.flatnonzero(known)
    span = workdays.until(parcels.carrier[arrived], parcels.delivered[arrived]) - start[arrived]
    tally.add(lane[arrived], span, parcels.handed[arrived])
    given_up = ~known & (parcels.closed < today)
    gone = np.flatnonzero(given_up)
    tally.add_never(lane[gone], parcels.handed[gone])
    still = np.flatnonzero(~known & ~given_up & (parcels.handed < today))
    yesterday = np.full(len(still), today - 1, dtype=np.int32)
    past = workdays.until(parcels.carrier[still], yesterday) - start[still]
    table = fit(tally, lanes, (lane[still], past, parcels.handed[still]), defaults, today, worth)
    return Model(parcels, lanes, table, workdays, today)


def _weekdays(parcels: Parcels, known: Flags, first: int, today: int) -> Flags:
    key = parcels.carrier[known] * 7 + weekday(parcels.delivered[known])
    counts = np.bincount(key, minlength=len(parcels.carriers) * 7).reshape(-1, 7)
    return judge_weekdays(counts, first, today, parcels.company)
