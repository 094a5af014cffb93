"""The practice server's answers, and our question, against UPS's own OpenAPI description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from stage import Stage
from stage_ups import stage

from wismo_desk.carriers.ups import CARRIER, Ups, build_track
from wismo_desk.practice.ups_server import UpsServer, practice_numbers
from wismo_desk.web import Http

# The file has tabs in a line that says nothing, which YAML forbids.
TEXT = (Path(__file__).parent / "specs" / "ups-tracking-openapi.yaml").read_text(encoding="utf-8")
SPEC = yaml.safe_load(TEXT.replace("\t", " "))
DETAILS = SPEC["paths"]["/track/v1/details/{inquiryNumber}"]["get"]


def strict(schema: Any) -> Any:
    """The schema without room for names that it does not know: a misspelt field would pass otherwise."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items()}
    return found | ({"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {})


SCHEMAS = {name: strict(schema) for name, schema in SPEC["components"]["schemas"].items()}
REGISTRY: Registry[Any] = Registry().with_resource(
    "urn:spec", Resource.from_contents({"components": {"schemas": SCHEMAS}}, DRAFT4)
)


def problems(name: str, value: object) -> list[str]:
    validator = OAS30Validator({"$ref": f"urn:spec#/components/schemas/{name}"}, registry=REGISTRY)
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(value)]


@pytest.fixture
def desk() -> Iterator[tuple[Stage, Ups, UpsServer]]:
    with stage() as staged:
        assert isinstance(staged.carrier, Ups)
        assert isinstance(staged.server, UpsServer)
        yield staged, staged.carrier, staged.server


def test_our_question() -> None:
    asked = urlsplit(build_track("1Z5R89390357567127", proof=True))
    known = {each["name"]: each["in"] for each in DETAILS["parameters"]}
    assert dict.fromkeys(parse_qs(asked.query), "query").items() <= known.items()
    assert known["transId"] == known["transactionSrc"] == "header"
    assert asked.path.rpartition("/")[0] == "/track/v1/details"
    servers = [server["url"] for server in SPEC["servers"]]
    assert next(field.default for field in CARRIER.fields if field.key == "url") in servers


def test_the_practice_servers_answers(desk: tuple[Stage, Ups, UpsServer]) -> None:
    staged, carrier, server = desk
    server.announce("1ZEX95200300000998", pickup=True, other="CZ550028402CH")
    for _ in range(7):
        for number in (*practice_numbers(), staged.stranger, "1ZEX95200300000998"):
            carrier.track([number])
            assert problems("TrackApiResponse", json.loads(server.replies[-1].content)) == []
        staged.clock.wait(hours=14)
    carrier.fetch_proof(practice_numbers()[0])
    assert problems("TrackApiResponse", json.loads(server.replies[-1].content)) == []


def test_its_refusals(desk: tuple[Stage, Ups, UpsServer]) -> None:
    _, _, server = desk
    with Http() as http:
        for path in ("/api/track/v1/details/1Z", "/api/track/v1/elsewhere"):
            answer = http.ask("GET", server.url + path)
            assert answer.status == 401
            assert problems("Response", answer.json()) == []


def test_what_is_no_answer_is_found() -> None:
    """The naive twin: the schema as it stands lets a misspelt name pass."""
    told = {"trackResponse": {"shipment": [{"inquiryNumber": "1Z", "package": [{"activities": []}]}]}}
    assert problems("TrackApiResponse", told)
    loose = OAS30Validator(SPEC["components"]["schemas"]["Activity"])
    assert loose.is_valid({"activities": []})
