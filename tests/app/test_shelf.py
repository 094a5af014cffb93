"""Pages that nobody looks at read nothing but their badge, and that in a pause; shown, they show the present."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QObject

from wismo_desk.app import shelf
from wismo_desk.app.shelf import Kept, Shelf
from wismo_desk.background import gathered
from wismo_desk.background.quiet import Quiet
from wismo_desk.domain.fact import Changes

ONE, TWO = (Changes(shipments=frozenset({UUID(int=n)})) for n in (1, 2))


@dataclass
class Page:
    said: list[object] = field(default_factory=list)

    def start(self) -> None:
        self.said.append("start")

    def apply(self, changes: Changes) -> None:
        self.said.append(changes)


@dataclass
class Window:
    shown: str = "bench"


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A window with a cheap page, one with a badge, and one with neither."""

    def __init__(self, parent: QObject) -> None:
        self.cheap, self.counted, self.late = Page(), Page(), Page()
        self.badge: list[Changes | None] = []
        self.window, self.clock = Window(), Seconds()
        self.quiet = Quiet(self.clock)
        kept = [
            Kept("cheap", self.cheap),
            Kept("counted", self.counted, self.badge.append),
            Kept("late", self.late, when_shown=True),
        ]
        self.shelf = Shelf(self.window, self.quiet, kept, parent)

    def show(self, key: str) -> None:
        self.window.shown = key
        self.shelf.shown(key)

    def rest(self) -> None:
        self.clock.now += 10
        for _ in range(5):
            self.shelf.look()


@pytest.fixture
def desk(qtbot: Any) -> Desk:
    parent = QObject()
    made = Desk(parent)
    made.parent = parent  # type: ignore[attr-defined]  # Python would let go of it
    made.shelf.start()
    return made


def test_at_the_start_badges_are_read_one_by_one_and_the_rest_when_it_is_wanted(desk: Desk) -> None:
    assert not desk.cheap.said
    desk.shelf.look()
    assert (desk.cheap.said, desk.badge) == (["start"], [])
    desk.shelf.look()
    assert (desk.cheap.said, desk.badge, desk.counted.said, desk.late.said) == (["start"], [None], [], [])
    desk.show("late")
    desk.show("counted")
    assert desk.late.said == desk.counted.said == ["start"]


def test_while_the_bench_is_at_work_hidden_pages_hear_nothing(desk: Desk) -> None:
    desk.rest()
    desk.quiet.touch()
    desk.shelf.apply(ONE)
    desk.shelf.apply(TWO)
    desk.shelf.look()
    assert (desk.cheap.said, desk.badge) == (["start"], [None])
    desk.rest()
    assert (desk.cheap.said, desk.badge) == (["start", ONE | TWO], [None, ONE | TWO])
    assert desk.late.said == []


def test_a_bench_without_a_pause_keeps_a_badge_waiting_for_a_minute_only(desk: Desk) -> None:
    desk.rest()
    desk.quiet.touch()
    desk.shelf.apply(ONE)
    desk.shelf._since -= 61
    desk.shelf.look()
    desk.shelf.look()
    assert (desk.cheap.said[-1], desk.badge[-1]) == (ONE, ONE)


def test_the_page_in_front_hears_at_once_whatever_the_bench_does(desk: Desk) -> None:
    desk.show("counted")
    desk.quiet.touch()
    desk.shelf.apply(ONE)
    assert desk.counted.said == ["start", ONE]


def test_a_page_that_comes_back_hears_what_it_missed_once(desk: Desk) -> None:
    desk.show("late")
    desk.show("bench")
    desk.shelf.apply(ONE)
    desk.shelf.apply(TWO)
    desk.show("late")
    desk.show("bench")
    desk.show("late")
    assert desk.late.said == ["start", ONE | TWO]


def test_what_is_joined_anew_is_read_anew(desk: Desk) -> None:
    desk.show("late")
    desk.rest()
    desk.shelf.start()
    desk.rest()
    assert (desk.late.said, desk.badge, desk.cheap.said) == (["start"] * 2, [None] * 2, ["start"] * 2)


def test_a_page_whose_shipments_change_without_end_rests_longer_and_longer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin is the page that is read in every pause: a hundred times in these twelve seconds."""
    now = [1000.0]
    monkeypatch.setattr(shelf.time, "monotonic", lambda: now[0])
    desk.rest()
    desk.cheap.said.clear()
    for _ in range(100):
        now[0] += 0.12
        desk.clock.now += 10
        desk.shelf.apply(ONE)
        desk.shelf.look()
        desk.shelf.look()
    assert 3 <= len(desk.cheap.said) <= 7
    now[0] += shelf._LONGEST_S
    desk.shelf.look()
    desk.shelf.look()
    assert not desk.shelf._pages[0].waits and not desk.shelf._timer.isActive()


def test_an_unknown_outcome_does_not_rest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(shelf.time, "monotonic", lambda: now[0])
    for _ in range(3):
        desk.shelf.apply(ONE)
        desk.rest()
    heard = len(desk.badge)
    desk.shelf.apply(TWO)
    desk.rest()
    assert len(desk.badge) == heard  # it rests
    desk.shelf.apply(Changes(effects=True))
    desk.rest()
    assert desk.badge[heard:] == [ONE | TWO | Changes(effects=True)]


def test_a_page_that_rests_is_no_reason_to_read_while_the_bench_is_at_work(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shipments change for two minutes without end, then the packer begins: the pages wait for the next pause."""
    now = [1000.0]
    monkeypatch.setattr(shelf.time, "monotonic", lambda: now[0])
    desk.rest()
    for _ in range(240):
        now[0] += 0.5
        desk.clock.now += 10
        desk.shelf.apply(ONE)
        desk.shelf.look()
    desk.cheap.said.clear()
    desk.badge.clear()
    for _ in range(100):
        now[0] += 0.5
        desk.quiet.touch()
        desk.shelf.apply(ONE)
        desk.shelf.look()
    assert (desk.cheap.said, desk.badge) == ([], [])
    now[0] += shelf._LATEST_S
    for _ in range(3):
        desk.quiet.touch()
        desk.shelf.look()
    assert (desk.cheap.said, desk.badge) == ([ONE], [ONE])


def test_a_desk_that_runs_for_weeks_keeps_no_ids_for_pages_that_nobody_opens(desk: Desk) -> None:
    desk.rest()
    desk.shelf.apply(ONE)
    late, counted = desk.shelf._pages[2], desk.shelf._pages[1]
    assert not (late.unseen or late.uncounted or counted.unseen)
    desk.rest()
    desk.show("late")
    desk.show("counted")
    assert desk.late.said == desk.counted.said == ["start"]
    assert desk.badge == [None, ONE]


def test_a_page_that_missed_too_much_is_read_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "_TOO_MANY", 3)
    desk.show("late")
    desk.show("bench")
    some = [Changes(shipments=frozenset({UUID(int=n)})) for n in range(5)]
    for one in some[:3]:
        desk.shelf.apply(one)
    desk.show("late")
    assert desk.late.said == ["start", reduce(or_, some[:3])]
    desk.show("bench")
    for one in some:
        desk.shelf.apply(one)
    assert not desk.shelf._pages[2].unseen
    desk.show("late")
    assert desk.late.said[2:] == ["start"]
    desk.shelf.apply(ONE)
    assert desk.late.said[3:] == [ONE]
