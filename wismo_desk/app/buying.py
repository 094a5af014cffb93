"""The flows of labels beside the bench, joined: bought before their parcels are packed, and fetched again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from wismo_desk.app.sharing import Sharing
from wismo_desk.domain.carrier import Carrier
from wismo_desk.flows.buy_ahead import BuyAhead
from wismo_desk.flows.give_back import GiveBack
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.refetch import Refetch
from wismo_desk.flows.ship import Ship
from wismo_desk.labels.zpl import once
from wismo_desk.settings import Settings
from wismo_desk.store.store import Store


class Whole(Protocol):
    """What is needed of the station. `carriers` change in place, `settings` are replaced."""

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
    def sharing(self) -> Sharing | None: ...


def ahead_flows(station: Whole) -> tuple[BuyAhead, GiveBack]:
    store, pen, carriers = station.store, station.pen, station.carriers
    ahead = BuyAhead(
        store=store,
        pen=pen,
        ship=station.ship,
        carriers=carriers,
        rule=lambda: station.settings.ahead,
        zone=station.settings.timezone,
        alone=station.sharing is None,
    )
    return ahead, GiveBack(store=store, pen=pen, carriers=carriers, ahead=ahead)


def refetch_flow(station: Whole) -> Refetch:
    return Refetch(
        store=station.store,
        carriers=station.carriers,
        printer=lambda: station.settings.printer(),
        clock=station.pen.clock,
        once=once,
    )
