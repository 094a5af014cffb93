"""One order on the bench: which line a scan ticks, what is still missing, what goes into which parcel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from wismo_desk.domain.bench_view import LineView
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.order import Check, Order, OrderLine, OrderState, Product, Progress


class Gate(StrEnum):
    """How strictly the bench holds a wrong scan."""

    OFF = "off"  # nothing is verified: the order scan lists, OK ships
    SHADOW = "shadow"  # as OFF, but what BLOCK would have held is recorded
    WARN = "warn"  # sound and colour, not held
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """The order in hand. `ticks` counts verified pieces over all parcels, `packed` those in closed ones."""

    order: Order
    products: Mapping[str, Product] = field(default_factory=dict)  # by SKU
    ticks: Mapping[UUID, int] = field(default_factory=dict)
    packed: Mapping[UUID, int] = field(default_factory=dict)
    parcels: int = 0  # closed so far
    finished: bool = False  # its last parcel is closed, perhaps with pieces missing
    carton: str = ""
    history: tuple[tuple[UUID, int], ...] = ()  # what UNDO takes back, newest last

    def done(self, line: OrderLine) -> int:
        return self.ticks.get(line.line_id, 0)

    def missing(self, line: OrderLine) -> int:
        return max(0, line.quantity - self.done(line))

    @property
    def complete(self) -> bool:
        return self.finished or all(self.missing(line) == 0 for line in self.order.lines)

    @property
    def current(self) -> int:
        """Index of the next expected line, in the order's own sequence; -1 when nothing is missing."""
        return next((i for i, line in enumerate(self.order.lines) if self.missing(line)), -1)

    @property
    def contents(self) -> dict[UUID, int]:
        """Verified pieces that lie in the parcel now open."""
        inside = {key: count - self.packed.get(key, 0) for key, count in self.ticks.items()}
        return {key: count for key, count in inside.items() if count > 0}

    @property
    def weight_g(self) -> int | None:
        """Weight of the open parcel's contents by the product table, or None when a product has none."""
        total = 0
        lines = {line.line_id: line for line in self.order.lines}
        for key, count in self.contents.items():
            product = self.products.get(lines[key].sku)
            if product is None or product.weight_g is None:
                return None
            total += product.weight_g * count
        return total or None


def same_code(a: str, b: str) -> bool:
    """EAN-13, UPC-A and GTIN-14 of one article differ in leading zeros only (GS1 General Specifications)."""
    if a == b:
        return True
    return a.isdigit() and b.isdigit() and len(a) >= 8 and len(b) >= 8 and a.lstrip("0") == b.lstrip("0")


def find_line(packing: Packing, codes: Iterable[str]) -> tuple[OrderLine, int] | None:
    """The line a scan stands for and its pieces: a line still open first, else one already complete."""
    hits: list[tuple[OrderLine, int]] = []
    wanted = tuple(codes)
    for line in packing.order.lines:
        pieces = _pieces(line, packing.products.get(line.sku), wanted)
        if pieces:
            hits.append((line, pieces))
    return next((hit for hit in hits if packing.missing(hit[0])), hits[0] if hits else None)


def _pieces(line: OrderLine, product: Product | None, codes: Iterable[str]) -> int:
    known = [(line.sku, 1), (line.ean, 1), *(product.codes if product else ())]
    for code in codes:
        for own, pieces in reversed(known):
            if own and (same_code(own, code) or own.casefold() == code.casefold()):
                return pieces
    return 0


def tick(packing: Packing, line_id: UUID, pieces: int) -> Packing:
    ticks = {**packing.ticks, line_id: packing.ticks.get(line_id, 0) + pieces}
    return replace(packing, ticks=ticks, history=(*packing.history, (line_id, pieces)))


def undo(packing: Packing) -> tuple[Packing, tuple[UUID, int] | None]:
    """Take back the newest tick of the open parcel; what lies in a closed parcel stays."""
    if not packing.history:
        return packing, None
    line_id, pieces = packing.history[-1]
    ticks = {**packing.ticks, line_id: packing.ticks.get(line_id, 0) - pieces}
    return replace(packing, ticks=ticks, history=packing.history[:-1]), (line_id, pieces)


def close_parcel(packing: Packing, *, last: bool = False) -> Packing:
    return replace(
        packing, packed=dict(packing.ticks), parcels=packing.parcels + 1, finished=last, history=()
    )


def progress(facts: Iterable[Fact]) -> Progress:
    """Fold one order's facts. Counts are sums, whatever their order; for the state see `standing`."""
    known = tuple(facts)
    ticks: dict[UUID, int] = {}
    packed: dict[UUID, int] = {}
    parcels = 0
    for fact in known:
        if fact.kind in (FactKind.ITEM_SCANNED, FactKind.ITEM_UNDONE):
            line = UUID(str(fact.data["line"]))
            sign = 1 if fact.kind is FactKind.ITEM_SCANNED else -1
            ticks[line] = ticks.get(line, 0) + sign * int(str(fact.data["pieces"]))
        elif fact.kind is FactKind.PARCEL_CLOSED:
            parcels += 1
            contents = fact.data.get("contents")
            if isinstance(contents, Mapping):
                for key, count in contents.items():
                    packed[UUID(str(key))] = packed.get(UUID(str(key)), 0) + int(str(count))
    state, word = standing(known)
    station = word.station if word else ""
    return Progress(state=state, station=station, ticks=ticks, packed=packed, parcels=parcels)


def standing(facts: Iterable[Fact]) -> tuple[OrderState, Fact | None]:
    """How an order stands by all its facts, and the one that says so. Shipped is what every labelled parcel of it
    being under a label makes of it, not a word that a desk can take back which did not know: one that opened it
    meanwhile. Otherwise the latest word holds."""
    known = tuple(facts)
    voided = {fact.parcel_id for fact in known if fact.kind is FactKind.LABEL_VOIDED}
    bought = [fact for fact in known if fact.kind is FactKind.LABEL_BOUGHT]
    live = [fact for fact in bought if fact.parcel_id not in voided]
    complete = any(fact.data.get("last") for fact in bought)
    is_shipped = complete and {_parcel_no(fact) for fact in bought} == {_parcel_no(fact) for fact in live}
    words: list[tuple[str, OrderState, Fact]] = []
    for fact in known:
        said = OrderState.PACKED if fact.kind is FactKind.LABEL_VOIDED else order_state(fact)
        if said is OrderState.CANCELLED or (said and not is_shipped and said is not OrderState.SHIPPED):
            words.append((fact.fact_id.hex, said, fact))
    if is_shipped:
        label = max(live, key=lambda fact: fact.fact_id.hex)
        words.append((label.fact_id.hex, OrderState.SHIPPED, label))
    if not words:
        return OrderState.WAITING, None
    _, state, word = max(words, key=lambda each: each[0])
    return state, word


def _parcel_no(fact: Fact) -> int:
    return int(str(fact.data.get("parcel_no", 1)))


_SAYS = {
    FactKind.ORDER_IN_HAND: OrderState.IN_HAND,
    FactKind.ORDER_PAUSED: OrderState.PAUSED,
    FactKind.ORDER_CANCELLED: OrderState.CANCELLED,
}


def order_state(fact: Fact) -> OrderState | None:
    """What a fact says of its order's state, or None. Station facts are time-ordered by their id."""
    if fact.kind is FactKind.PARCEL_CLOSED:
        return OrderState.PACKED if fact.data.get("last") else OrderState.IN_HAND
    if fact.kind is FactKind.LABEL_BOUGHT:
        return OrderState.SHIPPED if fact.data.get("last") else None
    if fact.kind is FactKind.LABEL_VOIDED:
        return None if fact.data.get("worn") else OrderState.PACKED
    return _SAYS.get(fact.kind)


def resume(order: Order, products: Mapping[str, Product], facts: Iterable[Fact]) -> Packing:
    """The bench as it was when the order was left, from its facts alone."""
    known = tuple(facts)
    past = progress(known)
    scans: list[tuple[UUID, int]] = []
    for fact in sorted(known, key=lambda f: f.fact_id.hex):
        if fact.kind is FactKind.ITEM_SCANNED:
            scans.append((UUID(str(fact.data["line"])), int(str(fact.data["pieces"]))))
        elif fact.kind is FactKind.ITEM_UNDONE and scans:
            scans.pop()
        elif fact.kind is FactKind.PARCEL_CLOSED:
            scans.clear()
    return Packing(
        order=order,
        products=products,
        ticks=past.ticks,
        packed=past.packed,
        parcels=past.parcels,
        finished=any(fact.kind is FactKind.PARCEL_CLOSED and fact.data["last"] for fact in known),
        history=tuple(scans),
    )


def line_views(packing: Packing) -> tuple[LineView, ...]:
    return tuple(line_view(packing, line) for line in packing.order.lines)


def line_view(packing: Packing, line: OrderLine) -> LineView:
    product = packing.products.get(line.sku)
    code = line.ean or (product.codes[0][0] if product and product.codes else "")
    return LineView(
        line_id=line.line_id,
        name=(product.name if product and product.name else line.name) or line.sku,
        variant=product.variant if product else "",
        sku=line.sku,
        aisle=product.aisle if product else "",
        code_end=code[-4:],
        picture=product.picture if product else "",
        wanted=line.quantity,
        done=packing.done(line),
        need_code=product is None or product.check is Check.SCAN,
    )


def product_view(product: Product, code: str) -> LineView:
    """A product that is not in the order, for the "scanned" card of the problem page."""
    return LineView(
        line_id=UUID(int=0),
        name=product.name or product.sku,
        variant=product.variant,
        sku=product.sku,
        aisle=product.aisle,
        code_end=code[-4:],
        picture=product.picture,
    )
