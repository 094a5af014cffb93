"""What a carrier is to this program: a frozen description, and small protocols for what it can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from wismo_desk.domain.shipment import Label, LabelRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Facts about the carrier's conduct that the flows act on. Unknown is the cautious value."""

    offline_labels: bool = False  # sells from the merchant's own range, no network
    reconcilable: bool = False  # can say by our reference whether a label was created
    voidable: bool = False
    label_once: bool = False  # the bytes can be fetched only once
    bills_at_creation: bool = True
    verified_live: bool = False  # tried against the real service by us


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    code: str  # closed vocabulary inside the carrier
    name: str  # as people say it, French
    name_en: str
    pickup_point: bool = False
    max_weight_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierInfo:
    """`CARRIER` of a carrier module: found by being there."""

    code: str
    name: str
    services: tuple[Service, ...]
    traits: Traits

    def service(self, code: str) -> Service | None:
        return next((s for s in self.services if s.code == code), None)


class Carrier(Protocol):
    """One outside company. Each call either returns, or raises CarrierRefused, CarrierUnreachable
    (nothing left the desk) or OutcomeUnknown (it left and no whole answer came)."""

    @property
    def info(self) -> CarrierInfo: ...

    def buy_label(self, request: LabelRequest) -> Label: ...


@runtime_checkable
class VoidsLabels(Protocol):
    def void_label(self, tracking_number: str, reference: str) -> None: ...


@runtime_checkable
class Reconciles(Protocol):
    def find_label(self, request: LabelRequest) -> Label | None:
        """The label already created for `request.reference`, or None when the carrier knows of none."""
        ...
