"""The half hour that follows is read in pieces before it begins, and as much is known of it as by one whole reading."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.store.situations_rig import NOW, a_row, fill, rules
from wismo_desk.domain.anomaly import to_ms
from wismo_desk.store import agenda
from wismo_desk.store import main_tables as t
from wismo_desk.store.engine import Writer, writer
from wismo_desk.store.rounds import Rounds, ask_for_pass
from wismo_desk.store.soon import AHEAD_MS, LEAD_MS, Piece, Soon

AT = to_ms(NOW)
ALL = 1_000_000
MINUTE = 60_000
ROWS = 160


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Writer, Writer]]:
    """Two files of the same shipments."""
    files = []
    for name in ("kept", "read"):
        file = writer(tmp_path / f"{name}.db", bytes(32), synchronous="OFF")
        with file.begin() as connection:
            t.metadata.create_all(connection)
        chance = random.Random(3)
        fill(file, [{**a_row(chance, n), "verdict": 0, "row": n} for n in range(1, ROWS + 1)], {})
        files.append(file)
    yield files[0], files[1]
    for file in files:
        file.close()


class _Counting(Soon):
    """How often everything was read through."""

    begun = 0

    def begin(self, connection: Connection, at: int) -> int:
        self.begun += 1
        return super().begin(connection, at)


class _Deaf(_Counting):
    """The naive twin: what is noted of the next half hour while its pieces are read is not heard."""

    def put(self, pairs: Sequence[Sequence[int]]) -> None:
        super().put([pair for pair in pairs if pair[0] <= self._until])


def noted(file: Writer, pairs: Sequence[tuple[int, int]]) -> None:
    with file.begin() as connection:
        agenda.note(connection, pairs)


def due(file: Writer, at: int) -> list[int]:
    with file.begin() as connection:
        return agenda.due_rows(connection, at, ALL)


def happen(pair: tuple[Writer, Writer], chance: random.Random, at: int) -> None:
    """Of a shipment something is heard, and some are looked at at another instant."""
    some = chance.sample(range(1, ROWS + 1), 4)
    when = [(some[0], 0), *((row, at + chance.choice([0, 3, 20, 45]) * MINUTE) for row in some[1:])]
    for file in pair:
        with file.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE shipment SET occurred_ms = ? WHERE row = ?", (at - some[0] * MINUTE, some[0])
            )
            agenda.note(connection, when)


def ticked(pair: tuple[Writer, Writer], made: type[_Counting], seed: int) -> tuple[int, bool]:
    """Two hours of ticks: how often everything was read, and whether something was ever left out."""
    book, chance, at = rules(), random.Random(seed), AT
    knowing = Rounds(pair[0], lambda: book, many=8, step=0, ahead=1)
    knowing._soon = soon = made()
    reading = Rounds(pair[1], lambda: book, many=ALL)
    for file, rounds in zip(pair, (knowing, reading), strict=True):
        with file.begin() as connection:
            ask_for_pass(connection)
        rounds.look(at, limit=ALL)
    left_out = False
    while at < AT + 130 * MINUTE:
        at += chance.choice([MINUTE // 2, MINUTE // 2, MINUTE])
        happen(pair, chance, at)
        knowing.look(at, limit=ALL)
        reading.look(at, limit=ALL)
        left_out |= due(pair[0], at) != []
    for file, rounds in zip(pair, (knowing, reading), strict=True):
        noted(file, [(row, 0) for row in range(1, ROWS + 1)])  # who looks too often sees some things sooner
        rounds.look(at, limit=ALL)
    shown = "SELECT row, severity, anomaly, verdict FROM shipment ORDER BY row"
    left_out |= pair[0].run(shown) != pair[1].run(shown)
    return soon.begun, left_out


@pytest.mark.parametrize("seed", range(2))
def test_read_ahead_nothing_is_left_out_and_nothing_read_through(
    pair: tuple[Writer, Writer], seed: int
) -> None:
    begun, left_out = ticked(pair, _Counting, seed)
    assert not left_out
    assert begun == 1  # at the start


def test_unheard_something_is_left_out(pair: tuple[Writer, Writer]) -> None:
    assert ticked(pair, _Deaf, 0)[1]


def began(file: Writer, soon: Soon) -> int:
    """Knows of half an hour; until when."""
    with file.begin() as connection:
        until = soon.begin(connection, AT)
        soon.put(agenda.due_among(connection, 0, ROWS, until, ALL))
    return until


def piece_of(file: Writer, soon: Soon, at: int, size: int) -> Piece | None:
    with file.begin() as connection:
        assert soon.knows(connection, at)
        return soon.next_piece(at, agenda.last_row(connection), size)


def read(file: Writer, soon: Soon, piece: Piece, most: int = ALL) -> None:
    with file.begin() as connection:
        found = agenda.due_among(connection, piece.after, piece.last, piece.until, most, since=piece.since)
    soon.add(piece, found, found[-1][0] - 1 if len(found) == most else piece.until)


@pytest.mark.parametrize("seed", range(8))
def test_pieces_come_to_what_the_whole_reading_finds(pair: tuple[Writer, Writer], seed: int) -> None:
    """Whatever is noted between any two of them."""
    chance, file, soon = random.Random(seed), pair[0], Soon()
    instants = [chance.randrange(AT, AT + 3 * AHEAD_MS) for _ in range(ROWS)]
    noted(file, [(row, when) for row, when in enumerate(instants, 1)])
    until = began(file, soon)
    while (piece := piece_of(file, soon, until - LEAD_MS, chance.choice([1, 20, 70]))) is not None:
        for _ in range(chance.randrange(4)):
            row, when = chance.randrange(1, ROWS + 20), chance.randrange(AT, AT + 3 * AHEAD_MS)
            noted(file, [(row, when)])
        read(file, soon, piece)
    assert soon._until == until + AHEAD_MS
    with file.begin() as connection:
        assert soon.knows(connection, until + AHEAD_MS)
        whole = agenda.due_among(connection, 0, ROWS + 20, until + AHEAD_MS, ALL)
    known = {(when, row) for when, row in soon._sorted + soon._fresh}
    assert {(when, row) for when, row in whole} <= known
    assert set(due(file, until + AHEAD_MS)) <= set(soon.take(until + AHEAD_MS, ALL))


def test_before_its_time_nothing_is_read(pair: tuple[Writer, Writer]) -> None:
    soon = Soon()
    until = began(pair[0], soon)
    assert piece_of(pair[0], soon, until - LEAD_MS - 1, 10) is None
    assert soon.next_piece(until + 1, ROWS, 10) is None


def test_a_tick_that_comes_late_reads_the_rest(pair: tuple[Writer, Writer]) -> None:
    """The bench slept: a part was read, and the half hour it belongs to has begun."""
    book, file = rules(), pair[0]
    rounds = Rounds(file, lambda: book, many=ALL, step=0, ahead=1)
    rounds._soon = soon = _Counting()
    noted(file, [(row, AT + AHEAD_MS + row * 1_000) for row in range(1, ROWS + 1)])
    rounds.look(AT, limit=ALL)
    until = soon._until
    rounds.look(until - MINUTE, limit=ALL)
    assert 0 < soon._read < ROWS
    assert soon.rest(until) is None
    rounds.look(until + 10 * MINUTE, limit=ALL)
    assert due(file, until + 10 * MINUTE) == []
    assert (soon.begun, soon._until) == (1, until + AHEAD_MS)
    rounds.look(until + 2 * AHEAD_MS, limit=ALL)  # it slept for long: nothing helps
    assert soon.begun == 2


def test_of_too_much_that_follows_the_first_is_known(
    pair: tuple[Writer, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wismo_desk.store.soon.MOST", 100)
    file, soon = pair[0], Soon()
    noted(file, [(row, AT + AHEAD_MS + row * 10_000) for row in range(1, ROWS + 1)])
    until = began(file, soon)
    while (piece := piece_of(file, soon, until, 16)) is not None and soon._until == until:
        read(file, soon, piece)
    assert until < soon._until < until + AHEAD_MS
    assert set(due(file, soon._until)) == set(soon.take(soon._until, ALL))
    assert len(due(file, soon._until)) >= 20


def test_of_all_at_one_instant_nothing_is_known_and_nothing_lost(pair: tuple[Writer, Writer]) -> None:
    file, soon = pair[0], Soon()
    noted(file, [(row, AT + AHEAD_MS + 1) for row in range(1, ROWS + 1)])
    until = began(file, soon)
    piece = piece_of(file, soon, until, ROWS)
    assert piece is not None
    read(file, soon, piece, most=5)
    assert soon._until == until
    assert piece_of(file, soon, until, ROWS) is None  # once is enough: then everything is read through
    with file.begin() as connection:
        assert not soon.knows(connection, until + 1)


def test_what_is_forgotten_while_a_piece_is_read_stays_so(pair: tuple[Writer, Writer]) -> None:
    file, soon = pair[0], Soon()
    until = began(file, soon)
    piece: Any = piece_of(file, soon, until, 10)
    soon.forget()
    read(file, soon, piece)
    assert soon.take(until + AHEAD_MS, ALL) == []
    with file.begin() as connection:
        assert not soon.knows(connection, AT)
