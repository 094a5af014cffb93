"""The main file as sync sees it: takes in what other desks did, and gives out what a lone desk knows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import row_fact, said_by
from wismo_desk.store.engine import Writer
from wismo_desk.store.main_file import CURSOR, MainFile, Piece
from wismo_desk.store.outbox import Said

_PLACED = "warehouses"  # whether pulls brought them from the first fact on
_PIECE = 250  # facts folded at a time: a scan may wait that long
_FEW = 100  # recipients likewise: of each an order's rows may follow

_PLACE = (
    "INSERT INTO warehouse (order_id, name, fact_id) SELECT value ->> 0, value ->> 1, value ->> 2 FROM jsonb_each(?)"
    " WHERE true ON CONFLICT (order_id) DO UPDATE SET name = excluded.name, fact_id = excluded.fact_id"
    " WHERE excluded.fact_id > fact_id"
)


class Inbox:
    """`take` is how a fact gets into the main file without this station's journal."""

    def __init__(self, writer: Writer, main: MainFile, *, erased: Callable[[], None] = lambda: None) -> None:
        """`erased` is called when others erased somebody: what this station alone holds goes too."""
        self._writer = writer
        self._main = main
        self._erased = erased
        self._cursor: str | None = None  # as the file has it or later; None: to be read

    def cursor(self) -> str:
        """Where the last pull ended, "" before the first: kept beside the facts it speaks of."""
        if self._cursor is None:
            with self._writer.begin() as connection:
                self._cursor = connection.scalar(select(t.meta.c.value).where(t.meta.c.name == CURSOR)) or ""
        return self._cursor

    def keep_cursor(self, said: str) -> None:
        statement = upsert(t.meta).values(name=CURSOR, value=said)
        statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": said})
        with self._writer.begin() as connection:
            connection.execute(statement)
        self._cursor = said

    def pass_cursor(self, said: str, *, keep: bool) -> None:
        """A pull that brought nothing ended there. Unless it is to be kept, the next start reads on from the last
        one that was, and finds nothing either."""
        if keep:
            self.keep_cursor(said)
        else:
            self._cursor = said

    def take(
        self,
        facts: Sequence[Fact],
        parties: Sequence[tuple[UUID, str]],
        *,
        now: datetime,
        cursor: str = "",
    ) -> tuple[Changes, int]:
        """Fold what is new of these; returns what changed and how many facts were new. `cursor` is kept with the last
        of them, when given."""
        changes, count = Changes(), 0
        pieces = list(_pieces(facts, parties))
        while True:
            said, fresh, done = self._main.take(pieces, now=now, cursor=cursor)
            changes |= said
            count += len(fresh)
            if any(fact.kind is FactKind.PERSON_ERASED for fact in fresh):
                self._erased()
            if done == len(pieces):
                break
            del pieces[:done]
            self._writer.breathe()
        self._cursor = cursor or self._cursor
        return changes, count

    def want_warehouses(self) -> None:
        """This desk sees several: facts pulled before it asked where they were said are pulled once more."""
        with self._writer.begin() as connection:
            if connection.scalar(select(t.meta.c.value).where(t.meta.c.name == _PLACED)) is None:
                connection.execute(insert(t.meta).values(name=_PLACED, value="1"))
                connection.execute(delete(t.meta).where(t.meta.c.name == CURSOR))
        self._cursor = None

    def place(self, said: Mapping[UUID, tuple[str, UUID]]) -> None:
        """Which warehouse has each of these orders, and the fact that says so; the newest holds."""
        rows = [[order.hex, name, fact.hex] for order, (name, fact) in said.items()]
        for start in range(0, len(rows), _FEW):
            with self._writer.begin() as connection:
                connection.exec_driver_sql(_PLACE, (json.dumps(rows[start : start + _FEW]),))

    def facts_after(self, after: UUID, limit: int) -> list[Fact]:
        """All facts in the order of their ids, a page at a time."""
        with self._writer.begin() as connection:
            rows = connection.execute(
                select(t.fact).where(t.fact.c.fact_id > after).order_by(t.fact.c.fact_id).limit(limit)
            ).mappings()
            found = rows.all()
        return [row_fact(row) for row in found]

    def parties_after(self, after: UUID, limit: int) -> list[Said]:
        party = t.party.c
        with self._writer.begin() as connection:
            rows = connection.execute(
                select(party.order_id, party.data)
                .where(party.order_id > after)
                .order_by(party.order_id)
                .limit(limit)
            ).all()
        return [Said(row.order_id, row.data, said_by(row.data)) for row in rows]

    def counts(self) -> tuple[int, int]:
        """(facts, recipients) here."""
        with self._writer.begin() as connection:
            facts = connection.scalar(select(func.count()).select_from(t.fact))
            people = connection.scalar(select(func.count()).select_from(t.party))
        return int(facts or 0), int(people or 0)

    def is_empty(self) -> bool:
        with self._writer.begin() as connection:
            return connection.scalar(select(t.fact.c.fact_id).limit(1)) is None

    def empty(self) -> None:
        """Forget every fact and all that was folded from them; the next pull begins at the beginning."""
        with self._writer.begin() as connection:
            connection.execute(delete(t.fact))
            connection.execute(delete(t.party))
            connection.execute(delete(t.warehouse))
            connection.execute(delete(t.meta).where(t.meta.c.name == CURSOR))
        self._cursor = None
        self._main.rebuild()


def _pieces(facts: Sequence[Fact], parties: Sequence[tuple[UUID, str]]) -> Iterator[Piece]:
    """The last recipients go with the first facts: one transaction for the few that come at a time."""
    last = max(0, len(parties) - _FEW)
    for start in range(0, last, _FEW):
        yield (), parties[start : min(start + _FEW, last)]
    yield facts[:_PIECE], parties[last:]
    for start in range(_PIECE, len(facts), _PIECE):
        yield facts[start : start + _PIECE], ()
