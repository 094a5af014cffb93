"""What waits for the bench: it starts in a pause, never in the middle of a step, and never waits for ever."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import pytest

from wismo_desk.background.lanes import Lane, Lanes
from wismo_desk.background.quiet import Quiet


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def quiet(seconds: Seconds) -> Quiet:
    return Quiet(seconds)


def started(work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(work()))
    thread.start()
    return thread, answers


def test_a_bench_that_did_nothing_yet_keeps_nobody_waiting(quiet: Quiet) -> None:
    assert quiet.wait(5, 0)


def test_a_step_of_the_bench_keeps_others_waiting_and_so_does_the_moment_after_it(
    quiet: Quiet, seconds: Seconds
) -> None:
    quiet.began()
    seconds.now += 10
    assert quiet.rested_s == 0 and not quiet.wait(0.2, 0)
    quiet.ended()
    assert not quiet.wait(0.2, 0)
    seconds.now += 0.3
    assert quiet.wait(0.2, 0)


def test_what_belongs_to_a_step_on_another_lane_counts_too(quiet: Quiet) -> None:
    quiet.touch()
    assert not quiet.wait(0.2, 0)


def test_who_waits_goes_on_when_the_step_is_over(quiet: Quiet) -> None:
    quiet.began()
    thread, answers = started(lambda: quiet.wait(0))
    quiet.ended()
    thread.join(10)
    assert answers == [True]


def test_nobody_waits_for_a_desk_that_closes(quiet: Quiet) -> None:
    quiet.began()
    thread, answers = started(lambda: quiet.wait(0))
    quiet.stop()
    thread.join(10)
    assert answers == [False]


def test_the_bench_does_not_wait_for_itself(quiet: Quiet) -> None:
    quiet.began()
    with quiet.stepping():
        assert not quiet.wait()  # at once, not in half a minute
    quiet.ended()


def test_work_behind_the_bench_begins_after_its_step_and_reading_for_a_window_at_once() -> None:
    home: queue.Queue[Callable[[], None]] = queue.Queue()
    lanes = Lanes(home.put)
    step, order = threading.Event(), list[str]()

    def scan() -> None:
        step.wait(10)
        order.append("scan")

    def put(lane: str, work: Callable[[], None]) -> None:
        lanes.run(lane, work, lambda _done: None, lambda _error: None)

    put(Lane.STATION, scan)
    put(Lane.TRACKING, lambda: order.append("rules"))
    put(Lane.READ, lambda: order.append("page"))
    home.get(timeout=10)()
    assert order == ["page"]
    step.set()
    home.get(timeout=10)()
    home.get(timeout=10)()
    assert order == ["page", "scan", "rules"]
    lanes.close()
