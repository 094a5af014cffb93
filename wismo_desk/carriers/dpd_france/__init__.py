"""DPD France: labels from its eprint service, news of parcels from its Webtrace service, both SOAP 1.1.

Source: carriers.md §1.6, and the services' public descriptions (EPrintWebservice, Webtrace_Service). The older
Webtrace address is plain http and takes a shared password: it is not used. Void is described (TerminateShipment) but
no answer of it was ever seen, and a label cannot be asked for by its reference: neither is offered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from wismo_desk.carriers.dpd_france import labels, points, several, traces
from wismo_desk.carriers.dpd_france.address import remarks
from wismo_desk.carriers.dpd_france.contract import CARRIER, Contract, body_of, read_contract, told
from wismo_desk.carriers.dpd_france.labels import build_label, parse_label
from wismo_desk.carriers.dpd_france.traces import build_track, parse_tracking
from wismo_desk.domain.carrier import Carrier
from wismo_desk.domain.pickup import PickupPoint, PointSearch
from wismo_desk.domain.refusals import Told
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.domain.tracking import Tracked
from wismo_desk.errors import DeskError
from wismo_desk.web import Answer, Http, soap

__all__ = [
    "CARRIER",
    "DpdFrance",
    "DpdFranceWithPoints",
    "build",
    "parse_error",
    "parse_label",
    "parse_tracking",
]


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: something of the contract is missing, or no number."""
    contract = read_contract(settings)
    return (DpdFranceWithPoints if contract.pickup_key else DpdFrance)(contract, http)


class DpdFrance:
    info = CARRIER

    def __init__(self, contract: Contract, http: Http) -> None:
        self._contract = contract
        self._http = http

    def buy_label(self, request: LabelRequest) -> Label:
        body = build_label(request, self._contract)
        label = parse_label(self._eprint(labels.OPERATION, body))
        return replace(label, service=request.service, remarks=tuple(remarks(request)))

    def takes_together(self, request: LabelRequest) -> bool:
        return request.service in several.TOGETHER

    def buy_labels(self, requests: Sequence[LabelRequest]) -> tuple[Label | DeskError, ...]:
        """One call numbers the parcels, and one each fetches their labels. A label that does not come leaves its parcel
        in doubt, under its number."""
        answer = self._eprint(several.OPERATION, several.build_several(requests, self._contract))
        numbered = several.parse_several(answer)
        fetched = [(each, self._fetched(each.number, requests[0].dpi)) for each in numbered]
        pairs = zip(several.outcomes(fetched, requests), requests, strict=True)
        return tuple(
            replace(told, remarks=tuple(remarks(request))) if isinstance(told, Label) else told
            for told, request in pairs
        )

    def _fetched(self, number: str, dpi: int) -> bytes:
        try:
            body = several.build_fetch(number, dpi, self._contract)
            return several.parse_fetched(self._eprint(several.FETCH, body))
        except DeskError:  # the parcel is numbered, whatever was said of its label
            return b""

    def _eprint(self, operation: str, body: bytes) -> Answer:
        headers = soap.headers(f"{labels.NAMESPACE}/{operation}")
        return self._http.ask("POST", self._contract.url_labels, body=body, headers=headers)

    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        """Known are the parcels of the contract's own customer number."""
        return tuple(self._track(number) for number in numbers)

    def _track(self, number: str) -> Tracked:
        body, headers = build_track(number, self._contract), soap.headers(traces.NAMESPACE + traces.OPERATION)
        answer = self._http.ask("POST", self._contract.url_tracking, body=body, headers=headers)
        told = parse_tracking(answer)
        own = [each for each in told if each.number == number or number in each.aliases]
        if own:
            return replace(own[0], number=number, aliases=())
        if len(told) == 1 and not told[0].number:
            return replace(told[0], number=number)
        return Tracked(number=number, found=False, problem="other_number" if told else "")


class DpdFranceWithPoints(DpdFrance):
    """For a merchant who has a key for the search."""

    def find_points(self, search: PointSearch) -> tuple[PickupPoint, ...]:
        path = points.build_points(search, self._contract, ship_on=datetime.now(UTC).date())
        answer = self._http.ask("GET", self._contract.url_points + path, headers={"Accept": "text/xml"})
        return points.parse_points(answer)[: search.most]


def parse_error(answer: Answer) -> Told | None:
    """None: it says yes. OutcomeUnknown: it says neither."""
    body = body_of(answer)
    said = told(body)
    if said is not None:
        return said if said.code else Told(f"HTTP {answer.status}", said.text)
    if body is None and answer.status < 400:
        soap.body_of(answer)  # says that it cannot be read
    yes = body is not None and not isinstance(body, soap.Fault)
    return None if yes else Told(f"HTTP {answer.status}")
