"""Parcels of one answer: by what their labels show, else in order, else not at all."""

from __future__ import annotations

import pytest

from wismo_desk.domain.told_apart import told_apart

REFERENCES = ("AAA", "BBB", "CCC")


@pytest.mark.parametrize(
    ("came", "found"),
    [
        ([("1", b"..CCC"), ("2", b"..AAA"), ("3", b"..BBB")], ("2", "3", "1")),
        ([("1", b""), ("2", b""), ("3", b"")], ("1", "2", "3")),
        ([("1", b""), ("2", b"..BBB"), ("3", b"")], ("1", "2", "3")),
        ([("1", b""), ("2", b"..CCC"), ("3", b"")], (None, None, None)),  # the order cannot be trusted
        ([("1", b"..BBB")], (None, "1", None)),
        ([("1", b""), ("2", b"")], (None, None, None)),  # of three: which one is missing?
        ([("1", b"..AAA BBB"), ("2", b""), ("3", b"")], ("1", "2", "3")),  # shows two: says nothing
        ([("1", b"..AAA"), ("2", b"..AAA"), ("3", b"")], (None, None, None)),
        ([("1", b"..BBB"), ("2", b"..BBB"), ("3", b"")], (None, None, None)),  # the first speaks against it
        ([("1", b"..AAA BBB")], (None, None, None)),  # whose it is of two, nobody knows
        ([], (None, None, None)),
    ],
)
def test_whose_it_is(came: list[tuple[str, bytes]], found: tuple[str | None, ...]) -> None:
    assert told_apart(came, REFERENCES) == found
