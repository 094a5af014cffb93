"""All rules over many situations at once: which shipments stand as they should, and which must be looked at.

`domain.anomaly.judge` is the truth; this gives the same answers by arrays (tests/store/test_sieve.py holds both against
each other). What happens to few, above all claims and what people said, it leaves to that one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from wismo_desk.domain import anomaly_cases as cases
from wismo_desk.domain.anomaly import AnomalyKind, Rules
from wismo_desk.domain.anomaly_rules import Lane
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.store.situation_columns import NONE, REASONS, STATUSES, Books, Flags, Ints, Situations
from wismo_desk.store.worked_columns import Clock

_K: Final = AnomalyKind
_S: Final = TrackingStatus
_FAR: Final = 1 << 62
_UNMADE: Final = -1
_LANES: Final = 1 << 20


def _among(words: tuple[str, ...], wanted: Iterable[str]) -> Flags:
    """By code."""
    chosen = set(wanted)
    return np.array([False, *(word in chosen for word in words)], np.bool_)


_OF_STATUS: Final = {
    name: _among(STATUSES, wanted)
    for name, wanted in {
        "here": cases.HERE,
        "over": cases.OVER,
        "still": cases.STANDS_STILL,
        "trouble": cases.TROUBLE,
        "claimed": cases.CLAIMED,
    }.items()
}
_OF_REASON: Final = {
    name: _among(REASONS, wanted)
    for name, wanted in {"asks": cases.ASKS, "broken": cases.BROKEN, "full": cases.FULL}.items()
}
_CODE: Final = {TrackingStatus(word): n + 1 for n, word in enumerate(STATUSES)}
_REFUSED: Final = REASONS.index("recipient_refused") + 1


@dataclass(frozen=True, slots=True)
class Sifted:
    """By row: `moved` shipments stand as they should but are looked at at another time (`again`, NONE for never);
    `open` ones must be judged one by one. Of all others nothing differs."""

    moved: Ints
    again: Ints
    open: Ints


class Sieve:
    """For one set of rules; keeps what it worked out of their lanes and calendars."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.closures = _closures(rules)
        self._clocks: list[Clock] = []
        self._places: dict[int, int] = {}  # of a calendar, among the clocks
        self._home = self._place(rules.home)
        self._evenings = self._clocks[self._home].evenings(rules.day_ends, rules.zone)
        self._ids = np.full(_LANES, _UNMADE, np.int32)
        self._clock_of = np.zeros(0, np.int64)
        self._strange = np.zeros(0, np.bool_)
        self._limits = {kind: np.zeros((0, 2), np.int64) for kind in AnomalyKind}
        self._kept: list[object] = [rules.home]  # an id of Python is only one for as long as its object lives

    def fits(self, rules: Rules) -> bool:
        return self.rules is rules and self.closures == _closures(rules)

    def __call__(self, now: int, facts: Situations, books: Books) -> Sifted:
        verdict, again, rare = self.judge(now, facts, books)
        opened = rare | (verdict != facts.verdict)
        moved = ~opened & (again != facts.again)
        return Sifted(facts.row[moved], again[moved], facts.row[opened])

    def judge(self, now: int, facts: Situations, books: Books) -> tuple[Ints, Ints, Flags]:
        """Verdict and next instant of each (NONE: never), and of which both mean nothing."""
        self._learn(facts.lane, books)
        lane = self._ids[facts.lane].astype(np.int64)
        known = lane != _UNMADE
        work = _Work(self, now, facts, np.where(known, lane, 0))
        rare = facts.rare | ~known | (facts.status == 0) | (facts.reason == 0)
        if not known.any():
            return work.verdict, work.next, np.ones(len(facts), np.bool_)
        rare = rare | self._strange[work.lane]
        rare |= _OF_STATUS["claimed"][facts.status] | _OF_REASON["broken"][facts.reason]
        work.all_rules()
        return work.verdict, np.where(work.next == _FAR, NONE, work.next), rare | work.odd

    def _learn(self, lanes: Ints, books: Books) -> None:
        for code in np.unique(lanes[self._ids[lanes] == _UNMADE]).tolist():
            words = books.lane(code)
            if words is not None:
                self._ids[code] = len(self._clock_of)
                self._add(self.rules.lane(*words))

    def _add(self, lane: Lane) -> None:
        self._clock_of = np.append(self._clock_of, self._place(lane.calendar))
        self._kept.append(lane)
        backwards = False
        for kind in AnomalyKind:
            said = [NONE if one is None else one for one in lane.limits.get(kind, (None, None))]
            backwards |= any(one is not None and one < 0 for one in lane.limits.get(kind, ()))
            self._limits[kind] = np.vstack((self._limits[kind], said))
        self._strange = np.append(self._strange, backwards)

    def _place(self, calendar: object) -> int:
        if id(calendar) not in self._places:
            self._places[id(calendar)] = len(self._clocks)
            self._clocks.append(Clock(calendar))  # type: ignore[arg-type]  # a WorkingTime: of lanes and of home
        return self._places[id(calendar)]


class _Work:
    """One run over one batch. Each rule adds its digit to `verdict` and its instants ahead to `next`."""

    def __init__(self, sieve: Sieve, now: int, facts: Situations, lane: Ints) -> None:
        self._sieve, self._now, self._facts, self.lane = sieve, now, facts, lane
        self.verdict = np.zeros(len(lane), np.int64)
        self.next = np.full(len(lane), _FAR, np.int64)
        self.odd = np.zeros(len(lane), np.bool_)

    def all_rules(self) -> None:
        facts = self._facts
        over = _OF_STATUS["over"][facts.status]
        here = _OF_STATUS["here"][facts.status]
        self._after_the_end(np.flatnonzero(facts.status == _CODE[_S.RETURNED]))
        self._here(np.flatnonzero(here))
        self._on_the_way(np.flatnonzero(~here & ~over))
        due = np.flatnonzero(~over & (facts.promised > 0))
        self._at_once(_K.PROMISE_PASSED, due, self._end_of(due, facts.promised[due]))
        odd = np.flatnonzero(~over & facts.unmapped)
        self._at_once(_K.STATUS_UNKNOWN, odd, facts.event[odd])

    def _after_the_end(self, rows: Ints) -> None:
        since = self._facts.occurred[rows]
        rows = rows[since + cases.ENDED_KEPT > self._now]
        since = self._facts.occurred[rows]
        held = self._at_once(_K.RETURNING, rows, since)
        self._look_at(held, self._facts.occurred[held] + cases.ENDED_KEPT)

    def _here(self, rows: Ints) -> None:
        facts = self._facts
        planned = rows[(facts.status[rows] == _CODE[_S.PLANNED]) & (facts.ship_by[rows] != NONE)]
        self._at_once(_K.ORDER_LATE, planned, facts.ship_by[planned])
        loose = rows[facts.loose[rows] != NONE]
        unchecked = loose[facts.unchecked[loose] != NONE]
        self._ripen(_K.LABEL_UNCHECKED, unchecked, facts.unchecked[unchecked], home=True)
        evenings, odd = self._sieve._evenings.of(facts.loose[loose])
        self.odd[loose] |= odd
        self._at_once(_K.NOT_MANIFESTED, loose, evenings)
        handed = rows[(facts.status[rows] != _CODE[_S.PLANNED]) & (facts.handed[rows] != NONE)]
        self._ripen(_K.NO_FIRST_SCAN, handed, facts.handed[handed])
        missed = handed[facts.missed[handed]]
        self._ripen(_K.NUMBER_UNKNOWN, missed, facts.handed[missed])
        limits = self._limit(_K.NUMBER_UNKNOWN, handed)
        asked = (limits != NONE).any(axis=1)
        handed, limits = handed[asked], limits[asked]
        first = self._after(handed, facts.handed[handed], np.maximum(limits[:, 0], 0))
        self._look_at(handed, np.where(first > self._now, first, self._now + cases.ASK_AGAIN))

    def _on_the_way(self, rows: Ints) -> None:
        facts = self._facts
        status, reason = facts.status[rows], facts.reason[rows]
        since = np.where(facts.occurred[rows] != 0, facts.occurred[rows], facts.event[rows])
        last = np.where(facts.unmapped[rows], np.maximum(since, facts.event[rows]), since)
        moving = ~_OF_STATUS["still"][status]
        self._ripen(_K.NO_SCAN, rows[moving], last[moving])
        waits = status == _CODE[_S.READY_FOR_PICKUP]
        self._ripen(_K.PICKUP_WAITING, rows[waits], since[waits])
        customs, asks = status == _CODE[_S.CUSTOMS], _OF_REASON["asks"][reason]
        self._at_once(_K.CUSTOMS_HELD, rows[customs & asks], since[customs & asks], grave=True)
        self._ripen(_K.CUSTOMS_HELD, rows[customs & ~asks], since[customs & ~asks])
        returning = status == _CODE[_S.RETURNING]
        self._at_once(_K.RETURNING, rows[returning], since[returning])
        self._reported(rows[moving], since[moving])
        self._foreseen(rows[~waits])

    def _reported(self, rows: Ints, since: Ints) -> None:
        """One rule for one piece of news."""
        status, reason = self._facts.status[rows], self._facts.reason[rows]
        refused = reason == _REFUSED
        self._at_once(_K.REFUSED, rows[refused], since[refused])
        attempted, trouble = status == _CODE[_S.DELIVERY_ATTEMPTED], _OF_STATUS["trouble"][status]
        full = ~refused & _OF_REASON["full"][reason] & (attempted | trouble)
        self._at_once(_K.PICKUP_TROUBLE, rows[full], since[full])
        attempted, trouble = attempted & ~refused & ~full, trouble & ~refused & ~full
        self._ripen(_K.ATTEMPT_FAILED, rows[attempted], since[attempted])
        self._ripen(_K.CARRIER_TROUBLE, rows[trouble], since[trouble])

    def _foreseen(self, rows: Ints) -> None:
        facts = self._facts
        due = rows[facts.high[rows] > 0]
        self._at_once(_K.INTERVAL_PASSED, due, self._end_of(due, facts.high[due]))
        for kind, chances in ((_K.PREDICTED_LATE, facts.late), (_K.PROBABLY_LOST, facts.lost)):
            some = rows[chances[rows] != NONE]
            chance, limits = chances[some], self._limit(kind, some)
            watch, act = limits[:, 0], limits[:, 1]
            digits = np.where((watch != NONE) & (chance >= watch), 1, 0)
            self._say(kind, some, np.where((act != NONE) & (chance >= act), 2, digits))

    # What rules are made of

    def _limit(self, kind: AnomalyKind, rows: Ints) -> Ints:
        """Watch and act of each, NONE for neither."""
        found: Ints = self._sieve._limits[kind][self.lane[rows]]
        return found

    def _at_once(self, kind: AnomalyKind, rows: Ints, due: Ints, *, grave: bool = False) -> Ints:
        """Returns the rows for which this rule is in force."""
        limits = self._limit(kind, rows)
        counts = (limits != NONE).any(axis=1)
        rows, due, act = rows[counts], due[counts], limits[counts, 1]
        ahead = due > self._now
        self._look_at(rows[ahead], due[ahead])
        digits = np.where(grave | (act != NONE), 2, 1)
        self._say(kind, rows, np.where(ahead, 0, digits))
        return rows

    def _ripen(self, kind: AnomalyKind, rows: Ints, since: Ints, *, home: bool = False) -> None:
        limits = self._limit(kind, rows)
        counts = (limits != NONE).any(axis=1)
        rows, since, limits = rows[counts], since[counts], limits[counts]
        watch, act = limits[:, 0], limits[:, 1]
        watches, acts = watch != NONE, act != NONE
        first = self._after(rows, since, np.maximum(watch, 0), home=home)
        ahead = watches & (first > self._now)
        self._look_at(rows[ahead], first[ahead])
        acts = acts & ~ahead
        second = self._after(rows[acts], since[acts], act[acts], home=home)
        later = second > self._now
        self._look_at(rows[acts][later], second[later])
        digits = np.where(watches & ~ahead, 1, 0)
        digits[np.flatnonzero(acts)[~later]] = 2
        self._say(kind, rows, digits)

    def _say(self, kind: AnomalyKind, rows: Ints, digits: Ints) -> None:
        """No row may be there twice."""
        if kind in self._sieve.rules.shadow:
            digits = np.where(digits > 0, cases.SHADOW, 0)
        self.verdict[rows] += digits * cases.WEIGHT[kind]

    def _look_at(self, rows: Ints, when: Ints) -> None:
        """Likewise."""
        self.next[rows] = np.minimum(self.next[rows], when)

    def _after(self, rows: Ints, since: Ints, length: Ints, *, home: bool = False) -> Ints:
        if home:
            return self._sieve._clocks[self._sieve._home].after(since, length)
        found = np.zeros(len(rows), np.int64)
        for clock, some in self._by_clock(rows):
            found[some] = clock.after(since[some], length[some])
        return found

    def _end_of(self, rows: Ints, days: Ints) -> Ints:
        found = np.zeros(len(rows), np.int64)
        for clock, some in self._by_clock(rows):
            found[some] = clock.end_of(days[some])
        return found

    def _by_clock(self, rows: Ints) -> list[tuple[Clock, Ints]]:
        clocks = self._sieve._clock_of[self.lane[rows]]
        present = np.flatnonzero(np.bincount(clocks, minlength=1)) if len(clocks) else ()
        return [(self._sieve._clocks[one], np.flatnonzero(clocks == one)) for one in present]


def _closures(rules: Rules) -> object:
    assert rules.calendars is not None
    return rules.calendars.closures
