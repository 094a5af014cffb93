"""Where a shipment stands by its facts alone: the fold of decisions.md §5 for one shipment, without any file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import (
    NO_CODES,
    UNKNOWN_RULE,
    Codes,
    FoldKey,
    StatusRule,
    TrackingStatus,
    fold_key,
)

_OURS: Final = {
    FactKind.LABEL_BOUGHT: StatusRule(TrackingStatus.LABEL_CREATED),
    FactKind.ORDER_CANCELLED: StatusRule(TrackingStatus.CANCELLED),
}


def journey_status(facts: Iterable[Fact], codes: Mapping[str, Codes]) -> tuple[TrackingStatus, str]:
    """The status and the hex id of the fact that says so, "" where none does. `codes` by carrier."""
    best: tuple[FoldKey | None, TrackingStatus] = (None, TrackingStatus.PLANNED)
    for fact in facts:
        rule = _rule(fact, codes)
        if rule is None or not rule.is_scan:
            continue
        cycle = fact.data.get("cycle")
        key = fold_key(rule.status, fact.at, fact.fact_id, cycle=cycle if isinstance(cycle, int) else 0)
        if best[0] is None or key > best[0]:
            best = key, rule.status
    return best[1], best[0].fact_id if best[0] else ""


def _rule(fact: Fact, codes: Mapping[str, Codes]) -> StatusRule | None:
    if fact.kind is FactKind.LABEL_VOIDED:
        return StatusRule(TrackingStatus.PLANNED, is_scan=not fact.data.get("worn"))
    if fact.kind is not FactKind.TRACKING_SAID:
        return _OURS.get(fact.kind)
    carrier, label = str(fact.data["carrier"]), str(fact.data.get("label", ""))
    rule = codes.get(carrier, NO_CODES).rule(str(fact.data["code"]), label) or UNKNOWN_RULE
    return replace(rule, is_scan=False) if fact.data.get("logical") else rule
