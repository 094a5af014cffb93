"""A shared database on another computer: its certificate is checked against a real PostgreSQL, name and all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from authority import Authority
from postgres_cluster import PASSWORD, Cluster, binaries
from sqlalchemy import text

from wismo_desk.errors import SettingsProblem
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_url import through

HOST = "postgres.warehouse.example"  # not this computer, as far as its name says


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(scope="module")
def secured(ours: Authority) -> Iterator[Cluster]:
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql (installers/system.sh test)")
    made = Cluster(found)
    made.secure(*ours.sign(HOST))
    made.make("warehouse")
    yield made
    made.remove()


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name leads to this computer."""
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")


def address(cluster: Cluster, authority: Authority, host: str = HOST) -> str:
    return f"postgresql+psycopg://desk@{host}:{cluster.port}/warehouse?sslrootcert={authority.file}"


def test_the_right_certificate_is_accepted_and_the_line_encrypted(secured: Cluster, ours: Authority) -> None:
    shared = SharedDatabase.open(address(secured, ours), PASSWORD)
    shared.upgrade()
    assert shared.check().database_id
    with shared.read() as line:
        assert line.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) is True
    hints = shared.listen()
    hints.close()
    shared.close()


def refused(url: str) -> SettingsProblem:
    shared = SharedDatabase.open(url, PASSWORD)
    with pytest.raises(SettingsProblem, match="certificate") as told:
        shared.check()
    shared.close()
    assert told.value.field == "shared" and PASSWORD not in str(told.value)
    return told.value


def test_an_authority_nobody_trusts_is_refused(secured: Cluster, stranger: Authority) -> None:
    assert "verify failed" in refused(address(secured, stranger)).raw


def test_a_certificate_for_another_name_is_refused(secured: Cluster, ours: Authority) -> None:
    assert "other.example" in refused(address(secured, ours, "other.example")).raw


def test_a_missing_file_of_authorities_is_told(secured: Cluster, ours: Authority, tmp_path: Path) -> None:
    assert (
        "nothing.pem"
        in refused(address(secured, ours).replace(str(ours.file), f"{tmp_path}/nothing.pem")).raw
    )


def test_a_server_without_tls_is_refused(cluster: Cluster, ours: Authority) -> None:
    assert "SSL" in refused(address(cluster, ours)).raw


def test_a_naive_client_would_take_any_certificate(secured: Cluster, stranger: Authority) -> None:
    """The naive twin: `sslmode=require` encrypts, to whoever answers."""
    import psycopg

    told = f"host={HOST} port={secured.port} user=desk password={PASSWORD} dbname=warehouse sslmode=require"
    with psycopg.connect(told) as line:
        assert line.info.status == psycopg.pq.ConnStatus.OK


def test_by_way_of_a_proxy_the_name_is_checked_all_the_same(secured: Cluster, ours: Authority) -> None:
    """What `demo --shared` does to cut the line."""
    from wismo_desk.practice.cutting_proxy import CuttingProxy

    assert through(address(secured, ours), 1)[0] == (HOST, secured.port)
    with CuttingProxy(("127.0.0.1", secured.port)) as proxy:
        _, url = through(address(secured, ours), proxy.port)
        shared = SharedDatabase.open(url, PASSWORD)
        shared.upgrade()
        assert shared.check().database_id
        shared.close()
        refused(through(address(secured, ours, "other.example"), proxy.port)[1])


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="socket files")
@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("postgresql+psycopg://desk@/w?host=/run/pg&port=5433", "/run/pg/.s.PGSQL.5433"),
        ("postgresql+psycopg:///w", "/var/run/postgresql/.s.PGSQL.5432"),
        ("postgresql+psycopg://desk@127.0.0.1/w", ("127.0.0.1", 5432)),
        ("postgresql+psycopg://desk@localhost:6000/w", ("localhost", 6000)),
    ],
)
def test_where_a_server_listens(url: str, target: object) -> None:
    found, by_way = through(url, 7777)
    assert found == target and ":7777/w" in by_way
