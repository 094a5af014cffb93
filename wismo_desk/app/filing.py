"""The flows of carriers whose own program prints the labels, from a file; and the bench's closing of a parcel, which
asks them first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wismo_desk.flows.close_parcel import CloseParcel
from wismo_desk.flows.hand_to_file import HandToFile
from wismo_desk.flows.label_by_file import LabelByFile
from wismo_desk.flows.prepare import Prepare

if TYPE_CHECKING:
    from wismo_desk.app.station import Station


def file_flows(station: Station, prepare: Prepare) -> tuple[LabelByFile, HandToFile]:
    store, pen, carriers = station.store, station.pen, station.carriers
    by_file = LabelByFile(store=store, pen=pen, ship=station.ship, carriers=carriers, names=station.names)
    zone = station.settings.timezone
    hand = HandToFile(store=store, pen=pen, carriers=carriers, prepare=prepare, by_file=by_file, zone=zone)
    return by_file, hand


def close_parcel(station: Station) -> CloseParcel:
    return CloseParcel(
        store=station.store,
        pen=station.pen,
        ship=station.ship,
        scale=station.weigh,
        weigh=lambda: station.settings.weigh,
        by_file=station.by_file,
    )
