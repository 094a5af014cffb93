"""Rules that a supervisor changes: in force for everything within the next ticks, tried on last week before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.store.store_rig import NOON, Clock, opened, order, taken_in
from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.anomaly_rules import DEFAULT, Mode, RuleException, Threshold
from wismo_desk.domain.calendar import Zone
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.watching import Filter
from wismo_desk.errors import Refused
from wismo_desk.flows.anomaly_rules import AnomalyRules
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry

K = AnomalyKind
DAY = timedelta(days=1)
NO_SCAN = DEFAULT[K.NO_SCAN]


class Desk:
    """NOON is a Monday; parcels are scanned `OUT_FOR_DELIVERY` by own delivery."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.store = opened(folder)
        self.pen = Pen("QUAI-1", clock=self.clock)
        self.rules = AnomalyRules(store=self.store, pen=self.pen)

    def scanned(
        self, number: str, *at: datetime, delivered: datetime | None = None, promised: date | None = None
    ) -> UUID:
        one = order(number, ship_by=None, promised_on=promised)
        self.store.commit(taken_in(self.pen, one))
        ids = {"order_id": one.order_id, "shipment_id": shipment_id(one.order_id)}
        said = [("LOADED", when) for when in at] + ([("DELIVERED", delivered)] if delivered else [])
        facts = [
            replace(self.pen.fact(FactKind.TRACKING_SAID, **ids, carrier="own", code=code, label=""), at=when)
            for code, when in said
        ]
        self.store.commit(Entry(at=self.clock(), facts=tuple(facts)))
        return ids["shipment_id"]

    def kinds(self) -> list[AnomalyKind]:
        rows = self.store.read.page(self.store.read.rows(Filter(only_anomalies=True)))
        return [one.kind for row in rows for one in row.anomalies]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.store.close()


def watching(days: int, **changes: object) -> object:
    threshold = Threshold(watch=days, act=None)
    return replace(NO_SCAN, by_zone={**NO_SCAN.by_zone, Zone.HOME: threshold}, **changes)  # type: ignore[arg-type]


def test_the_book_is_the_default_until_somebody_changes_it(desk: Desk) -> None:
    assert {rule.kind: rule for rule in desk.rules.book()} == DEFAULT
    desk.rules.save(watching(6))  # type: ignore[arg-type]
    assert next(one for one in desk.rules.book() if one.kind is K.NO_SCAN) == watching(6)
    desk.rules.reset(K.NO_SCAN)
    assert {rule.kind: rule for rule in desk.rules.book()} == DEFAULT


def test_a_changed_rule_reaches_what_is_under_way(desk: Desk) -> None:
    desk.scanned("1", NOON - 3 * DAY)  # Friday noon: one working day ago
    assert desk.kinds() == []
    desk.rules.save(watching(1))  # type: ignore[arg-type]
    assert desk.store.judge_due(desk.clock()).shipments
    assert desk.kinds() == [K.NO_SCAN]
    desk.rules.reset(K.NO_SCAN)
    desk.store.judge_due(desk.clock())
    assert desk.kinds() == []


def test_it_holds_after_a_restart(desk: Desk) -> None:
    desk.rules.save(watching(1))  # type: ignore[arg-type]
    desk.store.close()
    desk.store = opened(desk.folder)
    assert desk.store.rules.book[K.NO_SCAN] == watching(1)


def test_a_rule_on_trial_is_counted_and_shown_nowhere(desk: Desk) -> None:
    desk.rules.save(watching(1, mode=Mode.SHADOW))  # type: ignore[arg-type]
    desk.scanned("1", NOON - 4 * DAY)
    assert desk.kinds() == []
    assert desk.rules.fired() == {K.NO_SCAN: 1}


def test_it_acts_no_sooner_than_it_watches(desk: Desk) -> None:
    for bad in (
        replace(NO_SCAN, usual=Threshold(watch=3, act=2)),
        replace(NO_SCAN, exceptions=(RuleException(carrier="x", threshold=Threshold(watch=3, act=2)),)),
    ):
        with pytest.raises(Refused):
            desk.rules.save(bad)


def test_last_week_is_played_again(desk: Desk) -> None:
    """Silent from Monday to Thursday noon a week ago, then delivered: late by its promise, or in time."""
    monday = NOON - 7 * DAY
    desk.scanned("late", monday, delivered=monday + 3 * DAY, promised=(monday + 2 * DAY).date())
    desk.scanned("in-time", monday, delivered=monday + 3 * DAY, promised=(monday + 4 * DAY).date())
    desk.scanned("quick", monday, monday + DAY, delivered=monday + 2 * DAY)
    desk.scanned("open", NOON - 4 * DAY)
    effect = desk.rules.effect(watching(2))  # type: ignore[arg-type]
    assert effect.looked_at == 4
    assert (effect.trial.times, effect.trial.right, effect.trial.wrong) == (3, 1, 1)
    assert effect.in_force.times == 0  # three days
    assert {figure: times for figure, times, _ in effect.by_threshold}[
        1
    ] == 3  # one day is not more than one day
    fired = {day: n for day, n in effect.trial.by_day if n}
    assert fired == {(monday + 2 * DAY).date(): 2, NOON.date(): 1}
    assert len(effect.examples) == 3


def test_a_weekend_fires_nothing_in_the_replay(desk: Desk) -> None:
    """Scanned on Friday noon, again on Monday noon: 72 hours by the clock, one working day."""
    desk.scanned("1", NOON - 3 * DAY, NOON)
    assert desk.rules.effect(watching(2)).trial.times == 0  # type: ignore[arg-type]
