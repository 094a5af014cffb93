"""What was learnt on one day: the lane tables, their record, and the sentence behind every figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.foresight import ForesightReport, OnTheWay, Record
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.flows.foresee_calendar import LaneDays
from wismo_desk.flows.foresee_scans import ScanClock, Seen, last_scans, learn_clock, scans_of
from wismo_desk.forecast.defaults import read_defaults
from wismo_desk.forecast.encoder import Encoder, Words
from wismo_desk.forecast.levels import Levels
from wismo_desk.forecast.model import Model, Outlook, learn
from wismo_desk.forecast.parcels import NEVER, NO_PROMISE, Flags, Ints, Parcels
from wismo_desk.forecast.peers import PeerCounts, Peers
from wismo_desk.forecast.record import write_record
from wismo_desk.forecast.walk import ENOUGH, Walk
from wismo_desk.forecast.way import PEERS, ScanWalk
from wismo_desk.forecast.way_record import write_way
from wismo_desk.store.foresight import LEGS, Journeys, Legs

LATE_TO: Final = (
    "Of {count} {carrier} parcels to {zone} still open on working day {day}, {share}% missed the promised day"
)
LATE: Final = "Of {count} {carrier} parcels still open on working day {day}, {share}% missed the promised day"
LATE_NEW_TO: Final = "Of {count} {carrier} parcels to {zone}, {share}% would have missed such a promise"
LATE_NEW: Final = "Of {count} {carrier} parcels, {share}% would have missed such a promise"
AFTER_SCAN: Final = "From {count} {carrier} parcels after the same kind of scan"
AFTER_SCAN_LATE: Final = (
    "Of {count} {carrier} parcels after the same kind of scan, {share}% would have missed such a promise"
)
SILENT: Final = (
    "From {count} {carrier} parcels without news for {day} working days after the same kind of scan"
)
SILENT_LATE: Final = (
    "Of {count} {carrier} parcels without news for {day} working days after the same kind of scan, "
    "{share}% would have missed such a promise"
)
FROM_TO: Final = "From {count} {carrier} parcels to {zone} still open on working day {day}"
FROM: Final = "From {count} {carrier} parcels still open on working day {day}"
ASSUMED: Final = "Assumed: only {count} parcels of your own have arrived so far"
FEW: Final = "Few parcels like this one so far ({count}): mostly as other parcels do"
_SCANNED: Final = (AFTER_SCAN, AFTER_SCAN_LATE, SILENT, SILENT_LATE)
SENTENCES: Final = (LATE_TO, LATE, LATE_NEW_TO, LATE_NEW, *_SCANNED, FROM_TO, FROM, ASSUMED, FEW)
_EPOCH: Final = date(1970, 1, 1).toordinal()
_READY: Final = LEGS.index(TrackingStatus.READY_FOR_PICKUP)
_GIVEN_UP: Final = frozenset(
    status.value for status in (TrackingStatus.RETURNED, TrackingStatus.LOST, TrackingStatus.DESTROYED)
)
# Days. The past is walked through from the first hand-over on: one that was never closed, or that a carrier dates
# 1970, would cost years of weeks.
_OLDEST: Final = 800
_NEVER_SENT: Final = frozenset((TrackingStatus.CANCELLED.value, TrackingStatus.EXPIRED.value))


@dataclass(frozen=True, slots=True)
class _Clock:
    """The table that counts from the hand-over, and those whose clock it is."""

    encoder: Encoder
    model: Model
    peers: PeerCounts


@dataclass(frozen=True, slots=True)
class Learnt:
    """`record` and `by_month`: how the same tables did on the shop's own past, walked through week by week.
    `limits`: by days of notice, the chance above which an alarm, as shown, keeps the wanted rate of false ones."""

    today: int
    known: int  # arrivals behind it
    levels: Levels
    limits: Mapping[int, float]
    record: Record
    by_month: tuple[Record, ...]
    on_the_way: OnTheWay | None
    on_the_way_by_month: tuple[OnTheWay, ...]
    limit: float
    false_alarms: float
    home: str
    from_hand_over: _Clock
    from_scan: ScanClock | None
    days: LaneDays

    def report(self) -> ForesightReport:
        return ForesightReport(
            learnt_on=_date(self.today),
            known=self.known,
            enough=ENOUGH,
            false_alarms=self.false_alarms,
            whole=self.record,
            by_month=self.by_month,
            limits=tuple(sorted(self.limits.items())),
            limit=self.limit,
            on_the_way=self.on_the_way,
            on_the_way_by_month=self.on_the_way_by_month,
        )

    def expect(self, journeys: Journeys, legs: Legs, which: Sequence[int]) -> list[Expected | None]:
        """In the order of `which` (places in `journeys`), all of them open."""
        if not which:
            return []
        words, parcels = self._columns(journeys, which)
        found: list[Expected | None] = [None] * len(which)
        plain = np.ones(len(which), dtype=np.bool_)
        if self.from_scan is not None:
            scan, day = last_scans(journeys, legs, which)
            seen = self.from_scan.look(parcels, scan, day, self.today, enough=PEERS)
            plain[seen.which] = False
            for at, place in enumerate(seen.which.tolist()):
                found[place] = self._after_scan(at, words.carrier[place], seen)
        for place, one in zip(
            np.flatnonzero(plain), self._from_hand_over(words, parcels, plain), strict=True
        ):
            found[place] = one
        return found

    def _columns(self, journeys: Journeys, which: Sequence[int]) -> tuple[Words, Parcels]:
        """What is still in the house is thought of as handed over today, or behind the weekend."""
        words = _words(journeys, which, self.home, self.days)
        truck = self.today + (0, 0, 0, 0, 0, 2, 1)[_date(self.today).weekday()]
        never = np.full(len(which), NEVER, dtype=np.int32)
        parcels = self.from_hand_over.encoder.encode(
            words,
            handed=_ints([_or(journeys.handed[at], truck) for at in which]),
            promised=_ints([_or(journeys.promised[at], NO_PROMISE) for at in which]),
            delivered=never,
            closed=never,
        )
        return words, parcels

    def _from_hand_over(self, words: Words, parcels: Parcels, plain: Flags) -> list[Expected]:
        clock = self.from_hand_over
        some = parcels.take(plain)
        seen = clock.model.foresee_others(some, self.today, self.levels)
        peers = clock.peers.of(some, seen.gone, seen.slack, enough=PEERS)
        return [
            self._one(at, seen, *self._sentence(at, (words.carrier[place], words.zone[place]), seen, peers))
            for at, place in enumerate(np.flatnonzero(plain).tolist())
        ]

    def _after_scan(self, at: int, carrier: str, seen: Seen) -> Expected:
        count, missed = int(seen.peers.count[at]), int(seen.peers.missed[at])
        if self.known < ENOUGH:
            return self._one(at, seen.outlook, ASSUMED, (("count", str(self.known)),))
        if count < PEERS:
            return self._one(at, seen.outlook, FEW, (("count", str(count)),))
        values: tuple[tuple[str, str], ...] = (("count", str(count)), ("carrier", carrier))
        is_silent, silent = seen.silent[at] > 1, ("day", str(int(seen.silent[at])))
        values += (silent,) if is_silent else ()
        late = float(seen.outlook.late[at])
        if np.isnan(late) or late >= 1:
            return self._one(at, seen.outlook, SILENT if is_silent else AFTER_SCAN, values)
        values += (("share", str(round(100 * missed / count))),)
        return self._one(at, seen.outlook, SILENT_LATE if is_silent else AFTER_SCAN_LATE, values)

    def _one(self, at: int, seen: Outlook, sentence: str, values: tuple[tuple[str, str], ...]) -> Expected:
        return Expected(
            low=_date(seen.low[at]),
            likely=_date(seen.likely[at]),
            high=_date(seen.high[at]),
            late=None if np.isnan(seen.late[at]) else round(float(seen.late[at]), 2),
            lost=round(float(seen.lost[at]), 2),
            sentence=sentence,
            values=values,
        )

    def _sentence(
        self, at: int, lane: tuple[str, str], seen: Outlook, peers: Peers
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        count, missed, to_zone = int(peers.count[at]), int(peers.missed[at]), bool(peers.to_zone[at])
        if self.known < ENOUGH:
            return ASSUMED, (("count", str(self.known)),)
        if count < PEERS:
            return FEW, (("count", str(count)),)
        gone, late = int(seen.gone[at]), float(seen.late[at])
        share = ("share", str(round(100 * missed / count)))
        values: tuple[tuple[str, str], ...] = (("count", str(count)), ("carrier", lane[0]))
        values += (("zone", lane[1]),) if to_zone else ()
        day = ("day", str(gone + 1))
        if np.isnan(late) or round(late, 2) == 1.0:
            return FROM_TO if to_zone else FROM, (*values, day)
        if gone < 0:
            return LATE_NEW_TO if to_zone else LATE_NEW, (*values, share)
        return LATE_TO if to_zone else LATE, (*values, day, share)


def learn_journeys(
    journeys: Journeys,
    legs: Legs,
    *,
    today: int,
    home: str,
    days: LaneDays,
    defaults: str,
    false_alarms: float,
    pause: Callable[[], object] = int,
) -> Learnt:
    """From everything that was handed over. `days`: on which of them nobody delivers where. `pause`: called behind
    each week of the walk through the past."""
    table = read_defaults(defaults)
    sent = [
        at
        for at, day in enumerate(journeys.handed)
        if day is not None and 0 <= today - day <= _OLDEST and journeys.status[at] not in _NEVER_SENT
    ]
    sent.sort(key=lambda at: _or(journeys.handed[at], 0))
    encoder = Encoder()
    parcels = _parcels(encoder, journeys, sent, _reached(legs), _words(journeys, sent, home, days))
    closed, opened = days.off(parcels.carriers)
    walk = Walk(parcels, table, false_alarms=false_alarms, closed=closed, opened=opened)
    scans = scans_of(journeys, legs, sent)
    along = ScanWalk(walk, scans, table)
    along.run(today, pause)
    record, by_month = write_record(parcels, walk.foreseen, today, rate=false_alarms)
    way, way_by_month = write_way(along, today, rate=false_alarms)
    model = learn(parcels, table, today, closed, opened)
    clock = learn_clock(scans, along.levels, model, table)
    return Learnt(
        today=today,
        known=walk.known,
        levels=walk.levels,
        limits=dict(along.limits),
        record=record,
        by_month=tuple(by_month),
        on_the_way=way if clock else None,
        on_the_way_by_month=tuple(way_by_month) if clock else (),
        limit=along.one_limit(today),
        false_alarms=false_alarms,
        home=home,
        from_hand_over=_Clock(encoder, model.without_parcels(), PeerCounts(model)),
        from_scan=clock,
        days=days,
    )


def _words(journeys: Journeys, which: Sequence[int], home: str, days: LaneDays) -> Words:
    return Words(
        carrier=[journeys.carrier[at] for at in which],
        service=[journeys.service[at] for at in which],
        zone=[journeys.zone[at] for at in which],
        origin=[home] * len(which),
        calendar=days.words(journeys, which),
    )


def _parcels(
    encoder: Encoder, journeys: Journeys, which: Sequence[int], reached: Mapping[int, int], words: Words
) -> Parcels:
    """A parcel that waits at its pickup point has arrived."""
    handed = _ints([_or(journeys.handed[at], 0) for at in which])
    ended = [_or(journeys.ended[at], NEVER) for at in which]
    status = [journeys.status[at] for at in which]
    arrived = [
        min(reached.get(journeys.row[at], NEVER), day if state == TrackingStatus.DELIVERED.value else NEVER)
        for at, day, state in zip(which, ended, status, strict=True)
    ]
    closed = [
        day if state in _GIVEN_UP and came == NEVER else NEVER
        for day, state, came in zip(ended, status, arrived, strict=True)
    ]
    return encoder.encode(
        words,
        handed=handed,
        promised=_ints([_or(journeys.promised[at], NO_PROMISE) for at in which]),
        delivered=np.maximum(_ints(arrived), handed),
        closed=np.maximum(_ints(closed), handed),
    )


def _reached(legs: Legs) -> dict[int, int]:
    """The day each row first reached its pickup point."""
    found: dict[int, int] = {}
    for row, status, day in zip(legs.row, legs.status, legs.day, strict=True):
        if status == _READY:
            found.setdefault(row, day)
    return found


def _or(day: int | None, missing: int) -> int:
    return missing if day is None else day


def _ints(days: Sequence[int]) -> Ints:
    return np.array(days, dtype=np.int32)


def _date(day: int) -> date:
    return date.fromordinal(int(day) + _EPOCH)
