"""The closed vocabularies of the domain as people say them, and the mark that goes with each word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from wismo_desk.domain.anomaly import Anomaly, AnomalyKind, Cause, Severity
from wismo_desk.domain.anomaly_words import NAMES
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.printer import PrinterState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.ui.marks import Mark, Stage
from wismo_desk.words import Words

MARKS: Final = {Severity.NONE: None, Severity.WATCH: Mark.WARN, Severity.ACT: Mark.DANGER}
STAGES: Final[dict[TrackingStatus, Stage | Mark]] = {
    TrackingStatus.PLANNED: Stage.ANNOUNCED,
    TrackingStatus.LABEL_CREATED: Stage.ANNOUNCED,
    TrackingStatus.ACCEPTED: Stage.HANDED_OVER,
    TrackingStatus.IN_TRANSIT: Stage.IN_TRANSIT,
    TrackingStatus.CUSTOMS: Stage.IN_TRANSIT,
    TrackingStatus.OUT_FOR_DELIVERY: Stage.LAST_STAGE,
    TrackingStatus.DELIVERY_ATTEMPTED: Stage.LAST_STAGE,
    TrackingStatus.READY_FOR_PICKUP: Stage.LAST_STAGE,
    TrackingStatus.DELAYED: Stage.IN_TRANSIT,
    TrackingStatus.EXCEPTION: Mark.WARN,
    TrackingStatus.DELIVERED: Stage.DELIVERED,
    TrackingStatus.RETURNING: Stage.RETURNED,
    TrackingStatus.RETURNED: Stage.RETURNED,
    TrackingStatus.DAMAGED: Mark.DANGER,
    TrackingStatus.LOST: Mark.DANGER,
    TrackingStatus.DESTROYED: Mark.DANGER,
    TrackingStatus.CANCELLED: Mark.NEUTRAL,
    TrackingStatus.EXPIRED: Mark.NEUTRAL,
    TrackingStatus.UNKNOWN: Mark.NEUTRAL,
}
PRINTER_MARKS: Final = {
    PrinterState.READY: Mark.OK,
    PrinterState.PAPER_OUT: Mark.DANGER,
    PrinterState.HEAD_OPEN: Mark.DANGER,
    PrinterState.PAUSED: Mark.WARN,
    PrinterState.RIBBON_OUT: Mark.DANGER,
    PrinterState.NOT_ANSWERING: Mark.WARN,
    PrinterState.OFFLINE: Mark.DANGER,
    PrinterState.UNKNOWN: Mark.WARN,
}


def _status(words: Words) -> dict[TrackingStatus, str]:
    return {
        TrackingStatus.PLANNED: words("To pack"),
        TrackingStatus.LABEL_CREATED: words("Announced"),
        TrackingStatus.ACCEPTED: words("Handed over"),
        TrackingStatus.IN_TRANSIT: words("In transit"),
        TrackingStatus.CUSTOMS: words("At customs"),
        TrackingStatus.OUT_FOR_DELIVERY: words("Out for delivery"),
        TrackingStatus.DELIVERY_ATTEMPTED: words("Not delivered"),
        TrackingStatus.READY_FOR_PICKUP: words("At pickup point"),
        TrackingStatus.DELAYED: words("Delayed"),
        TrackingStatus.EXCEPTION: words("Incident"),
        TrackingStatus.DELIVERED: words("Delivered"),
        TrackingStatus.RETURNING: words("Coming back"),
        TrackingStatus.RETURNED: words("Returned"),
        TrackingStatus.DAMAGED: words("Damaged"),
        TrackingStatus.LOST: words("Lost"),
        TrackingStatus.DESTROYED: words("Destroyed"),
        TrackingStatus.CANCELLED: words("Cancelled"),
        TrackingStatus.EXPIRED: words("Expired"),
        TrackingStatus.UNKNOWN: words("Not known"),
    }


def _reason(words: Words) -> dict[IncidentReason, str]:
    return {
        IncidentReason.NONE: "",
        IncidentReason.RECIPIENT_ABSENT: words("nobody at home"),
        IncidentReason.RECIPIENT_REFUSED: words("refused by the recipient"),
        IncidentReason.RECIPIENT_ADDRESS: words("address not found"),
        IncidentReason.RECIPIENT_NO_ACCESS: words("no access to the address"),
        IncidentReason.RECIPIENT_CLOSED: words("closed"),
        IncidentReason.RECIPIENT_MOVED: words("moved away"),
        IncidentReason.RECIPIENT_REQUEST: words("as the recipient asked"),
        IncidentReason.RECIPIENT_UNCLAIMED: words("not fetched in time"),
        IncidentReason.RECIPIENT_PAYMENT: words("payment at the door"),
        IncidentReason.CARRIER_DELAY: words("delayed by the carrier"),
        IncidentReason.CARRIER_THEFT: words("stolen at the carrier"),
        IncidentReason.CARRIER_CAPACITY: words("no room or time left at the carrier"),
        IncidentReason.CARRIER_STRIKE: words("strike at the carrier"),
        IncidentReason.CARRIER_INQUIRY: words("the carrier is looking for it"),
        IncidentReason.CARRIER_DAMAGE: words("damaged by the carrier"),
        IncidentReason.CARRIER_MISSORT: words("sorted to the wrong place"),
        IncidentReason.CARRIER_LOST: words("lost by the carrier"),
        IncidentReason.SHIPPER_DATA: words("our data were wrong"),
        IncidentReason.SHIPPER_PACKAGING: words("our packaging"),
        IncidentReason.SHIPPER_LATE: words("announced, not handed over"),
        IncidentReason.SHIPPER_REQUEST: words("as we asked"),
        IncidentReason.CUSTOMS_HOLD: words("held at customs"),
        IncidentReason.CUSTOMS_DOCUMENTS: words("customs asks for papers"),
        IncidentReason.CUSTOMS_DUTIES: words("duties to be paid"),
        IncidentReason.CUSTOMS_PROHIBITED: words("forbidden by customs"),
        IncidentReason.FORCE_MAJEURE: words("force majeure"),
        IncidentReason.WEATHER_DELAY: words("weather"),
    }


def _anomaly(words: Words) -> dict[AnomalyKind, str]:
    return {kind: words(name) for kind, name in NAMES.items()}


def _cause(words: Words) -> dict[Cause, str]:
    return {
        Cause.WAREHOUSE: words("Warehouse"),
        Cause.DATA: words("Data"),
        Cause.CARRIER: words("Carrier"),
        Cause.CUSTOMER: words("Customer"),
        Cause.UNCLEAR: words("To be found out"),
    }


def _order(words: Words) -> dict[OrderState, str]:
    return {
        OrderState.WAITING: words("Waiting"),
        OrderState.IN_HAND: words("In hand"),
        OrderState.PAUSED: words("Paused"),
        OrderState.PACKED: words("Fully packed"),
        OrderState.SHIPPED: words("Shipped"),
        OrderState.CANCELLED: words("Called off"),
    }


def _parcel(words: Words) -> dict[ParcelState, str]:
    return {
        ParcelState.ASKED: words("label asked for"),
        ParcelState.BOUGHT: words("label bought, not printed"),
        ParcelState.PRINTED: words("printed, not scanned"),
        ParcelState.CHECKED: words("printed and scanned"),
        ParcelState.MANIFESTED: words("on the manifest"),
        ParcelState.VOIDED: words("label voided"),
    }


def _printer(words: Words) -> dict[PrinterState, str]:
    return {
        PrinterState.READY: words("ready"),
        PrinterState.PAPER_OUT: words("out of paper"),
        PrinterState.HEAD_OPEN: words("head open"),
        PrinterState.PAUSED: words("paused"),
        PrinterState.RIBBON_OUT: words("out of ribbon"),
        PrinterState.NOT_ANSWERING: words("not answering"),
        PrinterState.OFFLINE: words("offline"),
        PrinterState.UNKNOWN: words("state not known"),
    }


_DAYS = frozenset(
    {AnomalyKind.PROMISE_PASSED, AnomalyKind.INTERVAL_PASSED, AnomalyKind.CLAIM_DUE}
)  # a day, not an hour


class Terms:
    """Every member of a closed set in the reader's language; built once, then dictionary look-ups."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.status = _status(words)
        self.reason = _reason(words)
        self.anomaly = _anomaly(words)
        self.cause = _cause(words)
        self.order = _order(words)
        self.parcel = _parcel(words)
        self.printer = _printer(words)

    def anomaly_words(self, anomaly: Anomaly, *, now: datetime) -> str:
        """The anomaly as one line: its sentence with its values and "{when}" as people say it."""
        return self._words(anomaly.sentence, **self._values(anomaly, now))

    def _values(self, anomaly: Anomaly, now: datetime) -> dict[str, object]:
        values: dict[str, object] = dict(anomaly.values)
        if anomaly.since is not None:
            if anomaly.kind in _DAYS:
                zone = self._words.zone
                since, today = anomaly.since.astimezone(zone).date(), now.astimezone(zone).date()
                values["when"] = self._words.day(since, today=today)
            else:
                values["when"] = self._words.moment(anomaly.since, now=now)
        return values

    def age(self, when: datetime, *, now: datetime) -> str:
        """ "07:52" today, "hier 11:48", then "3 j"."""
        zone = self._words.zone
        days = (now.astimezone(zone).date() - when.astimezone(zone).date()).days
        if days <= 1:
            return self._words.moment(when, now=now)
        return self._words.span(timedelta(days=days))

    def exactly(self, when: datetime) -> str:
        """For tooltips: date and time to the minute."""
        local = when.astimezone(self._words.zone)
        return f"{self._words.date(local.date())} {local:%H:%M}"


class Names:
    """What people call the carriers and their services, from the codes in the rows."""

    def __init__(self, carriers: Sequence[CarrierInfo], language: str) -> None:
        self._carriers = {info.code: info.name for info in carriers}
        self._services = {
            (info.code, service.code): service.name if language == "fr" else service.name_en
            for info in carriers
            for service in info.services
        }

    def carrier(self, code: str) -> str:
        """The carrier's name; a code nobody loaded is shown as it is."""
        return self._carriers.get(code, code)

    def service(self, carrier: str, code: str) -> str:
        return self._services.get((carrier, code), code)


def grouped(number: str) -> str:
    """A parcel number in groups for reading aloud: XY 481 209 375 FR, 6A 17204 50991 8."""
    if len(number) == 13 and number[:2].isalpha() and number[-2:].isalpha():
        return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}"
    if len(number) == 13 and not number.isdigit():
        return f"{number[:2]} {number[2:7]} {number[7:12]} {number[12:]}"
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
