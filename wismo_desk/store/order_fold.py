"""Folds what channels said of orders: the rows of order and shipment, and the words that find them.

What an order's own facts make of it is known before its rows are written, so that each is written once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain import choices
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.store import main_tables as t
from wismo_desk.store.at_once import facts_at_once, ids_at_once, keep_at_once, read_at_once, update_at_once
from wismo_desk.store.codec import erased_party, said_by, to_ms
from wismo_desk.store.fold_rows import FoldedRows
from wismo_desk.store.order_rows import FROM_ORDER, order_row, search_text, shipment_row

_THESE: Final = "IN (SELECT value FROM json_each(?))"
_PARTIES: Final = f"SELECT order_id, data FROM party WHERE order_id {_THESE}"  # noqa: S608 - our own words only
_LATER: Final = "ON CONFLICT (order_id) DO UPDATE SET data = excluded.data"
_AGAIN: Final = f"FROM fact WHERE fact_id IN (SELECT taken_fact FROM orders WHERE order_id {_THESE})"  # noqa: S608
_STAND: Final = (
    "SELECT said.value, orders.taken_fact, party.data FROM json_each(?) AS said "
    "LEFT JOIN orders ON orders.order_id = said.value LEFT JOIN party ON party.order_id = said.value"
)
_EARLY: Final = (
    f"FROM fact WHERE order_id {_THESE} AND kind <> '{FactKind.ORDER_TAKEN_IN.value}' "  # noqa: S608 - likewise
    "AND fact_id NOT IN (SELECT value FROM json_each(?))"
)
_CHOSEN: Final = f"SELECT scope, key, data, fact_id FROM value WHERE scope {_THESE} AND key {_THESE}"  # noqa: S608
_ORDER: Final = "ON CONFLICT (order_id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}"
    for name in ("number", "content", "data", "taken_fact", "carrier", "ship_by_ms")
)
# The last event of a shipment, whatever it says of the state.
_SEEN: Final = (
    "UPDATE shipment SET event_ms = said.value ->> 1, event_place = '' FROM jsonb_each(?) AS said "
    "WHERE shipment.shipment_id = said.value ->> 0 AND shipment.event_ms < said.value ->> 1"
)
_ROWS: Final = "FROM jsonb_each(?) AS said CROSS JOIN shipment ON shipment.shipment_id = said.value ->> 0"
_UNFIND: Final = f"DELETE FROM search WHERE rowid IN (SELECT shipment.row {_ROWS})"  # noqa: S608 - likewise
_FIND: Final = f"INSERT INTO search(rowid, text) SELECT shipment.row, said.value ->> 1 {_ROWS}"


@dataclass(slots=True)
class TakenOrders:
    """`born`: rows of orders that are not written yet, by their id. `early`: the facts about orders taken in now that
    were here before. `words`: by shipment what it is found by, and whether it had a row already."""

    born: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    early: list[Fact] = field(default_factory=list)
    words: list[tuple[str, str, bool]] = field(default_factory=list)

    def write(self, db: Connection) -> None:
        """After their shipments."""
        keep_at_once(db, "orders", list(self.born.values()), also=_ORDER)
        self.born.clear()
        if self.words:
            known = [(key, said) for key, said, was_here in self.words if was_here]
            if known:
                db.exec_driver_sql(_UNFIND, (json.dumps(known),))
            db.exec_driver_sql(_FIND, (json.dumps([word[:2] for word in self.words], ensure_ascii=False),))
        self.words.clear()


def take_parties(db: Connection, said: Iterable[tuple[UUID, str]]) -> list[Fact]:
    """Keep the latest word on each order's recipient; returns the ORDER_TAKEN_IN facts of orders here that
    now show another one."""
    parties = dict(sorted(said, key=lambda one: _word(one[1])))
    if not parties:
        return []
    known = dict(read_at_once(db, _PARTIES, (ids_at_once(parties),), width=2))
    fresh = [
        key for key, data in parties.items() if key.hex not in known or _word(data) > _word(known[key.hex])
    ]
    if not fresh:
        return []
    keep_at_once(db, "party", [{"order_id": key, "data": parties[key]} for key in fresh], also=_LATER)
    return taken_again(db, fresh)


def note_erasures(db: Connection, facts: Iterable[Fact]) -> list[tuple[UUID, str]]:
    """Of orders whose person was erased, the word that stands for it from now on."""
    erased = [fact for fact in facts if fact.kind is FactKind.PERSON_ERASED and fact.order_id is not None]
    if erased:
        rows = [{"order_id": fact.order_id, "stage": 0} for fact in erased]
        db.execute(upsert(t.erasure).on_conflict_do_nothing(), rows)
    return [(fact.order_id, erased_party(fact)) for fact in erased if fact.order_id is not None]


def taken_again(db: Connection, orders: Sequence[UUID]) -> list[Fact]:
    """The ORDER_TAKEN_IN facts of orders whose rows must be folded once more."""
    return facts_at_once(db, _AGAIN, (ids_at_once(orders),))


def _word(data: str) -> tuple[str, str]:
    return said_by(data), data


def take_orders(
    db: Connection, facts: Sequence[Fact], rows: FoldedRows, *, beside: Collection[UUID] = ()
) -> TakenOrders:
    """Fold ORDER_TAKEN_IN facts: new shipments are born into `rows`. `beside`: ids of facts that are folded with
    these, and are not early."""
    taken = TakenOrders()
    if not facts:
        return taken
    latest: dict[UUID | None, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.fact_id.hex):
        latest[fact.order_id] = fact
    stand = read_at_once(db, _STAND, (ids_at_once(latest),), width=3)
    known = {UUID(key): fact for key, fact, _ in stand if fact is not None}
    parties = {UUID(key): json.loads(data) for key, _, data in stand if data is not None}
    news = [
        fact for key, fact in latest.items() if key is not None and fact.fact_id.hex >= known.get(key, "")
    ]
    _fold_orders(db, news, known, parties, rows, taken)
    _see(db, facts, known, rows)
    if news:
        wanted = ids_at_once(fact.order_id for fact in news)
        taken.early = facts_at_once(db, _EARLY, (wanted, ids_at_once(beside)))
    return taken


def _fold_orders(
    db: Connection,
    facts: Sequence[Fact],
    known: Mapping[UUID, str],
    parties: Mapping[UUID, Any],
    rows: FoldedRows,
    taken: TakenOrders,
) -> None:
    if not facts:
        return
    chosen = _chosen(db, [str(fact.order_id) for fact in facts])
    told, renamed = [], []
    for fact in facts:
        key, shipment = fact.order_id, fact.shipment_id
        if key is None or shipment is None:
            continue
        data = choices.overlaid(fact.data, fact.fact_id.hex, chosen.get(str(key), {}))
        party = parties.get(key, {})
        row = shipment_row(fact, data, party)
        if key in known:
            told.append(order_row(fact, data))
            renamed.append((*(row[name] for name in FROM_ORDER), shipment.hex))
        else:
            taken.born[key] = order_row(fact, data)
            rows.bear(shipment, row)
        taken.words.append((shipment.hex, search_text(fact.data, party), key in known))
    keep_at_once(db, "orders", told, also=_ORDER)
    if renamed:
        update_at_once(db, "shipment", FROM_ORDER, "shipment_id", renamed)


def _chosen(db: Connection, orders: Sequence[str]) -> dict[str, dict[str, tuple[Any, str]]]:
    """What was said here over the shop's word: by order, then by scope."""
    found: dict[str, dict[str, tuple[Any, str]]] = {}
    asked = (json.dumps(sorted(choices.ON_ROWS)), json.dumps(orders))
    for scope, key, data, fact in read_at_once(db, _CHOSEN, asked, width=4):
        found.setdefault(key, {})[scope] = (json.loads(data), fact)
    return found


def _see(db: Connection, facts: Sequence[Fact], known: Mapping[UUID, str], rows: FoldedRows) -> None:
    """Being taken in is a shipment's first event."""
    seen: dict[str, int] = {}
    for fact in facts:
        if fact.shipment_id is None:
            continue
        if fact.order_id in known:
            seen[fact.shipment_id.hex] = max(to_ms(fact.at), seen.get(fact.shipment_id.hex, 0))
        else:
            rows.see(fact.shipment_id, to_ms(fact.at), "")
    if seen:
        db.exec_driver_sql(_SEEN, (json.dumps([*seen.items()]),))
