"""What a carrier will be asked for one parcel, under one key: written nowhere yet, and the same after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Protocol
from uuid import UUID

from wismo_desk.domain.carrier import Carrier
from wismo_desk.domain.choices import LAID_ASIDE
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.ids import purchase_key, reference
from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.domain.shipment import Article, LabelRequest, ParcelState
from wismo_desk.errors import CarrierUnreachable, Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.store.codec import data_size
from wismo_desk.store.store import Store


class Sscc(Protocol):
    def __call__(self) -> str:
        """The next SSCC of the merchant's range (18 digits)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One intended label: what the carrier will be asked, and the ledger row that stands for it."""

    effect: Effect
    request: LabelRequest
    order: Order
    carrier: str
    last: bool  # the parcel that completes the order
    together: tuple[Purchase, ...] = ()  # the other parcels of the same call, each its own row

    @property
    def parts(self) -> tuple[Purchase, ...]:
        """Each parcel of the call by itself, the first one too."""
        return (replace(self, together=()), *self.together)

    @property
    def is_return(self) -> bool:
        """The way back: of the shipment's parcels it is none."""
        return self.effect.kind is EffectKind.RETURN_BOUGHT

    @property
    def ahead(self) -> bool:
        """Bought before its parcel is packed: the label is laid aside."""
        return bool(self.effect.details.get("ahead"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare:
    """`sscc` gives the next number of the merchant's own range."""

    store: Store
    pen: Pen
    carriers: Mapping[str, Carrier]
    shipper: Party
    printer: Callable[[], PrinterProfile | None]
    sscc: Sscc
    practice: bool = False
    zone: tzinfo = UTC
    insured: Callable[[Order, int, str, str], int] = lambda _order, _parcel_no, _carrier, _service: 0  # cents

    def __call__(
        self,
        order: Order,
        *,
        parcel_no: int,
        weight_g: int,
        last: bool,
        parcel_id: UUID | None = None,
        size_mm: tuple[int, int, int] | None = None,
    ) -> Purchase:
        """Everything the carrier will be asked. Written nowhere yet, except a number taken from a range."""
        carrier_code, service, _, _ = self.store.read.routed(order.order_id)
        carrier = carrier_of(self.carriers, carrier_code)
        issue = self._issue(order, parcel_no)
        key = purchase_key(order.order_id, parcel_no, issue)
        earlier = self.store.journal.effect(EffectKind.LABEL_BOUGHT, key)
        sscc = str(earlier.details.get("sscc", "")) if earlier else ""
        if carrier.info.traits.offline_labels and not sscc:
            sscc = self.sscc()
        details: dict[str, object] = {
            "carrier": carrier_code,
            "service": service,
            "reference": reference(key),
            "parcel_no": parcel_no,
            "issue_no": issue,
            "weight_g": weight_g,
            "sscc": sscc,
            "last": last,
        }
        if size_mm is not None:
            details["size_mm"] = list(size_mm)
        if cents := self.insured(order, parcel_no, carrier_code, service):
            details["insured"] = cents
        chosen = earlier.parcel_id if earlier else parcel_id or self.pen.new_id()
        request = self.request(order, chosen, details)
        if earlier is not None and earlier.state is EffectState.FAILED:
            earlier = replace(earlier, details={**earlier.details, "ahead": False})
        effect = earlier or self.pen.effect(
            EffectKind.LABEL_BOUGHT,
            key,
            state=EffectState.SENDING,
            order_id=order.order_id,
            parcel_id=request.parcel_id,
            **details,
        )
        return Purchase(effect=effect, request=request, order=order, carrier=carrier_code, last=last)

    def _issue(self, order: Order, parcel_no: int) -> int:
        """One more than any label of this parcel had. Refused: it wears one."""
        known = [p for p in self.store.read.parcels(order_id=order.order_id) if p.parcel_no == parcel_no]
        if any(parcel.state is not ParcelState.VOIDED for parcel in known):
            raise Refused(
                "Parcel {parcel} of order {order} has its label already. Print it again, or void it first.",
                order=order.number,
                parcel=parcel_no,
            )
        issues = [parcel.issue_no for parcel in known]
        return max(*issues, self._laid_aside(order.order_id, parcel_no), 0) + 1

    def _laid_aside(self, order_id: UUID, parcel_no: int) -> int:
        """The issue that was bought ahead, here or elsewhere: no later one may have its number."""
        told = self.store.read.value(LAID_ASIDE, str(order_id)) or {}
        return int(told["issue_no"]) if told.get("parcel_no") == parcel_no else 0

    def again(self, effect: Effect) -> Purchase | None:
        """The purchase a ledger row stands for, rebuilt after a restart; None when its order is gone."""
        order = self.store.read.order(effect.order_id)
        if order is None:
            return None
        details = effect.details
        return self(
            order,
            parcel_no=int(str(details["parcel_no"])),
            weight_g=int(str(details["weight_g"])),
            last=bool(details["last"]),
            size_mm=data_size(details.get("size_mm")),
        )

    def request(self, order: Order, parcel_id: UUID, details: Mapping[str, object]) -> LabelRequest:
        printer = self.printer()
        return LabelRequest(
            reference=str(details["reference"]),
            order_number=order.number,
            parcel_id=parcel_id,
            parcel_no=int(str(details["parcel_no"])),
            issue_no=int(str(details["issue_no"])),
            service=str(details["service"]),
            shipper=self.shipper,
            recipient=order.recipient,
            weight_g=int(str(details["weight_g"])),
            ship_on=self.pen.clock().astimezone(self.zone).date(),
            pickup_point=order.pickup_point,
            note=order.note,
            dpi=printer.dpi if printer else 203,
            sscc=str(details["sscc"]),
            practice=self.practice,
            size_mm=data_size(details.get("size_mm")),
            value_cents=order.total_cents,
            currency=order.currency,
            insured_cents=int(str(details.get("insured", 0))),
            articles=tuple(self._articles(order)),
            shop_name=self.shipper.company or self.shipper.name,
        )

    def _articles(self, order: Order) -> Iterator[Article]:
        """For customs, where they ask: what stands in the order, and the weight of its product."""
        products = self.store.read.products([line.sku for line in order.lines])
        for line in order.lines:
            product = products.get(line.sku)
            yield Article(
                description=line.name or line.sku,
                quantity=line.quantity,
                value_cents=line.price_cents or 0,
                weight_g=(product.weight_g if product else None) or 0,
                hs_code=product.hs_code if product else "",
                origin=product.origin if product else "",
                sku=line.sku,
            )


def carrier_of(carriers: Mapping[str, Carrier], code: str) -> Carrier:
    """CarrierUnreachable: it is not set up here."""
    found = carriers.get(code)
    if found is None:
        raise CarrierUnreachable(
            "The carrier {carrier} is not set up at this station. Choose another in the rules.",
            carrier=code,
            raw=code,
        )
    return found
