"""Desks with real files for the tests of sync: what a bench commits, and all that the main file then says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.order import Order, OrderLine, Party
from wismo_desk.flows.pen import Pen, later_than_all
from wismo_desk.store import open_store
from wismo_desk.store.codec import content_hash, order_data, party_data
from wismo_desk.store.journal import Entry
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.store import Store
from wismo_desk.sync.turn import Sync, SyncTurn

KEY = bytes(range(32))
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
RULES = Rules(zone=UTC)
# Derived rows that must be equal on all desks; left out: local row numbers and when rules look again.
_TABLES = {
    "fact": "fact_id, kind, at_ms, station, data",
    "party": "order_id, data",
    "orders": "order_id, number, content, state, state_fact, station, carrier, taken_fact",
    "shipment": "shipment_id, carrier, number, parcels, customer, place, status, state_fact, event_ms,"
    " anomalies",
    "parcel": "parcel_id, parcel_no, issue_no, carrier, tracking_number, printed, checked, manifest, voided",
    "code": "code, what, key",
    "product": "sku, data",
    "value": "scope, key, data, fact_id",
    "manifest": "manifest_id, carrier, closed_ms, data",
}


class Clock:
    """Wall time that each reading moves on by a millisecond; `monotonic` is set by hand."""

    def __init__(self) -> None:
        self.now = NOON
        self.seconds = 0.0

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def monotonic(self) -> float:
        return self.seconds


@dataclass(slots=True)
class Desk:
    name: str
    folder: Path
    clock: Clock
    store: Store
    pen: Pen

    @classmethod
    def open(cls, folder: Path, name: str, clock: Clock | None = None) -> Desk:
        clock = clock or Clock()
        store = open_store(folder, KEY, statuses={"own": _OWN}, rules=RULES)
        seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
        state = {"n": seed}

        def entropy(count: int) -> bytes:
            state["n"] += 1
            return hashlib.sha256(str(state["n"]).encode()).digest()[:count]

        pen = Pen(name, clock=clock, entropy=entropy)
        newest = store.newest_id("", before=later_than_all(clock()))
        if newest is not None:
            pen.follow(newest)
        return cls(name, folder, clock, store, pen)

    def sync(self, shared: SharedDatabase, *, meet: bool = True, **more: Any) -> Sync:
        """`meet`: with a first turn, by which a new desk belongs to the shared database."""
        made = Sync(
            self.store, shared, station=self.name, clock=self.clock, monotonic=self.clock.monotonic,
            between=lambda low, high: high, heard=self.pen.follow, **more,
        )  # fmt: skip
        if meet:
            made.turn()
        return made

    def reopen(self) -> Desk:
        self.store.close()
        return Desk.open(self.folder, self.name, self.clock)

    # What a bench does

    def take_in(self, number: str, *, who: str = "Anna Durand") -> UUID:
        order = make_order(number, who)
        data: dict[str, Any] = order_data(order, carrier="own", service="home")
        data["content"] = content_hash(data, party_data(order.recipient, order.note))
        fact = self.fact(FactKind.ORDER_TAKEN_IN, order.order_id, **data)
        parties = ((order.order_id, order.recipient, order.note),)
        self.store.commit(Entry(at=self.clock(), facts=(fact,), parties=parties))
        return order.order_id

    def scan(self, order: UUID) -> UUID:
        fact = self.fact(FactKind.ITEM_SCANNED, order, line=str(order), pieces=1, code="x", how="scan")
        return self.say(fact)

    def in_hand(self, order: UUID) -> UUID:
        return self.say(self.fact(FactKind.ORDER_IN_HAND, order))

    def label(self, order: UUID, *, parcel_no: int = 1, issue_no: int = 1) -> UUID:
        """Closes a parcel and buys its label; returns the parcel."""
        parcel = self.pen.new_id()
        closed = self.fact(
            FactKind.PARCEL_CLOSED, order, parcel, parcel_no=parcel_no, weight_g=500, contents={}, last=True
        )
        bought = self.fact(
            FactKind.LABEL_BOUGHT, order, parcel, carrier="own", service="home", aliases=[],
            tracking_number=f"T{parcel.hex[-10:]}", reference=f"R{parcel.hex[-8:]}", parcel_no=parcel_no,
            issue_no=issue_no, weight_g=500, last=True,
        )  # fmt: skip
        self.say(closed, bought)
        return parcel

    def void(self, order: UUID, parcel: UUID, *, worn: bool = False) -> None:
        self.say(self.fact(FactKind.LABEL_VOIDED, order, parcel, reason="double", worn=worn))

    def fact(self, kind: FactKind, order: UUID, parcel: UUID | None = None, **data: Any) -> Fact:
        return self.pen.fact(kind, order_id=order, shipment_id=shipment_id(order), parcel_id=parcel, **data)

    def say(self, *facts: Fact) -> UUID:
        self.store.commit(Entry(at=self.clock(), facts=facts))
        return facts[-1].fact_id

    # What it then knows

    def ids(self) -> set[UUID]:
        found, after = set(), UUID(int=0)
        while page := self.store.inbox.facts_after(after, 1000):
            found |= {fact.fact_id for fact in page}
            after = page[-1].fact_id
        return found


def everything(store: Store, at: datetime = NOON + timedelta(days=1)) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the main file, after the rules have looked at every shipment at the moment `at`."""
    with store._main._writer.begin() as connection:
        connection.execute(text("UPDATE agenda SET next_check_ms = 0"))
    store.judge_due(at)
    with store._main._writer.begin() as connection:
        found = {}
        for table, columns in _TABLES.items():
            rows = connection.execute(text(f"SELECT {columns} FROM {table}"))
            found[table] = sorted(tuple(row) for row in rows)
        words = connection.execute(
            text("SELECT shipment_id FROM shipment JOIN search ON search.rowid = shipment.row")
        )
        found["found"] = sorted(tuple(row) for row in words)
    return found


def make_order(number: str, who: str) -> Order:
    key = order_id("test", number)
    return Order(
        order_id=key,
        source="test",
        source_ref=number,
        number=number,
        ordered_at=NOON,
        recipient=Party(name=who, street=("1 rue du Test",), postcode="69001", city="Lyon"),
        lines=(OrderLine(line_id=key, sku="S"),),
        ship_by=NOON + timedelta(hours=5),
    )


def settle(*syncs: Sync) -> list[SyncTurn]:
    """Turns until nobody has anything new, at most 30 rounds."""
    for _ in range(30):
        turns = [sync.turn(at_once=True) for sync in syncs]
        errors = [turn.error for turn in turns if turn.error]
        assert not errors, errors
        if not any(turn.pushed or turn.pulled or turn.waiting for turn in turns):
            return turns
    raise AssertionError("the desks do not come to rest")


def kinds(facts: Iterable[Fact]) -> list[str]:
    return [fact.kind.value for fact in facts]


_OWN = "code,status,reason,is_scan\nDELIVERED,delivered,,1\nABSENT,delivery_attempted,recipient_absent,1\n"
