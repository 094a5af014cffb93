"""From a scan to its sound, its picture and the printer, through the real window on the filled station.

The desk is just opened: while it packs, it brings its rules up to date, learns what it foresees and looks over the
orders that wait, as it does each morning. A scan begins when its last key arrives; the sound has come when its bytes
were handed to a pipe, the picture when it was painted (offscreen), the label when its last byte is in the paperless
printer. The next scan follows `Room.pace_ms` after each answer: at 40 ms the bench never rests, and what waits for a
pause waits to the end; a pace of 500 ms lets it run between the scans, and they meet it.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any, Final

from PySide6.QtCore import QTimer

from tests.speed import goods, usual
from tests.speed.figures import Figure, at, calmest, spread
from tests.speed.room import Room, hear, settle, wait
from wismo_desk.app.desk import Desk
from wismo_desk.demo.packer import Packer
from wismo_desk.demo.wedge import Wedge
from wismo_desk.devices.paperless_printer import PaperlessPrinter
from wismo_desk.domain.bench_view import BenchView, Cue
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.flows.bench_state import Step
from wismo_desk.resources import resources_dir
from wismo_desk.ui.sounds import Pipe, Speaker, read_sounds

_ORDERS: Final = 50
_UNHURRIED: Final = 20  # orders of a round at a person's pace: a minute
_PERSONS_MS: Final = 200
_ROUNDS: Final = 2
_WARM: Final = 5
_USUAL: Final = "the field's usual way: no journal; PDF label, rasterised, sent, then the answer"


@dataclass
class Times:
    """Milliseconds from a whole scan to…"""

    sound: list[float] = field(default_factory=list)
    picture: list[float] = field(default_factory=list)
    printer: list[float] = field(default_factory=list)


class Ear:
    """A loudspeaker that notes when it was handed its bytes; they go down a real pipe."""

    def __init__(self) -> None:
        self._pipe = Pipe(("cat",))
        self.heard_at = 0.0

    def play(self, cue: Cue, pcm: bytes) -> bool:
        played = self._pipe.play(cue, pcm)
        self.heard_at = perf_counter()
        return played

    def close(self) -> None:
        self._pipe.close()


class PacedPacker(Packer):
    """Takes its time after each answer."""

    def __init__(self, pace_ms: int, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._pace_ms = pace_ms

    def stepped(self, step: Step, _began: float) -> None:
        QTimer.singleShot(self._pace_ms, lambda: self._next(step.view))


class Watcher:
    """Notes what follows each scan. The n-th label that comes out belongs to the n-th purchase."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._asked: list[float] = []
        self._unseen: list[float] = []
        self.out_at: list[float] = []
        self.answers: list[tuple[BenchView, str]] = []  # what each scan showed, and the order it completed
        self.times = Times()

    def stepped(self, step: Step, began: float) -> None:
        if not began:
            return
        completed = step.purchase.order.number if step.purchase else ""
        self.answered(step.view, began, completed)
        self.answers.append((step.view, completed))

    def answered(self, view: BenchView, began: float, completed: str) -> None:
        if view.cue is not Cue.SILENT:
            self.times.sound.append((self._ear.heard_at - began) * 1000)
        self._unseen.append(began)
        if completed:
            self._asked.append(began)

    def painted(self, _view: BenchView) -> None:
        now = perf_counter()
        self.times.picture += [(now - began) * 1000 for began in self._unseen]
        self._unseen.clear()

    def came_out(self, _content: bytes, _number: int) -> None:
        """On the printer's thread; the label is whole by now."""
        self.out_at.append(perf_counter())

    def done(self) -> Times:
        asked = self._asked[: len(self.out_at)]
        self.times.printer = [(out - began) * 1000 for began, out in zip(asked, self.out_at, strict=False)]
        return self.times


def measure(room: Room) -> list[Figure]:
    folder = room.copy("scan")  # packing ages it
    ear = Ear()
    count = _ORDERS if room.pace_ms < _PERSONS_MS else _UNHURRIED
    with PaperlessPrinter() as printer:
        with room.desk(folder, printer.profile("Z1"), prepare=partial(_listen, ear)) as desk:
            orders = _waiting(desk, _WARM + _ROUNDS * count)
            pack = partial(_pack, desk, printer, ear, room.pace_ms)
            pack(orders[:_WARM])
            rounds = []
            for n in range(_ROUNDS):
                first = _WARM + n * count
                rounds.append(pack(orders[first : first + count]))
            peers = [_replay(desk, printer, ear, watcher) for watcher in rounds]
        times = [watcher.done() for watcher in rounds]
    return [
        *_figures("scan → sound", [t.sound for t in times], [t.sound for t in peers], aim=20.0),
        *_figures(
            "scan → its picture painted", [t.picture for t in times], [t.picture for t in peers], aim=20.0
        ),
        *_figures(
            "last scan → label at the printer",
            [t.printer for t in times],
            [t.printer for t in peers],
            aim=50.0,
        ),
    ]


def _figures(
    name: str, ours: Sequence[list[float]], peers: Sequence[list[float]], *, aim: float
) -> list[Figure]:
    note = f"median of the rounds: {', '.join(f'{at(run, 50):.1f}' for run in ours)} ms"
    return spread("scan", name, calmest(ours), calmest(peers), peer=_USUAL, aim=aim, note=note)


def _listen(ear: Ear, desk: Desk) -> None:
    desk.speaker = Speaker(read_sounds(resources_dir() / "sounds"), ear)


def _waiting(desk: Desk, count: int) -> list[Order]:
    """Own deliveries that wait, oldest first."""
    assert desk.station is not None
    read = desk.station.store.read
    rows = read.orders(states=(OrderState.WAITING,), carrier="own", limit=count)
    return [order for row in rows if (order := read.order(row.order_id)) is not None]


def _pack(desk: Desk, printer: PaperlessPrinter, ear: Ear, pace_ms: int, orders: Sequence[Order]) -> Watcher:
    """Packs as the demo does."""
    assert desk.bench is not None and desk.station is not None
    watcher = Watcher(ear)
    printer._on_label = watcher.came_out
    wedge = Wedge(desk.window.windowHandle())
    products = desk.station.store.read.products()
    packer = PacedPacker(pace_ms, wedge, orders, products, look=lambda _name: None, parent=desk)
    finished = hear(packer.finished)
    joins = (
        (desk.bench.stepped, packer.stepped),
        (desk.bench.stepped, watcher.stepped),
        (desk.bench_page.painted, watcher.painted),
    )
    for signal, slot in joins:
        signal.connect(slot)
    packer.begin(desk.bench_page.view)
    wait(lambda: bool(finished))
    settle(200)
    for signal, slot in joins:
        signal.disconnect(slot)
    return watcher


def _replay(desk: Desk, printer: PaperlessPrinter, ear: Ear, before: Watcher) -> Times:
    """The same scans typed into the same window, each answered at once from memory; the scan that completes an
    order makes its label the usual way first."""
    watcher = Watcher(ear)
    printer._on_label = watcher.came_out
    desk.router.scanned.disconnect()
    line = socket.create_connection(("127.0.0.1", printer.port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    usual.label(goods.request(0, dpi=203))  # fonts and modules
    answers = iter(before.answers)

    def answer(_code: str, _ms: float) -> None:
        began = perf_counter()
        view, completed = next(answers)
        if completed:
            line.sendall(usual.label(goods.request(int(completed) - 100_000, dpi=203)))
        desk.speaker.play(view.cue)
        desk.bench_page.show_view(view, desk.clock())
        watcher.answered(view, began, completed)

    desk.router.scanned.connect(answer)
    desk.bench_page.painted.connect(watcher.painted)
    wedge = Wedge(desk.window.windowHandle())
    for n in range(len(before.answers)):
        seen = len(watcher.times.picture)
        wedge.scan(f"]C1{n:018d}")
        wait(lambda seen=seen: len(watcher.times.picture) > seen)  # type: ignore[misc]  # a default, not a parameter
        settle(10)
    desk.bench_page.painted.disconnect(watcher.painted)
    line.close()
    return watcher.done()
