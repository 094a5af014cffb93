"""The wall: six tiles, colour only where someone must act, keys, and figures that say how old they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from page_fakes import NOW, PARIS
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from wall_scenes import ALL_READY, BUSY, TROUBLE, at, load

from wismo_desk.domain.wall import Exceptions
from wismo_desk.ui.page_terms import Terms
from wismo_desk.ui.theme import Look
from wismo_desk.ui.wall_board import WallBoard
from wismo_desk.ui.wall_tiles import Alarm, Machines, Tile, left_out, tiles
from wismo_desk.words import Words

WORDS = Words("en", zone=PARIS)


def shown(wall: object = BUSY, machines: Machines = ALL_READY) -> tuple[Tile, ...]:
    return tiles(wall, machines, NOW, WORDS, Terms(WORDS))  # type: ignore[arg-type]  # a Wall


def test_a_busy_afternoon_is_six_tiles_and_one_colour() -> None:
    found = shown()
    assert [tile.title for tile in found] == [
        "Mondial Relay",
        "DPD",
        "Colissimo",
        "Chronopost",
        "To settle",
        "Printers",
    ]
    assert [tile.alarm for tile in found].count(Alarm.NONE) == 5
    late = found[2]
    assert (late.figure, late.said, late.more) == ("148", "17:35, 7 too late", "4 stations: done 17:01")
    assert found[0].said == "done about 15:36"
    assert (found[4].figure, found[4].said, found[4].more) == ("61", "18 urgent", "11 × Promise passed")
    assert (found[5].figure, found[5].of, found[5].more) == ("4", "of 4", "shared: up to date")


def test_what_needs_somebody_is_coloured() -> None:
    wall = replace(
        BUSY,
        loads=(load("DPD", at(15, 0), 76, 7), load("Chronopost", at(18, 0), 86, 0)),
        exceptions=Exceptions(count=3, doubts=2),
    )
    gone, done, settle, machines = shown(wall, TROUBLE)
    assert (gone.said, gone.alarm) == ("the truck has left", Alarm.MISSED)
    assert (done.said, done.alarm) == ("all packed", Alarm.NONE)
    assert (settle.figure, settle.said, settle.alarm) == ("5", "labels in doubt: 2", Alarm.ACT)
    assert (machines.aside, machines.said, machines.more) == ("QUAI-2", "out of paper", "alone since 14:20")
    assert machines.alarm is Alarm.MISSED


def test_quiet_states_have_words() -> None:
    quiet = replace(BUSY, loads=(), pace=None, exceptions=Exceptions(), done_today=0)
    assert [tile.said for tile in shown(quiet, Machines())] == [
        "no order waits",
        "nothing is wrong",
        "none set up",
    ]
    tomorrow = replace(BUSY, loads=(load("DPD", at(17, 0) + timedelta(days=1), 0, 18),))
    assert shown(tomorrow)[0].more == "truck tomorrow"
    assert shown(replace(BUSY, pace=None))[0].said == "no pace yet"
    alone = replace(TROUBLE, printers=ALL_READY.printers)
    assert shown(BUSY, alone)[5].said == "alone since 14:20"


def test_carriers_without_a_tile_are_counted() -> None:
    many = replace(BUSY, loads=(*BUSY.loads, load("GLS", at(18, 15), 3, 31), load("UPS", at(18, 30), 4, 9)))
    assert len(shown(many)) == 6
    assert left_out(many, NOW, WORDS) == "+ 40 for 2 more"
    assert left_out(BUSY, NOW, WORDS) == ""


@pytest.fixture
def board(look: Look, qtbot: QtBot) -> WallBoard:
    made = WallBoard(look, WORDS, clock=lambda: NOW)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    return made


def test_keys_try_stations_out_and_close(board: WallBoard, qtbot: QtBot) -> None:
    board.show_wall(BUSY)
    board.show_machines(ALL_READY)
    qtbot.keyClicks(board, "+")
    assert board.assumed == 4
    assert board.tiles()[2].alarm is Alarm.NONE
    qtbot.keyClicks(board, "-")
    assert board.assumed == 0  # as many as there are: nothing is tried out
    qtbot.keyClicks(board, "--0")
    assert board.assumed == 0
    with qtbot.waitSignal(board.closed):
        qtbot.keyClick(board, Qt.Key.Key_Escape)
    assert not board.isVisible()


def test_a_screen_reader_hears_every_tile(board: WallBoard) -> None:
    board.show_wall(BUSY)
    assert "Colissimo, 17:30, 148, 17:35, 7 too late" in board.accessibleDescription()


def test_it_paints_before_and_after_the_first_figures(board: WallBoard) -> None:
    empty = board.grab().toImage()
    board.show_wall(BUSY)
    full = board.grab().toImage()
    board.show_wall(replace(BUSY, at=NOW - timedelta(minutes=5)))
    assert empty != full
    assert board.grab().toImage() != full  # the head says of when the figures are
