"""SIGKILL of the whole program, window included, while a scanner types into it: opening, packing, printing.

Each life is a fork of a process that has the modules loaded and no Qt yet; it opens the real desk offscreen.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from desk_rig import KEY, MORNING, TEE, settings_for
from mortal import settle_doubts
from PySide6.QtCore import QSize, Qt, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.faults.kills import Told, fork, inspect, raised
from tests.faults.machines import MEMORY, Warehouse, warehouse
from tests.faults.outcome import Outcome
from tests.faults.packer_life import Pipe, World, take_orders
from tests.faults.tally import Tally
from wismo_desk.app import station as stations
from wismo_desk.app.desk import Desk
from wismo_desk.demo.clock import DemoClock
from wismo_desk.demo.wedge import Wedge
from wismo_desk.domain.bench_view import BenchMode, BenchView, Problem
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.flows.print_label import pending
from wismo_desk.settings.mail import MailSettings, Security
from wismo_desk.words import Words

SHORT, FULL = 3, 30
_ORDERS, _LOOK_MS, _PATIENCE_S = 6, 15, 120.0


def run(*, short: bool, seed: int) -> Outcome:
    began, count = time.monotonic(), SHORT if short else FULL
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    found, kills = _kill(count, seed, early=False)
    twin = Tally()
    for again in range(4):  # a quick machine gives the twin little time to be caught in
        more, _ = _kill(SHORT * 3, seed + again, early=True)
        twin += more
        if twin.total:
            break
    for said in found.said[:15]:
        print(f"window, seed {seed}: {said}", file=sys.stderr)
    return Outcome(
        name="window", unit="kills of the window", count=kills, least=count, seed=seed, lost=found.lost,
        doubled=found.doubled, phantom=found.phantom, mismatch=found.mismatch, twin=twin.total,
        seconds=time.monotonic() - began,
        note=f"{found.done} orders shipped by key events; {found.doubts} questions asked and settled",
    )  # fmt: skip


def _kill(count: int, seed: int, *, early: bool) -> tuple[Tally, int]:
    """`early` is the naive twin: what was typed counts as scanned, whether the desk has said so or not."""
    chance, found, kills = random.Random(seed), Tally(), 0
    while kills < count:
        with warehouse(seed) as machines:
            tally, more = _one_world(machines, chance, count - kills, early=early)
        found += tally
        kills += more
    return found, kills


def _one_world(machines: Warehouse, chance: random.Random, left: int, *, early: bool) -> tuple[Tally, int]:
    folder = Path(tempfile.mkdtemp(prefix="wismo-window-", dir=MEMORY))
    world = World(folder / "desk", machines.printer, machines.mail_port, machines.tray, _ORDERS)
    told, kills, until = Told(), 0, time.monotonic() + _PATIENCE_S * 3
    try:
        raised(_in_qt(lambda _say: take_orders(world, MORNING)))
        while not told.over and kills < left and time.monotonic() < until:
            kills += _one_life(world, told, chance, early=early)
        if not told.over:
            raised(lambda say: _live(world, dict(told.pieces), set(told.checked), say, early=early), told)
        found = inspect(world, machines, MORNING + timedelta(hours=5), _in_qt)
        for number in told.lost:
            found.wrong("lost", f"order {number}: fewer pieces than were acknowledged")
        for bug in told.bugs:
            found.wrong("mismatch", bug)
        return found, kills
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_qt(work: Callable[[Pipe], None]) -> Callable[[Pipe], None]:
    def inside(say: Pipe) -> None:
        application = QApplication([])
        work(say)
        del application

    return inside


def _one_life(world: World, told: Told, chance: random.Random, *, early: bool) -> int:
    words, rest = (
        chance.choice((0, 1, 2, 3, 4, 6, 8, 11)),
        chance.uniform(0, 0.5) if chance.random() < 0.3 else 0.03,
    )
    if early:
        words, rest = max(2, words), 0.0  # right behind what it says before it is so
    pieces, checked = dict(told.pieces), set(told.checked)
    pid, ours = fork(lambda say: _live(world, pieces, checked, say, early=early))
    heard = b""
    while heard.count(b"\n") < words and (piece := os.read(ours, 65536)):
        heard += piece
    select.select([], [], [], chance.uniform(0, rest))
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    while piece := os.read(ours, 65536):
        heard += piece
    os.close(ours)
    told.hear(heard.decode())
    return int(os.WIFSIGNALED(status))


def _live(world: World, acknowledged: dict[str, int], checked: set[str], say: Pipe, *, early: bool) -> None:
    """Opens the desk and types until all orders are packed."""
    sys.setswitchinterval(0.0005)
    qInstallMessageHandler(lambda *_: None)  # the offscreen platform says of each window what it cannot do
    application = QApplication([])
    stations.data_key = lambda folder: (KEY, False)  # type: ignore[assignment, return-value]  # no keyring here
    mail = MailSettings(
        on=True, host="127.0.0.1", port=world.mail_port, security=Security.NONE, sender_name="Papeterie",
        sender_address="bonjour@papeterie.example",
    )  # fmt: skip
    settings = replace(settings_for(world.machines, world.machines), mail=mail)
    clock = DemoClock(MORNING.date(), settings.timezone)
    desk = Desk(
        world.folder,
        settings,
        Words("en"),
        application=application,
        practice=True,
        clock=clock,
        audible=False,
    )
    hand = _Hand(desk, world, acknowledged, checked, say, early=early)
    desk.ready.connect(hand.begin)
    desk.show(QSize(1366, 768))
    application.exec()
    desk.close()


class _Hand:
    """Looks at the bench and types what a packer would scan next."""

    def __init__(
        self,
        desk: Desk,
        world: World,
        acknowledged: dict[str, int],
        checked: set[str],
        say: Pipe,
        *,
        early: bool,
    ) -> None:
        self._desk, self._world, self._say = desk, world, say
        self._acknowledged, self._checked, self._early = acknowledged, checked, early
        self._seen: tuple[object, ...] = ()
        self._since = 0.0
        self._timer = QTimer(desk)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        station, bench = self._desk.station, self._desk.bench
        assert station is not None and bench is not None
        for number, count in self._acknowledged.items():
            if self._pieces(number) < count:
                self._say("lost", number)
        self._say("open")
        self._wedge = Wedge(self._desk.window.windowHandle())
        bench.stepped.connect(lambda step, _began: self._heard(step.view))
        self._timer.start(_LOOK_MS)

    def _heard(self, view: BenchView) -> None:
        if view.order_number and view.pieces_done and not self._early:
            self._say("piece", view.order_number, view.pieces_done)

    def _look(self) -> None:
        """One reaction to one picture; again when nothing comes of it for a while."""
        view = self._desk.bench_page.view
        seen = (
            view.mode,
            view.order_number,
            view.pieces_done,
            view.problem,
            view.label,
            view.buying,
            view.notice,
        )
        if seen == self._seen and time.monotonic() - self._since < 1.0:
            return
        self._seen, self._since = seen, time.monotonic()
        if view.mode is BenchMode.PACKING and view.current >= 0:
            self._scan_piece(view)
        elif view.mode is BenchMode.PACKING and not view.buying:
            self._wedge.press(Qt.Key.Key_Return, "\r")
        elif view.mode is BenchMode.LABEL_OUT and view.label is not None and view.label.printed:
            self._wedge.scan(view.label.tracking_number)
        elif view.mode is BenchMode.PROBLEM and view.problem is not None:
            again = view.problem.kind is Problem.PRINTER and view.problem.can_retry
            self._wedge.press(*((Qt.Key.Key_P, "p") if again else (Qt.Key.Key_Return, "\r")))
        elif view.mode is BenchMode.IDLE:
            self._next()

    def _scan_piece(self, view: BenchView) -> None:
        if self._early:
            self._say("piece", view.order_number, view.pieces_done + 1)
        self._wedge.scan(TEE)

    def _next(self) -> None:
        """The tray first, then labels that lie there unscanned, then the next order."""
        station = self._desk.station
        assert station is not None
        if station.resolve.doubts():
            settle_doubts(self, self._world.tray)  # type: ignore[arg-type]  # `station`, `scan` and `print_label`
        for job in pending(station.store):
            assert self._desk.bench is not None
            self._desk.bench.send(job)
        for number in self._world.numbers:
            parcels = station.store.read.parcels(order_id=order_id("csv", number))
            waiting = [parcel for parcel in parcels if parcel.state is not ParcelState.CHECKED]
            if parcels and not waiting:
                if number not in self._checked:
                    self._checked.add(number)
                    self._say("checked", number)
                continue
            self._wedge.scan(waiting[0].tracking_number if waiting else number)
            return
        self._timer.stop()
        QTimer.singleShot(0, QApplication.quit)

    def _pieces(self, number: str) -> int:
        station = self._desk.station
        assert station is not None
        facts = station.store.read.order_facts(order_id("csv", number))
        return sum(int(str(fact.data["pieces"])) for fact in facts if fact.kind is FactKind.ITEM_SCANNED)

    # What `settle_doubts` asks of a bench

    @property
    def station(self) -> Any:
        return self._desk.station

    def scan(self, code: str) -> None:
        self._wedge.scan(code)

    def print_label(self, job: Any) -> bool:
        assert self._desk.bench is not None
        self._desk.bench.send(job)
        return True
