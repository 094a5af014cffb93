"""The short form of every row of the fault bench, each in a process of its own: it forks, kills and mounts.

A row that falls short names its seed: `python -m tests.faults ROW --short --seed N` repeats it.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.__main__ import ROWS, run_apart
from tests.faults.disk_log import Asked, Disk
from tests.faults.outcome import Outcome, line, verdict
from tests.faults.packer_life import Pipe

SEED = 20261122
GOOD = Outcome(name="power", unit="cuts", count=10, least=10, seed=1, twin=3)


@pytest.mark.timeout(600)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("row", ROWS)
def test_row(row: str) -> None:
    outcome = run_apart(row, short=True, seed=SEED)
    print(line(outcome))
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    assert outcome.short_of == [], f"python -m tests.faults {row} --short --seed {SEED}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lost": 1}, "lost 1"),
        ({"doubled": 2}, "doubled 2"),
        ({"phantom": 1}, "phantom 1"),
        ({"mismatch": 1}, "mismatch 1"),
        ({"count": 9}, "9 cuts of 10"),
        ({"twin": 0}, "the naive twin was not caught"),
    ],
)
def test_whatever_falls_short_is_said(changes: dict[str, int], said: str) -> None:
    values = GOOD.as_json() | changes
    outcome = Outcome(**values)
    assert outcome.short_of == [said]
    assert said in verdict([GOOD, outcome], 1.0)
    assert verdict([GOOD], 1.0).startswith("All 1 rows hold")
    assert Outcome(**values | {"skipped": "no compiler"}).short_of == []


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="signals of Unix")
def test_a_long_word_is_whole_though_its_process_was_held_up_in_it() -> None:
    ours, theirs = os.pipe()
    held_up, heard = threading.Event(), bytearray()

    def read() -> None:
        assert held_up.wait(60)
        while piece := os.read(ours, 65536):
            heard.extend(piece)

    reader, before = threading.Thread(target=read), signal.getsignal(signal.SIGALRM)
    reader.start()
    signal.signal(signal.SIGALRM, lambda *_: held_up.set())
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)  # the pipe is full by then, or at a later one
    try:
        Pipe(theirs)("result", "x" * 300_000)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        os.close(theirs)
        reader.join()
        os.close(ours)
    assert len(heard) == 300_008


def test_the_simulated_disk_keeps_what_was_synced_and_may_lose_the_rest() -> None:
    seen = set()
    for seed in range(200):
        disk = Disk({"a": b"old"})
        disk.take(Asked("O", 0, 0, b"/x/a"))
        disk.take(Asked("W", 0, 0, b"new"))
        disk.take(Asked("S", 0, 0, b""))
        disk.take(Asked("C", 1, 0, b"/x/b-wal"))
        disk.take(Asked("W", 1, 0, bytes([7]) * 1024))
        files = disk.after_cut(random.Random(seed))
        assert files["a"] == b"new"
        seen.add(files.get("b-wal"))
    assert {None, b"", bytes([7]) * 1024, bytes([7]) * 512} <= seen
