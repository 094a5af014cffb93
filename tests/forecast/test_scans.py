"""After a scan the clock starts at the scan: leak-free, covering what it promises, nearer than from the hand-over."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from tests.forecast.conftest import FIRST
from wismo_desk.forecast import lanes
from wismo_desk.forecast import scans as scans_module
from wismo_desk.forecast.encoder import Encoder, Words
from wismo_desk.forecast.model import Outlook, learn
from wismo_desk.forecast.parcels import NEVER, Flags, Floats, Ints, Parcels
from wismo_desk.forecast.scans import SILENCES, Scan, Scans, learn_scans, order_scans, restart, resume
from wismo_desk.forecast.workdays import Workdays
from wismo_desk.practice.histories import EUROPE, make_history
from wismo_desk.practice.trails import LEFT, make_trails

EPOCH = 719163
KIND = {
    "accepted": Scan.ACCEPTED,
    "in_transit": Scan.MOVED,
    "out_for_delivery": Scan.OUT,
    "delivery_attempted": Scan.ATTEMPTED,
}
MONDAY = FIRST.toordinal() - EPOCH


def ints(*values: int) -> Ints:
    return np.array(values, dtype=np.int32)


class Lived(NamedTuple):
    """A history with its scans; `left`: the truth behind a hub near the customer."""

    parcels: Parcels
    parcel: Ints
    kind: Ints
    day: Ints
    left: Ints

    def scans(self, today: int) -> Scans:
        known = self.day < today
        return order_scans(self.parcel[known], self.kind[known], self.day[known], NEVER)

    def open(self, today: int) -> Flags:
        here = self.parcels.handed < today
        return here & (self.parcels.delivered >= today) & (self.parcels.closed >= today)


@pytest.fixture(scope="module")
def lived() -> Lived:
    history = make_history(16000, first=FIRST, days=200, seed=21, world=EUROPE)
    trails = make_trails(history, seed=22, world=EUROPE)

    def days(column: np.ndarray) -> Ints:
        return np.where(column > 900_000, NEVER, column - EPOCH).astype(np.int32)

    words = Words(carrier=history.carrier, service=history.service, zone=history.zone, origin=history.origin)
    parcels = Encoder().encode(
        words,
        handed=days(history.handed),
        promised=days(history.promised),
        delivered=days(history.delivered),
        closed=days(history.closed),
    )
    kind = np.array([KIND[status] for status in trails.status], dtype=np.int32)
    return Lived(
        parcels, trails.parcel.astype(np.int32), kind, days(trails.day), trails.left.astype(np.int32)
    )


def as_known(parcels: Parcels, today: int) -> Parcels:
    return replace(
        parcels,
        delivered=np.where(parcels.delivered < today, parcels.delivered, NEVER).astype(np.int32),
        closed=np.where(parcels.closed < today, parcels.closed, NEVER).astype(np.int32),
    )


def looked(lived: Lived, defaults: Floats, today: int) -> tuple[Ints, Outlook, Outlook]:
    """The open ones whose last scan is known, by the clock of their scan and by that of the hand-over."""
    parcels, scans = as_known(lived.parcels, today), lived.scans(today)
    model = learn(parcels, defaults, today)
    found = learn_scans(parcels, scans, model, defaults)
    assert found is not None
    scan, day = scans.last(len(parcels))
    which = np.flatnonzero(lived.open(today) & (scan >= 0)).astype(np.int32)
    since = resume(parcels.take(which), scan[which], day[which], model.workdays, today)
    return which, found.foresee_others(since, today), model.foresee(which)


DAYS = range(MONDAY + 110, MONDAY + 190, 6)


def together(found: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(found)


def test_spans_after_a_scan_cover_what_they_promise_and_are_nearer(lived: Lived, defaults: Floats) -> None:
    """Of what is more likely to come than not, as windows show it."""
    inside: list[np.ndarray] = []
    covered: list[np.ndarray] = []
    off: list[np.ndarray] = []
    off_before: list[np.ndarray] = []
    for today in DAYS:
        which, seen, before = looked(lived, defaults, today)
        came = lived.parcels.delivered[which]
        shown = seen.lost < 0.5
        inside.append(((came >= seen.low) & (came <= seen.high))[shown])
        covered.append((came <= seen.safe)[shown])
        arrives = came < NEVER
        off.append(np.abs(seen.likely - came)[arrives])
        off_before.append(np.abs(before.likely - came)[arrives])
    assert 0.79 <= together(covered).mean() <= 0.9
    assert 0.8 <= together(inside).mean() <= 0.92
    assert together(off).mean() < 0.85 * together(off_before).mean()


def test_behind_the_hub_near_the_customer_the_known_truth_is_found(lived: Lived, defaults: Floats) -> None:
    """The hub speaks so many working days before the door, whatever lies behind; from the hand-over nobody knows."""
    today = DAYS[-1]
    model = learn(as_known(lived.parcels, today), defaults, today)
    found = learn_scans(as_known(lived.parcels, today), lived.scans(today), model, defaults)
    assert found is not None
    some = lived.parcels.take(np.arange(400, dtype=np.int32))
    tuesday = np.full(400, today - (today + 2) % 7, dtype=np.int32)
    again = np.full(400, Scan.MOVED_AGAIN, dtype=np.int32)
    since = resume(some, again, tuesday, model.workdays, int(tuesday[0]))
    survival = np.concatenate(found.table.survival)
    level, number = found.lanes.find(since.root, since.chain)
    rows = (np.r_[0, np.cumsum(found.lanes.sizes)][level] + number)[level == level.max()]
    arrived = 1 - survival[rows].mean(axis=0)
    whole = lived.scans(NEVER)
    left = whole_left(lived)[whole.scan == Scan.MOVED_AGAIN]
    assert len(left) > 3000 and set(left.tolist()) <= {days for days, _ in LEFT}
    for days, _ in LEFT[:2]:
        assert abs(arrived[days + 1] - (left <= days).mean()) < 0.03


def whole_left(lived: Lived) -> Ints:
    """The truth beside the scans of the whole history, in their order."""
    order = np.argsort(lived.parcel, kind="stable")
    return lived.left[order]


LONG = 10  # working days since the hand-over


def lost_of_the_silent(lived: Lived, defaults: Floats) -> tuple[float, float, float]:
    """Of parcels open for long: the chance of loss said after their scans and by the hand-over, and what was lost."""
    said: list[np.ndarray] = []
    before: list[np.ndarray] = []
    truth: list[np.ndarray] = []
    for today in DAYS:
        which, seen, hand_over = looked(lived, defaults, today)
        long = hand_over.gone >= LONG
        said.append(seen.lost[long])
        before.append(hand_over.lost[long])
        truth.append(lived.parcels.delivered[which][long] == NEVER)
    return together(said).mean(), together(before).mean(), together(truth).mean()


def test_parcels_long_silent_are_said_to_be_lost(
    lived: Lived, defaults: Floats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naive twin: what is assumed counts as much on every single day, so that the assumption, which knows few losses,
    speaks louder than the few that are silent for weeks."""
    said, before, lost = lost_of_the_silent(lived, defaults)
    assert lost > 0.85
    assert abs(said - lost) < 0.08
    assert abs(before - lost) < 0.08
    monkeypatch.setattr(lanes, "_open_of", np.ones_like)
    monkeypatch.setattr(scans_module, "share_silent", lambda _defaults: None)
    naive, naive_before, _ = lost_of_the_silent(lived, defaults)
    assert naive < lost - 0.3
    assert naive_before < lost - 0.2


def test_silence_is_heard_and_a_clock_deaf_to_it_is_caught(lived: Lived, defaults: Floats) -> None:
    """Naive twin: from the scan on as if every open parcel were alike. Of those silent for three working days it
    expects the most part too early."""
    said: list[np.ndarray] = []
    deaf_said: list[np.ndarray] = []
    early: list[np.ndarray] = []
    deaf_early: list[np.ndarray] = []
    for today in DAYS:
        parcels, scans = as_known(lived.parcels, today), lived.scans(today)
        model = learn(parcels, defaults, today)
        found = learn_scans(parcels, scans, model, defaults)
        assert found is not None
        scan, day = scans.last(len(parcels))
        known = lived.open(today) & (scan == Scan.MOVED) & (lived.parcels.delivered < NEVER)
        which = np.flatnonzero(known).astype(np.int32)
        since = resume(parcels.take(which), scan[which], day[which], model.workdays, today)
        silent = since.root // 3 % len(SILENCES) >= 2
        which, since = which[silent], since.take(silent)
        none = np.zeros(len(which), dtype=np.int32)
        deaf = replace(
            parcels.take(which),
            root=scan[which] * np.int32(3 * len(SILENCES)) + parcels.root[which],
            chain=(
                parcels.chain[0][which] * np.int32(54) + scan[which] * np.int32(6),
                none,
                parcels.chain[2][which],
                none,
            ),
            handed=day[which],
        )
        came = lived.parcels.delivered[which]
        for one, share, soon in ((since, said, early), (deaf, deaf_said, deaf_early)):
            seen = found.foresee_others(one, today)
            share.append(came <= seen.safe)
            soon.append(came - seen.likely)
    assert 0.78 <= together(said).mean() <= 0.92
    assert together(deaf_said).mean() < together(said).mean() - 0.05
    assert np.abs(together(early)).mean() < np.abs(together(deaf_early)).mean()


def test_what_is_said_on_a_day_does_not_depend_on_later_ones(lived: Lived, defaults: Floats) -> None:
    today = DAYS[3]
    later = lived.day >= today
    changed = lived._replace(
        kind=np.where(later, Scan.ATTEMPTED, lived.kind).astype(np.int32),
        parcels=replace(
            lived.parcels,
            delivered=np.where(lived.parcels.delivered >= today, NEVER, lived.parcels.delivered).astype(
                np.int32
            ),
            closed=np.where(lived.parcels.closed >= today, NEVER, lived.parcels.closed).astype(np.int32),
        ),
    )
    model = learn(lived.parcels, defaults, today)
    whole = order_scans(
        lived.parcel, lived.kind, lived.day, NEVER
    )  # later scans too: they must not be looked at
    one = restart(lived.parcels, whole, model.workdays, today)
    other_scans = order_scans(changed.parcel, changed.kind, changed.day, NEVER)
    other = restart(changed.parcels, other_scans, model.workdays, today)
    for name in ("handed", "root", "carrier"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    which, seen, _ = looked(lived, defaults, today)
    which_other, seen_other, _ = looked(changed, defaults, today)
    assert np.array_equal(which, which_other) and np.array_equal(seen.high, seen_other.high)
    assert np.array_equal(seen.late, seen_other.late, equal_nan=True)


def test_scans_on_the_way_are_told_apart_by_their_day() -> None:
    parcel = ints(1, 0, 0, 0, 0, 0, 1)
    scan = ints(Scan.MOVED, Scan.ACCEPTED, Scan.MOVED, Scan.MOVED, Scan.OUT, Scan.MOVED, Scan.MOVED)
    found = order_scans(parcel, scan, ints(8, 7, 7, 7, 8, 8, 12), NEVER)
    assert found.parcel.tolist() == [0, 0, 0, 0, 1, 1]
    named = [Scan.ACCEPTED, Scan.MOVED, Scan.OUT, Scan.MOVED_AGAIN, Scan.MOVED, Scan.MOVED_AGAIN]
    assert found.scan.tolist() == named
    assert found.until.tolist() == [7, 8, 8, NEVER, 12, NEVER]
    assert [column.tolist() for column in found.last(3)] == [[Scan.MOVED_AGAIN] * 2 + [-1], [8, 12, -1]]


def test_clocks_start_at_each_silence_that_lasted_and_resume_agrees() -> None:
    """A parcel scanned on Monday, heard of again on Friday; open still on the second Wednesday."""
    none = ints(0)
    parcels = Parcels(
        carrier=none, carriers=("x",), root=none, chain=(none, none, none, none),
        handed=ints(MONDAY), promised=ints(MONDAY + 9), delivered=ints(NEVER), closed=ints(NEVER),
    )  # fmt: skip
    days = Workdays(np.array([[1, 1, 1, 1, 1, 0, 0]], dtype=np.bool_), MONDAY, MONDAY + 30)
    scans = order_scans(ints(0, 0), ints(Scan.MOVED, Scan.MOVED), ints(MONDAY, MONDAY + 4), NEVER)
    found = restart(parcels, scans, days, MONDAY + 9)
    started = sorted(zip((found.handed - MONDAY).tolist(), (found.root // 3).tolist(), strict=True))
    one, two = Scan.MOVED * 6, Scan.MOVED_AGAIN * 6
    assert started == [
        (0, one),
        (1, one + 1),
        (2, one + 2),
        (3, one + 3),
        (4, two),
        (7, two + 1),
        (8, two + 2),
    ]
    for today, start, mark in ((4, 3, one + 3), (5, 4, two), (7, 4, two), (8, 7, two + 1), (9, 8, two + 2)):
        known = order_scans(ints(0, 0)[: 1 + (today > 4)], ints(1, 1)[: 1 + (today > 4)],
                            ints(MONDAY, MONDAY + 4)[: 1 + (today > 4)], NEVER)  # fmt: skip
        last = resume(parcels, *known.last(1), days, MONDAY + today)
        assert (last.handed[0] - MONDAY, last.root[0] // 3) == (start, mark)


def test_without_scans_there_is_no_such_clock(lived: Lived, defaults: Floats) -> None:
    model = learn(lived.parcels, defaults, DAYS[0])
    nothing = order_scans(ints(), ints(), ints(), NEVER)
    assert learn_scans(lived.parcels, nothing, model, defaults) is None
    assert nothing.last(2)[0].tolist() == [-1, -1]
    few = order_scans(ints(3), ints(Scan.OUT), ints(int(lived.parcels.handed[3])), NEVER)
    found = learn_scans(lived.parcels, few, model, defaults)
    assert found is not None
