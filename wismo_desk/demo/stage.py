"""What every part of the demo of several desks works with: the desks, the rows, and a way to wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from uuid import UUID

from PySide6.QtCore import QEventLoop, QTimer

from wismo_desk.app.station import Station
from wismo_desk.demo.bench import Bench
from wismo_desk.demo.pace import Delays, Pace
from wismo_desk.demo.rows import Rows
from wismo_desk.demo.warehouse import Warehouse
from wismo_desk.domain.order import Order, OrderState

_PATIENCE_S = 120.0


class Stage:
    """`limit`: how many orders of the sample are packed, 0 for all. `packed` are the orders that any bench took
    up; `read` and `painted` how long scans took to the other desk's file and to its screen."""

    def __init__(self, house: Warehouse, *, limit: int) -> None:
        self.house, self.limit = house, limit
        self.rows, self.read, self.painted = Rows(), Delays(), Delays()
        self.packed: set[UUID] = set()

    def waiting(self, desk: Station) -> list[Order]:
        """The orders that this desk may pack."""
        found = desk.watch.orders(states=(OrderState.WAITING,))
        return [order for row in found if (order := desk.store.read.order(row.order_id)) is not None]

    def at_both(self, orders: Sequence[Order], every: float) -> list[list[float]]:
        """Each desk takes the next order as soon as it has packed one, a scan `every` so many seconds; the times
        of their scans (time.perf_counter)."""
        left: SimpleQueue[Order] = SimpleQueue()
        for order in orders:
            left.put(order)
            self.packed.add(order.order_id)

        def work(bench: Bench) -> None:
            with suppress(Empty):
                while True:
                    bench.pack(left.get_nowait())
            bench.close()

        benches = [Bench(desk, pause=Pace(every), scanned=self._scanned) for desk in self.house.desks]
        threads = [threading.Thread(target=work, args=(bench,)) for bench in benches]
        for thread in threads:
            thread.start()
        self.until(lambda: not any(thread.is_alive() for thread in threads), patience=3600)
        for thread in threads:
            thread.join()
        return [bench.times for bench in benches]

    def _scanned(self, order: Order, at: float) -> None:
        self.read.scanned(order, at)
        self.painted.scanned(order, at)

    def until(self, so: Callable[[], bool], *, patience: float = _PATIENCE_S) -> bool:
        """Run the windows until it is so; False when it never is."""
        loop, timer = QEventLoop(), QTimer()
        deadline = time.monotonic() + patience
        told: list[bool] = []

        def look() -> None:
            if so():
                told.append(True)
            if told or time.monotonic() > deadline:
                timer.stop()
                loop.quit()

        timer.timeout.connect(look)
        timer.start(20)
        loop.exec()
        return bool(told)


def is_online(desk: Station) -> bool:
    return desk.sharing is not None and desk.sharing.online


def unsent(desk: Station) -> int:
    return desk.store.outbox.last_seq() - (desk.store.outbox.acked() or 0)


def nudge(desk: Station) -> None:
    if desk.sharing is not None:
        desk.sharing.nudge()
