"""A bench without a window, for the demo of several desks: its answers are carried by hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from uuid import UUID

from wismo_desk.app.station import Station
from wismo_desk.domain.bench_view import BenchMode, BenchView
from wismo_desk.domain.commands import Command
from wismo_desk.domain.order import Order
from wismo_desk.flows.bench_state import Step


class Bench:
    """`pause` is called before each scan; `scanned` hears each scan's order and when the gun spoke (seconds of
    time.perf_counter)."""

    def __init__(
        self,
        station: Station,
        *,
        pause: Callable[[], None] = lambda: None,
        scanned: Callable[[Order, float], None] = lambda _order, _at: None,
    ) -> None:
        self.station = station
        self._pause, self._scanned = pause, scanned
        self._network = ThreadPoolExecutor(1)  # where the window has its SYNC lane
        self._claimed: UUID | None = None
        self._asked: Future[str] | None = None
        self.times: list[float] = []  # of each scan
        self.view: BenchView = station.verify.view()

    def close(self) -> None:
        self._claim(None)
        self._network.shutdown()

    def open(self, order: Order) -> None:
        """The pick slip is scanned."""
        self._work(partial(self.station.verify.scan, order.number), order)

    def pack(self, order: Order) -> None:
        """The whole order, from its pick slip to its checked label."""
        self.open(order)
        while self.view.mode is BenchMode.PACKING and self.view.current >= 0:
            line = order.lines[self.view.current]
            verify = self.station.verify
            if self.view.lines[self.view.current].need_code:
                self._work(partial(verify.scan, line.ean or line.sku), order)
            else:
                self._work(partial(verify.act, Command.OK), order)
            self.hear()
        if self.view.mode is BenchMode.LABEL_OUT and self.view.label is not None:
            number = self.view.label.tracking_number
            self._work(partial(self.station.verify.scan, number), None)

    def hear(self, *, wait: bool = False) -> str:
        """The station that had the order first, or "": the bench is told, as the window's is."""
        asked = self._asked
        if asked is None or not (wait or asked.done()):
            return ""
        self._asked = None
        elsewhere = asked.result()
        if elsewhere and self._claimed is not None:
            self._carry(self.station.verify.lost(self._claimed, elsewhere))
        return elsewhere

    def acknowledge(self) -> None:
        """Leave a page that holds."""
        self._carry(self.station.verify.act(Command.OK))

    def _work(self, work: Callable[[], Step], order: Order | None) -> None:
        self._pause()
        self.times.append(time.perf_counter())
        if order is not None:
            self._scanned(order, self.times[-1])
        self._carry(work())

    def _carry(self, step: Step) -> None:
        """What the lanes do in the window, here one after the other."""
        station = self.station
        if station.sharing is not None:
            station.sharing.nudge()
        self._claim(station.verify.in_hand)
        while True:
            self.view = step.view
            if step.purchase is not None:
                settled = station.ship.settle(step.purchase, station.ship.buy(step.purchase))
                step = station.verify.shipped(settled)
            elif step.job is not None:
                step = station.verify.printed(station.print_label(step.job))
            else:
                return

    def _claim(self, order: UUID | None) -> None:
        sharing = self.station.sharing
        if sharing is None or order == self._claimed:
            return
        before, self._claimed = self._claimed, order
        if before is not None:
            self._network.submit(sharing.release, before)
        if order is not None:
            seen = self.station.verify.seen(order)
            self._asked = self._network.submit(sharing.confirm, order, seen)
