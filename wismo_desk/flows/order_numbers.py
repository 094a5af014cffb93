"""Which numbers of orders mean something else as well: a product, a command of the bench, another order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from wismo_desk.domain.order import Order, Product
from wismo_desk.domain.order_remarks import LineRemark, number_remarks
from wismo_desk.store.codec import bare
from wismo_desk.store.store import Store

_CHUNK: Final = 250


@dataclass(frozen=True, slots=True)
class OrderNumbers:
    store: Store

    def remarks(self, lines: Sequence[tuple[int, Order]]) -> list[LineRemark]:
        """Of orders that come in, each with the number of its first line."""
        told = []
        namesakes = Namesakes(order for _, order in lines)
        for start in range(0, len(lines), _CHUNK):
            chunk = lines[start : start + _CHUNK]
            products, others = self._known([order for _, order in chunk])
            for line_no, order in chunk:
                sku = products.get(bare(order.number), "")
                other = others.get(order.number, "") or namesakes.before(order)
                found = number_remarks(order.number, order.source_ref, sku=sku, other=other)
                told += [LineRemark(line_no, one.sentence, one.values) for one in found]
        return told

    def _known(self, orders: Sequence[Order]) -> tuple[dict[str, str], dict[str, str]]:
        """Of these numbers, those that are here already: of products (SKU), of other orders (their own code)."""
        read, here = self.store.read, {order.order_id for order in orders}
        named = read.named(order.number for order in orders)
        skus = [key for what, key in named if what == "product"]
        products = product_codes(read.products(skus).values()) if skus else {}
        others: dict[str, str] = {}
        for what, key in named:
            if what == "order" and UUID(key) not in here:
                other = read.order(UUID(key))
                if other is not None:
                    others |= {other.number: other.source_ref, other.source_ref: other.source_ref}
        return products, others


class Namesakes:
    """Orders that are found by one number. A number and the shop's own code both name an order."""

    def __init__(self, orders: Iterable[Order]) -> None:
        self._named: dict[str, dict[UUID, str]] = {}
        for order in orders:
            for code in (order.number, order.source_ref):
                self._named.setdefault(code, {})[order.order_id] = order.source_ref

    def before(self, order: Order) -> str:
        """The own code of the first other order with its number that came before it, else empty."""
        for order_id, own in self._named[order.number].items():
            if order_id == order.order_id:
                return ""
            return own
        return ""

    def other(self, order: Order) -> str:
        """The own code of another order with its number, else empty."""
        found = self._named.get(order.number, {})
        return next((own for order_id, own in found.items() if order_id != order.order_id), "")


def product_codes(products: Iterable[Product]) -> dict[str, str]:
    """Every code that names a product, without leading zeros, and its SKU."""
    return {bare(code): product.sku for product in products for code in _codes(product)}


def _codes(product: Product) -> Iterator[str]:
    yield product.sku
    for code, _ in product.codes:
        yield code
