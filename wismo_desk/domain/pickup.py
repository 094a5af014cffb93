"""Pickup points: shops, lockers and post offices where a customer fetches a parcel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PointKind(StrEnum):
    SHOP = "shop"
    LOCKER = "locker"
    POST_OFFICE = "post_office"
    DEPOT = "depot"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSearch:
    """Where to look. `weight_g` 0 and `ship_on` None ask for nothing in particular."""

    postcode: str
    city: str = ""
    street: str = ""
    country: str = "FR"
    weight_g: int = 0
    ship_on: date | None = None
    most: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupPoint:
    """One place. `hours` has seven texts from Monday on, "08:30–12:00 14:00–18:30", "" when closed; None when
    the carrier says nothing. `closed` are the periods in which it is shut, both days included."""

    point_id: str
    name: str
    street: str
    postcode: str
    city: str
    country: str = "FR"
    kind: PointKind = PointKind.UNKNOWN
    distance_m: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    max_weight_g: int | None = None
    hours: tuple[str, ...] | None = None
    closed: tuple[tuple[date, date], ...] = ()

    def is_open_on(self, day: date) -> bool:
        if any(first <= day <= last for first, last in self.closed):
            return False
        return self.hours is None or bool(self.hours[day.weekday()])
