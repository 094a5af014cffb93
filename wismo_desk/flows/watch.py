"""Everything a window may ask about orders and shipments; reads only, but for the tick of the rules."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from uuid import UUID

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import Parcel
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Counts, Detail, Filter, Manifest, OrderRow, ShipmentRow
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Clock
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`names` turns (carrier, service) codes into what people say; `give_back` is called when much memory was used for
    a moment."""

    store: Store
    clock: Clock
    names: Callable[[str, str], tuple[str, str]]
    has_papers: Callable[[Parcel, TrackingStatus], bool] = lambda _parcel, _status: False
    zone: tzinfo = UTC  # whose midnight parts the promised days
    give_back: Callable[[], object] = lambda: None

    def rows(self, asked: Filter, limit: int | None = None) -> array[int]:
        """The index vector of the grid (32-bit local row ids)."""
        now = self.clock()
        return self.store.read.rows(asked, limit, now=now, today=now.astimezone(self.zone).date())

    def prepare(self) -> bool:
        """Read the index of many shipments into memory, on a lane of its own; False when nothing was to do."""
        done = self.store.read.prepare()
        if done:
            self.give_back()
        return done

    def page(self, rows: Sequence[int]) -> list[ShipmentRow]:
        return self.store.read.page(rows, self.names)

    def row_ids(self, shipments: Iterable[UUID]) -> dict[UUID, int]:
        return self.store.read.row_ids(shipments)

    def counts(self) -> Counts:
        doubts = len(self.store.journal.effects(states=(EffectState.IN_DOUBT,)))
        return replace(self.store.read.counts(), in_doubt=doubts)

    def tick(self) -> Changes:
        """Let the rules that are due look again."""
        return self.store.judge_due(self.clock())

    def detail(self, shipment_id: UUID) -> Detail:
        row = self.store.read.shipment(shipment_id)
        order = self.store.read.order(row.order_id) if row else None
        if row is None or order is None:
            raise Refused("This shipment is not known here.")
        parcels = self.store.read.parcels(order_id=row.order_id)
        labels = [(parcel.parcel_id, self.store.journal.label(parcel.parcel_id)) for parcel in parcels]
        return Detail(
            row=self._named(row),
            order=order,
            order_state=self.store.read.routed(row.order_id)[2],
            parcels=tuple(parcels),
            facts=tuple(self.store.read.order_facts(row.order_id)),
            effects=tuple(self.store.journal.effects(order_id=row.order_id)),
            label_images=tuple((key, label.image) for key, label in labels if label and label.image),
            with_papers=frozenset(p.parcel_id for p in parcels if self.has_papers(p, row.status)),
        )

    def orders(self, *, states: Sequence[OrderState] = (), text: str = "") -> list[OrderRow]:
        rows = self.store.read.orders(states=states, text=text)
        named = [(row, self.names(row.carrier, row.service)) for row in rows]
        return [replace(row, carrier=carrier, service=service) for row, (carrier, service) in named]

    def manifests(self) -> list[Manifest]:
        return self.store.read.manifests()

    def _named(self, row: ShipmentRow) -> ShipmentRow:
        carrier, service = self.names(row.carrier, row.service)
        return replace(row, carrier_name=carrier, service_name=service)
