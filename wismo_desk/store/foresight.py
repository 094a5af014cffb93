"""The forecast's side of the main file: scans it counts from, history read as columns, what it said written in bulk."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Connection,
    Engine,
    delete,
    select,
    text,
    update,
)

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.store import agenda
from wismo_desk.store import main_tables as t
from wismo_desk.store.by_event import heard_since
from wismo_desk.store.codec import to_ms
from wismo_desk.store.engine import Source, Writer, reader

# Scans after which a carrier has the parcel; what only ends a journey does not begin one.
IN_HANDS: Final = frozenset(
    {
        TrackingStatus.ACCEPTED,
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.CUSTOMS,
        TrackingStatus.OUT_FOR_DELIVERY,
        TrackingStatus.DELIVERY_ATTEMPTED,
        TrackingStatus.READY_FOR_PICKUP,
        TrackingStatus.DELAYED,
        TrackingStatus.EXCEPTION,
    }
)
# Of these each one is kept: after it the clock starts anew.
RESTARTS: Final = (
    TrackingStatus.IN_TRANSIT,
    TrackingStatus.CUSTOMS,
    TrackingStatus.OUT_FOR_DELIVERY,
    TrackingStatus.DELIVERY_ATTEMPTED,
    TrackingStatus.DELAYED,
    TrackingStatus.EXCEPTION,
)
LEGS: Final = (*RESTARTS, TrackingStatus.READY_FOR_PICKUP)  # of these a scan is kept each
_PROBABLY_LOST: Final = 0.5
_CHUNK: Final = 50  # rows of one transaction: a scan at the bench comes in between
_READ: Final = 5000
_ENDED: Final = 2  # the phase


def forget_scans(db: Connection, shipments: Sequence[UUID]) -> None:
    """Before what was heard of them is folded anew."""
    row = t.shipment.c
    mine = row.shipment_id.in_(shipments)
    db.execute(delete(t.leg).where(t.leg.c.row.in_(select(row.row).where(mine))))
    db.execute(update(t.shipment).where(mine).values(accepted_ms=None))


@dataclass(frozen=True, slots=True)
class Journeys:
    """Shipments as columns, one list each; days are local, counted from 1970-01-01, None where there is none.
    `ended` is the day of what `status` says. `handed` is missing for what is still in the house."""

    row: list[int] = field(default_factory=list)
    carrier: list[str] = field(default_factory=list)
    service: list[str] = field(default_factory=list)
    zone: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    handed: list[int | None] = field(default_factory=list)
    promised: list[int | None] = field(default_factory=list)
    ended: list[int | None] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # what was foreseen last time, for comparison
    accepted: list[int | None] = field(default_factory=list)  # the first physical scan in the carrier's hands
    region: list[str] = field(default_factory=list)  # whose days off count there

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class Legs:
    """Scans after which the clock starts anew, and arrivals at pickup points, as columns, oldest first. Small numbers:
    a million shipments have some millions of them. `status`: its place in `LEGS`."""

    row: array[int] = field(default_factory=lambda: array("q"))
    status: array[int] = field(default_factory=lambda: array("i"))
    day: array[int] = field(default_factory=lambda: array("i"))

    def __len__(self) -> int:
        return len(self.row)


_COLUMNS: Final = """
SELECT row, carrier, service, zone, status,
  (min(coalesce(accepted_ms, handed_ms), coalesce(handed_ms, accepted_ms)) + :shift) / 86400000,
  CAST(julianday(promised_on) - 2440587.5 AS INTEGER),
  CASE WHEN phase = 2 THEN (occurred_ms + :shift) / 86400000 END,
  coalesce(eta_low_on, '') || coalesce(eta_on, '') || coalesce(eta_high_on, '') ||
    coalesce(round(late_chance, 2), '') || coalesce(round(lost_chance, 2), '') || foreseen,
  (accepted_ms + :shift) / 86400000, region
FROM shipment
"""


_LEG_COLUMNS: Final = (
    "SELECT row, CASE status "  # noqa: S608 - our own words only
    + " ".join(f"WHEN '{status.value}' THEN {at}" for at, status in enumerate(LEGS))
    + " ELSE -1 END, (at_ms + :shift) / 86400000 FROM leg"
)


class JourneyQueries:
    """What the forecast reads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def journeys(self, since: datetime, shift_ms: int, rows: Sequence[int] | None = None) -> Journeys:
        """What was handed over since then, and all that is open; or only these rows. `shift_ms`: what the local
        clock is ahead of UTC."""
        asked: dict[str, Any] = {"shift": shift_ms, "since": to_ms(since)}
        if rows is None:
            where = "WHERE coalesce(accepted_ms, handed_ms) >= :since OR phase < 2"
        else:
            where = f"WHERE row IN ({','.join(str(int(row)) for row in rows)})"
        columns: tuple[list[Any], ...] = tuple([] for _ in range(11))
        said: dict[Any, Any] = {}  # a million rows say the same few words: each is kept once
        with self._engine.begin() as connection:
            raw: Any = connection.connection.driver_connection
            cursor = raw.execute(f"{_COLUMNS} {where}", asked)
            while some := cursor.fetchmany(_READ):
                for column, values in zip(columns, zip(*some, strict=True), strict=True):
                    column.extend(
                        values if column is columns[0] else [said.setdefault(one, one) for one in values]
                    )
        return Journeys(*columns)

    def legs(self, shift_ms: int, rows: Sequence[int] | None = None) -> Legs:
        where = "" if rows is None else f"WHERE row IN ({','.join(str(int(row)) for row in rows)})"
        found = Legs()
        with self._engine.begin() as connection:
            raw: Any = connection.connection.driver_connection
            cursor = raw.execute(f"{_LEG_COLUMNS} {where} ORDER BY at_ms", {"shift": shift_ms})
            while some := cursor.fetchmany(_READ):
                for column, values in zip(
                    (found.row, found.status, found.day), zip(*some, strict=True), strict=True
                ):
                    column.extend(values)
        return found

    def moved_since(self, at: datetime) -> list[UUID]:
        """Open shipments of which anything was heard since then."""
        row = t.shipment.c
        asked = select(row.shipment_id).where(heard_since(to_ms(at)), row.phase < _ENDED)
        with self._engine.begin() as connection:
            return list(connection.scalars(asked))

    def rows(self, shipments: Iterable[UUID]) -> list[int]:
        row = t.shipment.c
        with self._engine.begin() as connection:
            return list(connection.scalars(select(row.row).where(row.shipment_id.in_(list(shipments)))))


@contextmanager
def open_journeys(source: Source) -> Iterator[JourneyQueries]:
    """The main file once more, only to read; in any process of this computer."""
    engine = reader(source.path, source.key)
    try:
        yield JourneyQueries(engine)
    finally:
        engine.dispose()


def pack(expected: Sequence[tuple[int, Expected | None]]) -> list[str]:
    """By row, None for nothing: as texts of a transaction each. Many small texts reach another process, and wait
    there, at no cost; as many objects would hold its interpreter for a second."""
    rows = [_kept(key, one) for key, one in expected]
    return [json.dumps(rows[start : start + _CHUNK]) for start in range(0, len(rows), _CHUNK)]


class Foresight:
    """Writes what was foreseen, little by little."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def keep(self, packed: Iterable[str]) -> frozenset[UUID]:
        """What `pack` made of it; the rules look at these shipments again. Returns which they are."""
        changed: set[UUID] = set()
        row = t.shipment.c
        for text_ in packed:
            some: list[dict[str, object]] = json.loads(text_)
            with self._writer.begin() as connection:
                connection.execute(_KEEP, some)
                keys = [int(str(one["row"])) for one in some]
                agenda.look_again(connection, keys)
                changed.update(connection.scalars(select(row.shipment_id).where(row.row.in_(keys))))
            self._writer.give_way()
        return frozenset(changed)


_KEEP: Final = text(
    "UPDATE shipment SET eta_low_on = :low, eta_on = :likely, eta_high_on = :high, late_chance = :late, "
    "lost_chance = :lost, foreseen = :foreseen WHERE row = :row"
)


def _kept(row: int, one: Expected | None) -> dict[str, object]:
    days = _days(one)
    return {
        "row": row,
        **dict(zip(("low", "likely", "high"), days or (None, None, None), strict=True)),
        "late": one.late if one else None,
        "lost": one.lost if one else None,
        "foreseen": said(one) if one and days else "",
    }


def _days(one: Expected | None) -> tuple[str, ...]:
    """None for what will more likely never come."""
    if one is None or (one.lost or 0) >= _PROBABLY_LOST:
        return ()
    return tuple(day.isoformat() for day in (one.low, one.likely, one.high))


def said(one: Expected) -> str:
    return json.dumps([one.sentence, [list(pair) for pair in one.values]], ensure_ascii=False)


def as_read(one: Expected | None) -> str:
    """As `Journeys.said` would read it."""
    if one is None:
        return ""
    days = _days(one)
    chances = "".join("" if chance is None else str(round(chance, 2)) for chance in (one.late, one.lost))
    return "".join(days) + chances + (said(one) if days else "")
