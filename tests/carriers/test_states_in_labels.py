"""The state of an address, where a carrier's document has a field for it; and who needs a mobile number."""

from __future__ import annotations

from dataclasses import replace

import pytest
import test_colissimo
import test_gls
from carrier_request import BUYER, REQUEST

from wismo_desk.carriers import colissimo, dpd_france, gls
from wismo_desk.domain.shipment import Article
from wismo_desk.errors import CarrierRefused

AUSTIN = replace(
    BUYER, country="US", postcode="78701", city="Austin", street=("1 Main Street",), state="Texas"
)
MUG = Article(description="Mug", quantity=1, value_cents=900, weight_g=400, hs_code="691200", origin="FR")
ABROAD = replace(REQUEST, service="international", recipient=AUSTIN, articles=(MUG,))


def test_only_predict_needs_a_mobile_number_by_its_document() -> None:
    services = [*dpd_france.CARRIER.services, *colissimo.CARRIER.services, *gls.CARRIER.services]
    assert [service.code for service in services if service.needs_mobile] == ["home_predict"]


def test_colissimo_gets_two_letters() -> None:
    assert test_colissimo.addressee(ABROAD)["stateOrProvinceCode"] == "TX"


def test_colissimo_is_not_asked_without_a_state_of_the_united_states() -> None:
    nowhere = replace(ABROAD, recipient=replace(AUSTIN, state=""))
    with pytest.raises(CarrierRefused, match="wants the state") as refused:
        test_colissimo.asked(nowhere)
    assert refused.value.field == "recipient.state"


@pytest.mark.parametrize(("country", "state"), [("FR", "Bretagne"), ("AU", "NSW"), ("CA", "")])
def test_colissimo_gets_none_where_there_is_none_or_no_room(country: str, state: str) -> None:
    request = replace(ABROAD, recipient=replace(AUSTIN, country=country, state=state, postcode="35000"))
    assert "stateOrProvinceCode" not in test_colissimo.addressee(request)


def test_gls_gets_the_province() -> None:
    assert test_gls.address(AUSTIN)["Province"] == "TX"
    assert "Province" not in test_gls.address(replace(AUSTIN, country="FR", state="Bretagne"))
