"""One verb for many shipments: print again, void, ask the carrier. What cannot be done is said of each by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from wismo_desk.domain.effect import Effect
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.errors import DeskError, Refused
from wismo_desk.store.store import Store

MOST: Final = 500  # shipments at once: a slip of the hand must not print for an hour
_GONE: Final = (ParcelState.ASKED, ParcelState.VOIDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """`count` parcels; `refused` (order number, why) of the others; `jobs` are prints to send."""

    count: int
    changes: Changes = field(default_factory=Changes)
    refused: tuple[tuple[str, DeskError], ...] = ()
    jobs: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """Each parcel by the flow that does it for one."""

    store: Store
    reprint_one: Callable[..., Effect]
    void_one: Callable[..., Changes]

    def reprint(self, shipments: Sequence[UUID], *, reason: str) -> Done:
        """One more copy of each label that is not void."""
        jobs: list[Effect] = []
        refused = []
        for row, parcel in self._live(shipments):
            try:
                jobs.append(self.reprint_one(parcel.parcel_id, reason=reason))
            except DeskError as error:
                refused.append((row.order_number, error))
        return Done(count=len(jobs), jobs=tuple(jobs), refused=tuple(refused), changes=Changes(effects=True))

    def void(self, shipments: Sequence[UUID], *, reason: str) -> Done:
        """Of a shipment without a label nothing is said."""
        changes, count = Changes(), 0
        refused = []
        for row, parcel in self._live(shipments):
            try:
                changes |= self.void_one(parcel.parcel_id, reason=reason)
                count += 1
            except DeskError as error:
                refused.append((row.order_number, error))
        return Done(count=count, changes=changes, refused=tuple(refused))

    def ask_carriers(self, shipments: Sequence[UUID]) -> Done:
        """Their carriers are asked at the next turn, within the carriers' limits."""
        self._refuse_most(shipments)
        return Done(count=self.store.looks.forget(shipments))

    def _live(self, shipments: Sequence[UUID]) -> Iterator[tuple[ShipmentRow, Parcel]]:
        self._refuse_most(shipments)
        rows = self.store.read.page(list(self.store.read.row_ids(shipments).values()))
        for row in rows:
            for parcel in self.store.read.parcels(order_id=row.order_id):
                if parcel.shipment_id == row.shipment_id and parcel.state not in _GONE:
                    yield row, parcel

    def _refuse_most(self, shipments: Sequence[UUID]) -> None:
        if len(shipments) > MOST:
            raise Refused(
                "{n} shipments are ticked, at most {most} go at once. Tick fewer.",
                n=len(shipments),
                most=MOST,
            )
