"""What the supervisor's windows show: rows of the grid, the filter over them, one shipment in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from wismo_desk.domain.anomaly import Anomaly, AnomalyKind
from wismo_desk.domain.effect import Effect
from wismo_desk.domain.expected import Expected
from wismo_desk.domain.fact import Fact
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.shipment import Parcel
from wismo_desk.domain.status import IncidentReason, TrackingStatus


class Sort(StrEnum):
    """The orders a grid can be read in; each has its index."""

    WORST = "worst"  # severity, within it what has ended last, then the oldest event
    EVENT = "event"
    PROMISED = "promised"
    NUMBER = "number"
    CARRIER = "carrier"
    STATUS = "status"
    CUSTOMER = "customer"  # as letters without accents follow each other; nobody comes last


class Promise(StrEnum):
    """Where the promised day lies, seen from today."""

    PASSED = "passed"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"  # today and the six days after it
    NONE = "none"  # nothing was promised


def promised_between(promise: Promise, today: date) -> tuple[date | None, date | None]:
    """First and last day; (None, None) for those without a promise."""
    match promise:
        case Promise.PASSED:
            return date(2000, 1, 1), today - timedelta(days=1)
        case Promise.TODAY:
            return today, today
        case Promise.TOMORROW:
            return today + timedelta(days=1), today + timedelta(days=1)
        case Promise.WEEK:
            return today, today + timedelta(days=6)
        case Promise.NONE:
            return None, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the chips and the search box ask for. Empty means everything."""

    text: str = ""  # any word: order, name, e-mail, phone, tracking number, postcode
    statuses: frozenset[TrackingStatus] = frozenset()
    carriers: frozenset[str] = frozenset()
    anomalies: frozenset[AnomalyKind] = frozenset()
    only_anomalies: bool = False
    only_open: bool = False
    services: frozenset[tuple[str, str]] = frozenset()  # (carrier, service)
    owners: frozenset[str] = frozenset()  # "" is nobody
    warehouses: frozenset[str] = frozenset()  # "" is none
    promise: Promise | None = None
    silent_h: int = 0  # hours since the last event, at least
    sort: Sort = Sort.WORST
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentRow:
    """One line of the grid. `row` is the local compact id that the grid's index vector holds."""

    row: int
    shipment_id: UUID
    order_id: UUID
    order_number: str
    carrier: str
    service: str
    number: str
    parcels: int
    customer: str
    place: str
    status: TrackingStatus
    reason: IncidentReason
    promised_on: date | None
    ship_by: datetime | None
    event_at: datetime
    event_place: str
    severity: int
    anomalies: tuple[Anomaly, ...]
    carrier_name: str = ""  # as people say it, in the reader's language
    service_name: str = ""
    expected: Expected | None = None
    owner: str = ""  # who looks after what is wrong with it (flows/triage.py)
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Figures on the chips, for the whole desk (not for the current filter)."""

    total: int = 0
    open: int = 0
    with_anomaly: int = 0
    by_anomaly: tuple[tuple[AnomalyKind, int], ...] = ()
    by_carrier: tuple[tuple[str, int], ...] = ()
    in_doubt: int = 0
    by_status: tuple[tuple[TrackingStatus, int], ...] = ()
    by_service: tuple[tuple[tuple[str, str], int], ...] = ()
    by_owner: tuple[tuple[str, int], ...] = ()
    by_warehouse: tuple[tuple[str, int], ...] = ()  # "" is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One shipment with all that is known of it: the side panel."""

    row: ShipmentRow
    order: Order
    order_state: OrderState
    parcels: tuple[Parcel, ...]
    facts: tuple[Fact, ...]  # oldest first
    effects: tuple[Effect, ...]  # purchases, prints and voids, newest first
    label_images: tuple[tuple[UUID, bytes], ...] = ()  # 1-bit PNG by parcel, where we painted it
    with_papers: frozenset[UUID] = frozenset()  # parcels whose carrier gave papers, or can be asked for some


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedCode:
    """Something a carrier said that no table knows: it changes no state until somebody says what it means."""

    carrier: str
    code: str
    label: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One line of the unknown-outcome tray."""

    effect: Effect
    order_number: str
    customer: str
    place: str
    carrier: str
    service: str
    tracking_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneLabel:
    """One of the labels that a parcel has too many of: who bought it, and when."""

    parcel_id: UUID
    number: str
    carrier: str
    carrier_name: str
    station: str
    bought_at: datetime
    has_left: bool  # it is on a manifest: only another one can be voided


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoLabels:
    """A task of the tray: two desks labelled one parcel while a line was down, and one label must go."""

    order_id: UUID
    order_number: str
    customer: str
    place: str
    parcel_no: int
    labels: tuple[OneLabel, ...]  # oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One line of the orders page."""

    order_id: UUID
    number: str
    source: str
    state: OrderState
    station: str
    carrier: str
    service: str
    customer: str
    place: str
    pieces: int
    ship_by: datetime | None
    address_doubt: str  # a catalogue key, "" when the address looks right
    address_values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A closed list handed to the driver."""

    manifest_id: str
    carrier: str
    closed_at: datetime
    parcels: tuple[UUID, ...]
    missing: tuple[UUID, ...]
