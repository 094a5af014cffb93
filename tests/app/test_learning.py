"""The forecast is learnt apart; where that process cannot live, beside the bench."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from wismo_desk.app.desk import Desk
from wismo_desk.flows.foresee_lesson import Learned, Lesson


def killed(_: Lesson) -> Learned:
    raise ChildProcessError("the process ended without an answer")


def test_where_no_second_process_lives_it_is_learnt_here(desk: Desk, qtbot: QtBot) -> None:
    assert desk.pages is not None
    foreseeing = desk.pages.foreseeing
    foreseeing._timer.stop()
    apart = foreseeing._apart
    foreseeing._apart = killed  # type: ignore[assignment] # as if the system ended it each time
    changed: list[object] = []
    desk.lanes.run("foresight", lambda: foreseeing._foresee.learn(), changed.append, changed.append)
    qtbot.waitUntil(lambda: bool(changed), timeout=60_000)
    foreseeing._apart = apart
    assert not isinstance(changed[0], Exception), changed[0]
