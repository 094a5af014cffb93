"""A line that swallows everything without a word: the bench goes on, sync gives up by itself and catches up later.

With root the line leads into a network namespace whose way back is a black hole; else through a proxy that reads
no more (there the kernel still acknowledges what it is sent, so it is the weaker test).
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from postgres_cluster import PASSWORD, USER, Cluster, binaries
from sqlalchemy import event
from two_desks import Desk, settle

from tests.faults.machines import MEMORY
from tests.faults.outcome import Outcome
from tests.faults.tally import Tally
from wismo_desk.store.shared import SharedDatabase

SHORT, FULL = 1, 3
_SCANS, _PATIENCE_S = 40, 120.0
_ROOT = Path(__file__).resolve().parents[2]
_SPACE, _HERE, _THERE = "wismo-faults", "10.213.7.1", "10.213.7.2"
Switch = Callable[[bool], None]


def run(*, short: bool, seed: int) -> Outcome:
    began, count = time.monotonic(), SHORT if short else FULL
    said: dict[str, Any] = {"name": "hole", "unit": "black holes", "least": count, "seed": seed}
    found_binaries = binaries()
    if found_binaries is None:
        return Outcome(**said, count=0, skipped="no PostgreSQL here")
    folder = Path(tempfile.mkdtemp(prefix="wismo-hole-", dir=MEMORY))
    cluster = Cluster(found_binaries)
    way = _namespace if _can_make_one() else _swallowing
    try:
        with way(cluster) as (port, address, switch):
            found, twin, waits = _fall_in(cluster, folder, (port, address), switch, count)
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)
    for row in found.said[:10]:
        print(f"hole, seed {seed}: {row}", file=sys.stderr)
    how = "network namespace" if way is _namespace else "swallowing proxy (no root)"
    return Outcome(
        **said, count=count, lost=found.lost, doubled=found.doubled, phantom=found.phantom,
        mismatch=found.mismatch, twin=twin, seconds=time.monotonic() - began,
        note=f"{how}; sync gave up after {', '.join(f'{wait:.0f}' for wait in waits)} s",
    )  # fmt: skip


def _fall_in(
    cluster: Cluster, folder: Path, where: tuple[int, str], switch: Switch, count: int
) -> tuple[Tally, int, list[float]]:
    found, twin, waits = Tally(), 0, []
    url = cluster.make("hole")
    direct = SharedDatabase.open(url, PASSWORD)
    direct.upgrade()
    through = SharedDatabase.open(cluster.url("hole", where[0]), PASSWORD)

    @event.listens_for(through._engine, "do_connect")
    def by_cable(_dialect: object, _record: object, _arguments: object, how: dict[str, Any]) -> None:
        how["hostaddr"] = where[1]  # the name stays that of this computer, which needs no certificate

    one, two = Desk.open(folder / "a", "A"), Desk.open(folder / "b", "B")
    far, near = one.sync(through), two.sync(direct)
    orders = [one.take_in(f"42-{n:03}") for n in range(count)]
    settle(far, near)
    made = one.ids()
    for order in orders:
        naive, over = _waits_for_ever(*where)
        switch(True)
        began, turns = time.monotonic(), list[Any]()
        made.add(one.scan(order))
        turn = threading.Thread(target=lambda turns=turns: turns.append(far.turn(at_once=True)), daemon=True)  # type: ignore[misc]  # bound now
        turn.start()
        while len(made) < _SCANS * (orders.index(order) + 1):  # the bench does not wait for it
            made.add(one.scan(order))
        turn.join(_PATIENCE_S)
        waits.append(time.monotonic() - began)
        if turn.is_alive() or turns[0].error is None:
            found.wrong("mismatch", "sync hangs, or did not see that the line is dead")
        twin += naive.is_alive()
        switch(False)
        over.set()
        settle(far, near)
    kept = cluster.sql("hole", "SELECT count(*), count(DISTINCT fact_id) FROM wismo.fact")[0]
    found.lost += len(made - two.ids())
    found.doubled += int(str(kept[0])) - int(str(kept[1]))
    found.phantom += len(two.ids() - made)
    for line in (direct, through):
        line.close()
    for desk in (one, two):
        desk.store.close()
    return found, twin, waits


def _waits_for_ever(port: int, address: str) -> tuple[threading.Thread, threading.Event]:
    """The naive twin: a connection as a driver makes it, asked again while nobody answers; and how to end it."""
    told = f"host=127.0.0.1 hostaddr={address} port={port} user={USER} password={PASSWORD} dbname=hole keepalives=0"
    line, over = psycopg.connect(told, autocommit=True), threading.Event()

    def ask() -> None:
        with contextlib.suppress(psycopg.Error), line:
            while True:
                line.execute("SELECT 1")
                if over.wait(0.2):
                    return

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    return thread, over


def _can_make_one() -> bool:
    return (
        os.name == "posix"
        and os.geteuid() == 0
        and shutil.which("ip") is not None
        and not _ip("netns", "list")
    )


def _ip(*arguments: str) -> int:
    return subprocess.run(["ip", *arguments], capture_output=True, check=False).returncode


@contextmanager
def _namespace(cluster: Cluster) -> Iterator[tuple[int, str, Switch]]:
    """PostgreSQL seen from the other side of a cable, by a relay in a network of its own."""
    _ip("netns", "delete", _SPACE)
    steps = (
        ("netns", "add", _SPACE),
        ("link", "add", "wf0", "type", "veth", "peer", "name", "wf1", "netns", _SPACE),
        ("addr", "add", f"{_HERE}/30", "dev", "wf0"),
        ("link", "set", "wf0", "up"),
        ("-n", _SPACE, "addr", "add", f"{_THERE}/30", "dev", "wf1"),
        ("-n", _SPACE, "link", "set", "wf1", "up"),
    )
    for step in steps:
        if _ip(*step):
            raise OSError(f"ip {' '.join(step)} failed")
    socket_file = f"{cluster.folder}/.s.PGSQL.{cluster.port}"
    command = ["ip", "netns", "exec", _SPACE, sys.executable, "-m", "tests.faults.hole", _THERE, socket_file]
    relay = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT)
    assert relay.stdout is not None

    def switch(on: bool) -> None:
        _ip("-n", _SPACE, "route", "add" if on else "delete", "blackhole", f"{_HERE}/32")

    try:
        yield int(relay.stdout.readline()), _THERE, switch
    finally:
        relay.kill()
        relay.wait()
        relay.stdout.close()
        _ip("netns", "delete", _SPACE)


@contextmanager
def _swallowing(cluster: Cluster) -> Iterator[tuple[int, str, Switch]]:
    hole = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(
        target=_relay, args=(listening, f"{cluster.folder}/.s.PGSQL.{cluster.port}", hole), daemon=True
    ).start()

    def switch(on: bool) -> None:
        (hole.set if on else hole.clear)()

    yield listening.getsockname()[1], "127.0.0.1", switch
    listening.close()


def _relay(listening: socket.socket, target: str, hole: threading.Event) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_carry, args=(client, target, hole), daemon=True).start()


def _carry(client: socket.socket, target: str, hole: threading.Event) -> None:
    with contextlib.suppress(OSError), client, socket.socket(socket.AF_UNIX) as server:
        server.connect(target)
        while True:
            ready, _, _ = select.select([client, server], [], [], 0.5)
            while hole.is_set():
                time.sleep(0.05)
            for side in ready:
                data = side.recv(65536)
                if not data:
                    return
                (server if side is client else client).sendall(data)


if __name__ == "__main__":  # the relay inside the namespace
    ear = socket.create_server((sys.argv[1], 0))
    print(ear.getsockname()[1], flush=True)
    _relay(ear, sys.argv[2], threading.Event())
