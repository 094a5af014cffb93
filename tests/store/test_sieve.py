"""The rules by arrays give what the rules one by one give: the same verdict, the same next instant."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.situations_rig import NOW, PARIS, K, a_row, calendars, fill, rules
from wismo_desk.domain.anomaly import AnomalyKind, Situation, judge, to_ms
from wismo_desk.domain.working_days import WorkingTime
from wismo_desk.store import main_tables as t
from wismo_desk.store.engine import Writer, writer
from wismo_desk.store.judging import EVERYTHING, WIDTH
from wismo_desk.store.sieve import Sieve
from wismo_desk.store.situation_columns import NONE, Books
from wismo_desk.store.worked_columns import Clock


@pytest.fixture
def file(tmp_path: Path) -> Any:
    made = writer(tmp_path / "main.db", bytes(32), synchronous="OFF")
    with made.begin() as connection:
        t.metadata.create_all(connection)
    yield made
    made.close()


@pytest.mark.parametrize("seed", range(4))
def test_random_shipments_are_judged_alike(file: Writer, seed: int) -> None:
    chance, at, book = random.Random(seed), to_ms(NOW), rules()
    seen = 20_000_000 if seed == 3 else 0  # by this desk, before
    rows = [row | {"row": row["row"] + seen} for row in (a_row(chance, n) for n in range(1, 4001))]
    fill(
        file,
        rows,
        {
            row["row"]: chance.choice([None, 0, to_ms(NOW) + row["row"]])
            for row in rows
            if chance.random() < 0.9
        },
    )
    books, sieve = Books(), Sieve(book)
    with file.beside() as reading:
        facts = books.read(reading, "shipment.row > ? AND shipment.row <= ?", (0, 1 << 40))
        plain = {one[WIDTH]: one for one in reading.exec_driver_sql(EVERYTHING).all()}
    verdict, again, rare = sieve.judge(at, facts, books)
    assert sorted(facts.row.tolist()) == sorted(plain)
    assert 0.05 < rare.mean() < 0.45  # most are judged by arrays
    for n, row in enumerate(facts.row.tolist()):
        one = plain[row]
        truth = judge(at, Situation._make(one[:WIDTH]), book)
        assert int(facts.again[n]) == (NONE if one[WIDTH + 3] is None else one[WIDTH + 3]) or rare[n], one
        if not rare[n]:
            assert int(facts.verdict[n]) == one[WIDTH + 2], one
            assert (int(verdict[n]), int(again[n])) == (
                truth.verdict,
                NONE if truth.again is None else truth.again,
            ), one


def test_every_kind_that_arrays_judge_is_met(file: Writer) -> None:
    """The test above would prove little of a rule that never holds in it."""
    chance, at, book = random.Random(9), to_ms(NOW), rules()
    rows = [a_row(chance, n) for n in range(1, 6001)]
    fill(file, rows, {})
    with file.beside() as reading:
        books = Books()
        facts = books.read(reading, "shipment.row > ?", (0,))
    verdict, again, rare = Sieve(book).judge(at, facts, books)
    digits = {kind: verdict[~rare] // 6**n % 6 for n, kind in enumerate(AnomalyKind)}
    never = {kind for kind, found in digits.items() if not found.any()}
    assert never == {
        K.DOUBLE_LABEL,
        K.LOST,
        K.CONTESTED,
        K.DAMAGED,
        K.CLAIM_DUE,
        K.CARRIER_TROUBLE,
        K.ADDRESS_DOUBTFUL,
    }
    assert (again[~rare] != NONE).any() and (digits[K.PICKUP_WAITING] == 5).any()


def test_words_for_which_there_is_no_room_are_judged_one_by_one(file: Writer) -> None:
    chance = random.Random(3)
    rows = [
        a_row(chance, n) | {"row": n, "carrier": f"c{n}", "care": "", "snoozed_ms": None}
        for n in range(1, 201)
    ]
    fill(file, rows, {})
    with file.beside() as reading:
        books = Books()
        facts = books.read(reading, "shipment.row > ?", (0,))
    _, _, rare = Sieve(rules()).judge(to_ms(NOW), facts, books)
    assert rare.sum() >= 200 - 63
    assert not rare.all()


def test_nothing_is_read_of_nobody(file: Writer) -> None:
    with file.beside() as reading:
        books = Books()
        facts = books.read(reading, "shipment.row > ?", (0,))
    found = Sieve(rules())(to_ms(NOW), facts, books)
    assert len(facts) == len(found.moved) == len(found.open) == 0


CALENDARS = calendars()
PLACES = {
    "here": CALENDARS.here(),
    "FR": CALENDARS.of("FR"),
    "FR-57": CALENDARS.of("FR-57"),
    "sea": WorkingTime(date(2026, 1, 1), date(2026, 12, 31), PARIS, lambda _day: True),
}
CLOCKS = {name: Clock(place) for name, place in PLACES.items()}
BEYOND = st.integers(to_ms(datetime(2025, 12, 20, tzinfo=PARIS)), to_ms(datetime(2027, 1, 10, tzinfo=PARIS)))


@given(st.sampled_from(sorted(PLACES)), BEYOND, st.integers(0, 40 * 86_400_000) | st.just(86_400_000))
def test_worked_time_by_arrays(name: str, start: int, length: int) -> None:
    place, clock = PLACES[name], CLOCKS[name]
    assert clock.worked(np.array([start]))[0] == place.worked(start)
    assert clock.after(np.array([start]), np.array([length]))[0] == place.after(start, length)
    day = datetime.fromtimestamp(start / 1000, PARIS).date()
    assert clock.end_of(np.array([day.toordinal()]))[0] == place.end_of(day.isoformat())
