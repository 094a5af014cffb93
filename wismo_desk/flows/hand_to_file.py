"""Hands orders to a carrier's own label program in a file, each parcel once, and takes its numbers back in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, WritesOrders
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.rules import order_weight
from wismo_desk.domain.shipment import LabelRequest, ParcelState
from wismo_desk.errors import BadInput, DeskError, Refused
from wismo_desk.flows.label_by_file import HANDED, LabelByFile, parcel_key
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Prepare, Purchase
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file for the carrier's program. `refused`: (order number, why) of those that are not in it."""

    name: str
    content: bytes
    parcels: int
    refused: tuple[tuple[str, DeskError], ...] = ()
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """What a file of numbers brought. `refused`: (reference, why)."""

    taken: int = 0
    same: int = 0
    refused: tuple[tuple[str, DeskError], ...] = ()
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandToFile:
    store: Store
    pen: Pen
    carriers: Mapping[str, Carrier]
    prepare: Prepare
    by_file: LabelByFile
    zone: tzinfo

    def choices(self) -> list[tuple[str, str]]:
        """(code, name) of the carriers that are set up and take files."""
        return [(code, carrier.info.name) for code, carrier in self.carriers.items() if _writes(carrier)]

    def __call__(self, code: str) -> Handed:
        """Every parcel that waits for such a label and was in no file yet. Written down before the file is given
        out: should it be lost then, `again` makes the same one."""
        writer, refused = self._writer(code), []
        now = self.pen.clock().astimezone(self.zone)
        name = f"{code}-{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}.csv"
        purchases: list[Purchase] = []
        for order, parcel_no, weight, last in self._due(code):
            try:
                purchase = self.prepare(order, parcel_no=parcel_no, weight_g=weight, last=last)
                if self._was_handed(order.order_id, parcel_no, purchase.request.issue_no):
                    continue
                writer.build_file([purchase.request])
            except DeskError as error:
                refused.append((order.number, error))
            else:
                purchases.append(purchase)
        if not purchases:
            return Handed(name=name, content=b"", parcels=0, refused=tuple(refused))
        content = writer.build_file([purchase.request for purchase in purchases])
        facts = tuple(self._handed(purchase, name, at) for at, purchase in enumerate(purchases, start=1))
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=facts))
        return Handed(name=name, content=content, parcels=len(facts), refused=tuple(refused), changes=changes)

    def again(self, code: str) -> Handed:
        """The last file once more, of the same parcels; Refused when there was none."""
        writer = self._writer(code)
        kept = self._kept(code)
        name = max((str(value["file"]) for value in kept.values()), default="")
        lines = sorted((int(value["line"]), key) for key, value in kept.items() if value["file"] == name)
        requests = [self._request(key, kept[key]) for _, key in lines]
        if not requests:
            raise Refused("No file was written for {carrier} yet.", carrier=self._name(code))
        return Handed(name=name, content=writer.build_file(requests), parcels=len(requests))

    def take_numbers(self, content: bytes, code: str = "") -> Numbered:
        """The numbers that the carrier's program gave. A parcel that is packed has its label from now on; one that
        is not gets it when it is closed. The same file again changes nothing."""
        code = code or next((code for code, _ in self.choices()), "")
        pairs = self._writer(code).parse_numbers(content)
        kept = self._kept(code)
        refused: list[tuple[str, DeskError]] = []
        facts: list[Fact] = []
        twice = {number for number, count in Counter(number for _, number in pairs).items() if count > 1}
        taken = same = 0
        for reference, number in dict.fromkeys(pairs):
            key = _found(kept, reference)
            error = _wrong(kept.get(key, {}), reference, number, number in twice)
            if error is not None:
                refused.append((reference, error))
            elif kept[key].get("number") == number:
                same += 1
            else:
                taken += 1
                facts += self._numbered(key, {**kept[key], "number": number})
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=tuple(facts))) if facts else Changes()
        return Numbered(taken=taken, same=same, refused=tuple(refused), changes=changes)

    def _writer(self, code: str) -> WritesOrders:
        carrier = self.carriers.get(code)
        if not isinstance(carrier, WritesOrders):
            known = ", ".join(code for code, _ in self.choices()) or "–"
            raise Refused(
                "No carrier {carrier} that takes files is set up here. Known are: {known}.",
                carrier=code or "–",
                known=known,
            )
        return carrier

    def _name(self, code: str) -> str:
        return self.carriers[code].info.name

    def _due(self, code: str) -> Iterator[tuple[Order, int, int, bool]]:
        """(order, parcel_no, weight_g, last): one parcel of each waiting order, as its products weigh, and the
        closed ones that wear no label. What is being packed just now waits for the next file."""
        products = self.store.read.products()
        for state in (OrderState.WAITING, OrderState.PACKED):
            for order_id, carrier, _ in self.store.read.routes((state,)):
                order = self.store.read.order(order_id) if carrier == code else None
                if order is None:
                    continue
                if state is OrderState.WAITING:
                    yield order, 1, order_weight(order, products) or 0, True
                else:
                    yield from ((order, *parcel) for parcel in self._closed(order_id))

    def _closed(self, order_id: UUID) -> list[tuple[int, int, bool]]:
        live = {
            parcel.parcel_no
            for parcel in self.store.read.parcels(order_id=order_id)
            if parcel.state is not ParcelState.VOIDED
        }
        closed = [
            fact for fact in self.store.read.order_facts(order_id) if fact.kind is FactKind.PARCEL_CLOSED
        ]
        rows = [
            (_whole(fact, "parcel_no"), _whole(fact, "weight_g"), bool(fact.data["last"])) for fact in closed
        ]
        return [row for row in rows if row[0] not in live]

    def _was_handed(self, order_id: UUID, parcel_no: int, issue_no: int) -> bool:
        """Under this issue of its label: one that was voided may be handed over again."""
        return int(self.by_file.handed(order_id, parcel_no).get("issue", 0)) >= issue_no

    def _handed(self, purchase: Purchase, file: str, at: int) -> Fact:
        request, order = purchase.request, purchase.order
        return self._fact(
            order.order_id,
            request.parcel_no,
            {
                "carrier": purchase.carrier,
                "service": request.service,
                "reference": request.reference,
                "issue": request.issue_no,
                "order": order.number,
                "file": file,
                "line": at,
                "weight_g": request.weight_g,
                "number": "",
            },
        )

    def _fact(self, order_id: UUID, parcel_no: int, value: Mapping[str, Any]) -> Fact:
        return self.pen.fact(
            FactKind.VALUE_SET,
            order_id=order_id,
            shipment_id=shipment_id(order_id),
            scope=HANDED,
            key=parcel_key(order_id, parcel_no),
            value=dict(value),
        )

    def _kept(self, code: str) -> dict[str, Mapping[str, Any]]:
        values = self.store.read.values(HANDED)
        return {key: value for key, value in values.items() if value["carrier"] == code}

    def _request(self, key: str, value: Mapping[str, Any]) -> LabelRequest:
        order_id, parcel_no = _parts(key)
        order = self.store.read.order(order_id)
        if order is None:
            raise Refused("Order {order} is not here any more.", order=value["order"])
        details = {
            "reference": value["reference"],
            "parcel_no": parcel_no,
            "issue_no": value["issue"],
            "service": value["service"],
            "weight_g": value["weight_g"],
            "sscc": "",
        }
        return self.prepare.request(order, self.pen.new_id(), details)

    def _numbered(self, key: str, value: Mapping[str, Any]) -> Iterator[Fact]:
        order_id, parcel_no = _parts(key)
        yield self._fact(order_id, parcel_no, value)
        closed = next((row for row in self._closed(order_id) if row[0] == parcel_no), None)
        if closed is not None:
            yield self.by_file.fact(order_id, parcel_no, value, weight_g=closed[1], last=closed[2])


def _writes(carrier: Carrier) -> bool:
    return isinstance(carrier, WritesOrders)


def _whole(fact: Fact, name: str) -> int:
    return int(str(fact.data[name]))


def _parts(key: str) -> tuple[UUID, int]:
    order, _, parcel = key.partition("|")
    return UUID(order), int(parcel)


def _found(kept: Mapping[str, Mapping[str, Any]], reference: str) -> str:
    """By our reference, or by an order's number where only one parcel was handed over for it."""
    keys = [key for key, value in kept.items() if value["reference"] == reference]
    keys = keys or [key for key, value in kept.items() if value["order"] == reference]
    return keys[0] if len(keys) == 1 else ""


def _wrong(handed: Mapping[str, Any], reference: str, number: str, twice: bool) -> DeskError | None:
    if not handed:
        return BadInput("Nothing was handed over here under “{reference}”.", reference=reference)
    if twice:
        return BadInput("The number {number} stands in the file for two parcels.", number=number)
    known = handed.get("number")
    if known and known != number:
        return BadInput(
            "Order {order} has the number {known} already, and {number} came now. Void the label first.",
            order=handed["order"],
            known=known,
            number=number,
        )
    return None
