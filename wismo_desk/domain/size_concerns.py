"""What is too large or too heavy for its service by the carriers' published limits, seen before it is packed.

Only a size that somebody measured is judged: the shop's for the parcel, or that of one piece in the product list, which
its parcel cannot be much smaller than. A limit that is not the carrier's own word for such senders is never certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wismo_desk.domain.pickup import PickupPoint, PointKind
from wismo_desk.domain.preflight import Concern, Fix, Seen
from wismo_desk.domain.size_limits import (
    Beyond,
    Place,
    SizeLimit,
    beyond,
    limits_of,
    too_heavy,
)

TOO_LARGE: Final = (
    "The parcel measures {size} and {service} takes {takes} at most ({source}): choose another service."
)
TOO_LARGE_PERHAPS: Final = (
    "The parcel measures {size} and {service} takes {takes} at most, as far as known here ({source}): look into your "
    "contract, or choose another service."
)
COSTS_MORE: Final = "The parcel measures {size}, and beyond {takes} {service} costs more ({source})."
PIECE_TOO_LARGE: Final = (
    "A piece of {sku} measures {size} and {service} takes {takes} at most ({source}): look at its parcel, or choose "
    "another service."
)
TOO_HEAVY_HERE: Final = (
    "The order weighs {weight} and {service} takes {limit} at most ({source}): choose another service."
)
TOO_HEAVY_PERHAPS: Final = (
    "The order weighs {weight} and {service} takes {limit} at most, as far as known here ({source}): look into your "
    "contract, or choose another service."
)
LOCKER_TOO_SMALL: Final = (
    "The locker {name} takes {takes} at most, as far as known here ({source}), and the parcel measures {size}: choose "
    "another point."
)


def size_concerns(seen: Seen) -> tuple[Concern, ...]:
    """By the limits of its service; none where no service is known."""
    return tuple(_all(seen))


def locker_concern(seen: Seen, point: PickupPoint) -> Concern | None:
    """Where the point is a locker and a limit of the carrier's lockers is known."""
    size, service = seen.order.size_mm, seen.service
    if point.kind is not PointKind.LOCKER or size is None or service is None:
        return None
    limits = limits_of(seen.limits, seen.carrier, service.code, place=Place.LOCKER)
    broken = beyond(limits, size)
    if broken is None:
        return None
    values = (("name", point.name), ("takes", broken.takes), ("source", broken.source), ("size", size))
    return Concern(Fix.POINT, "pickup_point", LOCKER_TOO_SMALL, values, certain=broken.is_sure)


def _all(seen: Seen) -> Iterator[Concern]:
    service = seen.service
    if service is None:
        return
    limits = limits_of(seen.limits, seen.carrier, service.code)
    named = ("service", seen.service_name)
    size, weight = seen.order.size_mm, seen.weight_g
    if size is not None and (broken := beyond(limits, size)) is not None:
        values = (("size", size), named, ("takes", broken.takes), ("source", broken.source))
        yield Concern(Fix.SERVICE, "size", _sentence(broken), values, certain=broken.is_sure)
    elif size is None:
        yield from _pieces(seen, limits, named)
    told = service.max_weight_g is not None and weight is not None and weight > service.max_weight_g
    if weight is not None and not told and (over := too_heavy(limits, weight)) is not None:
        sentence = TOO_HEAVY_HERE if over.is_sure else TOO_HEAVY_PERHAPS
        grams = (("weight", weight), named, ("limit", over.heaviest_g), ("source", over.source))
        yield Concern(Fix.SERVICE, "weight", sentence, grams, certain=over.is_sure)


def _pieces(seen: Seen, limits: tuple[SizeLimit, ...], named: tuple[str, str]) -> Iterator[Concern]:
    """A piece may fold or lie across its box: never certain."""
    for sku, size in seen.pieces:
        broken = beyond(limits, size)
        if broken is not None:
            values = (("sku", sku), ("size", size), named, ("takes", broken.takes), ("source", broken.source))
            yield Concern(Fix.SERVICE, "size", PIECE_TOO_LARGE, values)


def _sentence(broken: SizeLimit) -> str:
    if broken.beyond is Beyond.SURCHARGE:
        return COSTS_MORE
    return TOO_LARGE if broken.is_sure else TOO_LARGE_PERHAPS
