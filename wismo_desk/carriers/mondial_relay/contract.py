"""What Mondial Relay is to this program, and what a merchant's two contracts with it give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from wismo_desk.domain.carrier import CarrierField, CarrierInfo, Service, Traits
from wismo_desk.domain.refusals import Refusals, read_refusals
from wismo_desk.errors import SettingsProblem
from wismo_desk.resources import refusals

CODE: Final = "mondial_relay"
DELIVERY_MODES: Final = {"pickup": "24R", "pickup_xl": "24L", "home": "HOM"}
_COLLECTION_MODES: Final = ("CCC", "REL")  # fetched at the merchant's, dropped at a pickup point

CARRIER: Final = CarrierInfo(
    code=CODE,
    name="Mondial Relay",
    services=(
        Service(
            code="pickup", name="Point Relais ou Locker", name_en="Pickup point or locker", pickup_point=True
        ),
        Service(
            code="pickup_xl",
            name="Point Relais XL",
            name_en="Pickup point for large parcels",
            pickup_point=True,
        ),
        # Mondial Relay's own page on home delivery for companies; pickup points differ by contract.
        Service(code="home", name="Domicile", name_en="Home", max_weight_g=25_000),
    ),
    # No way to void a label or to find one by its reference is documented. ZPL comes in the first answer only.
    traits=Traits(label_once=True, bills_at_creation=True),
    fields=(
        CarrierField(key="login", name="Login of API 2 (labels)"),
        CarrierField(key="password", name="Password of API 2", secret=True),
        CarrierField(key="customer_id", name="Customer number of API 2"),
        CarrierField(key="brand", name="Brand code of API 1 (tracking, pickup points)"),
        CarrierField(key="private_key", name="Private key of API 1", secret=True),
        CarrierField(
            key="collection_mode",
            name="Collection: CCC (fetched here) or REL (dropped at a pickup point)",
            required=False,
            default="CCC",
        ),
        CarrierField(key="collection_point", name="Pickup point where parcels are dropped", required=False),
        CarrierField(
            key="label_format",
            name="Label format for 203 dpi printers",
            required=False,
            default="Generic_ZPL_10x15_200dpi",
        ),
        # unverified: one open connector names Generic_ZPL_10x15_300dpi, the service's document does not
        CarrierField(
            key="label_format_300", name="Label format for 300 dpi printers, if you have one", required=False
        ),
        CarrierField(
            key="url_labels",
            name="Address of API 2",
            required=False,
            default="https://connect-api.mondialrelay.com/api/shipment",
        ),
        CarrierField(
            key="url_soap",
            name="Address of API 1",
            required=False,
            default="https://api.mondialrelay.com/Web_Services.asmx",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The fields of CARRIER, filled. `repr` leaves the secrets out."""

    login: str
    password: str
    customer_id: str
    brand: str
    private_key: str
    collection_mode: str = "CCC"
    collection_point: str = ""
    label_format: str = "Generic_ZPL_10x15_200dpi"
    label_format_300: str = ""
    url_labels: str = ""
    url_soap: str = ""

    def __repr__(self) -> str:
        return f"Contract({self.customer_id!r}, {self.brand!r})"


def read_contract(settings: Mapping[str, str]) -> Contract:
    """SettingsProblem: something required is missing, or the collection mode is none."""
    filled = {field.key: settings.get(field.key, "").strip() or field.default for field in CARRIER.fields}
    for field in CARRIER.fields:
        if field.required and not filled[field.key]:
            raise SettingsProblem(
                "Something is missing in Mondial Relay's settings. Enter it; the Connect portal shows it.",
                field=field.key,
            )
    filled["collection_mode"] = filled["collection_mode"].upper()
    if filled["collection_mode"] not in _COLLECTION_MODES:
        raise SettingsProblem(
            "The collection mode “{mode}” does not exist. Enter CCC or REL, as in your contract.",
            mode=filled["collection_mode"],
            field="collection_mode",
        )
    return Contract(**filled)


@cache
def table() -> Refusals:
    return read_refusals(refusals(CODE))
