"""Ids: deterministic where two stations must agree, growing with time where one writes."""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.ids import (
    hashed,
    line_id,
    order_id,
    purchase_key,
    reference,
    shipment_id,
    time_ordered,
)

# What this program calls that order for ever: rows and other stations depend on it.
ALWAYS = UUID("4af7e1c9-c38b-51ad-ba4a-062bc4f34a5c")
moments = st.integers(0, 2**48 - 1)


@given(moments, st.binary(min_size=10, max_size=20))
def test_version_7_has_its_time_first(at_ms: int, random: bytes) -> None:
    made = time_ordered(at_ms, random)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == at_ms


def test_version_7_needs_its_random_bits() -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        time_ordered(1, b"short")


@given(moments, moments, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_version_7_sorts_by_time(one: int, two: int, a: bytes, b: bytes) -> None:
    if one != two:
        assert (time_ordered(one, a) < time_ordered(two, b)) == (one < two)


texts = st.lists(st.text(st.characters(blacklist_categories=["Cc", "Cs"])), min_size=1, max_size=4)


@given(moments, texts)
def test_version_8_is_what_was_said_and_when(at_ms: int, parts: list[str]) -> None:
    made = hashed(at_ms, *parts)
    assert made == hashed(at_ms, *parts)
    assert made.version == 8
    assert made.int >> 80 == at_ms
    assert made != hashed(at_ms, *parts, "")


def test_two_stations_agree_on_an_order() -> None:
    assert order_id("csv", "1042") == order_id("csv", "1042") == ALWAYS
    assert order_id("csv", "1042") != order_id("shop", "1042")
    assert line_id("csv", "1042", "1") != line_id("csv", "1042", "2")
    order = order_id("csv", "1042")
    assert shipment_id(order) == shipment_id(order, 0) != shipment_id(order, 1)


def test_parts_do_not_run_into_each_other() -> None:
    assert order_id("a", "bc") != order_id("ab", "c")
    assert hashed(0, "a", "bc") != hashed(0, "ab", "c")


def test_the_carriers_reference() -> None:
    key = purchase_key(UUID(int=1), 2, 3)
    assert key == "00000000-0000-0000-0000-000000000001|2|3"
    said = reference(key)
    assert said == base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:13]
    assert len(said) == 13
    assert set(said) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert said != reference(purchase_key(UUID(int=1), 2, 4))
