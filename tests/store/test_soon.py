"""What is due soon is known without reading the agenda, and nothing that is due is left out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
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
from wismo_desk.store.soon import AHEAD_MS, Soon

AT = to_ms(NOW)
ALL = 1_000_000
MINUTE = 60_000


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Writer, Writer]]:
    """Two files of the same shipments."""
    files = []
    for name in ("kept", "read"):
        file = writer(tmp_path / f"{name}.db", bytes(32), synchronous="OFF")
        with file.begin() as connection:
            t.metadata.create_all(connection)
        chance = random.Random(3)
        fill(file, [{**a_row(chance, n), "verdict": 0, "row": n} for n in range(1, 201)], {})
        files.append(file)
    yield files[0], files[1]
    for file in files:
        file.close()


def said(file: Writer) -> list[Any]:
    """Of every shipment. Not when it is looked at next: some are looked at once too often, and ask again later."""
    return file.run("SELECT row, severity, anomalies, verdict, since_ms FROM shipment ORDER BY row")


def started(file: Writer, rounds: Rounds) -> None:
    with file.begin() as connection:
        ask_for_pass(connection)
    rounds.look(AT, limit=ALL)
    rounds.look(AT, limit=ALL)


class _TakenBack(Exception):
    """What was said in a transaction that did not come about."""


def news(chance: random.Random, at: int) -> Callable[[Writer], None]:
    rows, fails = chance.sample(range(1, 201), 12), chance.random() < 0.3

    def happen(file: Writer) -> None:
        with suppress(_TakenBack), file.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE shipment SET occurred_ms = ? WHERE row IN ({', '.join(map(str, rows[1::2]))})",
                (at - rows[0] * MINUTE,),
            )
            agenda.note(connection, [(row, 0 if n % 2 else at + n * MINUTE) for n, row in enumerate(rows)])
            if fails:
                raise _TakenBack

    return happen


@pytest.mark.parametrize(("many", "kept"), [(2, 100_000), (ALL, 100_000), (2, 3)])
def test_rounds_that_know_what_comes_leave_the_same(
    pair: tuple[Writer, Writer], many: int, kept: int
) -> None:
    book, chance, at = rules(), random.Random(many + kept), AT
    knowing = Rounds(pair[0], lambda: book, many=many, step=0, kept=kept)
    reading = Rounds(pair[1], lambda: book, many=ALL)
    started(pair[0], knowing)
    started(pair[1], reading)
    for _ in range(14):
        at += chance.choice([0, 1, 1, 2, 15, 400]) * MINUTE
        happen = news(chance, at)
        for file in pair:
            happen(file)
        limit = 7 if kept == 3 else ALL
        for _ in range(200 // limit + 1):
            knowing.look(at, limit=limit)
        reading.look(at, limit=ALL)
        assert said(pair[0]) == said(pair[1])
        assert due(pair[0], at) == []


def due(file: Writer, at: int) -> list[int]:
    with file.begin() as connection:
        return agenda.due_rows(connection, at, ALL)


class _Deaf(Soon):
    """The naive twin: hears nothing of what is noted after it has read."""

    def knows(self, connection: Connection, at: int) -> bool:
        connection.info.clear()
        return at <= self._until


@pytest.mark.parametrize("made", [Soon, _Deaf])
def test_what_is_noted_after_the_reading_is_heard(pair: tuple[Writer, Writer], made: type[Soon]) -> None:
    book = rules()
    rounds = Rounds(pair[0], lambda: book, many=2, step=0)
    rounds._soon = made()
    started(pair[0], rounds)
    with pair[0].begin() as connection:
        if made is _Deaf:
            connection.info.clear()
        agenda.look_again(connection, [5, 6])
    rounds.look(AT + MINUTE, limit=ALL)
    assert bool(due(pair[0], 1)) == (made is _Deaf)


def test_a_shipment_that_comes_while_it_begins_is_known(
    pair: tuple[Writer, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written after the last row was asked for, and before hearing begins anew."""
    book, last_row, at = rules(), agenda.last_row, AT + AHEAD_MS + MINUTE
    rounds = Rounds(pair[0], lambda: book, many=2, step=0)
    started(pair[0], rounds)
    with pair[0].begin() as connection:
        agenda.forget(connection, [200])

    def asked(connection: Connection) -> int:
        last = last_row(connection)
        monkeypatch.setattr(agenda, "last_row", last_row)
        with pair[0].begin() as writing:
            agenda.note(writing, [(200, at + MINUTE)])
        return last

    monkeypatch.setattr(agenda, "last_row", asked)
    rounds.look(at, limit=ALL)
    rounds.look(at + MINUTE, limit=ALL)
    assert due(pair[0], at + MINUTE) == []


def test_a_connection_that_tells_nobody_is_read_anew(pair: tuple[Writer, Writer]) -> None:
    book = rules()
    rounds = Rounds(pair[0], lambda: book, many=2, step=0)
    started(pair[0], rounds)
    with pair[0].begin() as connection:
        connection.info.clear()  # as one that was opened anew
        agenda.look_again(connection, [5, 6])
    rounds.look(AT + MINUTE, limit=ALL)
    assert due(pair[0], AT + MINUTE) == []


def test_what_a_broken_round_took_is_found_again(pair: tuple[Writer, Writer]) -> None:
    book = rules()
    rounds = Rounds(pair[0], lambda: book, many=2, step=0, moves=1)
    started(pair[0], rounds)
    with pair[0].begin() as connection:
        agenda.look_again(connection, range(1, 201))

    def fail() -> None:
        pair[0].waits = lambda: None
        raise _TakenBack

    pair[0].waits = fail
    with pytest.raises(_TakenBack):
        rounds.look(AT + MINUTE, limit=ALL)
    rounds.look(AT + MINUTE, limit=ALL)
    assert due(pair[0], AT + MINUTE) == []


def test_more_than_fits_is_not_kept(pair: tuple[Writer, Writer]) -> None:
    soon = Soon()
    with pair[0].begin() as connection:
        until = soon.begin(connection, AT)
        assert until == AT + AHEAD_MS and soon.knows(connection, AT)
        soon.put([(AT, 1)] * 400_001)
        assert not soon.knows(connection, AT)
    assert soon.take(AT, ALL) == []


def test_what_did_not_fit_while_it_was_read_is_not_known_afterwards(pair: tuple[Writer, Writer]) -> None:
    """A burst that is heard between `begin` and `shorten`: the file is asked then."""
    soon = Soon()
    with pair[0].begin() as connection:
        soon.begin(connection, AT)
        soon.put([(AT, 1)] * 400_001)
        soon.shorten(AT + MINUTE)
        assert not soon.knows(connection, AT)


def test_the_last_instant_that_is_known_is_kept(pair: tuple[Writer, Writer]) -> None:
    soon = Soon()
    with pair[0].begin() as connection:
        until = soon.begin(connection, AT)
        soon.put([(until, 5), (until + 1, 6)])
        assert soon.knows(connection, until) and not soon.knows(connection, until + 1)
    assert soon.take(until, ALL) == [5]


def read_through(file: Writer, rounds: Rounds, at: int) -> bool:
    """Whether the round at that instant read the agenda instead of what was kept."""
    with file.begin() as connection:
        knew = rounds._soon.knows(connection, at)
    rounds.look(at, limit=ALL)
    return not knew


class _Late(Rounds):
    """Reads nothing ahead."""

    def _read_ahead(self, readers: Any, at: int) -> None:
        return


def test_of_too_many_the_next_ones_are_kept(pair: tuple[Writer, Writer]) -> None:
    """Four in each minute and half of the rows, room for twenty: five minutes of them are known."""
    book = rules()
    rounds = _Late(pair[0], lambda: book, many=ALL, step=0, kept=20)
    with pair[0].begin() as connection:
        agenda.forget(connection, range(1, 201))
        agenda.note(connection, [(row, AT + (row - 1) % 100 // 4 * MINUTE) for row in range(1, 201)])
    rounds.look(AT - 1, limit=7)
    assert [minute for minute in range(5) if read_through(pair[0], rounds, AT + minute * MINUTE)] == [4]
    assert due(pair[0], AT + 4 * MINUTE) == []


def test_a_limit_that_nobody_reaches_leaves_none_out(
    pair: tuple[Writer, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More is due than is ever kept: it comes in pieces."""
    monkeypatch.setattr("wismo_desk.store.rounds.MOST", 30)
    monkeypatch.setattr("wismo_desk.store.soon.MOST", 30)
    book = rules()
    rounds = Rounds(pair[0], lambda: book, many=2, step=0)
    with pair[0].begin() as connection:
        agenda.look_again(connection, range(1, 201))
    for _ in range(200 // 30 + 2):
        rounds.look(AT, limit=ALL)
    assert due(pair[0], AT) == []
