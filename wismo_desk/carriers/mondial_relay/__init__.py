"""Mondial Relay: labels by API 2 (Connect XML), pickup points and tracking by API 1 (SOAP). Void and search by
reference are not documented, so they are not offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wismo_desk.carriers.mondial_relay import labels, points, soap1, tracing
from wismo_desk.carriers.mondial_relay.contract import CARRIER, Contract, read_contract
from wismo_desk.carriers.mondial_relay.labels import parse_label
from wismo_desk.carriers.mondial_relay.points import parse_points
from wismo_desk.carriers.mondial_relay.tracing import parse_tracking
from wismo_desk.domain.carrier import Carrier
from wismo_desk.domain.pickup import PickupPoint, PointSearch
from wismo_desk.domain.refusals import Told
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.domain.tracking import Tracked
from wismo_desk.web import Answer, Http

__all__ = [
    "CARRIER",
    "MondialRelay",
    "build",
    "parse_error",
    "parse_label",
    "parse_points",
    "parse_tracking",
]


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: something of the two contracts is missing."""
    return MondialRelay(read_contract(settings), http)


class MondialRelay:
    info = CARRIER

    def __init__(self, contract: Contract, http: Http) -> None:
        self._contract = contract
        self._http = http

    def buy_label(self, request: LabelRequest) -> Label:
        body = labels.build_label(request, self._contract)
        answer = self._http.ask("POST", self._contract.url_labels, body=body, headers=labels.HEADERS)
        return replace(parse_label(answer), service=request.service)

    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        """Known are only the parcels of the brand that announced them."""
        return tuple(
            replace(found, number=number)
            for number in numbers
            for found in parse_tracking(self._trace(number))
        )

    def find_points(self, search: PointSearch) -> tuple[PickupPoint, ...]:
        answer = self._ask(points.OPERATION, points.build_points(search, self._contract))
        return parse_points(answer)[: search.most]

    def _trace(self, number: str) -> Answer:
        return self._ask(tracing.OPERATION, tracing.build_track(number, self._contract))

    def _ask(self, operation: str, body: bytes) -> Answer:
        return self._http.ask("POST", self._contract.url_soap, body=body, headers=soap1.headers(operation))


def parse_error(answer: Answer) -> Told | None:
    """None: the answer says yes, whichever of the two services gave it. OutcomeUnknown: it says neither."""
    told = soap1.told_by_soap(answer) or labels.told_by_labels(answer)
    if told is None and answer.status >= 400:
        return Told(f"HTTP {answer.status}")
    if told is None:
        labels.readable(answer)
    return told
