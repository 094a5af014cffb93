"""What a customer is told of a shipment, when, and never twice: milestones, notices, and what is due."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID, uuid5

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import TrackingStatus


class Milestone(StrEnum):
    """Closed vocabulary, in the order of a shipment's life; DELAYED stands beside it."""

    CONFIRMED = "confirmed"
    IN_PREPARATION = "in_preparation"
    SHIPPED = "shipped"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    DELAYED = "delayed"


class Channel(StrEnum):
    EMAIL = "email"


_LADDER: Final = {milestone: step for step, milestone in enumerate(Milestone)}
# After this the news is stale: telling it would confuse more than silence.
LIFETIME: Final[Mapping[Milestone, timedelta]] = {
    Milestone.CONFIRMED: timedelta(hours=48),
    Milestone.IN_PREPARATION: timedelta(hours=12),
    Milestone.SHIPPED: timedelta(hours=48),
    Milestone.HANDED_OVER: timedelta(hours=48),
    Milestone.DELIVERED: timedelta(hours=48),
    Milestone.DELAYED: timedelta(hours=72),
}
# France, its neighbours, and its lands overseas.
FRENCH_SPEAKING: Final = frozenset(
    ("FR", "MC", "BE", "LU", "CH", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF", "TF")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that the milestones look at, for one shipment. `late_since`: the promise passed undelivered."""

    status: TrackingStatus
    facts: tuple[Fact, ...]
    late_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    milestone: Milestone
    at: datetime  # when it happened
    expires_at: datetime


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
    cycle: int = 0  # a re-shipment is told anew
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


class NoticeLedger(Protocol):
    """The only gate against telling twice; kept in the journal file, or in the shared database.

    pending → sending → done | failed | in_doubt, each by compare-and-set. `sending` is committed before
    the server is asked; `in_doubt` is left by a person only. Calls raise DeskError when the database is away.
    """

    def queue(self, notices: Sequence[Notice]) -> int:
        """How many were new; those whose key is known are left as they are."""
        ...

    def claim(self, now: datetime, *, by: str, limit: int, lease: timedelta) -> list[Notice]:
        """Due pending rows, the longest due first, nobody else's until `lease` is over. Expired ones fail."""
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
        """The claimer's step; False when the row is not in `was` under this claim any more. `details` are
        merged. Back to PENDING the claim is given up."""
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

    def listed(self, *, states: Collection[EffectState] = (), limit: int = 500) -> list[Notice]:
        """Newest first."""
        ...

    def counts(self) -> dict[EffectState, int]: ...


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
    (in preparation, once shipped; anything, once delivered), that is stale, or switched off, is not in it."""
    if story.status is TrackingStatus.CANCELLED:
        return ()
    reached = dict(_reached(story))
    if Milestone.DELIVERED in reached:
        reached = {Milestone.DELIVERED: reached[Milestone.DELIVERED]}
    elif Milestone.SHIPPED in reached:
        reached.pop(Milestone.IN_PREPARATION, None)
    found = [Due(milestone=each, at=at, expires_at=at + LIFETIME[each]) for each, at in reached.items()]
    return tuple(
        sorted(
            (one for one in found if one.milestone in on and one.expires_at > now),
            key=lambda one: _LADDER[one.milestone],
        )
    )


def overtaken(notice: Notice, others: Sequence[Notice]) -> bool:
    """Never backwards: whether the customer has, or may have, a later notice of the same shipment."""
    told = (EffectState.SENDING, EffectState.DONE, EffectState.IN_DOUBT)
    return notice.milestone is not Milestone.DELAYED and any(
        other.shipment_id == notice.shipment_id
        and other.cycle == notice.cycle
        and other.state in told
        and other.milestone is not Milestone.DELAYED
        and _LADDER[other.milestone] > _LADDER[notice.milestone]
        for other in others
    )


def _reached(story: Story) -> Iterator[tuple[Milestone, datetime]]:
    times: dict[FactKind, list[datetime]] = {}
    for fact in story.facts:
        times.setdefault(fact.kind, []).append(fact.at)
    if taken := times.get(FactKind.ORDER_TAKEN_IN):
        yield Milestone.CONFIRMED, min(taken)
    if in_hand := times.get(FactKind.ORDER_IN_HAND):
        yield Milestone.IN_PREPARATION, min(in_hand)
    yield from _left(story.facts)
    if story.status is TrackingStatus.DELIVERED and FactKind.TRACKING_SAID in times:
        yield Milestone.DELIVERED, max(times[FactKind.TRACKING_SAID])
    if story.late_since is not None:
        yield Milestone.DELAYED, story.late_since


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
