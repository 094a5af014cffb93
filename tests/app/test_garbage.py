"""Cyclic garbage is collected in the window thread only; left alone, Python collects it in a lane."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from wismo_desk.app import garbage
from wismo_desk.app.garbage import GarbageRound


class Knot:
    """Garbage only a collection finds; it notes which thread that was."""

    died_in: ClassVar[list[int]] = []

    def __init__(self) -> None:
        self.self = self

    def __del__(self) -> None:
        Knot.died_in.append(threading.get_ident())


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    on = gc.isenabled()
    gc.enable()
    gc.collect()
    Knot.died_in = []
    yield
    gc.collect()
    if not on:
        gc.disable()


def work_in_a_lane() -> None:
    """Enough allocations for several collections of the young."""

    def work() -> None:
        kept = [[number] for number in range(20_000)]
        assert kept

    lane = threading.Thread(target=work)
    lane.start()
    lane.join()


def test_left_alone_a_lane_collects_what_the_window_made() -> None:
    Knot()
    work_in_a_lane()
    assert Knot.died_in and threading.get_ident() not in Knot.died_in


def test_only_the_window_thread_collects(qapp: QApplication) -> None:
    parent = QObject()
    turn = GarbageRound(parent)
    Knot()
    work_in_a_lane()
    assert not Knot.died_in
    kept = [[number] for number in range(5_000)]
    while turn.look() >= 0:
        kept.append([[number] for number in range(5_000)])  # type: ignore[arg-type] # ballast only
        if Knot.died_in:
            break
    assert Knot.died_in == [threading.get_ident()]
    turn.stop()
    assert gc.isenabled()


def test_nothing_is_done_when_little_was_made(qapp: QApplication) -> None:
    parent = QObject()
    turn = GarbageRound(parent)
    gc.collect()
    assert turn.look() == -1
    turn.stop()


def test_what_the_open_desk_stands_on_is_not_walked_through_again(qapp: QApplication) -> None:
    parent = QObject()
    turn = GarbageRound(parent)
    for _ in range(garbage._SETTLED - 1):
        turn.look()
    assert gc.get_freeze_count() == 0  # the naive twin: every round so far walks through all of it
    turn.look()
    assert gc.get_freeze_count() > 10_000
    turn.stop()
    assert gc.get_freeze_count() == 0


def test_what_the_c_library_keeps_is_given_back(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    assert garbage.give_back() in (True, False)  # whatever the C library is
    asked: list[bool] = []
    monkeypatch.setattr(garbage, "give_back", lambda: asked.append(True))
    parent = QObject()
    turn = GarbageRound(parent)
    for _ in range(garbage._SETTLED - 1):
        turn.look()
    assert asked == []
    turn.look()
    assert asked == [True]  # what opening took
    for _ in range(garbage._MINUTE - garbage._SETTLED):
        turn.look()
    assert asked == [True, True]
    turn.stop()


def test_what_python_keeps_in_hand_is_let_go_without_a_walk(qapp: QApplication) -> None:
    parent = QObject()
    turn = GarbageRound(parent)
    walked: list[int] = []
    tuples = [tuple(range(number % 18 + 2)) for number in range(30_000)]
    del tuples  # Python keeps thousands of them for the next ones

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            walked.append(len(gc.get_objects()))

    gc.callbacks.append(note)
    try:
        for _ in range(garbage._SETTLED):
            turn.look()
        gc.unfreeze()
        gc.collect()  # the naive twin: everything is walked through
    finally:
        gc.callbacks.remove(note)
        turn.stop()
    settled, naive = walked[-2:]
    assert settled < 1_000 < 10_000 < naive
