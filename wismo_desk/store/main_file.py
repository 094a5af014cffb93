"""The main file: catches up with the journal, applies what is new, rebuilds itself at will."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Text, cast, func, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.status import CODE_SCOPE, Codes, mapping_version
from wismo_desk.domain.watching import UnmappedCode
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import retired_party, row_fact
from wismo_desk.store.engine import Writer
from wismo_desk.store.judging import due_shipments, judge_shipments
from wismo_desk.store.mapped_codes import fold_again, load_codes, unmapped
from wismo_desk.store.order_fold import taken_again
from wismo_desk.store.projection import Projection

SCHEMA = "2"
_CHUNK = 2000
_DERIVED = (t.orders, t.shipment, t.parcel, t.code, t.product, t.value, t.manifest)


class MainFile:
    """The writing side of what windows read."""

    def __init__(self, writer: Writer, *, statuses: Mapping[str, str], rules: Rules) -> None:
        self._writer = writer
        self._statuses = statuses
        self.codes: dict[str, Codes] = {}  # by carrier; changes in place
        self._rules = rules
        versions = {name: mapping_version({name: table}) for name, table in statuses.items()}
        with writer.begin() as connection:
            t.metadata.create_all(connection)
            connection.execute(text(t.SEARCH))
            self._read_codes(connection)
            known = _meta(connection, "fold")
            stale = known not in (None, SCHEMA) or self._stale(connection, versions)
        if stale:
            self.rebuild()
        with writer.begin() as connection:
            _set_meta(connection, "fold", SCHEMA)
            _set_meta(connection, "mappings", json.dumps(versions, sort_keys=True))

    def _read_codes(self, connection: Connection) -> None:
        fresh = load_codes(connection, self._statuses)
        self.codes.update(fresh)
        for gone in set(self.codes) - set(fresh):
            del self.codes[gone]

    def _stale(self, connection: Connection, versions: Mapping[str, str]) -> bool:
        """Whether a carrier's codes mean something else than when its news were folded. A table that is new, or
        that nobody was told anything by, costs nothing: folding a hundred thousand shipments takes minutes."""
        before: dict[str, str] = json.loads(_meta(connection, "mappings") or "{}")
        changed = {name for name in {*before, *versions} if before.get(name) != versions.get(name)}
        told = (
            select(t.fact.c.fact_id)
            .where(
                t.fact.c.kind == FactKind.TRACKING_SAID.value,
                func.json_extract(t.fact.c.data, "$.carrier").in_(sorted(changed)),
            )
            .limit(1)
        )
        return bool(changed) and connection.execute(told).first() is not None

    def high_water(self) -> tuple[str, int]:
        """Which journal was folded up to where."""
        with self._writer.begin() as connection:
            journal = _meta(connection, "journal") or ""
            return journal, int(_meta(connection, "high_water") or 0)

    def newest_id(self, station: str, *, before: UUID | None = None) -> UUID | None:
        """Of all stations when `station` is empty."""
        made_here = func.substr(cast(t.fact.c.fact_id, Text), 13, 1) == "7"  # UUIDv7; a carrier's are v8
        whose = [t.fact.c.station == station] if station else []
        until = [t.fact.c.fact_id < before] if before else []
        newest = (
            select(t.fact.c.fact_id)
            .where(*whose, *until, made_here)
            .order_by(t.fact.c.fact_id.desc())
            .limit(1)
        )
        with self._writer.begin() as connection:
            return connection.scalar(newest)

    def apply(
        self,
        facts: Sequence[Fact],
        parties: Sequence[tuple[UUID, str]],
        *,
        now: datetime,
        journal: str = "",
        seq: int = 0,
    ) -> Changes:
        """Fold facts (new or seen before) and judge what they touched."""
        with self._writer.begin() as connection:
            changes = Projection(connection, self.codes).apply(facts, parties)
            changes |= self._fold_mapped(connection, facts)
            judge_shipments(connection, list(changes.shipments), now, self._rules)
            if seq:
                _set_meta(connection, "journal", journal)
                _set_meta(connection, "high_water", str(seq))
        return changes

    def _fold_mapped(self, connection: Connection, facts: Sequence[Fact]) -> Changes:
        """A code that means something else from now on meant it all along."""
        keys = [
            json.loads(str(fact.data["key"]))
            for fact in facts
            if fact.kind is FactKind.VALUE_SET and fact.data["scope"] == CODE_SCOPE
        ]
        if not keys:
            return Changes()
        self._read_codes(connection)
        changes = Changes()
        for carrier, code, _ in keys:
            changes |= fold_again(connection, self.codes, carrier, code).changes
        return changes

    def retire(self, orders: Sequence[UUID]) -> Changes:
        """Who received these orders is forgotten; the rows show nobody."""
        row = t.party.c
        with self._writer.begin() as connection:
            for found in connection.execute(select(t.party).where(row.order_id.in_(orders))).all():
                gone = retired_party(found.data)
                connection.execute(update(t.party).where(row.order_id == found.order_id).values(data=gone))
            projection = Projection(connection, self.codes)
            projection.fold(taken_again(connection, orders))
            return projection.changes

    def unmapped(self, since: datetime) -> list[UnmappedCode]:
        with self._writer.begin() as connection:
            return unmapped(connection, self.codes, since)

    def judge_due(self, now: datetime, *, limit: int = 5000) -> Changes:
        """One tick of the rules: only what is due by its own clock."""
        with self._writer.begin() as connection:
            due = due_shipments(connection, now, limit)
            changed = judge_shipments(connection, due, now, self._rules) if due else frozenset()
        return Changes(shipments=changed)

    def rebuild(self) -> int:
        """Drop every derived table, make it as this version wants it, and fold all facts again; returns how
        many. So a new column of what windows read needs no migration."""
        with self._writer.begin() as connection:
            t.metadata.drop_all(connection, tables=_DERIVED)
            t.metadata.create_all(connection)
            connection.execute(text("DROP TABLE IF EXISTS search"))
            connection.execute(text(t.SEARCH))
            taken_in = t.fact.c.kind == FactKind.ORDER_TAKEN_IN.value
            total = self._fold_all(connection, taken_in) + self._fold_all(connection, ~taken_in)
            connection.execute(text("UPDATE shipment SET next_check_ms = 0"))
        return total

    def _fold_all(self, connection: Connection, which: ColumnElement[bool]) -> int:
        total, last = 0, UUID(int=0)
        while True:
            rows = connection.execute(
                select(t.fact).where(which, t.fact.c.fact_id > last).order_by(t.fact.c.fact_id).limit(_CHUNK)
            ).mappings()
            facts = [row_fact(row) for row in rows]
            if not facts:
                return total
            Projection(connection, self.codes).fold(facts)
            total, last = total + len(facts), facts[-1].fact_id


def _meta(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(t.meta.c.value).where(t.meta.c.name == name))


def _set_meta(connection: Connection, name: str, value: str) -> None:
    statement = upsert(t.meta).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
