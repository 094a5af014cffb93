"""Parcels that two desks labelled while one of them was offline: each is a task until one label is void."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.domain.watching import Filter, OneLabel, ShipmentRow, Sort, TwoLabels
from wismo_desk.store.store import Store

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TwiceLabelled:
    """`names` turns (carrier, service) codes into what people say."""

    store: Store
    names: Callable[[str, str], tuple[str, str]]

    def __call__(self) -> list[TwoLabels]:
        """The longest waiting first."""
        asked = Filter(anomalies=frozenset({AnomalyKind.DOUBLE_LABEL}), sort=Sort.EVENT, descending=False)
        rows = self.store.read.page(self.store.read.rows(asked, _MOST))
        return [task for row in rows for task in self._tasks(row)]

    def _tasks(self, row: ShipmentRow) -> Iterator[TwoLabels]:
        bought = {
            fact.parcel_id: fact
            for fact in self.store.read.order_facts(row.order_id)
            if fact.kind is FactKind.LABEL_BOUGHT
        }
        live = [
            parcel
            for parcel in self.store.read.parcels(order_id=row.order_id)
            if parcel.state is not ParcelState.VOIDED and parcel.parcel_id in bought
        ]
        for parcel_no, same in groupby(live, key=lambda parcel: parcel.parcel_no):
            labels = tuple(sorted(self._labels(list(same), bought), key=lambda label: label.bought_at))
            if len(labels) > 1:
                yield TwoLabels(
                    order_id=row.order_id,
                    order_number=row.order_number,
                    customer=row.customer,
                    place=row.place,
                    parcel_no=parcel_no,
                    labels=labels,
                )

    def _labels(self, parcels: list[Parcel], bought: dict[UUID | None, Fact]) -> Iterator[OneLabel]:
        for parcel in parcels:
            fact = bought[parcel.parcel_id]
            yield OneLabel(
                parcel_id=parcel.parcel_id,
                number=parcel.tracking_number,
                carrier=parcel.carrier,
                carrier_name=self.names(parcel.carrier, parcel.service)[0],
                station=fact.station,
                bought_at=fact.at,
                has_left=parcel.state is ParcelState.MANIFESTED,
            )
