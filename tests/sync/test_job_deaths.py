"""Workers at the queue are killed at any moment: nothing is sent twice, nothing forgotten, what is unknown is shown."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "notices"))

import job_worker
from notice_rig import ids_of, notice
from postgres_cluster import Cluster

from wismo_desk.domain.effect import EffectState
from wismo_desk.flows.pen import now_utc
from wismo_desk.practice.failing_mail_server import FailingMailServer, Plan, Step
from wismo_desk.store.notice_ledger import SqlNotices
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_jobs import SharedJobs
from wismo_desk.store.shared_jobs_step import TELL
from wismo_desk.store.shared_notice import shared_notices

# Each worker is a process; what they all import is imported once, by the one that they are forked from.
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([job_worker.__name__])
S = EffectState
KILLS = int(os.environ.get("WISMO_JOB_KILLS", "2"))  # more of them when one wants to be sure
LONG = 60  # seconds: a machine may be busy


@dataclass
class Child:
    process: ForkServerProcess
    says: Connection

    def is_ready(self) -> bool:
        return self.says.poll(LONG) and self.says.recv() == "ready"

    def end(self) -> int | None:
        self.process.join(LONG)
        code = self.process.exitcode
        self.says.close()
        self.process.close()  # raises when it runs still
        return code


class Pack:
    """Several workers' processes on one database, and what their mail server got."""

    def __init__(self, folder: Path, url: str, server: FailingMailServer, shared: SharedDatabase) -> None:
        self.folder, self.url, self.server = folder, url, server
        self.ledger: SqlNotices = shared_notices(shared)
        self.jobs = SharedJobs(shared)
        self.count = 0
        self.alive: list[Child] = []

    def queue(self, count: int) -> None:
        """As a desk does: the jobs come with the rows."""
        self.count, now = count, now_utc()
        times = {
            "created_at": now,
            "changed_at": now,
            "due_at": now,
            "expires_at": now.replace(year=now.year + 1),
        }
        assert self.ledger.queue([notice(str(n), **times) for n in range(count)]) == count

    def start(self, name: str, how: str = "careful") -> Child:
        hears, says = FORKS.Pipe(duplex=False)
        told = (self.folder / name, self.server.port, self.url, self.count, how, says)
        process = FORKS.Process(target=job_worker.work, args=told)
        process.start()
        says.close()
        self.alive.append(Child(process, hears))
        return self.alive[-1]

    def kill(self, child: Child) -> None:
        child.process.kill()
        self.end(child, -signal.SIGKILL)

    def end(self, child: Child, code: int = 0) -> None:
        self.alive.remove(child)
        assert child.end() == code

    def until_settled(self) -> dict[EffectState, int]:
        """When nothing waits and nothing is under way, and the workers were stopped: one that a busy machine kept from
        beating was taken for dead, and has told by then how its message ended."""
        end = time.monotonic() + LONG
        while time.monotonic() < end:
            counts = self.ledger.counts()
            if not counts.get(S.PENDING) and not counts.get(S.SENDING):
                self.stop()
                return self.ledger.counts()
            self.server.taken.acquire(timeout=0.1)
        raise AssertionError(f"not settled: {self.ledger.counts()}, {self.jobs.state()}")

    def twice(self) -> int:
        return sum(count - 1 for count in Counter(ids_of(self.server.received)).values())

    def stop(self) -> None:
        for child in list(self.alive):
            child.process.terminate()
        for child in list(self.alive):
            self.end(child)


@pytest.fixture
def plan() -> Plan:
    return Plan()


@pytest.fixture
def pack(
    cluster: Cluster, database: str, shared: SharedDatabase, plan: Plan, tmp_path: Path
) -> Iterator[Pack]:
    with FailingMailServer(plan) as server:
        made = Pack(tmp_path, cluster.url(database), server, shared)
        yield made
        for child in made.alive:  # a test that fell short
            child.process.kill()
            child.end()


def test_three_share_the_queue_through_a_restart_of_the_database(
    pack: Pack, plan: Plan, cluster: Cluster, database: str, shared: SharedDatabase
) -> None:
    plan.slow_s = lambda number: 0.01
    pack.queue(90)
    for name in ("a", "b", "c"):
        pack.start(name)
    while len(pack.server.received) < 20:
        assert pack.server.taken.acquire(timeout=LONG)
    cluster.stop()  # at once, as a power cut does
    cluster.start()
    shared.reset()
    assert pack.until_settled() == {S.DONE: 90}
    assert (len(pack.server.received), pack.twice()) == (90, 0)
    # The next sweep may be queued; of messages nothing is.
    waits = (
        f"SELECT count(*) FROM wismo_jobs.procrastinate_jobs WHERE status = 'todo' AND task_name = '{TELL}'"
    )
    assert cluster.sql(database, waits) == [(0,)]


@pytest.mark.parametrize("how", ["careful", "naive"])
def test_killed_while_the_server_has_the_message(pack: Pack, plan: Plan, how: str) -> None:
    """The twin does as a queue does, and the customer has it twice."""

    def fault(number: int) -> Step | None:
        """One of the third or a later one: a line that ends has counted a message that does not come."""
        return Step.ANSWER if number >= 3 and not pack.server.failed.is_set() else None

    plan.fault, plan.hangs = fault, True
    pack.queue(12)
    first = pack.start("a", how)
    assert pack.server.failed.wait(LONG)
    pack.kill(first)
    pack.start("b", how)
    if how == "naive":
        while not pack.twice():
            assert pack.server.taken.acquire(timeout=LONG)
        return
    assert pack.until_settled() == {S.DONE: 11, S.IN_DOUBT: 1}
    assert (len(pack.server.received), pack.twice()) == (12, 0)
    doubt = pack.ledger.listed(states=(S.IN_DOUBT,))[0]
    assert "may have arrived" in str(doubt.details["error"])


def test_killed_at_each_step(pack: Pack) -> None:
    """Fetched, claimed, marked, sent, written down: five die, each there, and one cleans up behind them."""
    pack.queue(60)
    points = ("fetched", "claimed", "marked", "sent", "written")
    for child in [pack.start(point, point) for point in points]:
        pack.end(child, -signal.SIGKILL)
    pack.start("last")
    assert pack.until_settled() == {S.DONE: 58, S.IN_DOUBT: 2}
    assert (len(pack.server.received), pack.twice()) == (59, 0), "one of the two in doubt has arrived"


def test_killed_at_any_moment(pack: Pack, plan: Plan) -> None:
    """Before a claim, after it, while sending, after the answer: whatever the moment, the ledger knows."""
    plan.slow_s = lambda number: 0.02
    chance = random.Random(20261122)
    pack.queue(30 * KILLS)
    names = iter(f"w{n}" for n in range(100))
    running = [pack.start(next(names)) for _ in range(2)]
    for _ in range(KILLS):
        spare = pack.start(next(names))
        assert running[0].is_ready()
        pack.server.taken.acquire(timeout=chance.uniform(0.1, 0.6))
        pack.kill(running.pop(0))
        running.append(spare)
    counts = pack.until_settled()
    doubts = counts.get(S.IN_DOUBT, 0)
    assert counts.get(S.DONE, 0) + doubts == 30 * KILLS and set(counts) <= {S.DONE, S.IN_DOUBT}
    assert pack.twice() == 0 and 30 * KILLS - doubts <= len(pack.server.received) <= 30 * KILLS
    assert doubts <= KILLS, "one message is under way at a time in each worker"
