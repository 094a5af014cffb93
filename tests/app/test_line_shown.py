"""How the line to the others is shown in the top bar: quiet while it mends itself, loud where a person is needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from open_desk import MONDAY

from wismo_desk.app.desk import Desk
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import DeskError, SettingsProblem, SharedUnreachable
from wismo_desk.sync.turn import SyncTurn

AWAY = SharedUnreachable("The shared database does not answer. The desk goes on and catches up by itself.")
REFUSED = SettingsProblem(
    "The shared database refused this desk. Check its address, the user and the password.", field="shared"
)


def turn(*, error: DeskError | None = None, ahead: timedelta = timedelta()) -> SyncTurn:
    return SyncTurn(
        changes=Changes(), pushed=0, pulled=0, online=error is None, since=MONDAY, error=error, again_in=1,
        waiting=0, elsewhere={}, ahead=ahead,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "said", "loud"),
    [
        (turn(), "Partage", False),
        (turn(error=AWAY), "Partage: Seul depuis 10:00", False),
        (turn(error=REFUSED), "Partage: Seul depuis 10:00", True),
        (turn(ahead=timedelta(hours=1)), "Partage: Horloge en avance de 1\u00a0h", True),
        (turn(ahead=timedelta(minutes=-61)), "Partage: Horloge en retard de 1\u00a0h\u00a001", True),
        (turn(ahead=timedelta(seconds=90)), "Partage", False),
    ],
)
def test_the_line_in_the_top_bar(desk: Desk, told: SyncTurn, said: str, loud: bool) -> None:
    assert desk.pages is not None
    desk.pages.show_sharing(told)
    dot = desk.window.top.dots["sync"]
    assert (dot.accessibleName(), dot.loud) == (said, loud)
    if told.error is not None:
        assert desk.words.error(told.error) in dot.toolTip()
