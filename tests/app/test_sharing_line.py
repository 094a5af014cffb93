"""What the settings show of the line: a desk that may join, joins while its loop runs, and is told at once."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_cluster import PASSWORD
from two_desks import Clock, Desk

from wismo_desk.app.sharing import Sharing
from wismo_desk.errors import Refused, SharedUnfit, SharedUnreachable
from wismo_desk.settings import Settings
from wismo_desk.sync.turn import SyncTurn

Line = tuple[Sharing, Desk, "queue.Queue[SyncTurn]"]


@pytest.fixture
def line(
    others: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Line]:
    """A desk with an order of its own, its loop running, after the first turn."""
    monkeypatch.setenv("WISMO_DESK_SHARED_PASSWORD", PASSWORD)
    name = f"Poste {request.node.name}"
    desk = Desk.open(tmp_path / "desk", name, Clock())
    desk.take_in("1001")
    sharing = Sharing(Settings(station=name, shared=others), desk.store, pen=desk.pen)
    turns: queue.Queue[SyncTurn] = queue.Queue()
    assert sharing.state().since is None
    sharing.start(turns.put)
    first = turns.get(timeout=30)
    assert isinstance(first.error, SharedUnfit)
    yield sharing, desk, turns
    sharing.stop()
    desk.store.close()


def test_its_orders_go_along_and_the_line_is_up_at_once(line: Line, others: str) -> None:
    sharing, _desk, _turns = line
    before = sharing.state()
    assert (before.online, before.may_join, before.address) == (False, True, others)
    events, people = sharing.join(fresh=False)
    assert (events, people) == (1, 1)
    after = sharing.state()
    assert (after.online, after.error, after.waiting, after.may_join) == (True, None, 0, False)
    assert sharing.join(fresh=False) == (0, 0), "all of it is there"


def test_a_clean_start_loses_nothing_unasked(line: Line) -> None:
    sharing, desk, turns = line
    with pytest.raises(Refused):
        sharing.join(fresh=True)
    assert not desk.store.inbox.is_empty()
    assert sharing.state().may_join
    assert sharing.join(fresh=True, forced=True) == (0, 0)
    assert sharing.state().online
    told = [turns.get_nowait() for _ in range(turns.qsize())]
    assert any(turn.online for turn in told)


def test_a_line_that_is_down_for_another_reason_offers_no_join(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WISMO_DESK_SHARED_PASSWORD", "")
    desk = Desk.open(tmp_path / "desk", "Poste 9", Clock())
    desk.take_in("1001")
    nowhere = "postgresql+psycopg://poste1@127.0.0.1:1/wismo"
    sharing = Sharing(Settings(shared=nowhere), desk.store, pen=desk.pen)
    sharing._hear(sharing.sync.turn())
    state = sharing.state()
    assert isinstance(state.error, SharedUnreachable)
    assert not state.may_join
    sharing.stop()
    desk.store.close()
