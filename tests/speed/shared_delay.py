"""Prints how long a scan takes to the other desk, and how fast facts enter PostgreSQL beside a naive peer.

`python tests/speed/shared_delay.py [seconds]`: starts a PostgreSQL of its own on this computer.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import UUID

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "sync")]

# ruff: noqa: E402 - the paths come first
import psycopg
from postgres_cluster import PASSWORD, Cluster, binaries
from two_desks import Desk

from wismo_desk.domain.fact import FactKind
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_feed import Feed
from wismo_desk.sync.loop import SyncLoop
from wismo_desk.sync.turn import Sync, SyncTurn

RATE = 20  # scans a second, both desks together


def now() -> datetime:
    return datetime.now(UTC)


class Bench:
    """A desk whose loop notes when each order of the other one came in."""

    def __init__(self, folder: Path, name: str, url: str) -> None:
        self.desk = Desk.open(folder / name, name)
        self.desk.pen = Pen(name, clock=now)
        self.shared = SharedDatabase.open(url, PASSWORD)
        sync = Sync(self.desk.store, self.shared, station=name, clock=now)
        self.came: dict[UUID, float] = {}
        self.up = threading.Event()
        self.loop = SyncLoop(sync, self.shared, self._told)
        self.loop.start()

    def _told(self, turn: SyncTurn) -> None:
        at = time.perf_counter()
        for order in turn.changes.orders:
            self.came.setdefault(order, at)
        if turn.online:
            self.up.set()

    def close(self) -> None:
        self.loop.stop()
        self.shared.close()
        self.desk.store.close()


def delay(folder: Path, url: str, seconds: float) -> None:
    benches = [Bench(folder, name, url) for name in ("A", "B")]
    for bench in benches:
        bench.up.wait(20)
    done: dict[UUID, tuple[float, Bench]] = {}
    start = time.perf_counter()
    for number in range(int(seconds * RATE)):
        time.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        here, there = benches[number % 2], benches[1 - number % 2]
        order = here.desk.take_in(f"N{number}")  # commits: the beep
        done[order] = (time.perf_counter(), there)
        here.loop.nudge()
    until = time.perf_counter() + 10
    while any(order not in there.came for order, (_, there) in done.items()):
        if time.perf_counter() > until:
            break
        time.sleep(0.05)
    delays = sorted(there.came[o] - at for o, (at, there) in done.items() if o in there.came)
    lost = len(done) - len(delays)
    p95 = delays[int(len(delays) * 0.95)]
    print(
        f"scan -> other desk's main, {RATE}/s for {seconds:.0f} s: {len(delays)} scans, lost {lost}, "
        f"p50 {median(delays) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, max {delays[-1] * 1000:.0f} ms"
    )
    for bench in benches:
        bench.close()


def ingest(folder: Path, cluster: Cluster, url: str, count: int = 10_000) -> None:
    desk = Desk.open(folder / "C", "C")
    desk.pen = pen = Pen("C", clock=now)
    shared = SharedDatabase.open(url, PASSWORD)
    feed = Feed(shared, journal_id=desk.store.journal.journal_id, station="C")
    feed.register()
    order = UUID(int=5)
    facts = tuple(
        pen.fact(FactKind.ITEM_SCANNED, order_id=order, line=str(order), pieces=1, code="4006381333931")
        for _ in range(count)
    )
    desk.store.commit(Entry(at=now(), facts=facts))
    after, start = 0, time.perf_counter()
    while batch := desk.store.outbox.batch(after, 1000):
        after = feed.push(batch, desk.store.outbox.fact_at, hint=True)
        desk.store.outbox.ack(after)
    ours = count / (time.perf_counter() - start)

    sample = facts[: count // 10]
    told = f"host=127.0.0.1 port={cluster.port} user=desk password={PASSWORD} dbname=speed"
    with psycopg.connect(told, autocommit=True) as naive:
        naive.execute("CREATE TABLE naive AS SELECT * FROM wismo.fact LIMIT 0")
        naive.execute("ALTER TABLE naive ADD PRIMARY KEY (tenant_id, fact_id)")
        start = time.perf_counter()
        for fact in sample:
            naive.execute(
                "INSERT INTO naive (tenant_id, fact_id, warehouse, kind, at_ms, station, by, data,"
                " journal_id) VALUES (1, %s, '', %s, 0, %s, '', '{}', 'c') ON CONFLICT DO NOTHING",
                (fact.fact_id, fact.kind.value, fact.station),
            )
        single = len(sample) / (time.perf_counter() - start)
    print(
        f"ingest (journal -> PostgreSQL, fsync on): {ours:,.0f} facts/s in batches of 1,000; "
        f"one row per transaction {single:,.0f}/s: {ours / single:.1f} times"
    )
    shared.close()
    desk.store.close()


def main() -> None:
    found = binaries()
    if found is None:
        sys.exit("no PostgreSQL here: apt-get install postgresql")
    cluster = Cluster(found, durable=True)
    try:
        url = cluster.make("speed")
        SharedDatabase.open(url, PASSWORD).upgrade()
        with tempfile.TemporaryDirectory() as folder:
            delay(Path(folder), url, float(sys.argv[1]) if len(sys.argv) > 1 else 10)
            ingest(Path(folder), cluster, url)
    finally:
        cluster.remove()


if __name__ == "__main__":
    main()
