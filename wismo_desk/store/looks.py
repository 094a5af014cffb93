"""When each parcel's carrier was last asked about it. Local and expendable: lost, it is asked once more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select

from wismo_desk.domain.cadence import EXPIRED_AFTER, Look, next_look
from wismo_desk.domain.status import ENDED, TrackingStatus
from wismo_desk.store import main_tables as t
from wismo_desk.store.at_once import keep_at_once, known_at_once
from wismo_desk.store.codec import to_ms
from wismo_desk.store.engine import Writer
from wismo_desk.store.judging import note_misses

_COUNTED: Final = (
    "ON CONFLICT (parcel_id) DO UPDATE SET asked_ms = excluded.asked_ms, "
    "misses = excluded.misses * (look.misses + excluded.misses)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A parcel whose carrier may be asked."""

    parcel_id: UUID
    shipment_id: UUID
    order_id: UUID
    carrier: str
    number: str
    look: Look


class Looks:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def due(self, carriers: Collection[str], now: datetime, limit: int) -> list[Followed]:
        """Parcels of these carriers whose time has come, those that waited longest first."""
        found = [
            (at, one) for one in self._open(carriers, now) if (at := next_look(one.look, now)) and at <= now
        ]
        found.sort(key=lambda pair: pair[0])
        return [one for _, one in found[:limit]]

    def forget(self, shipments: Sequence[UUID]) -> int:
        """Of these shipments' labels no carrier counts as asked: they are due at the next turn. How many."""
        parcel, count = t.parcel.c, 0
        with self._writer.begin() as connection:
            for start in range(0, len(shipments), 500):
                some = shipments[start : start + 500]
                mine = select(parcel.parcel_id).where(parcel.shipment_id.in_(some), ~parcel.voided)
                count += len(connection.execute(mine).all())
                connection.execute(delete(t.look).where(t.look.c.parcel_id.in_(mine)))
        return count

    def _open(self, carriers: Collection[str], now: datetime) -> list[Followed]:
        parcel, ship, look = t.parcel.c, t.shipment.c, t.look.c
        statement = (
            select(
                parcel.parcel_id,
                parcel.shipment_id,
                parcel.order_id,
                parcel.carrier,
                parcel.tracking_number,
                parcel.labelled_ms,
                ship.status,
                ship.event_ms,
                ship.promised_on,
                look.asked_ms,
                look.misses,
            )
            .join(t.shipment, ship.shipment_id == parcel.shipment_id)
            .outerjoin(t.look, look.parcel_id == parcel.parcel_id)
            .where(
                parcel.carrier.in_(list(carriers)),
                parcel.tracking_number != "",
                ~parcel.voided,
                ship.status.not_in([status.value for status in ENDED]),
                ship.event_ms > to_ms(now - EXPIRED_AFTER),
            )
        )
        with self._writer.begin() as connection:
            return [_followed(row) for row in connection.execute(statement)]

    def asked(self, found: Iterable[tuple[UUID, bool]], at: datetime) -> None:
        """(parcel, whether its carrier knew it) of one round of questions."""
        rows = [(parcel, not known) for parcel, known in found]
        if not rows:
            return
        said = [
            {"parcel_id": parcel, "asked_ms": to_ms(at), "misses": int(missed)} for parcel, missed in rows
        ]
        with self._writer.begin() as connection:
            keep_at_once(connection, "look", said, also=_COUNTED)
            note_misses(connection, [parcel for parcel, _ in rows])

    def unknown(self, facts: Sequence[UUID]) -> set[UUID]:
        """Which of these facts the main file does not hold yet."""
        with self._writer.begin() as connection:
            return set(facts) - known_at_once(connection, facts)


def _followed(row: Any) -> Followed:
    def moment(ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, UTC)

    asked = row.asked_ms
    return Followed(
        parcel_id=row.parcel_id,
        shipment_id=row.shipment_id,
        order_id=row.order_id,
        carrier=row.carrier,
        number=row.tracking_number,
        look=Look(
            status=TrackingStatus(row.status),
            labelled_at=moment(row.labelled_ms),
            event_at=moment(row.event_ms),
            asked_at=None if asked is None else moment(asked),
            misses=row.misses or 0,
            promised_on=row.promised_on,
        ),
    )
