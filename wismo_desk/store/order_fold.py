"""Folds what channels said of orders: the rows of order and shipment, and the words that find them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Connection, Text, bindparam, select, text, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain import choices
from wismo_desk.domain.address import check_address
from wismo_desk.domain.calendar import region_of
from wismo_desk.domain.expected import zone_name
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.order import OrderState, Party
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import data_party, erased_party, row_fact, said_by, searchable, to_ms
from wismo_desk.store.judging import dump_doubt

# What a shipment's row takes from its order, also when the order is taken in anew.
_FROM_ORDER: Final = (
    "order_number",
    "carrier",
    "service",
    "customer",
    "customer_key",
    "place",
    "zone",
    "region",
    "ship_by_ms",
    "promised_on",
    "address_doubt",
)
_CHUNK: Final = 500
_KEY_LENGTH: Final = 40  # of a name, to sort by
_NOBODY: Final = "\uffff"  # behind every name
# The last event of a shipment, whatever it says of the state: `key`, `at` and `where`.
SEEN: Final = (
    update(t.shipment)
    .where(
        t.shipment.c.shipment_id == bindparam("key"),
        tuple_(t.shipment.c.event_ms, t.shipment.c.event_place)
        < tuple_(bindparam("at", type_=BigInteger), bindparam("where", type_=Text)),
    )
    .values(event_ms=bindparam("at"), event_place=bindparam("where"))
)


def take_parties(db: Connection, said: Iterable[tuple[UUID, str]]) -> list[Fact]:
    """Keep the latest word on each order's recipient; returns the ORDER_TAKEN_IN facts of orders here that
    now show another one."""
    retold: list[Fact] = []
    parties = dict(sorted(said, key=lambda one: _word(one[1])))
    keys = list(parties)
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        found = db.execute(select(t.party.c.order_id, t.party.c.data).where(t.party.c.order_id.in_(chunk)))
        known = {row.order_id: row.data for row in found}
        fresh = [key for key in chunk if key not in known or _word(parties[key]) > _word(known[key])]
        if not fresh:
            continue
        statement = upsert(t.party)
        statement = statement.on_conflict_do_update(
            index_elements=["order_id"], set_={"data": statement.excluded.data}
        )
        db.execute(statement, [{"order_id": key, "data": parties[key]} for key in fresh])
        retold += taken_again(db, fresh)
    return retold


def note_erasures(db: Connection, facts: Iterable[Fact]) -> list[tuple[UUID, str]]:
    """Of orders whose person was erased, the word that stands for it from now on."""
    erased = [fact for fact in facts if fact.kind is FactKind.PERSON_ERASED and fact.order_id is not None]
    if erased:
        rows = [{"order_id": fact.order_id, "stage": 0} for fact in erased]
        db.execute(upsert(t.erasure).on_conflict_do_nothing(), rows)
    return [(fact.order_id, erased_party(fact)) for fact in erased if fact.order_id is not None]


def taken_again(db: Connection, orders: Sequence[UUID]) -> list[Fact]:
    """The ORDER_TAKEN_IN facts of orders whose rows must be folded once more."""
    taken = db.scalars(select(t.orders.c.taken_fact).where(t.orders.c.order_id.in_(orders)))
    facts = db.execute(select(t.fact).where(t.fact.c.fact_id.in_([UUID(fact) for fact in taken])))
    return [row_fact(row) for row in facts.mappings()]


def _word(data: str) -> tuple[str, str]:
    return said_by(data), data


def take_orders(db: Connection, facts: Sequence[Fact]) -> list[Fact]:
    """Fold ORDER_TAKEN_IN facts; returns the facts about these orders that were here before them, for whoever
    folds those."""
    if not facts:
        return []
    news = _news(db, facts)
    _fold_orders(db, news)
    _name_orders(db, facts)
    return _early(db, news)


def _news(db: Connection, facts: Sequence[Fact]) -> list[Fact]:
    """Of what was taken in, the latest word on each order, unless the rows know a later one."""
    latest: dict[UUID | None, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.fact_id.hex):
        latest[fact.order_id] = fact
    rows = db.execute(
        select(t.orders.c.order_id, t.orders.c.taken_fact).where(t.orders.c.order_id.in_(latest))
    )
    known = {row.order_id: row.taken_fact for row in rows}
    return [fact for key, fact in latest.items() if fact.fact_id.hex >= known.get(key, "")]


def _early(db: Connection, news: Sequence[Fact]) -> list[Fact]:
    """Facts about these orders that were here before them."""
    row = t.fact.c
    rows = db.execute(
        select(t.fact).where(
            row.order_id.in_([fact.order_id for fact in news]),
            row.kind != FactKind.ORDER_TAKEN_IN.value,
        )
    )
    return [row_fact(row) for row in rows.mappings()]


def _fold_orders(db: Connection, facts: Sequence[Fact]) -> None:
    if not facts:
        return
    wanted = [fact.order_id for fact in facts]
    found = db.execute(select(t.party.c.order_id, t.party.c.data).where(t.party.c.order_id.in_(wanted)))
    parties = {row.order_id: json.loads(row.data) for row in found}
    chosen = _chosen(db, [str(key) for key in wanted])
    order_rows, ship_rows = [], []
    for fact in facts:
        data = choices.overlaid(fact.data, fact.fact_id.hex, chosen.get(str(fact.order_id), {}))
        party = parties.get(fact.order_id, {})
        order_rows.append(_order_row(fact, data))
        ship_rows.append(_shipment_row(fact, data, party))
    statement = upsert(t.orders)
    names = ("number", "content", "data", "taken_fact", "carrier", "ship_by_ms")
    fresh = {name: statement.excluded[name] for name in names}
    db.execute(statement.on_conflict_do_update(index_elements=["order_id"], set_=fresh), order_rows)
    statement = upsert(t.shipment)
    fresh = {name: statement.excluded[name] for name in _FROM_ORDER}
    db.execute(statement.on_conflict_do_update(index_elements=["shipment_id"], set_=fresh), ship_rows)
    _index(db, parties, facts)


def _chosen(db: Connection, orders: Sequence[str]) -> dict[str, dict[str, tuple[Any, str]]]:
    """What was said here over the shop's word: by order, then by scope."""
    value = t.value.c
    found: dict[str, dict[str, tuple[Any, str]]] = {}
    for start in range(0, len(orders), _CHUNK):
        wanted = value.key.in_(orders[start : start + _CHUNK])
        for row in db.execute(select(t.value).where(value.scope.in_(choices.ON_ROWS), wanted)):
            found.setdefault(row.key, {})[row.scope] = (json.loads(row.data), row.fact_id)
    return found


def _name_orders(db: Connection, facts: Sequence[Fact]) -> None:
    """Every number an order ever had still names it; being taken in is its shipment's first event."""
    codes = {(str(fact.data[name]), fact.order_id) for fact in facts for name in ("number", "source_ref")}
    db.execute(
        upsert(t.code).on_conflict_do_nothing(),
        [{"code": code, "what": "order", "key": str(order)} for code, order in codes],
    )
    seen = [{"key": fact.shipment_id, "at": to_ms(fact.at), "where": ""} for fact in facts]
    db.execute(SEEN, seen)


def _index(db: Connection, parties: Mapping[UUID | None, Any], facts: Sequence[Fact]) -> None:
    """The one search box: order, names, e-mail, phone, postcode. Numbers of parcels are theirs."""
    shipments = [fact.shipment_id for fact in facts]
    found = db.execute(
        select(t.shipment.c.row, t.shipment.c.shipment_id).where(t.shipment.c.shipment_id.in_(shipments))
    )
    rows = {row.shipment_id: row.row for row in found}
    entries = [
        {
            "row": rows[fact.shipment_id],
            "text": _search_text(fact.data, parties.get(fact.order_id, {})),
        }
        for fact in facts
    ]
    db.execute(text("DELETE FROM search WHERE rowid = :row"), entries)
    db.execute(text("INSERT INTO search(rowid, text) VALUES (:row, :text)"), entries)


def _order_row(fact: Fact, data: Mapping[str, Any]) -> dict[str, Any]:
    ship_by = data.get("ship_by")
    return {
        "order_id": fact.order_id,
        "number": data["number"],
        "content": data["content"],
        "data": json.dumps(dict(data), ensure_ascii=False),
        "taken_fact": fact.fact_id.hex,
        "state": OrderState.WAITING.value,
        "state_fact": "",
        "station": "",
        "carrier": data["carrier"],
        "ship_by_ms": to_ms(datetime.fromisoformat(ship_by)) if ship_by else None,
    }


def _shipment_row(fact: Fact, data: Mapping[str, Any], party: Mapping[str, Any]) -> dict[str, Any]:
    promised = data.get("promised_on")
    ship_by = data.get("ship_by")
    who = data_party(party)
    place = f"{who.city}, {who.country}" if who.country != "FR" else who.city
    return {
        "shipment_id": fact.shipment_id,
        "order_id": fact.order_id,
        "order_number": data["number"],
        "carrier": data["carrier"],
        "service": data["service"],
        "number": "",
        "parcels": 0,
        "customer": who.name or who.company,
        "customer_key": searchable(who.name or who.company).strip()[:_KEY_LENGTH] or _NOBODY,
        "place": place,
        "zone": zone_name(who.country, who.postcode, known=bool(party) and not party.get("gone")),
        "region": region_of(who.country, who.postcode),
        "status": TrackingStatus.PLANNED.value,
        "reason": "",
        "cycle": 0,
        "phase": 0,
        "occurred_ms": 0,
        "tie_rank": 0,
        "state_fact": "",
        "event_ms": 0,
        "event_place": "",
        "ship_by_ms": to_ms(datetime.fromisoformat(ship_by)) if ship_by else None,
        "promised_on": date.fromisoformat(promised) if promised else None,
        "address_doubt": "" if party.get("gone") else _doubt(who, data),
        "severity": 0,
        "anomaly": "",
        "anomalies": "[]",
        "next_check_ms": to_ms(fact.at),
    }


def _doubt(who: Party, data: Mapping[str, Any]) -> str:
    return dump_doubt(check_address(who, pickup_point=bool(data["pickup_point"])))


def _search_text(data: Mapping[str, Any], party: Mapping[str, Any]) -> str:
    """Phones also by their last nine digits, so that +33 6… and 06… meet."""
    phone = "".join(ch for ch in str(party.get("phone", "")) if ch.isdigit())
    parts = [data["number"], data["source_ref"]]
    parts += [party.get(name, "") for name in ("name", "company", "email", "postcode", "city")]
    return searchable(" ".join([*parts, phone, phone[-9:]]))
