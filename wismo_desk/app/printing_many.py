"""Sends a batch of labels: in windows, each on the lane of its printer, as a bench sends one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from wismo_desk.app.station import Station
from wismo_desk.domain.effect import Effect
from wismo_desk.errors import DeskError
from wismo_desk.flows.print_label import Printed
from wismo_desk.flows.print_window import PrintWindow, windows
from wismo_desk.ui.bench_desk import BenchDesk
from wismo_desk.ui.page_desk import Desk


def print_batch(station: Station, given: Desk, bench: BenchDesk) -> Callable[[Sequence[Effect]], None]:
    """The bench hears of each label as of its own; what it prints meanwhile waits behind the batch."""

    def took(printed: Sequence[Printed]) -> None:
        for one in printed:
            bench.came_out(one)

    def failed(error: Exception) -> None:
        bench.trouble.emit(given.told(error), not isinstance(error, DeskError))

    def send(jobs: Sequence[Effect]) -> None:
        at = station.print_label.printer_for
        for name in dict.fromkeys(map(at, jobs)):
            for some in windows([job for job in jobs if at(job) == name]):
                work = partial(PrintWindow(one=station.print_label), some)
                given.run(f"printer:{name or 'bench'}", work, took, failed)

    return send
