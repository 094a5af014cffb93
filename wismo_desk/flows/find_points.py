"""Pickup points near an order's recipient, asked of its carrier: on the carrier's meter, never for the bench to
wait for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wismo_desk.background.meter import Meter
from wismo_desk.domain.carrier import Carrier, FindsPickupPoints
from wismo_desk.domain.pickup import PickupPoint, PointSearch
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, Refused
from wismo_desk.flows.pen import Clock
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPoints:
    """`points` nearest first. `chosen` is the order's own; it need not be among them."""

    carrier: str
    searched: PointSearch
    points: Sequence[PickupPoint]
    chosen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPoints:
    """`meter` counts the questions; call it on the lane that the meters belong to. `ship_on`: when a carrier's
    next truck leaves."""

    store: Store
    carriers: Mapping[str, Carrier]
    meter: Callable[[str], Meter]
    clock: Clock
    ship_on: Callable[[str], date]

    def __call__(self, order_id: UUID, *, postcode: str = "", city: str = "") -> FoundPoints:
        """Around the recipient, or around another postcode. Raises DeskError."""
        order = self.store.read.order(order_id)
        if order is None:
            raise Refused("This order is not known here.")
        code = self.store.read.routed(order_id)[0]
        who = order.recipient
        search = PointSearch(
            postcode=postcode.strip() or who.postcode,
            city=city.strip() or (who.city if not postcode or postcode == who.postcode else ""),
            street=who.street[0] if who.street and not postcode else "",
            country=who.country,
            ship_on=self.ship_on(code),
            most=20,
        )
        points = self.ask(code, search)
        return FoundPoints(carrier=code, searched=search, points=points, chosen=order.pickup_point)

    def finds(self, code: str) -> bool:
        """Whether this carrier can be asked."""
        return isinstance(self.carriers.get(code), FindsPickupPoints)

    def ask(self, code: str, search: PointSearch) -> tuple[PickupPoint, ...]:
        """Nearest first, as far as the carrier says how far."""
        carrier = self.carriers.get(code)
        if not isinstance(carrier, FindsPickupPoints):
            raise Refused(
                "This carrier cannot be asked for its pickup points here. Type the number of the point."
            )
        meter, now = self.meter(code), self.clock()
        if not meter.allowed(now):
            raise CarrierUnreachable(
                "The carrier was asked as often as is allowed, or rests after a failure. Try again in a minute."
            )
        meter.asked(now)
        try:
            points = carrier.find_points(search)
        except CarrierRefused:
            meter.answered()
            raise
        except DeskError as error:
            meter.failed(now, error)
            raise
        meter.answered()
        return tuple(sorted(points, key=lambda one: one.distance_m or 0))
