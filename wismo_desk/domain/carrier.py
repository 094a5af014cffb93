"""What a carrier is to this program: a frozen description, and small protocols for what it can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from wismo_desk.domain.pickup import PickupPoint, PointSearch
from wismo_desk.domain.shipment import Label, LabelRequest, Paper
from wismo_desk.domain.tracking import Tracked
from wismo_desk.errors import DeskError


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Facts about the carrier's conduct that the flows act on. Unknown is the cautious value."""

    offline_labels: bool = False  # sells from the merchant's own range, no network
    reconcilable: bool = False  # can say by our reference whether a label was created
    voidable: bool = False
    label_once: bool = False  # the bytes can be fetched only once
    bills_at_creation: bool = True
    sells_returns: bool = False  # a label for the way back, to put into the box
    verified_live: bool = False  # tried against the real service by us
    parcels_together: int = 1  # bought at one go, as one shipment; 1: each parcel by itself
    numbers_per_call: int = 1  # that one question about tracking may name
    parcels_per_manifest: int | None = None  # more go on a second one
    calls_per_minute: int = (
        60  # the desk asks no oftener, whatever the carrier would bear; a setting may lower it
    )
    calls_per_day: int | None = None  # a quota of the carrier's, where one is documented


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    code: str  # closed vocabulary inside the carrier
    name: str  # as people say it, French
    name_en: str
    pickup_point: bool = False
    max_weight_g: int | None = None
    insured_to: int = 0  # the most that may be insured from here, in cents; 0: nothing
    needs_mobile: bool = False  # refused without a mobile number, by the carrier's documents


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierField:
    """One thing the merchant's contract gives, asked in the settings. `name` is a key of the catalogue."""

    key: str
    name: str
    secret: bool = False  # kept in the keyring, never in a file
    required: bool = True
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierInfo:
    """`CARRIER` of a carrier module: found by being there. No services: a carrier that is only followed."""

    code: str
    name: str
    services: tuple[Service, ...]
    traits: Traits
    fields: tuple[CarrierField, ...] = ()
    follows: tuple[str, ...] = ()  # carriers whose parcels this one, too, can be asked about

    def service(self, code: str) -> Service | None:
        return next((s for s in self.services if s.code == code), None)


class Carrier(Protocol):
    """One outside company; what it can do are the small protocols below. Each call either returns, or raises
    CarrierRefused, CarrierUnreachable (nothing left the desk) or OutcomeUnknown (it left and no whole answer
    came)."""

    @property
    def info(self) -> CarrierInfo: ...


@runtime_checkable
class SellsLabels(Protocol):
    def buy_label(self, request: LabelRequest) -> Label: ...


@runtime_checkable
class SellsShipments(Protocol):
    def takes_together(self, request: LabelRequest) -> bool:
        """Whether a parcel like this may be one of several in one shipment: its service and where it goes."""
        ...

    def buy_labels(self, requests: Sequence[LabelRequest]) -> tuple[Label | DeskError, ...]:
        """The parcels of one order as one shipment, at most `traits.parcels_together`; raises what holds for all of
        them. One outcome a request, in order: its label, OutcomeUnknown where the answer lacks that one, or, where the
        carrier wants a call each, why that one was not bought."""
        ...


@runtime_checkable
class SellsReturns(Protocol):
    def buy_return(self, request: LabelRequest) -> Label:
        """A label by which the recipient of `request` sends its contents back to the shipper. CarrierRefused: not from
        there."""
        ...


@runtime_checkable
class WritesOrders(Protocol):
    """Sells no label here: another program of the carrier's prints it, from a file, and gives the numbers in one."""

    def build_file(self, requests: Sequence[LabelRequest]) -> bytes:
        """CarrierRefused: one of them cannot be written."""
        ...

    def parse_numbers(self, content: bytes) -> tuple[tuple[str, str], ...]:
        """(the reference that was handed over, tracking number). BadInput: no such file."""
        ...


@runtime_checkable
class VoidsLabels(Protocol):
    def void_label(self, tracking_number: str, reference: str) -> None: ...


@runtime_checkable
class Reconciles(Protocol):
    def find_label(self, request: LabelRequest) -> Label | None:
        """The label already created for `request.reference`, or None when the carrier knows of none."""
        ...


@runtime_checkable
class ReprintsLabels(Protocol):
    def reprint_label(self, tracking_number: str, *, dpi: int = 203) -> Label:
        """The bytes of a label once more, by its number. Creates and bills nothing."""
        ...


@runtime_checkable
class ChecksRequests(Protocol):
    def check_label(self, request: LabelRequest) -> None:
        """A dry run of `buy_label`: raises what it would raise, creates and bills nothing."""
        ...


@runtime_checkable
class Tracks(Protocol):
    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        """One answer per number, in order; at most `traits.numbers_per_call` of them. The recipient's country
        and postcode are for carriers that ask for them, and then for one number."""
        ...


@runtime_checkable
class FindsPickupPoints(Protocol):
    def find_points(self, search: PointSearch) -> tuple[PickupPoint, ...]:
        """Nearest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierManifest:
    """What the carrier made of a day's parcels: its number, and the sheet the driver signs."""

    number: str
    parcels: tuple[str, ...]
    paper: Paper | None = None


@runtime_checkable
class MakesManifest(Protocol):
    def make_manifest(self, numbers: Sequence[str], *, day: date) -> CarrierManifest: ...


@runtime_checkable
class GivesProof(Protocol):
    def fetch_proof(self, number: str) -> Paper | None:
        """The proof of delivery; None when there is none (yet)."""
        ...
