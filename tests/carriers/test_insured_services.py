"""What a service says it insures is what its connector takes: no more, no less, over the practice servers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stage import stages
from test_contract import FOUND, requests_for

from wismo_desk.domain.carrier import SellsLabels
from wismo_desk.errors import CarrierRefused

STAGES = stages()
INSURERS = sorted(
    code
    for code, found in FOUND.modules.items()
    if any(service.insured_to for service in found.CARRIER.services)
)


def test_who_insures_from_here() -> None:
    assert INSURERS == ["chronopost", "colissimo"]


@pytest.mark.parametrize("code", INSURERS)
def test_up_to_what_the_service_says(code: str) -> None:
    with STAGES[code]() as stage:
        assert isinstance(stage.carrier, SellsLabels)
        insured = 0
        for request in requests_for(stage):
            service = stage.carrier.info.service(request.service)
            assert service is not None
            if service.insured_to:
                insured += 1
                stage.carrier.buy_label(replace(request, insured_cents=service.insured_to))
        assert insured


def test_colissimo_refuses_a_cent_more() -> None:
    with STAGES["colissimo"]() as stage:
        assert isinstance(stage.carrier, SellsLabels)
        for request in requests_for(stage):
            service = stage.carrier.info.service(request.service)
            assert service is not None
            with pytest.raises(CarrierRefused):
                stage.carrier.buy_label(replace(request, insured_cents=service.insured_to + 1))


@pytest.mark.parametrize("code", ["mondial_relay", "dpd_france"])
def test_where_nothing_is_insured_an_amount_is_refused_with_a_sentence(code: str) -> None:
    with STAGES[code]() as stage:
        assert isinstance(stage.carrier, SellsLabels)
        for request in requests_for(stage):
            with pytest.raises(CarrierRefused, match="Take the insurance off"):
                stage.carrier.buy_label(replace(request, insured_cents=1))
