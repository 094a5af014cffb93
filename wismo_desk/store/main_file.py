"""The main file: catches up with the journal, applies what is new, rebuilds itself at will."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Text, cast, func, or_, select, text, update

from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.anomaly_rules import RULE_SCOPE
from wismo_desk.domain.claim_terms import TERM_SCOPE
from wismo_desk.domain.closed_days import CLOSED_SCOPE
from wismo_desk.domain.delivery_days import DELIVERY_SCOPE
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.status import CODE_SCOPE, Codes, mapping_version
from wismo_desk.domain.watching import UnmappedCode
from wismo_desk.store import arrivals, grid_tables
from wismo_desk.store import main_tables as t
from wismo_desk.store.at_once import known_at_once
from wismo_desk.store.codec import retired_party, row_fact, to_ms
from wismo_desk.store.engine import Writer
from wismo_desk.store.judging import judge_shipments, refresh_parcels, with_book
from wismo_desk.store.mapped_codes import fold_again, load_codes, unmapped
from wismo_desk.store.order_fold import taken_again
from wismo_desk.store.projection import NO_ROWS, Projection
from wismo_desk.store.rounds import Rounds, ask_for_pass

SCHEMA = "6"
CURSOR = "cursor"  # where the last pull ended
_CHUNK = 2000
# Facts that bring others' rows along: those of an order that were here before it, of a code, of a manifest's parcels.
_OF_SEVERAL = frozenset((FactKind.ORDER_TAKEN_IN, FactKind.VALUE_SET, FactKind.MANIFEST_CLOSED))
_OF_RULES = (RULE_SCOPE, TERM_SCOPE, CLOSED_SCOPE, DELIVERY_SCOPE)
_DERIVED = (t.orders, t.shipment, t.agenda, t.parcel, t.code, t.product, t.value, t.manifest, t.leg, t.claim)

Piece = tuple[Sequence[Fact], Sequence[tuple[UUID, str]]]  # facts, and the recipients that came with them


class MainFile:
    """The writing side of what windows read."""

    def __init__(self, writer: Writer, *, statuses: Mapping[str, str], rules: Rules) -> None:
        self._writer = writer
        self._statuses = statuses
        self.codes: dict[str, Codes] = {}  # by carrier; changes in place
        self._rules = rules
        self._rounds = Rounds(writer, lambda: self._rules)
        versions = {name: mapping_version({name: table}) for name, table in statuses.items()}
        with writer.begin() as connection:
            t.metadata.create_all(connection)
            connection.execute(text(t.SEARCH))
            self._read_codes(connection)
            known = _meta(connection, "fold")
            stale = known not in (None, SCHEMA) or self._stale(connection, versions)
            if not stale:
                grid_tables.make(connection)
                arrivals.make(connection)
        if stale:
            self.rebuild()
        with writer.begin() as connection:
            self._rules = with_book(connection, rules)
            _set_meta(connection, fold=SCHEMA, mappings=json.dumps(versions, sort_keys=True))

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
        said: str = "",
    ) -> Changes:
        """Fold facts (new or seen before) and judge what they touched. `said`: codec.facts_text of them, where it is at
        hand."""
        with self._writer.begin() as connection:
            changes = self._apply(connection, facts, parties, now, said)
            if seq:
                _set_meta(connection, journal=journal, high_water=str(seq))
        return changes

    def take(
        self, pieces: Sequence[Piece], *, now: datetime, cursor: str = ""
    ) -> tuple[Changes, list[Fact], int]:
        """What others said, in one transaction with the mark up to which it was read: what changed, the facts that were
        new here, and how many pieces it came to, for it ends early when a scan waits. Nothing new is not folded."""
        changes, fresh, done = Changes(), list[Fact](), 0
        with self._writer.begin() as connection:
            for facts, parties in pieces:
                known = known_at_once(connection, [fact.fact_id for fact in facts]) if facts else set()
                new = [fact for fact in facts if fact.fact_id not in known]
                if new or parties:
                    changes |= self._apply(connection, new, parties, now)
                fresh += new
                done += 1
                if self._writer.is_wanted:
                    break
            if cursor and done == len(pieces):
                _set_meta(connection, **{CURSOR: cursor})
        return changes, fresh, done

    def _apply(
        self,
        connection: Connection,
        facts: Sequence[Fact],
        parties: Sequence[tuple[UUID, str]],
        now: datetime,
        said: str = "",
    ) -> Changes:
        changes = Projection(connection, self.codes).apply(facts, parties, said=said)
        changes |= self._fold_mapped(connection, facts)
        self._read_rules(connection, facts)
        moved = _moved(facts, changes)
        heard = _only_heard(facts, parties, moved)
        judge_shipments(connection, list(heard), now, self._rules, only_heard=True)
        judge_shipments(connection, list(moved - heard), now, self._rules)
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

    def _read_rules(self, connection: Connection, facts: Sequence[Fact]) -> None:
        """Rules that changed hold at once for what happens, and for everything else as the ticks get there."""
        if any(fact.kind is FactKind.VALUE_SET and fact.data["scope"] in _OF_RULES for fact in facts):
            self._rules = with_book(connection, self._rules)
            ask_for_pass(connection)

    @property
    def rules(self) -> Rules:
        """As they hold now."""
        return self._rules

    def judge_due(self, now: datetime, *, limit: int = 20_000) -> Changes:
        """One tick of the rules: what is due by its own clock, and a piece of the pass that changed rules want."""
        return Changes(shipments=self._rounds.look(to_ms(now), limit=limit))

    def rebuild(self) -> int:
        """Drop every derived table, make it as this version wants it, and fold all facts again; returns how
        many. So a new column of what windows read needs no migration."""
        with self._writer.begin() as connection:
            grid_tables.drop(connection)
            arrivals.drop(connection)
            t.metadata.drop_all(connection, tables=_DERIVED)
            t.metadata.create_all(connection)
            connection.execute(text("DROP TABLE IF EXISTS search"))
            connection.execute(text(t.SEARCH))
            grid_tables.make(connection)
            arrivals.make(connection)
            row = t.fact.c
            # Orders with all that is known of them; then what belongs to none, and what was chosen over the shop.
            self._fold_all(connection, row.kind == FactKind.ORDER_TAKEN_IN.value)
            chosen = row.kind == FactKind.VALUE_SET.value
            is_known = row.order_id.in_(select(t.orders.c.order_id))
            self._fold_all(connection, or_(row.order_id.is_(None), chosen, ~is_known))
            total = connection.scalar(select(func.count()).select_from(t.fact)) or 0
            refresh_parcels(connection)
            ask_for_pass(connection)
        return total

    def _fold_all(self, connection: Connection, which: ColumnElement[bool]) -> None:
        last = UUID(int=0)
        while True:
            rows = connection.execute(
                select(t.fact).where(which, t.fact.c.fact_id > last).order_by(t.fact.c.fact_id).limit(_CHUNK)
            ).mappings()
            facts = [row_fact(row) for row in rows]
            if not facts:
                return
            Projection(connection, self.codes).fold(facts)
            last = facts[-1].fact_id


def _moved(facts: Sequence[Fact], changes: Changes) -> frozenset[UUID]:
    """Of what was touched, the shipments that the rules may see otherwise: not those of which a product was scanned."""
    still = {fact.shipment_id for fact in facts if fact.kind in NO_ROWS}
    if not still:
        return changes.shipments
    return changes.shipments - (still - {fact.shipment_id for fact in facts if fact.kind not in NO_ROWS})


def _only_heard(
    facts: Sequence[Fact], parties: Sequence[tuple[UUID, str]], moved: frozenset[UUID]
) -> frozenset[UUID]:
    """Of the shipments that `moved`, those of which nothing came but what carriers said."""
    if not parties and all(fact.kind is FactKind.TRACKING_SAID for fact in facts):
        return moved
    if any(fact.kind in _OF_SEVERAL for fact in facts):
        return frozenset()
    told = [fact.shipment_id for fact in facts if fact.kind is FactKind.TRACKING_SAID]
    others = {fact.shipment_id for fact in facts if fact.kind is not FactKind.TRACKING_SAID}
    return frozenset({key for key in told if key is not None} - others) & moved


def _meta(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(t.meta.c.value).where(t.meta.c.name == name))


def _set_meta(connection: Connection, **values: str) -> None:
    """Plain SQL: each scan at the bench comes by here."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", list(values.items())
    )
