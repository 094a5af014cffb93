"""Learnt once a night, kept until the next one, never while somebody packs; whatever is doubtful is learnt anew."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.fact import FactKind
from wismo_desk.flows.foresee import Foresee
from wismo_desk.flows.foresee_calendar import LaneDays
from wismo_desk.flows.foresee_kept import NAME, Kept, KeptTable, night_of
from wismo_desk.flows.foresee_lesson import Learned, Lesson
from wismo_desk.flows.foresee_night import learn_if_due
from wismo_desk.flows.pen import Pen
from wismo_desk.practice.histories import SHOP, make_history
from wismo_desk.practice.past import tell
from wismo_desk.resources import forecast_defaults, status_tables
from wismo_desk.store import open_store
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

PARIS: Final = ZoneInfo("Europe/Paris")
EVENING: Final = datetime.combine(date(2026, 9, 30), time(18), tzinfo=PARIS)


class Clock:
    def __init__(self, now: datetime = EVENING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path, bytes(32), statuses=status_tables(), rules=Rules(zone=PARIS))
    past = make_history(60, first=EVENING.date() - timedelta(days=20), days=20, seed=3, world=SHOP)
    for entry in tell(past, station="Poste 1", zone=PARIS):
        store.commit(entry)
    yield store
    store.close(EVENING)


def no_days_off(_region: str) -> list[date]:
    return []


class Lessons:
    """How often it was learnt."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, lesson: Lesson) -> Learned:
        self.count += 1
        return lesson()


def desk(store: Store, clock: Clock) -> tuple[Foresee, Lessons]:
    lessons = Lessons()
    foresee = Foresee(
        store=store,
        clock=clock,
        zone=PARIS,
        home=lambda: "FR",
        days=lambda: LaneDays("FR", no_days_off),
        defaults=forecast_defaults,
        pen=Pen("Poste 1", clock=clock),
        compute=lessons,
    )
    return foresee, lessons


def test_the_night_ends_at_three() -> None:
    first, second = datetime(2026, 10, 1, 2, 59, tzinfo=PARIS), datetime(2026, 10, 1, 3, tzinfo=PARIS)
    assert (night_of(first, PARIS), night_of(second, PARIS)) == (date(2026, 9, 30), date(2026, 10, 1))


def test_a_second_start_uses_what_was_kept_and_the_night_learns_anew(told: Store) -> None:
    clock = Clock()
    foresee, lessons = desk(told, clock)
    learn_if_due(foresee)
    again, more = desk(told, clock)
    clock.now += timedelta(hours=8)  # 2:00
    learn_if_due(again)
    assert (lessons.count, more.count) == (1, 0)
    assert again.report() == foresee.report() is not None
    clock.now += timedelta(hours=2)
    learn_if_due(again)
    learn_if_due(again)
    assert more.count == 1
    assert again.learnt is not None and again.learnt.today == foresee.report().learnt_on.toordinal() - 719162  # type: ignore[union-attr]


def test_what_came_in_while_the_desk_was_closed_is_looked_at(told: Store) -> None:
    clock = Clock()
    learn_if_due(desk(told, clock)[0])
    entry = next(
        tell(make_history(1, first=EVENING.date(), days=1, seed=1, world=SHOP), station="P", zone=PARIS)
    )
    facts = tuple(fact for fact in entry.facts if fact.kind is FactKind.ORDER_TAKEN_IN)
    told.commit(Entry(at=clock(), facts=facts, parties=entry.parties))
    again, more = desk(told, clock)
    assert facts[0].shipment_id in learn_if_due(again).shipments and more.count == 0


def test_it_waits_for_a_pause_of_the_bench(told: Store) -> None:
    foresee, lessons = desk(told, Clock())
    assert not foresee.tick(lambda: False) and lessons.count == 0
    foresee.tick(lambda: True)
    assert lessons.count == 1


def test_other_settings_are_learnt_at_once(told: Store) -> None:
    foresee, lessons = desk(told, Clock())
    learn_if_due(foresee)
    foresee.allow(0.1)
    learn_if_due(foresee)
    assert lessons.count == 2 and foresee.learnt is not None and foresee.learnt.false_alarms == 0.1
    foresee.home = lambda: "BE"
    learn_if_due(foresee)
    assert lessons.count == 3


@pytest.mark.parametrize("harm", ["bit", "cut", "other pickle", "future"])
def test_a_file_that_is_damaged_or_strange_is_learnt_anew(told: Store, harm: str) -> None:
    clock = Clock()
    learn_if_due(desk(told, clock)[0])
    path = told.source.path.with_name(NAME)
    whole = path.read_bytes()
    table = KeptTable.beside(told.source)
    if harm == "bit":
        path.write_bytes(whole[:200] + bytes([whole[200] ^ 4]) + whole[201:])
    elif harm == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "other pickle":
        table.file.write(pickle.dumps({"lanes": 3}))
    else:
        kept = table.read()
        assert kept is not None
        table.write(Kept(kept.learnt, EVENING + timedelta(days=3)))
    again, more = desk(told, clock)
    learn_if_due(again)
    assert more.count == 1
    third, none = desk(told, clock)
    learn_if_due(third)
    assert none.count == 0


def test_a_full_disk_only_means_learning_again(told: Store) -> None:
    path = told.source.path.with_name(NAME + ".new")
    path.mkdir()  # as if nothing could be written there
    foresee, lessons = desk(told, Clock())
    learn_if_due(foresee)
    assert lessons.count == 1 and foresee.report() is not None
    path.rmdir()
