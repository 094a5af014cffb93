"""What DPD France is to this program, what a merchant's contract with it gives, and how its services say no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from wismo_desk.domain.carrier import CarrierField, CarrierInfo, Service, Traits
from wismo_desk.domain.refusals import Refusals, Told, read_refusals
from wismo_desk.errors import CarrierRefused, OutcomeUnknown, SettingsProblem
from wismo_desk.resources import refusals
from wismo_desk.web import Answer, soap
from wismo_desk.web.xml import Node, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_G: Final = 31_500

CARRIER: Final = CarrierInfo(
    code="dpd_france",
    name="DPD France",
    services=(
        Service(code="home", name="Classic", name_en="Classic", max_weight_g=MOST_G),
        Service(
            code="home_predict",
            name="Predict (créneau annoncé par SMS)",
            name_en="Predict (time slot by text message)",
            needs_mobile=True,
            max_weight_g=MOST_G,
        ),
        Service(
            code="pickup",
            name="Relais Pickup",
            name_en="Pickup point",
            pickup_point=True,
            max_weight_g=MOST_G,
        ),
    ),
    traits=Traits(
        label_once=True, bills_at_creation=True, parcels_together=5
    ),  # unverified: a connector's bound
    fields=(
        CarrierField(key="user", name="User name of the web services"),
        CarrierField(key="password", name="Password", secret=True),
        CarrierField(key="center", name="Depot number (agence)"),
        CarrierField(key="customer", name="DPD customer number"),
        CarrierField(
            key="url_labels",
            name="Address of the label service",
            required=False,
            default="https://e-station.cargonet.software/dpd-eprintwebservice/eprintwebservice.asmx",
        ),
        CarrierField(
            key="url_tracking",
            name="Address of the tracking service",
            required=False,
            default="https://webtrace.dpd.fr/trace-service/Webtrace_Service.asmx",
        ),
        CarrierField(
            key="pickup_key", name="Key of DPD's search for pickup points", secret=True, required=False
        ),
        CarrierField(
            key="pickup_carrier",
            name="Carrier code that goes with that key",
            required=False,
            default="EXA",  # unverified: what public connectors of DPD France send
        ),
        CarrierField(
            key="url_points",
            name="Address of the search for pickup points",
            required=False,
            default="https://mypudo.pickup-services.com/mypudo/mypudo.asmx",
        ),
    ),
)

FRANCE: Final = "250"  # ISO 3166-1 numeric: the contract's country


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The fields of CARRIER, filled; without `pickup_key` nobody is asked for pickup points. `repr` leaves the secrets
    out."""

    user: str
    password: str
    center: str
    customer: str
    url_labels: str
    url_tracking: str
    pickup_key: str = ""
    pickup_carrier: str = ""
    url_points: str = ""

    def __repr__(self) -> str:
        return f"Contract({self.customer!r})"


def read_contract(settings: Mapping[str, str]) -> Contract:
    """SettingsProblem: something of the contract is missing, or no number."""
    filled = {field.key: settings.get(field.key, "").strip() or field.default for field in CARRIER.fields}
    for field in CARRIER.fields:
        if not filled[field.key] and field.key != "pickup_key":
            raise SettingsProblem(
                "Something is missing in DPD's settings. Enter it; DPD gives it together with the access to its web "
                "services.",
                field=field.key,
            )
    for key in ("center", "customer"):
        if not re.fullmatch(r"[0-9]{1,9}", filled[key]):
            raise SettingsProblem(
                "“{number}” cannot be right: DPD's depot and customer numbers have digits only.",
                number=filled[key],
                field=key,
            )
    return Contract(**filled)


def credentials(contract: Contract, namespace: str) -> Node:
    """The header of every call."""
    content: tuple[Node, ...] = (("userid", contract.user), ("password", contract.password))
    return "UserCredentials", {"xmlns": namespace}, content


@cache
def table() -> Refusals:
    return read_refusals(refusals(CARRIER.code))


def body_of(answer: Answer) -> Element | soap.Fault | None:
    """None: no SOAP at all."""
    try:
        return soap.body_of(answer)
    except OutcomeUnknown:
        return None


def told(body: Element | soap.Fault | None) -> Told | None:
    """detail/Error of a fault; some errors of access come as an Error without one. `code` "" is a fault that says
    nothing of DPD's. Some refusals are known by their text."""
    if isinstance(body, soap.Fault):
        code, text = text_of(body.detail, ".//ErrorId"), text_of(body.detail, ".//ErrorMessage") or body.text
    else:
        error = None if body is None else next(body.iter("Error"), None)
        if error is None:
            return None
        code, text = text_of(error, "ErrorId"), text_of(error, "ErrorMessage")
    named = f"{code}: {' '.join(text.split())}"
    return Told(named if table().get(named) else code, text)


def refused(said: Told | None, answer: Answer) -> CarrierRefused | None:
    """None: not a no that can be relied on. An error whose name we do not know is one only if it speaks of the
    input or of the access: any other may have struck after a label was made."""
    code = said.code if said else ""
    if said and (table().get(code) or code.startswith("Invalid") or code.endswith("PermissionDenied")):
        return table().refused(code, said.text)
    if 400 <= answer.status < 500:
        return table().refused(f"HTTP {answer.status}", said.text if said else "")
    return None
