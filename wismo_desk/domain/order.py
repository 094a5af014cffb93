"""What the customer bought, who receives it, and what each product looks like on the bench."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or company with an address. The only dataclass that holds personal data."""

    name: str = ""
    company: str = ""
    street: tuple[str, ...] = ()  # 0 to 3 lines, the street first
    postcode: str = ""
    city: str = ""
    country: str = "FR"  # ISO 3166-1 alpha-2
    state: str = ""  # its code, where addresses have one: see domain.states
    phone: str = ""
    email: str = ""


class Check(StrEnum):
    """How the bench verifies a line; chosen per product by the supervisor."""

    SCAN = "scan"
    SCAN_IF_POSSIBLE = "scan_if_possible"  # a code is asked for, a key is accepted
    MANUAL = "manual"  # no barcode: confirmed by key or command barcode


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One thing on the shelf. `codes` maps a barcode to how many pieces one scan of it stands for."""

    sku: str
    name: str = ""
    variant: str = ""
    codes: tuple[tuple[str, int], ...] = ()
    weight_g: int | None = None
    picture: str = ""  # a file path or a name in resources/practice/pictures
    aisle: str = ""
    check: Check = Check.SCAN
    hs_code: str = ""  # tariff number, 6 to 10 digits: customs ask for it outside the Union
    origin: str = ""  # where it was made, ISO 3166-1 alpha-2
    size_mm: tuple[int, int, int] | None = None  # of one piece: length, width, height


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    line_id: UUID
    sku: str
    ean: str = ""
    name: str = ""
    quantity: int = 1
    price_cents: int | None = None  # one piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order as its channel told it. Identity is (source, source_ref); `number` is what people say."""

    order_id: UUID
    source: str
    source_ref: str
    number: str
    ordered_at: datetime
    recipient: Party
    lines: tuple[OrderLine, ...]
    chosen_service: str = ""  # the channel's word, mapped to a carrier service by rules
    pickup_point: str = ""
    note: str = ""  # shown to the packer
    total_cents: int | None = None
    currency: str = "EUR"
    ship_by: datetime | None = None
    promised_on: date | None = None
    tags: tuple[str, ...] = ()  # the shop's own marks on the order
    size_mm: tuple[int, int, int] | None = (
        None  # of its parcel, where the shop knows it: length, width, height
    )
    weight_g: int | None = None  # likewise, packed


class OrderState(StrEnum):
    """Where an order stands in this warehouse."""

    WAITING = "waiting"
    IN_HAND = "in_hand"  # leased to a station
    PAUSED = "paused"
    PACKED = "packed"  # every piece is in a closed parcel, labels may still be on their way
    SHIPPED = "shipped"  # every parcel has its label
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the bench did to one order so far, folded from its facts."""

    state: OrderState = OrderState.WAITING
    station: str = ""
    ticks: dict[UUID, int] = field(default_factory=dict)  # pieces verified per line, all parcels
    packed: dict[UUID, int] = field(default_factory=dict)  # of those, already in a closed parcel
    parcels: int = 0  # closed parcels
