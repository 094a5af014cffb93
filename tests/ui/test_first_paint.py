"""What is loaded when the window is first painted: exact, so that no machine is too slow for it (desktop.md §7)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ["PIL", "escpos", "keyring", "reportlab", "requests", "sqlalchemy"]


def loaded(folder: Path, *first: str, arguments: tuple[str, ...] = ()) -> list[str]:
    """Heavy modules in memory at the first paint of the program, started as its command does."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.speed.first_paint", *first, str(folder), *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "WISMO_DESK_KEY": "00" * 32},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])["loaded"]
    return found


@pytest.mark.parametrize("arguments", [(), ("--practice",)], ids=["desk", "practice"])
def test_the_window_is_painted_before_anything_heavy_is_loaded(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert loaded(tmp_path, arguments=arguments) == []


def test_a_program_that_imports_at_the_top_would_be_caught(tmp_path: Path) -> None:
    assert set(loaded(tmp_path, "--eager")) >= set(HEAVY)
