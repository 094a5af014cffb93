"""The anomaly rules on a station with many open shipments: one tick with 1 % due, and passes over everything.

Rows are written by SQL: a quarter each labelled, on the way, at a pickup point, out for delivery, over 18 lanes, in an
order that has nothing to do with when they are due: each due one stands on a page of its own. The peers judge
everything each time: our own rules in a loop over all rows, and three rules in plain hours as one SELECT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter, process_time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from tests.speed.bulk import RULES, fill_by_sql
from tests.speed.figures import Figure
from tests.speed.fill import KEY, NOW
from tests.speed.room import Room
from wismo_desk.domain.anomaly import Rules, Situation, judge, to_ms
from wismo_desk.store import agenda
from wismo_desk.store.engine import Writer, writer
from wismo_desk.store.judging import EVERYTHING, WIDTH, read_plainly
from wismo_desk.store.rounds import Rounds, ask_for_pass
from wismo_desk.store.sieve import Sifted
from wismo_desk.store.store import MAIN

_DAY_MS: Final = 86_400_000
_ROUNDS: Final = 3
_TOUCHED: Final = 0.01
# Three rules without calendars, as people write them: what a full scan in the database costs at the least.
_SQL: Final = (
    "SELECT count(*) FROM shipment WHERE (status IN ('in_transit', 'out_for_delivery') AND occurred_ms < :silent) OR "
    "(status = 'label_created' AND handed_ms < :unseen) OR (status = 'ready_for_pickup' AND occurred_ms < :waits)"
)
_FILL: Final = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
INSERT INTO shipment (row, shipment_id, order_id, order_number, carrier, service, number, parcels, customer, place,
  status, reason, cycle, phase, occurred_ms, tie_rank, state_fact, event_ms, event_place, address_doubt, severity,
  anomaly, anomalies, region, handed_ms)
SELECT i, printf('%032x', i), printf('%032x', i + 1000000000), CAST(i AS TEXT),
  CASE i % 3 WHEN 0 THEN 'colissimo' WHEN 1 THEN 'dpd' ELSE 'gls' END, 'home', printf('XP%011dFR', i), 1,
  'Camille Roussel', 'Nantes',
  CASE i % 4 WHEN 0 THEN 'label_created' WHEN 1 THEN 'in_transit' WHEN 2 THEN 'ready_for_pickup'
    ELSE 'out_for_delivery' END,
  '', 0, 1, {now} - (i * 7919 % 86400000), 1, '', {now} - (i * 7919 % 86400000), 'Roissy', '', 0, '', '[]',
  CASE i % 6 WHEN 0 THEN 'FR' WHEN 1 THEN 'FR-57' WHEN 2 THEN 'DE' WHEN 3 THEN 'ES' WHEN 4 THEN 'FR-974' ELSE 'FR' END,
  CASE i % 4 WHEN 0 THEN {now} - (i * 7919 % 43200000) END
FROM n
"""


_ALL: Final = 1 << 40


def measure(room: Room) -> list[Figure]:
    folder, count = room.folder / "rules", room.shipments
    fill_by_sql(folder, _FILL.format(count=count, now=to_ms(NOW)))
    file = writer(folder / MAIN, KEY, synchronous="NORMAL", log_pages=20_000, cache_kb=8_000)
    try:
        rounds, at = _Timing(file, lambda: RULES), to_ms(NOW)
        found = [
            _figure("every open shipment judged and written once", _pass(file, rounds, at), samples=count),
            _figure("a pass over everything in which nothing changed",
                    min(_pass(file, rounds, at) for _ in range(_ROUNDS)), aim=2000.0, samples=count),
        ]  # fmt: skip
        found += _ticks(file, rounds, count)
        later = to_ms(
            NOW + timedelta(hours=16, minutes=40)
        )  # Tuesday at two: what was handed over is a working day old
        rounds.held.clear()
        began = process_time()
        took, changed = _timed(lambda: rounds.look(later, limit=_ALL))
        worked, held = (process_time() - began) * 1000, sorted(rounds.held)
        found += [
            _figure(
                "what struck in the night: alarms opened and written",
                took,
                aim=10_000.0,
                samples=len(changed),
            ),
            _figure("the same, time of the processor", worked, samples=len(changed)),
            _figure(
                "the same, how long one transaction held the store, p99",
                held[len(held) * 99 // 100],
                aim=50.0,
                samples=len(held),
            ),
        ]
        return found + _passes(file, count)
    finally:
        file.close()


class _Looking(Rounds):
    """Reads and judges as a round does, and writes nothing."""

    def _move(self, found: Sifted, mark: int) -> bool:
        return True

    def _judge(self, rows: Sequence[int], at: int) -> frozenset[UUID]:
        return frozenset()

    @contextmanager
    def near_the_end(self, at: int) -> Iterator[None]:
        """As in the last minutes of the half hour that it knows, when each tick reads a part of the next."""
        until, self._soon._until = self._soon._until, at + 1
        yield
        assert self._soon._aim > 0, "nothing was read ahead"
        self._soon._until, self._soon._aim = until, -1
        self._soon._tried = False


class _Timing(Rounds):
    """Notes how long each of its transactions held the store, its commit with it (ms)."""

    def __init__(self, writer: Writer, rules: Callable[[], Rules]) -> None:
        super().__init__(writer, rules)
        self.held: list[float] = []

    @contextmanager
    def _written(self) -> Iterator[Connection]:
        began = perf_counter()
        with super()._written() as connection:
            yield connection
        self.held.append((perf_counter() - began) * 1000)


def _pass(file: Writer, rounds: Rounds, at: int) -> float:
    with file.begin() as connection:
        ask_for_pass(connection)
    return _timed(lambda: rounds.look(at, limit=_ALL))[0]


def _ticks(file: Writer, rounds: Rounds, count: int) -> list[Figure]:
    """One percent is due: read and judged; then the same written, too."""
    due, reads, ahead, writes, worked, anew = round(count * _TOUCHED), [], [], [], [], []
    looking, forgetful = (_Looking(file, lambda: RULES) for _ in range(2))
    looking.look(to_ms(NOW), limit=due)
    for turn in range(_ROUNDS + 1):
        at = to_ms(NOW + timedelta(minutes=1 + turn))
        scattered = [n * 100 + turn + 1 for n in range(due)]
        with file.begin() as connection:
            agenda.note(connection, ((row, at) for row in scattered))
        forgetful._soon.forget()
        anew.append(_timed(lambda at=at: forgetful.look(at, limit=due))[0])
        reads.append(_timed(lambda at=at: looking.look(at, limit=due))[0])
        with file.begin() as connection:
            agenda.note(connection, ((row, at) for row in scattered))
        with looking.near_the_end(at):
            ahead.append(_timed(lambda at=at: looking.look(at, limit=due))[0])
        began = process_time()
        writes.append(_timed(lambda at=at: rounds.look(at, limit=due))[0])
        worked.append((process_time() - began) * 1000)
    everything = _timed(lambda: _read_all(file))[0]
    # The first turn learns the lanes.
    return [
        _figure(
            "a tick with 1 % due, read and judged", min(reads[1:]), aim=100.0, samples=due, peer=everything
        ),
        _figure(
            "the same where a part of the next half hour is read ahead",
            min(ahead[1:]),
            aim=100.0,
            samples=due,
        ),
        _figure("the same where the agenda is read through: the first tick", min(anew[1:]), samples=due),
        _figure(
            "the same with its answers written, and the pauses between",
            min(writes[1:]),
            aim=500.0,
            samples=due,
        ),
        _figure("the same, time of the processor", min(worked[1:]), samples=due),
    ]


def _read_all(file: Writer) -> int:
    """The naive tick: every row read and judged."""
    with file.begin() as connection:
        rows = read_plainly(connection, EVERYTHING, ())
        at = to_ms(NOW)
        return sum(1 for row in rows if judge(at, Situation._make(row[:WIDTH]), RULES).found)


def _passes(file: Any, count: int) -> list[Figure]:
    at = to_ms(NOW)
    cut = {"silent": at - 3 * _DAY_MS, "unseen": at - _DAY_MS, "waits": at - 4 * _DAY_MS}
    with file.begin() as connection:
        seconds = min(
            _timed(lambda: connection.exec_driver_sql(_SQL, cut).scalar())[0] for _ in range(_ROUNDS)
        )
    return [_figure("three rules in plain hours as one SELECT over everything", seconds, samples=count)]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = perf_counter()
    done = work()
    return (perf_counter() - began) * 1000, done


def _figure(
    name: str, took: float, *, aim: float | None = None, samples: int, peer: float | None = None
) -> Figure:
    return Figure(
        chapter="rules",
        name=name,
        value=took,
        unit="ms",
        aim=aim,
        peer="the same rules over every row, in a loop" if peer is not None else "",
        peer_value=peer,
        samples=samples,
    )
