"""`wismo-desk worker` with a queue, without one, and when the database comes back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from postgres_cluster import PASSWORD
from sqlalchemy import make_url, text
from test_worker import Folder, Running, folder, orders, shared, told  # noqa: F401 - fixtures

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.job_queue import QueueState
from wismo_desk.practice.cutting_proxy import CuttingProxy
from wismo_desk.practice.failing_mail_server import FailingMailServer
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_jobs import SharedJobs
from wismo_desk.store.shared_notice import shared_notices

_QUICK = 120  # seconds: a machine may be busy


@pytest.fixture
def no_queue(others: str) -> Iterator[None]:
    """As `db upgrade` of a release before left it."""
    admin = SharedDatabase.open(others, PASSWORD)
    with admin.begin() as db:
        db.execute(text("DROP SCHEMA wismo_jobs CASCADE"))
        db.execute(text("DELETE FROM wismo.meta WHERE name = 'job_schema'"))
    yield
    admin.upgrade()
    admin.close()


def test_without_a_queue_it_looks_for_work_itself(
    no_queue: None,
    shared: SharedDatabase,  # noqa: F811 - a fixture
    folder: Folder,  # noqa: F811 - a fixture
    tmp_path: Path,
) -> None:
    orders(shared, tmp_path / "desk", range(5))
    with FailingMailServer() as server:
        worker = Running(folder("w", server.port))
        worker.hear("has no queue of jobs for this user")
        while len(server.received) < 5:
            assert server.taken.acquire(timeout=_QUICK)
        assert worker.end() == 0
    assert max(told(server).values()) == 1
    assert "Traceback" not in "".join(worker.said)


def test_a_line_that_is_cut_while_it_drains_comes_back(
    others: str,
    shared: SharedDatabase,  # noqa: F811 - a fixture
    folder: Folder,  # noqa: F811 - a fixture
    tmp_path: Path,
) -> None:
    orders(shared, tmp_path / "desk", range(40))
    url = make_url(others)
    with FailingMailServer() as server, CuttingProxy(("127.0.0.1", url.port or 0)) as line:
        server.plan.slow_s = lambda number: 0.02
        by_way = url.set(port=line.port).render_as_string(hide_password=False)
        worker = Running(folder("w", server.port, by_way), "--at-once", "5")
        worker.hear("Jobs are taken from the queue")
        while len(server.received) < 5:
            assert server.taken.acquire(timeout=_QUICK)
        line.cut()
        worker.hear("does not answer")
        line.mend()
        while len(server.received) < 40:
            assert server.taken.acquire(timeout=_QUICK)
        assert worker.end() == 0
    assert max(told(server).values()) == 1
    assert shared_notices(shared).counts() == {EffectState.DONE: 40}
    assert SharedJobs(shared).state() == QueueState()
    assert "Traceback" not in "".join(worker.said)


def test_a_desk_never_loads_it() -> None:
    """Nor does a worker before it is at a queue; the naive twin says that the look would find it."""
    look = "import sys, {}; sys.exit('procrastinate' in sys.modules)"
    rooms = "wismo_desk.app.desk, wismo_desk.app.worker, wismo_desk.store.shared"
    assert subprocess.run([sys.executable, "-c", look.format(rooms)]).returncode == 0
    assert subprocess.run([sys.executable, "-c", look.format("wismo_desk.sync.job_drain")]).returncode == 1
