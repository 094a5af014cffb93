"""The printer, the carrier and the mail server of a warehouse, in a process of their own: they outlive the desk."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from mortal import Address

from wismo_desk.devices.paperless_printer import PaperlessPrinter, PrinterFault
from wismo_desk.domain.printer import PrinterState
from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.practice.failing_mail_server import FailingMailServer

MEMORY: Final = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())
_LONGEST_S: Final = 0.8  # a trouble: longer than the desk's patience in these tests
_TROUBLES: Final = (PrinterState.PAPER_OUT, PrinterState.HEAD_OPEN, PrinterState.PAUSED)


@dataclass(frozen=True, slots=True)
class Books:
    """What the machines know afterwards: every label that came out, every label sold, every mail kept."""

    printed: tuple[bytes, ...]
    sold: Counter[str]  # by reference
    mails: Counter[str]  # by Message-ID
    odometer: int
    faults: Counter[str]


@dataclass(frozen=True, slots=True)
class Warehouse:
    """How a desk reaches its machines, and how its tester does. `tray`: the printer's, where labels lie."""

    printer: Address
    mail_port: int
    tray: Path
    _line: Connection

    def books(self) -> Books:
        self._line.send(("books",))
        told: Books = self._line.recv()
        return told

    def fail_printer(self, faults: list[str]) -> None:
        """One fault to the next label, each: a `PrinterFault`, a `PrinterState` for a moment, or "off"."""
        self._line.send(("fail", faults))
        self._line.recv()


@contextmanager
def warehouse(seed: int = 0, *, label_s: float = 0.0) -> Iterator[Warehouse]:
    """Fresh machines; a label takes `label_s` seconds. Call it from a process without threads: it forks."""
    tray = Path(tempfile.mkdtemp(prefix="wismo-tray-", dir=MEMORY))
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_run, args=(theirs, ours, tray, seed, label_s), daemon=True)
    process.start()
    theirs.close()
    port, url, mail = ours.recv()
    try:
        yield Warehouse(Address(port, url), mail, tray, ours)
    finally:
        ours.send(("stop",))
        process.join(20)
        process.kill()
        ours.close()
        shutil.rmtree(tray, ignore_errors=True)


def _run(line: Connection, other: Connection, tray: Path, seed: int, label_s: float) -> None:
    other.close()
    slow = PaperlessPrinter(folder=tray, label_s=label_s)
    with slow as printer, CarrierServer() as carrier, FailingMailServer() as mail:
        trouble = _Trouble(printer, random.Random(seed))
        line.send((printer.port, carrier.url, mail.port))
        while True:
            asked: tuple[Any, ...] = line.recv()
            if asked[0] == "stop":
                trouble.stop()
                return
            if asked[0] == "fail":
                trouble.plan(asked[1])
                line.send(True)
                continue
            kept = Counter(str(each.message["Message-ID"]) for each in mail.received)
            line.send(Books(printer.labels, carrier.created, kept, printer.odometer, trouble.met))


class _Trouble:
    """Makes a printer fail again and again, one fault after the other."""

    def __init__(self, printer: PaperlessPrinter, chance: random.Random) -> None:
        self._printer, self._chance = printer, chance
        self.met: Counter[str] = Counter()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def plan(self, faults: list[str]) -> None:
        self._thread = threading.Thread(target=self._go, args=(faults,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(10)

    def _go(self, faults: list[str]) -> None:
        """Each after another few labels, so that there is work between two of them."""
        for fault in faults:
            seen = self._printer.odometer
            if not self._until(lambda seen=seen: self._printer.odometer >= seen + 2):  # type: ignore[misc]  # bound now
                return
            self.met[fault] += 1
            if fault in set(PrinterFault):
                self._printer.fail_next(PrinterFault(fault), at_byte=self._chance.randint(1, 400))
            elif fault == "off":
                self._printer.stop()
                self._over.wait(self._chance.uniform(0.01, _LONGEST_S))
                self._printer.start()
            else:
                self._printer.become(PrinterState(fault))
                self._over.wait(self._chance.uniform(0.01, _LONGEST_S))
                self._printer.become(PrinterState.READY)

    def _until(self, so: Callable[[], bool]) -> bool:
        while not self._over.is_set():
            if so():
                return True
            self._over.wait(0.002)
        return False


def some_faults(chance: random.Random, count: int) -> list[str]:
    """Every kind in turn, shuffled."""
    kinds = [*PrinterFault, *_TROUBLES, "off"]
    found = [str(kinds[n % len(kinds)]) for n in range(count)]
    chance.shuffle(found)
    return found
