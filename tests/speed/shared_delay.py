"""Several desks on one PostgreSQL of our own: how long a scan takes to the other desk, and how fast facts go in.

The delay is read until the other desk's main file, which its windows read, holds the scan; `wismo-desk demo
--shared URL` reads it until the row is painted.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg

sys.path.append(str(Path(__file__).parents[1] / "sync"))  # the cluster and the desks of its tests

from postgres_cluster import PASSWORD, USER, Cluster, binaries
from two_desks import Desk

from tests.speed.figures import Figure, spread
from tests.speed.packed import pack
from tests.speed.room import Room
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_feed import Feed
from wismo_desk.store.shared_station import grant_station
from wismo_desk.sync.loop import SyncLoop
from wismo_desk.sync.turn import POLL, Sync, SyncTurn

_RATE: Final = 20  # scans a second, both desks together
_SECONDS: Final = 10
_FACTS: Final = 10_000
_AIM: Final = 500.0
_INGEST: Final = 20_000.0
_Told = Callable[[SyncTurn], None]


def measure(room: Room) -> list[Figure]:
    found = binaries()
    if found is None:
        print("  shared: no PostgreSQL here (apt-get install postgresql): left out", file=sys.stderr)
        return []
    cluster = Cluster(found, durable=True)
    try:
        url = cluster.make("speed")
        shared = SharedDatabase.open(url, PASSWORD)
        shared.upgrade()
        shared.close()
        hinted = _delays(room.folder / "hinted", url, Hinted, 1)
        polled = _delays(room.folder / "polled", url, Polled, 2)
        ours = _batches(room.folder / "ingest", cluster, "bench_c", 3, _scans)
        whole = _batches(room.folder / "orders", cluster, "bench_d", 4, _orders)
        heard = _batches(room.folder / "journeys", cluster, "bench_e", 5, _journeys)
        single = _rows(cluster)
    finally:
        cluster.remove()
    return [
        *spread(
            "shared",
            f"scan → the other desk's file, {_RATE}/s",
            hinted,
            polled,
            peer=f"the same turns every {POLL:g} s, without hints",
            percents=(50, 95),
            aim=_AIM,
        ),
        _ingest(
            "facts into PostgreSQL, batches of 1,000",
            ours,
            single,
            note="journal to commit, as a station's own role, row-level security and fsync on",
        ),
        _ingest("the same, whole orders of 5 facts and a recipient, folded into the archive", whole, single),
        _ingest("the same with five scans of its carrier to each order", heard, single),
    ]


def _ingest(name: str, value: float, single: float, *, note: str = "") -> Figure:
    """Facts a second, beside `single`: those that come one by one."""
    return Figure(
        chapter="shared",
        name=name,
        value=value,
        unit="facts/s",
        peer="one row, one transaction",
        peer_value=single,
        aim=_INGEST,
        samples=_FACTS,
        note=note,
    )


class Hinted:
    """A desk as it is: a nudge after each scan, hints from the other."""

    def __init__(self, sync: Sync, shared: SharedDatabase, told: _Told) -> None:
        self._loop = SyncLoop(sync, shared, told)
        self.nudge, self.stop = self._loop.nudge, self._loop.stop
        self._loop.start()


class Polled:
    """The peer: the same turns by the clock alone."""

    def __init__(self, sync: Sync, _shared: SharedDatabase, told: _Told) -> None:
        self._sync, self._told = sync, told
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def nudge(self) -> None:
        """Nobody is told."""

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(POLL):
            self._told(self._sync.turn())


class Bench:
    """A desk that notes when each order of the other one came in."""

    def __init__(
        self, folder: Path, name: str, url: str, tenant: int, way: type[Hinted] | type[Polled]
    ) -> None:
        self.desk = Desk.open(folder / name, name)
        self.desk.pen = Pen(name, clock=_now)
        self._shared = SharedDatabase.open(url, PASSWORD, tenant=tenant)
        self.came: dict[UUID, float] = {}
        self.up = threading.Event()
        sync = Sync(self.desk.store, self._shared, station=name, clock=_now)
        self.loop = way(sync, self._shared, self._told)

    def _told(self, turn: SyncTurn) -> None:
        at = time.perf_counter()
        for order in turn.changes.orders:
            self.came.setdefault(order, at)
        if turn.online:
            self.up.set()

    def close(self) -> None:
        self.loop.stop()
        self._shared.close()
        self.desk.store.close()


def _delays(folder: Path, url: str, way: type[Hinted] | type[Polled], tenant: int) -> list[float]:
    """Milliseconds of each scan. RuntimeError when one never came."""
    benches = [Bench(folder, name, url, tenant, way) for name in ("A", "B")]
    try:
        for bench in benches:
            bench.up.wait(20)
        done: dict[UUID, tuple[float, Bench]] = {}
        start = time.perf_counter()
        for number in range(_SECONDS * _RATE):
            time.sleep(max(0.0, start + number / _RATE - time.perf_counter()))
            here, there = benches[number % 2], benches[1 - number % 2]
            began = time.perf_counter()
            order = here.desk.take_in(f"N{number}")  # commits: the beep
            done[order] = (began, there)
            here.loop.nudge()
        until = time.perf_counter() + 10
        while any(order not in there.came for order, (_, there) in done.items()):
            if time.perf_counter() > until:
                raise RuntimeError("a scan did not come to the other desk in 10 s")
            time.sleep(0.05)
        return [(there.came[order] - began) * 1000 for order, (began, there) in done.items()]
    finally:
        for bench in benches:
            bench.close()


def _batches(folder: Path, cluster: Cluster, role: str, tenant: int, fill: Callable[[Desk], None]) -> float:
    """Facts a second, from the journal until they are committed there, by a station that sees its tenant only."""
    admin = SharedDatabase.open(cluster.socket_url("speed").replace(f"{USER}@", "admin@"), tenant=tenant)
    password = grant_station(admin, role).password
    admin.close()
    desk = Desk.open(folder / role, role)
    desk.pen = Pen(role, clock=_now)
    url = cluster.url("speed").replace(f"{USER}@", f"{role}@")
    shared = SharedDatabase.open(url, password, tenant=tenant)
    feed = Feed(shared, journal_id=desk.store.journal.journal_id, station=role)
    feed.register()
    fill(desk)
    after, start = 0, time.perf_counter()
    while batch := desk.store.outbox.batch(after, 1000):
        after = feed.push(batch, desk.store.outbox.fact_at, hint=True)
        desk.store.outbox.ack(after)
    took = time.perf_counter() - start
    shared.close()
    desk.store.close()
    return _FACTS / took


def _scans(desk: Desk) -> None:
    order = UUID(int=5)
    desk.store.commit(Entry(at=_now(), facts=tuple(_scan(desk.pen, order) for _ in range(_FACTS))))


def _orders(desk: Desk) -> None:
    for first in range(0, _FACTS // 5, 200):
        pack(desk, range(first, first + 200))


def _journeys(desk: Desk) -> None:
    """Each order, then what its carrier says of all of them, as a poll of tracking brings it."""
    orders = range(_FACTS // 10)
    for first in orders[::200]:
        pack(desk, range(first, first + 200))
    for _ in range(5):
        news = [
            desk.fact(
                FactKind.TRACKING_SAID, order_id("test", f"D{number}"), carrier="own", code="DELIVERED", place="Lyon",
                label="Livré", number=f"T{number:09}", source="carrier",
            )
            for number in orders
        ]  # fmt: skip
        desk.store.commit(Entry(at=_now(), facts=tuple(news)))


def _rows(cluster: Cluster) -> float:
    """The same facts by the shortest way there is: an INSERT each, committed each."""
    pen, order = Pen("N", clock=_now), UUID(int=5)
    facts = [_scan(pen, order) for _ in range(_FACTS // 10)]
    told = f"host=127.0.0.1 port={cluster.port} user={USER} password={PASSWORD} dbname=speed"
    with psycopg.connect(told, autocommit=True) as naive:
        naive.execute("CREATE TABLE naive AS SELECT * FROM wismo.fact LIMIT 0")
        naive.execute("ALTER TABLE naive ADD PRIMARY KEY (tenant_id, fact_id)")
        start = time.perf_counter()
        for fact in facts:
            naive.execute(
                "INSERT INTO naive (tenant_id, fact_id, warehouse, kind, at_ms, station, by, data,"
                " journal_id) VALUES (1, %s, '', %s, 0, %s, '', '{}', 'c') ON CONFLICT DO NOTHING",
                (fact.fact_id, fact.kind.value, fact.station),
            )
        return len(facts) / (time.perf_counter() - start)


def _scan(pen: Pen, order: UUID) -> Fact:
    return pen.fact(
        FactKind.ITEM_SCANNED, order_id=order, line=str(order), pieces=1, code="4006381333931", how="scan"
    )


def _now() -> datetime:
    return datetime.now(UTC)
