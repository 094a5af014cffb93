"""A desk that worked alone comes to the others with all it knows or with empty hands; a copy is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from postgres_cluster import PASSWORD, Cluster
from two_desks import Clock, Desk, everything, settle

from wismo_desk.domain.fact import FactKind
from wismo_desk.errors import Refused, SharedUnfit, SharedUnreachable
from wismo_desk.practice.cutting_proxy import CuttingProxy
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_feed import Feed
from wismo_desk.sync.join import Told, start_fresh, upload

Desks = Callable[[str], Desk]
Opener = Callable[..., SharedDatabase]


def test_a_lone_desk_does_not_join_by_itself(shared: SharedDatabase, desks: Desks) -> None:
    a = desks("A")
    a.take_in("1001")
    turn = a.sync(shared, meet=False).turn()
    assert isinstance(turn.error, SharedUnfit) and not turn.pushed


def test_a_new_desk_that_met_nobody_yet_brings_its_first_orders_by_itself(
    open_shared: Opener, shared: SharedDatabase, proxy: CuttingProxy, tmp_path: Path, clock: Clock
) -> None:
    """Its first file may come in before the first contact: it never worked alone, so there is nothing to ask."""
    line = open_shared(proxy.port)
    proxy.cut()
    a = Desk.open(tmp_path / "a", "A", clock)
    assert isinstance(a.sync(line, meet=False).turn().error, SharedUnreachable)
    order = a.take_in("1001")
    a = a.reopen()
    a.label(order)
    proxy.mend()
    b = Desk.open(tmp_path / "b", "B", clock)
    settle(a.sync(line, meet=False), b.sync(shared))
    assert len(b.ids()) == 3 and everything(a.store) == everything(b.store)
    a.store.close()
    b.store.close()


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
    assert upload(a.store, shared, station="A", clock=clock) == (0, 0)  # again does no harm, and says so
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


def test_a_move_that_is_broken_off_goes_on_by_itself(
    open_shared: Opener,
    shared: SharedDatabase,
    proxy: CuttingProxy,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The line breaks in the middle, the program is closed, and what happens meanwhile comes along too."""
    a = Desk.open(tmp_path / "lone", "A", clock)
    orders = [a.take_in(f"{n}") for n in range(1200)]
    line = open_shared(proxy.port)

    def cut(done: int, _total: int) -> None:
        if done >= 1500:
            proxy.cut()

    with pytest.raises(SharedUnreachable):
        upload(a.store, line, station="A", clock=clock, told=cut)
    begun = a.store.outbox.moving()
    assert begun is not None and begun.people == 1200 and begun.facts == 500
    a.label(orders[0])
    a = a.reopen()  # closing drops from the journal what the shared database is thought to have
    a.scan(orders[1])
    proxy.mend()
    one = a.sync(line, meet=False)
    seen: list[tuple[int, int] | None] = []
    told = one._telling

    def telling(then: Told) -> Told:
        def tell(done: int, total: int) -> None:
            told(then)(done, total)
            seen.append(one.progress)

        return tell

    monkeypatch.setattr(one, "_telling", telling)  # an ear on what the window would read
    settle(one)
    assert seen[0] is not None and seen[0][0] > 1700, "it does not begin at the beginning"
    assert one.progress is None and a.store.outbox.moving() is None
    b = Desk.open(tmp_path / "b", "B", clock)
    settle(one, b.sync(shared))
    assert len(b.ids()) == 1203 and everything(a.store) == everything(b.store)
    a.store.close()
    b.store.close()


def test_forgetting_how_far_it_came_would_lose_what_was_made_meanwhile(
    shared: SharedDatabase, tmp_path: Path, clock: Clock
) -> None:
    """The naive twin: a lone desk's journal is emptied at closing, and pushing alone brings nothing of it."""
    a = Desk.open(tmp_path / "lone", "A", clock)
    a.label(a.take_in("1001"))
    a = a.reopen()
    assert a.store.outbox.batch(0, 10) is None
    a.store.close()


def test_closing_breaks_a_move_off_after_its_page(
    shared: SharedDatabase, tmp_path: Path, clock: Clock
) -> None:
    a = Desk.open(tmp_path / "lone", "A", clock)
    for n in range(1200):
        a.take_in(f"{n}")
    one = a.sync(shared, meet=False)
    with pytest.raises(Refused, match="next start"):
        one.join(fresh=False, told=lambda _done, _total: one.stop())
    assert a.store.outbox.moving() is not None and not a.store.outbox.joined()
    settle(a.sync(shared, meet=False))
    assert a.store.outbox.joined() and shared_count(shared) == 1200
    a.store.close()


def shared_count(shared: SharedDatabase) -> int:
    return Feed(shared, journal_id="", station="").count()


@pytest.mark.parametrize("forced", [False, True])
def test_an_order_in_hand_is_never_forgotten(shared: SharedDatabase, desks: Desks, forced: bool) -> None:
    a = desks("A")
    order = a.take_in("1001")
    a.in_hand(order)
    one = a.sync(shared, meet=False)
    before = everything(a.store)
    with pytest.raises(Refused, match="1001") as told:
        one.join(fresh=True, forced=forced)
    assert told.value.field == "in_hand" and everything(a.store) == before
    a.say(a.fact(FactKind.ORDER_PAUSED, order))
    one.join(fresh=True, forced=True)
    assert not a.ids()


def test_a_clean_start_tells_how_far_it_is(shared: SharedDatabase, desks: Desks) -> None:
    b = desks("B")
    two = b.sync(shared)
    for n in range(300):
        b.take_in(f"{n}")
    settle(two)
    a = desks("A")
    told: list[tuple[int, int]] = []
    one = a.sync(shared, meet=False)
    assert one.join(fresh=True, told=lambda *said: told.append(said)) == (0, 0)
    assert told[-1] == (300, 300) and one.progress is None
    assert everything(a.store) == everything(b.store)
