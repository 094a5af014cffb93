"""`wismo-desk demo --shared URL`: two desks and a worker on one PostgreSQL, in a tenant made for this run."""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wismo_desk.app.practice import Practice
from wismo_desk.app.qt import paint_application
from wismo_desk.app.station import Station, Wiring
from wismo_desk.app.worker import Worker
from wismo_desk.demo.bench import Bench
from wismo_desk.demo.clock import working_day
from wismo_desk.domain.commands import Command
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.errors import DeskError
from wismo_desk.resources import catalogue
from wismo_desk.settings.secrets import shared_password
from wismo_desk.store.shared import upgrade_shared
from wismo_desk.sync.turn import SyncTurn
from wismo_desk.words import Words

_EACH_S = 0.1  # between two scans of one desk: ten a second each, twenty in all
_PATIENCE_S = 60.0


class Delays:
    """How long a scan of one desk takes to be in the file that the other desk's windows read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[UUID, list[float]] = {}
        self._counted: Counter[UUID] = Counter()
        self.seconds: list[float] = []

    def scanned(self, order: Order) -> None:
        with self._lock:
            self._waiting.setdefault(order.order_id, []).append(time.perf_counter())

    def arrived(self, other: Station, turn: SyncTurn) -> None:
        now = time.perf_counter()
        with self._lock:
            for order in turn.changes.orders & self._waiting.keys():
                seen = [f for f in other.store.read.order_facts(order) if f.kind in _SCANS]
                times = self._waiting[order]
                while times and len(seen) > self._counted[order]:
                    self.seconds.append(now - times.pop(0))
                    self._counted[order] += 1


_SCANS = (FactKind.ORDER_IN_HAND, FactKind.ITEM_SCANNED)


def show_shared(options: Namespace) -> int:
    """0 when the desks and the worker agree and nothing is lost or doubled."""
    language = options.language or "fr"
    words = Words(language, catalogue(language), zone=ZoneInfo("Europe/Paris"))
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    try:
        epoch = upgrade_shared(options.shared, shared_password(options.shared))
        print(f"shared database ready (tables {epoch})")
        with tempfile.TemporaryDirectory(prefix="wismo-shared-") as folder:
            return _show(options, Path(folder), words)
    except DeskError as error:
        print(words.error(error))
        return 1


def _show(options: Namespace, folder: Path, words: Words) -> int:
    application = paint_application()
    tenant = int(time.time()) % 2_000_000_000
    with ExitStack() as stack:
        machines = [stack.enter_context(_machines(folder / name)) for name in ("1", "2", "worker")]
        mail = machines[0].mail
        stations = []
        for number, practice in enumerate(machines, 1):
            settings = replace(
                practice.start(),
                station=f"Poste {number}" if number < 3 else "Worker",
                shared=options.shared,
                tenant=tenant,
            )
            settings = replace(
                settings,
                mail=replace(settings.mail, port=mail.port),
                carriers={"practice": {"url": machines[0].carrier.url}},
            )
            wiring = Wiring(
                folder=practice.folder, settings=settings, words=words, practice=True, share_practice=True
            )
            stations.append(Station(wiring))
            stack.callback(stations[-1].close)
        report = _Run(stations, machines, limit=options.orders)()
    del application
    (options.out / "shared.json").write_text(json.dumps(report, indent=2, ensure_ascii=False))
    for line in report["said"]:
        print(line)
    print(f"report: {options.out}/shared.json")
    return 0 if report["ok"] else 1


@contextmanager
def _machines(folder: Path) -> Iterator[Practice]:
    practice = Practice(folder, day=working_day(datetime.now().astimezone().date()))
    try:
        yield practice
    finally:
        with contextlib.suppress(OSError):
            practice.stop()


class _Run:
    def __init__(self, stations: list[Station], machines: list[Practice], *, limit: int) -> None:
        self._first, self._second, self._third = stations
        self._machines = machines
        self._limit = limit
        self._delays = Delays()
        self._said: list[str] = []

    def __call__(self) -> dict[str, Any]:
        worker = Worker(self._third, self._third.words, lambda text: self._said.append(f"worker: {text}"))
        for station, told in (
            (self._first, lambda turn: self._delays.arrived(self._first, turn)),
            (self._second, lambda turn: self._delays.arrived(self._second, turn)),
        ):
            assert station.sharing is not None
            station.sharing.start(told)
        # A desk joins with empty hands; one that worked alone would have to say what becomes of its orders.
        self._until(lambda: all(self._is_online(station) for station in (self._first, self._second)))
        self._machines[0].fill(self._first.take_in)
        self._first.sharing.nudge()  # type: ignore[union-attr]  # started above
        working = threading.Thread(target=worker.run)
        working.start()
        try:
            self._until(lambda: len(self._second.watch.orders()) == len(self._first.watch.orders()) > 0)
            winners = self._contest()
            scans, seconds = self._pack()
            equal = self._until(self._equal)
            self._until(self._quiet_mail)
        finally:
            worker.stop()
            working.join()
        return self._report(winners, scans, seconds, equal)

    def _is_online(self, station: Station) -> bool:
        return station.sharing is not None and station.sharing.online

    def _contest(self) -> list[str]:
        """Both benches scan the same slip at the same moment: one packs, the other is told."""
        row = self._first.watch.orders()[0]
        order = self._first.store.read.order(row.order_id)
        assert order is not None
        benches = [Bench(self._first), Bench(self._second)]
        for bench in benches:
            bench.scan(order.number)
        held = []
        for bench in benches:
            station = bench.station
            assert station.sharing is not None
            elsewhere = station.sharing.confirm(order.order_id, station.verify.seen(order.order_id))
            if elsewhere:
                station.verify.lost(order.order_id, elsewhere)
                self._said.append(f"{station.settings.station}: {order.number} is in hand at {elsewhere}")
            else:
                held.append(station.settings.station)
        for bench in benches:
            bench.station.verify.act(Command.OK)
        winner = next(b for b in benches if b.station.settings.station == held[0])
        winner.pack(order)
        return held

    def _pack(self) -> tuple[int, float]:
        rows = self._first.watch.orders(states=(OrderState.WAITING,))
        orders = [o for row in rows if (o := self._first.store.read.order(row.order_id)) is not None]
        orders = orders[: self._limit or len(orders)]
        counts = [0, 0]

        def work(place: int, station: Station) -> None:
            bench = Bench(station, self._delays.scanned)
            for order in orders[place::2]:
                counts[place] += bench.pack(order, pause=lambda: time.sleep(_EACH_S))

        began = time.perf_counter()
        threads = [
            threading.Thread(target=work, args=(place, station))
            for place, station in enumerate((self._first, self._second))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts), time.perf_counter() - began

    def _equal(self) -> bool:
        def picture(station: Station) -> list[tuple[str, str]]:
            return sorted((row.number, row.state.value) for row in station.watch.orders())

        pictures = [picture(station) for station in (self._first, self._second, self._third)]
        return pictures[0] == pictures[1] == pictures[2]

    def _quiet_mail(self) -> bool:
        before = len(self._machines[0].mail.messages)
        time.sleep(3)
        return len(self._machines[0].mail.messages) == before > 0

    def _until(self, so: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            if so():
                return True
            time.sleep(0.05)
        return False

    def _report(self, winners: list[str], scans: int, seconds: float, equal: bool) -> dict[str, Any]:
        messages = Counter(str(m["Message-ID"]) for m in self._machines[0].mail.messages)
        doubled = [ref for ref, count in self._machines[0].carrier.created.items() if count > 1]
        if len(self._delays.seconds) < 2:
            return {"ok": False, "said": ["nothing reached the other desk", *self._said]}
        cuts = quantiles(self._delays.seconds, n=100, method="inclusive")
        p50, p95 = round(cuts[49] * 1000), round(cuts[94] * 1000)
        shipped = len(self._second.watch.orders(states=(OrderState.SHIPPED,)))
        twice = sum(1 for count in messages.values() if count > 1)
        self._said += [
            f"{scans} scans in {seconds:.1f} s, {scans / seconds:.1f} a second in all",
            f"scan → the other desk's grid: p50 {p50} ms, p95 {p95} ms ({len(self._delays.seconds)} scans)",
            f"the same order at two benches: packed by {', '.join(winners)}",
            f"{shipped} orders shipped; labels bought twice: {len(doubled)}",
            f"{len(messages)} notices sent by the worker, {twice} of them twice",
            f"both desks and the worker show the same orders: {'yes' if equal else 'NO'}",
        ]
        ok = equal and not doubled and not twice and len(winners) == 1
        return {"ok": ok, "p50_ms": p50, "p95_ms": p95, "notices": len(messages), "said": self._said}
