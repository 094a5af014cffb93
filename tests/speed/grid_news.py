"""What a carriers' word costs a processor until it is journalled, folded and judged, by polls of several sizes; and how
much of that holds the interpreter, which the window needs meanwhile."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from tests.speed.figures import Figure
from tests.speed.fill import KEY, NOW, ZONE
from tests.speed.grid_fill import fill_rows
from tests.speed.heard import heard
from tests.speed.room import Room
from wismo_desk.domain.anomaly import Rules
from wismo_desk.resources import status_tables
from wismo_desk.store import open_store
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

_POLLS: Final = (250, 10)
_WORDS: Final = 5_000
_MOVING: Final = 20_000  # shipments that are spoken of

Ids = tuple[UUID, UUID]


def measure(room: Room) -> list[Figure]:
    folder = room.folder / "news"
    fill_rows(folder, room.shipments)
    store = open_store(folder, KEY, statuses=status_tables(), rules=Rules(zone=ZONE))
    try:
        wanted = (
            "SELECT order_id, shipment_id FROM shipment WHERE carrier = 'practice' "
            f"AND status IN ('in_transit', 'delivered') ORDER BY row LIMIT {_MOVING}"
        )
        moving = [(UUID(order), UUID(ship)) for order, ship in store._files[1].run(wanted)]
        return [figure for turn, poll in enumerate(_POLLS) for figure in _polled(store, moving, poll, turn)]
    finally:
        store.close()


def _polled(store: Store, moving: Sequence[Ids], poll: int, turn: int) -> list[Figure]:
    now = NOW + timedelta(days=1 + turn)
    rounds = max(2, _WORDS // poll // (1 if poll > 50 else 4))
    whole = inside = 0.0
    with _sqlite(store) as spent:
        for step in range(rounds):
            now += timedelta(seconds=1)
            facts = tuple(
                heard(order, shipment, ("TRI", "TOURNEE")[step % 2], now)
                for order, shipment in random.sample(moving, poll)
            )
            began, before = time.thread_time(), spent[0]
            store.commit(Entry(at=now, facts=facts))
            whole, inside = whole + time.thread_time() - began, inside + spent[0] - before
    words = rounds * poll
    return [
        Figure(
            chapter="news", name=f"{name}, {poll} in a poll", value=value / words * 1e6, unit="µs", aim=aim
        )
        for name, value, aim in (
            ("a word journalled, folded, judged", whole, 120.0),
            ("of it with the interpreter", whole - inside, None),
        )
    ]


@contextmanager
def _sqlite(store: Store) -> Iterator[list[float]]:
    """Seconds of this thread inside SQLite, which holds no interpreter but for the rows that go in and out."""
    spent = [0.0]

    def counted(work: Callable[..., Any]) -> Callable[..., Any]:
        def count(*values: Any) -> Any:
            began = time.thread_time()
            try:
                return work(*values)
            finally:
                spent[0] += time.thread_time() - began

        return count

    dialects: list[Any] = [file._engine.dialect for file in store._files]
    for dialect in dialects:
        dialect.do_execute, dialect.do_commit = counted(dialect.do_execute), counted(dialect.do_commit)
    try:
        yield spent
    finally:
        for dialect in dialects:
            del dialect.do_execute, dialect.do_commit
