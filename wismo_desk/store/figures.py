"""What walls and charts count, in a few indexed questions. Read-only; call it on the READ lane."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Engine, func, select

from wismo_desk.domain.anomaly import AnomalyKind, Severity
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.figures import Kept
from wismo_desk.domain.ids import time_ordered
from wismo_desk.domain.order import OrderState
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import from_ms, to_ms


@dataclass(frozen=True, slots=True)
class DueOrders:
    """So many open orders of one carrier whose truck leaves at `ship_by` (None: nobody said)."""

    carrier: str
    ship_by: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class Journey:
    """So many shipments of one lane that went on one day and arrived on another."""

    carrier: str
    service: str
    region: str
    handed: date
    arrived: date
    promised: date | None
    late: bool
    count: int


_DUE: Final = "WHERE (promised BETWEEN ?1 AND ?2)"
_TRIED: Final = "(tried <> '' AND tried <= promised)"
# Both ways are kept: whose attempts count as delivered (?3, codes of carriers as JSON) is asked when it is read.
_LATE: Final = (
    "(promised <> '' AND (arrived = '' OR arrived > promised) "  # noqa: S608 - our own words only
    f"AND NOT ({_TRIED} AND carrier IN (SELECT value FROM json_each(?3))))"
)
_KEPT: Final = (
    f"sum(count), coalesce(sum(count) FILTER (WHERE {_LATE}), 0), "
    f"coalesce(sum(count) FILTER (WHERE {_LATE} AND {_TRIED}), 0), "
    f"coalesce(sum(count) FILTER (WHERE {_LATE} AND arrived = ''), 0)"
)


def _kept(row: Sequence[int]) -> Kept:
    due, late, tried, never = row
    return Kept(due=due, late=late, tried=tried, never=never)


def _codes(attempts: Iterable[str]) -> str:
    return json.dumps(sorted(attempts))


class FigureQueries:
    """Counts over the local copy. `attempts`: the carriers of whom an attempt in time counts as delivered in time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due_orders(self, states: Sequence[OrderState]) -> list[DueOrders]:
        """Orders in these states by carrier and truck."""
        row = t.orders.c
        asked = (
            select(row.carrier, row.ship_by_ms, func.count())
            .where(row.state.in_([state.value for state in states]))
            .group_by(row.carrier, row.ship_by_ms)
        )
        with self._engine.begin() as connection:
            return [
                DueOrders(carrier, None if when is None else from_ms(when), count)
                for carrier, when, count in connection.execute(asked)
            ]

    def busy_stations(self, since: datetime) -> int:
        """How many stations made a label since then."""
        row = t.fact.c
        first = time_ordered(to_ms(since), bytes(10))
        asked = select(func.count(row.station.distinct())).where(
            row.fact_id >= first,  # ids are ordered by time: only the last hour's rows are read
            row.kind == FactKind.LABEL_BOUGHT.value,
            row.at_ms >= to_ms(since),
        )
        with self._engine.begin() as connection:
            return connection.scalar(asked) or 0

    def wrong_shipments(self) -> list[tuple[AnomalyKind, Severity, int]]:
        """(kind, severity, count) of every shipment's worst anomaly."""
        row = t.shipment.c
        asked = (
            select(row.anomaly, row.severity, func.count())
            .where(row.anomaly != "")
            .group_by(row.anomaly, row.severity)
        )
        with self._engine.begin() as connection:
            return [
                (AnomalyKind(kind), Severity(severity), count)
                for kind, severity, count in connection.execute(asked)
            ]

    def promises(
        self, first: date, last: date, *, attempts: Iterable[str] = ()
    ) -> list[tuple[str, str, str, Kept]]:
        """(carrier, service, region, how they were kept) of what was promised for these days."""
        asked = (
            f"SELECT carrier, service, region, {_KEPT} FROM arrival {_DUE} GROUP BY carrier, service, region"  # noqa: S608 - our own words only
        )
        return [(*row[:3], _kept(row[3:])) for row in self._ask(asked, first, last, _codes(attempts))]

    def weeks(self, first: date, last: date, *, attempts: Iterable[str] = ()) -> list[tuple[date, str, Kept]]:
        """(Monday, carrier, how they were kept) of what was promised for these days."""
        asked = (
            f"SELECT date(promised, '-6 days', 'weekday 1') AS monday, carrier, {_KEPT} "  # noqa: S608 - likewise
            f"FROM arrival {_DUE} GROUP BY monday, carrier ORDER BY monday"
        )
        rows = self._ask(asked, first, last, _codes(attempts))
        return [(date.fromisoformat(row[0]), row[1], _kept(row[2:])) for row in rows]

    def late_ones(
        self, first: date, last: date, carrier: str = "", *, attempts: Iterable[str] = ()
    ) -> list[tuple[bool, str, int]]:
        """(left late or not at all, the carrier's last reason, count) of what was late; of one carrier, or of all."""
        asked = (
            f"SELECT ours, hurdle, sum(count) FROM arrival {_DUE} AND {_LATE} "  # noqa: S608 - likewise
            "AND (?4 = '' OR carrier = ?4) GROUP BY ours, hurdle"
        )
        rows = self._ask(asked, first, last, _codes(attempts), carrier)
        return [(bool(row[0]), row[1], row[2]) for row in rows]

    def journeys(self, first: date, last: date, *, attempts: Iterable[str] = ()) -> list[Journey]:
        """Of what was handed over in these days and has arrived, by lane and days."""
        asked = (
            f"SELECT carrier, service, region, handed, arrived, promised, {_LATE} AS late, sum(count) "  # noqa: S608 - likewise
            "FROM arrival WHERE handed BETWEEN ?1 AND ?2 AND state = 'delivered' "
            "GROUP BY carrier, service, region, handed, arrived, promised, late"
        )
        return [
            Journey(
                carrier,
                service,
                region,
                date.fromisoformat(handed),
                date.fromisoformat(arrived),
                date.fromisoformat(promised) if promised else None,
                bool(late),
                count,
            )
            for carrier, service, region, handed, arrived, promised, late, count in self._ask(
                asked, first, last, _codes(attempts)
            )
        ]

    def sent(self, first: date, last: date) -> int:
        """Shipments handed over in these days."""
        asked = "SELECT coalesce(sum(count), 0) FROM arrival WHERE handed BETWEEN ? AND ?"
        return int(self._ask(asked, first, last)[0][0])

    def contacts(self, since: datetime, until: datetime) -> dict[str, int]:
        """Logged questions of customers by kind."""
        asked = (
            "SELECT json_extract(data, '$.question'), count(*) FROM fact "
            "WHERE kind = 'contact_logged' AND at_ms >= ? AND at_ms < ? GROUP BY 1"
        )
        with self._engine.begin() as connection:
            rows = connection.exec_driver_sql(asked, (to_ms(since), to_ms(until))).fetchall()
        return {str(question): count for question, count in rows}

    def _ask(self, statement: str, first: date, last: date, *more: str) -> list[Any]:
        with self._engine.begin() as connection:
            given = (first.isoformat(), last.isoformat(), *more)
            return list(connection.exec_driver_sql(statement, given).fetchall())
