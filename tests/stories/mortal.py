"""A packer whose program is killed: where it dies, what it does, and how it finishes after a restart."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from desk_rig import MUG, TEE, Bench

from wismo_desk.devices.tcp_printer import TcpPrinter
from wismo_desk.domain.bench_view import BenchMode
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.printer import PrinterProfile, PrinterStatus
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.store.journal import Entry

# The commits of one label, and how to know each.
COMMITS: Final[dict[str, Callable[[Entry], bool]]] = {
    "intent": lambda entry: any(effect.kind is EffectKind.LABEL_BOUGHT for effect in entry.effects),
    "shelf": lambda entry: any(effect.kind is EffectKind.LABEL_AHEAD for effect in entry.effects),
    "settle": lambda entry: any(fact.kind is FactKind.LABEL_BOUGHT for fact in entry.facts),
    "sending": lambda entry: any(move.now is EffectState.SENDING for move in entry.moves),
    "printed": lambda entry: any(fact.kind is FactKind.LABEL_PRINTED for fact in entry.facts),
}
# "between": in the journal, not yet in the main file.
POINTS: Final = (
    "before intent",
    "between intent",
    "after intent",
    "before carrier",
    "after carrier",
    "before settle",
    "between settle",
    "after settle",
    "before sending",
    "after sending",
    "before bytes",
    "half bytes",
    "after bytes",
    "before printed",
    "between printed",
    "after printed",
)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Address:
    """The machines of another process."""

    port: int
    url: str

    def profile(self, name: str = "Z1") -> PrinterProfile:
        return PrinterProfile(name=name, port=self.port)


class DyingPrinter:
    """A printer whose desk dies before, in or after the bytes of a label."""

    def __init__(self, printer: TcpPrinter, when: str) -> None:
        self._printer, self._when = printer, when

    @property
    def name(self) -> str:
        return self._printer.name

    def status(self) -> PrinterStatus:
        return self._printer.status()

    def send(self, payload: bytes) -> None:
        if self._when == "before":
            die()
        if self._when == "half":
            self._printer.send(payload[: len(payload) // 2])
            die()
        before = self._printer.status().odometer
        self._printer.send(payload)
        while self._printer.status().odometer == before:
            pass  # it is certainly on paper, then the desk dies
        die()


class DyingCarrier:
    """A carrier whose caller dies before or after the label was created."""

    def __init__(self, carrier: Any, when: str) -> None:
        self.info, self._carrier, self._when = carrier.info, carrier, when

    def buy_label(self, request: LabelRequest) -> Label:
        if self._when == "before":
            die()
        self._carrier.buy_label(request)
        die()
        raise AssertionError("dead")

    def takes_together(self, request: LabelRequest) -> bool:
        return bool(self._carrier.takes_together(request))

    def buy_labels(self, requests: Sequence[LabelRequest]) -> tuple[Label, ...]:
        if self._when == "before":
            die()
        self._carrier.buy_labels(requests)
        die()
        raise AssertionError("dead")


def doom(desk: Bench, point: str) -> None:
    """Let this bench's process be killed at `point`."""
    when, what = point.split()
    station, store = desk.station, desk.station.store
    if what == "carrier":
        for code, carrier in station.carriers.items():
            station.carriers[code] = DyingCarrier(carrier, when)
    elif what == "bytes":
        printer = station.printers["Z1"]
        assert isinstance(printer, TcpPrinter)
        station.printers["Z1"] = DyingPrinter(printer, when)
    else:
        is_it, commit, write = COMMITS[what], store.commit, store.journal.commit

        def dying_commit(entry: Entry, **how: Any) -> Changes:
            if when == "before" and is_it(entry):
                die()
            changes = commit(entry, **how)
            if when == "after" and is_it(entry):
                die()
            return changes

        def dying_write(entry: Entry, said: str = "") -> int:
            seq = write(entry, said)
            if when == "between" and is_it(entry):
                die()
            return seq

        store.commit = dying_commit  # type: ignore[method-assign]  # only this process, which is about to die
        store.journal.commit = dying_write  # type: ignore[method-assign]  # likewise


def came_out(desk: Bench, folder: Path, parcel: UUID) -> bool:
    """What the packer sees: whether this label lies in the printer's tray."""
    stored = desk.station.store.journal.label(parcel)
    printed = (path.read_bytes() for path in folder.glob("*.zpl"))
    return stored is not None and any(stored.content.strip() == label.strip() for label in printed)


def settle_doubts(desk: Bench, tray: Path) -> None:
    for doubt in desk.station.resolve.doubts():
        effect, resolve = doubt.effect, desk.station.resolve
        if effect.kind is EffectKind.LABEL_BOUGHT:
            shipped = resolve.ask_again(effect.effect_id)
            assert shipped.job is None or desk.print_label(shipped.job)
        elif came_out(desk, tray, effect.parcel_id):
            parcel = desk.station.store.read.parcel(effect.parcel_id)
            assert parcel is not None
            desk.scan(parcel.tracking_number)
        else:
            desk.print_label(resolve.not_out(effect.effect_id, reason="nothing there"))


def finish(desk: Bench, number: str, tray: Path) -> None:
    """After a restart: the packer looks at the screen, scans what is missing, and sticks the label on."""
    settle_doubts(desk, tray)
    if desk.state(number) is not OrderState.SHIPPED:
        if desk.view.order_number != number:
            desk.scan(number)
        while desk.view.mode is BenchMode.PACKING and desk.view.current >= 0:
            code = {"TS-M": TEE, "MUG": MUG}[desk.view.lines[desk.view.current].sku]
            desk.scan(code)
        if desk.view.mode is BenchMode.PACKING:
            desk.act(Command.OK)
    assert desk.view.problem is None, desk.said
    for parcel in desk.parcels(number):
        desk.scan(parcel.tracking_number)
