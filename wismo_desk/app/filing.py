"""The flows of carriers whose own program prints the labels, from a file; and the bench's closing of a parcel, which
asks them first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from wismo_desk.domain.carrier import Carrier
from wismo_desk.flows.buy_ahead import BuyAhead
from wismo_desk.flows.close_parcel import CloseParcel
from wismo_desk.flows.hand_to_file import HandToFile
from wismo_desk.flows.label_by_file import LabelByFile
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Prepare
from wismo_desk.flows.ship import Ship
from wismo_desk.flows.together import Together
from wismo_desk.settings import Settings
from wismo_desk.settings.cartons import carton_of
from wismo_desk.store.store import Store


class Whole(Protocol):
    """What is needed of the station."""

    settings: Settings

    @property
    def store(self) -> Store: ...
    @property
    def pen(self) -> Pen: ...
    @property
    def ship(self) -> Ship: ...
    @property
    def carriers(self) -> Mapping[str, Carrier]: ...
    @property
    def by_file(self) -> LabelByFile: ...
    @property
    def ahead(self) -> BuyAhead: ...

    def names(self, carrier: str, service: str) -> tuple[str, str]: ...

    def weigh(self) -> int | None: ...


def file_flows(station: Whole, prepare: Prepare) -> tuple[LabelByFile, HandToFile]:
    store, pen, carriers = station.store, station.pen, station.carriers
    by_file = LabelByFile(store=store, pen=pen, ship=station.ship, carriers=carriers, names=station.names)
    zone = station.settings.timezone
    hand = HandToFile(store=store, pen=pen, carriers=carriers, prepare=prepare, by_file=by_file, zone=zone)
    return by_file, hand


def close_parcel(station: Whole) -> CloseParcel:
    return CloseParcel(
        store=station.store,
        pen=station.pen,
        ship=station.ship,
        scale=station.weigh,
        weigh=lambda: station.settings.weigh,
        by_file=station.by_file,
        ahead=station.ahead,
        together=Together(
            store=station.store,
            prepare=station.ship.prepare,
            carriers=station.carriers,
            on=lambda: station.settings.parcels_together,
        ),
        carton=lambda chosen: carton_of(station.settings.cartons, chosen),
    )
