"""A bench without a window, for the demo of several desks: its answers are carried by hand."""

from __future__ import annotations

from collections.abc import Callable

from wismo_desk.app.station import Station
from wismo_desk.domain.bench_view import BenchMode, BenchView
from wismo_desk.domain.order import Order
from wismo_desk.flows.bench_state import Step


class Bench:
    """`scanned` hears each scan's order once it is on disk."""

    def __init__(self, station: Station, scanned: Callable[[Order], None] = lambda _order: None) -> None:
        self.station = station
        self._scanned = scanned
        self.view: BenchView = station.verify.view()

    def scan(self, code: str) -> Step:
        step = self.station.verify.scan(code)
        self.view = step.view
        return self._carry(step)

    def pack(self, order: Order, *, pause: Callable[[], None] = lambda: None) -> int:
        """The whole order, from its pick slip to its checked label; returns how many scans it took."""
        scans = 1
        self.scan(order.number)
        self._scanned(order)
        while self.view.mode is BenchMode.PACKING and self.view.current >= 0:
            pause()
            line = order.lines[self.view.current]
            need_code = self.view.lines[self.view.current].need_code
            self.scan(line.ean or line.sku) if need_code else self._key()
            self._scanned(order)
            scans += 1
        if self.view.mode is BenchMode.LABEL_OUT and self.view.label is not None:
            self.scan(self.view.label.tracking_number)
            scans += 1
        return scans

    def _key(self) -> None:
        from wismo_desk.domain.commands import Command

        step = self.station.verify.act(Command.OK)
        self.view = step.view
        self._carry(step)

    def _carry(self, step: Step) -> Step:
        """What the lanes do in the window, here one after the other."""
        station = self.station
        if station.sharing is not None:
            station.sharing.nudge()
        if step.purchase is not None:
            settled = station.ship.settle(step.purchase, station.ship.buy(step.purchase))
            return self._took(station.verify.shipped(settled))
        if step.job is not None:
            return self._took(station.verify.printed(station.print_label(step.job)))
        return step

    def _took(self, step: Step) -> Step:
        self.view = step.view
        return self._carry(step)
