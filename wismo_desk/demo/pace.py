"""How fast a demo scans, and how long each scan takes to another desk."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from statistics import quantiles
from typing import Final
from uuid import UUID

from wismo_desk.app.station import Station
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import Order

_SCANS: Final = (FactKind.ORDER_IN_HAND, FactKind.ITEM_SCANNED)


class Pace:
    """Beats `every` so many seconds; what a beat was late for, the next ones make good."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._next = time.monotonic()

    def __call__(self) -> None:
        self._next += self._every
        time.sleep(max(0.0, self._next - time.monotonic()))


class Delays:
    """How long a scan of one desk takes, from the gun on, until the other desk has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[UUID, list[float]] = {}
        self._counted: Counter[UUID] = Counter()
        self.seconds: list[float] = []

    def scanned(self, order: Order, at: float) -> None:
        """`at`: seconds of time.perf_counter when the gun spoke."""
        with self._lock:
            self._waiting.setdefault(order.order_id, []).append(at)

    def arrived(self, other: Station, orders: frozenset[UUID]) -> None:
        """These orders show there what its main file now holds of them."""
        now = time.perf_counter()
        with self._lock:
            for order in orders & self._waiting.keys():
                seen = sum(fact.kind in _SCANS for fact in other.store.read.order_facts(order))
                times = self._waiting[order]
                while times and seen > self._counted[order]:
                    self.seconds.append(now - times.pop(0))
                    self._counted[order] += 1

    def milliseconds(self, percent: int) -> float:
        """The percentile; infinite while nothing has arrived."""
        if len(self.seconds) < 2:
            return float("inf")
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1] * 1000

    def __str__(self) -> str:
        p50, p95 = self.milliseconds(50), self.milliseconds(95)
        return f"{p50:.0f} / {p95:.0f} ms ({len(self.seconds)} scans)"


def shared_rate(times: Sequence[Sequence[float]]) -> float:
    """Scans a second of all benches together, over the time in which each of them scans."""
    begin, end = max(each[0] for each in times), min(each[-1] for each in times)
    return sum(begin < at <= end for each in times for at in each) / (end - begin)
