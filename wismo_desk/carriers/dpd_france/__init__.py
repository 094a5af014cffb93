"""DPD France: labels from its eprint service, news of parcels from its Webtrace service, both SOAP 1.1.

Source: carriers.md §1.6, and the services' public descriptions (EPrintWebservice, Webtrace_Service). The older
Webtrace address is plain http and takes a shared password: it is not used. Void is described (TerminateShipment) but
no answer of it was ever seen, and a label cannot be asked for by its reference: neither is offered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wismo_desk.carriers.dpd_france import labels, traces
from wismo_desk.carriers.dpd_france.address import remarks
from wismo_desk.carriers.dpd_france.contract import CARRIER, Contract, body_of, read_contract, told
from wismo_desk.carriers.dpd_france.labels import build_label, parse_label
from wismo_desk.carriers.dpd_france.traces import build_track, parse_tracking
from wismo_desk.domain.carrier import Carrier
from wismo_desk.domain.refusals import Told
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.domain.tracking import Tracked
from wismo_desk.web import Answer, Http, soap

__all__ = ["CARRIER", "DpdFrance", "build", "parse_error", "parse_label", "parse_tracking"]


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: something of the contract is missing, or no number."""
    return DpdFrance(read_contract(settings), http)


class DpdFrance:
    info = CARRIER

    def __init__(self, contract: Contract, http: Http) -> None:
        self._contract = contract
        self._http = http

    def buy_label(self, request: LabelRequest) -> Label:
        body = build_label(request, self._contract)
        headers = soap.headers(f"{labels.NAMESPACE}/{labels.OPERATION}")
        label = parse_label(self._http.ask("POST", self._contract.url_labels, body=body, headers=headers))
        return replace(label, service=request.service, remarks=tuple(remarks(request)))

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
