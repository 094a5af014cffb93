"""What would stop an order at the bench or on its way, seen before it is packed: pure checks, nobody is asked.

Only what can be known here: the size of a parcel where the shop or the product list gives one. A finding is for a
person to correct; it holds nothing up by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from wismo_desk.domain.address import Finding, check_address
from wismo_desk.domain.carrier import CarrierInfo, Service
from wismo_desk.domain.customs import needs_customs
from wismo_desk.domain.measures import Size
from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.order_remarks import TOO_SHORT, number_remarks
from wismo_desk.domain.pickup import PickupPoint
from wismo_desk.domain.places import Places
from wismo_desk.domain.size_limits import SizeLimit
from wismo_desk.domain.states import has_states, state_code

NOT_SET_UP: Final = "The carrier {carrier} is not set up at this desk: choose another service."
NO_SERVICE: Final = "{carrier} has no service “{service}”: choose another one."
TOO_HEAVY: Final = "The order weighs {weight} and {service} takes {limit} at most: choose another service."
NO_POINT: Final = "{service} goes to a pickup point and the order names none: choose one."
POINT_NOT_USED: Final = (
    "The customer chose the pickup point {point} and {service} delivers to the door: choose another service."
)
NO_WAY_TO_TELL: Final = (
    "The customer hears by text message or e-mail that the parcel waits, and there is neither: ask them."
)
POINT_GONE: Final = "The carrier lists no pickup point {point} near {postcode}: check it, or choose another."
POINT_CLOSED: Final = "The pickup point {name} is closed from {first} to {last}: choose another."
POINT_SHUT: Final = "The pickup point {name} has no opening hours at all: choose another."
POINT_TOO_SMALL: Final = (
    "The pickup point {name} takes {limit} at most and the order weighs {weight}: choose another."
)
NO_VALUE: Final = "The parcel goes through customs and {sku} has no price: it cannot be declared."
NO_WEIGHT: Final = (
    "The parcel goes through customs and {sku} has no weight in the product list: it cannot be declared."
)
NO_TARIFF: Final = (
    "The parcel goes through customs and {sku} has no tariff number (HS code) in the product list: the declaration may "
    "be refused."
)
NO_ORIGIN: Final = (
    "The parcel goes through customs and {sku} has no country of origin in the product list: the declaration may be "
    "refused."
)
NO_STATE: Final = "Addresses in this country name a state or a province, and there is none: ask the customer."
WRONG_STATE: Final = "“{state}” is no state or province of this country: correct it."
NO_CUSTOMS_PHONE: Final = (
    "The parcel goes through customs, and the order has neither telephone number nor e-mail address: ask the "
    "customer."
)
TOO_LONG: Final = (
    "The field “{field}” has {count} characters, and a label has room for about {most}: shorten it, or its end may be "
    "cut or the label refused."
)
OVERRULED: Final = (
    "The shop changed “{fields}” after it was corrected here: its later word is in force. Compare."
)


FIELD_WORDS: Final = {
    "name": "Name",
    "company": "Company",
    "street": "Street",
    "postcode": "Postcode",
    "city": "Town",
    "country": "Country",
    "state": "State or province",
    "phone": "Telephone",
    "email": "E-mail",
    "pickup_point": "Pickup point",
    "service": "Service",
    "carrier": "Carrier",
    "weight": "Weight",
    "size": "Size",
    "customs": "Customs",
}


# Characters that our own label takes on two lines of its smallest size, as a rule; carriers take fewer.
_ON_LABEL: Final = {"name": 100, "company": 100, "street": 100, "city": 60}


class Fix(StrEnum):
    """What a person opens to correct it. Closed vocabulary."""

    RECIPIENT = "recipient"
    SERVICE = "service"
    POINT = "point"
    PRODUCTS = "products"
    SHOP = "shop"  # nothing here: the shop gave it, and the order goes on like this


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to correct. `sentence` and `values` are a catalogue key and its arguments; `certain`: the parcel
    cannot go or arrive like this. `raw` is a carrier's own code."""

    fix: Fix
    field: str
    sentence: str
    values: tuple[tuple[str, object], ...] = ()
    certain: bool = False
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An order with what the desk knows of its way. `service_name` as people say it; `unweighed` are SKUs without a
    weight in the product list."""

    order: Order
    carrier: str
    carrier_name: str
    service_name: str
    info: CarrierInfo | None
    service: Service | None
    weight_g: int | None
    unweighed: tuple[str, ...] = ()
    without_tariff: tuple[str, ...] = ()  # SKUs that the product list gives no tariff number
    without_origin: tuple[str, ...] = ()  # nor a country of origin
    shipper: Party = field(default_factory=Party)
    overruled: tuple[str, ...] = ()
    number_of: str = ""  # the product (SKU) that the order's number names as well
    limits: tuple[SizeLimit, ...] = ()  # of its carrier, whatever the service: resources/limits
    pieces: tuple[tuple[str, Size], ...] = ()  # SKUs whose size the product list has


def local_concerns(seen: Seen, places: Places) -> tuple[Concern, ...]:
    """All that can be found without asking anybody, the certain ones first."""
    found = (*_service(seen), *_recipient(seen, places), *_customs(seen), *_number(seen))
    return tuple(sorted(found, key=lambda one: not one.certain))


def _service(seen: Seen) -> Iterator[Concern]:
    order, service = seen.order, seen.service
    if seen.info is None:
        yield Concern(Fix.SERVICE, "carrier", NOT_SET_UP, (("carrier", seen.carrier),), certain=True)
        return
    if service is None:
        values = (("carrier", seen.carrier_name), ("service", seen.service_name))
        yield Concern(Fix.SERVICE, "service", NO_SERVICE, values, certain=True)
        return
    named = ("service", seen.service_name)
    limit = service.max_weight_g
    if limit is not None and seen.weight_g is not None and seen.weight_g > limit:
        sizes = (("weight", seen.weight_g), named, ("limit", limit))
        yield Concern(Fix.SERVICE, "weight", TOO_HEAVY, sizes, certain=True)
    if service.pickup_point and not order.pickup_point:
        yield Concern(Fix.POINT, "pickup_point", NO_POINT, (named,), certain=True)
    if order.pickup_point and not service.pickup_point:
        yield Concern(Fix.SERVICE, "service", POINT_NOT_USED, (("point", order.pickup_point), named))
    who = order.recipient
    if service.pickup_point and not who.phone and not who.email:
        yield Concern(Fix.RECIPIENT, "phone", NO_WAY_TO_TELL)


def _recipient(seen: Seen, places: Places) -> Iterator[Concern]:
    service, who = seen.service, seen.order.recipient
    at_point = bool(seen.order.pickup_point)
    mobile = service is not None and service.needs_mobile
    findings: list[Finding] = [*check_address(who, pickup_point=at_point, mobile_needed=mobile)]
    if not any(each.field in ("postcode", "country") for each in findings):
        doubt = places.doubt(who)
        findings += [doubt] if doubt else []
    for each in findings:
        # The parcel of a customer who fetches it goes to another address than this one.
        certain = each.certain and not (at_point and each.field in ("street", "postcode", "city"))
        yield Concern(Fix.RECIPIENT, each.field, each.sentence, each.values, certain=certain)
    if has_states(who.country) and state_code(who.country, who.state) is None:
        yield Concern(Fix.RECIPIENT, "state", WRONG_STATE, (("state", who.state),))
    elif has_states(who.country) and not who.state and not at_point:
        yield Concern(Fix.RECIPIENT, "state", NO_STATE)
    lines = [("name", who.name), ("company", who.company), ("city", who.city)]
    for name, text in (*lines, *(("street", street) for street in who.street)):
        most = _ON_LABEL[name]
        if len(text) > most:
            values = (("field", name), ("count", len(text)), ("most", most))
            yield Concern(Fix.RECIPIENT, name, TOO_LONG, values)
    if seen.overruled:
        yield Concern(Fix.RECIPIENT, seen.overruled[0], OVERRULED, (("fields", seen.overruled),))


def _customs(seen: Seen) -> Iterator[Concern]:
    who, shipper = seen.order.recipient, seen.shipper
    if not needs_customs(who.country, who.postcode, sender=shipper.country, sender_postcode=shipper.postcode):
        return
    for line in seen.order.lines:
        if line.price_cents is None:
            yield Concern(Fix.PRODUCTS, "customs", NO_VALUE, (("sku", line.sku),), certain=True)
    for sku in seen.unweighed:
        yield Concern(Fix.PRODUCTS, "customs", NO_WEIGHT, (("sku", sku),), certain=True)
    for sku in seen.without_tariff:
        yield Concern(Fix.PRODUCTS, "customs", NO_TARIFF, (("sku", sku),))
    for sku in seen.without_origin:
        yield Concern(Fix.PRODUCTS, "customs", NO_ORIGIN, (("sku", sku),))
    if not who.phone and not who.email:
        yield Concern(Fix.RECIPIENT, "phone", NO_CUSTOMS_PHONE)


def _number(seen: Seen) -> Iterator[Concern]:
    """A shop has short numbers or it has not: those are counted, and would hide what is to be corrected."""
    order = seen.order
    for one in number_remarks(order.number, order.source_ref, sku=seen.number_of):
        if one.sentence != TOO_SHORT:
            yield Concern(Fix.SHOP, "number", one.sentence, one.values)


def twin_concern(order: Order, other: str) -> Concern:
    """Another order that waits, with this own code of the shop, has the same number."""
    return next(
        Concern(Fix.SHOP, "number", one.sentence, one.values)
        for one in number_remarks(order.number, order.source_ref, other=other)
        if ("other", other) in one.values
    )


def point_concern(seen: Seen, points: Iterable[PickupPoint], *, ship_on: date) -> Concern | None:
    """What is wrong with the order's pickup point, by the carrier's list around it. Its weekly day of rest is
    nothing: the parcel comes later than it leaves. A holiday that has begun by then is."""
    wanted = seen.order.pickup_point
    point = next((one for one in points if same_point(one.point_id, wanted)), None)
    if point is None:
        values = (("point", wanted), ("postcode", seen.order.recipient.postcode))
        return Concern(Fix.POINT, "pickup_point", POINT_GONE, values)
    away = next(((first, last) for first, last in point.closed if first <= ship_on <= last), None)
    if away is not None:
        days = (("name", point.name), ("first", away[0]), ("last", away[1]))
        return Concern(Fix.POINT, "pickup_point", POINT_CLOSED, days, certain=True)
    if point.hours is not None and not any(point.hours):
        return Concern(Fix.POINT, "pickup_point", POINT_SHUT, (("name", point.name),))
    limit = point.max_weight_g
    if limit is not None and seen.weight_g is not None and seen.weight_g > limit:
        sizes = (("name", point.name), ("limit", limit), ("weight", seen.weight_g))
        return Concern(Fix.POINT, "pickup_point", POINT_TOO_SMALL, sizes, certain=True)
    return None


def same_point(one: str, other: str) -> bool:
    """Shops write "FR-000484", "000484" or "484" for one point."""

    def bare(text: str) -> str:
        code = text.strip().upper().rpartition("-")[2]
        return code.lstrip("0") or code

    return bare(one) == bare(other)
