"""Every check digit on public samples (carriers.md §3), and what each must catch."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain import check_digits as cd

SAMPLES = [
    (cd.s10, "12345678", "5"),  # RB123456785GB
    (cd.s10, "00204440", "1"),  # XU002044401EE
    (cd.s10, "24228400", "3"),  # XW242284003JB
    (cd.gs1, "1372731921", "8"),  # 6A13727319218
    (cd.gs1, "2887067622", "4"),  # 8R28870676224
    (cd.gs1, "9V1722409000010860000037"[8:23], "7"),
    (cd.gs1, "00012345000000002", "7"),  # SSCC
    (cd.gs1, "952123454321", "3"),  # EAN-13
    (cd.gs1, "03600029145", "2"),  # UPC-A
    (cd.mod37_36, "008182709980000020033350276", "C"),
    (cd.mod37_36, "0026400XP503122466248226250", "A"),
    (cd.mod37_36, "09980000020033", "F"),
    (cd.mod37_36, "XW242284003336", "9"),
    (cd.mod37_36, "87000720168020", "K"),
    (cd.ups, "5R8939035756712", "7"),
    (cd.ups_waybill, "150623562", "0"),
    (cd.fedex12, "98657878885", "5"),
    (cd.fedex12, "0077901797269", "7"),  # the last 14 of a 34-digit label
    (cd.dhl, "331881002", "5"),
    (cd.dhl, "7389105114", "6"),
]


@pytest.mark.parametrize(("digit", "body", "expected"), SAMPLES)
def test_known_samples(digit: Callable[[str], str], body: str, expected: str) -> None:
    assert digit(body) == expected


def test_bad_samples() -> None:
    assert cd.s10("12345678") != "6"  # RB123456786US
    assert cd.ups("12345E020527168") != "8"  # 1Z12345E0205271688


@given(st.text(string.digits, min_size=7, max_size=18), st.data())
def test_gs1_catches_every_single_digit_error(body: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from([d for d in string.digits if d != body[place]]))
    assert cd.gs1(body[:place] + other + body[place + 1 :]) != cd.gs1(body)


@given(st.text(cd.ALPHANUMERIC, min_size=1, max_size=27), st.data())
def test_mod37_36_catches_every_single_character_error(body: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from([c for c in cd.ALPHANUMERIC if c != body[place]]))
    assert cd.mod37_36(body[:place] + other + body[place + 1 :]) != cd.mod37_36(body)


def test_check_digits_do_not_catch_all() -> None:
    """The naive belief that a right check digit proves the code is wrong: some swaps pass each of them."""
    assert cd.gs1("1600") == cd.gs1("6100")
    assert cd.mod37_36("IJ") == cd.mod37_36("JI")


@given(st.text(string.digits, min_size=8, max_size=8))
def test_s10_gives_one_digit(serial: str) -> None:
    assert cd.s10(serial) in string.digits


def test_letters_outside_the_alphabet_are_a_bug() -> None:
    with pytest.raises(ValueError, match="0-9A-Z"):
        cd.mod37_36("ÉA")


@pytest.mark.parametrize("code", ["96385074", "036000291452", "9521234543213", "19521234543210"])
def test_gtins(code: str) -> None:
    assert cd.is_gtin(code)
    assert not cd.is_gtin(code[:-1] + str((int(code[-1]) + 1) % 10))


@pytest.mark.parametrize("code", ["", "952123454321", "٩٥٢١٢٣٤٥٤٣٢١٣", "952123454321X", "00009521234543213"])
def test_no_gtins(code: str) -> None:
    assert not cd.is_gtin(code)
