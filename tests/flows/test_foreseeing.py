"""Open parcels get a day, a chance and a sentence, from the desk's own past; what moves is looked at again."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from wismo_desk.background.apart import Apart
from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.expected import Expected
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, ShipmentRow
from wismo_desk.errors import BadInput
from wismo_desk.flows import foresee_table
from wismo_desk.flows.foresee import Foresee
from wismo_desk.flows.foresee_calendar import LaneDays
from wismo_desk.flows.foresee_lesson import Learned, Lesson
from wismo_desk.flows.pen import Pen
from wismo_desk.practice.histories import SHOP, History, make_history
from wismo_desk.practice.past import SOURCE, tell
from wismo_desk.resources import forecast_defaults, status_tables
from wismo_desk.store import open_store
from wismo_desk.store.foresight import as_read, pack
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

PARIS: Final = ZoneInfo("Europe/Paris")
FIRST: Final = date(2026, 7, 1)
DAYS: Final = 132
MORNING: Final = datetime.combine(FIRST + timedelta(days=DAYS), time(7), tzinfo=PARIS)


class Clock:
    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def history() -> History:
    return make_history(520, first=FIRST, days=DAYS, seed=7, world=SHOP)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, history: History) -> Iterator[Store]:
    store = open_store(
        tmp_path_factory.mktemp("past"), bytes(32), statuses=status_tables(), rules=Rules(zone=PARIS)
    )
    for entry in tell(history, station="Poste 1", zone=PARIS):
        store.commit(entry)
    yield store
    store.close(MORNING)


def two_days(_region: str) -> list[date]:
    return [date(2026, 7, 14), date(2026, 8, 15)]


def foresee(store: Store, clock: Clock | None = None) -> Foresee:
    return Foresee(
        store=store,
        clock=clock or Clock(),
        zone=PARIS,
        home=lambda: "FR",
        days=lambda: LaneDays("FR", two_days),
        defaults=forecast_defaults,
        pen=Pen("Poste 1", clock=clock or Clock()),
    )


def rows(store: Store) -> list[ShipmentRow]:
    return store.read.page(store.read.rows(Filter()))


def said(store: Store, row: ShipmentRow, code: str, at: datetime, **data: Any) -> None:
    pen = Pen("Poste 1", clock=lambda: at)
    about = {"carrier": row.carrier, "number": row.number, "code": code, "label": "", "place": "", **data}
    fact = pen.fact(FactKind.TRACKING_SAID, order_id=row.order_id, shipment_id=row.shipment_id, **about)
    store.commit(Entry(at=at.astimezone(UTC), facts=(fact,)))


def test_every_open_parcel_gets_its_span_and_the_others_none(told: Store, history: History) -> None:
    foresee(told).tick()
    found = rows(told)
    ended = (TrackingStatus.DELIVERED, TrackingStatus.RETURNED)
    is_open = [row for row in found if row.status not in ended]
    assert len(found) == 520 and 8 < len(is_open) < 80
    assert all(row.expected is None for row in found if row.status in ended)
    spans = [row for row in is_open if row.expected is not None]  # the others are probably lost
    assert len(spans) > 0.7 * len(is_open)
    today = MORNING.date()
    for row in spans:
        one = row.expected
        assert one is not None and today <= one.low <= one.likely <= one.high
        assert one.late is not None and 0 <= one.late <= 1 and one.lost is not None
        assert row.promised_on is not None
        assert row.promised_on >= today or one.late == 1
        assert one.sentence in foresee_table.SENTENCES
        assert one.sentence.format(**dict(one.values))


def test_the_share_in_the_sentence_is_counted_from_the_past(told: Store, history: History) -> None:
    foresee(told).tick()
    row = next(
        row
        for row in rows(told)
        if row.expected is not None and row.expected.sentence == foresee_table.LATE_TO
    )
    assert row.expected is not None
    values = dict(row.expected.values)
    same = [
        at
        for at in range(len(history.handed))
        if (history.carrier[at], history.service[at], history.zone[at])
        == (row.carrier, row.service, values["zone"])
    ]
    assert 20 <= int(values["count"]) <= len(same)
    assert 0 <= int(values["share"]) <= 100


def test_a_second_look_at_the_same_day_changes_nothing(told: Store) -> None:
    looks = foresee(told)
    looks.tick()
    looks.moved([row.shipment_id for row in rows(told)])
    assert not looks.tick().shipments
    assert not foresee(told).learn().shipments


def test_after_a_scan_the_clock_starts_at_the_scan(told: Store) -> None:
    looks = foresee(told)
    looks.tick()
    row = next(
        row
        for row in rows(told)
        if row.carrier == "practice" and row.status is TrackingStatus.ACCEPTED and row.expected is not None
    )
    before = row.expected
    assert before is not None
    said(told, row, "TOURNEE", MORNING - timedelta(minutes=5))
    looks.moved([row.shipment_id])
    assert looks.tick().shipments == {row.shipment_id}
    after = told.read.shipment(row.shipment_id)
    assert after is not None and after.expected is not None
    assert after.expected.sentence == foresee_table.AFTER_SCAN_LATE
    assert after.expected.likely == MORNING.date() <= before.likely  # out for delivery: today
    said(told, row, "LIVRE", MORNING - timedelta(minutes=1))
    looks.moved([row.shipment_id])
    looks.tick()
    arrived = told.read.shipment(row.shipment_id)
    assert arrived is not None and arrived.expected is None


def test_a_scan_on_the_way_restarts_the_clock_and_silence_behind_it_is_said(told: Store) -> None:
    looks = foresee(told)
    looks.tick()
    on_the_way = [row for row in rows(told) if row.status is TrackingStatus.IN_TRANSIT and row.expected]
    sentences = {row.expected.sentence for row in on_the_way if row.expected is not None}
    assert sentences & {foresee_table.SILENT, foresee_table.SILENT_LATE}
    near = next(
        row
        for row in rows(told)
        if (row.carrier, row.service, row.status) == ("practice", "home", TrackingStatus.ACCEPTED)
    )
    before = near.expected
    said(told, near, "TRI", MORNING - timedelta(hours=14))
    said(told, near, "ARRIVE", MORNING - timedelta(hours=2))
    looks.moved([near.shipment_id])
    looks.tick()
    after = told.read.shipment(near.shipment_id)
    assert before is not None and after is not None and after.expected is not None
    assert after.status is TrackingStatus.IN_TRANSIT
    assert after.expected.sentence in (foresee_table.AFTER_SCAN, foresee_table.AFTER_SCAN_LATE)
    assert (after.expected.likely - MORNING.date()).days <= 1  # a hub near the customer speaks the day before
    said(told, near, "LIVRE", MORNING - timedelta(minutes=1))


def test_what_is_probably_lost_gets_no_day_but_its_chance(told: Store) -> None:
    row = rows(told)[0]
    day = MORNING.date()
    gone = Expected(day, day, day, 1.0, 0.64, foresee_table.FEW, (("count", "3"),))
    told.foresight.keep(pack([(row.row, gone)]))
    kept = told.read.shipment(row.shipment_id)
    assert kept is not None and kept.expected is None
    said = told.read.journeys.journeys(MORNING, 0, [row.row]).said
    assert said == [as_read(gone)] == ["1.00.64"]
    told.foresight.keep(pack([(row.row, replace(gone, lost=0.2))]))
    back = told.read.shipment(row.shipment_id)
    assert back is not None and back.expected == replace(gone, lost=0.2)
    told.foresight.keep(pack([(row.row, None)]))


def test_an_order_in_the_house_is_thought_of_as_leaving_today(told: Store) -> None:
    pen = Pen("Poste 1", clock=Clock())
    entry = next(
        tell(make_history(1, first=MORNING.date(), days=1, seed=1, world=SHOP), station="P", zone=PARIS)
    )
    facts = tuple(fact for fact in entry.facts if fact.kind is FactKind.ORDER_TAKEN_IN)
    told.commit(Entry(at=pen.clock(), facts=facts, parties=entry.parties))
    looks = foresee(told)
    looks.tick()
    key = shipment_id(order_id(SOURCE, facts[0].data["source_ref"]))  # type: ignore[arg-type] # plain JSON
    row = told.read.shipment(key)
    assert row is not None and row.expected is not None
    assert row.expected.low >= MORNING.date()
    assert row.expected.sentence in (foresee_table.LATE_NEW_TO, foresee_table.LATE_NEW, foresee_table.FEW)


def test_the_next_day_it_learns_anew(told: Store) -> None:
    clock = Clock()
    looks = foresee(told, clock)
    looks.tick()
    first = looks.learnt
    clock.now += timedelta(days=1)
    looks.tick()
    assert looks.learnt is not None and first is not None and looks.learnt.today == first.today + 1
    assert looks.learnt.known > 450 and looks.learnt.record.parcels > 100


def test_the_record_judges_what_was_shown_after_scans_too(told: Store) -> None:
    """The levels of the clock after a scan, and the thresholds, are those of the same record."""
    looks = foresee(told)
    looks.tick()
    report = looks.report()
    assert report is not None and report.on_the_way is not None
    way = report.on_the_way
    assert way.after_scan.evenings > 200 and way.after_scan.covered is not None
    assert way.from_hand_over.covered is not None
    assert [one.month for one in report.on_the_way_by_month] == [one.month for one in report.by_month]
    assert looks.learnt is not None and looks.learnt.from_scan is not None


def test_the_wanted_rate_is_a_value_that_is_kept(told: Store) -> None:
    looks = foresee(told)
    looks.tick()
    assert looks.false_alarms == 0.05
    looks.allow(0.1)
    assert foresee(told).false_alarms == 0.1 and looks.learnt is None
    looks.tick()
    assert looks.learnt is not None and {one.wanted for one in looks.learnt.record.warned} <= {0.1, 0.05}
    for wrong in (0.0, 0.7):
        with pytest.raises(BadInput):
            looks.allow(wrong)
    looks.allow(0.05)


def test_a_new_desk_says_that_it_assumes(tmp_path: Path) -> None:
    store = open_store(tmp_path, bytes(32), statuses=status_tables(), rules=Rules(zone=PARIS))
    try:
        few = make_history(30, first=MORNING.date() - timedelta(days=8), days=8, seed=3, world=SHOP)
        for entry in tell(few, station="Poste 1", zone=PARIS):
            store.commit(entry)
        foresee(store).tick()
        sentences = {row.expected.sentence for row in rows(store) if row.expected is not None}
        assert sentences == {foresee_table.ASSUMED}
    finally:
        store.close(MORNING)


def test_an_empty_desk_is_no_trouble(tmp_path: Path) -> None:
    store = open_store(tmp_path, bytes(32), statuses=status_tables(), rules=Rules(zone=PARIS))
    try:
        looks = foresee(store)
        assert not looks.tick().shipments
        assert looks.learnt is not None and looks.learnt.known == 0
    finally:
        store.close(MORNING)


def test_rebuilt_from_facts_the_same_is_counted(tmp_path: Path) -> None:
    store = open_store(tmp_path, bytes(32), statuses=status_tables(), rules=Rules(zone=PARIS))
    try:
        for entry in tell(
            make_history(40, first=FIRST, days=20, seed=2, world=SHOP), station="P", zone=PARIS
        ):
            store.commit(entry)
        before = counted(store)
        store.rebuild()
        assert counted(store) == before and len(before[0]) == 40 and len(before[1]) > 20
    finally:
        store.close(MORNING)


def counted(store: Store) -> tuple[list[tuple[str, ...]], list[tuple[int, int]]]:
    found = store.read.journeys.journeys(MORNING - timedelta(days=400), 3_600_000)
    legs = store.read.journeys.legs(3_600_000)
    return (
        sorted(zip(found.carrier, found.zone, found.status, map(str, found.handed), strict=True)),
        sorted(zip(legs.status, legs.day, strict=True)),
    )


def test_facts_of_the_past_are_the_same_each_time(history: History) -> None:
    one: list[Fact] = [fact for entry in tell(history, station="P", zone=PARIS) for fact in entry.facts]
    again = [fact for entry in tell(history, station="P", zone=PARIS) for fact in entry.facts]
    assert one == again and len({fact.fact_id for fact in one}) == len(one)


def test_learnt_in_another_process_it_is_the_same_and_no_parcels_are_kept(told: Store) -> None:
    here, there = foresee(told), foresee(told)
    here.learn()
    apart = Apart()
    lessons: list[Learned] = []

    def compute(lesson: Lesson) -> Learned:
        assert repr(bytes(32)) not in repr(lesson)
        lessons.append(apart(lesson))
        return lessons[0]

    there.compute = compute
    assert not there.learn().shipments  # nothing that was not said already
    assert there.report() == here.report()
    there.moved([row.shipment_id for row in rows(told)])
    assert not there.tick().shipments
    learnt = lessons[0].learnt
    assert len(learnt.from_hand_over.model.parcels) == 0
    assert len(pickle.dumps(learnt)) < 2_000_000
