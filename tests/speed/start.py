"""From the start of the process to the first paint of the window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.speed.figures import Figure
from tests.speed.room import Room

_STARTS = 5
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Start:
    ms: float
    loaded: tuple[str, ...]


def measure(room: Room) -> list[Figure]:
    launch(room.folder / "start", "--eager")  # bytecode and disk cache
    ours, eager, practice = [], [], []
    for n in range(_STARTS):
        ours.append(launch(room.folder / f"start-{n}"))
        eager.append(launch(room.folder / f"start-eager-{n}", "--eager"))
        practice.append(launch(room.folder / f"start-practice-{n}", arguments=("--practice",)))
    return [_figure("window", ours, eager), _figure("window in practice (make run)", practice, eager)]


def launch(folder: Path, *first: str, arguments: tuple[str, ...] = ()) -> Start:
    """One start, offscreen, in a folder of its own."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.speed.first_paint", *first, str(folder), *arguments]
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=_ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    return Start((said["painted"] - began) * 1000, tuple(said["loaded"]))


def _figure(name: str, ours: list[Start], eager: list[Start]) -> Figure:
    loaded = sorted({module for start in ours for module in start.loaded})
    return Figure(
        chapter="start",
        name=f"process start to first paint, {name}",
        value=median(start.ms for start in ours),
        unit="ms",
        peer="the same with every heavy module imported first",
        peer_value=median(start.ms for start in eager),
        aim=500.0,
        samples=len(ours),
        note=f"heavy modules loaded at first paint: {', '.join(loaded) or 'none'}",
    )
