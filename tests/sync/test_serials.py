"""Numbers for own deliveries: no two desks ever give out the same, and the bench labels on while offline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from postgres_cluster import Cluster
from two_desks import Clock, Desk, settle

from wismo_desk.errors import Refused
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_serial import BLOCK, SSCC
from wismo_desk.sync.join import upload

Desks = Callable[[str], Desk]


def take(desk: Desk, count: int) -> list[int]:
    return [desk.store.serials.take(SSCC) for _ in range(count)]


def test_two_desks_never_give_out_the_same(shared: SharedDatabase, desks: Desks) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    given: list[int] = []
    for _ in range(5):
        given += take(a, BLOCK - 20) + take(b, BLOCK // 3)
        settle(one, two)
    assert len(set(given)) == len(given)


def test_counting_alone_would_give_both_the_same(desks: Desks) -> None:
    """The naive twin: each desk's own counter, as a desk without others may use it."""
    assert take(desks("A"), 3) == take(desks("B"), 3) == [1, 2, 3]


def test_offline_it_labels_on_from_its_own_blocks_and_says_when_they_are_gone(
    cluster: Cluster, shared: SharedDatabase, desks: Desks
) -> None:
    a = desks("A")
    one = a.sync(shared)
    take(a, 1)
    settle(one)
    held = a.store.serials.left(SSCC)
    assert BLOCK <= held < 2 * BLOCK
    cluster.stop("immediate")
    try:
        assert not one.turn(at_once=True).online
        take(a, held)
        with pytest.raises(Refused, match="own deliveries"):
            take(a, 1)
    finally:
        cluster.start()
    settle(one)
    assert len(take(a, 1)) == 1


def test_what_a_lone_desk_used_is_not_given_again(shared: SharedDatabase, desks: Desks) -> None:
    a, b = desks("A"), desks("B")
    alone = take(a, 3 * BLOCK)
    a.take_in("1001")
    upload(a.store, shared, station="A", clock=a.clock)
    settle(a.sync(shared), b.sync(shared))
    assert not set(alone) & {*take(a, 10), *take(b, 10)}


def test_a_restored_desk_leases_anew(shared: SharedDatabase, tmp_path: Path, clock: Clock) -> None:
    """Its backup may be older than its labels: what it still held then may be on parcels now."""
    a = Desk.open(tmp_path / "a", "A", clock)
    one = a.sync(shared)
    settle(one)
    held = take(a, 5)
    a.store.outbox.renew()
    a.store.journal.skip_serials(100_000)
    a = a.reopen()
    with pytest.raises(Refused):
        take(a, 1)
    a.name = "B"  # its old self was heard a moment ago: for five minutes that name is taken
    settle(a.sync(shared, meet=False))
    fresh = take(a, 5)
    assert max(held) <= BLOCK < fresh[0] < 100_000
    a.store.close()
