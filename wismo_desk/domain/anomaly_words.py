"""Says an anomaly: its sentence and next step as keys of the catalogue, and what it is grouped by."""

from __future__ import annotations

import json
from typing import Any, Final

from wismo_desk.domain.anomaly import Flip, Situation, moment
from wismo_desk.domain.anomaly_kinds import Anomaly, AnomalyKind, cause_of
from wismo_desk.domain.status import TrackingStatus

_K: Final = AnomalyKind
# What each is called, short: in lists, on chips, in the digest.
NAMES: Final[dict[AnomalyKind, str]] = {
    _K.DOUBLE_LABEL: "Two labels",
    _K.LOST: "Lost",
    _K.CONTESTED: "Delivered, but contested",
    _K.DAMAGED: "Damaged",
    _K.CLAIM_DUE: "Claim soon too late",
    _K.REFUSED: "Refused",
    _K.RETURNING: "Return to sender",
    _K.PICKUP_TROUBLE: "Pickup point full or closed",
    _K.ORDER_LATE: "Late to pack",
    _K.NOT_MANIFESTED: "Left behind",
    _K.PROBABLY_LOST: "Probably lost",
    _K.NO_SCAN: "No scan",
    _K.NO_FIRST_SCAN: "Handed over, no scan",
    _K.PROMISE_PASSED: "Promise passed",
    _K.CUSTOMS_HELD: "At customs",
    _K.ATTEMPT_FAILED: "Delivery missed",
    _K.CARRIER_TROUBLE: "Problem at the carrier",
    _K.PICKUP_WAITING: "Waits at the pickup point",
    _K.PREDICTED_LATE: "Late, as foreseen",
    _K.INTERVAL_PASSED: "Later than foreseen",
    _K.NUMBER_UNKNOWN: "Number unknown",
    _K.LABEL_UNCHECKED: "Not scanned at the bench",
    _K.ADDRESS_DOUBTFUL: "Address",
    _K.STATUS_UNKNOWN: "Unmapped code",
}
# Of each kind: the sentence, with {when} for its `since`, and the next step.
_SAID: Final[dict[AnomalyKind, tuple[str, str]]] = {
    _K.DOUBLE_LABEL: ("Two labels for parcel {parcel}: void one", "Void one of them in the panel."),
    _K.LOST: ("The carrier says since {when} that it is lost", "Send it again or refund, and open a claim."),
    _K.CONTESTED: (
        "Delivered, says the carrier; not received, says the customer",
        "Ask the carrier for the proof of delivery.",
    ),
    _K.DAMAGED: ("Damaged on the way, {when}", "Ask the carrier for its report, and tell the customer."),
    _K.CLAIM_DUE: (
        "To be claimed from the carrier by {when}",
        "Open the claim (C) and send it: later the carrier need not take it.",
    ),
    _K.REFUSED: ("Refused by the customer, {when}", "Ask the customer why: it will come back."),
    _K.RETURNING: ("On its way back to us since {when}", "Agree with the customer: send it again or refund."),
    _K.PICKUP_TROUBLE: (
        "Pickup point full or closed, {when}",
        "Agree on another pickup point with the carrier, and tell the customer.",
    ),
    _K.ORDER_LATE: ("Not packed at cut-off, {when}", "Pack it first tomorrow, or tell the customer."),
    _K.NOT_MANIFESTED: (
        "Label made {when}, on no manifest",
        "Find the parcel: it did not leave with the truck.",
    ),
    _K.PROBABLY_LOST: (
        "Probably lost: {chance}% of parcels like it never arrived",
        "Open an inquiry with the carrier, and tell the customer.",
    ),
    _K.NO_SCAN: ("No scan since {when}", "Open an inquiry with the carrier, and tell the customer."),
    _K.NO_FIRST_SCAN: (
        "Handed over {when}, not scanned by the carrier",
        "Look for it at the dock first, then ask the carrier.",
    ),
    _K.PROMISE_PASSED: ("Promised for {when}, not delivered", "Tell the customer before they ask."),
    _K.CUSTOMS_HELD: ("At customs since {when}", "Ask the carrier what customs want."),
    _K.ATTEMPT_FAILED: (
        "Delivery attempted {when}, nobody took it",
        "Tell the customer how to get it, and check the address with them.",
    ),
    _K.CARRIER_TROUBLE: (
        "The carrier reports a problem since {when}",
        "Read the carrier's words in the timeline.",
    ),
    _K.PICKUP_WAITING: (
        "At the pickup point since {when}",
        "Remind the customer: it goes back after a while.",
    ),
    _K.PREDICTED_LATE: ("Probably late: {chance}%", "Tell the customer before they ask."),
    _K.INTERVAL_PASSED: ("Expected by {when} at the latest, not delivered", "Ask the carrier where it is."),
    _K.NUMBER_UNKNOWN: (
        "The carrier does not know its number since {when}",
        "Check that the parcel left; void the label if it did not.",
    ),
    _K.LABEL_UNCHECKED: (
        "Label made {when}, parcel not scanned",
        "Look for the parcel at the bench and scan its label.",
    ),
    _K.STATUS_UNKNOWN: (
        "The carrier says “{code}”, which is not mapped",
        "Read the carrier's words in the timeline.",
    ),
}
_ADDRESS_STEP: Final = "Ask the customer, or correct the address before packing."
_CAME_BACK: Final = "Came back to us {when}"
_ON_SHELF: Final = (
    "Label bought ahead {when}, on no parcel",
    "Pack the order. A label of a past day is given back as soon as its desk runs.",
)
_CUSTOMS: Final = {
    "customs_documents": ("Customs asks for papers since {when}", "Send the papers to the carrier today."),
    "customs_duties": ("Duties to be paid since {when}", "Agree with the customer who pays."),
    "customs_prohibited": ("Forbidden by customs, {when}", "Ask the carrier what becomes of it."),
}
# What the members of a group share, beside rule and carrier.
_BY_PLACE: Final = frozenset(
    {
        _K.NO_SCAN,
        _K.PICKUP_WAITING,
        _K.PICKUP_TROUBLE,
        _K.LABEL_UNCHECKED,
        _K.NOT_MANIFESTED,
        _K.CUSTOMS_HELD,
    }
)
_BY_REASON: Final = frozenset(
    {_K.RETURNING, _K.DAMAGED, _K.REFUSED, _K.ATTEMPT_FAILED, _K.CARRIER_TROUBLE, _K.LOST}
)
_BY_COUNTRY: Final = frozenset({_K.PREDICTED_LATE, _K.PROMISE_PASSED, _K.INTERVAL_PASSED, _K.PROBABLY_LOST})


def usual_words(kind: AnomalyKind) -> tuple[str, str]:
    """The sentence and the next step that are said of this kind unless something particular is; "" where always."""
    return _SAID.get(kind, ("", ""))


def describe(flip: Flip, facts: Situation) -> Anomaly:
    """The anomaly in words. `{when}` is for whoever shows it: it is said as people say moments."""
    kind = flip.kind
    values: tuple[tuple[str, str], ...] = ()
    if kind is _K.ADDRESS_DOUBTFUL:
        finding: dict[str, Any] = json.loads(facts.address)
        sentence, step = str(finding["sentence"]), _ADDRESS_STEP
        values = tuple((str(name), str(value)) for name, value in finding["values"])
    elif kind is _K.CUSTOMS_HELD and facts.reason in _CUSTOMS:
        sentence, step = _CUSTOMS[facts.reason]
    elif kind is _K.LABEL_UNCHECKED and facts.status == TrackingStatus.PLANNED:
        sentence, step = _ON_SHELF
    elif kind is _K.RETURNING and facts.status == TrackingStatus.RETURNED:
        sentence, step = _CAME_BACK, _SAID[kind][1]
    else:
        sentence, step = _SAID[kind]
        values = _values(kind, facts)
    return Anomaly(
        kind=kind,
        severity=flip.severity,
        sentence=sentence,
        step=step,
        since=moment(flip.since) if flip.since else None,
        values=values,
        cause=cause_of(
            kind, facts.reason, left=facts.loose is None and facts.status != TrackingStatus.PLANNED
        ),
        seen=flip.seen,
    )


def _values(kind: AnomalyKind, facts: Situation) -> tuple[tuple[str, str], ...]:
    match kind:
        case _K.DOUBLE_LABEL:
            return (("parcel", str(facts.twin)),)
        case _K.STATUS_UNKNOWN:
            return (("code", facts.unmapped),)
        case _K.PREDICTED_LATE:
            return (("chance", f"{(facts.late or 0) * 100:.0f}"),)
        case _K.PROBABLY_LOST:
            return (("chance", f"{(facts.lost or 0) * 100:.0f}"),)
    return ()


def detail_of(kind: AnomalyKind, facts: Situation) -> str:
    """What makes shipments with the same anomaly one cause; never anything about a person."""
    if kind in _BY_PLACE:
        return facts.place
    if kind in _BY_REASON:
        return facts.reason
    if kind in _BY_COUNTRY:
        return facts.region[:2]
    if kind is _K.STATUS_UNKNOWN:
        return facts.unmapped
    if kind is _K.ADDRESS_DOUBTFUL and facts.address:
        return str(json.loads(facts.address)["sentence"])
    return ""


def sentences() -> tuple[str, ...]:
    """Every key that this module may say."""
    pairs = [*_SAID.values(), *_CUSTOMS.values(), _ON_SHELF]
    return (*NAMES.values(), *(one for pair in pairs for one in pair), _ADDRESS_STEP, _CAME_BACK)
