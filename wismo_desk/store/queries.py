"""Reads the main file for windows and flows. Read-only connections; nothing here waits for a writer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, RowMapping, Select, select

from wismo_desk.domain.fact import Fact
from wismo_desk.domain.order import Order, OrderState, Product
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.domain.watching import Manifest, OrderRow
from wismo_desk.store import main_tables as t
from wismo_desk.store.anomalies import AnomalyQueries
from wismo_desk.store.claims import ClaimQueries
from wismo_desk.store.codec import bare, data_order, data_product, from_ms, row_fact, to_ms
from wismo_desk.store.figures import FigureQueries
from wismo_desk.store.foresight import JourneyQueries
from wismo_desk.store.grid_rows import GridQueries
from wismo_desk.store.judging import read_doubt
from wismo_desk.store.replay import Replay
from wismo_desk.store.search import matching

_ship = t.shipment.c


class Queries(GridQueries):
    """All questions that have an answer in the local copy."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.figures = FigureQueries(engine)
        self.journeys = JourneyQueries(engine)
        self.anomalies = AnomalyQueries(engine)
        self.claims = ClaimQueries(engine)
        self.replay = Replay(engine)

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

    def trucks(self, states: Sequence[OrderState]) -> list[tuple[UUID, str, datetime, datetime]]:
        """(order, carrier, ordered, ship by) of all orders in these states that know their truck, aware UTC; by their
        trucks."""
        statement = (
            select(t.orders.c.order_id, t.orders.c.carrier, t.orders.c.data, t.orders.c.ship_by_ms)
            .where(
                t.orders.c.state.in_([state.value for state in states]), t.orders.c.ship_by_ms.is_not(None)
            )
            .order_by(t.orders.c.ship_by_ms, t.orders.c.number)
        )
        with self._engine.begin() as connection:
            rows = connection.execute(statement).all()
        return [
            (key, carrier, datetime.fromisoformat(json.loads(data)["ordered_at"]), from_ms(ship_by))
            for key, carrier, data, ship_by in rows
        ]

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
            statement = statement.where(matching(text))
        with self._engine.begin() as connection:
            return [_order_row(row) for row in connection.execute(statement).mappings()]

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
