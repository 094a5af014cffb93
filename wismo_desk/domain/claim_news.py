"""What a customer may hear of claims for their parcels: that the carrier was asked, and what it decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from wismo_desk.domain.claim import Claim, ClaimKind, ClaimState, ClaimVerb, fold_claims
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import TrackingStatus

_SAID: Final = frozenset({FactKind.CLAIM_OPENED, FactKind.CLAIM_HANDLED})
_YES: Final = frozenset({ClaimVerb.ACCEPT, ClaimVerb.PAY})


class ClaimEnd(StrEnum):
    """What the carrier decided; closed vocabulary."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # and the merchant leaves it at that


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNews:
    """Of all claims for one shipment in one. `sent_at`: the first was sent; `settled_at` and `end` once the carrier
    has decided on every one of them."""

    kind: ClaimKind
    sent_at: datetime
    settled_at: datetime | None = None
    end: ClaimEnd | None = None


def claim_news(facts: Sequence[Fact], status: TrackingStatus) -> ClaimNews | None:
    """None where there is nothing to hear: nothing was sent, or it was taken back, given up without a decision, double,
    about lateness (which has news of its own), or for a parcel that was lost and has been delivered since."""
    said = [fact for fact in facts if fact.kind in _SAID]
    told = [claim for claim in fold_claims(said) if _concerns(claim, status)] if said else []
    if not told:
        return None
    first = min(told, key=lambda claim: (claim.sent_at or claim.opened_at, claim.claim_id))
    news = ClaimNews(kind=first.kind, sent_at=first.sent_at or first.opened_at)
    ends = [_decided(claim) for claim in told]
    if any(end is None for end in ends):
        return news
    at = max(end[1] for end in ends if end is not None)
    refused = any(end[0] is ClaimEnd.REFUSED for end in ends if end is not None)
    end = ClaimEnd.REFUSED if refused else ClaimEnd.ACCEPTED
    return ClaimNews(kind=news.kind, sent_at=news.sent_at, settled_at=at, end=end)


def _concerns(claim: Claim, status: TrackingStatus) -> bool:
    if claim.sent_at is None or claim.double_of is not None or claim.kind is ClaimKind.LATE:
        return False
    if claim.kind is ClaimKind.LOST and status is TrackingStatus.DELIVERED:
        return False
    return claim.state is not ClaimState.CLOSED or _decided(claim) is not None


def _decided(claim: Claim) -> tuple[ClaimEnd, datetime] | None:
    """A refusal counts once the merchant closes the claim: until then they may object."""
    steps = [step for step in claim.steps if not step.withdrawn]
    verdicts = [step for step in steps if step.verb in (*_YES, ClaimVerb.REFUSE)]
    if not verdicts:
        return None
    if verdicts[-1].verb is ClaimVerb.REFUSE:
        closed = [step.at for step in steps if step.verb is ClaimVerb.CLOSE]
        return (ClaimEnd.REFUSED, closed[-1]) if claim.state is ClaimState.CLOSED and closed else None
    accepted = next(step.at for step in verdicts if step.verb in _YES)
    return ClaimEnd.ACCEPTED, accepted
