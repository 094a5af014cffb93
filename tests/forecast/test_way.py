"""The walk with scans: every evening as it was known then, the record it leaves, and what a leak would look like."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from tests.forecast.conftest import FIRST
from wismo_desk.domain.foresight import OnTheWay, Warned
from wismo_desk.forecast.backtest import backtest
from wismo_desk.forecast.history_file import HistoryFile, read_history
from wismo_desk.forecast.parcels import NEVER, Floats, Ints, Parcels
from wismo_desk.forecast.scan_file import ScanFile, read_scans
from wismo_desk.forecast.scans import Scan, Scans, order_scans, resume
from wismo_desk.forecast.walk import Foreseen, Walk, refit_days
from wismo_desk.forecast.way import ScanWalk
from wismo_desk.forecast.way_record import write_way
from wismo_desk.practice.histories import EUROPE, MARKETPLACE, World, make_history
from wismo_desk.practice.trails import make_trails


class Told(NamedTuple):
    history: HistoryFile
    scanned: ScanFile

    @property
    def parcels(self) -> Parcels:
        return self.history.parcels


def told(world: World, count: int, days: int, seed: int) -> Told:
    made = make_history(count, first=FIRST, days=days, seed=seed, world=world)
    history = read_history(made.text())
    return Told(history, read_scans(make_trails(made, seed=seed + 1, world=world).text(made), history))


@pytest.fixture(scope="module")
def europe_told() -> Told:
    return told(EUROPE, 14_000, 200, 31)


@pytest.fixture(scope="module")
def marketplace_told() -> Told:
    return told(MARKETPLACE, 12_000, 240, 12)


def walked(parcels: Parcels, scans: Scans, defaults: Floats) -> ScanWalk:
    walk = ScanWalk(Walk(parcels, defaults), scans, defaults)
    walk.run(int(parcels.handed.max()))
    return walk


def another_future(one: Told, day: int) -> tuple[Parcels, Scans]:
    """From `day` on nothing arrives any more, and every scan is a failed attempt."""
    parcels, scans = one.parcels, one.scanned.scans
    delivered = np.where(parcels.delivered >= day, NEVER, parcels.delivered).astype(np.int32)
    closed = np.where(parcels.closed >= day, NEVER, parcels.closed).astype(np.int32)
    kind = np.minimum(scans.scan, Scan.ATTEMPTED)
    kind = np.where((kind > Scan.MOVED) & (kind < Scan.CUSTOMS), Scan.MOVED, kind)
    kind = np.where(scans.day >= day, Scan.ATTEMPTED, kind).astype(np.int32)
    return replace(parcels, delivered=delivered, closed=closed), order_scans(
        scans.parcel, kind, scans.day, NEVER
    )


def same_before(one: Foreseen, other: Foreseen, parcels: Parcels, day: int) -> bool:
    """All alarms of evenings before `day`, and the thresholds that held then."""
    found = []
    for notice, chance in one.alarm.items():
        due = parcels.promised - notice < day
        assert (chance[due] > 0).sum() > 50
        found.append(np.array_equal(chance[due], other.alarm[notice][due]))
        found.append(np.array_equal(one.limit[notice][due], other.limit[notice][due]))
    return all(found)


def test_what_was_said_on_an_evening_does_not_depend_on_later_days(
    europe_told: Told, defaults: Floats
) -> None:
    """Naive twin: a walk that hears every scan three days before it was made is caught by the same look."""
    parcels, scans = europe_told.parcels, europe_told.scanned.scans
    day = refit_days(int(parcels.handed.min()), int(parcels.handed.max()))[16] + 3  # in the middle of a week
    later, later_scans = another_future(europe_told, day)
    one, other = walked(parcels, scans, defaults), walked(later, later_scans, defaults)
    assert same_before(one.foreseen, other.foreseen, parcels, day)
    early = [early_scans(some) for some in (scans, later_scans)]
    leaky = [walked(some, heard, defaults) for some, heard in zip((parcels, later), early, strict=True)]
    assert not same_before(leaky[0].foreseen, leaky[1].foreseen, parcels, day)


def early_scans(scans: Scans) -> Scans:
    until = np.where(scans.until < NEVER, scans.until - 3, NEVER).astype(np.int32)
    return replace(scans, day=scans.day - np.int32(3), until=until)


def test_the_clock_of_each_evening_is_the_one_that_would_have_been_resumed(
    europe_told: Told, defaults: Floats
) -> None:
    parcels, scans = europe_told.parcels, europe_told.scanned.scans
    walk = ScanWalk(Walk(parcels, defaults), scans, defaults)
    first = int(parcels.handed.min())
    for today in range(first, first + 63, 7):
        row, evening = walk._evenings(today, today + 7)
        for ahead in (0, 3, 6):
            morning = today + ahead + 1
            here = row[evening == today + ahead]
            order = np.argsort(walk._clocks.of[here])
            of, found = walk._clocks.of[here][order], walk._clocks.parcels.take(here[order])
            known = scans.day < morning
            heard = Scans(*(column[known] for column in (scans.parcel, scans.scan, scans.day, scans.until)))
            scan, day = heard.last(len(parcels))
            is_open = (parcels.delivered >= morning) & (parcels.closed >= morning) & (scan >= 0)
            which = np.flatnonzero(is_open).astype(np.int32)
            since = resume(parcels.take(which), scan[which], day[which], walk.walk.workdays, morning)
            assert len(which) > 0 and np.array_equal(of, which)
            assert np.array_equal(found.handed, since.handed) and np.array_equal(found.root, since.root)


def at(warned: tuple[Warned, ...], notice: int) -> Warned:
    return next(one for one in warned if one.notice == notice)


@pytest.mark.parametrize("world", ["europe_told", "marketplace_told"])
def test_the_record_of_both_clocks_on_made_up_worlds(
    world: str, defaults: Floats, request: pytest.FixtureRequest
) -> None:
    one: Told = request.getfixturevalue(world)
    test = backtest(one.history, defaults, scanned=one.scanned)
    plain = backtest(one.history, defaults)
    assert (test.whole, test.by_month) == (plain.whole, plain.by_month) and plain.on_the_way is None
    way = test.on_the_way
    assert way is not None and way.after_scan.off is not None and way.from_hand_over.off is not None
    assert way.after_scan.off < 0.95 * way.from_hand_over.off
    assert way.after_scan.covered is not None and 0.79 <= way.after_scan.covered <= 0.87
    assert way.after_scan.inside is not None and 0.77 <= way.after_scan.inside <= 0.9
    full = [month for month in test.on_the_way_by_month if month.after_scan.evenings > 2500]
    assert len(full) >= 6
    for month in full:
        assert month.after_scan.covered is not None and 0.78 <= month.after_scan.covered <= 0.88, month.month
        assert month.from_hand_over.covered is not None
    for notice in (1, 2, 3, 5):
        shown, before = at(way.warned, notice), at(test.whole.warned, notice)
        assert shown.even is not None and shown.naive_even is not None and before.even is not None
        assert shown.even >= before.even - 0.005 and shown.even >= shown.naive_even - 0.005, notice
    ahead = at(way.warned, 5)
    assert ahead.even is not None and ahead.naive_even is not None and ahead.even > ahead.naive_even + 0.1
    assert ahead.false_alarms is not None and 0.03 <= ahead.false_alarms <= 0.065


def test_scans_that_say_nothing_make_the_record_no_better_than_it_was(
    europe_told: Told, defaults: Floats
) -> None:
    """Every parcel has one scan, at its hand-over: nothing is known behind it that was not known before, and the
    record says so."""
    parcels = europe_told.parcels
    one = np.full(len(parcels), Scan.ACCEPTED, dtype=np.int32)
    each = np.arange(len(parcels), dtype=np.int32)
    walk = walked(parcels, order_scans(each, one, parcels.handed, NEVER), defaults)
    way, _ = write_way(walk, walk.walk.end)
    assert way.after_scan.off is not None and way.from_hand_over.off is not None
    assert abs(way.after_scan.off - way.from_hand_over.off) < 0.06


def test_months_add_up_and_few_parcels_have_no_figure(europe_told: Told, defaults: Floats) -> None:
    test = backtest(europe_told.history, defaults, scanned=europe_told.scanned)
    assert test.on_the_way is not None
    assert test.on_the_way.after_scan.evenings == sum(
        month.after_scan.evenings for month in test.on_the_way_by_month
    )
    assert [month.month for month in test.on_the_way_by_month] == [month.month for month in test.by_month]
    few = few_of(europe_told, 3)
    none = backtest(few.history, defaults, scanned=few.scanned).on_the_way
    assert none is not None and none.after_scan.covered is None and none.warned[0] == Warned(notice=1)


def few_of(one: Told, count: int) -> Told:
    some = one.parcels.take(np.arange(count, dtype=np.int32))
    scans = one.scanned.scans
    mine = scans.parcel < count
    heard = Scans(*(column[mine] for column in (scans.parcel, scans.scan, scans.day, scans.until)))
    return Told(HistoryFile(some, count, 0, 0), replace(one.scanned, scans=heard))


def test_without_any_scan_what_is_shown_is_what_the_hand_over_says(
    europe_told: Told, defaults: Floats
) -> None:
    nothing: Ints = np.zeros(0, dtype=np.int32)
    walk = walked(europe_told.parcels, order_scans(nothing, nothing, nothing, NEVER), defaults)
    assert write_way(walk, walk.walk.end)[0].after_scan == OnTheWay().after_scan
    for notice, chance in walk.walk.foreseen.alarm.items():
        assert np.array_equal(walk.foreseen.alarm[notice], chance)
        assert np.array_equal(walk.foreseen.limit[notice], walk.walk.foreseen.limit[notice])
    assert walk.limits == walk.walk.limits


def test_levels_are_corrected_by_parcels_that_somebody_waited_for(
    europe_told: Told, defaults: Floats
) -> None:
    """One that was given up is neither open nor did it arrive."""
    walk = walked(europe_told.parcels, europe_told.scanned.scans, defaults)
    week, today = walk._weeks[-1], int(europe_told.parcels.handed.max())
    never = np.full(len(week.lane), NEVER, dtype=np.int32)
    gave_up = np.arange(len(never)) % 3 == 0
    closed = np.where(gave_up, today - 1, NEVER).astype(np.int32)
    before, by, is_open = replace(week, delivered=never, closed=closed).shares(today)
    assert len(before) == len(by) == len(is_open) == (~gave_up).sum() > 0 and is_open.all()
