"""The main file as sync sees it: takes in what other desks did, and gives out what a lone desk knows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import row_fact, said_by
from wismo_desk.store.engine import Writer
from wismo_desk.store.main_file import MainFile
from wismo_desk.store.outbox import Said

_CURSOR = "cursor"
_PLACED = "warehouses"  # whether pulls brought them from the first fact on
_CHUNK = 100  # folded in one transaction: a scan may wait that long

_PLACE = (
    "INSERT INTO warehouse (order_id, name, fact_id) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)"
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

    def cursor(self) -> str:
        """Where the last pull ended, "" before the first: kept beside the facts it speaks of."""
        with self._writer.begin() as connection:
            return connection.scalar(select(t.meta.c.value).where(t.meta.c.name == _CURSOR)) or ""

    def keep_cursor(self, said: str) -> None:
        statement = upsert(t.meta).values(name=_CURSOR, value=said)
        statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": said})
        with self._writer.begin() as connection:
            connection.execute(statement)

    def take(
        self, facts: Sequence[Fact], parties: Sequence[tuple[UUID, str]], *, now: datetime
    ) -> tuple[Changes, int]:
        """Fold what is new of these; returns what changed and how many facts were new."""
        changes, count = Changes(), 0
        rest = list(parties)
        while len(rest) > _CHUNK:
            changes |= self._main.apply((), rest[:_CHUNK], now=now)
            del rest[:_CHUNK]
        for start in range(0, len(facts), _CHUNK):
            chunk = facts[start : start + _CHUNK]
            known = self._known([fact.fact_id for fact in chunk])
            fresh = [fact for fact in chunk if fact.fact_id not in known]
            if fresh:  # with their recipients: one transaction for the few that come at a time
                changes |= self._main.apply(fresh, rest, now=now)
                rest.clear()
            count += len(fresh)
            if any(fact.kind is FactKind.PERSON_ERASED for fact in fresh):
                self._erased()
        if rest:
            changes |= self._main.apply((), rest, now=now)
        return changes, count

    def _known(self, ids: Sequence[UUID]) -> set[UUID]:
        with self._writer.begin() as connection:
            return set(connection.scalars(select(t.fact.c.fact_id).where(t.fact.c.fact_id.in_(ids))))

    def want_warehouses(self) -> None:
        """This desk sees several: facts pulled before it asked where they were said are pulled once more."""
        with self._writer.begin() as connection:
            if connection.scalar(select(t.meta.c.value).where(t.meta.c.name == _PLACED)) is None:
                connection.execute(insert(t.meta).values(name=_PLACED, value="1"))
                connection.execute(delete(t.meta).where(t.meta.c.name == _CURSOR))

    def place(self, said: Mapping[UUID, tuple[str, UUID]]) -> None:
        """Which warehouse has each of these orders, and the fact that says so; the newest holds."""
        rows = [[order.hex, name, fact.hex] for order, (name, fact) in said.items()]
        for start in range(0, len(rows), _CHUNK):
            with self._writer.begin() as connection:
                connection.exec_driver_sql(_PLACE, (json.dumps(rows[start : start + _CHUNK]),))

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
            connection.execute(delete(t.meta).where(t.meta.c.name == _CURSOR))
        self._main.rebuild()
