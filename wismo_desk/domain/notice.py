"""What a customer is told of a shipment, when, and never twice: milestones, notices, and what is due."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID, uuid5

from wismo_desk.domain.claim_news import ClaimEnd, claim_news
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import TrackingStatus


class Milestone(StrEnum):
    """Closed vocabulary, in the order of a shipment's life; from DELAYED on they stand beside it."""

    CONFIRMED = "confirmed"
    IN_PREPARATION = "in_preparation"
    SHIPPED = "shipped"
    HANDED_OVER = "handed_over"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    READY_FOR_PICKUP = "ready_for_pickup"
    PICKUP_REMINDER = "pickup_reminder"  # half of the time to collect it is over
    PICKUP_LAST_REMINDER = "pickup_last_reminder"  # four fifths are
    DELIVERED = "delivered"
    RETURNING = "returning"
    DELAYED = "delayed"
    PREDICTED_LATE = "predicted_late"  # found out before the promise has passed
    CLAIM_OPENED = "claim_opened"  # sent to the carrier: a draft is nobody's news
    CLAIM_SETTLED = "claim_settled"


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"  # the merchant's own program is told, not the customer


_LADDER: Final = {milestone: step for step, milestone in enumerate(Milestone)}
ROUNDS: Final = 100
REMINDERS: Final = frozenset({Milestone.PICKUP_REMINDER, Milestone.PICKUP_LAST_REMINDER})
OF_CLAIMS: Final = frozenset({Milestone.CLAIM_OPENED, Milestone.CLAIM_SETTLED})
_BESIDE: Final = frozenset({Milestone.DELAYED, Milestone.PREDICTED_LATE}) | OF_CLAIMS
_ROUND: Final = frozenset({Milestone.OUT_FOR_DELIVERY, Milestone.ATTEMPTED})
_ROUND_OF: Final = {
    TrackingStatus.OUT_FOR_DELIVERY: Milestone.OUT_FOR_DELIVERY,
    TrackingStatus.DELIVERY_ATTEMPTED: Milestone.ATTEMPTED,
}
# After this the news is stale: telling it would confuse more than silence.
LIFETIME: Final[Mapping[Milestone, timedelta]] = {
    Milestone.CONFIRMED: timedelta(hours=48),
    Milestone.IN_PREPARATION: timedelta(hours=12),
    Milestone.SHIPPED: timedelta(hours=48),
    Milestone.HANDED_OVER: timedelta(hours=48),
    Milestone.OUT_FOR_DELIVERY: timedelta(hours=10),
    Milestone.ATTEMPTED: timedelta(hours=24),
    Milestone.READY_FOR_PICKUP: timedelta(hours=72),
    Milestone.PICKUP_REMINDER: timedelta(hours=48),
    Milestone.PICKUP_LAST_REMINDER: timedelta(hours=24),
    Milestone.DELIVERED: timedelta(hours=48),
    Milestone.RETURNING: timedelta(hours=72),
    Milestone.DELAYED: timedelta(hours=72),
    Milestone.PREDICTED_LATE: timedelta(hours=24),
    Milestone.CLAIM_OPENED: timedelta(hours=72),
    Milestone.CLAIM_SETTLED: timedelta(hours=72),
}
# France, its neighbours, and its lands overseas.
FRENCH_SPEAKING: Final = frozenset(
    ("FR", "MC", "BE", "LU", "CH", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF", "TF")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One scan of the carrier, understood. `on`: the day there, where the carrier tells it."""

    status: TrackingStatus
    at: datetime
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that the milestones look at, for one shipment. `late_since`: the promise passed undelivered, or the
    carrier says so; `predicted_since`: it probably will. `waits`: how long a pickup point keeps the parcel."""

    status: TrackingStatus
    facts: tuple[Fact, ...]
    late_since: datetime | None = None
    predicted_since: datetime | None = None
    seen: tuple[Seen, ...] = ()
    waits: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    milestone: Milestone
    at: datetime  # when it happened, or, of a reminder, when it is to be told
    expires_at: datetime
    cycle: int = 0  # a delivery is tried anew each day and told each day: ROUNDS times its day


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One ledger row. It holds no personal data: name and address are read from the order when it is sent.

    `attempts` counts how often the server was asked. `claim` is the token of the sender that holds it.
    `details`: error, error_values, raw, message_id, evidence, test, issue, history (what people decided).
    """

    notice_id: UUID
    shipment_id: UUID
    order_id: UUID
    order_number: str
    milestone: Milestone
    channel: Channel = Channel.EMAIL
    cycle: int = 0  # what is told anew: a re-shipment, and ROUNDS times the day of a delivery round
    state: EffectState = EffectState.PENDING
    created_at: datetime
    changed_at: datetime
    due_at: datetime
    expires_at: datetime
    attempts: int = 0
    claim: str = ""
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Natural and unique: two DELIVERED events are one notice."""
        return f"{self.shipment_id}|{self.milestone}|{self.channel}|{self.cycle}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A notice as the customer reads it. `to` is the customer's own address, also in test mode."""

    subject: str
    text: str
    html: str
    to: str
    name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One line of the notices page."""

    notice: Notice
    customer: str


# (channel, state, whether it was left out on purpose): how many.
Tally = Mapping[tuple[Channel, EffectState, bool], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The claimer's step of one row, if it is still in `was` under this claim. `details` are merged. Back to PENDING
    the claim is given up."""

    notice: Notice
    to: EffectState
    was: tuple[EffectState, ...]
    at: datetime
    due_at: datetime | None = None
    details: Mapping[str, object] = field(default_factory=dict)


class NoticeLedger(Protocol):
    """The only gate against telling twice; kept in the journal file, or in the shared database.

    pending → sending → done | failed | in_doubt, each by compare-and-set. `sending` is committed before
    the server is asked; `in_doubt` is left by a person only. Calls raise DeskError when the database is away.
    """

    def queue(self, notices: Sequence[Notice]) -> int:
        """How many were new; those whose key is known are left as they are."""
        ...

    def claim(
        self,
        now: datetime,
        *,
        by: str,
        limit: int,
        lease: timedelta,
        channels: Collection[Channel] = (),
        only: Collection[UUID] = (),
    ) -> list[Notice]:
        """Due pending rows of these channels (none: of all), the longest due first, nobody else's until `lease`
        is over. Expired ones fail. `only`: none but these."""
        ...

    def move(
        self,
        notice: Notice,
        to: EffectState,
        *,
        was: Sequence[EffectState],
        at: datetime,
        due_at: datetime | None = None,
        details: Mapping[str, object] | None = None,
    ) -> bool:
        """One Step; False when the row is not in `was` under this claim any more."""
        ...

    def move_all(self, steps: Sequence[Step]) -> list[bool]:
        """In their order, all in one commit: which of them were taken."""
        ...

    def recover(self, now: datetime, *, by: str, stale: timedelta) -> int:
        """Rows `by` was sending when it died, and anybody's older than `stale`, become in doubt: how many."""
        ...

    def decide(
        self,
        notice: Notice,
        to: EffectState,
        *,
        at: datetime,
        expires_at: datetime,
        details: Mapping[str, object],
    ) -> None:
        """A person's word. StoreProblem when the row is no longer as `notice` shows it."""
        ...

    def forget(self, order_id: UUID) -> None:
        """The person of an order was erased: what servers and people said of its notices goes."""
        ...

    def get(self, notice_id: UUID) -> Notice | None: ...

    def of_order(self, order_id: UUID) -> list[Notice]:
        """Oldest first."""
        ...

    def sent_as(self, digest: str) -> list[Notice]:
        """Whose Message-ID began with these 32 hexadecimal digits: one, or none."""
        ...

    def taken_as(self, channel: Channel, numbers: Sequence[str]) -> list[Notice]:
        """Those of this channel that the other side took under one of these numbers of its own."""
        ...

    def listed(
        self,
        *,
        states: Collection[EffectState] = (),
        channels: Collection[Channel] = (),
        left_out: bool | None = None,
        limit: int = 500,
    ) -> list[Notice]:
        """Newest first. `left_out`: only, or without, those that were left out on purpose."""
        ...

    def counts(self) -> dict[EffectState, int]: ...

    def tally(self) -> Tally: ...


def notice_id(shipment_id: UUID, milestone: Milestone, channel: Channel, cycle: int) -> UUID:
    """The same news of the same shipment has the same id on every station (UUIDv5)."""
    return uuid5(shipment_id, f"{milestone}|{channel}|{cycle}")


def message_id(notice: Notice, domain: str) -> str:
    """Deterministic, so that a sent mail is found again and a doubtful one sent again replaces itself in
    the mailbox; a notice sent anew on purpose (`issue`) is another message."""
    issue = notice.details.get("issue", 0)
    return f"<{hashlib.sha256(f'{notice.key}|{issue}'.encode()).hexdigest()[:32]}@{domain}>"


def language_of(country: str, wanted: str = "auto") -> str:
    """ "fr" or "en": as set, else by the country the parcel goes to (ISO 3166-1 alpha-2)."""
    if wanted in ("fr", "en"):
        return wanted
    return "fr" if country.upper() in FRENCH_SPEAKING else "en"


def due(story: Story, *, on: Collection[Milestone], now: datetime) -> tuple[Due, ...]:
    """What is still worth telling, in the order of a shipment's life. News that a later one has made untrue
    (in preparation, once shipped; anything, once delivered), that is stale, or switched off, is not in it.
    Reminders are in it from the moment they are known to be needed; their `at` is still to come."""
    if story.status is TrackingStatus.CANCELLED:
        return ()
    reached = {each.milestone: each for each in _reached(story)}
    for last in (Milestone.DELIVERED, Milestone.RETURNING):
        if last in reached:
            reached = {one: reached[one] for one in (last, *sorted(OF_CLAIMS)) if one in reached}
    if Milestone.SHIPPED in reached:
        reached.pop(Milestone.IN_PREPARATION, None)
    if Milestone.DELAYED in reached:
        reached.pop(Milestone.PREDICTED_LATE, None)
    return tuple(
        sorted(
            (one for one in reached.values() if one.milestone in on and one.expires_at > now),
            key=lambda one: _LADDER[one.milestone],
        )
    )


def rung(notice: Notice) -> tuple[int, int, int] | None:
    """Where its news stands in a shipment's life; None: beside it. The rounds of a delivery are one step, in
    which a later day is later news."""
    if notice.milestone in _BESIDE:
        return None
    step = _LADDER[notice.milestone]
    if notice.milestone in _ROUND:
        return (_LADDER[Milestone.OUT_FOR_DELIVERY], notice.cycle // ROUNDS, step)
    return (step, 0, 0)


def overtaken(notice: Notice, others: Sequence[Notice]) -> bool:
    """Never backwards: whether the customer has, or may have, later news of the same shipment by this channel."""
    told = (EffectState.SENDING, EffectState.DONE, EffectState.IN_DOUBT)
    mine = rung(notice)
    return mine is not None and any(
        other.shipment_id == notice.shipment_id
        and other.channel is notice.channel
        and other.cycle % ROUNDS == notice.cycle % ROUNDS
        and other.state in told
        and (theirs := rung(other)) is not None
        and theirs > mine
        for other in others
    )


def _due(milestone: Milestone, at: datetime, cycle: int = 0) -> Due:
    return Due(milestone=milestone, at=at, expires_at=at + LIFETIME[milestone], cycle=cycle)


def _reached(story: Story) -> Iterator[Due]:
    times: dict[FactKind, list[datetime]] = {}
    for fact in story.facts:
        times.setdefault(fact.kind, []).append(fact.at)
    if taken := times.get(FactKind.ORDER_TAKEN_IN):
        yield _due(Milestone.CONFIRMED, min(taken))
    if in_hand := times.get(FactKind.ORDER_IN_HAND):
        yield _due(Milestone.IN_PREPARATION, min(in_hand))
    yield from (_due(*each) for each in _left(story.facts))
    yield from _on_its_way(story)
    said = times.get(FactKind.TRACKING_SAID)
    if story.status is TrackingStatus.DELIVERED and said:
        yield _due(Milestone.DELIVERED, max(said))
    if story.status in (TrackingStatus.RETURNING, TrackingStatus.RETURNED) and said:
        first = [each.at for each in story.seen if each.status is TrackingStatus.RETURNING]
        yield _due(Milestone.RETURNING, min(first, default=max(said)))
    if story.late_since is not None:
        yield _due(Milestone.DELAYED, story.late_since)
    if story.predicted_since is not None:
        yield _due(Milestone.PREDICTED_LATE, story.predicted_since)
    yield from _claimed(story)


def _claimed(story: Story) -> Iterator[Due]:
    """The last word of the carrier, else that it was asked. What was refused and then accepted is told anew."""
    found = claim_news(story.facts, story.status)
    if found is None:
        return
    if found.settled_at is None:
        yield _due(Milestone.CLAIM_OPENED, found.sent_at)
    else:
        yield _due(Milestone.CLAIM_SETTLED, found.settled_at, int(found.end is ClaimEnd.REFUSED))


def _on_its_way(story: Story) -> Iterator[Due]:
    """What only holds while it lasts: on the round, missed, waiting at the pickup point."""
    now_is = [each for each in story.seen if each.status is story.status]
    if not now_is:
        return
    newest = max(now_is, key=lambda each: each.at)
    if story.status in _ROUND_OF:
        first = min(story.seen, key=lambda each: each.on).on
        same_day = [each.at for each in now_is if each.on == newest.on]
        yield _due(_ROUND_OF[story.status], min(same_day), (newest.on - first).days * ROUNDS)
    elif story.status is TrackingStatus.READY_FOR_PICKUP:
        arrived = min(each.at for each in now_is)
        yield _due(Milestone.READY_FOR_PICKUP, arrived)
        yield _due(Milestone.PICKUP_REMINDER, arrived + story.waits * 0.5)
        yield _due(Milestone.PICKUP_LAST_REMINDER, arrived + story.waits * 0.8)


def _left(facts: Sequence[Fact]) -> Iterator[tuple[Milestone, datetime]]:
    """Shipped: the order is complete and every live parcel has its label. Handed over: all on a manifest."""
    voided = {fact.parcel_id for fact in facts if fact.kind is FactKind.LABEL_VOIDED}
    labels = [fact for fact in facts if fact.kind is FactKind.LABEL_BOUGHT and fact.parcel_id not in voided]
    if not any(fact.data.get("last") for fact in labels):
        return
    yield Milestone.SHIPPED, max(fact.at for fact in labels)
    listed = {fact.parcel_id: fact.at for fact in facts if fact.kind is FactKind.PARCEL_MANIFESTED}
    if all(fact.parcel_id in listed for fact in labels):
        yield Milestone.HANDED_OVER, max(listed[fact.parcel_id] for fact in labels)
