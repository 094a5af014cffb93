"""What happened, once and for ever: the only thing a station writes. Facts carry no personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class FactKind(StrEnum):
    """Closed vocabulary. `data` of each kind, beside the ids in the envelope:"""

    ORDER_TAKEN_IN = "order_taken_in"  # source, source_ref, number, lines, carrier, service, promised_on …
    ORDER_IN_HAND = "order_in_hand"  # leased to the station of the fact
    ORDER_PAUSED = "order_paused"
    ORDER_CANCELLED = "order_cancelled"  # reason
    ITEM_SCANNED = "item_scanned"  # line, pieces, code, how: scan | key | partial gate name
    ITEM_UNDONE = "item_undone"  # line, pieces
    SCAN_REFUSED = "scan_refused"  # code, problem; nothing was counted
    GATE_SHADOWED = "gate_shadowed"  # code, problem: what the blocking gate would have held
    PARCEL_CLOSED = "parcel_closed"  # parcel_no, weight_g, carton, contents {line: pieces}, missing, last
    LABEL_BOUGHT = "label_bought"  # carrier, service, tracking_number, aliases, reference, issue_no, …
    LABEL_PRINTED = "label_printed"  # printer, copy, reason, evidence
    LABEL_CHECKED = "label_checked"  # the printed label was scanned on its parcel
    LABEL_VOIDED = "label_voided"  # reason, worn: the parcel wears another label (it had two)
    PARCEL_MANIFESTED = "parcel_manifested"  # manifest
    MANIFEST_CLOSED = "manifest_closed"  # manifest, carrier, parcels, missing
    TRACKING_SAID = (
        "tracking_said"  # carrier, number, code, label, local_time, place, source, withdraws, cycle
    )
    OUTCOME_RESOLVED = "outcome_resolved"  # effect, outcome, evidence, reason
    PERSON_ERASED = "person_erased"  # reason; who received the order is forgotten by every desk, for ever
    ANOMALY_HANDLED = "anomaly_handled"  # verb and what it needs: domain/triage.py
    CONTACT_LOGGED = "contact_logged"  # question: an Intent, channel: mail | phone | copy; no personal data
    CLAIM_OPENED = (
        "claim_opened"  # carrier, number, wrong, why, requested, currency, since, deadline, source …
    )
    CLAIM_HANDLED = "claim_handled"  # claim, verb and what it needs: domain/claim.py
    VALUE_SET = "value_set"  # scope, key, value: what people change (decisions.md §6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`at` is aware UTC. `data` is plain JSON: unknown keys are kept, keys are only ever added."""

    fact_id: UUID
    kind: FactKind
    at: datetime
    station: str
    by: str = ""
    order_id: UUID | None = None
    shipment_id: UUID | None = None
    parcel_id: UUID | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a piece of work touched; views decide from it whether to redraw. Two merge with `|`."""

    orders: frozenset[UUID] = frozenset()
    shipments: frozenset[UUID] = frozenset()
    effects: bool = False  # the unknown-outcome tray or the print history may differ
    values: bool = False  # products, rules, cut-offs

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            orders=_joined(self.orders, other.orders),
            shipments=_joined(self.shipments, other.shipments),
            effects=self.effects or other.effects,
            values=self.values or other.values,
        )

    def __bool__(self) -> bool:
        return bool(self.orders or self.shipments or self.effects or self.values)


def _joined(some: frozenset[UUID], more: frozenset[UUID]) -> frozenset[UUID]:
    """Their union; what a hidden page has not read yet grows to a whole file, and is not copied for what it has."""
    if more <= some:
        return some
    return more if some <= more else some | more
