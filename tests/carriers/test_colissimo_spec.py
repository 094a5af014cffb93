"""Our requests, and the practice server's answers, against Colissimo's own OpenAPI description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from carrier_request import REQUEST
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from stage import Stage
from stage_colissimo import ABROAD, MUG, stage

from wismo_desk.carriers.colissimo import CARRIER, Colissimo, build_label, build_manifest
from wismo_desk.carriers.colissimo.contract import Contract
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.practice.colissimo_server import ColissimoServer
from wismo_desk.web import Answer
from wismo_desk.web.multipart import parts_of

SPEC = json.loads(
    (Path(__file__).parent / "specs" / "colissimo-sls-openapi.json").read_text(encoding="utf-8")
)
CONTRACTS = (
    Contract(account="900001", password="p", carriage_cents=490, eori="FR1"),
    Contract(api_key="k", carriage_cents=1),
)


def strict(schema: Any) -> Any:
    """The schema without room for names that it does not know: a misspelt field would pass otherwise."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items()}
    return found | ({"additionalProperties": False} if "properties" in found else {})


REGISTRY: Registry[Any] = Registry().with_resource(
    "urn:spec", Resource.from_contents({"components": strict(SPEC["components"])}, DRAFT4)
)


def problems(name: str, value: object) -> list[str]:
    validator = OAS30Validator({"$ref": f"urn:spec#/components/schemas/{name}"}, registry=REGISTRY)
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(value)]


def body_of(operation: str) -> str:
    content = SPEC["paths"][operation]["post"]["requestBody"]["content"]
    return str(content["application/json"]["schema"]["$ref"].rpartition("/")[2])


def requests() -> Iterator[LabelRequest]:
    full = replace(
        REQUEST,
        articles=(MUG,),
        size_mm=(300, 200, 100),
        duties_paid=True,
        non_machinable=True,
        shop_name="La Belle Maison",
    )
    for service in CARRIER.services:
        for request in (REQUEST, full):
            yield replace(
                request,
                service=service.code,
                recipient=ABROAD.get(service.code, request.recipient),
                articles=(MUG,) if service.code in ABROAD else request.articles,
                pickup_point="350001" if service.pickup_point else "",
                insured_cents=20_000 if "signature" in service.code else 0,
            )


@pytest.mark.parametrize("contract", CONTRACTS, ids=("password", "key"))
@pytest.mark.parametrize("operation", ["/generateLabel", "/checkGenerateLabel"])
def test_requests_for_labels(contract: Contract, operation: str) -> None:
    for request in requests():
        assert problems(body_of(operation), json.loads(build_label(request, contract))) == []


def test_what_is_no_request_is_found() -> None:
    """The naive twin: the schema as it stands lets a misspelt name pass."""
    body = json.loads(build_label(REQUEST, CONTRACTS[0]))
    body["letter"]["parcel"]["poids"] = body["letter"]["parcel"].pop("weight")
    found = " ".join(problems("GenerateLabelRequestV31", body))
    assert "weight" in found
    assert "poids" in found
    del body["letter"]
    assert problems("GenerateLabelRequestV31", body)
    loose = OAS30Validator(SPEC["components"]["schemas"]["Field"])
    assert loose.is_valid({"key": "A", "value": "B", "misspelt": "C"})
    assert problems("Field", {"key": "A", "value": "B", "misspelt": "C"})


@pytest.fixture
def desk() -> Iterator[tuple[Stage, Colissimo, ColissimoServer]]:
    with stage() as staged:
        assert isinstance(staged.carrier, Colissimo)
        assert isinstance(staged.server, ColissimoServer)
        yield staged, staged.carrier, staged.server


def infos(server: ColissimoServer) -> Any:
    reply = server.replies[-1]
    answer = Answer(
        status=reply.status, content=reply.content, headers={"content-type": reply.kind}, host="127.0.0.1"
    )
    parts = {part.name: part.content for part in parts_of(answer)}
    return json.loads(parts.get("jsonInfos", reply.content))


def test_the_practice_servers_answers(desk: tuple[Stage, Colissimo, ColissimoServer]) -> None:
    staged, carrier, server = desk
    carrier.buy_label(staged.request)
    assert problems("GenerateLabelV2Response", infos(server)) == []
    carrier.check_label(staged.request)
    assert problems("GenerateLabelV2Response", infos(server)) == []
    assert staged.refused
    for ask in (carrier.buy_label, carrier.check_label):
        with pytest.raises(Exception, match="30211"):
            ask(staged.refused)
        assert problems("GenerateLabelV2Response", infos(server)) == []


def test_the_bordereaus_request() -> None:
    for contract in CONTRACTS:
        body = json.loads(build_manifest(["6A15984040331"], contract))
        assert problems(body_of("/generateBordereauByParcelsNumbers"), body) == []
