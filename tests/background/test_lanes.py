"""Lanes: one thing after the other in each, side by side between them, and home by the given way."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from wismo_desk.background.lanes import Lane, Lanes
from wismo_desk.errors import Refused


class Home:
    """The window's thread: what is delivered waits until it is run."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Callable[[], None]] = queue.Queue()

    def deliver(self, then: Callable[[], None]) -> None:
        self._waiting.put(then)

    def run(self, count: int) -> None:
        for _ in range(count):
            self._waiting.get(timeout=10)()

    @property
    def quiet(self) -> bool:
        return self._waiting.empty()


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.fixture
def lanes(home: Home) -> Iterator[Lanes]:
    made = Lanes(home.deliver)
    yield made
    made.close()


def fail(error: object) -> None:
    raise AssertionError(f"it came here: {error!r}")


def ignore(result: object) -> None:
    pass


def test_work_is_done_elsewhere_and_comes_home(lanes: Lanes, home: Home) -> None:
    threads: list[int] = []
    seen: list[int] = []
    lanes.run(Lane.READ, lambda: threads.append(threading.get_ident()) or 42, seen.append, fail)  # type: ignore[func-returns-value]
    assert seen == []  # not before the window runs it
    home.run(1)
    assert seen == [42]
    assert threads != [threading.get_ident()]


def test_one_lane_keeps_its_order(lanes: Lanes, home: Home) -> None:
    done: list[int] = []
    at_work = [0]

    def work(number: int) -> int:
        at_work[0] += 1
        assert at_work[0] == 1
        at_work[0] -= 1
        return number

    for number in range(50):
        lanes.run(Lane.STATION, lambda number=number: work(number), done.append, fail)  # type: ignore[misc]  # bound now
    home.run(50)
    assert done == list(range(50))


def test_lanes_do_not_wait_for_each_other(lanes: Lanes, home: Home) -> None:
    slow, done = threading.Event(), list[str]()
    lanes.run("carrier:practice", lambda: slow.wait(10), lambda _: done.append("carrier"), fail)
    lanes.run(Lane.STATION, lambda: None, lambda _: done.append("station"), fail)
    home.run(1)
    assert done == ["station"]
    slow.set()
    home.run(1)
    assert done == ["station", "carrier"]


def test_the_worlds_faults_come_home_and_bugs_are_logged_too(
    lanes: Lanes, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    failed: list[Exception] = []

    def refused() -> None:
        raise Refused("No.")

    def bug() -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR):
        lanes.run(Lane.STATION, refused, fail, failed.append)
        home.run(1)
        assert caplog.records == []
        lanes.run(Lane.STATION, bug, fail, failed.append)
        home.run(1)
    assert [type(error) for error in failed] == [Refused, ZeroDivisionError]
    assert "bug in lane station" in caplog.text
    lanes.run(Lane.STATION, lambda: 1, ignore, fail)  # and the lane lives on
    home.run(1)


def test_a_timer_skips_while_the_last_run_is_not_back(lanes: Lanes, home: Home) -> None:
    slow = threading.Event()
    assert lanes.run_if_idle(Lane.TRACKING, lambda: slow.wait(10), ignore, fail)
    assert not lanes.run_if_idle(Lane.TRACKING, lambda: True, ignore, fail)
    assert lanes.run_if_idle(Lane.READ, lambda: True, ignore, fail)
    slow.set()
    home.run(2)
    assert lanes.run_if_idle(Lane.TRACKING, lambda: True, ignore, fail)
    home.run(1)

    def bad() -> None:
        raise Refused("No.")

    assert lanes.run_if_idle(Lane.TRACKING, bad, fail, ignore)
    home.run(1)
    assert lanes.run_if_idle(Lane.TRACKING, lambda: True, ignore, fail)  # failing is being back
    home.run(1)


def test_closing_drains_the_station_and_drops_what_waits_elsewhere(home: Home) -> None:
    lanes = Lanes(home.deliver)
    done: list[str] = []
    go, begun = threading.Event(), threading.Event()

    def slow(name: str) -> None:
        begun.set()
        go.wait(10)
        done.append(name)

    for lane in (Lane.STATION, Lane.READ):
        begun.clear()
        lanes.run(lane, lambda lane=lane: slow(lane), ignore, fail)  # type: ignore[misc]  # bound now
        begun.wait(10)
        for number in range(3):
            lanes.run(lane, lambda lane=lane, n=number: done.append(f"{lane} {n}"), ignore, fail)  # type: ignore[misc]
    closing = threading.Thread(target=lanes.close)
    closing.start()
    while not lanes._closed:
        pass
    go.set()
    closing.join()
    assert sorted(done) == ["read", "station", "station 0", "station 1", "station 2"]
    lanes.run(Lane.STATION, lambda: fail("late"), fail, fail)  # after the end nothing begins
