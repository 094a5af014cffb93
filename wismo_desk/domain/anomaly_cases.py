"""Which states and reasons each rule asks about, and how a verdict is written: shared by all ways of judging."""

from __future__ import annotations

from typing import Final

from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.anomaly_rules import DAY_MS, HOUR_MS
from wismo_desk.domain.status import ENDED, TrackingStatus

ENDED_KEPT: Final = 30 * DAY_MS  # what ended badly asks for somebody's hand for so long
ASK_AGAIN: Final = 6 * HOUR_MS  # whether the carrier knows the number by now
RANK: Final = {kind: n for n, kind in enumerate(AnomalyKind)}
WEIGHT: Final = {kind: 6**n for n, kind in enumerate(AnomalyKind)}  # a digit of the verdict for each kind
SHADOW: Final = 5
OVER: Final = frozenset(status.value for status in ENDED)
HERE: Final = frozenset({TrackingStatus.PLANNED.value, TrackingStatus.LABEL_CREATED.value})
TROUBLE: Final = frozenset({TrackingStatus.EXCEPTION.value, TrackingStatus.DELAYED.value})
STANDS_STILL: Final = frozenset(  # nobody scans it for good reasons
    {TrackingStatus.READY_FOR_PICKUP.value, TrackingStatus.CUSTOMS.value, TrackingStatus.RETURNING.value}
)
ASKS: Final = frozenset({"customs_documents", "customs_duties", "customs_prohibited"})
BROKEN: Final = frozenset({"carrier_damage", "carrier_theft"})
CLAIMED: Final = frozenset(
    {TrackingStatus.LOST.value, TrackingStatus.DESTROYED.value, TrackingStatus.DAMAGED.value}
)
FULL: Final = frozenset({"carrier_capacity", "recipient_closed"})
