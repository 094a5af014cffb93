"""Two stations reach for one order: online only one of them packs it; offline both may, and it is found and told."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from postgres_cluster import PASSWORD, Cluster, binaries
from two_desks import Clock, Desk, settle

from tests.faults.kills import compile_once
from tests.faults.machines import MEMORY
from tests.faults.outcome import Outcome
from tests.faults.tally import Tally
from wismo_desk.domain.fact import FactKind
from wismo_desk.flows.twice_labelled import TwiceLabelled
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.sync.turn import Held, Sync

SHORT, FULL = 30, 150


def run(*, short: bool, seed: int) -> Outcome:
    began, count = time.monotonic(), SHORT if short else FULL
    said: dict[str, Any] = {"name": "two", "unit": "orders, 2 stations", "least": count, "seed": seed}
    found_binaries = binaries()
    if found_binaries is None:
        return Outcome(**said, count=0, skipped="no PostgreSQL here")
    compile_once()
    folder = Path(tempfile.mkdtemp(prefix="wismo-two-", dir=MEMORY))
    cluster = Cluster(found_binaries)
    found, chance = Tally(), random.Random(seed)
    try:
        pair = _Pair(folder, cluster)
        found, offline = pair.race(count, chance)
        twin = pair.naive(20)
        pair.close()
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)
    for row in found.said[:10]:
        print(f"two, seed {seed}: {row}", file=sys.stderr)
    return Outcome(
        **said, count=count, lost=found.lost, doubled=found.doubled, phantom=found.phantom,
        mismatch=found.mismatch, twin=twin, seconds=time.monotonic() - began,
        note=f"{offline} packed at both while offline: each became a task at both",
    )  # fmt: skip


class _Pair:
    """Two desks on one clock and one PostgreSQL."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        url = cluster.make("two")
        self._lines = [SharedDatabase.open(url, PASSWORD) for _ in range(2)]
        self._lines[0].upgrade()
        clock = Clock()
        self._desks = [Desk.open(folder / name, name, clock) for name in ("A", "B")]
        self._syncs: list[Sync] = [
            desk.sync(line) for desk, line in zip(self._desks, self._lines, strict=True)
        ]

    def race(self, count: int, chance: random.Random) -> tuple[Tally, int]:
        found, doubles = Tally(), set[str]()
        for number in range(count):
            offline = chance.random() < 0.2
            order = self._desks[number % 2].take_in(f"42-{number:03}")
            settle(*self._syncs)
            labels = self._both_reach(order, offline=offline, hurry=chance.random() < 0.5)
            settle(*self._syncs)
            if offline:
                doubles.add(str(order))
                continue
            if labels != 1:
                found.wrong("doubled" if labels else "lost", f"order {number}: {labels} labels while online")
        tasks = [self._tasks(desk) for desk in self._desks]
        if tasks[0] != doubles or tasks[1] != doubles:
            found.wrong("mismatch", f"{len(doubles)} doubles, {[len(each) for each in tasks]} tasks")
        return found, len(doubles)

    def _both_reach(self, order: Any, *, offline: bool, hurry: bool) -> int:
        """Each opens the order and asks whether it has it, at the same moment; who has it, packs."""
        packed: list[str] = []
        gate = threading.Barrier(2)

        def reach(desk: Desk, sync: Sync) -> None:
            gate.wait()
            if not offline and not isinstance(sync.confirm(order), Held):
                return
            desk.in_hand(order)
            if not hurry:
                desk.scan(order)
            desk.label(order)
            packed.append(desk.name)
            if not offline:
                sync.turn(at_once=True)
                sync.leases.let_go(order)

        threads = [
            threading.Thread(target=reach, args=pair) for pair in zip(self._desks, self._syncs, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(packed)

    def _tasks(self, desk: Desk) -> set[str]:
        twice = TwiceLabelled(store=desk.store, names=lambda carrier, service: (carrier, service))
        return {str(each.order_id) for each in twice()}

    def naive(self, count: int) -> int:
        """The naive twin: who sees no one else's hand on the order packs it."""
        doubled = 0
        for number in range(count):
            order = self._desks[0].take_in(f"43-{number:03}")
            settle(*self._syncs)
            for desk in self._desks:
                facts = desk.store.read.order_facts(order)
                if not any(fact.kind is FactKind.LABEL_BOUGHT for fact in facts):
                    desk.label(order)
            settle(*self._syncs)
            facts = self._desks[0].store.read.order_facts(order)
            doubled += sum(fact.kind is FactKind.LABEL_BOUGHT for fact in facts) - 1
        return doubled

    def close(self) -> None:
        for line in self._lines:
            line.close()
        for desk in self._desks:
            desk.store.close()
