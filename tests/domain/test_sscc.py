"""SSCCs from the merchant's own range: right, unique, and refused when the range is used up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.sscc import DEMO_PREFIX, is_sscc, make_sscc, serials, sscc_element
from wismo_desk.errors import BadInput

PREFIXES = st.text("0123456789", min_size=3, max_size=12)


def test_public_sample() -> None:
    assert is_sscc("000123450000000027")
    assert make_sscc("0012345", 0, 2) == "000123450000000027"
    assert sscc_element("000123450000000027") == "00000123450000000027"


@given(PREFIXES, st.integers(0, 9), st.data())
def test_made_and_taken_apart(prefix: str, extension: int, data: st.DataObject) -> None:
    serial = data.draw(st.integers(0, serials(prefix) - 1))
    code = make_sscc(prefix, extension, serial)
    assert is_sscc(code)
    end = 1 + len(prefix)
    assert (code[0], code[1:end], int(code[end:-1])) == (str(extension), prefix, serial)


@given(PREFIXES)
def test_range_used_up_is_said(prefix: str) -> None:
    last = serials(prefix) - 1
    assert len(make_sscc(prefix, 0, last)) == 18
    with pytest.raises(BadInput) as refused:
        make_sscc(prefix, 0, last + 1)
    assert refused.value.values["capacity"] == serials(prefix)


def test_naive_twin_gives_a_number_twice() -> None:
    """Cutting the serial to its place, as one is tempted to, labels two parcels alike."""

    def naive(prefix: str, serial: int) -> str:
        body = f"0{prefix}{serial:0{16 - len(prefix)}d}"[:17]
        return make_sscc(prefix, 0, int(body[1 + len(prefix) :]))

    room = serials(DEMO_PREFIX)
    assert naive(DEMO_PREFIX, room) == naive(DEMO_PREFIX, room // 10)
    with pytest.raises(BadInput):
        make_sscc(DEMO_PREFIX, 0, room)


@pytest.mark.parametrize("prefix", ["", "95", "95x", "1234567890123", "９５２"])
def test_prefix_must_be_digits(prefix: str) -> None:
    with pytest.raises(BadInput, match="prefix"):
        make_sscc(prefix, 0, 1)


@pytest.mark.parametrize("extension", [-1, 10])
def test_extension_is_one_digit(extension: int) -> None:
    with pytest.raises(BadInput, match="extension"):
        make_sscc(DEMO_PREFIX, extension, 1)


def test_damaged_codes_are_none() -> None:
    assert not is_sscc("000123450000000028")
    assert not is_sscc("00012345000000002")
