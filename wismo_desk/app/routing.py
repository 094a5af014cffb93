"""Where an order goes and whether it can: rules, prices, corrections, pickup points and pre-flight, joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from wismo_desk.background.meter import Meter
from wismo_desk.domain.carrier import Carrier, CarrierInfo
from wismo_desk.domain.cutoff import next_departure
from wismo_desk.domain.places import read_places
from wismo_desk.flows.correct import Correct
from wismo_desk.flows.find_points import FindPoints
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.preflight import Preflight, Request
from wismo_desk.flows.price import Price
from wismo_desk.flows.reroute import Reroute
from wismo_desk.resources import french_places
from wismo_desk.settings import Settings
from wismo_desk.store.store import Store
from wismo_desk.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the station gives. `carriers` and `infos` change in place."""

    store: Store
    pen: Pen
    words: Words
    settings: Callable[[], Settings]
    carriers: Mapping[str, Carrier]
    infos: Mapping[str, CarrierInfo]
    offered: Mapping[str, CarrierInfo]
    meter: Callable[[str], Meter]
    claim: Callable[[str], bool]
    request: Request
    names: Callable[[str, str], tuple[str, str]]


class Routing:
    """`reroute`, `price`, `correct`, `find_points`, `preflight`: flows of one station."""

    def __init__(self, parts: Parts) -> None:
        settings, pen = parts.settings, parts.pen
        zone = settings().timezone
        self._parts = parts
        self.reroute = Reroute(
            store=parts.store,
            pen=pen,
            infos=parts.infos,
            table=lambda: (settings().services, settings().default_service),
            zone=zone,
            cut_off=lambda carrier: settings().cut_off(carrier),
        )
        self.price = Price(
            store=parts.store, pen=pen, words=parts.words, offered=parts.offered, reroute=self.reroute
        )
        self.correct = Correct(store=parts.store, pen=pen, reroute=self.reroute)
        self.find_points = FindPoints(
            store=parts.store,
            carriers=parts.carriers,
            meter=parts.meter,
            clock=pen.clock,
            ship_on=self._ship_on,
        )
        self.preflight = Preflight(
            store=parts.store,
            clock=pen.clock,
            zone=zone,
            infos=parts.infos,
            carriers=parts.carriers,
            find_points=self.find_points,
            meter=parts.meter,
            request=parts.request,
            names=parts.names,
            shipper=lambda: settings().shipper,
            places=lambda: read_places(french_places()),
            claim=parts.claim,
        )

    def _ship_on(self, carrier: str) -> date:
        settings = self._parts.settings()
        leaves = next_departure(self._parts.pen.clock(), settings.cut_off(carrier), settings.timezone)
        return leaves.astimezone(settings.timezone).date()
