"""The speed page's kinds of memory: together what the process has, and each hears of its own."""

from __future__ import annotations

import sys

import pytest

from tests.speed.memory import kinds, own_mb, python_mb, sqlite_mb

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")


def test_the_kinds_together_are_the_process() -> None:
    found = kinds()
    shared, python, database, rest = found.values()
    assert min(shared, python) > 1 and database >= 0 and rest > 0
    assert python + database + rest == pytest.approx(own_mb(), rel=0.05)


def test_python_and_the_database_count_what_they_are_given() -> None:
    from sqlcipher3 import dbapi2

    python, database = python_mb(), sqlite_mb()
    kept = [str(number) * 9 for number in range(200_000)]
    assert python_mb() - python > 5 and kept
    line = dbapi2.connect(":memory:")
    line.execute("CREATE TABLE much AS SELECT zeroblob(3000000) AS it")
    assert sqlite_mb() - database > 2
    line.close()
