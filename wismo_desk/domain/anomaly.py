"""Our own rules: what is wrong with a shipment now, and when to look again.

Each rule flips at an event or at a computable instant, so that only what is due is ever evaluated. Instants are UTC ms:
a tick judges ten thousand shipments at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from wismo_desk.domain.anomaly_cases import (
    ASK_AGAIN,
    ASKS,
    BROKEN,
    CLAIMED,
    ENDED_KEPT,
    FULL,
    HERE,
    OVER,
    RANK,
    SHADOW,
    STANDS_STILL,
    TROUBLE,
    WEIGHT,
)
from wismo_desk.domain.anomaly_kinds import Anomaly as Anomaly
from wismo_desk.domain.anomaly_kinds import AnomalyKind as AnomalyKind
from wismo_desk.domain.anomaly_kinds import Cause as Cause
from wismo_desk.domain.anomaly_kinds import Severity as Severity
from wismo_desk.domain.anomaly_rules import DAY_MS, Lane
from wismo_desk.domain.anomaly_rules import Rules as Rules
from wismo_desk.domain.claim import NOT_DUE, ClaimKind
from wismo_desk.domain.claim_clock import ClaimClock
from wismo_desk.domain.status import TrackingStatus

_K: Final = AnomalyKind
_WATCH: Final = Severity.WATCH
_ACT: Final = Severity.ACT


class Situation(NamedTuple):
    """All that the rules look at, for one shipment, as its row says it: instants in UTC ms, days as ISO text, chances
    from 0 to 1. `status` and `reason` are values of TrackingStatus and IncidentReason."""

    status: str
    reason: str = ""
    carrier: str = ""
    service: str = ""
    region: str = ""
    ship_by: int | None = None
    unchecked: int | None = None  # the oldest label not scanned at the bench yet
    loose: int | None = None  # the oldest label on no manifest
    handed: int | None = None  # when the last of its manifests was closed
    promised: str | None = None
    unmapped: str = ""  # the newest event's code, when no table knows it
    address: str = ""  # JSON of what is doubtful about it, the gravest first
    twin: int | None = None  # the first parcel_no with more than one label that is not void
    misses: int = 0  # answers in a row of a carrier that does not know the number
    occurred: int = 0  # the scan that says where it stands
    event: int = 0  # the last event of any kind
    place: str = ""  # of that event
    high: str | None = None  # the forecast's P90
    late: float | None = None
    lost: float | None = None
    snoozed: int | None = None
    contested: int | None = None
    care: str = ""  # JSON of what people said: {"seen": …, "settled": …}
    claim: str = ""  # the last day of a claim that is not sent, NOT_DUE where none is, "" without any
    aside: int | None = None  # when a label was bought ahead that lies unused on a bench's shelf


class Flip(NamedTuple):
    """A rule that holds from `due` on; `since`: when that began which it complains of (0: nobody can say)."""

    due: int
    severity: Severity
    kind: AnomalyKind
    since: int
    seen: bool = False


class Judged(NamedTuple):
    """`found`: what nobody has seen first, then the worst first. `verdict` changes when any of it does."""

    found: tuple[Flip, ...]
    shadow: tuple[Flip, ...]
    again: int | None
    verdict: int
    snoozed: bool


_After = Callable[[int, int], int]
NOTHING_WRONG: Final = Judged((), (), None, 0, snoozed=False)


def judge(now: int, facts: Situation, rules: Rules) -> Judged:
    """The anomalies at `now` (UTC ms), and the next instant at which the answer can change by itself."""
    lane = rules.lane(facts.carrier, facts.service, facts.region)
    flips: list[Flip] = []
    again = _collect(now, facts, lane, rules, flips)
    held: dict[AnomalyKind, Flip] = {}
    for flip in flips:
        if flip.due > now:
            again = flip.due if again is None else min(again, flip.due)
        else:
            known = held.get(flip.kind)
            if known is None or known.severity < flip.severity:
                held[flip.kind] = flip
    if not held:
        return Judged((), (), again, 0, snoozed=False) if again is not None else NOTHING_WRONG
    return _weighed(now, facts, held, rules, again)


def flips_of(now: int, facts: Situation, rules: Rules) -> list[Flip]:
    """Every instant at which one of the rules begins to hold in this situation, passed and ahead."""
    flips: list[Flip] = []
    _collect(now, facts, rules.lane(facts.carrier, facts.service, facts.region), rules, flips)
    return flips


def _weighed(
    now: int, facts: Situation, held: dict[AnomalyKind, Flip], rules: Rules, again: int | None
) -> Judged:
    """What of it still counts, after what people said."""
    seen, settled = _said(facts.care) if facts.care else ({}, {})
    shadow_kinds = rules.shadow
    found, shadow, verdict = [], [], 0
    for kind, flip in held.items():
        if kind in shadow_kinds:
            shadow.append(flip)
            verdict += SHADOW * WEIGHT[kind]
        elif (
            kind is _K.DOUBLE_LABEL or settled.get(kind, -1) < flip.since
        ):  # one label must be void: no word helps
            known = kind is not _K.DOUBLE_LABEL and seen.get(kind, 0) >= flip.severity
            found.append(flip._replace(seen=True) if known else flip)
            verdict += (int(flip.severity) + (2 if known else 0)) * WEIGHT[kind]
    if len(found) > 1:
        found.sort(key=lambda flip: (flip.seen, -flip.severity, RANK[flip.kind]))
    asleep = facts.snoozed is not None and facts.snoozed > now and bool(found)
    if asleep:
        assert facts.snoozed is not None
        again = facts.snoozed if again is None else min(again, facts.snoozed)
        verdict = -verdict  # there is no room for one digit more in 64 bits
    return Judged(tuple(found), tuple(shadow), again, verdict, asleep)


@lru_cache(maxsize=4096)
def _said(care: str) -> tuple[dict[str, int], dict[str, int]]:
    data = json.loads(care)
    return data.get("seen", {}), data.get("settled", {})


def _collect(now: int, s: Situation, lane: Lane, rules: Rules, into: list[Flip]) -> int | None:
    """Every flip of this shipment, passed and ahead; returns an instant at which to ask again all the same."""
    again = _of_parcel(now, s, lane, rules, into)
    if not (s.claim or s.status in CLAIMED or s.reason in BROKEN or s.contested is not None):
        return again
    end = claim_flips(now, s, lane, rules, into)
    return end if again is None else again if end is None else min(again, end)


def _of_parcel(now: int, s: Situation, lane: Lane, rules: Rules, into: list[Flip]) -> int | None:
    status = s.status
    if status in OVER:
        return _after_the_end(now, s, lane, into)
    again = None
    if s.twin is not None and _K.DOUBLE_LABEL in lane.limits:
        into.append(Flip(0, _ACT, _K.DOUBLE_LABEL, 0))
    if status == TrackingStatus.PLANNED:
        _waiting(s, lane, rules, into)
    if status in HERE:
        again = _here(now, s, lane, rules, into)
    else:
        _on_the_way(now, s, lane, into)
    if s.promised is not None and _K.PROMISE_PASSED in lane.limits:
        due = lane.calendar.end_of(s.promised)
        _at_once(into, lane, _K.PROMISE_PASSED, due, _noon(s.promised, rules.zone))
    if s.unmapped:
        _at_once(into, lane, _K.STATUS_UNKNOWN, s.event, s.event)
    return again


def _waiting(s: Situation, lane: Lane, rules: Rules, into: list[Flip]) -> None:
    """An order without a label, or with one that no parcel wears."""
    if s.aside is not None and _K.LABEL_UNCHECKED in lane.limits:
        _at_once(into, lane, _K.LABEL_UNCHECKED, _end_of_day(s.aside, rules), s.aside)
    if s.ship_by is not None:
        _at_once(into, lane, _K.ORDER_LATE, s.ship_by, s.ship_by)
    if s.address and _K.ADDRESS_DOUBTFUL in lane.limits:
        certain = '"certain": true' in s.address
        into.append(Flip(0, _ACT if certain else _WATCH, _K.ADDRESS_DOUBTFUL, 0))


def _here(now: int, s: Situation, lane: Lane, rules: Rules, into: list[Flip]) -> int | None:
    """Nobody else has had it in hand yet, as far as one can tell."""
    home = rules.home
    if s.unchecked is not None and s.loose is not None:
        _ripen(now, into, lane, _K.LABEL_UNCHECKED, s.unchecked, home.after)
    if s.loose is not None and _K.NOT_MANIFESTED in lane.limits:
        _at_once(into, lane, _K.NOT_MANIFESTED, _end_of_day(s.loose, rules), s.loose)
    if s.handed is None or s.status == TrackingStatus.PLANNED:
        return None
    _ripen(now, into, lane, _K.NO_FIRST_SCAN, s.handed, lane.calendar.after)
    if _K.NUMBER_UNKNOWN not in lane.limits:
        return None
    if s.misses:
        _ripen(now, into, lane, _K.NUMBER_UNKNOWN, s.handed, lane.calendar.after)
    first = lane.limits[_K.NUMBER_UNKNOWN][0]
    due = lane.calendar.after(s.handed, first or 0)
    return due if due > now else now + ASK_AGAIN


def _on_the_way(now: int, s: Situation, lane: Lane, into: list[Flip]) -> None:
    status, since = s.status, s.occurred or s.event
    after = lane.calendar.after
    if status not in STANDS_STILL:
        last = max(since, s.event) if s.unmapped else since
        _ripen(now, into, lane, _K.NO_SCAN, last, after)
    if status == TrackingStatus.READY_FOR_PICKUP:
        _ripen(now, into, lane, _K.PICKUP_WAITING, since, after)
    elif status == TrackingStatus.CUSTOMS:
        if s.reason in ASKS:
            _at_once(into, lane, _K.CUSTOMS_HELD, since, since, _ACT)
        else:
            _ripen(now, into, lane, _K.CUSTOMS_HELD, since, after)
    elif status == TrackingStatus.RETURNING:
        _at_once(into, lane, _K.RETURNING, since, since)
    else:
        _reported(now, s, lane, since, into)
    _foreseen(s, lane, into)


def _reported(now: int, s: Situation, lane: Lane, since: int, into: list[Flip]) -> None:
    """What the carrier itself says is wrong: one rule for one piece of news."""
    after = lane.calendar.after
    attempted = s.status == TrackingStatus.DELIVERY_ATTEMPTED
    if s.status == TrackingStatus.DAMAGED or s.reason in BROKEN:
        _at_once(into, lane, _K.DAMAGED, since, since)
    elif s.reason == "recipient_refused":
        _at_once(into, lane, _K.REFUSED, since, since)
    elif s.reason in FULL and (attempted or s.status in TROUBLE):
        _at_once(into, lane, _K.PICKUP_TROUBLE, since, since)
    elif attempted:
        _ripen(now, into, lane, _K.ATTEMPT_FAILED, since, after)
    elif s.status in TROUBLE:
        _ripen(now, into, lane, _K.CARRIER_TROUBLE, since, after)


def _foreseen(s: Situation, lane: Lane, into: list[Flip]) -> None:
    """What the forecast says of a parcel that is moving."""
    if s.status == TrackingStatus.READY_FOR_PICKUP:
        return
    if s.high is not None and _K.INTERVAL_PASSED in lane.limits:
        due = lane.calendar.end_of(s.high)
        _at_once(into, lane, _K.INTERVAL_PASSED, due, due - 1)
    if s.late is not None:
        _likely(into, lane, _K.PREDICTED_LATE, s.late)
    if s.lost is not None:
        _likely(into, lane, _K.PROBABLY_LOST, s.lost)


def claim_flips(now: int, s: Situation, lane: Lane, rules: Rules, into: list[Flip]) -> int | None:
    """How near the last day of its claim is; returns the end of that day, after which nothing can be done."""
    limit, clock = lane.limits.get(_K.CLAIM_DUE), rules.claims
    if limit is None or clock is None or s.claim == NOT_DUE:
        return None
    last, since = s.claim or _last_day(s, clock), s.occurred or s.event
    if not last or (end := clock.ends(last)) <= now:
        return None
    for severity, figure in zip((_WATCH, _ACT), limit, strict=True):
        if figure is not None:
            into.append(
                Flip(
                    max(since, clock.begins(last, figure // DAY_MS)), severity, _K.CLAIM_DUE, clock.noon(last)
                )
            )
    return end


def _last_day(s: Situation, clock: ClaimClock) -> str:
    """Of what the carrier or the customer says is wrong; "" when that is nothing to claim."""
    delivered = s.status == TrackingStatus.DELIVERED
    if delivered and s.contested is not None and s.contested >= s.occurred:
        kind = ClaimKind.NOT_RECEIVED
    elif s.status == TrackingStatus.DAMAGED or s.reason in BROKEN:
        kind = ClaimKind.DAMAGED
    elif s.status in CLAIMED:
        kind = ClaimKind.LOST
    else:
        return ""
    return clock.last_day(
        kind,
        s.carrier,
        s.region,
        known=s.occurred or s.event,
        delivered=delivered,
        handed=s.handed,
        promised=s.promised,
    )


def _after_the_end(now: int, s: Situation, lane: Lane, into: list[Flip]) -> int | None:
    """What ended as it should not asks for a hand, for a while."""
    if s.status == TrackingStatus.DELIVERED:
        if s.contested is not None and s.contested >= s.occurred:
            _at_once(into, lane, _K.CONTESTED, s.contested, s.contested)
        return None
    if s.status == TrackingStatus.CANCELLED or s.occurred + ENDED_KEPT <= now:
        return None
    kind = _K.RETURNING if s.status == TrackingStatus.RETURNED else _K.LOST
    _at_once(into, lane, kind, s.occurred, s.occurred)
    return s.occurred + ENDED_KEPT if into else None


def _at_once(
    into: list[Flip], lane: Lane, kind: AnomalyKind, due: int, since: int, severity: Severity | None = None
) -> None:
    """A rule without a threshold: its figure only says how grave it is."""
    limit = lane.limits.get(kind)
    if limit is not None:
        into.append(Flip(due, severity or (_WATCH if limit[1] is None else _ACT), kind, since))


def _ripen(now: int, into: list[Flip], lane: Lane, kind: AnomalyKind, since: int, after: _After) -> None:
    """A rule that watches after some worked time and acts after no less. Before the first, the second is left out."""
    limit = lane.limits.get(kind)
    if limit is None:
        return
    watch, act = limit
    if watch is not None:
        due = after(since, watch)
        into.append(Flip(due, _WATCH, kind, since))
        if due > now:
            return
    if act is not None:
        into.append(Flip(after(since, act), _ACT, kind, since))


def _likely(into: list[Flip], lane: Lane, kind: AnomalyKind, chance: float) -> None:
    limit = lane.limits.get(kind)
    if limit is None:
        return
    watch, act = limit
    if act is not None and chance * 100 >= act:
        into.append(Flip(0, _ACT, kind, 0))
    elif watch is not None and chance * 100 >= watch:
        into.append(Flip(0, _WATCH, kind, 0))


def _end_of_day(when: int, rules: Rules) -> int:
    """The end of the working day in which a label was made; what is made later, or on a day off, belongs to the
    next one."""
    local = moment(when).astimezone(rules.zone)
    day = local.date()
    while True:
        end = datetime.combine(day, rules.day_ends, tzinfo=rules.zone)
        if end > local and rules.home.is_worked(day):
            return to_ms(end)
        day += timedelta(days=1)


@lru_cache(maxsize=1024)
def _noon(day: str, zone: tzinfo) -> int:
    return to_ms(datetime.combine(date.fromisoformat(day), time(12), tzinfo=zone))


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def to_ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)
