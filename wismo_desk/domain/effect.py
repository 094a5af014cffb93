"""Things done to the outside world: asked once under a natural key, and honest when the answer is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class EffectKind(StrEnum):
    LABEL_BOUGHT = "label_bought"
    LABEL_PRINTED = "label_printed"
    LABEL_VOIDED = "label_voided"
    RETURN_BOUGHT = "return_bought"  # a return label for the box
    LABEL_AHEAD = "label_ahead"  # bought before its parcel: pending lies here, done is used or given back


class EffectState(StrEnum):
    """pending → sending → done | failed | in_doubt. `sending` is committed before anything leaves the desk;
    found at start-up it means the last run died there. `in_doubt` is never retried by itself."""

    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"  # certainly did not happen: may be tried again under the same key
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One ledger row. `key` is unique per kind: `order|parcel_no|issue_no`, `parcel|copy`."""

    effect_id: UUID
    kind: EffectKind
    key: str
    state: EffectState
    order_id: UUID
    parcel_id: UUID
    created_at: datetime
    changed_at: datetime
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A compare-and-set of one effect's state; refused as a whole commit when it is not in `was` any more."""

    effect_id: UUID
    was: EffectState
    now: EffectState
    details: Mapping[str, object] = field(default_factory=dict)  # merged into the row's details
