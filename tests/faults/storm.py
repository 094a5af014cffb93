"""Six stations scan and share one PostgreSQL through a line that is cut anywhere, while the server crashes.

Their clocks are up to an hour wrong and jump. Afterwards every scan that a station acknowledged must be in the
shared database once and at every station once, and all stations must show the same.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from postgres_cluster import PASSWORD, USER, Cluster, binaries
from two_desks import Desk, everything

from tests.faults.kills import compile_once
from tests.faults.machines import MEMORY
from tests.faults.outcome import Outcome
from tests.faults.tally import Tally
from wismo_desk.practice.cutting_proxy import CuttingProxy
from wismo_desk.store.shared import SharedDatabase

STATIONS = 6
SHORT, FULL = 3_000, 30_000
_CRASHES_SHORT, _CRASHES = 2, 5
_PATIENCE_S = 900.0
_CONTEXT = multiprocessing.get_context("fork")


def run(*, short: bool, seed: int) -> Outcome:
    began, scans = time.monotonic(), SHORT if short else FULL
    said: dict[str, Any] = {
        "name": "storm", "unit": "scans, 6 stations", "least": scans, "seed": seed,
    }  # fmt: skip
    found_binaries = binaries()
    if found_binaries is None:
        return Outcome(**said, count=0, skipped="no PostgreSQL here")
    compile_once()
    folder = Path(tempfile.mkdtemp(prefix="wismo-storm-", dir=MEMORY))
    cluster = Cluster(found_binaries, durable=True)
    try:
        found, count, note = _storm(cluster, folder, scans, _CRASHES_SHORT if short else _CRASHES, seed)
        twin = _naive(cluster, 300, seed)
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)
    for row in found.said[:10]:
        print(f"storm, seed {seed}: {row}", file=sys.stderr)
    return Outcome(
        **said, count=count, lost=found.lost, doubled=found.doubled, phantom=found.phantom,
        mismatch=found.mismatch, twin=twin, seconds=time.monotonic() - began, note=note,
    )  # fmt: skip


class WrongClock:
    """Up to an hour off, and every few seconds differently; each reading is later than none before."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._off, self._until = timedelta(), 0.0

    def __call__(self) -> datetime:
        if time.monotonic() > self._until:
            self._off = timedelta(seconds=self._chance.uniform(-3600, 3600))
            self._until = time.monotonic() + self._chance.uniform(0.5, 5)
        return datetime.now(UTC) + self._off

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class _Station:
    process: BaseProcess
    line: Connection
    acknowledged: Path

    def ask(self, what: str) -> None:
        self.line.send(what)

    def hear(self) -> Any:
        if not self.line.poll(_PATIENCE_S):
            raise TimeoutError("a station fell silent")
        return self.line.recv()


def _storm(cluster: Cluster, folder: Path, scans: int, crashes: int, seed: int) -> tuple[Tally, int, str]:
    url = cluster.make("storm")
    shared = SharedDatabase.open(url, PASSWORD)
    shared.upgrade()
    shared.close()
    ours, theirs = _CONTEXT.Pipe()
    network = _CONTEXT.Process(target=_network, args=(theirs, cluster.port, seed), daemon=True)
    network.start()
    port = ours.recv()
    stations = [
        _raised(folder / f"s{n}", n, cluster.url("storm", port), scans // STATIONS, seed)
        for n in range(STATIONS)
    ]
    for station in stations:
        station.hear()  # it has joined
        station.ask("scan")
    ours.send("storm")
    over = threading.Event()
    crashing = threading.Thread(target=_crash, args=(cluster, crashes, seed, over), daemon=True)
    crashing.start()
    for station in stations:
        station.hear()
    over.set()
    crashing.join()
    ours.send("calm")
    cuts = ours.recv()
    return *_compare(cluster, stations), f"{cuts} lines cut, {crashes} crashes of PostgreSQL"


def _raised(folder: Path, number: int, url: str, scans: int, seed: int) -> _Station:
    ours, theirs = _CONTEXT.Pipe()
    kept = folder.with_suffix(".said")
    process = _CONTEXT.Process(
        target=_station, args=(theirs, folder, number, url, scans, seed, kept), daemon=True
    )
    process.start()
    return _Station(process, ours, kept)


def _station(
    line: Connection, folder: Path, number: int, url: str, scans: int, seed: int, kept: Path
) -> None:
    """Scans on one thread, syncs on another, as a desk does."""
    desk = Desk.open(folder, f"Poste {number}", WrongClock(seed * 10 + number))  # type: ignore[arg-type]  # a clock
    shared = SharedDatabase.open(url, PASSWORD)
    sync = desk.sync(shared, meet=False)
    while not sync.turn(at_once=True).online:
        time.sleep(0.05)
    line.send("joined")
    line.recv()
    calm = threading.Event()

    def go_on() -> None:
        while not calm.is_set():
            turn = sync.turn()
            calm.wait(min(turn.again_in, 0.3))

    syncing = threading.Thread(target=go_on)
    syncing.start()
    with kept.open("w") as out:
        order: UUID | None = None
        for scan in range(scans):
            if order is None or scan % 25 == 0:
                order = desk.take_in(f"{number}-{scan}")
            fact = desk.scan(order)
            out.write(f"{fact.hex}\n")  # the beep: after its commit
            out.flush()
    line.send("scanned")
    while (asked := line.recv()) != "stop":
        if asked == "send":
            calm.set()
            syncing.join()
            line.send(_until(lambda: _rests(sync.turn(at_once=True), pushed=True)))
        elif asked == "pull":
            line.send(_until(lambda: _rests(sync.turn(at_once=True), pushed=False)))
        else:
            rows = everything(desk.store)
            digest = {name: hashlib.sha256(repr(found).encode()).hexdigest() for name, found in rows.items()}
            line.send((desk.ids(), digest, desk.store.check()))
    shared.close()
    desk.store.close()


def _rests(turn: Any, *, pushed: bool) -> bool:
    return turn.online and not turn.error and not (turn.waiting if pushed else turn.pulled or turn.pushed)


def _until(so: Callable[[], bool]) -> bool:
    until, quiet = time.monotonic() + _PATIENCE_S / 3, 0
    while time.monotonic() < until:
        quiet = quiet + 1 if so() else 0
        if quiet == 3:
            return True
        time.sleep(0.02)
    return False


def _network(line: Connection, port: int, seed: int) -> None:
    """The line between the stations and the server: cut whole, cut within a batch, a COMMIT's answer lost."""
    chance = random.Random(seed)
    with CuttingProxy(("127.0.0.1", port)) as proxy:
        line.send(proxy.port)
        line.recv()
        while not line.poll(chance.uniform(0.01, 0.15)):
            how = chance.random()
            if how < 0.3:
                proxy.swallow_commit()
            elif how < 0.7:
                proxy.cut_after(chance.choice((200, 3_000, 40_000, 200_000)))
            elif how < 0.9:
                proxy.cut()
                line.poll(chance.uniform(0.01, 0.2))
                proxy.mend()
            else:
                proxy.cut_after(None)
        proxy.cut_after(None)
        proxy.mend()
        proxy._swallow = False
        line.send(proxy.cuts)
        line.recv()
        while True:
            time.sleep(60)


def _crash(cluster: Cluster, crashes: int, seed: int, over: threading.Event) -> None:
    """Each a while after the other; those that are left when the stations are through come then."""
    chance = random.Random(seed)
    for _ in range(crashes):
        over.wait(chance.uniform(1.0, 4.0))
        cluster.stop("immediate")
        cluster.start()


def _compare(cluster: Cluster, stations: list[_Station]) -> tuple[Tally, int]:
    found = Tally()
    for word in ("send", "pull"):
        for station in stations:
            station.ask(word)
        for number, station in enumerate(stations):
            if not station.hear():
                found.wrong("mismatch", f"station {number} does not come to rest")
    for station in stations:
        station.ask("tell")
    told = [station.hear() for station in stations]
    acknowledged = [UUID(row) for each in stations for row in each.acknowledged.read_text().split()]
    kept = Counter(UUID(str(row[0])) for row in cluster.sql("storm", "SELECT fact_id FROM wismo.fact"))
    found.lost += sum(fact not in kept for fact in acknowledged)
    found.doubled += sum(times - 1 for times in kept.values())
    made = {fact for ids, _, _ in told for fact in ids}
    found.phantom += len(kept.keys() - made)
    for number, (ids, digest, wrong) in enumerate(told):
        if missing := kept.keys() - ids:
            found.wrong("lost", f"station {number} lacks {len(missing)}", len(missing))
        different = [name for name, value in digest.items() if value != told[0][1][name]]
        if different:
            found.wrong("mismatch", f"stations 0 and {number} differ in {', '.join(different)}")
        if wrong:
            found.wrong("mismatch", f"station {number}: {wrong[0]}")
    if len(set(acknowledged)) != len(acknowledged):
        found.wrong("doubled", "an id was given twice")
    for station in stations:
        station.ask("stop")
        station.process.join(60)
    return found, len(acknowledged)


def _naive(cluster: Cluster, scans: int, seed: int) -> int:
    """The naive twin: each scan is inserted over the line, and again under a new number when that fails."""
    cluster.make("naive")
    cluster.sql("naive", f"CREATE TABLE scan (id uuid PRIMARY KEY, number int); GRANT ALL ON scan TO {USER}")
    chance, wrong = random.Random(seed), 0
    with CuttingProxy(("127.0.0.1", cluster.port)) as proxy:
        told = f"host=127.0.0.1 port={proxy.port} user={USER} password={PASSWORD} dbname=naive"
        for number in range(scans):
            if chance.random() < 0.05:
                proxy.swallow_commit()
            for _ in range(5):
                try:
                    with psycopg.connect(told) as db:
                        row = (UUID(bytes=os.urandom(16)), number)
                        db.execute("INSERT INTO scan VALUES (%s, %s)", row)
                    break
                except psycopg.Error:
                    continue
    for _, times in cluster.sql("naive", "SELECT number, count(*) FROM scan GROUP BY number"):
        wrong += int(str(times)) - 1
    return wrong
