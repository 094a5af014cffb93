"""Each import contract was seen to break: violations are planted in a copy, and lint-imports says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")

# contract, file of the copy, what is planted there
PLANTED = [
    (
        "Imports only go down the house",
        "domain/cutoff.py",
        "def f():\n    from wismo_desk.store import codec\n    return codec\n",
    ),
    (
        "Imports only go down the house",
        "carriers/own.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import wismo_desk.devices.scale\n",
    ),
    ("Imports only go down the house", "gossip/__init__.py", '"""A room that nobody planned."""\n'),
    ("Qt only where something is painted", "flows/pen.py", "import PySide6\n"),
    ("SQL only in the store", "flows/watch.py", "def f():\n    import sqlalchemy\n    return sqlalchemy\n"),
    (
        "Windows and commands know what people do, not how it is kept or sent",
        "cli/import_file.py",
        "from wismo_desk.store.codec import to_ms\n",
    ),
    (
        "Carriers are strangers to each other",
        "carriers/practice.py",
        "from wismo_desk.carriers.own import CARRIER\n",
    ),
    ("No circles", "flows/pen.py", "from wismo_desk.flows.watch import Watch\n"),
]


def lint(folder: Path) -> str:
    done = subprocess.run(
        [str(LINT), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(folder)},
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    if not LINT.exists():
        pytest.skip("import-linter is not installed")
    shutil.copytree(
        ROOT / "wismo_desk", tmp_path / "wismo_desk", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_contracts(copy: Path) -> None:
    told = lint(copy)
    assert "0 broken" in told, told


@pytest.mark.parametrize(("contract", "file", "planted"), PLANTED)
def test_a_planted_violation_breaks_its_contract(copy: Path, contract: str, file: str, planted: str) -> None:
    path = copy / "wismo_desk" / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as source:
        source.write(f"\n\n{planted}")
    told = lint(copy)
    if file.startswith("gossip"):
        assert "gossip" in told
        assert "0 broken" not in told
    else:
        assert f"{contract} BROKEN" in told, told
