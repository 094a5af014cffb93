"""What a customer's question says of a claim: whether it speaks of one, and what went wrong by their word."""

from __future__ import annotations

from typing import Final

from wismo_desk.domain.claim import ClaimKind
from wismo_desk.domain.cues import cues
from wismo_desk.domain.intent import Concern, Intent, Understood
from wismo_desk.domain.question import read_question
from wismo_desk.domain.status import ENDED, TrackingStatus
from wismo_desk.domain.wording import plain

_ASKS: Final = frozenset({Intent.DELIVERED_NOT_RECEIVED, Intent.PARCEL_PROBLEM})
_SAYS: Final = frozenset({Concern.LOST, Concern.CLAIM})


def may_be_claimed(understood: Understood) -> bool:
    """Whether the question is of the kind that ends in a claim."""
    return understood.intent in _ASKS or not _SAYS.isdisjoint(understood.concerns)


def asked_kind(understood: Understood, status: TrackingStatus, text: str = "") -> ClaimKind | None:
    """`text` is what they wrote, "" for a call; None where the question does not tell. Lost is only what the carrier
    has not delivered."""
    delivered = status is TrackingStatus.DELIVERED
    if understood.intent is Intent.PARCEL_PROBLEM and text:
        signs = cues(plain(read_question(text).own))
        if "damaged" in signs:
            return ClaimKind.DAMAGED
        if delivered and "missing" in signs:
            return ClaimKind.MISSING
    if delivered and (
        understood.intent is Intent.DELIVERED_NOT_RECEIVED or Concern.LOST in understood.concerns
    ):
        return ClaimKind.NOT_RECEIVED
    if Concern.LOST in understood.concerns and status not in ENDED:
        return ClaimKind.LOST
    return None
