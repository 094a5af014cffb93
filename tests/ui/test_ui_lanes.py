"""Work elsewhere, results here."""

from __future__ import annotations

import threading

from wismo_desk.background.lanes import Lane, Lanes
from wismo_desk.ui.lanes import Courier


def test_results_come_home_to_the_windows_thread_in_order(qtbot) -> None:
    courier = Courier()
    lanes = Lanes(courier.deliver)
    home = threading.get_ident()
    seen: list[tuple[int, bool, bool]] = []
    for i in range(200):
        lanes.run(
            Lane.STATION,
            lambda i=i: (i, threading.get_ident() != home),
            lambda result: seen.append((*result, threading.get_ident() == home)),
            lambda error: None,
        )
    qtbot.waitUntil(lambda: len(seen) == 200)
    lanes.close()
    assert seen == [(i, True, True) for i in range(200)]


def test_without_a_queued_signal_results_run_on_the_worker() -> None:
    lanes = Lanes(lambda job: job())
    where: list[int] = []
    begin, done = threading.Event(), threading.Event()

    def note(_: bool) -> None:
        where.append(threading.get_ident())
        done.set()

    lanes.run(Lane.READ, lambda: begin.wait(10), note, lambda error: None)
    begin.set()
    assert done.wait(10)
    lanes.close()
    assert where != [threading.get_ident()]
