"""The contract every carrier keeps, tried on each one that loads. A new carrier needs a stage below."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import pytest
from carrier_request import BUYER, REQUEST

from wismo_desk.carriers import CarrierModule, find_carriers
from wismo_desk.domain.carrier import Carrier, Reconciles, VoidsLabels
from wismo_desk.domain.shipment import Label, LabelFormat, LabelRequest
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown
from wismo_desk.practice.carrier_server import CarrierServer, Fault
from wismo_desk.web import Http

FOUND = find_carriers()
CODES = sorted(FOUND.modules)
REMOTE = [code for code in CODES if not FOUND.modules[code].CARRIER.traits.offline_labels]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One carrier with its outside played. `hang`: the next call is carried out and never answered;
    `leave`: nobody listens any more; `refused`: a request that it refuses."""

    carrier: Carrier
    refused: LabelRequest
    hang: Callable[[], None] | None = None
    leave: Callable[[], None] | None = None
    created: Callable[[str], int] | None = None


@contextmanager
def own_stage() -> Iterator[Stage]:
    with Http() as http:
        yield Stage(carrier=FOUND.build("own", {}, http), refused=replace(REQUEST, sscc=REQUEST.sscc[::-1]))


@contextmanager
def practice_stage() -> Iterator[Stage]:
    with CarrierServer() as server, Http(read_s=0.3) as http:
        yield Stage(
            carrier=FOUND.build("practice", {"url": server.url}, http),
            refused=replace(REQUEST, recipient=replace(BUYER, postcode="3500")),
            hang=lambda: server.fail_next(Fault.HANG_AFTER_CREATE),
            leave=server.stop,
            created=lambda reference: server.created[reference],
        )


STAGES = {"own": own_stage, "practice": practice_stage}


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield stack.enter_context(STAGES[request.param]())


each_carrier = pytest.mark.parametrize("stage", CODES, indirect=True)
each_remote = pytest.mark.parametrize("stage", REMOTE, indirect=True)


def requests_for(stage: Stage) -> Iterator[LabelRequest]:
    for service in stage.carrier.info.services:
        point = "EX350001" if service.pickup_point else ""
        yield replace(REQUEST, service=service.code, pickup_point=point)


def test_every_shipped_carrier_loads() -> None:
    assert FOUND.broken == ()
    assert {"own", "practice"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_identity(code: str) -> None:
    module: CarrierModule = FOUND.modules[code]
    info = module.CARRIER
    assert info.code == code
    assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
    assert info.name.strip()
    for service in info.services:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", service.code)
        assert service.name.strip()
        assert service.name_en.strip()
        assert info.service(service.code) is service


@each_carrier
def test_traits_agree_with_what_it_can_do(stage: Stage) -> None:
    carrier, traits = stage.carrier, stage.carrier.info.traits
    assert carrier.info is FOUND.modules[carrier.info.code].CARRIER
    assert isinstance(carrier, Reconciles) == traits.reconcilable
    assert isinstance(carrier, VoidsLabels) == traits.voidable
    assert (stage.hang is None) == traits.offline_labels


@each_carrier
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_service_sells_a_label(stage: Stage, dpi: int) -> None:
    for request in requests_for(stage):
        label = stage.carrier.buy_label(replace(request, dpi=dpi))
        assert (label.carrier, label.service) == (stage.carrier.info.code, request.service)
        assert label.tracking_number
        assert label.codes
        assert any(label.tracking_number in code for code in label.codes)
        assert set(label.aliases) <= set(label.codes)
        if label.format is LabelFormat.DRAWN:
            assert label.content == b""
        else:
            assert label.content.startswith(b"^XA")
            assert label.content.rstrip().endswith(b"^XZ")


@each_carrier
def test_a_bought_label_is_found_by_its_reference(stage: Stage) -> None:
    if not isinstance(stage.carrier, Reconciles):
        pytest.skip("cannot be asked")
    if stage.created:
        assert stage.carrier.find_label(REQUEST) is None
    bought = stage.carrier.buy_label(REQUEST)
    assert stage.carrier.find_label(REQUEST) == bought
    if stage.created:
        assert stage.carrier.find_label(replace(REQUEST, reference="ZZZZZZZZZZ234")) is None


@each_carrier
def test_void(stage: Stage) -> None:
    carrier = stage.carrier
    if not isinstance(carrier, VoidsLabels):
        pytest.skip("cannot void")
    bought = carrier.buy_label(REQUEST)
    carrier.void_label(bought.tracking_number, REQUEST.reference)
    carrier.void_label(bought.tracking_number, REQUEST.reference)  # the first answer may have been lost
    if stage.created and isinstance(carrier, Reconciles):
        assert carrier.find_label(REQUEST) is None


@each_carrier
def test_a_refusal_says_why_keeps_the_code_and_buys_nothing(stage: Stage) -> None:
    for refused in (stage.refused, replace(REQUEST, service="teleport")):
        with pytest.raises(CarrierRefused) as caught:
            stage.carrier.buy_label(refused)
        assert caught.value.raw
        assert caught.value.field
        assert "{" not in str(caught.value)
        if stage.created:
            assert stage.created(refused.reference) == 0


@each_remote
def test_no_answer_is_unknown_and_is_cleared_up_by_asking(stage: Stage) -> None:
    assert stage.hang and stage.created
    stage.hang()
    with pytest.raises(OutcomeUnknown):
        stage.carrier.buy_label(REQUEST)
    assert isinstance(stage.carrier, Reconciles)
    found = stage.carrier.find_label(REQUEST)
    assert found is not None
    assert stage.created(REQUEST.reference) == 1


@each_remote
def test_the_naive_buyer_pays_twice(stage: Stage) -> None:
    """Tries again whatever went wrong: the twin that shows the test above can fail."""
    assert stage.hang and stage.created
    stage.hang()
    bought: list[Label] = []
    while not bought:
        try:
            bought.append(stage.carrier.buy_label(REQUEST))
        except DeskError:
            continue
    assert stage.created(REQUEST.reference) == 2


@each_remote
def test_nobody_there_means_nothing_bought(stage: Stage) -> None:
    assert stage.leave
    stage.leave()
    with pytest.raises(CarrierUnreachable):
        stage.carrier.buy_label(REQUEST)


@pytest.mark.parametrize("code", [code for code in CODES if code not in REMOTE])
def test_offline_means_offline(code: str) -> None:
    settings: Mapping[str, str] = {"url": f"http://127.0.0.1:{_closed_port()}"}
    with Http() as http:
        assert FOUND.build(code, settings, http).buy_label(REQUEST).tracking_number


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
