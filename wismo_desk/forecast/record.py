"""The forecast's own record: how far off, how often covered, how many late ones foreseen; the naive rule beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from wismo_desk.domain.foresight import Record, Warned
from wismo_desk.forecast.levels import NOTICES
from wismo_desk.forecast.parcels import NEVER, NO_PROMISE, Flags, Floats, Ints, Parcels
from wismo_desk.forecast.walk import ENOUGH, Foreseen

_FEW: Final = 10  # a share of fewer is not shown


@dataclass(frozen=True, slots=True)
class Settled:
    """Masks over the history: of the parcels that count, whose day is known, and whose promise is settled and how."""

    counted: Flags
    arrived: Flags
    late: Flags
    in_time: Flags


def write_record(
    parcels: Parcels, seen: Foreseen, end: int, *, rate: float = 0.05, least: int = ENOUGH
) -> tuple[Record, list[Record]]:
    """The whole and each month of hand-over. `end`: the last day of which anything is known. Parcels handed over
    before `least` arrivals were known are left out."""
    settled = settle(parcels, seen, end, least)
    months = parcels.handed.astype("datetime64[D]").astype("datetime64[M]")
    whole = _record(parcels, seen, settled, np.arange(len(parcels), dtype=np.int32), "", (end, rate))
    by_month = [
        _record(
            parcels, seen, settled, np.flatnonzero(months == month).astype(np.int32), str(month), (end, rate)
        )
        for month in np.unique(months[settled.counted])
    ]
    return whole, by_month


def settle(parcels: Parcels, seen: Foreseen, end: int, least: int = ENOUGH) -> Settled:
    """As of the day `end`; parcels handed over before `least` arrivals were known do not count."""
    counted = seen.known >= least
    arrived = parcels.delivered < NEVER
    has_promise = parcels.promised != NO_PROMISE
    in_time = has_promise & arrived & (parcels.delivered <= parcels.promised)
    given_up = (parcels.closed < NEVER) | (parcels.promised < end)
    late = has_promise & ~in_time & (arrived | given_up)
    return Settled(counted, arrived & counted, late & counted, in_time & counted)


def _record(
    parcels: Parcels, seen: Foreseen, settled: Settled, which: Ints, month: str, ruled: tuple[int, float]
) -> Record:
    end, rate = ruled
    came = which[settled.arrived[which]]
    off = np.abs(seen.likely[came] - parcels.delivered[came])
    is_enough = len(came) >= _FEW
    told = which[(settled.late | settled.in_time)[which]]
    late = settled.late[told]
    chance = seen.late[told]
    with_promise = came[parcels.promised[came] != NO_PROMISE]
    promise_off = np.abs(parcels.promised[with_promise] - parcels.delivered[with_promise])
    spans = parcels.delivered[came] - parcels.handed[came]
    by = which[settled.counted[which] & (seen.safe[which] < end)]
    covered = parcels.delivered[by] <= seen.safe[by]
    span = which[settled.counted[which] & (seen.high[which] < end)]
    inside = (parcels.delivered[span] >= seen.low[span]) & (parcels.delivered[span] <= seen.high[span])
    both = min(int(late.sum()), int((~late).sum()))
    return Record(
        month=month,
        parcels=int(settled.counted[which].sum()),
        arrived=len(came),
        late=int(late.sum()),
        in_time=int((~late).sum()),
        off=float(off.mean()) if is_enough else None,
        exact=float((off == 0).mean()) if is_enough else None,
        near=float((off <= 1).mean()) if is_enough else None,
        promise_off=float(promise_off.mean()) if len(with_promise) >= _FEW else None,
        usual_off=float(np.abs(spans - np.median(spans)).mean()) if is_enough else None,
        covered=float(covered.mean()) if len(by) >= _FEW else None,
        inside=float(inside.mean()) if len(span) >= _FEW else None,
        auc=rank_quality(chance, late) if both else None,
        precision=average_precision(chance, late) if both else None,
        warned=warnings_of(seen, settled, which, rate),
    )


def warnings_of(seen: Foreseen, settled: Settled, which: Ints, rate: float) -> tuple[Warned, ...]:
    """The alarms of these parcels, at `rate` wanted false ones."""
    told = which[(settled.late | settled.in_time)[which]]
    return tuple(_warned(seen, told, settled.late[told], notice, rate) for notice in NOTICES)


def _warned(seen: Foreseen, told: Ints, late: Flags, notice: int, rate: float) -> Warned:
    if (~late).sum() < _FEW:
        return Warned(notice=notice, wanted=rate)
    chance, limit = seen.alarm[notice][told], seen.limit[notice][told]
    raised = chance > limit
    wrong = float(raised[~late].mean())
    still_open = (chance > 0).astype(np.float32)
    found = Warned(
        notice=notice, false_alarms=wrong, open_in_time=float(still_open[~late].mean()), wanted=rate
    )
    if late.sum() < _FEW:
        return found
    return replace(
        found,
        recall=float(raised[late].mean()),
        naive=recall_at(still_open, late, wrong),
        even=recall_at(chance, late, rate),
        naive_even=recall_at(still_open, late, rate),
    )


def recall_at(chance: Floats, late: Flags, rate: float) -> float:
    """The share of late ones above the threshold at which `rate` of the others are; equal chances by lot."""
    values, places = np.unique(-chance, return_inverse=True)
    bad = np.cumsum(np.bincount(places, late, minlength=len(values))) / max(late.sum(), 1)
    good = np.cumsum(np.bincount(places, ~late, minlength=len(values))) / max((~late).sum(), 1)
    # Nobody is named at a chance of nothing: what had arrived before cannot be warned of.
    named = values < 0
    return float(np.interp(rate, np.r_[0.0, good[named]], np.r_[0.0, bad[named]]))


def rank_quality(chance: Floats, late: Flags) -> float:
    """Area under the ROC curve; equal chances count half."""
    values, places = np.unique(chance, return_inverse=True)
    bad = np.bincount(places, late, minlength=len(values))
    good = np.bincount(places, ~late, minlength=len(values))
    below = np.cumsum(good) - good
    return float((bad * (below + good / 2)).sum() / (bad.sum() * good.sum()))


def average_precision(chance: Floats, late: Flags) -> float:
    values, places = np.unique(-chance, return_inverse=True)
    bad = np.bincount(places, late, minlength=len(values))
    total = np.cumsum(np.bincount(places, minlength=len(values)))
    found = np.cumsum(bad)
    return float((bad / bad.sum() * (found / total)).sum())
