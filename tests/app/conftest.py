"""The desk's own joints: one PostgreSQL and the desks of tests/sync."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sync"))

from postgres_cluster import PASSWORD, Cluster, binaries

from wismo_desk.store.shared import SharedDatabase


@pytest.fixture(scope="module")
def others() -> Iterator[str]:
    """The URL of a shared database with its tables."""
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql (installers/system.sh test)")
    cluster = Cluster(found)
    cluster.make("others")
    shared = SharedDatabase.open(cluster.url("others"), PASSWORD)
    shared.upgrade()
    shared.close()
    yield cluster.url("others")
    cluster.remove()
