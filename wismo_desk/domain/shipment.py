"""One promise to one recipient with one carrier service, its parcels, and the label each parcel wears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from wismo_desk.domain.order import Party


class LabelFormat(StrEnum):
    """What `Label.content` holds."""

    ZPL = "zpl"  # the carrier's own bytes, sent as they are ("not pre-checked")
    DRAWN = "drawn"  # we paint it: content is empty until the desk has painted and decoded it


class PaperKind(StrEnum):
    """Sheets of paper that a carrier gives beside its labels."""

    CUSTOMS = "customs"  # CN23 and the like, to be put on the parcel
    MANIFEST = "manifest"
    PROOF = "proof"  # of delivery
    RETURN_LABEL = "return_label"  # put into the box


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document of a carrier's, as it came: a PDF unless `media_type` says otherwise."""

    kind: PaperKind
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One line of a customs declaration. Money in cents, weight of one piece in grams."""

    description: str
    quantity: int
    value_cents: int
    weight_g: int
    hs_code: str = ""  # 6 to 10 digits
    origin: str = ""  # ISO 3166-1 alpha-2
    sku: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRequest:
    """Everything a carrier may need to sell one label for one parcel.

    `reference` is the 13-character hash of `order|parcel_no|issue_no` (decisions.md §10): sent in the
    carrier's reference field, printed on the label, and what a reconciliation asks for.
    """

    reference: str
    order_number: str
    parcel_id: UUID
    parcel_no: int
    issue_no: int
    service: str
    shipper: Party
    recipient: Party
    weight_g: int
    ship_on: date
    pickup_point: str = ""
    note: str = ""
    dpi: int = 203
    sscc: str = ""  # 18 digits, for carriers that print from the merchant's own range
    practice: bool = False
    parcel_count: int = 1  # of the shipment, as far as known when this one is bought
    beside: tuple[str, ...] = ()  # numbers of its other parcels, bought by an earlier attempt
    size_mm: tuple[int, int, int] | None = None  # length, width, height
    value_cents: int | None = None  # of the goods
    currency: str = "EUR"
    insured_cents: int = 0
    articles: tuple[Article, ...] = ()  # where customs ask
    shop_name: str = ""  # as the customer knows it
    shipping_cents: int | None = None  # what the carriage costs, where customs ask
    non_machinable: bool = False  # round, soft or too large for the sorters
    duties_paid: bool = False  # the sender pays taxes and duties, where the carrier offers that


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that somebody should read: a key of the catalogue and the values for its places."""

    sentence: str
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Printer-ready bytes and a tracking number. `codes` is every barcode that must read back from it."""

    carrier: str
    service: str
    tracking_number: str
    format: LabelFormat
    content: bytes = b""
    aliases: tuple[str, ...] = ()  # other codes on the label that name the same parcel
    codes: tuple[str, ...] = ()
    price_cents: int | None = None
    papers: tuple[Paper, ...] = ()
    remarks: tuple[Remark, ...] = ()  # what was cut or warned of; the label is good all the same


class ParcelState(StrEnum):
    """The life of one label at this desk; what the carrier says is the tracking status, apart."""

    ASKED = "asked"  # intent written, the carrier not heard yet
    BOUGHT = "bought"
    PRINTED = "printed"
    CHECKED = "checked"  # the printed label was scanned on the parcel
    MANIFESTED = "manifested"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    parcel_id: UUID
    shipment_id: UUID
    order_id: UUID
    parcel_no: int
    issue_no: int
    state: ParcelState
    carrier: str
    service: str
    reference: str = ""
    tracking_number: str = ""
    weight_g: int = 0
    labelled_at: datetime | None = None
