"""One PostgreSQL for the whole room, a fresh database and fresh desks for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from postgres_cluster import PASSWORD, Cluster, binaries
from two_desks import Clock, Desk

from wismo_desk.practice.cutting_proxy import CuttingProxy
from wismo_desk.store.shared import SharedDatabase

_NAMES = count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql (installers/system.sh test)")
    made = Cluster(found)
    yield made
    made.remove()


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    name = f"wismo{next(_NAMES)}"
    with cluster.lent(name):
        yield name


Opener = Callable[..., SharedDatabase]


@pytest.fixture
def open_shared(cluster: Cluster, database: str) -> Iterator[Opener]:
    """Opens the test's database, by default over TCP with the password."""
    opened: list[SharedDatabase] = []

    def open_it(port: int | None = None, **more: object) -> SharedDatabase:
        shared = SharedDatabase.open(cluster.url(database, port), PASSWORD, **more)  # type: ignore[arg-type]
        opened.append(shared)
        return shared

    yield open_it
    for shared in opened:
        shared.close()


@pytest.fixture
def shared(open_shared: Opener) -> SharedDatabase:
    made = open_shared()
    made.upgrade()
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desks(tmp_path: Path, clock: Clock) -> Iterator[Callable[[str], Desk]]:
    """Desks that share one clock, so that the later word is the later id."""
    opened: list[Desk] = []

    def open_desk(name: str) -> Desk:
        desk = Desk.open(tmp_path / name, name, clock)
        opened.append(desk)
        return desk

    yield open_desk
    for desk in opened:
        desk.store.close()


@pytest.fixture
def proxy(cluster: Cluster) -> Iterator[CuttingProxy]:
    made = CuttingProxy(("127.0.0.1", cluster.port))
    yield made
    made.close()
