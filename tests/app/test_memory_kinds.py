"""The speed page's kinds of memory: together what the process has, and each hears of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.speed.memory import kinds, own_mb, sqlite_mb

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")


def test_the_kinds_together_are_the_process() -> None:
    found = kinds()
    shared, python, database, rest = found.values()
    assert min(shared, python) > 1 and database >= 0 and rest > 0
    assert python + database + rest == pytest.approx(own_mb(), rel=0.05)


def test_python_counts_what_it_is_given() -> None:
    """In a process of its own: here earlier tests leave room that is filled first."""
    code = (
        "from tests.speed.memory import python_mb; before = python_mb(); "
        "kept = [str(number) * 9 for number in range(200_000)]; print(python_mb() - before)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, check=True
    )
    assert float(told.stdout) > 5


def test_the_database_counts_what_it_is_given() -> None:
    from sqlcipher3 import dbapi2

    database = sqlite_mb()
    line = dbapi2.connect(":memory:")
    line.execute("CREATE TABLE much AS SELECT zeroblob(3000000) AS it")
    assert sqlite_mb() - database > 2
    line.close()
