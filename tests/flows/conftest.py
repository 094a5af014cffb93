"""A bench in a temporary folder; labels are painted without a screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desk_rig import Bench, bench, machines


@pytest.fixture
def desk(tmp_path: Path, qapp: object) -> Iterator[Bench]:
    with machines() as (printer, carrier), bench(tmp_path / "desk", printer, carrier) as made:
        yield made
