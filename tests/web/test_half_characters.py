"""Half a character in a company's JSON: read as a question mark, for nothing can store it."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from wismo_desk.web import Answer

VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def answer(text: str) -> Answer:
    return Answer(status=200, content=text.encode(), headers={}, host="carrier")


@pytest.mark.parametrize("half", [r"\ud800", r"\uDFFF", r"\ud83d and no more"])
def test_half_a_character(half: str) -> None:
    told = answer(f'{{"place": "Lyon {half}", "{half}": 1}}').json()
    assert told["place"].startswith("Lyon ?")
    json.dumps(told, ensure_ascii=False).encode()
    for said in told:
        sqlite3.connect(":memory:").execute("SELECT ?", (said,))


def test_the_naive_reading_cannot_be_stored() -> None:
    said = json.loads(r'"\ud800"')
    with pytest.raises(UnicodeEncodeError):
        sqlite3.connect(":memory:").execute("SELECT ?", (said,))


def test_whole_ones_in_two_halves_stay() -> None:
    assert answer(r'["\ud83d\ude9a", "\\ud800"]').json() == ["🚚", r"\ud800"]


@given(VALUES)
@settings(max_examples=80, deadline=None)
def test_all_else_is_read_as_it_was(value: Any) -> None:
    assert answer(json.dumps(value)).json() == value
    assert answer(json.dumps(value, ensure_ascii=False)).json() == value
