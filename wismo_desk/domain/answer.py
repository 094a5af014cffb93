"""From the facts of one order to sentences for its customer; each sentence names the events that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.intent import Intent
from wismo_desk.domain.own_reports import withdrawn
from wismo_desk.domain.status import ENDED, NO_CODES, Codes, IncidentReason, TrackingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`sentence` is a catalogue key with the names of `values` in it; a datetime, a date, a carrier or a status among
    the values is put into words by who speaks. `events` are ids of facts, at least one."""

    sentence: str
    events: tuple[UUID, ...]
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a carrier said of a parcel, understood. `at` has the offset of the place."""

    fact_id: UUID
    status: TrackingStatus
    reason: IncidentReason
    at: datetime
    place: str
    carrier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is known of one order's shipment. `proven`: who asks named two keys of it."""

    number: str
    status: TrackingStatus
    reason: IncidentReason
    carrier: str
    service: str
    facts: tuple[Fact, ...]
    scans: tuple[Scan, ...]
    today: date
    promised_on: date | None = None
    expected: Expected | None = None
    pickup_point: str = ""
    proven: bool = False


def scans_of(facts: Sequence[Fact], codes: Mapping[str, Codes]) -> tuple[Scan, ...]:
    """The scans that stand and are understood, oldest first."""
    gone = withdrawn(facts)
    found = []
    for fact in facts:
        if fact.kind is not FactKind.TRACKING_SAID or str(fact.fact_id) in gone or fact.data.get("logical"):
            continue
        carrier = str(fact.data.get("carrier", ""))
        rule = codes.get(carrier, NO_CODES).rule(
            str(fact.data.get("code", "")), str(fact.data.get("label", ""))
        )
        if rule is not None and rule.is_scan and rule.status is not TrackingStatus.UNKNOWN:
            place = str(fact.data.get("place") or "")
            found.append(Scan(fact.fact_id, rule.status, rule.reason, _local(fact), place, carrier))
    return tuple(sorted(found, key=lambda scan: scan.at))


def _local(fact: Fact) -> datetime:
    try:
        local = datetime.fromisoformat(str(fact.data["local_time"]))
    except (KeyError, ValueError):
        return fact.at
    return local if local.tzinfo else fact.at


_MOVED: Final = frozenset(TrackingStatus) - {
    TrackingStatus.PLANNED,
    TrackingStatus.LABEL_CREATED,
    TrackingStatus.UNKNOWN,
    TrackingStatus.CANCELLED,
}
_LAST: Final[dict[TrackingStatus, str]] = {
    TrackingStatus.ACCEPTED: "{carrier} took it over on {when}{place}.",
    TrackingStatus.IN_TRANSIT: "It was last scanned on {when}{place}: it is on its way.",
    TrackingStatus.CUSTOMS: "It has been at customs since {when}{place}.",
    TrackingStatus.OUT_FOR_DELIVERY: "It went out for delivery on {when}{place}.",
    TrackingStatus.DELIVERY_ATTEMPTED: "{carrier} could not deliver it on {when}{reason}.",
    TrackingStatus.READY_FOR_PICKUP: "It has been waiting at the pickup point since {when}.",
    TrackingStatus.DELAYED: "{carrier} reported a delay on {when}{place}{reason}.",
    TrackingStatus.EXCEPTION: "{carrier} reported an incident on {when}{place}{reason}.",
    TrackingStatus.DELIVERED: "{carrier} reports it as delivered on {when}.",
    TrackingStatus.RETURNING: "It has been on its way back to us since {when}{reason}.",
    TrackingStatus.RETURNED: "It came back to us on {when}{reason}.",
    TrackingStatus.DAMAGED: "{carrier} reported it as damaged on {when}{place}.",
    TrackingStatus.LOST: "{carrier} reported it as lost on {when}.",
    TrackingStatus.DESTROYED: "{carrier} reported it as destroyed on {when}.",
    TrackingStatus.EXPIRED: "{carrier} has said nothing of it for long: the last news is of {when}.",
}


def answers(case: Case, asked: Sequence[Intent]) -> tuple[tuple[Intent, tuple[Statement, ...]], ...]:
    """What the facts say to each question, in their order; what was said to an earlier one is not said again."""
    told: set[tuple[str, tuple[object, ...]]] = set()
    found = []
    for intent in asked:
        new = []
        for each in _TELL.get(intent, _where)(case):
            said = (each.sentence, tuple(each.values.values()))
            if said not in told:
                told.add(said)
                new.append(each)
        found.append((intent, tuple(new)))
    return tuple(found)


def statements(case: Case, intent: Intent) -> tuple[Statement, ...]:
    """What the facts say to one question."""
    return answers(case, (intent,))[0][1]


def standing(case: Case) -> tuple[Statement, ...]:
    """Where it is now: for the card's one sentence."""
    return tuple(_where(case))


def handed(case: Case) -> Fact | None:
    """When it left with the carrier's driver, as this desk saw it."""
    return _newest(case, FactKind.PARCEL_MANIFESTED)


def _newest(case: Case, *kinds: FactKind) -> Fact | None:
    return next((fact for fact in reversed(case.facts) if fact.kind in kinds), None)


def _where(case: Case) -> Iterator[Statement]:
    if case.status not in _MOVED:
        yield from _leaving(case)
        return
    yield from _handed(case)
    yield from _last(case)
    yield from _coming(case)


def _leaving(case: Case) -> Iterator[Statement]:
    cancelled = _newest(case, FactKind.ORDER_CANCELLED)
    if cancelled is not None and case.status is TrackingStatus.CANCELLED:
        yield Statement(
            sentence="Your order {number} was cancelled on {when}.",
            events=(cancelled.fact_id,),
            values={"number": case.number, "when": cancelled.at},
        )
        return
    if case.status in _MOVED:
        yield from _handed(case)
        yield from _last(case)
        return
    taken, packed = _newest(case, FactKind.ORDER_TAKEN_IN), _newest(case, FactKind.PARCEL_CLOSED)
    left = _newest(case, FactKind.PARCEL_MANIFESTED)
    if left is not None:
        yield from _handed(case)
    elif packed is not None:
        yield Statement(
            sentence="Your order {number} was packed on {when} and waits for {carrier}.",
            events=(packed.fact_id,),
            values={"number": case.number, "when": packed.at, "carrier": case.carrier},
        )
    elif taken is not None:
        yield Statement(
            sentence="Your order {number} has reached our workshop and has not left it yet.",
            events=(taken.fact_id,),
            values={"number": case.number},
        )
    yield from _promise(case)


def _handed(case: Case) -> Iterator[Statement]:
    left = _newest(case, FactKind.PARCEL_MANIFESTED)
    if left is not None:
        yield Statement(
            sentence="We handed your order {number} to {carrier} on {when}.",
            events=(left.fact_id,),
            values={"number": case.number, "when": left.at, "carrier": case.carrier},
        )
        return
    bought = _newest(case, FactKind.LABEL_BOUGHT)
    if bought is not None:
        yield Statement(
            sentence="Your order {number} travels with {carrier}.",
            events=(bought.fact_id,),
            values={"number": case.number, "carrier": case.carrier},
        )


def _last(case: Case) -> Iterator[Statement]:
    scan = next((scan for scan in reversed(case.scans) if scan.status is case.status), None)
    if scan is None:
        return
    # The place of a delivery or a pickup point is the customer's own: an address.
    near = scan.status in (TrackingStatus.DELIVERED, TrackingStatus.READY_FOR_PICKUP)
    yield Statement(
        sentence=_LAST[scan.status],
        events=(scan.fact_id,),
        values={
            "when": scan.at,
            "carrier": case.carrier,
            "place": f" ({scan.place})" if scan.place and not near else "",
            "reason": scan.reason,
        },
    )
    if scan.status is TrackingStatus.READY_FOR_PICKUP and case.proven and scan.place:
        yield Statement(
            sentence="You can fetch it there: {point}.", events=(scan.fact_id,), values={"point": scan.place}
        )


def _coming(case: Case) -> Iterator[Statement]:
    if case.status in ENDED or case.status in (TrackingStatus.READY_FOR_PICKUP, TrackingStatus.RETURNING):
        return
    yield from _promise(case)
    known = case.expected
    newest = case.scans[-1] if case.scans else None
    if known is None or newest is None or known.high < case.today:
        return
    low = max(known.low, case.today)
    same = low == known.high
    yield Statement(
        sentence="We expect it on {low} (8 times out of 10, going by past parcels)."
        if same
        else "We expect it between {low} and {high} (8 times out of 10, going by past parcels).",
        events=(newest.fact_id,),
        values={"low": low} if same else {"low": low, "high": known.high},
    )


def _promise(case: Case) -> Iterator[Statement]:
    taken = _newest(case, FactKind.ORDER_TAKEN_IN)
    promised = case.promised_on
    if promised is None or taken is None or taken.data.get("promised_on") != promised.isoformat():
        return
    late = promised < case.today and case.status not in ENDED
    yield Statement(
        sentence="It was promised for {day}: we are sorry that it is late."
        if late
        else "It is promised for {day}.",
        events=(taken.fact_id,),
        values={"day": promised},
    )


def _carrier(case: Case) -> Iterator[Statement]:
    bought = _newest(case, FactKind.LABEL_BOUGHT)
    voided = {str(fact.parcel_id) for fact in case.facts if fact.kind is FactKind.LABEL_VOIDED}
    labels = [
        fact
        for fact in case.facts
        if fact.kind is FactKind.LABEL_BOUGHT and str(fact.parcel_id) not in voided
    ]
    if bought is None or not labels:
        taken = _newest(case, FactKind.ORDER_TAKEN_IN)
        if taken is not None and case.carrier:
            yield Statement(
                sentence="Your order {number} will travel with {carrier} ({service}); it has no tracking number yet.",
                events=(taken.fact_id,),
                values={"number": case.number, "carrier": case.carrier, "service": case.service},
            )
        return
    yield Statement(
        sentence="Your order {number} travels with {carrier} ({service}).",
        events=(labels[-1].fact_id,),
        values={"number": case.number, "carrier": case.carrier, "service": case.service},
    )
    for label in labels:
        number = str(label.data.get("tracking_number") or "")
        if number:
            yield Statement(
                sentence="Its tracking number is {tracking}.",
                events=(label.fact_id,),
                values={"tracking": number},
            )
    yield from _last(case)


def _address(case: Case) -> Iterator[Statement]:
    yield from (_leaving(case) if case.status not in _MOVED else _where(case))
    if case.status is TrackingStatus.DELIVERED:
        scan = next((scan for scan in reversed(case.scans) if scan.status is case.status), None)
        if scan is not None:
            yield Statement(
                sentence="Nothing can be changed about this delivery any more.", events=(scan.fact_id,)
            )


def _delivered(case: Case) -> Iterator[Statement]:
    yield from _handed(case)
    yield from _last(case)


_TELL: Final = {
    Intent.WHERE_IS_IT: _where,
    Intent.WHEN_WILL_IT_LEAVE: _leaving,
    Intent.DELIVERED_NOT_RECEIVED: _delivered,
    Intent.CHANGE_ADDRESS: _address,
    Intent.DELIVERY_INSTRUCTIONS: _address,
    Intent.ABSENT: _where,
    Intent.WHICH_CARRIER: _carrier,
}
