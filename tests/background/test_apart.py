"""Work in a process of its own: its answer or its error comes back, and it ends when it is told to."""

from __future__ import annotations

import os
import threading
import time
from functools import partial

import pytest

from wismo_desk.background.apart import Apart, Stopped
from wismo_desk.errors import BadInput


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
