"""Who has an order in hand: one row per order, taken by compare-and-set and timed by the server's clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text

from wismo_desk.store.shared import SharedDatabase

_TAKE: Final = text(
    "INSERT INTO wismo.lease AS l (tenant_id, order_id, holder, station, until)"
    " VALUES (:tenant, :order_id, :holder, :station, clock_timestamp() + :span)"
    " ON CONFLICT (tenant_id, order_id) DO UPDATE"
    " SET holder = excluded.holder, station = excluded.station, until = excluded.until"
    " WHERE l.holder = excluded.holder OR l.until < clock_timestamp() RETURNING holder"
)
_WHO: Final = text("SELECT station FROM wismo.lease WHERE tenant_id = :tenant AND order_id = :order_id")
_RENEW: Final = text(
    "UPDATE wismo.lease SET until = clock_timestamp() + :span"
    " WHERE tenant_id = :tenant AND order_id = ANY(:orders) AND holder = :holder RETURNING order_id"
)
_RELEASE: Final = text(
    "DELETE FROM wismo.lease WHERE tenant_id = :tenant AND order_id = ANY(:orders) AND holder = :holder"
)


class OrderLeases:
    """`holder` is the journal's id (names may change), `station` what people are told."""

    def __init__(self, shared: SharedDatabase, *, holder: str, station: str, span: timedelta) -> None:
        self._shared = shared
        self._me = {"tenant": shared.tenant, "holder": holder, "station": station, "span": span}

    def take(self, order_id: UUID) -> str:
        """Empty when the order is ours until now + span, else the station that has it."""
        with self._shared.begin() as connection:
            for _ in range(3):  # it may be released between the two statements
                if connection.scalar(_TAKE, {**self._me, "order_id": order_id}) is not None:
                    return ""
                holder = connection.scalar(_WHO, {**self._me, "order_id": order_id})
                if holder is not None:
                    return str(holder)
        return "?"

    def renew(self, orders: Collection[UUID]) -> set[UUID]:
        """Those that are still ours; the others were given to somebody else meanwhile."""
        with self._shared.begin() as connection:
            return set(connection.scalars(_RENEW, {**self._me, "orders": sorted(orders)}))

    def release(self, orders: Collection[UUID]) -> None:
        with self._shared.begin() as connection:
            connection.execute(_RELEASE, {**self._me, "orders": sorted(orders)})
