"""The short ways through answers read the same as the long ones."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from wismo_desk.carriers import dhl
from wismo_desk.carriers.gls import loose, tracing
from wismo_desk.web import Answer

SIGNS = some.text(some.sampled_from(" \t\u00a0\u2003abé0\n-:T"), max_size=12)
NAMES = some.sampled_from(["code", "City", "postalCode", "POSTALCODE", "eventDateTime", "x", "événement"])


@given(SIGNS)
@settings(max_examples=150, deadline=None)
def test_blanks_are_mended_as_ever(said: str) -> None:
    mended = " ".join(said.split())
    assert loose.text(said) == mended
    assert dhl._text(said) == mended


@given(some.dictionaries(NAMES, some.integers(0, 9), max_size=5))
@settings(max_examples=100, deadline=None)
def test_names_of_any_case_are_found(row: dict[str, int]) -> None:
    """One that is written as described is handed on as it is; the long way says the same of it."""
    lower = {key.lower(): key for key in row}
    if len(lower) < len(row):
        return  # one name twice: nobody says which holds
    (found,) = loose.spelled([row], tracing._EVENT)
    assert found == loose._respelled(row, tracing._EVENT)
    for name in tracing._EVENT:
        assert found.get(name) == loose.record(row).get(name.lower())


MOMENTS = [
    "2026-11-24T14:00:00+0100",
    " 2026-11-24T14:00:00",
    "2026-11-24",
    "20261124",
    20261124,
    True,
    None,
    "",
]


def test_moments_read_alike_with_and_without_blanks() -> None:
    for said in MOMENTS:
        plain: Any = loose.text(said)
        assert tracing._moment(said) == tracing._moment(plain)
        assert dhl._moment(said, {}) == dhl._moment(dhl._text(said), {})
    assert tracing._moment("1999-12-31") is None
    assert tracing._moment("2100-01-01") is None


def test_one_mark_of_byte_order_is_left_out() -> None:
    for content in (b"\xef\xbb\xbf{}", b"{}", "\ufeff\ufeff{}".encode()):
        answer = Answer(status=200, content=content, headers={}, host="x")
        assert answer.text == content.decode("utf-8-sig")
