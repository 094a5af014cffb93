"""GLS: labels, voids, reprints, parcel shops, the end of the day and proofs by ShipIT; news by Track And Trace.

Both are asked with one access token. See contract.py for the sources and for why a lost answer cannot be cleared up by
asking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from wismo_desk.carriers.gls import parcel, tracing
from wismo_desk.carriers.gls.answers import (
    label_of,
    lacking,
    parse_allowed,
    parse_check,
    parse_error,
    parse_label,
    parse_manifest,
    parse_proof,
    parse_several,
    parse_void,
)
from wismo_desk.carriers.gls.contract import CARRIER, Contract, read_contract
from wismo_desk.carriers.gls.loose import text
from wismo_desk.carriers.gls.points import build_points, parse_points
from wismo_desk.carriers.gls.tracing import parse_tracking
from wismo_desk.domain.carrier import Carrier, CarrierManifest
from wismo_desk.domain.pickup import PickupPoint, PointSearch
from wismo_desk.domain.shipment import Label, LabelRequest, Paper
from wismo_desk.domain.tracking import Tracked
from wismo_desk.errors import DeskError
from wismo_desk.web import Answer, Http
from wismo_desk.web.token import TokenHttp

__all__ = [
    "CARRIER",
    "Gls",
    "build",
    "parse_error",
    "parse_label",
    "parse_points",
    "parse_tracking",
]

_MEDIA: Final = "application/glsVersion1+json"
_HEADERS: Final = {"Content-Type": _MEDIA, "Accept": f"{_MEDIA}, application/json"}


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: something of the contract is missing."""
    contract = read_contract(settings)
    signed = TokenHttp(
        http, contract.url_token, client_id=contract.client_id, client_secret=contract.client_secret
    )
    return Gls(contract, signed)


class Gls:
    info = CARRIER

    def __init__(self, contract: Contract, http: TokenHttp) -> None:
        self._contract = contract
        self._http = http

    def buy_label(self, request: LabelRequest) -> Label:
        body, cuts = parcel.label_body((request,), self._contract)
        label = parse_label(self._post("/rs/shipments", parcel.to_json(body)))
        return replace(label, service=request.service, remarks=(*cuts, *label.remarks))

    def takes_together(self, request: LabelRequest) -> bool:
        return parcel.takes_together(request)

    def buy_labels(self, requests: Sequence[LabelRequest]) -> tuple[Label | DeskError, ...]:
        """One shipment with a unit for each parcel. The label of a numbered parcel that cannot be told from the others,
        or did not come, is printed again by its number."""
        body, cuts = parcel.label_body(requests, self._contract)
        answer = self._post("/rs/shipments", parcel.to_json(body))
        found = parse_several(answer)

        def one(request: LabelRequest) -> Label | DeskError:
            told = found.get(request.reference)
            if told is None:
                return lacking(answer)
            try:
                label = self._whole(*told, answer, dpi=request.dpi)
            except DeskError as error:
                return error
            return replace(label, service=request.service, remarks=(*cuts, *label.remarks))

        return tuple(one(request) for request in requests)

    def _whole(self, told: Mapping[str, Any], content: bytes, answer: Answer, *, dpi: int) -> Label:
        if not content:
            with suppress(DeskError):  # then it says that it has no label
                content = self.reprint_label(text(told.get("trackid")), dpi=dpi).content
        return label_of(told, content, answer)

    def check_label(self, request: LabelRequest) -> None:
        """Two questions: whether GLS takes the shipment, and whether the contract has the service over there."""
        body = parcel.build_check(request, self._contract)
        parse_check(self._post("/rs/shipments/validate", body))
        allowed = parcel.build_allowed(request, self._contract)
        parse_allowed(self._post("/rs/shipments/allowedservices", allowed), parcel.product_of(request))

    def void_label(self, tracking_number: str, reference: str) -> None:
        parse_void(self._post(f"/rs/shipments/cancel/{quote(tracking_number, safe='')}", b""))

    def reprint_label(self, tracking_number: str, *, dpi: int = 203) -> Label:
        """The bytes of a label once more, for a parcel whose number is known."""
        return parse_label(
            self._post("/rs/shipments/reprintparcel", parcel.build_reprint(tracking_number, dpi))
        )

    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        asked = [number for number in numbers if tracing.is_askable(number)]
        told: tuple[Tracked, ...] = ()
        if asked:
            url = self._contract.url_track + tracing.build_track(asked)
            told = parse_tracking(self._http.ask("GET", url, headers=tracing.HEADERS))
        return tuple(tracing.in_order(numbers, told))

    def find_points(self, search: PointSearch) -> tuple[PickupPoint, ...]:
        answer = self._post("/rs/parcelshop/address", build_points(search))
        return parse_points(answer)[: search.most]

    def make_manifest(self, numbers: Sequence[str], *, day: date) -> CarrierManifest:
        """The end of the day, which hands everything made until then over to GLS: only what went through it is known
        to GLS's own search and proofs."""
        return parse_manifest(self._post(parcel.end_of_day(day), b""), tuple(numbers), day)

    def fetch_proof(self, number: str) -> Paper | None:
        return parse_proof(self._post("/rs/tracking/parcelpod", parcel.build_proof(number)))

    def _post(self, path: str, body: bytes) -> Answer:
        return self._http.ask("POST", self._contract.url_shipit + path, body=body, headers=_HEADERS)
