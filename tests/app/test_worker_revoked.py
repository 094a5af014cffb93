"""`wismo-desk worker` whose user is revoked while it runs says it once, waits, and goes on when it is granted anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from postgres_cluster import PASSWORD, Cluster, binaries
from test_worker import Running, _mail, orders

from wismo_desk.app.worker_refused import AGAIN, REFUSED
from wismo_desk.practice.failing_mail_server import FailingMailServer
from wismo_desk.settings import Settings, save
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_station import grant_station, revoke_station

_QUICK = 120  # seconds: a machine may be busy


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Of its own: users are the whole server's."""
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql (installers/system.sh test)")
    made = Cluster(found)
    yield made
    made.remove()


def test_revoked_while_it_runs_it_says_so_once_and_waits(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.make("others")
    cluster.sql("postgres", "ALTER ROLE desk CREATEROLE")
    admin = SharedDatabase.open(url, PASSWORD)
    admin.upgrade()
    grant_station(admin, "agent", worker=True, password=PASSWORD)
    orders(admin, tmp_path / "desk", range(2))
    with FailingMailServer() as server:
        where = tmp_path / "w"
        where.mkdir()
        save(where, Settings(station="w", shared=url.replace("desk@", "agent@"), mail=_mail(server.port)))
        worker = Running(where)
        worker.hear("Jobs are taken from the queue")
        while len(server.received) < 2:
            assert server.taken.acquire(timeout=_QUICK)
        revoke_station(admin, "agent")
        worker.hear(REFUSED[:60])
        worker.hear(AGAIN)
        grant_station(admin, "agent", worker=True, password=PASSWORD)
        worker.hear("Shared database: connected")
        assert worker.end() == 0
    admin.close()
    said = "\n".join(worker.said)
    assert said.count(REFUSED[:60]) == 1, said
    assert "Traceback" not in said
    assert len(server.received) == 2
