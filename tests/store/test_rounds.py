"""Rounds by arrays leave the file as rounds one by one do, whoever writes meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.situations_rig import NOW, a_row, fill, rules
from wismo_desk.domain.anomaly import Rules, to_ms
from wismo_desk.store import agenda
from wismo_desk.store import main_tables as t
from wismo_desk.store.engine import Writer, writer
from wismo_desk.store.pace import Pace
from wismo_desk.store.rounds import Rounds, _Asked, _Read, ask_for_pass

AT = to_ms(NOW)
ALL = 1_000_000
PLAIN = 1_000_000  # from so many on: never
HOUR = 3_600_000
_FILES: list[Writer] = []


@pytest.fixture(autouse=True)
def _closed() -> Any:
    yield
    while _FILES:
        _FILES.pop().close()


def filled(folder: Path, *, seed: int, count: int, few_rare: bool = False) -> Writer:
    folder.mkdir()
    file = writer(folder / "main.db", bytes(32), synchronous="OFF")
    _FILES.append(file)
    with file.begin() as connection:
        t.metadata.create_all(connection)
    chance = random.Random(seed)
    rows = [{**a_row(chance, n), "verdict": 0, "row": n} for n in range(1, count + 1)]
    if few_rare:
        plain = {
            "status": "in_transit",
            "reason": "",
            "care": "",
            "snoozed_ms": None,
            "claim_on": "",
            "twin": None,
        }
        rows = [{**row, **plain, "carrier": "colissimo", "occurred_ms": AT - HOUR} for row in rows]
    fill(file, rows, {})
    return file


def everything(file: Writer) -> list[list[Any]]:
    names = "row, severity, anomaly, anomalies, verdict, triage, detail, since_ms"
    return [
        file.run(f"SELECT {names} FROM shipment ORDER BY row"),
        file.run("SELECT row, next_check_ms FROM agenda WHERE next_check_ms IS NOT NULL ORDER BY row"),
        file.run("SELECT * FROM episode ORDER BY shipment_id, kind, opened_ms"),
    ]


def passed(file: Writer, rounds: Rounds, at: int) -> frozenset[Any]:
    with file.begin() as connection:
        ask_for_pass(connection)
    return rounds.look(at, limit=ALL)


@pytest.mark.parametrize("seed", range(2))
def test_a_pass_and_the_rounds_after_it_leave_the_same(tmp_path: Path, seed: int) -> None:
    book = rules()
    arrays, plain = (filled(tmp_path / name, seed=seed, count=1200) for name in ("arrays", "plain"))
    by_arrays, one_by_one = Rounds(arrays, lambda: book, many=2), Rounds(plain, lambda: book, many=PLAIN)
    assert passed(arrays, by_arrays, AT) == passed(plain, one_by_one, AT)
    assert everything(arrays) == everything(plain)
    for hours in (1, 5, 30, 200):
        at = AT + hours * HOUR
        changed = by_arrays.look(at, limit=ALL)
        assert changed == one_by_one.look(at, limit=ALL)
        assert everything(arrays) == everything(plain)
        with arrays.begin() as connection:
            assert agenda.due_rows(connection, at, 10) == []
    assert passed(arrays, by_arrays, at) == frozenset()  # nothing differs any more


def test_what_a_pass_finds_different_comes_in_pieces(tmp_path: Path) -> None:
    book = rules()
    arrays, plain = (filled(tmp_path / name, seed=5, count=600) for name in ("arrays", "plain"))
    one_by_one = Rounds(plain, lambda: book, many=PLAIN)
    changed = passed(plain, one_by_one, AT)
    rounds = Rounds(arrays, lambda: book, many=2)
    with arrays.begin() as connection:
        ask_for_pass(connection)
    pieces = []
    while found := rounds.look(AT, limit=150):
        pieces.append(found)
        assert len(found) <= 150
    assert len(pieces) > 2 and frozenset().union(*pieces) == changed
    assert everything(arrays) == everything(plain)


def meanwhile(file: Writer, work: Callable[[], None]) -> None:
    """Done once, at the first pause of a round."""

    def wait() -> None:
        file.waits = lambda: None
        work()

    file.waits = wait


def scanned(file: Writer) -> Callable[[], None]:
    """The last of them was seen by its carrier just now, and its next look follows from that."""

    def scan() -> None:
        last = file.run("SELECT max(row) FROM shipment")[0][0]
        with file.begin() as connection:
            connection.exec_driver_sql("UPDATE shipment SET occurred_ms = ? WHERE row = ?", (AT, last))

    return scan


def test_what_is_scanned_during_a_round_is_read_anew(tmp_path: Path) -> None:
    book = rules()
    arrays, plain = (
        filled(tmp_path / name, seed=7, count=400, few_rare=True) for name in ("arrays", "plain")
    )
    meanwhile(arrays, scanned(arrays))
    passed(arrays, Rounds(arrays, lambda: book, many=2, moves=10), AT)
    scanned(plain)()
    passed(plain, Rounds(plain, lambda: book, many=PLAIN), AT)
    assert everything(arrays) == everything(plain)


class _Careless(Rounds):
    """The naive twin: it writes what it once read."""

    def _read(self, free: Any, piece: _Asked) -> _Read:
        read = super()._read(free, piece)
        return _Read(mark=0, facts=read.facts)

    def _move(self, found: Any, mark: int) -> bool:
        with self._writer.begin() as connection:
            raw: Any = connection.connection.driver_connection
            self._own = raw.total_changes - mark
        return super()._move(found, mark)


def test_a_careless_round_writes_what_it_once_read(tmp_path: Path) -> None:
    book = rules()
    arrays, plain = (
        filled(tmp_path / name, seed=7, count=400, few_rare=True) for name in ("arrays", "plain")
    )
    rounds = _Careless(arrays, lambda: book, many=2, moves=10)

    def scan_and_forget() -> None:
        scanned(arrays)()
        with arrays.begin() as connection:
            raw: Any = connection.connection.driver_connection
            rounds._own = raw.total_changes

    meanwhile(arrays, scan_and_forget)
    passed(arrays, rounds, AT)
    scanned(plain)()
    passed(plain, Rounds(plain, lambda: book, many=PLAIN), AT)
    assert everything(arrays) != everything(plain)


def test_rules_that_change_during_a_pass_begin_it_anew(tmp_path: Path) -> None:
    now: list[Rules] = [rules()]
    other = Rules(zone=now[0].zone, calendars=now[0].calendars)
    arrays, plain = (filled(tmp_path / name, seed=11, count=400) for name in ("arrays", "plain"))

    def change() -> None:
        now[0] = other
        with arrays.begin() as connection:
            ask_for_pass(connection)

    meanwhile(arrays, change)
    passed(arrays, Rounds(arrays, lambda: now[0], many=2), AT)
    passed(plain, Rounds(plain, lambda: other, many=PLAIN), AT)
    assert (
        everything(arrays)[:2] == everything(plain)[:2]
    )  # an episode may never have begun under the first ones
    assert arrays.run("SELECT value FROM meta WHERE name = 'pass'") == [("",)]


@pytest.mark.parametrize("many", [2, PLAIN])
def test_what_is_gone_is_looked_at_no_more(tmp_path: Path, many: int) -> None:
    file = filled(tmp_path / "file", seed=2, count=50)
    with file.begin() as connection:
        agenda.look_again(connection, range(1, 101))
    book = rules()
    Rounds(file, lambda: book, many=many).look(AT, limit=ALL)
    assert file.run("SELECT count(*) FROM agenda WHERE row > 50") == [(0,)]
    with file.begin() as connection:
        assert (
            agenda.due_rows(connection, AT + int(timedelta(minutes=1) / timedelta(milliseconds=1)), 10) == []
        )


def test_many_alarms_at_once_come_in_slices_and_the_log_is_copied_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wismo_desk.store.rounds._EASED", 100)
    book = rules()
    arrays, plain = (filled(tmp_path / name, seed=13, count=700) for name in ("arrays", "plain"))
    copied: list[int] = []
    ease = arrays.ease

    def count() -> None:
        copied.append(arrays.run("SELECT count(*) FROM shipment WHERE verdict <> 0")[0][0])
        ease()

    monkeypatch.setattr(arrays, "ease", count)
    for file in (arrays, plain):
        with file.begin() as connection:
            agenda.look_again(connection, [row for (row,) in file.run("SELECT row FROM shipment")])
    changed = Rounds(arrays, lambda: book, many=2).look(AT, limit=ALL)
    assert changed == Rounds(plain, lambda: book, many=PLAIN).look(AT, limit=ALL)
    assert everything(arrays) == everything(plain)
    assert len(copied) >= 2 and copied == sorted(copied) and len({*copied}) == len(copied)


def test_between_two_slices_of_alarms_a_scan_comes_in(tmp_path: Path) -> None:
    file, book = filled(tmp_path / "file", seed=13, count=300), rules()
    with file.begin() as connection:
        agenda.look_again(connection, range(1, 301))
    judged: list[int] = []

    def scan() -> None:
        with file.begin() as connection:
            judged.append(agenda_left(connection))

    file.waits = scan
    Rounds(file, lambda: book, many=PLAIN).look(AT, limit=ALL)
    assert judged[:2] == sorted(judged[:2], reverse=True) and 0 < judged[1] < judged[0] < 300


class _Stopped(Exception):
    """What ends a round between two slices."""


def test_what_a_broken_round_found_is_told_by_the_next(tmp_path: Path) -> None:
    """It is written, so nothing else would ever tell of it."""
    file, plain = (filled(tmp_path / name, seed=13, count=300) for name in ("file", "plain"))
    book = rules()
    for one in (file, plain):
        with one.begin() as connection:
            agenda.look_again(connection, range(1, 301))
    rounds = Rounds(file, lambda: book, many=PLAIN)

    def stop() -> None:
        raise _Stopped

    meanwhile(file, stop)
    with pytest.raises(_Stopped):
        rounds.look(AT, limit=ALL)
    assert any(row[4] for row in everything(file)[0])
    assert rounds.look(AT, limit=ALL) == Rounds(plain, lambda: book, many=PLAIN).look(AT, limit=ALL)
    assert everything(file) == everything(plain)
    assert not rounds.look(AT, limit=ALL)


def agenda_left(connection: Any) -> int:
    return len(agenda.due_rows(connection, 0, ALL))


def test_a_round_that_is_overtaken_again_and_again_leaves_nothing_due(tmp_path: Path) -> None:
    """What it could not move by arrays is judged one by one."""
    book = rules()
    arrays, plain = (
        filled(tmp_path / name, seed=7, count=200, few_rare=True) for name in ("arrays", "plain")
    )
    for file, many in ((arrays, 2), (plain, PLAIN)):
        rounds = Rounds(file, lambda: book, many=many)
        rounds._moves = Pace(10, held_s=0.005, fewest=10, most=10)
        passed(file, rounds, AT)
        scanned(file)()
        file.waits = scanned(file)  # at each pause
        with file.begin() as connection:
            agenda.look_again(connection, range(1, 201))
        rounds.look(AT, limit=ALL)
    assert everything(arrays) == everything(plain)
    with arrays.begin() as connection:
        assert agenda.due_rows(connection, AT, ALL) == []
