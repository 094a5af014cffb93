"""The journal as sync sees it: what the shared database has not accepted yet, and how far it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Fact
from wismo_desk.store import journal_tables as t
from wismo_desk.store.codec import row_fact, said_by
from wismo_desk.store.engine import Writer

_ACKED, _JOINED, _MOVING = "acked", "shared", "moving"
_NOBODY: Final = UUID(int=0)
ANY: Final = ""
_OPEN: Final = (EffectState.PENDING, EffectState.SENDING, EffectState.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class Said:
    """A party as the order's channel told it; the largest `said` (hex id of its fact) is the latest."""

    order_id: UUID
    data: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The journal after the sequence number `after`, up to `last`."""

    after: int
    last: int
    facts: tuple[Fact, ...]
    parties: tuple[Said, ...]

    @property
    def last_fact(self) -> UUID:
        return self.facts[-1].fact_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How far this desk has brought all it knows to the shared database, or to the first that answers (ANY):
    `until` is the journal's number when it began, `person` and `fact` the last ones brought, and `people` and
    `facts` how many."""

    database_id: str
    until: int
    people: int = 0
    person: UUID = _NOBODY
    facts: int = 0
    fact: UUID = _NOBODY


class Outbox:
    """Reads are short and give plain rows, so that a scan never waits behind them."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def joined(self) -> str:
        """The id of the shared database this journal belongs to, "" while the desk works alone."""
        return self._meta(_JOINED) or ""

    def join(self, database_id: str) -> None:
        with self._writer.begin() as connection:
            _put(connection, _JOINED, database_id)

    def moving(self) -> Move | None:
        """The move that was begun and is not over."""
        said = self._meta(_MOVING)
        if not said:
            return None
        database_id, until, people, person, facts, fact = said.split("/")
        return Move(
            database_id=database_id,
            until=int(until),
            people=int(people),
            person=UUID(person),
            facts=int(facts),
            fact=UUID(fact),
        )

    def move(self, move: Move) -> None:
        """Begin it or go on. From now on the journal keeps what comes after `until`: it is pushed afterwards."""
        said = (move.database_id, move.until, move.people, move.person, move.facts, move.fact)
        with self._writer.begin() as connection:
            _put(connection, _MOVING, "/".join(map(str, said)))
            _put(connection, _ACKED, str(move.until))

    def moved(self) -> None:
        with self._writer.begin() as connection:
            _put(connection, _MOVING, "")

    def acked(self) -> int | None:
        """Up to where the shared database has this journal; None while the desk works alone."""
        said = self._meta(_ACKED)
        return None if said is None else int(said)

    def ack(self, seq: int) -> None:
        with self._writer.begin() as connection:
            _put(connection, _ACKED, str(seq))

    def last_seq(self) -> int:
        """The number of the newest fact, still here or pruned."""
        with self._writer.begin() as connection:
            newest = connection.scalar(select(func.max(t.fact.c.seq)))
            pruned = connection.scalar(select(t.meta.c.value).where(t.meta.c.name == "pruned"))
        return int(newest or pruned or 0)

    def fact_at(self, seq: int) -> UUID | None:
        with self._writer.begin() as connection:
            return connection.scalar(select(t.fact.c.fact_id).where(t.fact.c.seq == seq))

    def batch(self, after: int, limit: int) -> Batch | None:
        """The next facts and the parties that came with them, or None when nothing waits."""
        with self._writer.begin() as connection:
            rows = connection.execute(
                select(t.fact).where(t.fact.c.seq > after).order_by(t.fact.c.seq).limit(limit)
            ).mappings()
            found = rows.all()
            if not found:
                return None
            last = found[-1]["seq"]
            party = t.party.c
            people = connection.execute(
                select(party.order_id, party.data).where(party.seq > after, party.seq <= last)
            ).all()
        return Batch(
            after=after,
            last=last,
            facts=tuple(row_fact(row) for row in found),
            parties=tuple(Said(row.order_id, row.data, said_by(row.data)) for row in people),
        )

    def renew(self) -> str:
        """A restored or copied journal gets an id of its own, from the next opening on: what it says from now
        is not what its twin says. Its facts keep their ids, so nothing is doubled."""
        fresh = uuid4().hex
        with self._writer.begin() as connection:
            _put(connection, "journal_id", fresh)
        return fresh

    def unsettled(self) -> int:
        """Labels and prints that wait, run or are in doubt."""
        where = t.effect.c.state.in_([state.value for state in _OPEN])
        with self._writer.begin() as connection:
            return int(connection.scalar(select(func.count()).select_from(t.effect).where(where)) or 0)

    def forget(self) -> None:
        """Drop all facts, sent or not: only for a desk that starts afresh with the shared ones."""
        last = self.last_seq()
        with self._writer.begin() as connection:
            connection.execute(delete(t.fact))
            connection.execute(delete(t.party))
            _put(connection, "pruned", str(last))
            _put(connection, _ACKED, str(last))
            _put(connection, _MOVING, "")

    def _meta(self, name: str) -> str | None:
        with self._writer.begin() as connection:
            return connection.scalar(select(t.meta.c.value).where(t.meta.c.name == name))


def _put(connection: Connection, name: str, value: str) -> None:
    statement = upsert(t.meta).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
