"""Looks over the orders that wait before anybody packs them: what would stop one, and where it is corrected.

Twice: what can be known here, at any time and without asking anybody; and what only the carrier knows (the pickup
point, its own dry run), asked little by little on its meter and remembered as long as the order stays as it is.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, tzinfo
from typing import Final
from uuid import UUID

from wismo_desk.background.meter import Meter
from wismo_desk.domain.carrier import Carrier, CarrierInfo, ChecksRequests
from wismo_desk.domain.choices import FIXED
from wismo_desk.domain.ids import purchase_key, reference
from wismo_desk.domain.order import Order, OrderState, Party, Product
from wismo_desk.domain.order_remarks import SHORTEST_SCAN
from wismo_desk.domain.pickup import PointSearch
from wismo_desk.domain.places import Places
from wismo_desk.domain.preflight import (
    Concern,
    Fix,
    Seen,
    local_concerns,
    point_concern,
    same_point,
    twin_concern,
)
from wismo_desk.domain.rules import order_weight
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.size_concerns import locker_concern, size_concerns
from wismo_desk.domain.size_limits import SizeLimit
from wismo_desk.errors import BadInput, CarrierRefused, DeskError
from wismo_desk.flows.find_points import FindPoints
from wismo_desk.flows.order_numbers import Namesakes, product_codes
from wismo_desk.flows.pen import Clock
from wismo_desk.store.codec import bare
from wismo_desk.store.store import Store

AT: Final = time(7)  # local
_STATES: Final = (OrderState.WAITING, OrderState.PAUSED)
_PIECE: Final = 100  # orders looked at before the bench is asked whether it is at work
_NOBODY: Final = UUID(int=0)
_FIXES: Final = {
    "pickup_point": Fix.POINT,
    "weight": Fix.SERVICE,
    "service": Fix.SERVICE,
    "carrier": Fix.SERVICE,
}

Request = Callable[[Order, UUID, Mapping[str, object]], LabelRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """An order with something to correct. Carrier and service as people say them."""

    order: Order
    carrier: str
    service: str
    concerns: tuple[Concern, ...]

    @property
    def certain(self) -> bool:
        return any(one.certain for one in self.concerns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """`flagged`, those that cannot go first, then by their truck. `to_ask`: orders about which a carrier could
    still be asked; `resting` are the carriers (names) that do not answer or were asked enough for now."""

    flagged: Sequence[Flagged] = ()
    waiting: int = 0
    to_ask: int = 0
    resting: tuple[str, ...] = ()
    asked_on: date | None = None  # when this desk began to ask today's questions
    too_short: int = 0  # numbers that a scanner cannot type: said once, not order by order


@dataclass(slots=True)
class _Day:
    """What is remembered between two looks. `asking` tells by hand from by itself."""

    asked_on: date | None = None
    by_hand: bool = False
    known: dict[UUID, tuple[str, tuple[Concern, ...]]] = field(default_factory=dict)  # what carriers said
    seen: dict[UUID, tuple[Seen, tuple[Concern, ...]]] = field(default_factory=dict)  # what is known here
    places: list[Places] = field(default_factory=list)
    limits: list[tuple[SizeLimit, ...]] = field(default_factory=list)
    reading: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """`look` on any lane; `ask` on the one the meters belong to. `request` builds what a carrier would be asked
    (Prepare.request), `claim` says whether this desk is the one that asks by itself, `places` and `limits` read the
    lists of towns and of carriers' sizes once."""

    store: Store
    clock: Clock
    zone: tzinfo
    infos: Mapping[str, CarrierInfo]
    carriers: Mapping[str, Carrier]
    find_points: FindPoints
    meter: Callable[[str], Meter]
    request: Request
    names: Callable[[str, str], tuple[str, str]]
    shipper: Callable[[], Party]
    places: Callable[[], Places]
    limits: Callable[[], tuple[SizeLimit, ...]] = lambda: ()
    claim: Callable[[str], bool] = lambda _carrier: True
    day: _Day = field(default_factory=_Day)

    def look(self, touched: frozenset[UUID] | None = None) -> Looked:
        """Everything that is known now; asks nobody. `touched`: only these orders changed since the last look, and
        nothing else did: the others are not read again."""
        flagged, to_ask, resting = [], 0, set()
        if touched is None:
            self.day.seen.clear()
        waiting = list(self._waiting(touched or frozenset()))
        namesakes = Namesakes(seen.order for seen, _ in waiting)
        for count, (seen, local) in enumerate(waiting):
            if count % _PIECE == 0:
                self.store.give_way()
            asked = self._known(seen) if self._can_ask(seen) else ()
            if asked is None:
                to_ask += 1
                if not self.meter(seen.carrier).allowed(self.clock()):
                    resting.add(seen.carrier_name)
            other = namesakes.other(seen.order)
            twin = (twin_concern(seen.order, other),) if other else ()
            concerns = tuple(sorted((*local, *(asked or ()), *twin), key=lambda one: not one.certain))
            if concerns:
                carrier, service = self.names(seen.carrier, seen.service.code if seen.service else "")
                one = Flagged(order=seen.order, carrier=carrier, service=service, concerns=concerns)
                flagged.append(one)
        return Looked(
            flagged=sorted(flagged, key=lambda one: not one.certain),
            waiting=len(waiting),
            to_ask=to_ask,
            resting=tuple(sorted(resting)),
            asked_on=self.day.asked_on,
            too_short=sum(len(seen.order.number) < SHORTEST_SCAN for seen, _ in waiting),
        )

    # Asking

    def is_due(self) -> bool:
        """Whether seven o'clock has passed since this desk last began by itself."""
        now = self.clock().astimezone(self.zone)
        return now.time() >= AT and self.day.asked_on != now.date()

    def start(self, *, by_hand: bool = False) -> None:
        """From now on `ask` has something to do, today."""
        self.day.asked_on = self._today()
        self.day.by_hand = self.day.by_hand or by_hand

    def ask(self, most: int = 10) -> int:
        """Put up to so many questions, the most urgent orders first; returns how many were put. None before
        `start`, and none that a meter forbids."""
        if self.day.asked_on != self._today():
            return 0
        put = 0
        claims: dict[str, bool] = {}
        for seen, _ in self._waiting(frozenset()):
            if put >= most:
                break
            if not self._can_ask(seen) or self._known(seen) is not None:
                continue
            mine = claims.get(seen.carrier)
            if mine is None:
                mine = claims[seen.carrier] = self.day.by_hand or self.claim(seen.carrier)
            if mine and self.meter(seen.carrier).allowed(self.clock()) > 1:
                put += self._ask(seen)
        return put

    def _ask(self, seen: Seen) -> int:
        """The questions about one order. A carrier that fails is asked again later; what it said before is not
        kept half."""
        concerns: list[Concern] = []
        put = 0
        try:
            if self._has_point(seen):
                put += 1
                concerns += self._about_point(seen)
            if isinstance(self.carriers.get(seen.carrier), ChecksRequests) and seen.weight_g:
                put += 1
                concerns += self._about_label(seen)
        except DeskError:
            return put
        self.day.known[seen.order.order_id] = (self._key(seen), tuple(concerns))
        return put

    def _about_point(self, seen: Seen) -> Iterator[Concern]:
        ship_on = self.find_points.ship_on(seen.carrier)
        who = seen.order.recipient
        search = PointSearch(
            postcode=who.postcode, city=who.city, country=who.country, ship_on=ship_on, most=30
        )
        try:
            points = self.find_points.ask(seen.carrier, search)
        except CarrierRefused as error:
            yield _refused(error, Fix.RECIPIENT, "postcode")
            return
        found = point_concern(seen, points, ship_on=ship_on)
        if found is not None:
            yield found
        chosen = next((one for one in points if same_point(one.point_id, seen.order.pickup_point)), None)
        narrow = locker_concern(seen, chosen) if chosen else None
        if narrow is not None:
            yield narrow

    def _about_label(self, seen: Seen) -> Iterator[Concern]:
        """The carrier's dry run."""
        carrier = self.carriers[seen.carrier]
        assert isinstance(carrier, ChecksRequests)
        order, meter, now = seen.order, self.meter(seen.carrier), self.clock()
        details = {
            "reference": reference(purchase_key(order.order_id, 1, 1)),
            "parcel_no": 1,
            "issue_no": 1,
            "service": seen.service.code if seen.service else "",
            "weight_g": seen.weight_g,
            "sscc": "",
            "size_mm": order.size_mm,
        }
        meter.asked(now)
        try:
            carrier.check_label(self.request(order, _NOBODY, details))
        except (CarrierRefused, BadInput) as error:
            meter.answered()
            name = error.field.partition(".")[2] or error.field
            yield _refused(error, _FIXES.get(name, Fix.RECIPIENT), name)
        except DeskError as error:
            meter.failed(now, error)
            raise
        else:
            meter.answered()

    def _can_ask(self, seen: Seen) -> bool:
        """Whether the carrier could say something more; what is missing altogether is not asked about."""
        dry_run = isinstance(self.carriers.get(seen.carrier), ChecksRequests) and bool(seen.weight_g)
        whole = seen.service is not None and not (seen.service.pickup_point and not seen.order.pickup_point)
        return whole and (dry_run or self._has_point(seen))

    def _has_point(self, seen: Seen) -> bool:
        at_point = seen.service is not None and seen.service.pickup_point
        return at_point and bool(seen.order.pickup_point) and self.find_points.finds(seen.carrier)

    # What is known

    def _waiting(self, touched: frozenset[UUID]) -> Iterator[tuple[Seen, tuple[Concern, ...]]]:
        """The orders that wait, those of the first truck first, with what is known here of each. An order is read
        again when it was touched, or goes another way."""
        read, kept = self.store.read, self.day.seen
        routes = read.routes(_STATES)
        for gone in kept.keys() - {order_id for order_id, _, _ in routes}:
            kept.pop(gone, None)
        with self.day.reading:  # two lanes need them: the second finds them read
            fresh = {
                order_id
                for order_id, carrier, _ in routes
                if order_id in touched or order_id not in kept or kept[order_id][0].carrier != carrier
            }
            if fresh:
                self._read(fresh, routes)
        for order_id, _, _ in routes:
            if order_id in kept:
                yield kept[order_id]

    def _read(self, fresh: set[UUID], routes: Sequence[tuple[UUID, str, str]]) -> None:
        read = self.store.read
        products, fixed, shipper = read.products(), read.values(FIXED), self.shipper()
        codes = product_codes(products.values())
        for order_id, carrier, service in routes:
            order = read.order(order_id) if order_id in fresh else None
            if order is None:
                continue
            self.store.give_way()
            overruled = tuple(fixed.get(str(order_id), {}).get("overruled", ()))
            seen = self._look_at(order, carrier, service, products, shipper, overruled)
            seen = replace(seen, number_of=codes.get(bare(order.number), ""))
            concerns = (*local_concerns(seen, self._places()), *size_concerns(seen))
            self.day.seen[order_id] = (seen, concerns)

    def _look_at(
        self,
        order: Order,
        carrier: str,
        service: str,
        products: Mapping[str, Product],
        shipper: Party,
        overruled: tuple[str, ...],
    ) -> Seen:
        info = self.infos.get(carrier)
        carrier_name, service_name = self.names(carrier, service)
        skus = dict.fromkeys(line.sku for line in order.lines)
        return Seen(
            order=order,
            carrier=carrier,
            carrier_name=carrier_name,
            service_name=f"{carrier_name} {service_name}".strip(),
            info=info,
            service=info.service(service) if info else None,
            weight_g=order_weight(order, products),
            unweighed=tuple(sku for sku in skus if not (sku in products and products[sku].weight_g)),
            without_tariff=tuple(sku for sku in skus if not (sku in products and products[sku].hs_code)),
            without_origin=tuple(sku for sku in skus if not (sku in products and products[sku].origin)),
            shipper=shipper,
            overruled=overruled,
            limits=self._limits(),
            pieces=tuple((sku, size) for sku in skus if sku in products and (size := products[sku].size_mm)),
        )

    def _known(self, seen: Seen) -> tuple[Concern, ...] | None:
        kept = self.day.known.get(seen.order.order_id)
        return kept[1] if kept and kept[0] == self._key(seen) else None

    def _key(self, seen: Seen) -> str:
        """Another one as soon as the order, its way or the day of its truck is another."""
        said = (seen.order, seen.carrier, seen.service, seen.weight_g, self.find_points.ship_on(seen.carrier))
        return hashlib.blake2s(repr(said).encode()).hexdigest()

    def _places(self) -> Places:
        if not self.day.places:
            self.day.places.append(self.places())
        return self.day.places[0]

    def _limits(self) -> tuple[SizeLimit, ...]:
        if not self.day.limits:
            self.day.limits.append(self.limits())
        return self.day.limits[0]

    def _today(self) -> date:
        return self.clock().astimezone(self.zone).date()


def _refused(error: DeskError, fix: Fix, name: str) -> Concern:
    return Concern(fix, name, error.sentence, tuple(error.values.items()), certain=True, raw=error.raw)
