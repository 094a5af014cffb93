"""Opens claims from a customer's question: their word says what went wrong where the carrier's does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from wismo_desk.domain.claim import Claim, ClaimKind
from wismo_desk.domain.claim_asked import asked_kind
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.intent import Understood
from wismo_desk.flows.claim import OpenClaims, Opened, contents_value
from wismo_desk.flows.claim_steps import ClaimSteps

# What was taken from no scan of the carrier: a customer knows better.
_VAGUE: Final = frozenset({ClaimKind.OTHER, ClaimKind.LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOfQuestion:
    """On the lane of the station."""

    claims: OpenClaims
    steps: ClaimSteps

    def __call__(self, order_id: UUID, understood: Understood, text: str = "") -> Opened:
        """A draft for each parcel of this order that has left. Nothing of `text` is kept."""
        opened = self.claims([shipment_id(order_id)])
        row = self.claims.store.read.shipment(shipment_id(order_id))
        kind = asked_kind(understood, row.status, text) if row is not None else None
        if kind is None:
            return opened
        changes, known = opened.changes, []
        for claim in opened.claims:
            if claim.kind in _VAGUE:
                changes |= self._amended(claim, kind)
            known.append(self.claims.get(claim.claim_id).claim)
        return replace(opened, claims=tuple(known), changes=changes)

    def _amended(self, claim: Claim, kind: ClaimKind) -> Changes:
        return self.steps.amend(claim, kind=kind, requested=claim.requested or self._worth(claim)).changes

    def _worth(self, claim: Claim) -> int:
        """Lateness asks for nothing by itself; what did not arrive whole, for what it was worth."""
        read = self.claims.store.read
        order, parcel = read.order(claim.order_id), read.parcel(claim.parcel_id)
        if order is None or parcel is None:
            return 0
        return contents_value(order, parcel, read.order_facts(claim.order_id))
