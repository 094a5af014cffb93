"""One ledger, both databases: a journal file, and a PostgreSQL of our own (tests/sync)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sync"))
sys.path.insert(0, str(Path(__file__).parents[1] / "channels"))

from notice_rig import Clock, opened
from postgres_cluster import PASSWORD, Cluster, binaries

from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.flows.pen import Pen
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_notice import shared_notices
from wismo_desk.store.store import Store

_NAMES = count(1)


@pytest.fixture(scope="session")
def notice_cluster() -> Iterator[Cluster]:
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql (installers/system.sh test)")
    made = Cluster(found)
    yield made
    made.remove()


@pytest.fixture
def shared_url(notice_cluster: Cluster) -> Iterator[str]:
    with notice_cluster.lent(f"notices{next(_NAMES)}") as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = opened(tmp_path / "desk")
    yield made
    made.close()


@pytest.fixture
def pen(clock: Clock) -> Pen:
    return Pen("Poste 1", clock=clock)


@pytest.fixture(params=["journal", "shared"])
def where(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ledger(where: str, request: pytest.FixtureRequest) -> Iterator[NoticeLedger]:
    """The same tests over both."""
    if where == "journal":
        yield request.getfixturevalue("store").notices
        return
    shared = SharedDatabase.open(request.getfixturevalue("shared_url"), PASSWORD)
    shared.upgrade()
    yield shared_notices(shared)
    shared.close()
