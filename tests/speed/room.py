"""Where the measurements happen: one folder for the run, the filled station in it, and real desks on it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.speed.fill import KEY, NOW, STATION, ZONE, Rates, fill
from tests.speed.goods import SHIPPER
from wismo_desk.app.process import begin_process, spare_sources
from wismo_desk.demo.clock import DemoClock
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.resources import catalogue
from wismo_desk.settings import Settings
from wismo_desk.words import Words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from wismo_desk.app.desk import Desk
    from wismo_desk.app.station import Station

SIZE: Final = (1920, 1080)
PACE_MS: Final = 40  # from what the bench shows to the next scan: ten times a quick packer
_PATIENCE_S: Final = 120.0


class Room:
    """One run's folder. The filled station is made when a chapter first asks for it, and shared by all."""

    def __init__(
        self, folder: Path, shipments: int, *, keep: Path | None = None, pace_ms: int = PACE_MS
    ) -> None:
        os.environ["WISMO_DESK_KEY"] = KEY.hex()  # the keyring is none of the figures
        begin_process()  # as the program itself does
        self.folder, self.shipments = folder, shipments
        self.pace_ms = pace_ms
        self._keep = keep
        self.words = Words("fr", catalogue("fr"), zone=ZONE)

    @cached_property
    def application(self) -> QApplication:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        spare_sources()  # likewise
        from PySide6.QtWidgets import QApplication

        from wismo_desk.app.log import hear_qt

        hear_qt()
        return QApplication(["speed"])

    @cached_property
    def filled(self) -> tuple[Path, Rates]:
        if self._keep is not None:
            return kept(self._keep / str(self.shipments), self.shipments)
        return self.folder / "filled", _filled(self.folder / "filled", self.shipments)

    def settings(self, *printers: PrinterProfile) -> Settings:
        return Settings(
            station=STATION,
            shipper=SHIPPER,
            services=(("Livraison magasin", "own", "home"),),
            cut_offs={"own": "17:30", "practice": "16:45"},
            printers=printers,
        )

    @contextmanager
    def station(self, folder: Path) -> Iterator[Station]:
        """A station without its window."""
        from wismo_desk.app.station import Station, Wiring

        assert self.application is not None  # labels need it
        station = Station(
            Wiring(folder=folder, settings=self.settings(), words=self.words, practice=True, clock=clock())
        )
        try:
            yield station
        finally:
            station.close()

    @contextmanager
    def desk(
        self, folder: Path, *printers: PrinterProfile, prepare: Callable[[Desk], None]
    ) -> Iterator[Desk]:
        """The real window, opened on `folder` and ready for scans; `prepare` is called before it is shown."""
        from PySide6.QtCore import QSize

        from wismo_desk.app.desk import Desk

        desk = Desk(
            folder,
            self.settings(*printers),
            self.words,
            application=self.application,
            practice=True,
            clock=clock(),
            audible=False,
        )
        prepare(desk)
        try:
            desk.show(QSize(*SIZE))
            wait(lambda: desk.is_ready)
            yield desk
        finally:
            desk.window.close()

    def copy(self, name: str) -> Path:
        """The filled folder once more, for a chapter that must not age the shared one."""
        target = self.folder / name
        shutil.copytree(self.filled[0], target)
        return target


def kept(folder: Path, shipments: int) -> tuple[Path, Rates]:
    """The station that an earlier run filled there, or a new one that the next run finds."""
    rates = folder / "rates.json"
    if not rates.exists():
        shutil.rmtree(folder, ignore_errors=True)  # a run that was broken off
        made = _filled(folder / "station", shipments)
        rates.write_text(json.dumps(asdict(made)), encoding="utf-8")
    return folder / "station", Rates(**json.loads(rates.read_text(encoding="utf-8")))


def _filled(folder: Path, shipments: int) -> Rates:
    print(f"  filling a station with {shipments:,} shipments …", file=sys.stderr, flush=True)
    return fill(folder, shipments)


def clock() -> Callable[[], datetime]:
    """Ten in the morning of the filled station's last day, and it goes on from there."""
    return DemoClock(NOW.astimezone(ZONE).date(), ZONE)


def wait(until: Callable[[], bool]) -> None:
    """Run the window until something is so. TimeoutError when it never is."""
    from PySide6.QtCore import QEventLoop, QTimer

    if until():
        return
    loop, timer = QEventLoop(), QTimer()
    deadline = time.monotonic() + _PATIENCE_S

    def look() -> None:
        if until() or time.monotonic() > deadline:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(2)
    loop.exec()
    if not until():
        raise TimeoutError("the desk did not get there")


def hear(signal: Any) -> list[tuple[Any, ...]]:
    """A list that grows with every emission."""
    heard: list[tuple[Any, ...]] = []
    signal.connect(lambda *said: heard.append(said))
    return heard


def turn_over() -> None:
    """One turn of the window's loop: what came home meanwhile is taken in."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(0, loop.quit)
    loop.exec()


def settle(ms: float) -> None:
    end = time.monotonic() + ms / 1000
    wait(lambda: time.monotonic() > end)
