"""Facts and parties on their way into the shared database and out of it again.

In: whole batches, each one transaction, safe to send again. Out: by transaction id, never by a sequence: a
sequence is taken before its commit, so a reader that has seen 11 would never see a 10 that commits later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.errors import SharedUnfit
from wismo_desk.store.codec import fact_row, row_fact
from wismo_desk.store.outbox import Batch, Said
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_listen import channel_of, give_hint
from wismo_desk.store.shared_news import NEWS, Cursor, News, Page, read_news
from wismo_desk.store.shared_push import MARK, PUSH, PUT_FACTS, PUT_PARTIES

_KINDS: Final = frozenset(kind.value for kind in FactKind)
# A pooler between gave a session that did not prepare the statement, or did, or another one by its name.
_FORGOTTEN: Final = {"26000", "42P05", "08P01"}
_NONE: Final = "[]"
_GET: Final = (
    "SELECT changed_txid::text::bigint AS xid, {columns} FROM wismo.{table} WHERE tenant_id = :tenant"
    " AND (:warehouse = '' OR warehouse = :warehouse)"
    " AND (changed_txid, {key}) > (CAST(CAST(:xid AS text) AS xid8), CAST(:after AS uuid))"
    " ORDER BY changed_txid, {key} LIMIT :limit"
)
_GET_FACTS: Final = text(
    _GET.format(
        columns='fact_id, kind, at_ms, station, "by", order_id, shipment_id, parcel_id, data, warehouse',
        table="fact",
        key="fact_id",
    )
)
_GET_PARTIES: Final = text(_GET.format(columns="order_id, data", table="party", key="order_id"))


_COUNT: Final = text(
    "SELECT count(*) FROM wismo.fact WHERE tenant_id = :tenant AND (:warehouse = '' OR warehouse = :warehouse)"
)


class WentBack(Exception):
    """The shared database knows less of this journal than it once acknowledged: it was restored."""


class Feed:
    """`journal_id` and `station` say who pushes."""

    def __init__(self, shared: SharedDatabase, *, journal_id: str, station: str) -> None:
        self._shared = shared
        self._me = {"tenant": shared.tenant, "journal": journal_id, "name": station}
        self._here = {"tenant": shared.tenant, "warehouse": shared.warehouse}
        self._journal_id = journal_id
        self._prepares = True

    def register(self) -> None:
        """Say that this desk lives. Raises SharedUnfit when a desk that was here earlier, and still is, has
        the same name: their orders in hand could not be told apart."""
        with self._shared.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO wismo.station AS s (tenant_id, journal_id, name)"
                    " VALUES (:tenant, :journal, :name) ON CONFLICT (tenant_id, journal_id)"
                    " DO UPDATE SET name = excluded.name, last_seen = clock_timestamp()"
                ),
                self._me,
            )
            twin = connection.scalar(
                text(
                    "SELECT 1 FROM wismo.station AS other JOIN wismo.station AS me"
                    " ON me.tenant_id = other.tenant_id AND me.name = other.name"
                    " WHERE me.tenant_id = :tenant AND me.journal_id = :journal"
                    " AND other.journal_id <> :journal AND other.joined_at < me.joined_at"
                    " AND other.last_seen > clock_timestamp() - interval '5 minutes' LIMIT 1"
                ),
                self._me,
            )
        if twin is not None:
            raise SharedUnfit(
                "Another desk is called {station} too. Give this one another name: `station` in station.toml, or the "
                "page Settings.",
                station=self._me["name"],
            )

    def push(self, batch: Batch, fact_at: Callable[[int], UUID | None], *, hint: bool) -> int:
        """One transaction; returns the sequence number up to which the shared database has this journal.

        When the answer to an earlier push was lost, that is found here and nothing is sent twice.
        `fact_at(seq)` is this journal's fact of that number. Raises SharedUnfit when the database holds
        others under this journal's name (a copied data folder), WentBack when it knows less than before.
        """
        said = {**self._here, "journal": self._journal_id, "after": batch.after, "seq": batch.last}
        said |= {"fact": batch.last_fact, "facts": batch.facts, "parties": batch.parties}
        said |= {"channel": channel_of(self._shared.tenant)}
        with self._shared.begin() as connection:
            there = connection.execute(PUSH[batch.parties != _NONE, hint], said).first()
        if there is None or there.acked_seq < batch.after:
            raise WentBack
        if there.acked_seq == batch.after:
            return batch.last
        if fact_at(there.acked_seq) != there.acked_fact:
            raise SharedUnfit(
                "The files of this desk are a copy of another desk's, or an old backup. Nothing more "
                "is sent, so that nothing is mixed up: restore with `wismo-desk db restore`."
            )
        return int(there.acked_seq)

    def upload(self, facts: Sequence[Fact], parties: Sequence[Said]) -> tuple[int, int]:
        """Facts from the main file, with no place in the journal any more. Returns how many facts and recipients
        the database did not have."""
        rows = [fact_row(fact) for fact in sorted(facts, key=lambda fact: fact.fact_id.int)]
        latest = {who.order_id: who for who in sorted(parties, key=lambda who: (who.said, who.data))}
        people = [
            {"order_id": str(key), "data": latest[key].data, "said": latest[key].said}
            for key in sorted(latest)
        ]
        with self._shared.begin() as connection:
            return self._put(connection, json.dumps(rows, default=str), json.dumps(people))

    def mark(self, seq: int, fact: UUID | None) -> None:
        """Everything up to `seq` of this journal is there: after an upload."""
        with self._shared.begin() as connection:
            self._mark(connection, seq, fact)
            give_hint(connection, tenant=self._shared.tenant, journal_id=self._journal_id)

    def hint(self) -> None:
        with self._shared.begin() as connection:
            give_hint(connection, tenant=self._shared.tenant, journal_id=self._journal_id)

    def _put(self, connection: Connection, facts: str, parties: str) -> tuple[int, int]:
        """Rows as Batch has them; returns how many of each were written."""
        new_facts = new_parties = 0
        if facts != _NONE:
            said = {**self._here, "journal": self._journal_id, "facts": facts}
            new_facts = connection.execute(PUT_FACTS, said).rowcount
        if parties != _NONE:
            new_parties = connection.execute(PUT_PARTIES, {**self._here, "parties": parties}).rowcount
        return new_facts, new_parties

    def _mark(self, connection: Connection, seq: int, fact: UUID | None) -> None:
        connection.execute(MARK, {**self._me, "seq": seq, "fact": fact})

    # Out again

    def count(self) -> int:
        """How many facts there are for this desk. Reads the whole index: for a first load only."""
        with self._shared.read() as connection:
            return int(connection.scalar(_COUNT, self._here) or 0)

    def news(self, left: Cursor, limit: int) -> News:
        """All that a pull asks, by one statement and so of one moment: the watermark, the first page from `left` on,
        and which orders are in hand."""
        asked = {
            **self._here,
            "system": left.system,
            "timeline": left.timeline,
            "xid": left.xid,
            "limit": limit,
        }
        with self._shared.read() as connection:
            raw: Any = connection.connection.driver_connection
            raw.prepare_threshold = 0 if self._prepares else None  # to plan it takes longer than to do it
            try:
                found = connection.exec_driver_sql(NEWS, asked).one()
            except DBAPIError as error:
                if not self._prepares or getattr(error.orig, "sqlstate", "") not in _FORGOTTEN:
                    raise
                self._prepares = False
                raw.prepare_threshold = None
                found = connection.exec_driver_sql(NEWS, asked).one()
            finally:
                raw.prepare_threshold = None
        return read_news(tuple(found), limit)

    def facts(self, after: tuple[int, UUID], limit: int) -> Page:
        return self._page(_GET_FACTS, "fact_id", after, limit)

    def parties(self, after: tuple[int, UUID], limit: int) -> Page:
        return self._page(_GET_PARTIES, "order_id", after, limit)

    def _page(self, statement: Any, key: str, after: tuple[int, UUID], limit: int) -> Page:
        values = {**self._here, "xid": str(after[0]), "after": after[1], "limit": limit}
        with self._shared.read() as connection:
            rows = tuple(connection.execute(statement, values).mappings())
        last = (int(rows[-1]["xid"]), rows[-1][key]) if rows else after
        return Page(rows=rows, last=last, full=len(rows) == limit)


def read_facts(rows: Sequence[Mapping[Any, Any]]) -> list[Fact]:
    """Raises SharedUnfit when a newer desk wrote a kind of fact that this one cannot fold."""
    strange = next((row["kind"] for row in rows if row["kind"] not in _KINDS), None)
    if strange is not None:
        raise SharedUnfit(
            "A newer desk wrote what this one cannot read. Update this desk; until then it goes on with what "
            "it has and loses nothing.",
            raw=strange,
        )
    return [row_fact(row) for row in rows]


def read_places(rows: Sequence[Mapping[Any, Any]]) -> dict[UUID, tuple[str, UUID]]:
    """By order the warehouse that said its newest fact, and which one; what no warehouse said tells nothing."""
    found: dict[UUID, tuple[str, UUID]] = {}
    for row in rows:
        order, place, fact = row["order_id"], row["warehouse"], row["fact_id"]
        if order is not None and place and (order not in found or found[order][1] < fact):
            found[order] = (place, fact)
    return found
