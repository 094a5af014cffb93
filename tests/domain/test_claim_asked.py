"""A customer's question as a claim: whether it is one, and what went wrong by their word."""

from __future__ import annotations

import pytest

from wismo_desk.domain.claim import ClaimKind
from wismo_desk.domain.claim_asked import asked_kind, may_be_claimed
from wismo_desk.domain.intent import Concern, Intent, Understood
from wismo_desk.domain.status import TrackingStatus

Q, T, K = Intent, TrackingStatus, ClaimKind


def asked(intent: Intent, *concerns: Concern) -> Understood:
    return Understood(intent=intent, confidence=0.9, concerns=concerns)


@pytest.mark.parametrize(
    ("understood", "claims"),
    [
        (asked(Q.WHERE_IS_IT), False),
        (asked(Q.WHERE_IS_IT, Concern.ANGER), False),
        (asked(Q.WHERE_IS_IT, Concern.LOST), True),
        (asked(Q.PARCEL_PROBLEM), True),
        (asked(Q.DELIVERED_NOT_RECEIVED), True),
    ],
)
def test_which_questions_end_in_a_claim(understood: Understood, claims: bool) -> None:
    assert may_be_claimed(understood) is claims


@pytest.mark.parametrize(
    ("understood", "status", "text", "kind"),
    [
        (asked(Q.DELIVERED_NOT_RECEIVED), T.DELIVERED, "", K.NOT_RECEIVED),
        (asked(Q.DELIVERED_NOT_RECEIVED), T.IN_TRANSIT, "", None),
        (asked(Q.WHERE_IS_IT, Concern.LOST), T.IN_TRANSIT, "", K.LOST),
        (asked(Q.WHERE_IS_IT, Concern.LOST), T.DELIVERED, "", K.NOT_RECEIVED),
        (asked(Q.WHERE_IS_IT, Concern.LOST), T.RETURNED, "", None),
        (asked(Q.PARCEL_PROBLEM), T.DELIVERED, "Bonjour, le mug est arrivé cassé.", K.DAMAGED),
        (asked(Q.PARCEL_PROBLEM), T.DELIVERED, "Il manque un carnet dans mon colis.", K.MISSING),
        (asked(Q.PARCEL_PROBLEM), T.IN_TRANSIT, "Il manque un carnet dans mon colis.", None),
        (asked(Q.PARCEL_PROBLEM), T.DELIVERED, "", None),
        (asked(Q.WHERE_IS_IT), T.DELIVERED, "Le mug est cassé.", None),
    ],
)
def test_what_went_wrong(
    understood: Understood, status: TrackingStatus, text: str, kind: ClaimKind | None
) -> None:
    assert asked_kind(understood, status, text) is kind
