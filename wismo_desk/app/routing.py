"""Where an order goes and whether it can: rules, prices, corrections, pickup points and pre-flight, joined."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from wismo_desk.app.contracts import Contracts
from wismo_desk.app.sharing import Sharing
from wismo_desk.background.meter import Meter
from wismo_desk.domain.calendar import Calendars
from wismo_desk.domain.cutoff import next_departure
from wismo_desk.domain.places import read_places
from wismo_desk.domain.size_limits import read_limits
from wismo_desk.flows.correct import Correct
from wismo_desk.flows.find_points import FindPoints
from wismo_desk.flows.follow import Follow
from wismo_desk.flows.give_back import GiveBack
from wismo_desk.flows.insure import Insure
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.preflight import Preflight, Request
from wismo_desk.flows.price import Price
from wismo_desk.flows.reroute import Reroute
from wismo_desk.flows.return_label import ReturnLabel
from wismo_desk.flows.show_order import ShowOrder
from wismo_desk.resources import french_places, size_limits
from wismo_desk.settings import Settings
from wismo_desk.store.store import Store
from wismo_desk.words import Words


class Whole(Protocol):
    """What of the station is needed here. `carriers` and `infos` change in place, `settings` are replaced."""

    settings: Settings
    follow: Follow

    @property
    def store(self) -> Store: ...
    @property
    def pen(self) -> Pen: ...
    @property
    def words(self) -> Words: ...
    @property
    def contracts(self) -> Contracts: ...
    @property
    def calendars(self) -> Calendars: ...
    @property
    def sharing(self) -> Sharing | None: ...
    @property
    def give_back(self) -> GiveBack: ...
    def names(self, carrier: str, service: str) -> tuple[str, str]: ...


class Routing:
    """`reroute`, `price`, `correct`, `find_points`, `preflight`: flows of one station."""

    def __init__(self, desk: Whole, request: Request) -> None:
        self._desk = desk
        pen, store, zone = desk.pen, desk.store, desk.settings.timezone
        carriers, infos = desk.contracts.carriers, desk.contracts.infos
        self.reroute = Reroute(
            store=store,
            pen=pen,
            infos=infos,
            table=lambda: (desk.settings.services, desk.settings.default_service),
            zone=zone,
            cut_off=lambda carrier: desk.settings.cut_off(carrier),
            works=desk.calendars.works_here,
        )
        self.price = Price(
            store=store, pen=pen, words=desk.words, offered=desk.contracts.offered, reroute=self.reroute
        )
        self.correct = Correct(store=store, pen=pen, reroute=self.reroute)
        self.find_points = FindPoints(
            store=store,
            carriers=carriers,
            meter=self._meter,
            clock=pen.clock,
            ship_on=self._ship_on,
        )
        self.insure = Insure(store=store, reroute=self.reroute, infos=infos)
        self.returns = ReturnLabel(store=store, pen=pen, carriers=carriers, reroute=self.reroute)
        self.show_order = ShowOrder(
            store=store,
            infos=infos,
            returns=self.returns,
            insure=self.insure,
            reroute=self.reroute,
            correct=self.correct,
            find_points=self.find_points,
        )
        self.preflight = Preflight(
            store=store,
            clock=pen.clock,
            zone=zone,
            infos=infos,
            carriers=carriers,
            find_points=self.find_points,
            meter=self._meter,
            request=request,
            names=desk.names,
            shipper=lambda: desk.settings.shipper,
            places=lambda: read_places(french_places()),
            limits=lambda: read_limits(size_limits()),
            claim=self.may_ask,
        )

    def tick(self) -> int:
        """Give back labels bought ahead for nothing; begin the day's pre-flight at its hour, and go on with it. Returns
        how many questions were put."""
        self._desk.give_back()
        if self.preflight.is_due():
            self.preflight.start()
        return self.preflight.ask()

    def may_ask(self, carrier: str) -> bool:
        """Whether this desk is the one that asks a carrier by itself: of several that share, one at a time."""
        sharing = self._desk.sharing
        return sharing is None or sharing.may_ask(carrier)

    def _meter(self, carrier: str) -> Meter:
        return self._desk.follow.meter(carrier)

    def _ship_on(self, carrier: str) -> date:
        settings = self._desk.settings
        works = self._desk.calendars.works_here
        leaves = next_departure(self._desk.pen.clock(), settings.cut_off(carrier), settings.timezone, works)
        return leaves.astimezone(settings.timezone).date()
