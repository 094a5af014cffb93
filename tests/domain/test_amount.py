"""Amounts as people type them: read one way or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.amount import cents_of, is_whole_number, plain_amount
from wismo_desk.domain.rules import Comparison, Condition, Subject
from wismo_desk.errors import BadInput

CENTS = st.integers(0, 9_999_999_99)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("45,90 €", 4590),
        ("45.9", 4590),
        ("€45.90", 4590),
        ("45,9 eur", 4590),
        ("1 234", 123400),
        ("1\u202f234\u202f567,05\u00a0€", 123456705),
        (" 7 ", 700),
        ("0", 0),
    ],
)
def test_amounts_as_people_write_them(text: str, cents: int) -> None:
    assert cents_of(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        *("", "much", ",", "99999999", "-45", "+45", "10 à 20", "2 x 45", "1e3", "45.905", "45,905", "1.234"),
        *("1,234.50", "45,", ",90", "45 90", "12 34", "1  234", "45²", "٤٥", "45 $", "45 € 90", "€ 45 €€"),
    ],
)
def test_what_can_be_read_in_two_ways_is_no_amount(text: str) -> None:
    with pytest.raises(BadInput, match="no amount") as told:
        cents_of(text)
    assert (told.value.field, told.value.values["text"]) == ("amount", text.strip())


@given(
    CENTS,
    st.sampled_from(" \u00a0\u202f"),
    st.sampled_from(".,"),
    st.sampled_from(["{} €", "{}", "€{}", "{} EUR"]),
)
def test_every_amount_comes_back(cents: int, space: str, point: str, around: str) -> None:
    grouped = f"{cents // 100:,}".replace(",", space) + f"{point}{cents % 100:02}"
    assert cents_of(around.format(grouped)) == cents
    assert cents_of(plain_amount(cents)) == cents


@given(st.text("0123456789.,- €²x\u202f", max_size=12))
def test_nothing_is_made_up(text: str) -> None:
    """What is read has exactly the digits that were typed; all else is a sentence, never a bare ValueError."""
    try:
        cents = cents_of(text)
    except BadInput:
        return
    typed = "".join(ch for ch in text if ch in "0123456789").lstrip("0")
    assert "-" not in text
    assert f"{cents}".rstrip("0") == typed.rstrip("0") or cents == 0 == int(typed or 0)


@given(st.text(max_size=20))
def test_a_whole_number_is_what_int_takes(text: str) -> None:
    if is_whole_number(text):
        assert str(int(text)) == (text.lstrip("0") or "0")


def test_the_key_at_the_top_left_of_a_french_keyboard_is_no_number() -> None:
    naive = "²".isdigit()
    assert naive, "the twin takes it"
    with pytest.raises(ValueError):
        int("²")
    assert not any(map(is_whole_number, ("²", "4²", "٣", "", "-1", "1_0", "9" * 5000)))
    condition = Condition(Subject.WEIGHT, Comparison.AT_MOST, "2²")
    assert condition.amount is None and not condition.is_whole
