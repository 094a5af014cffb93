"""Folds facts into the main file. Any order of arrival and any repetition give the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, text, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.address import check_address
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.packing import order_state
from wismo_desk.domain.status import (
    UNKNOWN_RULE,
    Codes,
    FoldKey,
    StatusRule,
    TrackingStatus,
    fold_key,
)
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import bare, data_party, fact_row, row_fact, to_ms
from wismo_desk.store.judging import dump_doubt

_KEY = ("cycle", "phase", "occurred_ms", "tie_rank", "state_fact")
# What a shipment's row takes from its order, also when the order is taken in anew.
_FROM_ORDER = (
    "order_number",
    "carrier",
    "service",
    "customer",
    "place",
    "ship_by_ms",
    "promised_on",
    "address_doubt",
)


class Projection:
    """Applies facts inside the caller's transaction and says what they touched."""

    def __init__(self, connection: Connection, codes: Mapping[str, Codes]) -> None:
        self._db = connection
        self._codes = codes
        self._orders: set[UUID] = set()
        self._shipments: set[UUID] = set()
        self._values = False
        self._effects = False

    def apply(self, facts: Sequence[Fact], parties: Iterable[tuple[UUID, str]] = ()) -> Changes:
        """Parties first: a new order's row shows its recipient."""
        self._take_parties(dict(parties))
        if facts:
            statement = upsert(t.fact).on_conflict_do_nothing()
            self._db.execute(statement, [fact_row(fact) for fact in facts])
        self.fold(facts)
        return Changes(
            orders=frozenset(self._orders),
            shipments=frozenset(self._shipments),
            values=self._values,
            effects=self._effects,
        )

    def fold(self, facts: Sequence[Fact]) -> None:
        """The rows that follow from facts already stored. What is known of an order before it is taken in
        waits for it."""
        news = self._news([fact for fact in facts if fact.kind is FactKind.ORDER_TAKEN_IN])
        self._fold_orders(news)
        for fact in (*self._early(news), *facts):
            if fact.order_id is not None:
                self._orders.add(fact.order_id)
            if fact.shipment_id is not None:
                self._shipments.add(fact.shipment_id)
            folder = _FOLDERS.get(fact.kind)
            if folder is not None:
                folder(self, fact)
            self._fold_order_state(fact)

    def _news(self, facts: Sequence[Fact]) -> list[Fact]:
        """Of what was taken in, the latest word on each order, where the rows do not know it yet."""
        latest: dict[UUID | None, Fact] = {}
        for fact in sorted(facts, key=lambda fact: fact.fact_id.hex):
            latest[fact.order_id] = fact
        rows = self._db.execute(
            select(t.orders.c.order_id, t.orders.c.taken_fact).where(t.orders.c.order_id.in_(latest))
        )
        known = {row.order_id: row.taken_fact for row in rows}
        return [fact for key, fact in latest.items() if fact.fact_id.hex > known.get(key, "")]

    def _early(self, news: Sequence[Fact]) -> list[Fact]:
        """Facts about these orders that were here before them."""
        if not news:
            return []
        row = t.fact.c
        rows = self._db.execute(
            select(t.fact).where(
                row.order_id.in_([fact.order_id for fact in news]),
                row.kind != FactKind.ORDER_TAKEN_IN.value,
            )
        )
        return [row_fact(row) for row in rows.mappings()]

    def _take_parties(self, parties: Mapping[UUID, str]) -> None:
        if not parties:
            return
        statement = upsert(t.party)
        statement = statement.on_conflict_do_update(
            index_elements=["order_id"], set_={"data": statement.excluded.data}
        )
        self._db.execute(statement, [{"order_id": key, "data": data} for key, data in parties.items()])

    def _fold_orders(self, facts: Sequence[Fact]) -> None:
        if not facts:
            return
        wanted = [fact.order_id for fact in facts]
        found = self._db.execute(
            select(t.party.c.order_id, t.party.c.data).where(t.party.c.order_id.in_(wanted))
        )
        parties = {row.order_id: json.loads(row.data) for row in found}
        order_rows, ship_rows, code_rows = [], [], []
        for fact in facts:
            data: Mapping[str, Any] = fact.data
            party = parties.get(fact.order_id, {})
            order_rows.append(_order_row(fact, data))
            ship_rows.append(_shipment_row(fact, data, party))
            for code in {data["number"], data["source_ref"]}:
                code_rows.append({"code": code, "what": "order", "key": str(fact.order_id)})
        statement = upsert(t.orders)
        names = ("number", "content", "data", "taken_fact", "carrier", "ship_by_ms")
        fresh = {name: statement.excluded[name] for name in names}
        self._db.execute(statement.on_conflict_do_update(index_elements=["order_id"], set_=fresh), order_rows)
        statement = upsert(t.shipment)
        fresh = {name: statement.excluded[name] for name in _FROM_ORDER}
        fresh["event_ms"] = func.max(t.shipment.c.event_ms, statement.excluded.event_ms)
        self._db.execute(
            statement.on_conflict_do_update(index_elements=["shipment_id"], set_=fresh), ship_rows
        )
        self._db.execute(upsert(t.code).on_conflict_do_nothing(), code_rows)
        self._index([fact.shipment_id for fact in facts if fact.shipment_id], parties, facts)

    def _index(
        self, shipments: Sequence[UUID], parties: Mapping[UUID | None, Any], facts: Sequence[Fact]
    ) -> None:
        """The one search box: order, names, e-mail, phone, postcode; tracking numbers join later."""
        found = self._db.execute(
            select(t.shipment.c.row, t.shipment.c.shipment_id).where(t.shipment.c.shipment_id.in_(shipments))
        )
        rows = {row.shipment_id: row.row for row in found}
        entries = [
            {
                "row": rows[fact.shipment_id],
                "text": search_text(fact.data, parties.get(fact.order_id, {})),
            }
            for fact in facts
            if fact.shipment_id is not None
        ]
        self._db.execute(text("DELETE FROM search WHERE rowid = :row"), entries)
        self._db.execute(text("INSERT INTO search(rowid, text) VALUES (:row, :text)"), entries)

    def _fold_order_state(self, fact: Fact) -> None:
        state = order_state(fact)
        if state is None:
            return
        self._db.execute(
            update(t.orders)
            .where(t.orders.c.order_id == fact.order_id, t.orders.c.state_fact < fact.fact_id.hex)
            .values(state=state.value, state_fact=fact.fact_id.hex, station=fact.station)
        )
        if state is OrderState.CANCELLED and fact.shipment_id is not None:
            self._set_status(fact.shipment_id, StatusRule(TrackingStatus.CANCELLED), fact, fact.at)

    def _fold_bought(self, fact: Fact) -> None:
        data: Mapping[str, Any] = fact.data
        values = {
            "issue_no": data["issue_no"],
            "parcel_no": data["parcel_no"],
            "carrier": data["carrier"],
            "service": data["service"],
            "reference": data["reference"],
            "tracking_number": data["tracking_number"],
            "weight_g": data["weight_g"],
            "labelled_ms": to_ms(fact.at),
        }
        self._mark(fact, values)
        numbers = {data["tracking_number"], data["reference"], *data["aliases"]} - {""}
        self._db.execute(
            upsert(t.code).on_conflict_do_nothing(),
            [{"code": number, "what": "parcel", "key": str(fact.parcel_id)} for number in numbers],
        )
        if fact.shipment_id is not None:
            self._wear(fact.shipment_id)
            self._count_parcels(fact.shipment_id)
            self._set_status(fact.shipment_id, StatusRule(TrackingStatus.LABEL_CREATED), fact, fact.at)

    def _fold_printed(self, fact: Fact) -> None:
        self._mark(fact, {"printed": True})
        self._effects = True

    def _fold_checked(self, fact: Fact) -> None:
        self._mark(fact, {"checked": True})

    def _fold_voided(self, fact: Fact) -> None:
        self._mark(fact, {"voided": True})
        if fact.shipment_id is not None:
            self._count_parcels(fact.shipment_id)
            self._set_status(fact.shipment_id, StatusRule(TrackingStatus.PLANNED), fact, fact.at)

    def _fold_manifested(self, fact: Fact) -> None:
        told = str(fact.data["manifest"])
        self._mark(fact, {"manifest": told}, again={"manifest": func.max(t.parcel.c.manifest, told)})

    def _fold_manifest(self, fact: Fact) -> None:
        row = {
            "manifest_id": str(fact.data["manifest"]),
            "carrier": str(fact.data["carrier"]),
            "closed_ms": to_ms(fact.at),
            "data": json.dumps(dict(fact.data)),
        }
        self._db.execute(upsert(t.manifest).on_conflict_do_nothing(), [row])

    def _fold_said(self, fact: Fact) -> None:
        carrier, raw = str(fact.data["carrier"]), str(fact.data["code"])
        rule = self._codes.get(carrier, {}).get(raw, UNKNOWN_RULE)
        if fact.shipment_id is not None:
            self._set_status(fact.shipment_id, rule, fact, fact.at)

    def _fold_value(self, fact: Fact) -> None:
        self._values = True
        scope, key = str(fact.data["scope"]), str(fact.data["key"])
        statement = upsert(t.value).values(
            scope=scope, key=key, data=json.dumps(fact.data["value"]), fact_id=fact.fact_id.hex
        )
        self._db.execute(
            statement.on_conflict_do_update(
                index_elements=["scope", "key"],
                set_={"data": statement.excluded.data, "fact_id": statement.excluded.fact_id},
                where=statement.excluded.fact_id > t.value.c.fact_id,
            )
        )
        if scope == "product":
            self._fold_product(key)

    def _fold_product(self, sku: str) -> None:
        row = self._db.execute(
            select(t.value.c.data, t.value.c.fact_id).where(
                t.value.c.scope == "product", t.value.c.key == sku
            )
        ).one()
        self._db.execute(
            upsert(t.product)
            .values(sku=sku, data=row.data, fact_id=row.fact_id)
            .on_conflict_do_update(index_elements=["sku"], set_={"data": row.data, "fact_id": row.fact_id})
        )
        self._db.execute(delete(t.code).where(t.code.c.what == "product", t.code.c.key == sku))
        codes = {sku, *(code for code, _ in json.loads(row.data)["codes"])}
        self._db.execute(
            upsert(t.code).on_conflict_do_nothing(),
            [{"code": bare(code), "what": "product", "key": sku} for code in codes],
        )

    def _mark(
        self, fact: Fact, values: Mapping[str, object], again: Mapping[str, object] | None = None
    ) -> None:
        """Parcel rows appear with their first fact, whichever it is. `again`: what a later fact sets."""
        row = {
            "parcel_id": fact.parcel_id,
            "shipment_id": fact.shipment_id,
            "order_id": fact.order_id,
            "parcel_no": 1,
            "issue_no": 1,
            "carrier": "",
            "service": "",
            "reference": "",
            "tracking_number": "",
            "weight_g": 0,
            "labelled_ms": to_ms(fact.at),
            "printed": False,
            "checked": False,
            "manifest": "",
            "voided": False,
        }
        statement = upsert(t.parcel).values({**row, **values})
        fresh = dict(values if again is None else again)
        self._db.execute(statement.on_conflict_do_update(index_elements=["parcel_id"], set_=fresh))

    def _wear(self, shipment_id: UUID) -> None:
        """Carrier and number are those of the first parcel's latest label, in whatever order labels came."""
        first = (
            select(t.parcel.c.carrier, t.parcel.c.service, t.parcel.c.tracking_number)
            .where(t.parcel.c.shipment_id == shipment_id, t.parcel.c.reference != "")
            .order_by(t.parcel.c.parcel_no, t.parcel.c.issue_no.desc())
            .limit(1)
        )
        row = self._db.execute(first).first()
        if row is not None:
            said = {"carrier": row.carrier, "service": row.service, "number": row.tracking_number}
            self._db.execute(
                update(t.shipment).where(t.shipment.c.shipment_id == shipment_id).values(**said)
            )

    def _count_parcels(self, shipment_id: UUID) -> None:
        live = (
            select(func.count())
            .select_from(t.parcel)
            .where(t.parcel.c.shipment_id == shipment_id, ~t.parcel.c.voided)
            .scalar_subquery()
        )
        self._db.execute(
            update(t.shipment).where(t.shipment.c.shipment_id == shipment_id).values(parcels=live)
        )

    def _set_status(self, shipment_id: UUID, rule: StatusRule, fact: Fact, at: datetime) -> None:
        row = t.shipment.c
        seen = (to_ms(at), str(fact.data.get("place", "") or fact.station))
        self._db.execute(
            update(t.shipment)
            .where(row.shipment_id == shipment_id, tuple_(row.event_ms, row.event_place) < tuple_(*seen))
            .values(event_ms=seen[0], event_place=seen[1])
        )
        if not rule.is_scan:
            return
        key = fold_key(rule.status, at, fact.fact_id)
        self._db.execute(
            update(t.shipment)
            .where(
                row.shipment_id == shipment_id,
                tuple_(*(row[name] for name in _KEY)) < tuple_(*_key_values(key)),
            )
            .values(
                status=rule.status.value,
                reason=rule.reason.value,
                **dict(zip(_KEY, _key_values(key), strict=True)),
            )
        )


def _key_values(key: FoldKey) -> tuple[int, int, int, int, str]:
    return (key.cycle, key.phase, key.occurred_ms, key.tie_rank, key.fact_id)


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
        "place": place,
        "status": TrackingStatus.PLANNED.value,
        "reason": "",
        "cycle": 0,
        "phase": 0,
        "occurred_ms": 0,
        "tie_rank": 0,
        "state_fact": "",
        "event_ms": to_ms(fact.at),
        "event_place": "",
        "ship_by_ms": to_ms(datetime.fromisoformat(ship_by)) if ship_by else None,
        "promised_on": date.fromisoformat(promised) if promised else None,
        "address_doubt": dump_doubt(check_address(who, pickup_point=bool(data["pickup_point"]))),
        "severity": 0,
        "anomaly": "",
        "anomalies": "[]",
        "next_check_ms": to_ms(fact.at),
    }


def search_text(data: Mapping[str, Any], party: Mapping[str, Any]) -> str:
    """Phones also by their last nine digits, so that +33 6… and 06… meet."""
    phone = "".join(ch for ch in str(party.get("phone", "")) if ch.isdigit())
    parts = [data["number"], data["source_ref"]]
    parts += [party.get(name, "") for name in ("name", "company", "email", "postcode", "city")]
    return " ".join([*parts, phone, phone[-9:]])


_FOLDERS = {
    FactKind.LABEL_BOUGHT: Projection._fold_bought,
    FactKind.LABEL_PRINTED: Projection._fold_printed,
    FactKind.LABEL_CHECKED: Projection._fold_checked,
    FactKind.LABEL_VOIDED: Projection._fold_voided,
    FactKind.PARCEL_MANIFESTED: Projection._fold_manifested,
    FactKind.MANIFEST_CLOSED: Projection._fold_manifest,
    FactKind.TRACKING_SAID: Projection._fold_said,
    FactKind.VALUE_SET: Projection._fold_value,
}
