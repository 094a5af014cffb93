"""A desk that worked alone comes to the others with all it knows or with empty hands; a copy is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from postgres_cluster import PASSWORD, Cluster
from two_desks import Clock, Desk, everything, settle

from wismo_desk.errors import Refused, SharedUnfit
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.sync.join import start_fresh, upload

Desks = Callable[[str], Desk]


def test_a_lone_desk_does_not_join_by_itself(shared: SharedDatabase, desks: Desks) -> None:
    a = desks("A")
    a.take_in("1001")
    turn = a.sync(shared, meet=False).turn()
    assert isinstance(turn.error, SharedUnfit) and not turn.pushed


def test_upload_brings_everything_even_what_left_the_journal(
    shared: SharedDatabase, desks: Desks, tmp_path: Path, clock: Clock
) -> None:
    a = Desk.open(tmp_path / "lone", "A", clock)
    old = a.take_in("1001")
    a = a.reopen()  # the journal is pruned
    assert a.store.outbox.batch(0, 5) is None
    a.label(old)
    b = desks("B")
    two = b.sync(shared)
    b.take_in("2001")
    settle(two)
    assert upload(a.store, shared, station="A", clock=clock) == (3, 1)
    assert upload(a.store, shared, station="A", clock=clock) == (3, 1)  # again does no harm
    one = a.sync(shared)
    a.scan(old)
    settle(one, two)
    assert everything(a.store) == everything(b.store) and len(a.ids()) == 5
    a.store.close()


def test_start_fresh_refuses_to_lose_and_forgets_when_forced(shared: SharedDatabase, desks: Desks) -> None:
    b = desks("B")
    two = b.sync(shared)
    b.take_in("2001")
    settle(two)
    a = desks("A")
    mine = a.take_in("1001")
    before = everything(a.store)
    with pytest.raises(Refused):
        start_fresh(a.store, shared, station="A")
    assert everything(a.store) == before
    start_fresh(a.store, shared, station="A", forced=True)
    one = a.sync(shared)
    settle(one, two)
    assert a.store.read.order(mine) is None
    assert everything(a.store) == everything(b.store)
    a.scan(b.take_in("2002"))
    settle(one, two)
    assert everything(a.store) == everything(b.store)


def test_start_fresh_reads_a_joined_desk_anew(shared: SharedDatabase, desks: Desks) -> None:
    a = desks("A")
    one = a.sync(shared)
    order = a.take_in("1001")
    settle(one)
    before = everything(a.store)
    waiting = a.scan(order)
    with pytest.raises(Refused):
        start_fresh(a.store, shared, station="A")
    settle(one)
    start_fresh(a.store, shared, station="A")
    assert not a.ids()
    settle(one)
    assert waiting in a.ids() and set(before["orders"]) == set(everything(a.store)["orders"])


def test_another_shared_database_is_not_written_to(
    cluster: Cluster, shared: SharedDatabase, desks: Desks
) -> None:
    a = desks("A")
    one = a.sync(shared)
    a.take_in("1001")
    settle(one)
    other = SharedDatabase.open(cluster.make("elsewhere"), PASSWORD)
    other.upgrade()
    turn = a.sync(other, meet=False).turn()
    assert isinstance(turn.error, SharedUnfit)
    assert cluster.sql("elsewhere", "SELECT count(*) FROM wismo.fact") == [(0,)]
    other.close()


def test_a_copied_data_folder_is_found_and_helped(
    shared: SharedDatabase, tmp_path: Path, clock: Clock
) -> None:
    a = Desk.open(tmp_path / "a", "A", clock)
    one = a.sync(shared)
    order = a.take_in("1001")
    settle(one)
    a.store.close()
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    a = Desk.open(tmp_path / "a", "A", clock)
    one = a.sync(shared)
    mine = a.scan(order)
    settle(one)

    twin = Desk.open(tmp_path / "copy", "A", clock)
    assert twin.store.journal.journal_id == a.store.journal.journal_id
    others = {twin.scan(order)}  # the same number in the journal, another fact
    two = twin.sync(shared, meet=False)
    turn = two.turn()
    assert isinstance(turn.error, SharedUnfit) and turn.waiting == 1
    others.add(twin.scan(order))  # longer than the original
    assert isinstance(two.turn(at_once=True).error, SharedUnfit)

    twin.store.outbox.renew()
    twin.store.close()
    clock.seconds += 1000
    twin = Desk.open(tmp_path / "copy", "B", clock)
    assert twin.store.journal.journal_id != a.store.journal.journal_id
    settle(one, twin.sync(shared, meet=False))
    assert a.ids() == twin.ids() and others | {mine} <= a.ids()
    assert everything(a.store) == everything(twin.store)
    a.store.close()
    twin.store.close()


def test_a_copied_journal_would_be_swallowed_by_its_numbers(shared: SharedDatabase) -> None:
    """The naive twin: `(journal, seq)` as the conflict target takes the copy's new scan for an old one."""
    from sqlalchemy import text

    with shared.begin() as db:
        db.execute(text("CREATE TABLE wismo.naive (j text, seq int, body text, PRIMARY KEY (j, seq))"))
        put = text("INSERT INTO wismo.naive VALUES ('j', 1, :body) ON CONFLICT DO NOTHING")
        db.execute(put, [{"body": "scan of the bench"}, {"body": "scan of its copy"}])
        assert db.scalar(text("SELECT count(*) FROM wismo.naive")) == 1


def test_two_desks_of_one_name_are_told_apart(shared: SharedDatabase, tmp_path: Path, clock: Clock) -> None:
    a = Desk.open(tmp_path / "a", "Bench 1", clock)
    b = Desk.open(tmp_path / "b", "Bench 1", clock)
    assert a.sync(shared, meet=False).turn().online
    turn = b.sync(shared, meet=False).turn()
    assert isinstance(turn.error, SharedUnfit) and "Bench 1" in str(turn.error)
    assert a.sync(shared, meet=False).turn().online  # who was first goes on
    a.store.close()
    b.store.close()
