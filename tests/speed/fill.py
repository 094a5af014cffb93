"""A station's folder with many shipments in it, written by the store itself: every row comes from a fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.speed import goods
from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order
from wismo_desk.flows.pen import Pen
from wismo_desk.resources import status_tables
from wismo_desk.store import open_store
from wismo_desk.store.codec import content_hash, order_data, party_data, product_data
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

ZONE: Final = ZoneInfo("Europe/Paris")
NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, ten o'clock in Paris
KEY: Final = bytes(range(32))
STATION: Final = "Poste 1"
_CHUNK: Final = 500
# Of a hundred shipments: delivered, on the way, labelled this morning; the others wait at the bench.
_ENDED, _MOVING, _LABELLED = 70, 15, 5


@dataclass(frozen=True, slots=True)
class Rates:
    """Shipments a second: brought in; labelled, and what the carrier said of them."""

    orders: float
    facts: float
    total: float
    seconds: float


class _Clock:
    """Set by the writer to the moment it writes of."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class _Filler:
    def __init__(self, store: Store, count: int) -> None:
        self._store, self._count = store, count
        self.waits_from = count * (_ENDED + _MOVING + _LABELLED) // 100

    def orders(self) -> None:
        clock = _Clock()
        pen = Pen(STATION, clock=clock)
        for chunk in _chunks(range(self._count)):
            facts, parties = [], []
            for n in chunk:
                order = goods.order(n, ordered_at=self._ordered_at(n))
                clock.now = order.ordered_at
                facts.append(
                    _taken_in(pen, order, "own" if n >= self.waits_from or n % 3 == 0 else "practice")
                )
                parties.append((order.order_id, order.recipient, order.note))
            self._store.commit(Entry(at=clock.now, facts=tuple(facts), parties=tuple(parties)))

    def labels(self) -> None:
        clock = _Clock()
        pen = Pen(STATION, clock=clock)
        for chunk in _chunks(range(self.waits_from)):
            facts = [fact for n in chunk for fact in self._about(pen, clock, n)]
            self._store.commit(Entry(at=clock.now, facts=tuple(facts)))

    def products(self) -> None:
        pen = Pen(STATION, clock=lambda: NOW - timedelta(days=90))
        facts = tuple(
            pen.fact(FactKind.VALUE_SET, scope="product", key=product.sku, value=product_data(product))
            for product in goods.products()
        )
        self._store.commit(Entry(at=NOW, facts=facts))

    def rules(self) -> None:
        """Every clock that has struck meanwhile, as a desk that was open all along would have heard it."""
        while self._store.judge_due(NOW).shipments:
            pass

    def _ordered_at(self, n: int) -> datetime:
        """The delivered ones over sixty days, the others within the last four, the waiting since yesterday."""
        ended, moving = self._count * _ENDED // 100, self._count * (_ENDED + _MOVING) // 100
        if n < ended:
            return NOW - timedelta(days=60) + timedelta(days=55) * n / ended
        if n < moving:
            return NOW - timedelta(days=4) + timedelta(days=3) * (n - ended) / (moving - ended)
        return NOW - timedelta(hours=18) + timedelta(hours=17) * (n - moving) / (self._count - moving)

    def _about(self, pen: Pen, clock: _Clock, n: int) -> Iterator[Fact]:
        """The label of order n, and what became of it."""
        order = goods.order(n, ordered_at=self._ordered_at(n))
        ids = {"order_id": order.order_id, "shipment_id": shipment_id(order.order_id)}
        parcel = pen.new_id()
        carrier = "own" if n % 3 == 0 else "practice"
        number = goods.sscc(n) if carrier == "own" else f"XP{n:011d}FR"
        clock.now = min(order.ordered_at + timedelta(hours=5), NOW - timedelta(minutes=30))
        data: dict[str, Any] = {"carrier": carrier, "service": "home", "tracking_number": number}
        yield pen.fact(
            FactKind.LABEL_BOUGHT,
            **ids,
            parcel_id=parcel,
            **data,
            aliases=[f"00{number}"] if carrier == "own" else [],
            reference=f"REF{n:010d}",
            parcel_no=1,
            issue_no=1,
            weight_g=840,
            price_cents=None,
            last=True,
        )
        if n >= self._count * (_ENDED + _MOVING) // 100:
            if n % 4:  # one in four was not scanned on its parcel yet
                yield pen.fact(FactKind.LABEL_CHECKED, **ids, parcel_id=parcel)
            return
        yield pen.fact(
            FactKind.PARCEL_MANIFESTED, **ids, parcel_id=parcel, manifest=f"M-{clock.now:%Y%m%d}-{carrier}"
        )
        ended = n < self._count * _ENDED // 100
        clock.now += timedelta(days=2) if ended else timedelta(hours=12)
        code = ("DELIVERED" if ended else "LOADED") if carrier == "own" else ("LIVRE" if ended else "TRI")
        said: dict[str, Any] = {"code": code, "label": "", "place": order.recipient.city, "number": number}
        yield pen.fact(FactKind.TRACKING_SAID, **ids, parcel_id=parcel, carrier=carrier, **said)


def fill(folder: Path, count: int) -> Rates:
    """Make the folder. A sample of what was written: 70 % delivered, 15 % on the way, 5 % labelled today, 10 %
    waiting orders."""
    store = open_store(folder, KEY, statuses=status_tables(), rules=Rules(zone=ZONE))
    try:
        filler = _Filler(store, count)
        filler.products()
        taken = _seconds(filler.orders)
        told = _seconds(filler.labels)
        settled = _seconds(filler.rules)
    finally:
        store.close()
    total = taken + told + settled
    return Rates(count / taken, filler.waits_from / told, count / total, total)


def _seconds(work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _taken_in(pen: Pen, order: Order, carrier: str) -> Fact:
    data: dict[str, Any] = order_data(order, carrier=carrier, service="home")
    data["content"] = content_hash(data, party_data(order.recipient, order.note))
    shipment = shipment_id(order.order_id)
    return pen.fact(FactKind.ORDER_TAKEN_IN, order_id=order.order_id, shipment_id=shipment, **data)


def _chunks(numbers: range) -> Iterator[range]:
    for start in range(0, len(numbers), _CHUNK):
        yield numbers[start : start + _CHUNK]
