"""`wismo-desk demo --shared URL`: two desks and a worker on one PostgreSQL. Packs at full pace, cuts the line,
lets the mail server hang, and shows that nothing was lost, doubled or told twice."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import threading
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final
from uuid import UUID

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from wismo_desk.app.log import hear_qt
from wismo_desk.app.station import Station
from wismo_desk.app.worker import Worker
from wismo_desk.channels.smtp import Patience, open_line
from wismo_desk.demo.bench import Bench
from wismo_desk.demo.onlooker import Onlooker
from wismo_desk.demo.pace import Delays, Pace, shared_rate
from wismo_desk.demo.rows import Rows
from wismo_desk.demo.warehouse import Warehouse, open_warehouse
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.packing import progress
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import DeskError
from wismo_desk.notices.sender import OVERTAKEN, Sender
from wismo_desk.practice.failing_mail_server import FailingMailServer, Plan, Step
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.settings.secrets import shared_password
from wismo_desk.store.shared import upgrade_shared
from wismo_desk.sync.turn import SyncTurn
from wismo_desk.words import Words

_RATE: Final = 20  # scans a second, both desks together
_DELAY_MS: Final = 500
_PATIENCE_S: Final = 120.0
_NOTICES: Final = 200
_FRESH: Final = "C"  # how the numbers of the orders begin that come in while the line is cut
_EVERY: Final = 29  # one transaction in so many meets a mail server that hangs


def show_shared(options: Namespace) -> int:
    """0 when every bar is kept."""
    language = options.language or "fr"
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["wismo-desk"])
    hear_qt()
    try:
        epoch = upgrade_shared(options.shared, shared_password(options.shared))
        print(f"shared database ready (tables {epoch})", flush=True)
        with (
            tempfile.TemporaryDirectory(prefix="wismo-shared-") as folder,
            open_warehouse(options.shared, Path(folder), language) as house,
        ):
            rows = _Show(house, orders=options.orders, outage=options.outage)()
    except DeskError as error:
        print(Words(language, catalogue(language)).error(error))
        return 1
    del application
    print(rows.table())
    print(f"summary: {rows.write(out, {'outage_s': options.outage})}")
    return 0 if rows.kept else 1


class _Show:
    """One run, in the order in which its rows are printed. `orders`: how many of the sample, 0 for all."""

    def __init__(self, house: Warehouse, *, orders: int, outage: float) -> None:
        self._house, self._limit, self._outage = house, orders, outage
        self._rows, self._read, self._painted = Rows(), Delays(), Delays()
        self._one, self._two = house.desks
        self._asked: set[UUID] = set()  # orders that were packed

    def __call__(self) -> Rows:
        house = self._house
        onlookers = [Onlooker(desk, self._painted.arrived) for desk in house.desks]
        for desk, onlooker in zip(house.desks, onlookers, strict=True):
            assert desk.sharing is not None
            desk.sharing.start(partial(self._came, desk, onlooker))
        # A desk joins with empty hands; one that worked alone would have to say what becomes of its orders.
        self._until(lambda: all(_is_online(desk) for desk in house.desks))
        with self._working():
            self._take_in()
            waiting = self._waiting(self._one)
            self._contest(waiting[0])
            self._pack(waiting[1:])
            with FailingMailServer(Plan(fault=_faults, hangs=True)) as mail:
                self._hang(mail)
                self._go_on_alone()
                self._agree()
                self._void_one()
                self._tell_once(mail)
        self._count()
        for onlooker in onlookers:
            onlooker.close()
        return self._rows

    def _came(self, desk: Station, onlooker: Onlooker, turn: SyncTurn) -> None:
        self._read.arrived(desk, turn.changes.orders)
        onlooker.apply(turn.changes)

    @contextmanager
    def _working(self) -> Iterator[None]:
        station = self._house.worker
        worker = Worker(station, station.words, lambda text: print(f"worker: {text}", flush=True))
        thread = threading.Thread(target=worker.run, name="worker")
        thread.start()
        try:
            yield
        finally:
            worker.stop()
            thread.join()

    def _take_in(self) -> None:
        self._house.machines.fill(self._one.take_in)
        _nudge(self._one)
        known = len(self._one.watch.orders())
        self._until(lambda: len(self._two.watch.orders()) == known)

    def _waiting(self, desk: Station) -> list[Order]:
        found = desk.watch.orders(states=(OrderState.WAITING,))
        orders = [order for row in found if (order := desk.store.read.order(row.order_id)) is not None]
        fresh = [order for order in orders if _is_fresh(order)]
        return fresh or orders[: self._limit or len(orders)]

    # The line is up

    def _contest(self, order: Order) -> None:
        """Both benches scan the same slip at the same moment."""
        benches = [Bench(desk) for desk in self._house.desks]
        self._asked.add(order.order_id)
        for bench in benches:
            bench.open(order)
        told = [bench.hear(wait=True) for bench in benches]
        names = [desk.settings.station for desk in self._house.desks]
        for bench, elsewhere in zip(benches, told, strict=True):
            if elsewhere:
                bench.acknowledge()
            else:
                bench.pack(order)
            bench.close()
        packs = [name for name, elsewhere in zip(names, told, strict=True) if not elsewhere]
        said = [f"{name} is told of {held}" for name, held in zip(names, told, strict=True) if held]
        self._rows.add(
            "the same order at two benches",
            f"{', '.join(packs)} packs; {', '.join(said) or 'nobody is told'}",
            bar="one packs, the other is told",
            kept=len(packs) == 1 == len(said),
        )

    def _pack(self, orders: Sequence[Order]) -> None:
        times = self._at_both(orders, 2 / _RATE * 0.98)
        self._until(lambda: not any(_unsent(desk) for desk in self._house.desks))
        rate = shared_rate(times)
        self._rows.add(
            "scans a second, two desks together",
            f"{rate:.1f} ({sum(map(len, times))} scans)",
            bar=f"≥ {_RATE}",
            kept=rate >= _RATE,
        )
        self._rows.add(
            "scan → painted in the other desk's grid, p50 / p95",
            str(self._painted),
            bar=f"p95 ≤ {_DELAY_MS} ms",
            kept=self._painted.milliseconds(95) <= _DELAY_MS,
        )
        self._rows.add("scan → the file its windows read, p50 / p95", str(self._read))

    def _at_both(self, orders: Sequence[Order], every: float) -> list[list[float]]:
        """Each desk takes the next order as soon as it has packed one, a scan `every` so many seconds; the times
        of their scans (time.perf_counter)."""
        left: SimpleQueue[Order] = SimpleQueue()
        for order in orders:
            left.put(order)
            self._asked.add(order.order_id)

        def scanned(order: Order, at: float) -> None:
            self._read.scanned(order, at)
            self._painted.scanned(order, at)

        def work(bench: Bench) -> None:
            with suppress(Empty):
                while True:
                    bench.pack(left.get_nowait())
            bench.close()

        benches = [Bench(desk, pause=Pace(every), scanned=scanned) for desk in self._house.desks]
        threads = [threading.Thread(target=work, args=(bench,)) for bench in benches]
        for thread in threads:
            thread.start()
        self._until(lambda: not any(thread.is_alive() for thread in threads), patience=600)
        for thread in threads:
            thread.join()
        return [bench.times for bench in benches]

    # The line is cut

    def _go_on_alone(self) -> None:
        """Both take the same file in, pack half of it each, and one order of it both."""
        self._house.line.cut()
        began = time.monotonic()
        print(f"the line to PostgreSQL is cut for {self._outage:g} s", flush=True)
        file = fresh_orders(self._fresh)
        for desk in self._house.desks:
            desk.take_in(file, "coupure.csv")
        mine, theirs = (self._waiting(desk) for desk in self._house.desks)
        assert [each.order_id for each in mine] == [each.order_id for each in theirs]
        for desk in self._house.desks:
            bench = Bench(desk)
            bench.pack(mine[0])
            bench.close()
        self._twice = mine[0].order_id
        self._asked.add(self._twice)
        scans = sum(2 + line.quantity for order in mine for line in order.lines)
        every = max(2 / _RATE, 0.8 * self._outage / (scans / 2))
        self._read, self._painted = Delays(), Delays()  # what waits for the line is no delay of it
        times = self._at_both(mine[1:], every)
        self._until(lambda: time.monotonic() >= began + self._outage, patience=self._outage + 1)
        away = [desk.settings.station for desk in self._house.desks if not _is_online(desk)]
        self._house.line.mend()
        self._mended = time.monotonic()
        lasted = self._mended - began
        self._rows.add(
            "PostgreSQL away",
            f"{lasted:.0f} s, {sum(map(len, times))} scans meanwhile, offline: {', '.join(away)}",
            bar=f"{self._outage:g} s, both benches go on",
            kept=lasted >= self._outage and all(times) and len(away) == 2,
        )

    def _agree(self) -> None:
        house = self._house

        def alike() -> bool:
            written = house.written()
            return all(house.known(station) == written for station in house.stations)

        agreed = self._until(alike)
        waited = time.monotonic() - self._mended
        written, shared = house.written(), house.shared()
        lost = len(written - set(shared)) + sum(len(written - house.known(one)) for one in house.stations)
        self._rows.add(
            "the desks and the worker know the same", f"after {waited:.1f} s", bar="all alike", kept=agreed
        )
        self._rows.add(
            "facts lost / doubled",
            f"{lost} / {len(shared) - len(set(shared))} of {len(written)}",
            bar="0 / 0",
            kept=lost == 0 and len(shared) == len(set(shared)),
        )

    def _void_one(self) -> None:
        """The order that both packed while they were alone: a task at both desks, settled at one of them."""
        tasks = [desk.twice_labelled() for desk in self._house.desks]
        numbers = [label.number for task in tasks[0] for label in task.labels]
        for task in tasks[1][:1]:
            self._two.void(task.labels[1].parcel_id, reason="packed at both while the line was cut")
            _nudge(self._two)
        gone = self._until(lambda: not any(desk.twice_labelled() for desk in self._house.desks))
        self._rows.add(
            "packed twice while the line was down",
            f"{' and '.join(numbers)}: one voided" if gone else "not settled",
            bar="found at both desks, one voided",
            kept=gone and [len(task) for task in tasks] == [1, 1] and len(numbers) == 2,
        )

    # The customer

    def _hang(self, mail: FailingMailServer) -> None:
        """From now on the worker's mail server falls silent in the middle of things."""
        self._until(self._is_told)
        counts = self._house.worker.notify.counts()
        self._told_before = counts.get(EffectState.DONE, 0) + counts.get(EffectState.IN_DOUBT, 0)
        station = self._house.worker
        assert station.sharing is not None
        settings = station.settings
        station.settings = replace(settings, mail=replace(settings.mail, port=mail.port))
        # Not the usual minutes: a demo has none to spare.
        patience = Patience(connect=2, answer=1, body=1)
        sender = Sender(
            store=station.store,
            ledger=station.sharing.notices,
            letters=station.notify.letters,
            mail=lambda: station.settings.mail,
            open_line=lambda mail: open_line(mail, "", patience=patience),
            clock=station.clock,
            chance=lambda: 0.0,
        )
        station.notify = replace(station.notify, sender=sender)

    def _is_told(self) -> bool:
        counts = self._house.worker.notify.counts()
        return not counts.get(EffectState.PENDING) and not counts.get(EffectState.SENDING)

    def _tell_once(self, mail: FailingMailServer) -> None:
        self._until(self._is_told)
        house = self._house
        arrived = Counter(str(message["Message-ID"]) for message in house.machines.mail.messages)
        arrived += Counter(str(each.message["Message-ID"]) for each in mail.received)
        notify = house.worker.notify
        counts = {state: notify.counts().get(state, 0) for state in EffectState}
        refused = notify.rows((EffectState.FAILED,), limit=5000)
        lost = sum(row.notice.details.get("error") != OVERTAKEN for row in refused)
        lost += max(0, counts[EffectState.DONE] - len(arrived))
        twice, doubt = sum(count > 1 for count in arrived.values()), counts[EffectState.IN_DOUBT]
        asked = counts[EffectState.DONE] + doubt - self._told_before
        wanted = _NOTICES if not self._limit else self._fresh
        self._rows.add("notices before that", f"{self._told_before}")
        self._rows.add(
            "notices, the mail server falls silent in the middle",
            f"{asked}, {sum(mail.met.values())} silences: {twice} twice, {lost} lost, {doubt} in doubt and shown",
            bar=f"≥ {wanted}, none twice, none lost",
            kept=asked >= wanted and not twice and not lost and self._is_told(),
        )

    # The end

    def _count(self) -> None:
        """Every order once: shipped, under one label, every piece ticked once."""
        rows = self._one.watch.orders()
        read = self._one.store.read
        live = [
            parcel
            for row in rows
            for parcel in read.parcels(order_id=row.order_id)
            if parcel.state is not ParcelState.VOIDED
        ]
        labels = Counter((parcel.order_id, parcel.parcel_no) for parcel in live)
        numbers = Counter(parcel.tracking_number for parcel in live)
        bought = self._house.machines.carrier.created
        doubled = sum(n > 1 for counted in (labels, numbers, bought) for n in counted.values())
        again = 0
        for order in filter(None, map(read.order, self._asked - {self._twice})):
            ticks = progress(read.order_facts(order.order_id)).ticks
            again += sum(ticks.get(line.line_id, 0) > line.quantity for line in order.lines)
        shipped = {row.order_id for row in rows if row.state is OrderState.SHIPPED}
        self._rows.add(
            "orders shipped",
            f"{len(shipped)} of {len(self._asked)}",
            bar="every one that was packed",
            kept=shipped == self._asked,
        )
        self._rows.add(
            "labels doubled / pieces counted twice",
            f"{doubled} / {again}",
            bar="0 / 0",
            kept=not doubled and not again,
        )

    @property
    def _fresh(self) -> int:
        """How many orders come in while the line is cut; of each two notices, a few overtaken by the later."""
        return _NOTICES * 6 // 10 if not self._limit else self._limit + 1

    def _until(self, so: Callable[[], bool], *, patience: float = _PATIENCE_S) -> bool:
        """Run the windows until it is so; False when it never is."""
        loop, timer = QEventLoop(), QTimer()
        deadline = time.monotonic() + patience
        told: list[bool] = []

        def look() -> None:
            if so():
                told.append(True)
            if told or time.monotonic() > deadline:
                timer.stop()
                loop.quit()

        timer.timeout.connect(look)
        timer.start(20)
        loop.exec()
        return bool(told)


def fresh_orders(count: int) -> bytes:
    """An order file like the sample's first lines, for `count` other people; an own delivery each."""
    sample = (resources_dir() / "practice" / "commandes-exemple.csv").read_text("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(sample)))
    chosen = [line for line in lines if line["chosenDeliveryService"] == "Livraison magasin"][:count]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(lines[0]), lineterminator="\n")
    writer.writeheader()
    for number in range(count):
        one = chosen[number % len(chosen)]
        order = f"{_FRESH}{number:04d}"
        person = {"email": f"client.{order}@example.org", "quantity": "1", "lineId": "1"}
        writer.writerow({**one, "orderId": order, "originRef": order, **person})
    return text.getvalue().encode()


def _is_fresh(order: Order) -> bool:
    return order.number.startswith(_FRESH)


def _faults(number: int) -> Step | None:
    """Each step of a conversation in its turn."""
    steps = list(Step)
    return steps[number // _EVERY % len(steps)] if number % _EVERY == 0 else None


def _is_online(desk: Station) -> bool:
    return desk.sharing is not None and desk.sharing.online


def _unsent(desk: Station) -> int:
    return desk.store.outbox.last_seq() - (desk.store.outbox.acked() or 0)


def _nudge(desk: Station) -> None:
    if desk.sharing is not None:
        desk.sharing.nudge()
