"""Ten stations on one PostgreSQL, a process each: scan to the others' files; and thirty days offline, brought home.

The clock of the delays is the machine's monotonic one, which all processes share. A real station has its machine for
itself, and these share this one's cores: what a station computes for a scan, and how long it waited for a core, is
told beside the delays.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.speed.figures import Figure, spread
from tests.speed.packed import pack
from tests.speed.room import Room
from tests.speed.shared_delay import PASSWORD, Bench, Cluster, Desk, Hinted, Polled, SharedDatabase, binaries
from wismo_desk.flows.pen import Pen
from wismo_desk.sync.turn import POLL, Sync

_STATIONS: Final = 10
_GAP: Final = 0.5  # seconds between two scans of a station
_SECONDS: Final = 15
_SCANS: Final = int(_SECONDS / _GAP)  # of each station
_AIM: Final = 150.0
_AWAY: Final = 30_000  # orders packed in thirty days offline; five facts each
_AWAY_AIM: Final = 30.0
_FOLD_AIM: Final = 5_000.0
_WAYS: Final = {"hinted": Hinted, "polled": Polled}


def measure(room: Room) -> list[Figure]:
    found = binaries()
    if found is None:
        print("  stations: no PostgreSQL here (apt-get install postgresql): left out", file=sys.stderr)
        return []
    cluster = Cluster(found, durable=True)
    try:
        url = cluster.make("stations")
        shared = SharedDatabase.open(url, PASSWORD)
        shared.upgrade()
        shared.close()
        hinted, spent, waited = _delays(room.folder / "ten", url, "hinted", 1)
        polled, spent_polled, _ = _delays(room.folder / "ten_polled", url, "polled", 2)
        pushed, pulled, folded = _away(room.folder / "away", url)
    finally:
        cluster.remove()
    facts = _AWAY * 5
    return [
        *spread(
            "stations",
            f"scan → each of {_STATIONS - 1} other stations' files, {_STATIONS / _GAP:g}/s",
            hinted,
            polled,
            peer=f"the same turns every {POLL:g} s, without hints",
            percents=(50, 95),
            aim=_AIM,
        ),
        Figure(
            chapter="stations",
            name="CPU of a station, by scan, its own and others'",
            value=spent,
            unit="ms",
            peer=f"the same turns every {POLL:g} s, without hints",
            peer_value=spent_polled,
            samples=_SCANS * _STATIONS,
            note="its commit, push, pull and fold; PostgreSQL's apart",
        ),
        Figure(
            chapter="stations",
            name="a station waited for a core, of the time it wanted",
            value=waited,
            unit="%",
            note="on a machine of its own: none",
        ),
        Figure(
            chapter="stations",
            name=f"{facts:,} facts of thirty days offline: all in PostgreSQL",
            value=pushed,
            unit="s",
            aim=_AWAY_AIM,
            samples=facts,
        ),
        Figure(
            chapter="stations",
            name="the same: all folded at another desk",
            value=pulled,
            unit="s",
            aim=_AWAY_AIM,
            samples=facts,
            note="after they were in PostgreSQL",
        ),
        Figure(
            chapter="stations",
            name="the same: by second of that desk's CPU",
            value=facts / folded,
            unit="facts/s",
            aim=_FOLD_AIM,
            samples=facts,
        ),
    ]


def _delays(folder: Path, url: str, way: str, tenant: int) -> tuple[list[float], float, float]:
    """Milliseconds from each scan's commit being asked for until each other station's windows can read it; CPU ms of a
    station by scan; and the per cent of its wish to compute in which it waited for a core (0 where the system does
    not tell)."""
    folder.mkdir(parents=True)
    processes = multiprocessing.get_context("spawn")
    barrier = processes.Barrier(_STATIONS)
    each = [
        processes.Process(target=_work, args=(folder, f"S{number}", url, way, tenant, barrier, number))
        for number in range(_STATIONS)
    ]
    for process in each:
        process.start()
    for process in each:
        process.join()
    told = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    if len(told) != _STATIONS:
        raise RuntimeError(f"{_STATIONS - len(told)} stations did not come to their end")
    delays = []
    for here in told:
        for order, began in here["said"].items():
            for there in told:
                if there is not here:
                    if order not in there["came"]:
                        raise RuntimeError("a scan did not come to another station in 15 s")
                    delays.append((there["came"][order] - began) * 1000)
    spent, waited = (sum(each[name] for each in told) for name in ("spent", "waited"))
    return delays, spent / (_SCANS * _STATIONS * _STATIONS) * 1000, 100 * waited / (spent + waited)


def _work(folder: Path, name: str, url: str, way: str, tenant: int, barrier: object, number: int) -> None:
    """One station's life, in a process of its own."""
    bench = Bench(folder, name, url, tenant, _WAYS[way])
    bench.up.wait(30)
    barrier.wait(60)  # type: ignore[attr-defined]  # multiprocessing does not name its class
    said: dict[str, float] = {}
    spent, waited = time.process_time(), _waited()
    start = time.perf_counter() + number * _GAP / _STATIONS
    for turn in range(_SCANS):
        time.sleep(max(0.0, start + turn * _GAP - time.perf_counter()))
        began = time.perf_counter()
        said[bench.desk.take_in(f"{name}-{turn}").hex] = began
        bench.loop.nudge()
    until = time.perf_counter() + 15
    wanted = _SCANS * (_STATIONS - 1)
    while len(set(bench.came) - {key for key in bench.came if key.hex in said}) < wanted:
        if time.perf_counter() > until:
            break
        time.sleep(0.05)
    came = {key.hex: at for key, at in bench.came.items()}
    told = {"said": said, "came": came, "spent": time.process_time() - spent, "waited": _waited() - waited}
    barrier.wait(60)  # type: ignore[attr-defined]  # likewise
    bench.close()
    (folder / f"{name}.json").write_text(json.dumps(told))


def _waited() -> float:
    """Seconds that the threads of this process were ready and had no core; Linux tells (proc(5), schedstat)."""
    found = Path("/proc/self/task").glob("*/schedstat")
    return sum(int(path.read_text().split()[1]) for path in found) / 1e9


def _away(folder: Path, url: str) -> tuple[float, float, float]:
    """Seconds until all that a station did alone is in PostgreSQL, then until another desk has folded it, and the CPU
    seconds of that."""
    away, home = (Desk.open(folder / name, name) for name in ("away", "home"))
    lines = [SharedDatabase.open(url, PASSWORD, tenant=3) for _ in range(2)]
    syncs = []
    for desk, line in zip((away, home), lines, strict=True):
        desk.pen = Pen(desk.name, clock=_now)
        syncs.append(Sync(desk.store, line, station=desk.name, clock=_now, heard=desk.pen.follow))
        syncs[-1].turn(at_once=True)
    for first in range(0, _AWAY, 200):
        pack(away, range(first, first + 200))
    began = time.perf_counter()
    _until_quiet(syncs[0])
    pushed = time.perf_counter() - began
    began, spent = time.perf_counter(), time.process_time()
    _until_quiet(syncs[1])
    pulled, folded = time.perf_counter() - began, time.process_time() - spent
    if home.ids() != away.ids():
        raise RuntimeError("the two desks do not hold the same facts")
    for desk, line in zip((away, home), lines, strict=True):
        desk.store.close()
        line.close()
    return pushed, pulled, folded


def _until_quiet(sync: Sync) -> None:
    while True:
        turn = sync.turn(at_once=True)
        if turn.error:
            raise turn.error
        if not (turn.pushed or turn.pulled or turn.waiting):
            return


def _now() -> datetime:
    return datetime.now(UTC)
