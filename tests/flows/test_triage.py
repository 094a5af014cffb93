"""Work on anomalies: every verb is a fact, holds at every desk in any order, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from tests.store.store_rig import NOON, Clock, opened, order, taken_in
from wismo_desk.domain.anomaly_kinds import AnomalyKind, Cause, Severity
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.triage import CareVerb, Standing, fold_care
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.triage import Triage
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

DAY = timedelta(days=1)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.store: Store = opened(folder)
        self.pen = Pen("QUAI-1", clock=self.clock)
        zone = self.clock().tzinfo
        assert zone is not None
        self.triage = Triage(store=self.store, pen=self.pen, names=lambda c, s: (c.upper(), s), zone=zone)

    def late(self, *numbers: str, carrier: str = "own") -> list[UUID]:
        """Orders whose truck has left without them."""
        orders = [order(number, ship_by=NOON - timedelta(hours=1), promised_on=None) for number in numbers]
        self.store.commit(taken_in(self.pen, *orders, carrier=carrier))
        return [shipment_id(one.order_id) for one in orders]

    def row(self, shipment: UUID) -> ShipmentRow:
        found = self.store.read.shipment(shipment)
        assert found is not None
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.store.close()


def test_what_has_one_cause_is_one_group(desk: Desk) -> None:
    desk.late("1", "2", "3")
    desk.late("4", carrier="other")
    work = desk.triage.work()
    assert [(one.kind, one.carrier_name, one.shipments) for one in work.groups] == [
        (AnomalyKind.ORDER_LATE, "OWN", 3),
        (AnomalyKind.ORDER_LATE, "OTHER", 1),
    ]
    first = work.groups[0]
    assert (first.severity, first.cause) == (Severity.ACT, Cause.WAREHOUSE)
    assert first.since == NOON - timedelta(hours=1)
    assert (work.to_act, work.to_watch, work.seen, work.snoozed) == (4, 0, 0, 0)
    assert dict(work.by_cause)[Cause.WAREHOUSE] == 4
    assert [row.order_number for row in desk.triage.rows(first)] == ["1", "2", "3"]


def test_what_was_seen_leaves_the_list_until_it_gets_worse(desk: Desk) -> None:
    one, _ = desk.late("1", "2")
    done = desk.triage.acknowledge([one])
    assert done.changes.shipments == {one}
    work = desk.triage.work()
    assert (work.to_act, work.seen) == (1, 1)
    (seen,) = desk.triage.work(Standing.SEEN).groups
    assert desk.triage.shipments(seen) == [one]
    assert [anomaly.seen for anomaly in desk.row(one).anomalies] == [True]
    desk.triage.undo(done)
    assert desk.triage.work().to_act == 2


def test_what_is_put_off_comes_back_by_itself(desk: Desk) -> None:
    (one,) = desk.late("1")
    desk.triage.snooze([one], NOON + DAY)
    assert (desk.triage.work().to_act, desk.triage.work().snoozed) == (0, 1)
    assert desk.row(one).snoozed_until == NOON + DAY
    desk.clock.pass_(hours=23.9)
    assert not desk.store.judge_due(desk.clock())
    desk.clock.pass_(hours=0.2)
    assert desk.store.judge_due(desk.clock()).shipments == {one}
    assert desk.triage.work().to_act == 1


@pytest.mark.parametrize("until", [NOON, NOON - DAY, NOON + 400 * DAY])
def test_a_moment_that_makes_no_sense_is_refused(desk: Desk, until: datetime) -> None:
    with pytest.raises(Refused):
        desk.triage.snooze(desk.late("1"), until)


def test_what_was_settled_is_gone_and_counted(desk: Desk) -> None:
    (one,) = desk.late("1")
    done = desk.triage.resolve([one])
    work = desk.triage.work()
    assert (work.to_act, work.settled_today) == (0, 1)
    assert desk.row(one).anomalies == ()
    desk.triage.undo(done)
    assert (desk.triage.work().to_act, desk.triage.work().settled_today) == (1, 0)


def test_it_has_an_owner_and_a_history(desk: Desk) -> None:
    ones = desk.late("1", "2")
    desk.triage.assign(ones, "  Service   client ")
    noted = desk.triage.note(ones, "Agence appelée")
    desk.triage.undo(noted)
    assert desk.row(ones[0]).owner == "Service client"
    assert desk.triage.owners() == ("Service client",)
    assert desk.triage.work().groups[0].owners == ("Service client",)
    said = [(item.verb, item.text, item.shipments, item.withdrawn) for item in desk.triage.history(ones)]
    assert said == [
        (CareVerb.NOTE, "Agence appelée", 2, True),
        (CareVerb.ASSIGN, "Service client", 2, False),
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 281])
def test_a_note_says_something_short(desk: Desk, text: str) -> None:
    with pytest.raises(Refused):
        desk.triage.note(desk.late("1"), text)


def test_a_contested_delivery_is_an_anomaly(desk: Desk) -> None:
    (one,) = desk.late("1")
    said = desk.pen.fact(
        FactKind.TRACKING_SAID,
        order_id=order("1").order_id,
        shipment_id=one,
        carrier="own",
        code="DELIVERED",
        label="",
    )
    desk.store.commit(Entry(at=NOON, facts=(said,)))
    desk.triage.contest([one])
    assert [anomaly.kind for anomaly in desk.row(one).anomalies] == [AnomalyKind.CONTESTED]


def test_any_order_of_arrival_gives_the_same(desk: Desk, tmp_path: Path) -> None:
    (one,) = desk.late("1")
    triage = desk.triage
    facts: list[Fact] = []
    for done in (
        triage.assign([one], "A"),
        triage.acknowledge([one]),
        triage.assign([one], "B"),
        triage.note([one], "n"),
        triage.snooze([one], NOON + DAY),
    ):
        facts += done.facts
    facts += triage.undo(triage.assign([one], "C")).facts
    care = fold_care(facts)
    assert (care.owner, care.notes, care.seen) == ("B", 1, {"order_late": 2})
    for seed in range(20):
        Random(seed).shuffle(facts)
        assert fold_care(facts) == care


def test_a_fold_of_everything_gives_the_same_rows(desk: Desk) -> None:
    one, two = desk.late("1", "2")
    desk.triage.assign([one], "A")
    desk.triage.acknowledge([one])
    desk.triage.resolve([two])
    before = desk.store.read.page([desk.row(one).row, desk.row(two).row])
    desk.store.rebuild()
    desk.store.judge_due(desk.clock())
    assert desk.store.read.page([desk.row(one).row, desk.row(two).row]) == before


def test_words_that_come_before_their_order_wait_for_it(desk: Desk) -> None:
    late = order("9", ship_by=NOON - DAY, promised_on=None)
    fact = desk.pen.fact(
        FactKind.ANOMALY_HANDLED,
        order_id=late.order_id,
        shipment_id=shipment_id(late.order_id),
        verb=CareVerb.ASSIGN.value,
        owner="A",
    )
    desk.store.commit(Entry(at=NOON, facts=(fact,)))
    desk.store.commit(taken_in(desk.pen, late))
    assert desk.row(shipment_id(late.order_id)).owner == "A"
