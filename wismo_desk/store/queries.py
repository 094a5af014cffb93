"""Reads the main file for windows and flows. Read-only connections; nothing here waits for a writer."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, func, or_, select, text

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.fact import Fact
from wismo_desk.domain.order import Order, OrderState, Product
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.domain.status import ENDED, IncidentReason, TrackingStatus
from wismo_desk.domain.watching import Counts, Filter, Manifest, OrderRow, ShipmentRow, Sort
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import bare, data_order, data_product, from_ms, row_fact, searchable, to_ms
from wismo_desk.store.judging import read_anomalies, read_doubt

_ship = t.shipment.c
_SORTS: dict[Sort, tuple[Any, ...]] = {
    Sort.WORST: (_ship.severity, _ship.event_ms),
    Sort.EVENT: (_ship.event_ms,),
    Sort.PROMISED: (_ship.promised_on,),
    Sort.NUMBER: (_ship.number,),
    Sort.CARRIER: (_ship.carrier, _ship.event_ms),
    Sort.STATUS: (_ship.status, _ship.event_ms),
}


class Queries:
    """All questions that have an answer in the local copy."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        self._engine.dispose()

    # What a scan or a typed number names

    def named(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        """(what, key) of everything these codes name: order, parcel, product."""
        asked = [code for code in codes if code]
        wanted = [*asked, *map(bare, asked)]
        with self._engine.begin() as connection:
            rows = connection.execute(select(t.code.c.what, t.code.c.key).where(t.code.c.code.in_(wanted)))
            return list(dict.fromkeys((row.what, row.key) for row in rows))

    def order(self, order_id: UUID) -> Order | None:
        with self._engine.begin() as connection:
            row = connection.execute(
                select(t.orders.c.data, t.party.c.data.label("party"))
                .outerjoin(t.party, t.party.c.order_id == t.orders.c.order_id)
                .where(t.orders.c.order_id == order_id)
            ).first()
        return data_order(order_id, json.loads(row.data), json.loads(row.party or "{}")) if row else None

    def routed(self, order_id: UUID) -> tuple[str, str, OrderState, str]:
        """Carrier, service, state and station of an order; a state of WAITING with empty words if unknown."""
        with self._engine.begin() as connection:
            row = connection.execute(
                select(t.orders.c.data, t.orders.c.state, t.orders.c.station).where(
                    t.orders.c.order_id == order_id
                )
            ).first()
        if row is None:
            return "", "", OrderState.WAITING, ""
        data = json.loads(row.data)
        return data["carrier"], data["service"], OrderState(row.state), row.station

    def routes(self, states: Sequence[OrderState]) -> list[tuple[UUID, str, str]]:
        """(order, carrier, service) of all orders in these states, those whose truck leaves first first."""
        statement = (
            select(t.orders.c.order_id, t.orders.c.data)
            .where(t.orders.c.state.in_([state.value for state in states]))
            .order_by(t.orders.c.ship_by_ms, t.orders.c.number)
        )
        with self._engine.begin() as connection:
            rows = [(row.order_id, json.loads(row.data)) for row in connection.execute(statement)]
        return [(key, data["carrier"], data["service"]) for key, data in rows]

    def order_facts(self, order_id: UUID) -> list[Fact]:
        """Oldest first."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(t.fact).where(t.fact.c.order_id == order_id)).mappings()
            return sorted((row_fact(row) for row in rows), key=lambda fact: (fact.at, fact.fact_id.hex))

    def known_content(self, orders: Sequence[UUID]) -> dict[UUID, tuple[str, OrderState]]:
        """For intake: the content hash and the state of those orders that are here already."""
        found: dict[UUID, tuple[str, OrderState]] = {}
        with self._engine.begin() as connection:
            for start in range(0, len(orders), 500):
                rows = connection.execute(
                    select(t.orders.c.order_id, t.orders.c.content, t.orders.c.state).where(
                        t.orders.c.order_id.in_(orders[start : start + 500])
                    )
                )
                found |= {row.order_id: (row.content, OrderState(row.state)) for row in rows}
        return found

    def orders(
        self,
        *,
        states: Sequence[OrderState] = (),
        station: str = "",
        carrier: str = "",
        text: str = "",
        limit: int = 2000,
    ) -> list[OrderRow]:
        statement = (
            select(t.orders, _ship.customer, _ship.place, _ship.address_doubt)
            .join(t.shipment, _ship.order_id == t.orders.c.order_id)
            .order_by(t.orders.c.ship_by_ms, t.orders.c.number)
            .limit(limit)
        )
        if states:
            statement = statement.where(t.orders.c.state.in_([state.value for state in states]))
        if station:
            statement = statement.where(t.orders.c.station == station)
        if carrier:
            statement = statement.where(t.orders.c.carrier == carrier)
        if text:
            statement = statement.where(_matching(text))
        with self._engine.begin() as connection:
            return [_order_row(row) for row in connection.execute(statement).mappings()]

    def open_by_carrier(self) -> dict[str, dict[OrderState, int]]:
        """How many orders stand where, by carrier: for the idle page."""
        with self._engine.begin() as connection:
            rows = connection.execute(
                select(t.orders.c.carrier, t.orders.c.state, func.count()).group_by(
                    t.orders.c.state, t.orders.c.carrier
                )
            )
            counts: dict[str, dict[OrderState, int]] = {}
            for carrier, state, count in rows:
                counts.setdefault(carrier, {})[OrderState(state)] = count
        return counts

    def labelled_since(self, since: datetime) -> list[tuple[str, datetime]]:
        """(carrier, when) of every label made since: the pace of the day."""
        with self._engine.begin() as connection:
            rows = connection.execute(
                select(t.parcel.c.carrier, t.parcel.c.labelled_ms).where(
                    t.parcel.c.labelled_ms >= to_ms(since), ~t.parcel.c.voided
                )
            )
            return [(row.carrier, from_ms(row.labelled_ms)) for row in rows]

    # Products and values

    def product_of(self, codes: Iterable[str]) -> Product | None:
        skus = [key for what, key in self.named(codes) if what == "product"]
        return self.products(skus[:1]).get(skus[0]) if skus else None

    def products(self, skus: Sequence[str] | None = None) -> dict[str, Product]:
        statement = select(t.product.c.sku, t.product.c.data)
        if skus is not None:
            statement = statement.where(t.product.c.sku.in_(skus))
        with self._engine.begin() as connection:
            return {row.sku: data_product(json.loads(row.data)) for row in connection.execute(statement)}

    def values(self, scope: str) -> dict[str, Any]:
        with self._engine.begin() as connection:
            rows = connection.execute(select(t.value.c.key, t.value.c.data).where(t.value.c.scope == scope))
            return {row.key: json.loads(row.data) for row in rows}

    def value(self, scope: str, key: str) -> Any:
        """One value, or None."""
        with self._engine.begin() as connection:
            data = connection.scalar(
                select(t.value.c.data).where(t.value.c.scope == scope, t.value.c.key == key)
            )
        return None if data is None else json.loads(data)

    # Parcels and manifests

    def parcel(self, parcel_id: UUID) -> Parcel | None:
        found = self._parcels(select(t.parcel).where(t.parcel.c.parcel_id == parcel_id))
        return found[0] if found else None

    def parcels(self, *, order_id: UUID) -> list[Parcel]:
        return self._parcels(
            select(t.parcel)
            .where(t.parcel.c.order_id == order_id)
            .order_by(t.parcel.c.parcel_no, t.parcel.c.issue_no)
        )

    def unmanifested(self, carrier: str) -> list[Parcel]:
        """Labels of this carrier on no manifest yet, oldest first: what the driver should take."""
        return self._parcels(
            select(t.parcel)
            .where(t.parcel.c.carrier == carrier, t.parcel.c.manifest == "", ~t.parcel.c.voided)
            .order_by(t.parcel.c.labelled_ms)
        )

    def _parcels(self, statement: Select[Any]) -> list[Parcel]:
        with self._engine.begin() as connection:
            return [_parcel(row) for row in connection.execute(statement).mappings()]

    def manifests(self, limit: int = 50) -> list[Manifest]:
        statement = select(t.manifest).order_by(t.manifest.c.closed_ms.desc()).limit(limit)
        with self._engine.begin() as connection:
            return [_manifest(row) for row in connection.execute(statement).mappings()]

    # The grid

    def rows(self, asked: Filter, limit: int | None = None) -> array[int]:
        """The index vector of the grid: local row ids in the asked order (64-bit)."""
        columns = _SORTS[asked.sort]
        order = [column.desc() if asked.descending else column.asc() for column in columns]
        if asked.sort is Sort.WORST:
            order[1] = _ship.event_ms.asc()  # within a severity, what has waited longest
        statement = select(_ship.row).where(*_where(asked)).order_by(*order, _ship.row)
        if limit is not None:
            statement = statement.limit(limit)
        with self._engine.begin() as connection:
            compiled = statement.compile(self._engine, compile_kwargs={"literal_binds": True})
            raw: Any = connection.connection.driver_connection
            return array("q", (row[0] for row in raw.execute(str(compiled))))

    def page(self, rows: Sequence[int]) -> list[ShipmentRow]:
        """These rows, in this order; rows gone meanwhile are left out."""
        with self._engine.begin() as connection:
            found = connection.execute(select(t.shipment).where(_ship.row.in_(rows))).mappings()
            by_row = {row["row"]: _shipment_row(row) for row in found}
        return [by_row[row] for row in rows if row in by_row]

    def shipment(self, shipment_id: UUID) -> ShipmentRow | None:
        with self._engine.begin() as connection:
            row = (
                connection.execute(select(t.shipment).where(_ship.shipment_id == shipment_id))
                .mappings()
                .first()
            )
        return _shipment_row(row) if row else None

    def row_ids(self, shipments: Iterable[UUID]) -> dict[UUID, int]:
        """The local row of each of these shipments."""
        with self._engine.begin() as connection:
            rows = connection.execute(
                select(_ship.shipment_id, _ship.row).where(_ship.shipment_id.in_(list(shipments)))
            )
            return {row.shipment_id: row.row for row in rows}

    def counts(self) -> Counts:
        with self._engine.begin() as connection:
            statuses = connection.execute(select(_ship.status, func.count()).group_by(_ship.status)).all()
            kinds = connection.execute(
                select(_ship.anomaly, func.count()).where(_ship.anomaly != "").group_by(_ship.anomaly)
            ).all()
            carriers = connection.execute(select(_ship.carrier, func.count()).group_by(_ship.carrier)).all()
        ended = {status.value for status in ENDED}
        return Counts(
            total=sum(count for _, count in statuses),
            open=sum(count for status, count in statuses if status not in ended),
            with_anomaly=sum(count for _, count in kinds),
            by_anomaly=tuple((AnomalyKind(kind), count) for kind, count in kinds),
            by_carrier=tuple((carrier, count) for carrier, count in carriers),
        )


def _where(asked: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.statuses:
        found.append(_ship.status.in_([status.value for status in asked.statuses]))
    if asked.carriers:
        found.append(_ship.carrier.in_(sorted(asked.carriers)))
    if asked.anomalies:
        found.append(_ship.anomaly.in_([kind.value for kind in asked.anomalies]))
    if asked.only_anomalies:
        found.append(_ship.anomaly != "")
    if asked.only_open:
        found.append(_ship.status.not_in([status.value for status in ENDED]))
    if asked.text.strip():
        found.append(_matching(asked.text))
    return found


def _matching(typed: str) -> ColumnElement[bool]:
    """Every word typed must begin a word of the row; or the whole is the start of a tracking number."""
    words = [word for word in re.split(r"[\W_]+", searchable(typed)) if word]
    asked = " ".join(f'"{word}"*' for word in words)
    digits = "".join(words)
    if digits.isdigit() and len(digits) >= 6:
        asked = f'({asked}) OR "{digits[-9:]}"*'  # a telephone number, however it is spaced or prefixed
    number = t.parcel.c.tracking_number
    begins = [(number >= start) & (number < start + "\uffff") for start in _starts(typed)]
    numbered = select(t.parcel.c.shipment_id).where(or_(*begins))
    named = _ship.shipment_id.in_(numbered)
    if not asked:
        return named
    hits = select(text("rowid")).select_from(text("search"))
    return or_(_ship.row.in_(hits.where(text("search MATCH :asked").bindparams(asked=asked))), named)


def _starts(typed: str) -> set[str]:
    """How the number may begin that somebody reads from a label: an SSCC stands there behind its "(00)"."""
    joined = "".join(typed.split()).upper()
    bare = joined.removeprefix("(00)")
    if bare == joined and joined.isdigit() and len(joined) > 8:  # as the barcode spells it
        bare = joined.removeprefix("00")
    return {joined, bare or joined}


def _shipment_row(row: RowMapping) -> ShipmentRow:
    return ShipmentRow(
        row=row["row"],
        shipment_id=row["shipment_id"],
        order_id=row["order_id"],
        order_number=row["order_number"],
        carrier=row["carrier"],
        service=row["service"],
        number=row["number"],
        parcels=row["parcels"],
        customer=row["customer"],
        place=row["place"],
        status=TrackingStatus(row["status"]),
        reason=IncidentReason(row["reason"]),
        promised_on=row["promised_on"],
        ship_by=None if row["ship_by_ms"] is None else from_ms(row["ship_by_ms"]),
        event_at=from_ms(row["event_ms"]),
        event_place=row["event_place"],
        severity=row["severity"],
        anomalies=read_anomalies(row["anomalies"]),
    )


def _order_row(row: RowMapping) -> OrderRow:
    data = json.loads(row["data"])
    doubt = read_doubt(row["address_doubt"])
    return OrderRow(
        order_id=row["order_id"],
        number=row["number"],
        source=data["source"],
        state=OrderState(row["state"]),
        station=row["station"],
        carrier=row["carrier"],
        service=data["service"],
        customer=row["customer"],
        place=row["place"],
        pieces=sum(line["quantity"] for line in data["lines"]),
        ship_by=None if row["ship_by_ms"] is None else from_ms(row["ship_by_ms"]),
        address_doubt=doubt.sentence if doubt else "",
        address_values=doubt.values if doubt else (),
    )


def _parcel(row: RowMapping) -> Parcel:
    if row["voided"]:
        state = ParcelState.VOIDED
    elif row["manifest"]:
        state = ParcelState.MANIFESTED
    elif row["checked"]:
        state = ParcelState.CHECKED
    else:
        state = ParcelState.PRINTED if row["printed"] else ParcelState.BOUGHT
    return Parcel(
        parcel_id=row["parcel_id"],
        shipment_id=row["shipment_id"],
        order_id=row["order_id"],
        parcel_no=row["parcel_no"],
        issue_no=row["issue_no"],
        state=state,
        carrier=row["carrier"],
        service=row["service"],
        reference=row["reference"],
        tracking_number=row["tracking_number"],
        weight_g=row["weight_g"],
        labelled_at=from_ms(row["labelled_ms"]),
    )


def _manifest(row: RowMapping) -> Manifest:
    data = json.loads(row["data"])
    return Manifest(
        manifest_id=row["manifest_id"],
        carrier=row["carrier"],
        closed_at=from_ms(row["closed_ms"]),
        parcels=tuple(UUID(key) for key in data["parcels"]),
        missing=tuple(UUID(key) for key in data["missing"]),
    )
