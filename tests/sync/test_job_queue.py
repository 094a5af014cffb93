"""The queue follows the ledger: jobs come and go with its rows, in their transaction; stations cannot touch them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "notices"))

from notice_rig import notice
from postgres_cluster import PASSWORD, Cluster
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from wismo_desk.app.station_users import administer
from wismo_desk.cli.options import parse
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.job_queue import QueueState
from wismo_desk.domain.notice import Notice
from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import Settings
from wismo_desk.store.notice_ledger import SqlNotices
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_jobs import SharedJobs, Swept
from wismo_desk.store.shared_jobs_step import TELL, lay_jobs, newest_migration
from wismo_desk.store.shared_notice import shared_notices
from wismo_desk.store.shared_station import grant_station
from wismo_desk.words import Words

S = EffectState
LEASE = timedelta(minutes=10)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=5)


def waiting(number: str, **changes: Any) -> Notice:
    at = changes.pop("at", now())
    times = {"created_at": at, "changed_at": at, "due_at": at, "expires_at": at + timedelta(days=2)}
    return notice(number, **(times | changes))


class Place:
    """A shared database and its queue, looked at as the administrator does."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        self.opened: list[SharedDatabase] = []
        self.shared = self.login("desk", PASSWORD)
        self.ledger = shared_notices(self.shared)
        self.jobs = SharedJobs(self.shared)

    def login(self, role: str, password: str, *, tenant: int = 1) -> SharedDatabase:
        url = self.cluster.url(self.name).replace("desk@", f"{role}@")
        self.opened.append(SharedDatabase.open(url, password, tenant=tenant))
        return self.opened[-1]

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        return self.cluster.sql(self.name, statement)

    def queued(self) -> list[tuple[Any, ...]]:
        """(queue, lock, what it says, when) of the jobs that wait."""
        return self.sql(
            "SELECT queue_name, queueing_lock, args, scheduled_at FROM wismo_jobs.procrastinate_jobs"
            " WHERE status = 'todo' ORDER BY id"
        )

    def fetch(self, *, silent_s: float) -> None:
        """A worker takes every job, and was last heard of so long ago."""
        (worker,) = self.sql(
            "INSERT INTO wismo_jobs.procrastinate_workers (last_heartbeat)"
            f" VALUES (now() - interval '{silent_s} seconds') RETURNING id"
        )[0]
        self.sql(
            "SET search_path TO wismo_jobs; UPDATE procrastinate_jobs SET status = 'doing',"
            f" worker_id = {worker} WHERE status = 'todo'"
        )

    def claimed(self, one: Notice, at: datetime) -> Notice:
        (found,) = self.ledger.claim(at, by="w1", limit=1, lease=LEASE, only=[one.notice_id])
        return found


@pytest.fixture
def place(cluster: Cluster, database: str) -> Iterator[Place]:
    cluster.sql("postgres", "ALTER ROLE desk CREATEROLE")
    made = Place(cluster, database)
    made.shared.upgrade()
    yield made
    for line in made.opened:
        line.close()
    for (role,) in made.sql("SELECT role FROM wismo.station_role"):
        made.sql(f'DROP OWNED BY "{role}"')
        made.sql(f'DROP ROLE "{role}"')


def test_a_job_comes_with_its_row_and_says_the_ledgers_id_only(place: Place) -> None:
    one, later = waiting("1"), waiting("2", due_at=now() + timedelta(days=3))
    with pytest.raises(RuntimeError), place.shared.begin() as db:
        SqlNotices(lambda: Held(db), place.ledger._table, tenant=1).queue([one])
        assert db.scalar(text("SELECT count(*) FROM wismo_jobs.procrastinate_jobs")) == 1
        raise RuntimeError("the station's transaction does not hold")
    assert place.queued() == []
    assert place.ledger.queue([one, later]) == 2
    assert place.ledger.queue([one, later]) == 0, "the same push again"
    assert place.queued() == [
        ("1.email", f"1:{one.notice_id}", {"notice": str(one.notice_id)}, None),
        ("1.email", f"1:{later.notice_id}", {"notice": str(later.notice_id)}, later.due_at),
    ]
    assert place.sql("SELECT DISTINCT task_name FROM wismo_jobs.procrastinate_jobs") == [(TELL,)]


class Held:
    """A transaction that somebody else ends."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def __enter__(self) -> Any:
        return self._db

    def __exit__(self, *_: object) -> None:
        return None


def test_what_a_desk_sends_by_itself_leaves_no_job(place: Place) -> None:
    """Desks claim from the ledger as before; nobody need run a worker, and nothing piles up."""
    one = waiting("1")
    place.ledger.queue([one])
    held = place.claimed(one, now())
    assert len(place.queued()) == 1, "it may die yet"
    place.ledger.move(held, S.SENDING, was=(S.PENDING,), at=now())
    assert place.queued() == []
    place.ledger.move(held, S.DONE, was=(S.SENDING,), at=now())
    assert place.queued() == []


def test_a_message_put_off_is_queued_for_its_time(place: Place) -> None:
    one, at = waiting("1"), now()
    place.ledger.queue([one])
    held = place.claimed(one, at)
    place.ledger.move(held, S.SENDING, was=(S.PENDING,), at=at)
    later = at + timedelta(minutes=30)
    place.ledger.move(held, S.PENDING, was=(S.SENDING,), at=at, due_at=later)
    assert [each[3] for each in place.queued()] == [later]
    failed = place.claimed(one, later)
    place.ledger.move(failed, S.SENDING, was=(S.PENDING,), at=at)
    place.ledger.move(failed, S.FAILED, was=(S.SENDING,), at=at)
    found = place.ledger.get(one.notice_id)
    assert found is not None and place.queued() == []
    place.ledger.decide(found, S.PENDING, at=at, expires_at=at + LEASE, details={})
    assert [each[3] for each in place.queued()] == [None], "a person sends it again: at once"


def test_jobs_of_a_dead_worker_end_as_the_ledger_says(place: Place) -> None:
    free, claimed, begun, done = (waiting(n) for n in "1234")
    place.ledger.queue([free, claimed, begun, done])
    at = now()
    place.fetch(silent_s=60)
    place.claimed(claimed, at)
    for one in (begun, done):
        held = place.claimed(one, at)
        place.ledger.move(held, S.SENDING, was=(S.PENDING,), at=at)
    place.ledger.move(held, S.DONE, was=(S.SENDING,), at=at)
    assert place.jobs.state() == QueueState(waiting=0, stalled=4)
    assert place.jobs.sweep(at) == Swept(stalled=4, in_doubt=1, deferred=1)
    assert {each[1] for each in place.queued()} == {f"1:{one.notice_id}" for one in (free, claimed)}
    assert place.ledger.counts() == {S.PENDING: 2, S.IN_DOUBT: 1, S.DONE: 1}
    doubt = place.ledger.get(begun.notice_id)
    assert doubt is not None and "may have arrived" in str(doubt.details["error"])
    assert place.jobs.sweep(at) == Swept()
    # It was only slow: what it heard is told, and what it had claimed and not begun it may not send any more.
    assert place.ledger.move(_claim_of(place, begun), S.DONE, was=(S.SENDING, S.IN_DOUBT), at=at)


def _claim_of(place: Place, one: Notice) -> Notice:
    found = place.ledger.get(one.notice_id)
    assert found is not None
    return found


def test_jobs_of_a_living_worker_are_left_alone(place: Place) -> None:
    place.ledger.queue([waiting("1")])
    place.fetch(silent_s=0)
    assert place.jobs.sweep(now()) == Swept()
    assert place.jobs.state() == QueueState()


def test_a_lost_job_comes_back_and_a_doubled_one_is_nothing(place: Place) -> None:
    one = waiting("1")
    place.ledger.queue([one])
    place.sql("SET search_path TO wismo_jobs; DELETE FROM procrastinate_jobs")
    assert place.jobs.sweep(now()) == Swept(deferred=1)
    place.jobs.put_back([one.notice_id])
    assert len(place.queued()) == 1
    state = place.jobs.state()
    assert state is not None and state.waiting == 1 and timedelta() <= state.oldest < timedelta(minutes=5)


def test_what_is_left_is_free_and_due(place: Place) -> None:
    mine, others, soon = (waiting(n) for n in "123")
    soon = waiting("3", due_at=now() + timedelta(hours=1))
    place.ledger.queue([mine, others, soon])
    place.claimed(others, now())
    place.fetch(silent_s=0)
    ids = [each.notice_id for each in (mine, others, soon)]
    assert place.jobs.left(ids, now()) == {mine.notice_id}
    assert [each[1] for each in place.queued()] == [f"1:{soon.notice_id}"], "fetched too early: at its time"


def test_a_worker_whose_clock_is_slow_is_not_given_the_same_job_at_once(place: Place) -> None:
    """The server's clock says that it is due, the worker's not yet: else the job would come back to it without end."""
    one, slow = waiting("1"), timedelta(minutes=5)
    place.ledger.queue([one])
    place.fetch(silent_s=0)
    assert place.jobs.left([one.notice_id], now() - slow) == frozenset()
    ((*_, at),) = place.queued()
    (there,) = place.sql("SELECT clock_timestamp()")[0]
    assert at is not None and timedelta(minutes=4) < at - there <= slow


def test_a_station_feeds_the_queue_and_cannot_read_or_change_it(place: Place) -> None:
    secret = grant_station(place.shared, "bench_jobs", password="bench-of-oak-1").role
    bench = place.login(secret, "bench-of-oak-1")
    assert shared_notices(bench).queue([waiting("1")]) == 1
    assert len(place.queued()) == 1
    assert not SharedJobs(bench).ready()
    state = SharedJobs(bench).state()
    assert state is not None and state.waiting == 1
    for statement in (
        "SELECT * FROM wismo_jobs.procrastinate_jobs",
        "DELETE FROM wismo_jobs.procrastinate_jobs",
        "INSERT INTO wismo_jobs.procrastinate_jobs (queue_name, task_name) VALUES ('1.email', 'x')",
        f"SELECT wismo_jobs.put(1, '{UUID(int=1)}', 'email', 0)",
    ):
        with pytest.raises(SettingsProblem), bench.begin() as db:
            db.execute(text(statement))


def test_a_worker_takes_jobs_of_its_own_tenant_only(place: Place) -> None:
    place.ledger.queue([waiting("1")])
    theirs = place.login("desk", PASSWORD, tenant=2)
    shared_notices(theirs).queue([waiting("1")])
    grant_station(theirs, "worker_two", password="bench-of-oak-2", worker=True)
    two = place.login("worker_two", "bench-of-oak-2", tenant=2)
    jobs = SharedJobs(two)
    assert jobs.ready() and len(place.queued()) == 2, "one ledger id, two tenants"
    with two.begin() as db:
        db.execute(text("SET LOCAL search_path TO wismo_jobs"))
        fetched = "SELECT queue_name FROM procrastinate_fetch_job_v2(NULL, NULL)"
        assert [row.queue_name for row in db.execute(text(fetched))] == ["2.email"]
        assert db.scalar(text("SELECT queue_name FROM procrastinate_fetch_job_v2(NULL, NULL)")) is None
        db.execute(text("DELETE FROM procrastinate_jobs"))
    assert [each[0] for each in place.queued()] == ["1.email"]
    assert jobs.sweep(now()) == Swept(deferred=1)
    grant_station(theirs, "worker_two")
    assert not jobs.ready(), "granted anew as a station alone"


def test_a_queue_of_an_older_procrastinate_is_brought_forward(place: Place) -> None:
    """By its own migrations, in their order, and what waits in it stays."""
    folder = files("procrastinate.sql").joinpath("migrations")
    known = "03.03.00_01_pre_priority_lock_fetch_job.sql"
    place.sql("DROP SCHEMA wismo_jobs CASCADE; CREATE SCHEMA wismo_jobs AUTHORIZATION desk")
    for script in sorted(folder.iterdir(), key=lambda each: each.name):
        if script.name.endswith(".sql") and script.name <= known:
            place.sql(f"SET ROLE desk; SET search_path TO wismo_jobs, pg_catalog; {script.read_text()}")
    place.sql(f"UPDATE wismo.meta SET value = '{known}|0' WHERE name = 'job_schema'")
    assert not place.jobs.ready()
    place.sql("SET search_path TO wismo_jobs; INSERT INTO procrastinate_jobs (queue_name, task_name)"
              " VALUES ('1.email', 'x')")  # fmt: skip
    place.shared.upgrade()
    assert place.jobs.ready()
    place.ledger.queue([waiting("1")])
    assert [each[0] for each in place.queued()] == ["1.email", "1.email"]
    named = "SELECT proname FROM pg_proc WHERE pronamespace = 'wismo_jobs'::regnamespace AND proname ~ 'retry|fetch'"
    assert {name for (name,) in place.sql(named)} >= {
        "procrastinate_retry_job_v2",
        "procrastinate_fetch_job_v2",
    }
    (said,) = place.sql("SELECT value FROM wismo.meta WHERE name = 'job_schema'")[0]
    assert said.startswith(newest_migration())


def test_a_database_without_a_queue_gets_one_with_jobs_for_what_waits(place: Place) -> None:
    place.sql("DROP SCHEMA wismo_jobs CASCADE; DROP FUNCTION wismo.queue_state;"
              " DELETE FROM wismo.meta WHERE name = 'job_schema'")  # fmt: skip
    assert place.ledger.queue([waiting("1")]) == 1, "an older database works as before"
    assert not place.jobs.ready() and place.jobs.state() is None
    with place.shared.begin() as db:
        lay_jobs(db)
        assert db.scalar(text("SHOW search_path")) == '"$user", public', (
            "nothing else of the upgrade is moved"
        )
    assert place.jobs.sweep(now()) == Swept(deferred=1)


def test_naive_twin_a_job_put_by_the_station_itself_needs_the_right_to(place: Place) -> None:
    """Why a trigger of the owner's puts it: a station that defers would have to read and write the queue."""
    role = grant_station(place.shared, "bench_naive", password="bench-of-oak-3").role
    bench = place.login(role, "bench-of-oak-3")
    put = "INSERT INTO wismo_jobs.procrastinate_jobs (queue_name, task_name) VALUES ('1.email', 'x')"
    with pytest.raises(ProgrammingError, match="permission denied"), bench._engine.begin() as db:
        db.execute(text(put))


def test_the_command_makes_a_worker(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WISMO_DESK_SHARED_PASSWORD", PASSWORD)
    said: list[str] = []
    url = place.cluster.url(place.name)
    options = parse(["--language", "en", "db", "grant-station", "agent", "--worker", "--url", url])
    administer(options, Settings(tenant=1), Words("en"), said.append)
    assert "may take jobs from the queue" in said[1]
    password = next(line for line in said if line.startswith("Password: ")).removeprefix("Password: ")
    assert SharedJobs(place.login("agent", password)).ready()
