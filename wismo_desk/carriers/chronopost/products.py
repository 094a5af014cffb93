"""What Chronopost sells through this desk: our service codes, and the product and day codes that stand for them.

Source: Chronopost's "Web Services" document VL3.24.10.14 (chapters 2.3.2.b7, 3.1, 3.2) and carriers.md §1.4. Left
out because a request cannot be filled rightly from an order: Précise (2O) and SameDay (4I) need a booked slot,
2Shop (5X, 6B, 5E) and returns start at a shop that the sender chooses, 37 stands in no document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wismo_desk.domain.carrier import Service

_WEEKDAY: Final = "0"
_SATURDAY: Final = "6"
_PARCEL_G: Final = 30_000  # unverified: the document names this limit for collections only
_POINT_G: Final = 20_000  # "poidsMaxi", always 20 kg (2.4.2.b)
_LIGHT_G: Final = 3_000
# unverified: 5,000 € is the highest of the options that a third party lists; the document names no bound.
_INSURED_CENTS: Final = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """`service` is Chronopost's day of delivery, for some products a code of the network that depends on weight."""

    sold_as: Service
    product: str  # two letters or digits
    day: Callable[[int], str] = lambda _weight_g: _WEEKDAY
    saturday: bool = False
    customs: bool = False  # may leave the European Union


def _saturday(_weight_g: int) -> str:
    return _SATURDAY


def _relay_europe(weight_g: int) -> str:
    """unverified: these two codes stand in shop plug-ins only; Chronopost gives them to each customer itself."""
    return "337" if weight_g <= _LIGHT_G else "338"


def _home(code: str, name: str, name_en: str) -> Service:
    return Service(code=code, name=name, name_en=name_en, max_weight_g=_PARCEL_G, insured_to=_INSURED_CENTS)


def _point(code: str, name: str, name_en: str) -> Service:
    return Service(
        code=code,
        name=name,
        name_en=name_en,
        pickup_point=True,
        max_weight_g=_POINT_G,
        insured_to=_INSURED_CENTS,
    )


_ALL: Final = (
    Product(sold_as=_home("home", "Chrono 13 à domicile", "Chrono 13, home"), product="01"),
    Product(sold_as=_home("home_10", "Chrono 10 à domicile", "Chrono 10, home"), product="02"),
    Product(sold_as=_home("home_18", "Chrono 18 à domicile", "Chrono 18, home"), product="16"),
    Product(
        sold_as=_home("home_saturday", "Chrono 13, livraison le samedi", "Chrono 13, Saturday"),
        product="01",
        day=_saturday,
        saturday=True,
    ),
    Product(
        sold_as=_home("home_10_saturday", "Chrono 10, livraison le samedi", "Chrono 10, Saturday"),
        product="02",
        day=_saturday,
        saturday=True,
    ),
    Product(
        sold_as=_home("home_18_saturday", "Chrono 18, livraison le samedi", "Chrono 18, Saturday"),
        product="16",
        day=_saturday,
        saturday=True,
    ),
    Product(sold_as=_point("pickup", "Chrono Relais", "Chrono Relais, pickup point"), product="86"),
    Product(
        sold_as=_point("pickup_saturday", "Chrono Relais, le samedi", "Chrono Relais, Saturday"),
        product="86",
        day=_saturday,
        saturday=True,
    ),
    Product(
        sold_as=_point("pickup_europe", "Chrono Relais Europe", "Chrono Relais Europe, pickup point"),
        product="49",
        day=_relay_europe,
    ),
    Product(
        sold_as=_point("pickup_overseas", "Chrono Relais outre-mer", "Chrono Relais overseas, pickup point"),
        product="4P",
    ),
    Product(
        sold_as=_home("abroad_express", "Chrono Express international", "Chrono Express, abroad"),
        product="17",
        customs=True,
    ),
    Product(
        sold_as=_home("abroad_classic", "Chrono Classic Europe", "Chrono Classic, Europe"),
        product="44",
        customs=True,
    ),
)
SERVICES: Final = tuple(each.sold_as for each in _ALL)
PRODUCTS: Final = {each.sold_as.code: each for each in _ALL}
_OVERSEAS: Final = frozenset({"GP", "MQ", "GF", "RE", "YT"})


def point_product(country: str) -> str:
    """The product whose pickup points serve a country."""
    if country in _OVERSEAS:
        return PRODUCTS["pickup_overseas"].product
    return PRODUCTS["pickup" if country in ("FR", "MC") else "pickup_europe"].product
