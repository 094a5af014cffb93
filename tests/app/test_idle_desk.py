"""What an open desk with little to do has in memory: exact names, so that no machine is too small for the test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.speed.idle_modules import _EAGER

ROOT = Path(__file__).parents[2]


def loaded(folder: Path, *first: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.speed.idle_modules", *first, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_an_idle_desk_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded(tmp_path) == []


def test_a_desk_that_imports_at_the_top_would_be_caught(tmp_path: Path) -> None:
    assert set(loaded(tmp_path, "--eager")) >= set(_EAGER)
