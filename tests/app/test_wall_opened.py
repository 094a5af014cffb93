"""F11 opens the wall over the real desk, what is packed reaches it, and a scan puts it aside."""

from __future__ import annotations

from datetime import timedelta

from open_desk import MONDAY
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from wismo_desk.app.desk import Desk
from wismo_desk.domain.fact import Changes
from wismo_desk.sync.turn import SyncTurn

WAIT = 30_000
AWAY = SyncTurn(
    changes=Changes(), pushed=0, pulled=0, online=False, since=MONDAY - timedelta(hours=1), error=None,
    again_in=1, waiting=3, elsewhere={},
)  # fmt: skip


def test_the_wall_opens_reads_and_steps_aside(desk: Desk, qtbot: QtBot) -> None:
    assert desk.pages is not None
    board = desk.pages.board
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow, timeout=WAIT)
    qtbot.keyClick(desk.window, Qt.Key.Key_F11)
    wall = board.wall
    assert wall is not None
    assert wall.isFullScreen()
    qtbot.waitUntil(lambda: len(wall.tiles()) == 4 and bool(wall.machines.printers), timeout=WAIT)
    truck, _, _, machines = wall.tiles()
    assert (truck.title, truck.figure) == ("Livraison magasin", "1")
    assert (machines.figure, machines.said) == ("1", "toutes prêtes")
    desk.pages.show_sharing(AWAY)
    assert wall.tiles()[3].said == "seul depuis 09:00"
    desk.scanned("NOTHING-KNOWN")
    assert board.wall is None
    board.changed()  # closed: nobody reads for nobody
    board.toggle()
    assert board.wall is not None
    board.close()
    assert board.wall is None
