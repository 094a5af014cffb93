"""`wismo-desk demo`: takes the sample in, packs every order through the real window, closes the day."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from datetime import time as wall
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSize, Qt, QTimer

from wismo_desk.demo.packer import Packer
from wismo_desk.demo.wedge import Wedge
from wismo_desk.practice.loopback import Fault

if TYPE_CHECKING:
    from wismo_desk.app.desk import Desk
    from wismo_desk.flows.bench_state import Step

SIZES = ((1920, 1080), (1366, 768))
_PATIENCE_S = 120.0


def show(options: Namespace) -> int:
    """0 when every order was shipped once, 1 otherwise."""
    if options.shared:
        from wismo_desk.demo.shared import show_shared

        return show_shared(options)
    if options.headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from wismo_desk.app.desk import Desk
    from wismo_desk.app.log import hear_qt
    from wismo_desk.app.practice import Practice
    from wismo_desk.app.process import begin_process, spare_sources
    from wismo_desk.app.qt import need_screen
    from wismo_desk.demo.clock import DemoClock, working_day
    from wismo_desk.errors import Refused
    from wismo_desk.resources import catalogue
    from wismo_desk.words import Words

    language = options.language or "fr"
    try:
        need_screen()
    except Refused as refused:
        print(Words(language, catalogue(language)).error(refused), file=sys.stderr)
        return 1
    begin_process()
    spare_sources()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    hear_qt()
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    zone = ZoneInfo("Europe/Paris")
    words = Words(language, catalogue(language), zone=zone)
    day = working_day(datetime.now(zone).date())
    with tempfile.TemporaryDirectory(prefix="wismo-demo-") as folder:
        machines = Practice(Path(folder), day=day, orders=options.orders)
        settings = machines.start(language)
        clock = DemoClock(day, zone)
        desk = Desk(
            machines.folder,
            settings,
            words,
            application=application,
            practice=True,
            machines=machines,
            clock=clock,
            audible=not options.headless,
        )
        run = Run(desk, clock, out)
        try:
            return run()
        finally:
            desk.window.close()
            application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # gone before Python is


class Run:
    """One demo from the empty desk to the closed manifest."""

    def __init__(self, desk: Desk, clock: Any, out: Path) -> None:
        self._desk, self._clock, self._out = desk, clock, out
        self._timings: dict[str, list[float]] = {"scan_to_sound": [], "scan_to_printer": []}
        self._began: float = 0.0

    def __call__(self) -> int:
        self._desk.show(QSize(*SIZES[0]))
        self._wait(lambda: self._desk.is_ready)
        self._pack()
        self._close_the_day()
        return self._report()

    def _pack(self) -> None:
        desk, station = self._desk, self._desk.station
        assert station is not None and desk.bench is not None and desk.machines is not None
        desk.machines.carrier.fail_next(Fault.DROP_AFTER_CREATE)
        rows = station.watch.orders()
        orders = [order for row in rows if (order := station.store.read.order(row.order_id)) is not None]
        skipped = frozenset({orders[-1].number, orders[-2].number}) if len(orders) > 3 else frozenset()
        self._wedge = Wedge(desk.window.windowHandle())
        packer = Packer(
            self._wedge,
            orders,
            station.store.read.products(),
            look=self._look,
            skip_label_scan=skipped,
            parent=desk,
        )
        desk.bench.stepped.connect(packer.stepped)
        desk.bench.stepped.connect(self._time_step)
        desk.machines.on_label = self._time_label
        packer.begin(desk.bench_page.view)
        self._signal(packer.finished)
        desk.bench.stepped.disconnect(packer.stepped)

    def _close_the_day(self) -> None:
        """Scan all but one parcel into the manifest, close it, and let the evening come."""
        desk, station = self._desk, self._desk.station
        assert station is not None and desk.pages is not None
        page, wedge = desk.pages.manifest, self._wedge
        waiting = station.close_out.start("own").expected
        desk.window.show_page("manifest")
        page.begin("own")
        self._wait(lambda: page.is_open)
        for parcel in waiting[:-1]:
            wedge.scan(f"]C100{parcel.tracking_number}")
        self._settle(1500)
        self._look("manifest")
        page.scan_view.close_asked.emit()
        self._wait(lambda: not page.is_open)
        for path in (station.folder / "documents").glob("*.pdf"):
            (self._out / path.name).write_bytes(path.read_bytes())
        self._send_notices()
        self._clock.move_to(wall(20, 30))
        desk.apply(station.watch.tick())
        desk.window.show_page("shipments")
        desk.pages.shipments.start()
        self._settle()
        self._look("grid-anomalies")
        desk.pages.shipments.view.choose(0)
        desk.pages.shipments.view.setFocus()
        wedge.press(Qt.Key.Key_Return, "\r")
        self._settle()
        self._look("detail")

    def _send_notices(self) -> None:
        """Let everything that is due go out; a turn sends a few."""
        notify = self._desk.station.notify  # type: ignore[union-attr]  # the desk is open
        self._settle(300)
        notify.start()
        while notify.turn().sent:
            pass

    def _report(self) -> int:
        from wismo_desk.demo.summary import write_summary

        station, machines = self._desk.station, self._desk.machines
        assert station is not None and machines is not None
        summary = write_summary(
            station,
            machines.printer.labels,
            self._timings,
            self._out,
            notices=len(machines.mail.messages),
        )
        parcels = sum(len(shipment["parcels"]) for shipment in summary["shipments"])
        doubled = [ref for ref, count in machines.carrier.created.items() if count > 1]
        times = summary["timings_ms"]
        print(f"{summary['orders']} orders, {len(summary['shipments'])} shipped, {parcels} parcels")
        print(f"{summary['prints']} labels came out of the printer, {summary['in_doubt']} in doubt")
        print(f"{summary['notices']} notices reached the practice mail server")
        print(f"bought twice at the practice carrier: {len(doubled)}")
        print(f"{len(summary['anomalies'])} anomalies after the day's end")
        for name, spread in times.items():
            print(f"{name}: p50 {spread['p50']} ms, p99 {spread['p99']} ms")
        print(f"summary, labels and screens: {self._out}/")
        whole = len(summary["shipments"]) == summary["orders"] and summary["prints"] == parcels
        return 0 if whole and not doubled and not summary["in_doubt"] else 1

    def _time_step(self, step: Step, began: float) -> None:
        """To the printer only for own deliveries: a carrier's answer is not ours to time."""
        if began:
            self._timings["scan_to_sound"].append((time.perf_counter() - began) * 1000)
            if step.purchase is not None:
                self._began = began if step.purchase.carrier == "own" else 0.0

    def _time_label(self, _content: bytes, _number: int) -> None:
        if self._began:
            self._timings["scan_to_printer"].append((time.perf_counter() - self._began) * 1000)
            self._began = 0.0

    def _look(self, name: str) -> None:
        """The window as it is, at both sizes."""
        folder = self._out / "screens"
        folder.mkdir(exist_ok=True)
        for width, height in SIZES[::-1]:
            self._desk.window.resize(width, height)
            for _ in range(3):
                QCoreApplication.processEvents()
            self._desk.window.grab().save(str(folder / f"{name}-{width}x{height}.png"))

    def _signal(self, signal: Any) -> None:
        done: list[bool] = []
        signal.connect(lambda *_: done.append(True))
        self._wait(lambda: bool(done))

    def _wait(self, until: Callable[[], bool]) -> None:
        """Run the window until something is so."""
        if until():
            return
        loop, timer = QEventLoop(), QTimer()
        deadline = time.monotonic() + _PATIENCE_S

        def look() -> None:
            if until() or time.monotonic() > deadline:
                loop.quit()

        timer.timeout.connect(look)
        timer.start(5)
        loop.exec()
        if not until():
            raise TimeoutError(f"the desk did not come this far in {_PATIENCE_S:.0f} s")

    def _settle(self, ms: int = 700) -> None:
        end = time.monotonic() + ms / 1000
        self._wait(lambda: time.monotonic() > end)
