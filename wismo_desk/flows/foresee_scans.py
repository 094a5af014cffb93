"""The clock that starts anew at a parcel's last scan: learnt from the scans of past parcels, read for open ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wismo_desk.forecast.levels import Levels
from wismo_desk.forecast.model import Model, Outlook
from wismo_desk.forecast.parcels import NEVER, Flags, Floats, Ints, Parcels
from wismo_desk.forecast.peers import PeerCounts, Peers
from wismo_desk.forecast.scans import SCAN_OF, SILENCES, Scan, Scans, learn_scans, order_scans, resume
from wismo_desk.store.foresight import LEGS, Journeys, Legs

_OF_LEGS: Final = np.array([SCAN_OF.get(status, -1) for status in LEGS] + [-1], dtype=np.int32)
_STATUS: Final = {status.value: kind for status, kind in SCAN_OF.items()}
_SILENT: Final = np.array(SILENCES, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Seen:
    """Of parcels after a scan: which of those asked they are, the outlook, those like them in the past, and the
    working days without news."""

    which: Ints
    outlook: Outlook
    peers: Peers
    silent: Ints


@dataclass(frozen=True, slots=True)
class ScanClock:
    """`model` counts from the last scan, or from the silence behind it that lasted."""

    model: Model
    peers: PeerCounts
    levels: Levels

    def look(self, parcels: Parcels, scan: Ints, day: Ints, today: int, *, enough: int) -> Seen:
        """Those of open parcels whose last scan (-1: none) is known of at least `enough` past ones."""
        which = np.flatnonzero(scan >= 0).astype(np.int32)
        workdays = self.model.workdays
        since = resume(parcels.take(which), scan[which], day[which], workdays, today)
        fresh = np.full(len(which), -1, dtype=np.int32)
        all_ = self.peers.of(since, fresh, fresh, enough=NEVER).count
        known = all_ >= enough
        which, day = which[known], day[which][known]
        since = since.take(known)
        outlook = self.model.foresee_others(since, today, self.levels)
        yesterday = np.full(len(which), today - 1, dtype=np.int32)
        silent = np.maximum(workdays.between(since.carrier, day, yesterday), 0)
        return Seen(
            which=which,
            outlook=outlook,
            peers=self.peers.of(since, outlook.gone, outlook.slack, enough=enough),
            silent=np.where(day >= today, 0, silent),
        )


def learn_clock(scans: Scans, levels: Levels, model: Model, defaults: Floats) -> ScanClock | None:
    """`scans` of the parcels that `model` was learnt with; `levels`: what their record says. None where no scan is
    known."""
    learnt = learn_scans(model.parcels, scans, model, defaults)
    return None if learnt is None else ScanClock(learnt.without_parcels(), PeerCounts(learnt), levels)


def last_scans(journeys: Journeys, legs: Legs, which: Sequence[int]) -> tuple[Ints, Ints]:
    """Of those asked the last scan and its day, where it is what their status says; -1 else."""
    scan, day = scans_of(journeys, legs, which).last(len(which))
    said = np.array([_STATUS.get(journeys.status[at], -1) for at in which], dtype=np.int32)
    moved = (scan >= Scan.MOVED) & (scan <= Scan.MOVED_ON)
    same: Flags = (scan >= 0) & (np.where(moved, np.int32(Scan.MOVED), scan) == said)
    return np.where(same, scan, -1), day


def scans_of(journeys: Journeys, legs: Legs, which: Sequence[int]) -> Scans:
    """Of the parcels asked; the first scan stands before all others, whatever it was."""
    rows = np.array([journeys.row[at] for at in which], dtype=np.int64)
    accepted = np.array(
        [-1 if (day := journeys.accepted[at]) is None else day for at in which], dtype=np.int32
    )
    order = np.argsort(rows)
    leg_rows = np.frombuffer(legs.row, dtype=np.int64) if len(legs) else rows[:0]
    place = np.minimum(np.searchsorted(rows[order], leg_rows), max(len(rows) - 1, 0))
    kind = _OF_LEGS[np.frombuffer(legs.status, dtype=np.int32)] if len(legs) else accepted[:0]
    mine = np.flatnonzero((rows[order][place] == leg_rows) & (kind >= 0)) if len(rows) else place[:0]
    began = np.flatnonzero(accepted >= 0).astype(np.int32)
    days = np.frombuffer(legs.day, dtype=np.int32)[mine] if len(legs) else accepted[:0]
    return order_scans(
        np.r_[began, order[place[mine]].astype(np.int32)],
        np.r_[np.full(len(began), Scan.ACCEPTED, dtype=np.int32), kind[mine]],
        np.r_[accepted[began], days],
        NEVER,
    )
