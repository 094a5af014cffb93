"""What people tripped over in the real window: reprinting after a fault, scans elsewhere, files that do not open."""

from __future__ import annotations

import pytest
from open_desk import Clock
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from wismo_desk.app.desk import Desk
from wismo_desk.app.practice import Practice
from wismo_desk.domain.bench_view import BenchMode, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.printer import PrinterState
from wismo_desk.resources import catalogue
from wismo_desk.words import Words


def pack(desk: Desk, machines: Practice, qtbot: QtBot) -> None:
    """The sample's first order, of one line, item by item."""
    assert desk.station is not None
    row = desk.station.watch.orders(states=[OrderState.WAITING])[0]
    desk.scanned(row.number)
    page = desk.bench_page
    qtbot.waitUntil(lambda: page.view.mode is BenchMode.PACKING)
    order = desk.station.store.read.order(row.order_id)
    assert order is not None
    for line in order.lines:
        product = desk.station.store.read.products([line.sku])[line.sku]
        for _ in range(line.quantity):
            done = page.view.pieces_done
            desk.scanned(product.codes[0][0] if product.codes else line.sku)
            qtbot.waitUntil(
                lambda done=done: page.view.pieces_done > done or page.view.mode is not BenchMode.PACKING
            )


def problem(desk: Desk) -> Problem | None:
    held = desk.bench_page.view.problem
    return held.kind if held else None


def test_a_label_that_the_printer_refused_is_printed_when_asked_again(
    desk: Desk, machines: Practice, qtbot: QtBot
) -> None:
    machines.printer.become(PrinterState.PAPER_OUT)
    pack(desk, machines, qtbot)
    qtbot.waitUntil(lambda: problem(desk) is Problem.PRINTER, timeout=20_000)
    assert machines.printer.labels == ()
    machines.printer.become(PrinterState.READY)
    assert desk.bench is not None
    desk.bench.act(Command.REPRINT)
    assert machines.printer.wait_for(1)
    qtbot.waitUntil(lambda: (seen := desk.bench_page.view.label) is not None and seen.printed, timeout=20_000)
    assert len(machines.printer.labels) == 1


def test_what_a_scan_does_is_seen_from_any_page(desk: Desk, qtbot: QtBot) -> None:
    desk.window.show_page("shipments")
    desk.scanned("NO-SUCH-ORDER")
    qtbot.waitUntil(lambda: problem(desk) is Problem.ORDER_UNKNOWN)
    assert desk.window.shown == "bench"


@pytest.fixture
def broken(
    machines: Practice, qapp: QApplication, qtbot: QtBot, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """A desk whose key is not that of its files."""
    settings = machines.start()
    words = Words("fr", catalogue("fr"), zone=settings.timezone)
    made = [
        Desk(
            machines.folder, settings, words, application=qapp, practice=True, machines=machines, clock=clock,
            audible=False,
        )
    ]  # fmt: skip
    made[0].show()
    qtbot.waitUntil(lambda: made[0].is_ready, timeout=60_000)
    made[0].window.close()
    monkeypatch.setenv("WISMO_DESK_KEY", bytes(range(1, 33)).hex())
    return Desk(machines.folder, settings, words, application=qapp, practice=True, clock=clock, audible=False)


def test_files_that_do_not_open_are_a_red_page(broken: Desk, qtbot: QtBot) -> None:
    broken.show()
    qtbot.waitUntil(lambda: problem(broken) is Problem.NOT_OPEN, timeout=30_000)
    assert broken.bench_page.view.mode is BenchMode.PROBLEM
    broken.bench_page.acted.emit(Command.OK)
    assert not broken.window.isVisible()
