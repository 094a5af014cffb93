"""What can be wrong with a shipment: the closed list, how grave, whose doing, and one of them in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from wismo_desk.domain.status import IncidentReason


class Severity(IntEnum):
    NONE = 0
    WATCH = 1
    ACT = 2


class Cause(StrEnum):
    """Whose doing, as far as one can tell: only a part of late parcels are the carrier's."""

    WAREHOUSE = "warehouse"
    DATA = "data"
    CARRIER = "carrier"
    CUSTOMER = "customer"
    UNCLEAR = "unclear"


class AnomalyKind(StrEnum):
    """Closed vocabulary, worst first where two share a severity."""

    DOUBLE_LABEL = "double_label"
    LOST = "lost"
    CONTESTED = "contested"
    DAMAGED = "damaged"
    CLAIM_DUE = "claim_due"
    REFUSED = "refused"
    RETURNING = "returning"
    PICKUP_TROUBLE = "pickup_trouble"
    ORDER_LATE = "order_late"
    NOT_MANIFESTED = "not_manifested"
    PROBABLY_LOST = "probably_lost"
    NO_SCAN = "no_scan"
    NO_FIRST_SCAN = "no_first_scan"
    PROMISE_PASSED = "promise_passed"
    CUSTOMS_HELD = "customs_held"
    ATTEMPT_FAILED = "attempt_failed"
    CARRIER_TROUBLE = "carrier_trouble"
    PICKUP_WAITING = "pickup_waiting"
    PREDICTED_LATE = "predicted_late"
    INTERVAL_PASSED = "interval_passed"
    NUMBER_UNKNOWN = "number_unknown"
    LABEL_UNCHECKED = "label_unchecked"
    ADDRESS_DOUBTFUL = "address_doubtful"
    STATUS_UNKNOWN = "status_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """`sentence` is a catalogue key with the names of `values` in it; `step` the next thing to do."""

    kind: AnomalyKind
    severity: Severity
    sentence: str
    step: str
    since: datetime | None = None
    values: tuple[tuple[str, str], ...] = ()
    cause: Cause = Cause.UNCLEAR
    seen: bool = False  # somebody acknowledged it, and it did not get worse since


_USUAL: Final = {
    AnomalyKind.DOUBLE_LABEL: Cause.WAREHOUSE,
    AnomalyKind.ORDER_LATE: Cause.WAREHOUSE,
    AnomalyKind.NOT_MANIFESTED: Cause.WAREHOUSE,
    AnomalyKind.LABEL_UNCHECKED: Cause.WAREHOUSE,
    AnomalyKind.ADDRESS_DOUBTFUL: Cause.DATA,
    AnomalyKind.STATUS_UNKNOWN: Cause.DATA,
    AnomalyKind.NUMBER_UNKNOWN: Cause.DATA,
    AnomalyKind.LOST: Cause.CARRIER,
    AnomalyKind.PROBABLY_LOST: Cause.CARRIER,
    AnomalyKind.DAMAGED: Cause.CARRIER,
    AnomalyKind.CLAIM_DUE: Cause.CARRIER,
    AnomalyKind.NO_SCAN: Cause.CARRIER,
    AnomalyKind.PROMISE_PASSED: Cause.CARRIER,
    AnomalyKind.PREDICTED_LATE: Cause.CARRIER,
    AnomalyKind.INTERVAL_PASSED: Cause.CARRIER,
    AnomalyKind.PICKUP_TROUBLE: Cause.CARRIER,
    AnomalyKind.PICKUP_WAITING: Cause.CUSTOMER,
    AnomalyKind.REFUSED: Cause.CUSTOMER,
    AnomalyKind.ATTEMPT_FAILED: Cause.CUSTOMER,
}
_PREFIXES: Final = {
    "recipient": Cause.CUSTOMER,
    "carrier": Cause.CARRIER,
    "shipper": Cause.WAREHOUSE,
    "customs": Cause.DATA,
}
_OF_DATA: Final = frozenset({IncidentReason.SHIPPER_DATA.value, IncidentReason.RECIPIENT_ADDRESS.value})
# What the carrier's own reason says more about than the rule does.
_BY_REASON: Final = frozenset(
    {
        AnomalyKind.RETURNING,
        AnomalyKind.CARRIER_TROUBLE,
        AnomalyKind.CUSTOMS_HELD,
        AnomalyKind.ATTEMPT_FAILED,
        AnomalyKind.PROMISE_PASSED,
        AnomalyKind.DAMAGED,
    }
)


def cause_of(kind: AnomalyKind, reason: str, *, left: bool = True) -> Cause:
    """`reason`: the carrier's, normalised; `left`: whether the parcel has left the warehouse. A promise that passes
    while the parcel is still here is ours."""
    if kind is AnomalyKind.PROMISE_PASSED and not left:
        return Cause.WAREHOUSE
    if kind in _BY_REASON and reason:
        if reason in _OF_DATA:
            return Cause.DATA
        found = _PREFIXES.get(reason.partition("_")[0])
        if found is not None:
            return found
    return _USUAL.get(kind, Cause.UNCLEAR)
