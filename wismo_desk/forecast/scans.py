"""Scans on the way: each starts a parcel's clock anew, and so does every silence behind it that lasts.

A parcel that nothing was heard of for three working days is not like all those that had such a scan: most of them went
on. So the clock starts again at some lengths of silence (landmarks), each a lane of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

import numpy as np

from wismo_desk.domain.status import TrackingStatus
from wismo_desk.forecast.lanes import DAYS
from wismo_desk.forecast.model import Model, learn
from wismo_desk.forecast.parcels import CARRIES, ZONE, Floats, Ints, Parcels
from wismo_desk.forecast.workdays import Workdays

SILENCES: Final = (0, 1, 2, 3, 5, 8)  # working days without news at which the clock starts again
EARLIEST: Final = (
    30  # days before the hand-over: an earlier scan is a slip (1970), or of a number that was used before
)
_STEPS: Final = np.array(SILENCES, dtype=np.int32)


class Scan(IntEnum):
    """What was heard last. Of scans on the way the first, the second and later days are told apart: a hub near the
    shop, and one near the customer."""

    ACCEPTED = 0
    MOVED = 1
    MOVED_AGAIN = 2
    MOVED_ON = 3
    CUSTOMS = 4
    OUT = 5
    ATTEMPTED = 6
    DELAYED = 7
    EXCEPTION = 8


SCAN_OF: Final[Mapping[TrackingStatus, Scan]] = {
    TrackingStatus.ACCEPTED: Scan.ACCEPTED,
    TrackingStatus.IN_TRANSIT: Scan.MOVED,
    TrackingStatus.CUSTOMS: Scan.CUSTOMS,
    TrackingStatus.OUT_FOR_DELIVERY: Scan.OUT,
    TrackingStatus.DELIVERY_ATTEMPTED: Scan.ATTEMPTED,
    TrackingStatus.DELAYED: Scan.DELAYED,
    TrackingStatus.EXCEPTION: Scan.EXCEPTION,
}
MARKS: Final = len(Scan) * len(SILENCES)  # a scan and a silence behind it


@dataclass(frozen=True, slots=True)
class Scans:
    """m scans, those of one parcel together and oldest first. `parcel`: its place among the parcels; `until`: the day
    of its next scan, NEVER without one."""

    parcel: Ints
    scan: Ints
    day: Ints
    until: Ints

    def last(self, count: int) -> tuple[Ints, Ints]:
        """Of each of `count` parcels its last scan and the day of it; -1 without any."""
        scan, day = np.full(count, -1, dtype=np.int32), np.full(count, -1, dtype=np.int32)
        scan[self.parcel], day[self.parcel] = self.scan, self.day  # of several the last one written stays
        return scan, day


def order_scans(parcel: Ints, scan: Ints, day: Ints, never: int) -> Scans:
    """`scan`: MOVED for any scan on the way. The scans of one parcel must come oldest first; one said again on the
    same day counts once."""
    order = np.argsort(parcel, kind="stable")
    parcel, scan, day = parcel[order], scan[order], day[order]
    fresh = np.ones(len(parcel), dtype=np.bool_)
    fresh[1:] = (parcel[1:] != parcel[:-1]) | (scan[1:] != scan[:-1]) | (day[1:] != day[:-1])
    parcel, scan, day = parcel[fresh], scan[fresh].astype(np.int32), day[fresh]
    moved = np.flatnonzero(scan == Scan.MOVED)
    scan[moved] += np.minimum(_days_before(parcel[moved], day[moved]), Scan.MOVED_ON - Scan.MOVED)
    until = np.full(len(parcel), never, dtype=np.int32)
    until[:-1] = np.where(parcel[1:] == parcel[:-1], day[1:], never)
    return Scans(parcel, scan, day, until)


def _days_before(parcel: Ints, day: Ints) -> Ints:
    """On how many earlier days the same parcel stands in these columns."""
    if not len(parcel):
        return parcel
    another = np.r_[True, parcel[1:] != parcel[:-1]]
    days = np.cumsum(another | np.r_[True, day[1:] != day[:-1]])
    return (days - np.maximum.accumulate(np.where(another, days, 0))).astype(np.int32)


def restart(parcels: Parcels, scans: Scans, workdays: Workdays, today: int) -> Parcels:
    """A row for each time a clock started before `today`: at each scan, and at each silence of `SILENCES` that lasted.
    Whether it lasted was known on the day it starts: nothing later is looked at."""
    heard = _heard(parcels, scans, today)
    return _started(parcels, *_starts(parcels, scans, heard, workdays, today)[:3])


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks of a history in the order of their start. `of`: whose each is; `until`: the day on which the next one
    of the same parcel starts, or it ended: what `resume` would say on the mornings behind the start, up to that one."""

    parcels: Parcels
    of: Ints
    until: Ints


def all_clocks(parcels: Parcels, scans: Scans, workdays: Workdays, today: int) -> Clocks:
    """As of the morning of `today`. Those that had started before an earlier day are the same, whatever came after."""
    heard = _heard(parcels, scans, today)
    which, day, mark, scan = _starts(parcels, scans, heard, workdays, today)
    order = np.argsort(scan, kind="stable")  # as they followed each other, parcel by parcel
    which, day, mark = which[order], day[order], mark[order]
    until = np.minimum(parcels.delivered, parcels.closed)[which]
    until[:-1] = np.where(which[1:] == which[:-1], np.minimum(day[1:], until[:-1]), until[:-1])
    order = np.argsort(day, kind="stable")
    which, until = which[order], until[order]
    return Clocks(_started(parcels, which, day[order], mark[order]), which, until)


def _heard(parcels: Parcels, scans: Scans, today: int) -> Ints:
    over = np.minimum(parcels.delivered, parcels.closed)[scans.parcel]
    begun = scans.day >= parcels.handed[scans.parcel] - np.int32(EARLIEST)
    return np.flatnonzero(begun & (scans.day < today) & (scans.day <= over)).astype(np.int32)


def _starts(
    parcels: Parcels, scans: Scans, heard: Ints, workdays: Workdays, today: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Of each clock its parcel, its first day, its mark, and the place of its scan."""
    which, day = scans.parcel[heard], scans.day[heard]
    over = np.minimum(parcels.delivered, parcels.closed)[which]
    goes_on = np.minimum(np.minimum(scans.until[heard], over), today)
    found = [(which, day, scans.scan[heard] * np.int32(len(SILENCES)), heard)]
    for step, silence in enumerate(SILENCES[1:], 1):
        start = workdays.after(parcels.carrier[which], day, np.full(len(day), silence, dtype=np.int32))
        lasts = np.flatnonzero(start < goes_on)
        mark = scans.scan[heard[lasts]] * np.int32(len(SILENCES)) + np.int32(step)
        found.append((which[lasts], start[lasts], mark, heard[lasts]))
    which, day, mark, scan = (np.concatenate(column).astype(np.int32) for column in zip(*found, strict=True))
    return which, day, mark, scan


def resume(parcels: Parcels, scan: Ints, day: Ints, workdays: Workdays, today: int) -> Parcels:
    """The same of open parcels as of the morning of `today`, one row each: the clock that started last."""
    yesterday = np.full(len(day), today - 1, dtype=np.int32)
    silent = np.maximum(workdays.between(parcels.carrier, day, yesterday), 0)
    silent = np.where(day >= today, 0, silent)
    step = (np.searchsorted(_STEPS, silent, side="right") - 1).astype(np.int32)
    start = workdays.after(parcels.carrier, day, _STEPS[step])
    everyone = np.arange(len(parcels), dtype=np.int32)
    return _started(parcels, everyone, start, scan * np.int32(len(SILENCES)) + step)


def _started(parcels: Parcels, which: Ints, start: Ints, mark: Ints) -> Parcels:
    """Lanes are a mark, then carrier and service with it, then the destination. How far ahead it was promised, and
    where from, said something of the whole way, not of what is left of it."""
    some = parcels.take(which)
    carries, none = some.chain[CARRIES], np.zeros(len(which), dtype=np.int32)
    return replace(
        some,
        root=mark * np.int32(_KINDS) + some.root,
        chain=(
            np.where(carries < 0, -1, carries * np.int32(MARKS) + mark).astype(np.int32),
            none,
            some.chain[ZONE],
            none,
        ),
        handed=start,
        delivered=np.maximum(some.delivered, start),
        closed=np.maximum(some.closed, start),
    )


_KINDS: Final = 3  # default tables (defaults.KINDS)


def learn_scans(parcels: Parcels, scans: Scans, model: Model, defaults: Floats) -> Model | None:
    """The lane table of restarted clocks as of `model.learnt_on`. `model`: of the same parcels, from their hand-over.
    None without scans. Its levels are those of the walk through the same past (`way.ScanWalk`)."""
    starts = restart(parcels, scans, model.workdays, model.learnt_on)
    if not len(starts):
        return None
    worth = share_silent(defaults)
    return learn(starts, assumed_after(defaults), model.learnt_on, workdays=model.workdays, worth=worth)


def assumed_after(defaults: Floats) -> Floats:
    """(MARKS · kinds, DAYS): behind a silence what is assumed of a parcel open for as long."""
    ends = np.minimum(np.arange(DAYS) + _STEPS[:, None], DAYS - 1)
    return np.tile(defaults[:, ends].transpose(1, 0, 2).reshape(-1, DAYS), (len(Scan), 1))


def share_silent(defaults: Floats) -> Floats:
    """(MARKS · kinds,): the share of parcels that is assumed to be open still behind each silence. Of those that an
    assumption speaks for, no more are as long silent."""
    still = np.cumprod(1 - np.c_[np.zeros(len(defaults), dtype=np.float32), defaults], axis=1)[:, _STEPS]
    return np.tile(still.T.reshape(-1), len(Scan)).astype(np.float32)
