"""Procrastinate at work in one process: what rests holds nobody else's, what is not done goes back, chores run once."""

from __future__ import annotations

import asyncio
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "notices"))

from notice_rig import notice
from postgres_cluster import PASSWORD, Cluster
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg import OperationalError

from wismo_desk.app.digesting import _is_ours
from wismo_desk.domain.notice import Channel, Milestone, Notice, notice_id
from wismo_desk.flows.pen import now_utc
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_jobs import SharedJobs, job_line
from wismo_desk.store.shared_notice import shared_notices
from wismo_desk.store.shared_station import grant_station
from wismo_desk.sync.job_drain import Chore, JobDrain, _Ear

LONG = 60  # seconds: a machine may be busy


def waiting(number: str, channel: Channel = Channel.EMAIL) -> Notice:
    at = now_utc()
    plain = notice(number)
    return notice(
        number, channel=channel, notice_id=notice_id(plain.shipment_id, Milestone.CONFIRMED, channel, 0),
        created_at=at, changed_at=at, due_at=at, expires_at=at.replace(year=at.year + 1),
    )  # fmt: skip


class Threads:
    """Drains that run until the test is over."""

    def __init__(self, url: str, jobs: SharedJobs, password: str = PASSWORD) -> None:
        self._line, self._jobs = job_line(url, password), jobs
        self.drains: list[JobDrain] = []
        self._threads: list[threading.Thread] = []
        self.raised: queue.Queue[Exception] = queue.Queue()

    def start(
        self,
        tell: Callable[[Collection[UUID]], Collection[UUID]],
        channels: Sequence[str] = ("email",),
        chores: Sequence[Chore] = (),
        settle: Callable[[], object] = lambda: None,
    ) -> JobDrain:
        drain = JobDrain(
            self._line, tenant=1, channels=channels, tell=tell, put_back=self._jobs.put_back,
            settle=settle, chores=chores, at_once=4,
        )  # fmt: skip

        def run() -> None:
            try:
                drain.run()
            except Exception as error:
                self.raised.put(error)

        self.drains.append(drain)
        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()
        return drain

    def stop(self) -> None:
        for drain in self.drains:
            drain.stop()
        for thread in self._threads:
            thread.join(LONG)
            assert not thread.is_alive()


@pytest.fixture
def threads(cluster: Cluster, database: str, shared: SharedDatabase) -> Iterator[Threads]:
    made = Threads(cluster.url(database), SharedJobs(shared))
    yield made
    made.stop()


def test_a_channel_that_rests_holds_its_own_jobs_only(
    threads: Threads, shared: SharedDatabase, cluster: Cluster, database: str
) -> None:
    ledger = shared_notices(shared)
    mails = [waiting(str(n)) for n in range(30)]
    texts = [waiting(str(n), Channel.SMS) for n in range(6)]
    resting, told = {each.notice_id for each in mails}, queue.Queue[UUID]()

    def tell(wanted: Collection[UUID]) -> Collection[UUID]:
        for each in set(wanted) - resting:
            told.put(each)
        return resting & set(wanted)

    ledger.queue(mails)
    threads.start(tell, channels=("email", "sms"))
    ledger.queue(texts)
    assert {told.get(timeout=LONG) for _ in texts} == {each.notice_id for each in texts}
    threads.stop()
    left = cluster.sql(
        database, "SELECT status::text, count(*) FROM wismo_jobs.procrastinate_jobs GROUP BY status"
    )
    assert left == [("todo", 30)], "what was fetched and not sent is there for others, at once"


def test_what_rested_is_offered_again(threads: Threads, shared: SharedDatabase) -> None:
    """A mail server that is back; and what a lost line left is settled before anything is told."""
    seen: queue.Queue[str] = queue.Queue()
    offered = iter(("rests", "rests", "sent"))

    def tell(wanted: Collection[UUID]) -> Collection[UUID]:
        seen.put(said := next(offered))
        return wanted if said == "rests" else ()

    shared_notices(shared).queue([waiting("1")])
    threads.start(tell, settle=lambda: seen.put("settled"))
    assert [seen.get(timeout=LONG) for _ in range(4)] == ["settled", "rests", "rests", "sent"]


def test_two_jobs_of_one_message_end_together(
    threads: Threads, shared: SharedDatabase, cluster: Cluster, database: str
) -> None:
    """One that was put back while it was in hand: else its first job would hold a place until the worker ends."""
    one, told, second = waiting("1"), threading.Event(), threading.Event()

    def tell(_wanted: Collection[UUID]) -> Collection[UUID]:
        told.set()
        assert second.wait(LONG)
        return ()

    shared_notices(shared).queue([one])
    threads.start(tell)
    assert told.wait(LONG)
    SharedJobs(shared).put_back([one.notice_id])
    jobs = "SELECT count(*) FROM wismo_jobs.procrastinate_jobs WHERE queue_name = '1.email'"
    _until(lambda: cluster.sql(database, f"{jobs} AND status = 'doing'") == [(2,)])
    second.set()
    _until(lambda: cluster.sql(database, jobs) == [(0,)])


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end


def test_a_chore_that_lasts_takes_no_place_of_the_others(threads: Threads) -> None:
    """A thousand parcels asked of a slow carrier: the sweep goes on, what shares its lane waits."""
    at_it, over, together = threading.Event(), threading.Event(), threading.Event()
    swept = threading.Semaphore(0)

    def last() -> None:
        at_it.set()
        assert over.wait(LONG)

    def beside() -> None:
        if at_it.is_set() and not over.is_set():
            together.set()

    works = (("slow", last, "polls"), ("other", beside, "polls"), ("sweep", swept.release, "care"))
    threads.start(
        lambda _wanted: (),
        chores=[Chore(name=name, every=EVERY_SECOND, work=work, lane=lane) for name, work, lane in works],
    )
    try:
        assert at_it.wait(LONG)
        assert all(swept.acquire(timeout=LONG) for _ in range(6))
        assert not together.is_set()
    finally:
        over.set()


def test_a_lost_line_is_told_by_whoever_lost_it_not_by_the_log() -> None:
    heard: list[Exception] = []
    log, ear = logging.Logger("queue"), _Ear(heard.append)
    log.addHandler(ear)
    for each in (OperationalError("the line"), ConnectorException("the line"), ZeroDivisionError("a bug")):
        log.error("failed", exc_info=each)
    log.error("no exception")
    assert [str(each) for each in heard] == ["a bug"]


def test_a_chore_is_done_by_one_of_several(threads: Threads) -> None:
    done: queue.Queue[str] = queue.Queue()
    began = time.monotonic()
    for name in ("a", "b", "c"):
        chores = [Chore(name="sweep", every="* * * * * */1", work=lambda name=name: done.put(name))]
        threads.start(lambda _wanted: (), chores=chores)
    for _ in range(3):
        done.get(timeout=LONG)
    threads.stop()
    assert 3 + done.qsize() <= time.monotonic() - began + 2, "one a second, not one a second and worker"


def test_nobody_takes_the_jobs_of_a_carrier_without_its_contract(
    threads: Threads, cluster: Cluster, database: str
) -> None:
    asked: queue.Queue[str] = queue.Queue()

    def poll(code: str) -> Chore:
        return Chore(
            name=f"poll.{code}", every="* * * * * */1", work=lambda: asked.put(code), ledger={"poll": code}
        )

    cluster.sql(
        database,
        "SET search_path TO wismo_jobs; INSERT INTO procrastinate_jobs (queue_name, task_name)"
        " VALUES ('1.poll.ups', 'wismo.1.poll.ups')",
    )
    threads.start(lambda _wanted: (), chores=[poll("gls")])
    assert [asked.get(timeout=LONG) for _ in range(2)] == ["gls", "gls"]
    threads.stop()
    (count,) = cluster.sql(
        database, "SELECT count(*) FROM wismo_jobs.procrastinate_jobs WHERE queue_name = '1.poll.ups'"
    )[0]
    assert count == 1


def test_a_bug_ends_it_and_is_not_hidden(threads: Threads, shared: SharedDatabase) -> None:
    def broken(_wanted: Collection[UUID]) -> Collection[UUID]:
        raise ZeroDivisionError

    shared_notices(shared).queue([waiting("1")])
    threads.start(broken)
    assert isinstance(threads.raised.get(timeout=LONG), ZeroDivisionError)
    threads.stop()
    assert SharedJobs(shared).sweep(now_utc()).deferred == 1, "its row waits, and is found"


SECRET = "bench-of-oak-worker"
EVERY_SECOND = "* * * * * */1"


@pytest.fixture
def worker_url(cluster: Cluster, database: str, shared: SharedDatabase) -> Iterator[str]:
    """Of a worker's own user, not the owner."""
    cluster.sql("postgres", "ALTER ROLE desk CREATEROLE")
    grant_station(shared, "worker_one", password=SECRET, worker=True)
    yield cluster.url(database).replace("desk@", "worker_one@")
    cluster.sql(database, "DROP OWNED BY worker_one")
    cluster.sql(database, "DROP ROLE worker_one")


def test_what_a_worker_is_granted_is_enough(worker_url: str) -> None:
    """Fetching, heart-beats, chores, ending, sweeping."""
    own = SharedDatabase.open(worker_url, SECRET)
    jobs, told = SharedJobs(own), queue.Queue[UUID]()
    swept: queue.Queue[object] = queue.Queue()
    threads = Threads(worker_url, jobs, SECRET)
    one = waiting("1")
    try:
        assert jobs.ready() and shared_notices(own).queue([one]) == 1
        chore = Chore(name="sweep", every=EVERY_SECOND, work=lambda: swept.put(jobs.sweep(now_utc())))
        threads.start(lambda wanted: [told.put(each) for each in wanted] and (), chores=[chore])
        assert told.get(timeout=LONG) == one.notice_id and swept.get(timeout=LONG) is not None
    finally:
        threads.stop()
        own.close()
    assert threads.raised.empty()


PUT_LATER = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, scheduled_at)"
    " VALUES ('1.slow', 'wismo.1.slow', '1.slow', now() + interval '1 day') RETURNING id"
)


def test_a_chore_that_is_queued_already_ends_no_worker(worker_url: str) -> None:
    """Row security hides which job it is; procrastinate's own line asserts that it is told."""

    async def put_twice(line: PsycopgConnector) -> None:
        await line.open_async()
        try:
            await line.execute_query_one_async(PUT_LATER)
            with pytest.raises(AssertionError):
                await line.execute_query_one_async(PUT_LATER)
        finally:
            await line.close_async()

    asyncio.run(put_twice(PsycopgConnector(kwargs=job_line(worker_url, SECRET), min_size=1)))
    own = SharedDatabase.open(worker_url, SECRET)
    threads, ran = Threads(worker_url, SharedJobs(own), SECRET), threading.Semaphore(0)
    slow = Chore(name="slow", every=EVERY_SECOND, work=ran.release)
    other = Chore(name="other", every=EVERY_SECOND, work=ran.release)
    try:
        threads.start(lambda _wanted: (), chores=[slow, other])
        assert ran.acquire(timeout=LONG) and ran.acquire(timeout=LONG)  # each after the slow one was refused
    finally:
        threads.stop()
        own.close()
    assert threads.raised.empty()


def test_what_procrastinate_only_logs_is_not_lost(threads: Threads) -> None:
    """A fault of its own is a bug, not a line that does not answer."""
    started = threading.Event()
    threads.start(lambda _wanted: (), chores=[Chore(name="a", every=EVERY_SECOND, work=started.set)])
    assert started.wait(LONG)
    log = logging.getLogger("procrastinate.worker")
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        log.exception("a side task failed")
    assert isinstance(threads.raised.get(timeout=LONG), ZeroDivisionError)


def test_stopped_before_it_begins(threads: Threads) -> None:
    drain = JobDrain(
        {}, tenant=1, channels=("email",), tell=lambda _wanted: (), put_back=lambda _left: None, settle=lambda: None
    )  # fmt: skip
    drain.stop()
    drain.run()


def test_one_desk_sends_the_digest_of_a_day(shared: SharedDatabase) -> None:
    """The one that took it: dead or alive, no other sends that day's; its own second try may."""

    def station(name: str) -> Any:
        journal = SimpleNamespace(journal_id=name)
        return SimpleNamespace(
            sharing=SimpleNamespace(shared=shared), store=SimpleNamespace(journal=journal),
            settings=SimpleNamespace(station=name),
        )  # fmt: skip

    first, second = station("a"), station("b")
    assert _is_ours(first, "chef@papeterie.example", "2026-11-23")
    assert not _is_ours(second, "chef@papeterie.example", "2026-11-23")
    assert _is_ours(first, "chef@papeterie.example", "2026-11-23")
    assert _is_ours(second, "chef@papeterie.example", "2026-11-24")
    alone = SimpleNamespace(sharing=None)
    assert _is_ours(alone, "chef@papeterie.example", "2026-11-23")  # type: ignore[arg-type]  # a desk by itself
