"""`wismo-desk demo --shared URL`: two desks and a worker on one PostgreSQL. Packs at full pace, cuts the line,
lets the mail server hang, and shows that nothing was lost, doubled or told twice."""

from __future__ import annotations

import os
import tempfile
import threading
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from wismo_desk.app.log import hear_qt
from wismo_desk.app.station import Station
from wismo_desk.app.worker import Worker
from wismo_desk.demo.bench import Bench
from wismo_desk.demo.onlooker import Onlooker
from wismo_desk.demo.outage import Outage
from wismo_desk.demo.pace import shared_rate
from wismo_desk.demo.rows import Rows
from wismo_desk.demo.silence import Silence
from wismo_desk.demo.stage import Stage, is_online, nudge, unsent
from wismo_desk.demo.warehouse import Warehouse, open_warehouse
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.packing import progress
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.errors import DeskError
from wismo_desk.resources import catalogue
from wismo_desk.settings.secrets import shared_password
from wismo_desk.store.shared import upgrade_shared
from wismo_desk.sync.turn import SyncTurn
from wismo_desk.words import Words

_RATE: Final = 20  # scans a second, both desks together
_HURRY: Final = 0.98  # of the pause that this leaves, so that the rate is reached and not only aimed at
_DELAY_MS: Final = 500
_NOTICES: Final = 200


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
        self._house = house
        self._stage = stage = Stage(house, limit=orders)
        self._one, self._two = house.desks
        # Two notices an order, of which a later one may overtake the first.
        fresh, wanted = (orders + 1, orders + 1) if orders else (_NOTICES * 6 // 10, _NOTICES)
        self._outage = Outage(stage, outage, orders=fresh)
        self._silence = Silence(stage, wanted=wanted)

    def __call__(self) -> Rows:
        house, stage = self._house, self._stage
        painted = lambda desk, orders: stage.painted.arrived(desk, orders)  # noqa: E731 - the one of the moment
        onlookers = [Onlooker(desk, painted) for desk in house.desks]
        for desk, onlooker in zip(house.desks, onlookers, strict=True):
            assert desk.sharing is not None
            desk.sharing.start(partial(self._came, desk, onlooker))
        # A desk joins with empty hands; one that worked alone would have to say what becomes of its orders.
        stage.until(lambda: all(is_online(desk) for desk in house.desks))
        with self._working():
            self._take_in()
            first, *others = stage.waiting(self._one)[: stage.limit or None]
            self._contest(first)
            self._pack(others)
            with self._silence():
                self._outage()
        self._count()
        for onlooker in onlookers:
            onlooker.close()
        return stage.rows

    def _came(self, desk: Station, onlooker: Onlooker, turn: SyncTurn) -> None:
        self._stage.read.arrived(desk, turn.changes.orders)
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
        nudge(self._one)
        known = len(self._one.watch.orders())
        self._stage.until(lambda: len(self._two.watch.orders()) == known)

    def _contest(self, order: Order) -> None:
        """Both benches scan the same slip at the same moment."""
        benches = [Bench(desk) for desk in self._house.desks]
        self._stage.packed.add(order.order_id)
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
        self._stage.rows.add(
            "the same order at two benches",
            f"{', '.join(packs)} packs; {', '.join(said) or 'nobody is told'}",
            bar="one packs, the other is told",
            kept=len(packs) == 1 == len(said),
        )

    def _pack(self, orders: Sequence[Order]) -> None:
        stage = self._stage
        times = stage.at_both(orders, 2 / _RATE * _HURRY)
        stage.until(lambda: not any(unsent(desk) for desk in self._house.desks))
        rate = shared_rate(times)
        stage.rows.add(
            "scans a second, two desks together",
            f"{rate:.1f} ({sum(map(len, times))} scans)",
            bar=f"≥ {_RATE}",
            kept=rate >= _RATE,
        )
        stage.rows.add(
            "scan → painted in the other desk's grid, p50 / p95",
            str(stage.painted),
            bar=f"p95 ≤ {_DELAY_MS} ms",
            kept=stage.painted.milliseconds(95) <= _DELAY_MS,
        )
        stage.rows.add("scan → the file its windows read, p50 / p95", str(stage.read))

    def _count(self) -> None:
        """Every order once: shipped, under one label, every piece ticked once."""
        stage, read = self._stage, self._one.store.read
        rows = self._one.watch.orders()
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
        for order in filter(None, (read.order(key) for key in stage.packed if key != self._outage.twice)):
            ticks = progress(read.order_facts(order.order_id)).ticks
            again += sum(ticks.get(line.line_id, 0) > line.quantity for line in order.lines)
        shipped = {row.order_id for row in rows if row.state is OrderState.SHIPPED}
        stage.rows.add(
            "orders shipped",
            f"{len(shipped)} of {len(stage.packed)}",
            bar="every one that was packed",
            kept=shipped == stage.packed,
        )
        stage.rows.add(
            "labels doubled / pieces counted twice",
            f"{doubled} / {again}",
            bar="0 / 0",
            kept=not doubled and not again,
        )
