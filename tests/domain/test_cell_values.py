"""Cells read without guessing: what two readers could read differently is not read at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain import cell_values as cv

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200),
        ("12,5", 1250),
        ("12.50", 1250),
        ("1 234,50 €", 123450),
        ("1\u202f234,50\u00a0€", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("12.500000", 1250),
        ("0,00", 0),
        ("1,234", None),
        ("1.234", None),
        ("-5", None),
        ("12,5,0", None),
        ("douze", None),
        ("١٢", None),
    ],
)
def test_amounts(text: str, cents: int | None) -> None:
    assert cv.read_amount(text) == cents


def test_naive_twin_makes_a_thousand_of_one() -> None:
    assert round(float("1,234".replace(",", "")) * 100) == 123400  # a file that meant 1.234 kg of cents
    assert cv.read_amount("1,234") is None


@given(st.integers(0, 10**9))
def test_amounts_written_either_way(cents: int) -> None:
    french = f"{cents // 100:,}".replace(",", "\u202f") + f",{cents % 100:02d}"
    assert cv.read_amount(french) == cv.read_amount(f"{cents / 100:,.2f}") == cents
    assert cv.read_cents(str(cents)) == cents


@pytest.mark.parametrize(
    ("text", "count"),
    [("2", 2), ("2,00", 2), ("2.0", 2), ("1 000", 1000), ("2.000000", 2), ("0", None), ("-1", None),
     ("1,5", None), ("1.000", None), ("deux", None), ("", None), ("²", None)],
)  # fmt: skip
def test_counts(text: str, count: int | None) -> None:
    assert cv.read_count(text) == count


@pytest.mark.parametrize(
    ("text", "damaged"),
    [("6,00E+12", True), ("6.00E+12", True), ("9,52E+12", True), ("1e+5", True), ("6E12", False),
     ("+33639981204", False), ("E+12", False), ("10,5E+1x", False)],
)  # fmt: skip
def test_scientific(text: str, damaged: bool) -> None:
    assert cv.is_scientific(text) is damaged


@pytest.mark.parametrize(
    ("text", "grams"),
    [("250", 250), ("250 g", 250), ("0,25 kg", 250), ("0.25kg", 250), ("1 kilo", 1000), ("250,0", 250),
     ("0,25", None), ("lourd", None), ("-3", None)],
)  # fmt: skip
def test_weights(text: str, grams: int | None) -> None:
    assert cv.read_grams(text) == grams


def test_weights_of_a_kilogram_column() -> None:
    assert cv.read_grams("0,25", kilos=True) == 250
    assert cv.read_grams("250 g", kilos=True) == 250


@pytest.mark.parametrize(
    "text",
    ["2026-11-24 10:22", "2026-11-24T10:22:00", "2026-11-24T09:22:00Z", "2026-11-24 10:22:00 +0100",
     "2026-11-24T10:22+01:00", "24/11/2026 10:22", "24/11/26 10h22", "24.11.2026 à 10:22"],
)  # fmt: skip
def test_one_moment_in_many_spellings(text: str) -> None:
    assert cv.read_moment(text, PARIS) == datetime(2026, 11, 24, 9, 22, tzinfo=UTC)


def test_days() -> None:
    assert cv.read_day("2026-11-24", PARIS) == date(2026, 11, 24)
    assert cv.read_day("24/11/2026", PARIS) == date(2026, 11, 24)
    assert cv.read_day("2026-11-24T23:30:00Z", PARIS) == date(2026, 11, 25)
    assert cv.read_moment("24/11/2026", PARIS, end_of_day=True) == datetime(
        2026, 11, 24, 22, 59, 59, tzinfo=UTC
    )


def test_naive_twin_reads_the_american_way() -> None:
    """3 December read as 12 March: dd/mm is fixed, and a month 24 is refused instead of turned round."""
    assert datetime.strptime("03/12/2026", "%m/%d/%Y").month == 3
    assert cv.read_day("03/12/2026", PARIS) == date(2026, 12, 3)
    assert cv.read_day("11/24/2026", PARIS) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "demain",
        "46346",
        "2026-02-30",
        "31/11/2026",
        "2026-11-24 25:00",
        "00/00/0000",
        "2026-11-24 10:22 +99:99",
    ],
)
def test_no_dates(text: str) -> None:
    assert cv.read_moment(text, PARIS) is None


def test_cells_are_unwrapped() -> None:
    assert cv.clean('="01000"') == "01000"
    assert cv.clean("'+33639981204") == "+33639981204"
    assert cv.clean("'s-Hertogenbosch") == "'s-Hertogenbosch"
    assert cv.clean("\ufeff  Caf\u0065\u0301\u00a0") == "Café"
    assert cv.clean("\u202eevil\u202c") == "evil"


@given(st.text())
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    assert not cv.guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
    cleaned = cv.clean(text)
    if not cleaned.startswith(("'", '="')):
        assert cv.clean(cv.guard(cleaned)) == cleaned
