"""A claim: what the merchant asks of a carrier for one parcel, how far that has come, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from wismo_desk.domain.fact import Fact, FactKind

NOTE_LENGTH: Final = 500
REFERENCE_LENGTH: Final = 60
NOT_DUE: Final = "-"  # of a shipment with claims: none of them waits to be sent
MOST_CENTS: Final = 10_000_000  # a slip of the hand, beyond any parcel


class ClaimKind(StrEnum):
    """What went wrong; closed vocabulary."""

    LOST = "lost"
    DAMAGED = "damaged"
    MISSING = "missing"  # it came, not all of it was in it
    NOT_RECEIVED = "not_received"  # delivered, says the carrier; the customer says otherwise
    LATE = "late"
    OTHER = "other"


class ClaimState(StrEnum):
    """How far it has come; closed vocabulary."""

    DRAFT = "draft"  # opened here, the carrier knows nothing of it
    SENT = "sent"
    ANSWERED = "answered"  # the carrier wants something, or is looking
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PAID = "paid"
    CLOSED = "closed"  # given up, or withdrawn because it was double


OVER: Final = frozenset({ClaimState.PAID, ClaimState.CLOSED})


class ClaimVerb(StrEnum):
    """Closed vocabulary of CLAIM_HANDLED facts. `data` beside `claim` (hex) and `verb`:"""

    AMEND = "amend"  # any of wrong (a ClaimKind, with its limit), requested (cents), text
    SEND = "send"  # how: a Way; reference: the carrier's own number of the case, may be ""
    ANSWER = "answer"  # text: what the carrier said or asks
    ACCEPT = "accept"  # approved (cents), text
    REFUSE = "refuse"  # text: why
    PAY = "pay"  # received (cents): several add up
    CLOSE = "close"  # text: why
    NOTE = "note"  # text
    ATTACH = "attach"  # file (hex id), name, media, size: the bytes stay on the desk that took them
    DETACH = "detach"  # file
    WITHDRAW = "withdraw"  # facts [hex ids]: undo; what they said counts no more


class Way(StrEnum):
    """How a claim was made. No carrier of carriers.md §5 has an interface for it."""

    FORM = "form"  # the carrier's customer area or portal
    MAIL = "mail"
    POST = "post"  # a registered letter
    PHONE = "phone"


_LEADS_TO: Final[Mapping[ClaimVerb, ClaimState]] = {
    ClaimVerb.SEND: ClaimState.SENT,
    ClaimVerb.ANSWER: ClaimState.ANSWERED,
    ClaimVerb.ACCEPT: ClaimState.ACCEPTED,
    ClaimVerb.REFUSE: ClaimState.REFUSED,
    ClaimVerb.PAY: ClaimState.PAID,
    ClaimVerb.CLOSE: ClaimState.CLOSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a claim: a photo, an invoice."""

    file: str
    name: str
    media: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done about it. `cents` is what was accepted or received, where that was said."""

    fact_id: UUID
    verb: ClaimVerb | None  # None: it was opened
    at: datetime
    station: str
    by: str = ""
    text: str = ""
    way: Way | None = None
    cents: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The fold of one claim's facts. Money in cents of `currency`; `claim_id` is the id of the fact that opened it.

    `deadline` is the last day on which the carrier need take it, `since` the day from which that counts; None where
    nobody knows a limit. `double_of`: another desk had opened one for the same parcel before.
    """

    claim_id: UUID
    order_id: UUID
    shipment_id: UUID
    parcel_id: UUID
    carrier: str
    service: str
    number: str  # the tracking number
    kind: ClaimKind
    state: ClaimState = ClaimState.DRAFT
    opened_at: datetime
    why: str = ""  # key of the catalogue: what made us take it for this kind
    why_when: datetime | None = None
    requested: int = 0
    approved: int | None = None
    received: int = 0
    currency: str = "EUR"
    since: date | None = None
    deadline: date | None = None
    source: str = ""  # where the limit is from
    trusted: bool = False  # law, or said by this merchant; else it is to be checked in the contract
    sent_at: datetime | None = None
    settled_at: datetime | None = None  # accepted, refused, paid or closed, the last time
    reference: str = ""
    text: str = ""  # what the merchant adds to the letter
    attachments: tuple[Attachment, ...] = ()
    steps: tuple[Step, ...] = ()  # oldest first
    double_of: UUID | None = None

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_late(self) -> bool:
        """Sent after its last day: the carrier may refuse it for that alone."""
        sent, until = self.sent_at, self.deadline
        return sent is not None and until is not None and sent.date() > until


def fold_claims(facts: Iterable[Fact]) -> tuple[Claim, ...]:
    """The claims of an order, oldest first, whatever came first. What is said of a claim that is not known is left
    out."""
    said = sorted(facts, key=lambda fact: fact.fact_id.hex)
    about: dict[str, list[Fact]] = {}
    for fact in said:
        if fact.kind is FactKind.CLAIM_HANDLED:
            about.setdefault(str(fact.data["claim"]), []).append(fact)
    found: list[Claim] = []
    for fact in said:
        if fact.kind is FactKind.CLAIM_OPENED and fact.parcel_id is not None:
            found.append(_one(fact, about.get(fact.fact_id.hex, [])))
    return tuple(replace(one, double_of=_first(one, found)) for one in found)


def _first(claim: Claim, among: list[Claim]) -> UUID | None:
    """Of two that are open for one parcel the older counts."""
    if claim.is_over:
        return None
    for other in among:
        if other.claim_id == claim.claim_id:
            return None
        if other.parcel_id == claim.parcel_id and not other.is_over:
            return other.claim_id
    return None


def _one(opened: Fact, said: list[Fact]) -> Claim:
    data = opened.data
    assert opened.order_id and opened.shipment_id and opened.parcel_id
    claim = Claim(
        claim_id=opened.fact_id,
        order_id=opened.order_id,
        shipment_id=opened.shipment_id,
        parcel_id=opened.parcel_id,
        carrier=str(data["carrier"]),
        service=str(data.get("service", "")),
        number=str(data.get("number", "")),
        kind=ClaimKind(str(data["wrong"])),
        opened_at=opened.at,
        why=str(data.get("why", "")),
        why_when=_instant(data.get("why_when")),
        requested=_cents(data.get("requested")) or 0,
        currency=str(data.get("currency", "EUR")),
        since=_day(data.get("since")),
        deadline=_day(data.get("deadline")),
        source=str(data.get("source", "")),
        trusted=bool(data.get("trusted")),
        steps=(_step(opened, gone=False),),
    )
    gone = {
        str(one)
        for fact in said
        if fact.data["verb"] == ClaimVerb.WITHDRAW
        for one in _list(fact.data["facts"])
    }
    for fact in said:
        if fact.data["verb"] == ClaimVerb.WITHDRAW:
            continue
        withdrawn = fact.fact_id.hex in gone
        after = claim if withdrawn else _after(claim, fact)
        claim = replace(after, steps=(*claim.steps, _step(fact, gone=withdrawn)))
    return claim


def _after(claim: Claim, fact: Fact) -> Claim:
    data, verb = fact.data, ClaimVerb(str(fact.data["verb"]))
    state = _LEADS_TO.get(verb)
    if state is not None:
        claim = replace(claim, state=state)
        if state in (ClaimState.ACCEPTED, ClaimState.REFUSED, *OVER):
            claim = replace(claim, settled_at=fact.at)
    match verb:
        case ClaimVerb.AMEND:
            return _amended(claim, data)
        case ClaimVerb.SEND:
            reference = str(data.get("reference", "")) or claim.reference
            return replace(claim, sent_at=claim.sent_at or fact.at, reference=reference)
        case ClaimVerb.ACCEPT:
            return replace(claim, approved=_cents(data.get("approved")))
        case ClaimVerb.PAY:
            return replace(claim, received=claim.received + (_cents(data.get("received")) or 0))
        case ClaimVerb.ATTACH:
            added = Attachment(
                file=str(data["file"]),
                name=str(data["name"]),
                media=str(data["media"]),
                size=_cents(data["size"]) or 0,
            )
            return replace(claim, attachments=(*claim.attachments, added))
        case ClaimVerb.DETACH:
            left = tuple(one for one in claim.attachments if one.file != data["file"])
            return replace(claim, attachments=left)
    return claim


def _amended(claim: Claim, data: Mapping[str, object]) -> Claim:
    """A kind brings its own limit along."""
    if "wrong" in data:
        claim = replace(
            claim,
            kind=ClaimKind(str(data["wrong"])),
            since=_day(data.get("since")),
            deadline=_day(data.get("deadline")),
            source=str(data.get("source", "")),
            trusted=bool(data.get("trusted")),
        )
    if "requested" in data:
        claim = replace(claim, requested=_cents(data["requested"]) or 0)
    return replace(claim, text=str(data["text"])) if "text" in data else claim


def _step(fact: Fact, *, gone: bool) -> Step:
    data, verb = fact.data, str(fact.data.get("verb", ""))
    way, cents = str(data.get("how", "")), data.get("approved", data.get("received"))
    return Step(
        fact_id=fact.fact_id,
        verb=ClaimVerb(verb) if verb else None,
        at=fact.at,
        station=fact.station,
        by=fact.by,
        text=str(data.get("text", "") or data.get("name", "") or data.get("reference", "")),
        way=Way(way) if way else None,
        cents=_cents(cents),
        withdrawn=gone,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """One line of the list. `left`: working days until its last day, 0 on it, -1 once it is over, None without."""

    claim: Claim
    order_number: str
    customer: str
    place: str
    carrier_name: str
    left: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Money of one carrier in one month ("2026-11"), or of all when both are empty; cents, one currency."""

    carrier: str = ""
    month: str = ""
    currency: str = "EUR"
    claims: int = 0
    asked: int = 0
    accepted: int = 0
    received: int = 0


def sums(claims: Iterable[Claim]) -> tuple[Sum, ...]:
    """By month of opening, carrier and currency, the newest month first. Doubles count once, drafts ask nothing."""
    found: dict[tuple[str, str, str], Sum] = {}
    for claim in claims:
        if claim.double_of is not None or (claim.state is ClaimState.CLOSED and claim.sent_at is None):
            continue
        key = (claim.opened_at.strftime("%Y-%m"), claim.carrier, claim.currency)
        one = found.get(key) or Sum(month=key[0], carrier=key[1], currency=key[2])
        found[key] = _plus(one, claim)
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1], key[2]), reverse=True))


def by_carrier(parts: Iterable[Sum]) -> tuple[Sum, ...]:
    """The months of each carrier together, one for each of its currencies."""
    found: dict[tuple[str, str], Sum] = {}
    for one in parts:
        known = found.get((one.carrier, one.currency))
        found[one.carrier, one.currency] = (
            replace(
                known,
                claims=known.claims + one.claims,
                asked=known.asked + one.asked,
                accepted=known.accepted + one.accepted,
                received=known.received + one.received,
            )
            if known
            else replace(one, month="")
        )
    return tuple(found[key] for key in sorted(found))


def whole(parts: Iterable[Sum]) -> Sum:
    """All of them in one: of the currency that most are in."""
    several = tuple(parts)
    currency = max(
        (one.currency for one in several), key=lambda c: sum(s.currency == c for s in several), default="EUR"
    )
    same = [one for one in several if one.currency == currency]
    return Sum(
        currency=currency,
        claims=sum(one.claims for one in same),
        asked=sum(one.asked for one in same),
        accepted=sum(one.accepted for one in same),
        received=sum(one.received for one in same),
    )


def _plus(one: Sum, claim: Claim) -> Sum:
    return replace(
        one,
        claims=one.claims + 1,
        asked=one.asked + (claim.requested if claim.sent_at else 0),
        accepted=one.accepted + max(claim.approved or 0, claim.received),
        received=one.received + claim.received,
    )


def _cents(said: object) -> int | None:
    return int(said) if isinstance(said, int | float) else None


def _day(said: object) -> date | None:
    return date.fromisoformat(str(said)) if said else None


def _instant(said: object) -> datetime | None:
    return datetime.fromisoformat(str(said)) if said else None


def _list(said: object) -> list[object]:
    return list(said) if isinstance(said, list) else []
