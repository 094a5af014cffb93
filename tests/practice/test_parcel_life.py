"""Practice parcels age by the clock alone, each along the story of its number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.practice.parcel_life import life, was_handed_over

BOUGHT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def codes(digit: str, service: str, hours: float, voided_at: datetime | None = None) -> list[str]:
    number = f"PX000000000{digit}0"
    now = BOUGHT + timedelta(hours=hours)
    return [scan.code for scan in life(number, service, created_at=BOUGHT, voided_at=voided_at, now=now)]


@pytest.mark.parametrize(
    ("digit", "service", "last"),
    [
        ("0", "home", "LIVRE"),
        ("7", "home", "TRI"),
        ("8", "home", "LIVRE"),
        ("9", "home", "RENDU"),
        ("0", "pickup", "RETIRE"),
        ("7", "pickup", "TRI"),
    ],
)
def test_how_each_story_ends(digit: str, service: str, last: str) -> None:
    assert codes(digit, service, 1000)[-1] == last


def test_a_second_round_after_nobody_was_at_home() -> None:
    assert codes("8", "home", 1000)[-4:] == ["TOURNEE", "ABSENT", "TOURNEE", "LIVRE"]


def test_handing_over_is_the_first_physical_scan() -> None:
    for hours in (0.0, 4.9, 5.0, 6.0):
        now = BOUGHT + timedelta(hours=hours)
        assert was_handed_over(BOUGHT, now) == ("PRIS" in codes("0", "home", hours))
    assert codes("0", "home", 1000, voided_at=BOUGHT) == ["ANNONCE", "ANNULE"]


@given(
    st.sampled_from("0123456789"), st.sampled_from(["home", "pickup"]), st.floats(0, 100), st.floats(0, 100)
)
def test_nothing_that_was_seen_is_taken_back(digit: str, service: str, one: float, other: float) -> None:
    early, late = sorted((one, other))
    seen = codes(digit, service, early)
    assert codes(digit, service, late)[: len(seen)] == seen
