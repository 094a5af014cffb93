"""What was learnt on one day: the lane tables, their record, and the sentence behind every figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.foresight import ForesightReport, Record
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.forecast.defaults import read_defaults
from wismo_desk.forecast.encoder import Encoder, Words
from wismo_desk.forecast.levels import Levels
from wismo_desk.forecast.model import Model, Outlook, learn
from wismo_desk.forecast.parcels import NEVER, NO_PROMISE, Floats, Ints, Parcels
from wismo_desk.forecast.peers import PeerCounts
from wismo_desk.forecast.record import write_record
from wismo_desk.forecast.walk import ENOUGH, Walk
from wismo_desk.store.foresight import RESTARTS, Journeys, Leg

LATE_TO: Final = (
    "Of {count} {carrier} parcels to {zone} still open on working day {day}, "
    "{share} % missed the promised day"
)
LATE: Final = (
    "Of {count} {carrier} parcels still open on working day {day}, {share} % missed the promised day"
)
LATE_NEW_TO: Final = "Of {count} {carrier} parcels to {zone}, {share} % would have missed such a promise"
LATE_NEW: Final = "Of {count} {carrier} parcels, {share} % would have missed such a promise"
AFTER_SCAN: Final = "From {count} {carrier} parcels after the same kind of scan"
FROM_TO: Final = "From {count} {carrier} parcels to {zone} still open on working day {day}"
FROM: Final = "From {count} {carrier} parcels still open on working day {day}"
ASSUMED: Final = "Assumed: only {count} parcels of your own have arrived so far"
FEW: Final = "Few parcels like this one so far ({count}): mostly as other parcels do"
SENTENCES: Final = (LATE_TO, LATE, LATE_NEW_TO, LATE_NEW, AFTER_SCAN, FROM_TO, FROM, ASSUMED, FEW)
_PEERS: Final = 20  # past parcels below which a share says nothing
_EPOCH: Final = date(1970, 1, 1).toordinal()
_READY: Final = TrackingStatus.READY_FOR_PICKUP.value
_GIVEN_UP: Final = frozenset(
    status.value for status in (TrackingStatus.RETURNED, TrackingStatus.LOST, TrackingStatus.DESTROYED)
)
_RESTARTS: Final = frozenset(status.value for status in RESTARTS)
_NEVER_SENT: Final = frozenset((TrackingStatus.CANCELLED.value, TrackingStatus.EXPIRED.value))


@dataclass(frozen=True, slots=True)
class _Clock:
    """One table and those whose clock it is: from the hand-over, or from a scan that restarts it."""

    encoder: Encoder
    model: Model
    peers: PeerCounts


@dataclass(frozen=True, slots=True)
class Learnt:
    """`record` and `by_month`: how the same tables did on the shop's own past, walked through week by week.
    `limits`: by days of notice, the chance above which an alarm keeps the wanted rate of false ones."""

    today: int
    known: int  # arrivals behind it
    levels: Levels
    limits: Mapping[int, float]
    record: Record
    by_month: tuple[Record, ...]
    limit: float
    false_alarms: float
    home: str
    from_hand_over: _Clock
    from_scan: _Clock | None

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
        )

    def expect(self, journeys: Journeys, legs: Sequence[Leg], which: Sequence[int]) -> list[Expected | None]:
        """In the order of `which` (places in `journeys`), all of them open."""
        scanned = self._scanned(journeys, legs, which)
        plain = [at for at in which if at not in scanned]
        found: dict[int, Expected | None] = {}
        words, days = self._columns(journeys, plain)
        found |= zip(plain, self._say(self.from_hand_over, words, *days, after_scan=False), strict=True)
        if scanned and self.from_scan is not None:
            words, days = self._columns(journeys, list(scanned), restarts=scanned)
            found |= zip(scanned, self._say(self.from_scan, words, *days, after_scan=True), strict=True)
        return [found[at] for at in which]

    def _scanned(self, journeys: Journeys, legs: Sequence[Leg], which: Sequence[int]) -> dict[int, Leg]:
        """Whose last scan restarted the clock, and that scan."""
        if self.from_scan is None:
            return {}
        last = {(leg.row, leg.status): leg for leg in legs}
        keys = (
            (at, (journeys.row[at], journeys.status[at])) for at in which if journeys.status[at] in _RESTARTS
        )
        return {at: last[key] for at, key in keys if key in last}

    def _columns(
        self, journeys: Journeys, which: Sequence[int], restarts: Mapping[int, Leg] | None = None
    ) -> tuple[Words, tuple[Ints, Ints]]:
        """What is still in the house is thought of as handed over today, or behind the weekend."""
        words = _words(
            journeys, which, self.home, [leg.status for leg in restarts.values()] if restarts else None
        )
        truck = self.today + (0, 0, 0, 0, 0, 2, 1)[_date(self.today).weekday()]
        handed = [restarts[at].day if restarts else _or(journeys.handed[at], truck) for at in which]
        promised = [_or(journeys.promised[at], NO_PROMISE) for at in which]
        return words, (_ints(handed), _ints(promised))

    def _say(
        self, clock: _Clock, words: Words, handed: Ints, promised: Ints, *, after_scan: bool
    ) -> list[Expected | None]:
        if not len(handed):
            return []
        never = np.full(len(handed), NEVER, dtype=np.int32)
        parcels = clock.encoder.encode(words, handed=handed, promised=promised, delivered=never, closed=never)
        seen = clock.model.foresee_others(parcels, self.today, self.levels)
        peers = clock.peers.of(parcels, seen.gone, seen.slack, enough=_PEERS)
        return [
            self._one(
                at,
                words,
                seen,
                (int(peers.count[at]), int(peers.missed[at]), bool(peers.to_zone[at])),
                after_scan,
            )
            for at in range(len(handed))
        ]

    def _one(
        self, at: int, words: Words, seen: Outlook, peers: tuple[int, int, bool], after_scan: bool
    ) -> Expected:
        late = None if np.isnan(seen.late[at]) else round(float(seen.late[at]), 2)
        sentence, values = self._sentence(at, words, seen, peers, is_late=late == 1.0, after_scan=after_scan)
        return Expected(
            low=_date(seen.low[at]),
            likely=_date(seen.likely[at]),
            high=_date(seen.high[at]),
            late=late,
            lost=round(float(seen.lost[at]), 2),
            sentence=sentence,
            values=values,
        )

    def _sentence(
        self,
        at: int,
        words: Words,
        seen: Outlook,
        peers: tuple[int, int, bool],
        *,
        is_late: bool,
        after_scan: bool,
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        count, missed, to_zone = peers
        if self.known < ENOUGH:
            return ASSUMED, (("count", str(self.known)),)
        if count < _PEERS:
            return FEW, (("count", str(count)),)
        gone = int(seen.gone[at])
        share = str(round(100 * missed / count))
        values: tuple[tuple[str, str], ...] = (("count", str(count)), ("carrier", words.carrier[at]))
        if after_scan:
            return AFTER_SCAN, values
        values += (("zone", words.zone[at]),) if to_zone else ()
        if is_late or np.isnan(seen.late[at]):
            return FROM_TO if to_zone else FROM, (*values, ("day", str(gone + 1)))
        if gone < 0:
            return LATE_NEW_TO if to_zone else LATE_NEW, (*values, ("share", share))
        return LATE_TO if to_zone else LATE, (*values, ("day", str(gone + 1)), ("share", share))


def learn_journeys(
    journeys: Journeys,
    legs: Sequence[Leg],
    *,
    today: int,
    home: str,
    holidays: Sequence[int],
    defaults: str,
    false_alarms: float,
) -> Learnt:
    """From everything that was handed over. `holidays`: days counted from 1970-01-01 on which nobody delivers."""
    table = read_defaults(defaults)
    reached = _reached(legs)
    sent = [
        at
        for at, day in enumerate(journeys.handed)
        if day is not None and journeys.status[at] not in _NEVER_SENT
    ]
    sent.sort(key=lambda at: _or(journeys.handed[at], 0))
    encoder = Encoder()
    parcels = _parcels(encoder, journeys, sent, reached, _words(journeys, sent, home))
    closed = dict.fromkeys(range(len(parcels.carriers)), _ints(sorted(holidays)))
    walk = Walk(parcels, table, false_alarms=false_alarms, closed=closed)
    walk.run(today)
    record, by_month = write_record(parcels, walk.foreseen, today, rate=false_alarms)
    model = learn(parcels, table, today, closed)
    return Learnt(
        today=today,
        known=walk.known,
        levels=walk.levels,
        limits=dict(walk.limits),
        record=record,
        by_month=tuple(by_month),
        limit=walk.one_limit(today),
        false_alarms=false_alarms,
        home=home,
        from_hand_over=_Clock(encoder, model.without_parcels(), PeerCounts(model)),
        from_scan=_from_scan(journeys, legs, reached, table, today, (home, _ints(sorted(holidays)))),
    )


def _from_scan(
    journeys: Journeys,
    legs: Sequence[Leg],
    reached: Mapping[int, int],
    table: Floats,
    today: int,
    place: tuple[str, Ints],
) -> _Clock | None:
    """The same table once more, its clock started by each scan that restarts it."""
    home, holidays = place
    at_row = {row: at for at, row in enumerate(journeys.row)}
    starts = [leg for leg in legs if leg.status in _RESTARTS and leg.row in at_row and leg.day < today]
    which = [at_row[leg.row] for leg in starts]
    if not which:
        return None
    encoder = Encoder()
    words = _words(journeys, which, home, [leg.status for leg in starts])
    parcels = _parcels(encoder, journeys, which, reached, words, _ints([leg.day for leg in starts]))
    closed = dict.fromkeys(range(len(parcels.carriers)), holidays)
    model = learn(parcels, table, today, closed)
    return _Clock(encoder, model.without_parcels(), PeerCounts(model))


def _words(journeys: Journeys, which: Sequence[int], home: str, after: Sequence[str] | None = None) -> Words:
    """`after`: the scans that restarted the clock; a lane is then a service and such a scan."""
    service = [journeys.service[at] for at in which]
    if after is not None:
        service = [f"{name}\n{status}" for name, status in zip(service, after, strict=True)]
    return Words(
        carrier=[journeys.carrier[at] for at in which],
        service=service,
        zone=[journeys.zone[at] for at in which],
        origin=[home] * len(which),
    )


def _parcels(
    encoder: Encoder,
    journeys: Journeys,
    which: Sequence[int],
    reached: Mapping[int, int],
    words: Words,
    starts: Ints | None = None,
) -> Parcels:
    """A parcel that waits at its pickup point has arrived."""
    handed = _ints([_or(journeys.handed[at], 0) for at in which]) if starts is None else starts
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


def _reached(legs: Sequence[Leg]) -> dict[int, int]:
    """The day each row first reached its pickup point."""
    found: dict[int, int] = {}
    for leg in legs:
        if leg.status == _READY:
            found.setdefault(leg.row, leg.day)
    return found


def _or(day: int | None, missing: int) -> int:
    return missing if day is None else day


def _ints(days: Sequence[int]) -> Ints:
    return np.array(days, dtype=np.int32)


def _date(day: int) -> date:
    return date.fromordinal(int(day) + _EPOCH)
