"""`demo --shared` as a user runs it: every row is there and kept, but for those that a busy machine may miss."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sync"))

from postgres_cluster import PASSWORD, Cluster, binaries

_TIMED = ("scans a second", "scan → painted")


@pytest.fixture(scope="module")
def url() -> object:
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql (installers/system.sh test)")
    cluster = Cluster(found)
    yield cluster.make("demo")
    cluster.remove()


def demo(url: str, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wismo_desk", "demo", "--shared", url, "--out", str(out), *more]
    environment = {**os.environ, "WISMO_DESK_SHARED_PASSWORD": PASSWORD}
    return subprocess.run(command, capture_output=True, text=True, timeout=170, env=environment)


def test_every_row_is_shown_and_kept(url: str, tmp_path: Path) -> None:
    done = demo(url, tmp_path, "--orders", "8", "--outage", "3")
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    rows = {row["name"]: row for row in summary["rows"]}
    for name, row in rows.items():
        assert name in done.stdout and row["figure"] in done.stdout
        assert row["kept"] or name.startswith(_TIMED), row
    for part in (
        "the same order at two benches",
        "scans a second",
        "scan → painted",
        "PostgreSQL away",
        "know the same",
        "facts lost / doubled",
        "packed twice while the line was down",
        "mail server falls silent",
        "orders shipped",
        "labels doubled",
    ):
        assert any(part in name for name in rows), part
    assert done.returncode == (0 if summary["kept"] else 1), done.stdout + done.stderr
    assert summary["kept"] == all(row["kept"] for row in rows.values())
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    done = demo("postgresql+psycopg://desk@127.0.0.1:1/nowhere", tmp_path)
    assert done.returncode == 1 and "ne répond pas" in done.stdout
    assert "Traceback" not in done.stderr
