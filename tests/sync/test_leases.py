"""An order in hand at one station is not started at another while the line is up; a double is found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from postgres_cluster import Cluster
from sqlalchemy import text
from two_desks import Clock, Desk, settle

from wismo_desk.carriers import find_carriers
from wismo_desk.domain.anomaly import AnomalyKind, Severity
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.errors import Refused
from wismo_desk.flows.twice_labelled import TwiceLabelled
from wismo_desk.flows.void import Void
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_lease import OrderLeases
from wismo_desk.sync.turn import Elsewhere, Held, Sync
from wismo_desk.web.client import Http

Desks = Callable[[str], Desk]
ORDER = UUID(int=7)


def test_of_two_that_take_at_once_one_wins(shared: SharedDatabase) -> None:
    tables = [
        OrderLeases(shared, holder=f"j{n}", station=f"Bench {n}", span=timedelta(minutes=1)) for n in range(2)
    ]
    for n in range(20):
        gate = threading.Barrier(2)
        told: list[str] = []

        def take(table: OrderLeases, key: UUID, gate: threading.Barrier, told: list[str]) -> None:
            gate.wait()
            told.append(table.take(key))

        threads = [threading.Thread(target=take, args=(table, UUID(int=n), gate, told)) for table in tables]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told)[0] == "" and sorted(told)[1].startswith("Bench")


def test_looking_before_taking_would_let_both_in(shared: SharedDatabase) -> None:
    """The naive twin: each looks, sees nobody, and writes its name."""
    look = text("SELECT count(*) FROM wismo.lease WHERE order_id = :order")
    write = text(
        "INSERT INTO wismo.lease VALUES (1, :order, :who, :who, now()) ON CONFLICT (tenant_id, order_id)"
        " DO UPDATE SET holder = excluded.holder"
    )
    with shared.read() as one, shared.read() as two:
        free = [line.scalar(look, {"order": ORDER}) == 0 for line in (one, two)]
        for line, who in ((one, "A"), (two, "B")):
            line.execute(write, {"order": ORDER, "who": who})
    assert free == [True, True]


def test_a_lease_is_renewed_released_and_runs_out(shared: SharedDatabase) -> None:
    a = OrderLeases(shared, holder="a", station="A", span=timedelta(minutes=5))
    b = OrderLeases(shared, holder="b", station="B", span=timedelta(minutes=5))
    assert a.take(ORDER) == "" and a.take(ORDER) == ""  # again by the same is no news
    assert b.take(ORDER) == "A"
    assert a.renew([ORDER]) == {ORDER} and b.renew([ORDER]) == set()
    b.release([ORDER])  # not its own
    assert b.take(ORDER) == "A"
    a.release([ORDER])
    assert b.take(ORDER) == ""
    with shared.begin() as later:
        later.execute(text("UPDATE wismo.lease SET until = clock_timestamp() - interval '1 second'"))
    assert a.take(ORDER) == "" and b.renew([ORDER]) == set()


def two_desks(shared: SharedDatabase, desks: Desks) -> tuple[Desk, Desk, Sync, Sync, UUID]:
    a, b = desks("Bench 1"), desks("Bench 2")
    one, two = a.sync(shared), b.sync(shared)
    order = a.take_in("1001")
    settle(one, two)
    return a, b, one, two, order


def test_two_stations_scan_the_same_order(shared: SharedDatabase, desks: Desks) -> None:
    _, _, one, two, order = two_desks(shared, desks)
    assert one.confirm(order) == Held()
    told = two.confirm(order)
    assert isinstance(told, Elsewhere) and told.station == "Bench 1"
    one.release(order)
    settle(one, two)
    assert isinstance(two.confirm(order), Held)


def test_an_order_packed_meanwhile_is_told_though_its_lease_is_free(
    shared: SharedDatabase, desks: Desks
) -> None:
    a, b, one, two, order = two_desks(shared, desks)
    one.confirm(order)
    seen = {fact.fact_id for fact in b.store.read.order_facts(order)}
    a.label(order)
    one.release(order)
    settle(one)
    b.in_hand(order)  # opened from what bench 2 knows: nothing of the label
    told = two.confirm(order, known=seen)
    assert isinstance(told, Elsewhere) and told.station == "Bench 1" and order in told.changes.orders
    assert two.leases.orders == frozenset()


def test_the_lease_is_given_back_only_after_the_facts(shared: SharedDatabase, desks: Desks) -> None:
    a, _, one, two, order = two_desks(shared, desks)
    one.confirm(order)
    a.label(order)
    one.release(order)
    assert isinstance(two.confirm(order), Elsewhere)  # nothing is sent yet: still held
    settle(one, two)
    parcels = two._store.read.parcels(order_id=order)
    assert len(parcels) == 1


def test_offline_the_bench_goes_on_and_is_told_later(
    cluster: Cluster, shared: SharedDatabase, desks: Desks, clock: Clock
) -> None:
    _, _, one, two, order = two_desks(shared, desks)
    cluster.stop("immediate")
    try:
        assert one.confirm(order) == Held(local=True)
        assert two.confirm(order) == Held(local=True)
    finally:
        cluster.start()
    assert not one.turn(at_once=True).elsewhere
    assert two.turn(at_once=True).elsewhere == {order: "Bench 1"}
    assert two.leases.orders == frozenset()


def test_a_lease_lost_while_away_is_told(shared: SharedDatabase, desks: Desks, clock: Clock) -> None:
    _, _, one, two, order = two_desks(shared, desks)
    one.confirm(order)
    with shared.begin() as later:
        later.execute(text("UPDATE wismo.lease SET until = clock_timestamp() - interval '1 second'"))
    assert isinstance(two.confirm(order), Held)
    clock.seconds += 400  # a third of fifteen minutes and more
    assert one.turn(at_once=True).elsewhere == {order: "Bench 2"}


def test_an_order_whose_bench_died_is_not_lost_to_the_others(
    cluster: Cluster, shared: SharedDatabase, desks: Desks
) -> None:
    """Its facts say "in hand" for ever; only the lease knows that nobody is there."""
    a, b, one, two, order = two_desks(shared, desks)
    a.in_hand(order)
    one.confirm(order)
    settle(one, two)
    assert b.store.read.routed(order)[2:] == (OrderState.IN_HAND, "Bench 1")
    assert not two.is_free(order)
    with shared.begin() as later:
        later.execute(text("UPDATE wismo.lease SET until = clock_timestamp() - interval '1 second'"))
    settle(two)
    assert two.is_free(order) and isinstance(two.confirm(order), Held)
    cluster.stop("immediate")
    try:
        two.turn(at_once=True)
        assert not two.is_free(order), "who cannot ask does not take"
    finally:
        cluster.start()


def test_a_second_label_becomes_a_task(shared: SharedDatabase, desks: Desks) -> None:
    a, b, one, two, order = two_desks(shared, desks)
    a.label(order)
    parcel = b.label(order)
    for desk in (a, b):
        row = desk.store.read.shipment(shipment_id(order))
        assert row is not None
        assert AnomalyKind.DOUBLE_LABEL not in {anomaly.kind for anomaly in row.anomalies}
    settle(one, two)
    for desk in (a, b):
        row = desk.store.read.shipment(shipment_id(order))
        assert row is not None
        worst = row.anomalies[0]
        assert (worst.kind, worst.severity) == (AnomalyKind.DOUBLE_LABEL, Severity.ACT)
        assert worst.values == (("parcel", "1"),)
    b.void(order, parcel, worn=True)
    settle(one, two)
    for desk in (a, b):
        row = desk.store.read.shipment(shipment_id(order))
        assert row is not None and row.parcels == 1
        assert row.status is TrackingStatus.LABEL_CREATED
        assert desk.store.read.routed(order)[2] is OrderState.SHIPPED
        assert AnomalyKind.DOUBLE_LABEL not in {anomaly.kind for anomaly in row.anomalies}


def test_one_of_two_labels_is_voided_at_either_desk(shared: SharedDatabase, desks: Desks) -> None:
    """The task names both numbers and who bought them; voided at one desk it is gone at both, and the order
    stays shipped under the label that is left."""
    a, b, one, two, order = two_desks(shared, desks)
    first, second = a.label(order), b.label(order)
    settle(one, two)
    tasks = [TwiceLabelled(store=desk.store, names=lambda carrier, _: (carrier, ""))() for desk in (a, b)]
    assert tasks[0] == tasks[1]
    ((task,), _) = tasks
    assert [(label.parcel_id, label.station) for label in task.labels] == [
        (first, "Bench 1"),
        (second, "Bench 2"),
    ]
    assert len({label.number for label in task.labels}) == 2 and task.order_number == "1001"
    own = find_carriers().build("own", {}, Http())
    void = Void(store=a.store, pen=a.pen, carriers={"own": own})
    void(second, reason="the parcel wears the other one")  # bought at the other desk
    settle(one, two)
    for desk in (a, b):
        assert TwiceLabelled(store=desk.store, names=lambda carrier, _: (carrier, ""))() == []
        row = desk.store.read.shipment(shipment_id(order))
        assert row is not None and row.anomalies == () and row.parcels == 1
        assert desk.store.read.routed(order)[2] is OrderState.SHIPPED
    with pytest.raises(Refused, match="void already"):
        void(second, reason="again")


def test_three_labels_take_two_voids(shared: SharedDatabase, desks: Desks) -> None:
    a, b, one, two, order = two_desks(shared, desks)
    c = desks("Bench 3")
    three = c.sync(shared)
    settle(one, two, three)
    parcels = [desk.label(order) for desk in (a, b, c)]
    settle(one, two, three)
    find = TwiceLabelled(store=b.store, names=lambda carrier, _: (carrier, ""))
    assert [len(task.labels) for task in find()] == [3]
    a.void(order, parcels[0], worn=True)
    settle(one, two)
    assert [len(task.labels) for task in find()] == [2]
    a.void(order, parcels[1], worn=True)
    settle(one, two)
    assert find() == []


def test_labels_of_two_parcels_are_no_double(shared: SharedDatabase, desks: Desks) -> None:
    a, _, one, two, order = two_desks(shared, desks)
    a.label(order, parcel_no=1)
    a.label(order, parcel_no=2)
    settle(one, two)
    row = a.store.read.shipment(shipment_id(order))
    assert row is not None
    assert AnomalyKind.DOUBLE_LABEL not in {anomaly.kind for anomaly in row.anomalies}
