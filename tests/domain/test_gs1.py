"""GS1 element strings as scanners deliver them: fixed parts, parts ended by GS, and the printed form."""

from __future__ import annotations

import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain import gs1
from wismo_desk.domain.gs1 import GS, Element
from wismo_desk.errors import BadInput

LOGISTIC = (Element("02", "09521234543213"), Element("37", "6"), Element("10", "LOT-7"))


def test_fixed_and_variable_parts() -> None:
    assert gs1.parse(f"0209521234543213376{GS}10LOT-7") == LOGISTIC
    assert gs1.parse(f"{GS}0209521234543213376{GS}10LOT-7{GS}") == LOGISTIC
    assert gs1.parse("(02)09521234543213(37)6(10)LOT-7") == LOGISTIC
    assert gs1.parse("(02) 09521234543213 (37) 6 (10) LOT-7") == LOGISTIC


def test_naive_twin_loses_the_lot() -> None:
    """Cutting at GS alone takes the quantity for part of the GTIN's element."""
    naive = f"0209521234543213376{GS}10LOT-7".split(GS)
    assert len(naive) == 2
    assert len(gs1.parse(f"0209521234543213376{GS}10LOT-7")) == 3


def test_every_identifier_of_the_brief() -> None:
    text = (
        "00000123450000000027" "0109521234543213" "11261101" "15261231" "17270228" "3103000842"
        f"10A{GS}21B{GS}37002{GS}400PO-1{GS}401CONS{GS}42075011{GS}42125075011"
    )  # fmt: skip
    found = {element.ai: element.value for element in gs1.parse(text)}
    assert found == {
        "00": "000123450000000027",
        "01": "09521234543213",
        "11": "261101",
        "15": "261231",
        "17": "270228",
        "3103": "000842",
        "10": "A",
        "21": "B",
        "37": "002",
        "400": "PO-1",
        "401": "CONS",
        "420": "75011",
        "421": "25075011",
    }


@pytest.mark.parametrize(
    ("ai", "digits"),
    [("00", 18), ("01", 14), ("02", 14), ("11", 6), ("12", 6), ("13", 6), ("15", 6), ("16", 6), ("17", 6),
     ("20", 2), ("3103", 6), ("3202", 6), ("3302", 6), ("3402", 6), ("410", 13), ("414", 13), ("417", 13)],
)  # fmt: skip
def test_predefined_lengths_need_no_separator(ai: str, digits: int) -> None:
    """GS1 General Specifications §7.8.5: what follows begins right after the last digit."""
    assert gs1.parse(f"{ai}{'1' * digits}10A") == (Element(ai, "1" * digits), Element("10", "A"))


VALUES = st.text(string.ascii_uppercase + string.digits + "-/", min_size=1, max_size=20)
PARTS = st.one_of(
    st.builds(Element, st.sampled_from(["10", "21", "400", "401"]), VALUES),
    st.builds(Element, st.just("37"), st.text(string.digits, min_size=1, max_size=8)),
    st.builds(Element, st.sampled_from(["11", "17"]), st.text(string.digits, min_size=6, max_size=6)),
    st.builds(Element, st.sampled_from(["3102", "3103"]), st.text(string.digits, min_size=6, max_size=6)),
    st.builds(Element, st.just("01"), st.text(string.digits, min_size=14, max_size=14)),
)


@given(st.lists(PARTS, min_size=1, max_size=6))
def test_round_trip(elements: list[Element]) -> None:
    scanned = "".join(e.ai + e.value + ("" if e.ai[:2] in ("01", "11", "17", "31") else GS) for e in elements)
    printed = "".join(f"({e.ai}){e.value}" for e in elements)
    assert gs1.parse(scanned) == tuple(elements)
    assert gs1.parse(printed) == tuple(elements)


@pytest.mark.parametrize(
    "text", ["0109521234543", "99", f"37{GS}", "08123", "(01)952", "(01)09521234543213x(", "()1", "17ABCDEF"]
)
def test_damage_is_refused_whole(text: str) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        gs1.parse(text)


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(BadInput):
        assert all(element.value for element in gs1.parse(text))


def test_check_digits_inside() -> None:
    assert gs1.elements_check(gs1.parse("0109521234543213")) is True
    assert gs1.elements_check(gs1.parse("0109521234543214")) is False
    assert gs1.elements_check(gs1.parse("10LOT")) is None
    assert gs1.elements_check(gs1.parse("0000012345000000002700000123450000000028")) is False


@pytest.mark.parametrize(
    ("spelt", "canonical"),
    [
        ("9521234543213", "9521234543213"),
        ("09521234543213", "9521234543213"),
        ("036000291452", "0036000291452"),
        ("0036000291452", "0036000291452"),
        ("96385074", "96385074"),
        ("00000096385074", "96385074"),
        ("19521234543210", "19521234543210"),
    ],
)
def test_one_spelling_per_item(spelt: str, canonical: str) -> None:
    assert gs1.canonical_gtin(spelt) == canonical
    assert spelt in gs1.gtin_spellings(spelt)


def test_spellings_of_a_upc() -> None:
    assert gs1.gtin_spellings("036000291452") == ("0036000291452", "036000291452", "00036000291452")
    assert gs1.gtin_spellings("614141000036") == ("0614141000036", "614141000036", "00614141000036")
    assert gs1.gtin_spellings("19521234543210") == ("19521234543210",)
