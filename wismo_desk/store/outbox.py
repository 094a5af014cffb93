"""The journal as sync sees it: what the shared database has not accepted yet, and how far it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.effect import EffectState
from wismo_desk.store import journal_tables as t
from wismo_desk.store.engine import Writer

_ACKED, _JOINED, _MOVING = "acked", "shared", "moving"
_NOBODY: Final = UUID(int=0)
ANY: Final = ""
_ACKS: Final = 1000  # facts sent until that is written down
_OPEN: Final = (EffectState.PENDING, EffectState.SENDING, EffectState.IN_DOUBT)
# The rows as they lie there, put together by SQLite: a batch costs the interpreter, which a scan may want, nothing.
_FACTS: Final = text(
    "SELECT max(seq) AS last, json_group_array(json_object('fact_id', fact_id, 'kind', kind, 'at_ms', at_ms,"
    " 'station', station, 'by', \"by\", 'order_id', order_id, 'shipment_id', shipment_id, 'parcel_id', parcel_id,"
    " 'data', data) ORDER BY fact_id) AS rows"
    " FROM (SELECT * FROM fact WHERE seq > :after ORDER BY seq LIMIT :most)"
)
_PARTIES: Final = text(
    "SELECT json_group_array(json_object('order_id', order_id, 'data', data, 'said',"
    " coalesce(json_extract(data, '$.said'), '')) ORDER BY order_id)"
    " FROM party WHERE seq > :after AND seq <= :last"
)
_LAST: Final = text("SELECT fact_id FROM fact WHERE seq = :last")


@dataclass(frozen=True, slots=True)
class Said:
    """A party as the order's channel told it; the largest `said` (hex id of its fact) is the latest."""

    order_id: UUID
    data: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The journal after the sequence number `after`, up to `last`, whose fact is `last_fact`. `facts` and `parties`
    are rows of the shared tables of that name as a JSON array each, in the order of their keys: two desks that bring
    the same ones wait for each other in a row."""

    after: int
    last: int
    last_fact: UUID
    facts: str
    parties: str


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
    """Reads are short and give plain rows, so that a scan never waits behind them; what each turn of sync asks is
    remembered. `last_seq` gives the number of the newest fact, still here or pruned."""

    def __init__(self, writer: Writer, last_seq: Callable[[], int]) -> None:
        self._writer = writer
        self.last_seq = last_seq
        said = self._meta(_ACKED)
        self._acked = self._kept = None if said is None else int(said)

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
        self._acked = self._kept = move.until

    def moved(self) -> None:
        with self._writer.begin() as connection:
            _put(connection, _MOVING, "")

    def acked(self) -> int | None:
        """Up to where the shared database has this journal; None while the desk works alone."""
        return self._acked

    def ack(self, seq: int) -> None:
        """Remembered now and written down later: a commit reaches the disk, for which a scan would wait. What a crash
        forgets of it the next push is told, and sends nothing twice."""
        self._acked = seq
        if seq - (self._kept or 0) >= _ACKS:
            self.keep_acked()

    def keep_acked(self) -> None:
        """Before anything is dropped that was sent."""
        acked = self._acked
        if acked is not None and acked != self._kept:
            with self._writer.begin() as connection:
                _put(connection, _ACKED, str(acked))
            self._kept = acked

    def fact_at(self, seq: int) -> UUID | None:
        with self._writer.begin() as connection:
            return connection.scalar(select(t.fact.c.fact_id).where(t.fact.c.seq == seq))

    def batch(self, after: int, limit: int) -> Batch | None:
        """The next facts and the parties that came with them, or None when nothing waits."""
        with self._writer.begin() as connection:
            last, facts = connection.execute(_FACTS, {"after": after, "most": limit}).one()
            if last is None:
                return None
            parties = connection.scalar(_PARTIES, {"after": after, "last": last})
            last_fact = UUID(connection.scalar(_LAST, {"last": last}))
        return Batch(after=after, last=last, last_fact=last_fact, facts=facts, parties=str(parties))

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
        self._acked = self._kept = last

    def _meta(self, name: str) -> str | None:
        with self._writer.begin() as connection:
            return connection.scalar(select(t.meta.c.value).where(t.meta.c.name == name))


def _put(connection: Connection, name: str, value: str) -> None:
    statement = upsert(t.meta).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
