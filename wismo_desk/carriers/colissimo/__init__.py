"""Colissimo: labels of the label service (SLS, REST), bordereau, pickup points, contract tracking, proof of delivery.

Sources: carriers.md §1.1–1.2, specs/colissimo-sls-openapi.json. Never tried against the live service: Colissimo
has no test account in these documents and forbids load tests. A label is billed when its parcel is scanned, so a
label too many costs nothing; Colissimo cannot be asked for a label by our reference, and nothing voids one.

The service `return` makes the return label of a shipment: its recipient sends, its shipper receives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from wismo_desk.carriers.colissimo.answers import parse_check, parse_error, parse_label, parse_manifest
from wismo_desk.carriers.colissimo.contract import CODE, PRODUCTS, Contract, refused, to_json
from wismo_desk.carriers.colissimo.followed import build_track, parse_tracking
from wismo_desk.carriers.colissimo.letter import build_label, country_of, letter
from wismo_desk.carriers.colissimo.points import build_points, parse_points
from wismo_desk.carriers.colissimo.proof import (
    build_document,
    build_documents,
    parse_document,
    parse_documents,
)
from wismo_desk.carriers.colissimo.several import MOST, TOGETHER, Field, sell_in_turn
from wismo_desk.domain.carrier import Carrier, CarrierField, CarrierInfo, CarrierManifest, Service, Traits
from wismo_desk.domain.pickup import PickupPoint, PointSearch
from wismo_desk.domain.shipment import Label, LabelRequest, Paper
from wismo_desk.domain.tracking import Tracked
from wismo_desk.errors import DeskError, SettingsProblem
from wismo_desk.web import Answer, Http

__all__ = [
    "CARRIER",
    "Colissimo",
    "build",
    "build_label",
    "build_manifest",
    "parse_error",
    "parse_label",
    "parse_tracking",
]

_HEAVIEST_G: Final = 30_000
_WS: Final = "https://ws.colissimo.fr"


def _service(code: str, name: str, name_en: str, *, pickup_point: bool = False) -> Service:
    return Service(
        code=code,
        name=name,
        name_en=name_en,
        pickup_point=pickup_point,
        max_weight_g=_HEAVIEST_G,
        insured_to=PRODUCTS[code].insured,
    )


CARRIER: Final = CarrierInfo(
    code=CODE,
    name="Colissimo",
    services=(
        _service("home", "Domicile", "Home"),
        _service("home_signature", "Domicile, avec signature", "Home, signature"),
        _service("pickup", "Point retrait", "Pickup point", pickup_point=True),
        _service("overseas", "Outre-mer", "Overseas France"),
        _service("overseas_signature", "Outre-mer, avec signature", "Overseas France, signature"),
        _service("overseas_economy", "Outre-mer, éco", "Overseas France, economy"),
        _service("international", "International", "International"),
        _service("international_signature", "International, avec signature", "International, signature"),
        _service("return", "Retour", "Return"),
    ),
    traits=Traits(
        label_once=True,  # this desk fetches it once
        bills_at_creation=False,
        sells_returns=True,
        parcels_together=MOST,
        calls_per_minute=40,  # the shop plug-in asks for 40 in a row; no limit is documented
        parcels_per_manifest=50,  # unverified: the shop plug-in's limit
    ),
    fields=(
        CarrierField(key="account", name="Account number (six digits)", required=False),
        CarrierField(key="password", name="Password", secret=True, required=False),
        CarrierField(
            key="api_key", name="API key, instead of account and password", secret=True, required=False
        ),
        CarrierField(key="carriage", name="Cost of carriage for customs, in euros", required=False),
        CarrierField(key="eori", name="EORI number", required=False),
        CarrierField(
            key="undeliverable",
            name="Parcels that cannot be delivered abroad: 2 come back at your cost, 3 do not come back",
            required=False,
            default="3",
        ),
        CarrierField(
            key="url_labels",
            name="Address of the label service",
            required=False,
            default=f"{_WS}/sls-ws/SlsServiceWSRest/2.0",
        ),
        CarrierField(
            key="url_points",
            name="Address of the pickup point service",
            required=False,
            default=f"{_WS}/pointretrait-ws-cxf/rest/v2/pointretrait",
        ),
        CarrierField(
            key="url_tracking",
            name="Address of the tracking service",
            required=False,
            default=f"{_WS}/tracking-timeline-ws/rest/tracking",
        ),
        CarrierField(
            key="url_documents",
            name="Address of the document service",
            required=False,
            default=f"{_WS}/api-document/rest",
        ),
    ),
)


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: neither a key nor an account with its password, or a value that cannot be right."""
    given = {field.key: settings.get(field.key, "").strip() or field.default for field in CARRIER.fields}
    if not given["api_key"]:
        if not re.fullmatch(r"\d{6}", given["account"], re.ASCII):
            raise SettingsProblem(
                "Colissimo's account number is missing or has not six digits. Enter it, or an API key.",
                field="account",
            )
        if not given["password"]:
            raise SettingsProblem(
                "The password for Colissimo is missing. Enter it, or an API key.", field="password"
            )
    if given["undeliverable"] not in ("2", "3"):
        raise SettingsProblem(
            "What becomes of parcels that cannot be delivered abroad is 2 or 3. Correct it in the settings.",
            field="undeliverable",
        )
    contract = Contract(
        account=given["account"],
        password=given["password"],
        api_key=given["api_key"],
        return_choice=int(given["undeliverable"]),
        carriage_cents=_cents(given["carriage"]),
        eori=given["eori"],
    )
    urls = {key: value.rstrip("/") for key, value in given.items() if key.startswith("url_")}
    return Colissimo(contract, urls, http)


def _cents(euros: str) -> int | None:
    if not euros:
        return None
    try:
        cents = Decimal(euros.replace(",", ".")) * 100
    except InvalidOperation:
        cents = Decimal(-1)
    if not cents.is_finite() or not 0 < cents <= 100_000:
        raise SettingsProblem(
            "“{value}” is not a cost of carriage in euros. Correct it in the settings.",
            value=euros,
            field="carriage",
        )
    return int(cents)


def build_manifest(numbers: Sequence[str], contract: Contract) -> bytes:
    listed = {"generateBordereauParcelNumberList": {"parcelsNumbers": list(numbers)}}
    return to_json(contract.label_signature | listed)


class Colissimo:
    """`urls` by the keys of the fields, without a slash at the end."""

    info = CARRIER

    def __init__(
        self,
        contract: Contract,
        urls: Mapping[str, str],
        http: Http,
        *,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._contract = contract
        self._urls = urls
        self._http = http
        self._today = today

    def buy_return(self, request: LabelRequest) -> Label:
        """From inside France; billed when it is scanned, like all of Colissimo's labels."""
        back = "return" if country_of(request.recipient) == "FR" else "return_international"
        return self.buy_label(replace(request, service=back, pickup_point="", insured_cents=0))

    def buy_label(self, request: LabelRequest) -> Label:
        (told,) = sell_in_turn([request], self._sell)
        if isinstance(told, DeskError):
            raise told
        return told

    def takes_together(self, request: LabelRequest) -> bool:
        return request.service in TOGETHER

    def buy_labels(self, requests: Sequence[LabelRequest]) -> tuple[Label | DeskError, ...]:
        """A call each, for that is how Colissimo wants it; none is made before all of them can be written."""
        for request in requests:
            letter(request, self._contract)
        return sell_in_turn(requests, self._sell)

    def _sell(self, request: LabelRequest, fields: Sequence[Field]) -> Label:
        body, cuts = letter(request, self._contract, fields)
        label = parse_label(self._post("url_labels", "generateLabel", to_json(body)))
        return replace(label, service=request.service, remarks=(*cuts, *label.remarks))

    def check_label(self, request: LabelRequest) -> None:
        body = build_label(request, self._contract)
        parse_check(self._post("url_labels", "checkGenerateLabel", body))

    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        return tuple(found for number in numbers for found in self._track(number))

    def _track(self, number: str) -> tuple[Tracked, ...]:
        answer = self._post("url_tracking", "timelineCompany", build_track(number, self._contract))
        return tuple(_as_asked(number, found) for found in parse_tracking(answer))

    def find_points(self, search: PointSearch) -> tuple[PickupPoint, ...]:
        body = build_points(search, self._contract, ship_on=search.ship_on or self._today())
        return parse_points(self._post("url_points", "findRDVPointRetraitAcheminement", body))[: search.most]

    def make_manifest(self, numbers: Sequence[str], *, day: date) -> CarrierManifest:
        """The bordereau of parcels of this contract; it carries the day on which Colissimo makes it."""
        most = CARRIER.traits.parcels_per_manifest
        if most and len(numbers) > most:
            raise refused("30814")
        body = build_manifest(numbers, self._contract)
        return parse_manifest(self._post("url_labels", "generateBordereauByParcelsNumbers", body), numbers)

    def fetch_proof(self, number: str) -> Paper | None:
        body = build_documents(number, self._contract)
        document = parse_documents(self._post("url_documents", "documents", body))
        if document is None:
            return None
        body = build_document(number, document, self._contract)
        return parse_document(self._post("url_documents", "document", body))

    def _post(self, service: str, operation: str, body: bytes) -> Answer:
        # The key goes into the headers of the label service and into the bodies of the others.
        headers = self._contract.headers if service == "url_labels" else _JSON
        return self._http.ask("POST", f"{self._urls[service]}/{operation}", body=body, headers=headers)


_JSON: Final = {"Content-Type": "application/json", "Accept": "*/*"}


def _as_asked(number: str, found: Tracked) -> Tracked:
    """Under the number that was asked for; asked by an alias, the parcel's own number becomes one."""
    others = (found.number, *found.aliases)
    return replace(
        found, number=number, aliases=tuple(other for other in others if other and other != number)
    )
