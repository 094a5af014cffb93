"""Mondial Relay's API 1 against its WSDL: our questions, and what the practice server answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from carrier_request import REQUEST
from lxml import etree  # type: ignore[import-untyped]  # publishes no types
from stage import Stage
from stage_mondial_relay import stage as on_stage
from zeep import Client, Settings
from zeep.transports import Transport

from wismo_desk.carriers.mondial_relay import MondialRelay
from wismo_desk.carriers.mondial_relay.points import build_points
from wismo_desk.carriers.mondial_relay.soap1 import build_call, headers
from wismo_desk.carriers.mondial_relay.tracing import build_track
from wismo_desk.domain.pickup import PointSearch
from wismo_desk.practice.mondial_relay_server import PRACTICE

WSDL = Path(__file__).parent / "specs" / "mondial-relay-api1.wsdl"
SEARCHES = [
    PointSearch(postcode="35000"),
    PointSearch(postcode="", city="Saint-Étienne", weight_g=3200, most=3),
    PointSearch(postcode="1000", country="BE", ship_on=date(2026, 11, 23)),
]


class NoNetwork(Transport):
    """Reads files only."""

    def _load_remote_data(self, url: str) -> bytes:
        raise AssertionError(f"the WSDL reaches out for {url}")


@pytest.fixture(scope="module")
def client() -> Any:
    transport = NoNetwork()  # type: ignore[no-untyped-call]  # zeep publishes no types
    return Client(str(WSDL), transport=transport, settings=Settings(strict=True))  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def schema() -> Any:
    """The XML schema inside the WSDL, which is stricter than zeep: order, numbers, and nothing unknown."""
    inside = etree.parse(str(WSDL)).find(".//{http://www.w3.org/2001/XMLSchema}schema")
    return etree.XMLSchema(
        etree.fromstring(etree.tostring(inside))
    )  # again, for its namespaces stand outside


@pytest.fixture
def stage() -> Iterator[Stage]:
    with on_stage() as each:
        yield each


def body_of(message: bytes) -> Any:
    envelope = etree.fromstring(message)
    return envelope.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")[0]


def valid(schema: Any, message: bytes) -> Any:
    body = body_of(message)
    schema.assertValid(body)
    return body


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_is_valid_and_says_what_was_meant(client: Any, schema: Any, search: PointSearch) -> None:
    body = valid(schema, build_points(search, PRACTICE))
    meant = client.get_element("{http://www.mondialrelay.fr/webservice/}WSI4_PointRelais_Recherche").parse(
        body, client.wsdl.types
    )
    assert meant.Pays == search.country
    assert (meant.CP or "") == search.postcode
    assert meant.NombreResultats == search.most
    assert len(meant.Security) == 32


def test_a_question_about_a_parcel_is_valid(client: Any, schema: Any) -> None:
    body = valid(schema, build_track("00435394", PRACTICE))
    meant = client.get_element("{http://www.mondialrelay.fr/webservice/}WSI2_TracingColisDetaille").parse(
        body, client.wsdl.types
    )
    assert (meant.Enseigne, meant.Expedition, meant.Langue) == (PRACTICE.brand, "00435394", "FR")


def test_the_action_header_is_the_wsdl_s(client: Any) -> None:
    for name in ("WSI4_PointRelais_Recherche", "WSI2_TracingColisDetaille"):
        binding = next(iter(client.wsdl.services.values())).ports["Web_ServicesSoap"].binding
        assert headers(name)["SOAPAction"] == f'"{binding.get(name).soapaction}"'


def test_an_invalid_message_would_be_noticed(schema: Any) -> None:
    """The naive twin: parameters in another order, as a dictionary might give them."""
    wrong = build_call("WSI2_TracingColisDetaille", (("Langue", "FR"), ("Expedition", "1")), PRACTICE)
    with pytest.raises(etree.DocumentInvalid):
        valid(schema, wrong)


def test_the_practice_server_s_answers_are_valid(client: Any, schema: Any, stage: Stage) -> None:
    carrier, server = stage.carrier, stage.server
    assert isinstance(carrier, MondialRelay)
    assert server
    label = carrier.buy_label(REQUEST)
    stage.clock.wait(days=3)
    for numbers in ([label.tracking_number], ["99999999"]):
        carrier.track(numbers)
        valid(schema, server.replies[-1].content)
    carrier.find_points(PointSearch(postcode="35000"))
    body = valid(schema, server.replies[-1].content)
    told = client.get_element(
        "{http://www.mondialrelay.fr/webservice/}WSI4_PointRelais_RechercheResponse"
    ).parse(body, client.wsdl.types)
    points = told.WSI4_PointRelais_RechercheResult.PointsRelais.PointRelais_Details
    assert len(points) == 4
    assert len(points[0].Horaires_Lundi.string) == 4
