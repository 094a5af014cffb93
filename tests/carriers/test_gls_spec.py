"""Our requests, and the practice server's answers, against GLS's own OpenAPI descriptions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from carrier_request import REQUEST
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from stage import Stage
from stage_gls import stage

from wismo_desk.carriers.gls import CARRIER, Gls
from wismo_desk.carriers.gls.contract import Contract
from wismo_desk.carriers.gls.parcel import (
    build_allowed,
    build_check,
    build_label,
    build_proof,
    build_reprint,
    label_body,
    to_json,
)
from wismo_desk.carriers.gls.points import build_points
from wismo_desk.domain.pickup import PointSearch
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.errors import CarrierRefused
from wismo_desk.practice.gls_server import GlsServer

HERE = Path(__file__).parent / "specs"
SHIPIT = yaml.safe_load((HERE / "gls-shipit-openapi.yaml").read_text(encoding="utf-8"))
TRACK = yaml.safe_load((HERE / "gls-track-openapi.yaml").read_text(encoding="utf-8"))
CONTRACT = Contract(client_id="i", client_secret="s", contact_id="c", incoterm="18")
# The description was made from a program's names; GLS's samples, plug-ins and recorded answers have the left ones.
SPOKEN = {"ZIPCode": "Zipcode", "eMail": "Email", "GDPR": "Gdpr", "PODItem": "Poditem"}


def strict(schema: Any) -> Any:
    """The schema without room for names that it does not know: a misspelt field would pass otherwise."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items()}
    known = "properties" in found and "additionalProperties" not in found
    return found | ({"additionalProperties": False} if known else {})


def as_described(value: Any) -> Any:
    if isinstance(value, list):
        return [as_described(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {SPOKEN.get(key, key): as_described(each) for key, each in value.items()}


def registry(spec: Any) -> Registry[Any]:
    contents = {"components": {"schemas": strict(spec["components"]["schemas"])}}
    resource: Resource[Any] = Resource.from_contents(contents, DRAFT4)
    found: Registry[Any] = Registry().with_resource("urn:spec", resource)
    return found


REGISTRIES = {"shipit": registry(SHIPIT), "track": registry(TRACK)}


def problems(name: str, value: object, spec: str = "shipit") -> list[str]:
    schema = {"$ref": f"urn:spec#/components/schemas/{name}"}
    validator = OAS30Validator(schema, registry=REGISTRIES[spec])
    found = validator.iter_errors(as_described(value))
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in found]


def body_of(path: str) -> str:
    content = SHIPIT["paths"][path]["post"]["requestBody"]["content"]["application/glsVersion1+json"]
    return str(content["schema"]["$ref"].rpartition("/")[2])


def answer_of(path: str) -> str:
    (content,) = SHIPIT["paths"][path]["post"]["responses"]["default"]["content"].values()
    return str(content["schema"]["$ref"].rpartition("/")[2])


def requests() -> Iterator[LabelRequest]:
    swiss = replace(
        REQUEST.recipient, country="CH", postcode="8002", email="zoe@exemple.fr", company="Maison"
    )
    for service in CARRIER.services:
        point = "2500012345" if service.pickup_point else ""
        yield replace(REQUEST, service=service.code, pickup_point=point)
        yield replace(
            REQUEST, service=service.code, pickup_point=point, recipient=swiss, insured_cents=5000, dpi=300
        )


def test_requests_for_labels_and_dry_runs() -> None:
    for request in requests():
        assert problems(body_of("/rs/shipments"), json.loads(build_label(request, CONTRACT))) == []
        assert problems(body_of("/rs/shipments/validate"), json.loads(build_check(request, CONTRACT))) == []
        allowed = json.loads(build_allowed(request, CONTRACT))
        assert problems(body_of("/rs/shipments/allowedservices"), allowed) == []


def test_several_parcels_of_one_shipment() -> None:
    asked = [replace(REQUEST, reference=f"TOGETHER{n}", weight_g=500 * n) for n in (1, 2, 3)]
    body = json.loads(to_json(label_body(asked, CONTRACT)[0]))
    assert problems(body_of("/rs/shipments"), body) == []
    units = body["Shipment"]["ShipmentUnit"]
    assert [(unit["ShipmentUnitReference"], unit["Weight"]) for unit in units] == [
        (["TOGETHER1"], 0.5),
        (["TOGETHER2"], 1.0),
        (["TOGETHER3"], 1.5),
    ]


def test_what_the_practice_server_answers_of_several() -> None:
    with stage() as on:
        assert isinstance(on.carrier, Gls)
        on.carrier.buy_labels([replace(on.request, reference=f"TOGETHER{n}") for n in (1, 2, 3)])
        assert on.server is not None
        told = json.loads(on.server.replies[-1].content)
        assert problems(answer_of("/rs/shipments"), told) == []
        assert len(told["CreatedShipment"]["ParcelData"]) == 3


def test_the_other_requests() -> None:
    for dpi in (203, 300):
        reprint = json.loads(build_reprint("ZMZE0SRO", dpi))
        assert problems(body_of("/rs/shipments/reprintparcel"), reprint) == []
    assert problems(body_of("/rs/tracking/parcelpod"), json.loads(build_proof("ZMZE0SRO"))) == []
    search = PointSearch(postcode="35000", city="Rennes", street="12 rue Haute")
    assert problems(body_of("/rs/parcelshop/address"), json.loads(build_points(search))) == []


def test_what_is_no_request_is_found() -> None:
    """The naive twin: the schema as it stands lets a misspelt name pass."""
    body = json.loads(build_label(REQUEST, CONTRACT))
    body["Shipment"]["ShipmentUnit"][0]["Poids"] = 3
    body["Shipment"]["Product"] = "COLIS"
    del body["Shipment"]["Shipper"]["ContactID"]
    found = " ".join(problems("ShipmentRequestData", body))
    assert all(name in found for name in ("Poids", "COLIS", "ContactID"))
    loose = OAS30Validator(SHIPIT["components"]["schemas"]["Location"])
    assert loose.is_valid({"CountryCode": "FR", "ZIPCode": "35000"})
    schema = {"$ref": "urn:spec#/components/schemas/Location"}
    assert not OAS30Validator(schema, registry=REGISTRIES["shipit"]).is_valid(
        {"CountryCode": "FR", "ZIPCode": "35000"}
    )  # without SPOKEN, the strict one minds


def test_every_path_is_described() -> None:
    paths = {
        *(
            "/rs/shipments",
            "/rs/shipments/validate",
            "/rs/shipments/allowedservices",
            "/rs/shipments/endofday",
        ),
        *("/rs/shipments/reprintparcel", "/rs/shipments/cancel/{trackID}", "/rs/tracking/parcelpod"),
        "/rs/parcelshop/address",
    }
    assert paths <= set(SHIPIT["paths"])
    assert "/tracking/simple/trackids/{unitnos}" in TRACK["paths"]
    urls = {field.key: field.default for field in CARRIER.fields}
    assert urls["url_shipit"] in [server["url"] for server in SHIPIT["servers"]]
    assert urls["url_track"] + "/" in [server["url"] for server in TRACK["servers"]]


@pytest.fixture
def desk() -> Iterator[tuple[Stage, Gls, GlsServer]]:
    with stage() as staged:
        assert isinstance(staged.carrier, Gls)
        assert isinstance(staged.server, GlsServer)
        yield staged, staged.carrier, staged.server


def test_the_practice_servers_answers(desk: tuple[Stage, Gls, GlsServer]) -> None:
    staged, carrier, server = desk

    def told() -> Any:
        return json.loads(server.replies[-1].content)

    label = carrier.buy_label(staged.request)
    assert problems(answer_of("/rs/shipments"), told()) == []
    carrier.reprint_label(label.tracking_number)
    assert problems(answer_of("/rs/shipments/reprintparcel"), told()) == []
    carrier.check_label(staged.request)
    assert problems(answer_of("/rs/shipments/allowedservices"), told()) == []
    assert staged.refused
    with pytest.raises(CarrierRefused):
        carrier.check_label(staged.refused)
    assert problems(answer_of("/rs/shipments/validate"), told()) == []
    carrier.make_manifest([label.tracking_number], day=date(2026, 11, 23))
    assert problems(answer_of("/rs/shipments/endofday"), told()) == []
    carrier.find_points(PointSearch(postcode="35000"))
    assert problems(answer_of("/rs/parcelshop/address"), told()) == []
    carrier.void_label(label.tracking_number, "")
    assert problems(answer_of("/rs/shipments/cancel/{trackID}"), told()) == []


def test_its_news_and_proofs(desk: tuple[Stage, Gls, GlsServer]) -> None:
    staged, carrier, server = desk
    labels = [carrier.buy_label(replace(staged.request, reference=f"R{n}")) for n in range(10)]
    staged.clock.wait(days=6)
    for numbers in (
        [label.tracking_number for label in labels],
        [staged.stranger, *(f"QAS_{n:07d}" for n in range(1, 10))],
    ):
        carrier.track(numbers)
        assert problems("ParcelsResponseDTO", json.loads(server.replies[-1].content), "track") == []
    proofs = 0
    for label in labels:
        if carrier.fetch_proof(label.tracking_number):
            assert problems("PODResponse", json.loads(server.replies[-1].content)) == []
            proofs += 1
    assert proofs == 8  # one is silent, one came back


def test_the_documented_examples_are_read() -> None:
    from wismo_desk.carriers.gls import parse_tracking
    from wismo_desk.web import Answer

    examples = TRACK["components"]["responses"]["Response200"]["content"]["application/json"]["examples"]
    found = {}
    for name, example in examples.items():
        content = json.dumps(example["value"]).encode()
        found[name] = parse_tracking(Answer(status=200, content=content, headers={}, host="spec"))
    assert [each.found for each in found["200WithErrors"]] == [False, True]
    assert [event.code for event in found["200WithLinks"][0].events] == [
        *("INTIAL.PREADVICE", "INTIAL.E48_DATA", "INTIAL.NORMAL", "DELIVD.PARCELSHOP", "DELIVEREDPS")
    ]
    assert len(found["200Reference2Parcels"]) == 2
