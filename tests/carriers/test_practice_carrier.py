"""The practice carrier's builders and parsers, without a network."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from carrier_request import REQUEST
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.carriers.practice import (
    build,
    build_label,
    build_search,
    build_void,
    parse_found,
    parse_label,
    parse_void,
)
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.web import Answer, Http

SOLD: dict[str, Any] = {
    "number": "PX12345678905",
    "reference": REQUEST.reference,
    "service": "home",
    "price_cents": 633,
    "voided": False,
    "codes": ["PX12345678905", "PX12345678905;ABCDEFGHIJ234"],
    "aliases": ["PX12345678905;ABCDEFGHIJ234"],
    "format": "zpl",
    "content": base64.b64encode(b"^XA^XZ").decode(),
}


def answer(status: int, value: object) -> Answer:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(status=status, content=content, headers={}, host="127.0.0.1")


def test_what_is_asked() -> None:
    asked = json.loads(build_label(replace(REQUEST, dpi=300, pickup_point="EX350001")))
    assert asked["reference"] == REQUEST.reference
    assert (asked["dpi"], asked["pickup_point"], asked["ship_on"]) == (300, "EX350001", "2026-11-23")
    assert asked["recipient"]["street"] == ["12 rue de l'Église", "Bât. B"]
    assert "sscc" not in asked  # nothing it has no use for
    assert build_search(replace(REQUEST, reference="A&B ")) == "/labels?reference=A%26B+"
    assert json.loads(build_void("R")) == {"reference": "R"}


def test_what_is_read() -> None:
    label = parse_label(answer(201, SOLD))
    assert (label.tracking_number, label.price_cents, label.content) == ("PX12345678905", 633, b"^XA^XZ")
    assert label.codes == tuple(SOLD["codes"])
    parse_void(answer(200, {}))


def test_the_oldest_valid_label_is_found() -> None:
    labels = [SOLD | {"voided": True, "number": "PX1"}, SOLD, SOLD | {"number": "PX3"}]
    found = parse_found(answer(200, {"labels": labels}))
    assert found is not None
    assert found.tracking_number == "PX12345678905"
    assert parse_found(answer(200, {"labels": labels[:1]})) is None
    assert parse_found(answer(200, {"labels": []})) is None


LACKS = [
    {key: value for key, value in SOLD.items() if key != lacking}
    for lacking in ("number", "content", "codes")
]


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"<html>",
        [],
        "yes",
        {},
        *LACKS,
        SOLD | {"number": ""},
        SOLD | {"content": ""},
        SOLD | {"content": "%"},
        SOLD | {"format": "pdf"},
    ],
)
def test_a_yes_that_cannot_be_read_is_unknown(value: object) -> None:
    with pytest.raises(OutcomeUnknown):
        parse_label(answer(201, value))


@pytest.mark.parametrize("value", [{}, [], {"labels": 1}, {"labels": [1]}, {"labels": [{"voided": False}]}])
def test_a_search_that_cannot_be_read_is_not_nothing_found(value: object) -> None:
    """ "None" would let the label be bought again."""
    with pytest.raises(OutcomeUnknown):
        parse_found(answer(200, value))


@pytest.mark.parametrize("status", [300, 302, 500, 502, 503])
def test_a_fault_of_the_carrier_is_unknown(status: int) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        parse_label(answer(status, {"error": {"code": "X", "message": "no"}}))
    assert caught.value.raw == f"HTTP {status}"


def test_too_busy_may_be_tried_again() -> None:
    with pytest.raises(CarrierUnreachable) as caught:
        parse_label(answer(429, b""))
    assert caught.value.raw == "HTTP 429"


@pytest.mark.parametrize(
    ("value", "text", "raw", "field"),
    [
        (
            {"error": {"code": "P1", "message": "Code postal invalide.", "field": "postcode"}},
            "Code postal invalide. ",
            "P1",
            "postcode",
        ),
        ({"error": {"message": "Non"}}, "Non", "HTTP 422", ""),
        ({"error": {"code": "P1", "message": ""}}, "no reason", "P1", ""),
        ({"error": "no"}, "no reason", "HTTP 422", ""),
        ([], "no reason", "HTTP 422", ""),
        (b"Erreur", "no reason", "HTTP 422", ""),
        (
            '{"error": {"code": "P1", "message": "Adresse erronée"}}'.encode("latin-1"),
            "Adresse erronée",
            "P1",
            "",
        ),
        ({"error": {"code": "P1", "message": "{braces}"}}, "{braces}", "P1", ""),
    ],
)
def test_a_refusal(value: object, text: str, raw: str, field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_label(answer(422, value))
    assert text in str(caught.value)
    assert (caught.value.raw, caught.value.field) == (raw, field)


@given(
    st.integers(100, 599),
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["error", "labels", *SOLD]), inner, max_size=5)
        ),
    ),
)
def test_whatever_comes_is_a_label_or_a_desk_error(status: int, value: object) -> None:
    for parse in (parse_label, parse_found, parse_void):
        try:
            parse(answer(status, value))
        except DeskError:
            continue


def test_an_address_is_needed() -> None:
    with Http() as http, pytest.raises(SettingsProblem):
        build({}, http)
