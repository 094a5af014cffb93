"""Says what each anomaly rule does, in one sentence, for whoever sets it."""

from __future__ import annotations

from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.anomaly_rules import Mode, Unit
from wismo_desk.domain.calendar import Zone
from wismo_desk.words import Words


def rule_sentences(words: Words) -> dict[AnomalyKind, str]:
    return {
        AnomalyKind.DOUBLE_LABEL: words("Alert when a parcel has two labels that are not void."),
        AnomalyKind.LOST: words("Alert when the carrier says that a parcel is lost or destroyed."),
        AnomalyKind.CONTESTED: words("Alert when a customer says that a delivered parcel did not arrive."),
        AnomalyKind.DAMAGED: words("Alert when the carrier reports damage or theft."),
        AnomalyKind.CLAIM_DUE: words(
            "Alert when a claim must be sent: before its last day, which the contract or the law sets, by…"
        ),
        AnomalyKind.REFUSED: words("Alert when the customer refused the parcel."),
        AnomalyKind.RETURNING: words("Alert when a parcel comes back to us."),
        AnomalyKind.PICKUP_TROUBLE: words("Alert when a pickup point is full or closed."),
        AnomalyKind.ORDER_LATE: words("Alert when an order is not packed at the cut-off of its carrier."),
        AnomalyKind.NOT_MANIFESTED: words("Alert when a label is on no manifest at the end of the day."),
        AnomalyKind.PROBABLY_LOST: words(
            "Alert when a parcel like it, silent for so long, never arrives in…"
        ),
        AnomalyKind.NO_SCAN: words("Alert when a parcel on its way has had no scan for…"),
        AnomalyKind.NO_FIRST_SCAN: words(
            "Alert when the carrier has not scanned a parcel handed over since…"
        ),
        AnomalyKind.PROMISE_PASSED: words("Alert when the promised day has passed."),
        AnomalyKind.CUSTOMS_HELD: words("Alert when a parcel is at customs for…"),
        AnomalyKind.ATTEMPT_FAILED: words("Alert when a delivery failed and nothing has happened for…"),
        AnomalyKind.CARRIER_TROUBLE: words(
            "Alert when the carrier reports a problem and nothing has happened for…"
        ),
        AnomalyKind.PICKUP_WAITING: words("Alert when a parcel waits at a pickup point for…"),
        AnomalyKind.PREDICTED_LATE: words("Alert when the chance of missing the promised day is at least…"),
        AnomalyKind.INTERVAL_PASSED: words("Alert when nine of ten parcels like it would have arrived."),
        AnomalyKind.NUMBER_UNKNOWN: words("Alert when the carrier does not know a number handed over since…"),
        AnomalyKind.LABEL_UNCHECKED: words("Alert when a label was made but not scanned at the bench for…"),
        AnomalyKind.ADDRESS_DOUBTFUL: words("Alert when an address cannot be right."),
        AnomalyKind.STATUS_UNKNOWN: words("Alert when a carrier says something that nobody mapped."),
    }


def unit_names(words: Words) -> dict[Unit, tuple[str, str]]:
    """(short, what it counts)."""
    return {
        Unit.DAYS: (words("d"), words("working days")),
        Unit.HOURS: (words("h"), words("hours of working days")),
        Unit.PERCENT: ("%", words("chance")),
        Unit.NOTHING: ("", ""),
    }


def zone_names(words: Words) -> dict[Zone, str]:
    return {Zone.HOME: words("At home"), Zone.EU: words("In the EU"), Zone.BEYOND: words("Beyond")}


def mode_names(words: Words) -> dict[Mode, str]:
    return {
        Mode.ON: words("in force"),
        Mode.SHADOW: words("on trial: counted, shown nowhere"),
        Mode.OFF: words("off"),
    }
