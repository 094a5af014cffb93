"""Work in a process of its own: its answer or its error comes back, and it ends when it is told to."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from wismo_desk.background.apart import Apart, Stopped
from wismo_desk.errors import BadInput

_ROOT = Path(__file__).parents[2]


def who() -> tuple[int, int]:
    return os.getpid(), os.nice(0)


def refuse() -> None:
    raise BadInput("This is not a day.", field="day")


def die() -> None:
    os._exit(9)


def test_it_is_another_process_that_gives_way_to_this_one() -> None:
    process, niceness = Apart()(who)
    assert process != os.getpid()
    assert niceness > os.nice(0)


def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(BadInput) as caught:
        Apart()(refuse)
    assert caught.value.field == "day"


def test_a_process_that_dies_is_no_answer() -> None:
    with pytest.raises(ChildProcessError):
        Apart()(die)


def test_stopping_breaks_it_off_and_nothing_begins_after_it() -> None:
    apart = Apart()
    raised: list[BaseException] = []

    def work() -> None:
        try:
            apart(partial(time.sleep, 600))
        except Stopped as stopped:
            raised.append(stopped)

    thread = threading.Thread(target=work)
    thread.start()
    while apart._process is None and thread.is_alive():
        thread.join(0.01)
    apart.stop()
    thread.join(20)
    assert len(raised) == 1
    with pytest.raises(Stopped):
        apart(who)


_DESK = """
import os, sys, time
from functools import partial
from pathlib import Path
from wismo_desk.background.apart import Apart

def work(told: str) -> None:
    Path(told).write_text(str(os.getpid()))
    time.sleep(600)

if __name__ == "__main__":
    Apart()(partial(work, sys.argv[1]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
def test_it_ends_with_a_desk_that_was_killed(tmp_path: Path) -> None:
    script, told = tmp_path / "desk.py", tmp_path / "told"
    script.write_text(_DESK)
    desk = subprocess.Popen(
        [sys.executable, str(script), str(told)], env=os.environ | {"PYTHONPATH": str(_ROOT)}
    )
    try:
        until(lambda: told.exists() and bool(told.read_text()))
    finally:
        desk.kill()
        desk.wait()
    process = int(told.read_text())
    until(lambda: not lives(process))


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)


def lives(process: int) -> bool:
    """A dead one whose new parent has not asked after it yet is dead."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
