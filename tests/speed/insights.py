"""The page Chiffres over twelve weeks of many shipments, read from kept counts; the peer counts every shipment anew.

Rows are written by SQL: half a year of shipments, fifteen services, 28 regions, three reasons, some late.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from tests.speed.bulk import CALENDARS, RULES, fill_by_sql
from tests.speed.figures import Figure
from tests.speed.fill import KEY, NOW, ZONE
from tests.speed.room import Room
from wismo_desk.domain.anomaly import to_ms
from wismo_desk.flows.insights import Insights
from wismo_desk.flows.pen import Pen
from wismo_desk.resources import status_tables
from wismo_desk.store import arrivals, open_store

_ROUNDS: Final = 3
_FILL: Final = """
WITH RECURSIVE n(i, at) AS (
  SELECT 1, {now} UNION ALL SELECT i + 1, {now} - (i + 1) % 180 * 86400000 FROM n WHERE i < {count})
INSERT INTO shipment (row, shipment_id, order_id, order_number, carrier, service, number, parcels, customer, place,
  status, reason, cycle, phase, occurred_ms, tie_rank, state_fact, event_ms, event_place, address_doubt, severity,
  anomaly, anomalies, hurdle, region, accepted_ms, ship_by_ms, promised_on)
SELECT i, printf('%032x', i), printf('%032x', i + 1000000000), CAST(i AS TEXT),
  CASE i % 3 WHEN 0 THEN 'colissimo' WHEN 1 THEN 'dpd' ELSE 'gls' END,
  's' || (i % 5), printf('XP%011dFR', i), 1, 'Camille Roussel', 'Nantes',
  'delivered', '', 0, 2, at + (1 + i * 7919 % 4 + (i % 12 = 0) * (i % 5)) * 86400000, 1, '', at,
  'Roissy', '', 0, '', '[]',
  CASE i % 13 WHEN 0 THEN 'recipient_absent' WHEN 1 THEN 'carrier_delay' ELSE '' END,
  CASE i * 31 % 40 WHEN 0 THEN 'BE' WHEN 1 THEN 'FR-57' WHEN 2 THEN 'DE' WHEN 3 THEN 'ES' ELSE 'Z' || (i * 31 % 24) END,
  at, at - 3600000, date(at / 1000 + 3 * 86400, 'unixepoch')
FROM n
"""


def measure(room: Room) -> list[Figure]:
    folder, count = room.folder / "insights", room.shipments
    fill_by_sql(folder, _FILL.format(count=count, now=to_ms(NOW)), then=arrivals.count_anew)
    store = open_store(folder, KEY, statuses=status_tables(), rules=RULES)
    try:
        pen = Pen("Poste 1", clock=lambda: NOW)
        read = Insights(store=store, pen=pen, zone=ZONE, calendars=CALENDARS)
        period = read.last(84)
        naive = min(_timed(lambda: _count_all(store)) for _ in range(_ROUNDS))
        ours = min(_timed(lambda: read(period)) for _ in range(_ROUNDS))
        assert read(period).total.due
        return [
            Figure(
                chapter="insights",
                name=f"figures of twelve weeks, {count:,} shipments kept",
                value=ours,
                unit="ms",
                peer="every shipment counted anew",
                peer_value=naive,
                aim=1000.0,
                samples=_ROUNDS,
            )
        ]
    finally:
        store.close()


def _count_all(store: Any) -> None:
    with store.read._engine.begin() as connection:
        connection.exec_driver_sql(arrivals.EVERYTHING).fetchall()


def _timed(work: Callable[[], Any]) -> float:
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1000
