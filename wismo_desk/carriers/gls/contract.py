"""What GLS is to this program, and what a merchant's contract with it gives.

Sources: specs/gls-shipit-openapi.yaml, specs/gls-track-openapi.yaml, GLS's own pages on ShipIT's REST services, and
GLS's shop plug-ins for which services are sold. Never tried against the live service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from wismo_desk.domain.carrier import CarrierField, CarrierInfo, Service, Traits
from wismo_desk.domain.refusals import Refusals, read_refusals
from wismo_desk.errors import CarrierRefused, SettingsProblem
from wismo_desk.resources import refusals

CODE: Final = "gls"
_API: Final = "https://api.gls-group.net"


@dataclass(frozen=True, slots=True)
class Product:
    """What a service is called there: the product, and the service booked with it, "" for none.

    unverified: which of them a contract includes; GLS is asked in the dry run (`allowedservices`).
    """

    name: str
    service: str = ""


PRODUCTS: Final[Mapping[str, Product]] = {
    "home": Product("PARCEL"),
    "home_flex": Product("PARCEL", "service_flexdelivery"),
    "home_signature": Product("PARCEL", "service_signature"),
    "pickup": Product("PARCEL", "service_shopdelivery"),
    "express_1300": Product("EXPRESS", "service_1300"),
}

CARRIER: Final = CarrierInfo(
    code=CODE,
    name="GLS",
    services=(
        Service(code="home", name="Domicile", name_en="Home"),
        Service(code="home_flex", name="Domicile, livraison flexible", name_en="Home, flexible delivery"),
        Service(code="home_signature", name="Domicile, avec signature", name_en="Home, signature"),
        Service(code="pickup", name="Relais GLS", name_en="GLS parcel shop", pickup_point=True),
        Service(code="express_1300", name="Express, avant 13 heures", name_en="Express, before one o'clock"),
    ),
    traits=Traits(
        # Not reconcilable. The tracking API knows its own numbers only; ShipIT's search finds only what went
        # through an end of day; a reprint by our reference says when it was made, never that it was not.
        voidable=True,
        label_once=False,  # reprintparcel
        bills_at_creation=True,  # unverified
        parcels_together=20,  # our own bound: the description sets none
        numbers_per_call=10,
        calls_per_day=500,  # of the tracking API, unless GLS grants more
    ),
    fields=(
        CarrierField(key="client_id", name="Client ID of your app at GLS"),
        CarrierField(key="client_secret", name="Client secret of that app", secret=True),
        CarrierField(key="contact_id", name="Contact ID (your address as GLS knows it)"),
        CarrierField(
            key="incoterm",
            name="Incoterm code for parcels through customs, as in your contract",
            required=False,
        ),
        CarrierField(
            key="url_shipit",
            name="Address of the label service",
            required=False,
            default=f"{_API}/shipit-farm/v1/backend",
        ),
        CarrierField(
            key="url_track",
            name="Address of the tracking service",
            required=False,
            default=f"{_API}/track-and-trace-v1",
        ),
        CarrierField(
            key="url_token",
            name="Address of the token service",
            required=False,
            default=f"{_API}/oauth2/v2/token",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The fields of CARRIER, filled; addresses without a slash at the end."""

    client_id: str
    client_secret: str = field(repr=False)
    contact_id: str
    incoterm: str = ""
    url_shipit: str = ""
    url_track: str = ""
    url_token: str = ""


def read_contract(settings: Mapping[str, str]) -> Contract:
    """SettingsProblem: something required is missing."""
    filled = {one.key: settings.get(one.key, "").strip() or one.default for one in CARRIER.fields}
    for one in CARRIER.fields:
        if one.required and not filled[one.key]:
            raise SettingsProblem(
                "Something is missing in GLS's settings. Enter it; the developer portal of GLS shows the app, and "
                "your contract the contact ID.",
                field=one.key,
            )
    return Contract(**{key: value.rstrip("/") for key, value in filled.items()})


@cache
def table() -> Refusals:
    return read_refusals(refusals(CODE))


def refused(code: str, said: str = "") -> CarrierRefused:
    """A no under one of GLS's codes, in our words if we have some; ours to raise also before asking."""
    return table().refused(code, said)
