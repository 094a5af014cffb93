"""What a parcel is insured for: its contents' value, the rule's bound, the service's bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.insurance import insured, parcel_value
from wismo_desk.domain.order import Order, OrderLine, Party
from wismo_desk.domain.rules import Rule, RuleBook, dump_book, read_book

VASE, CUP = UUID(int=1), UUID(int=2)
ORDER = Order(
    order_id=UUID(int=9),
    source="csv",
    source_ref="1",
    number="1",
    ordered_at=datetime(2026, 11, 20, tzinfo=UTC),
    recipient=Party(name="Zoé"),
    lines=(
        OrderLine(line_id=VASE, sku="VASE", quantity=1, price_cents=12_000),
        OrderLine(line_id=CUP, sku="CUP", quantity=4, price_cents=1_500),
    ),
    total_cents=18_990,
)


def test_a_parcel_is_worth_what_is_in_it() -> None:
    closed = {1: {str(CUP): 3}, 2: {str(VASE): 1, str(CUP): 1}}
    assert [parcel_value(ORDER, number, closed) for number in (1, 2)] == [4_500, 13_500]


def test_the_one_that_is_being_closed_has_the_rest() -> None:
    assert parcel_value(ORDER, 1, {}) == 18_000
    assert parcel_value(ORDER, 2, {1: {str(CUP): 3}}) == 13_500


def test_without_prices_the_total_counts() -> None:
    lines = (replace(ORDER.lines[0], price_cents=None), ORDER.lines[1])
    assert parcel_value(replace(ORDER, lines=lines), 1, {}) == 18_990
    assert parcel_value(replace(ORDER, lines=lines, total_cents=None), 1, {}) is None


@given(
    st.lists(st.dictionaries(st.sampled_from([str(VASE), str(CUP)]), st.integers(0, 2)), max_size=3),
)
def test_parcels_together_are_worth_the_order_at_least(contents: list[dict[str, int]]) -> None:
    closed = dict(enumerate(contents, start=1))
    last = len(contents) + 1
    values = [parcel_value(ORDER, number, closed) or 0 for number in range(1, last + 1)]
    assert sum(values) >= 18_000
    assert min(values) >= 0


@pytest.mark.parametrize(
    ("value", "wanted", "offered", "cents"),
    [
        (8_900, 0, 500_000, 8_900),
        (8_900, 5_000, 500_000, 5_000),
        (600_000, 0, 500_000, 500_000),
        (150_000, 200_000, 100_000, 100_000),
        (8_900, None, 500_000, 0),
        (8_900, 0, 0, 0),
        (None, 0, 500_000, 0),
        (0, 0, 500_000, 0),
    ],
)
def test_the_smallest_bound_holds(value: int | None, wanted: int | None, offered: int, cents: int) -> None:
    assert insured(value, wanted=wanted, offered=offered) == cents


@pytest.mark.parametrize("bound", [None, 0, 20_000])
def test_a_rule_keeps_its_insurance(bound: int | None) -> None:
    book = RuleBook(rules=(Rule(insured_to=bound),))
    kept = dump_book(book)
    assert read_book(kept) == book
    assert ("insure" in str(kept)) is (bound is not None)


def test_what_a_later_version_says_of_insurance_is_none() -> None:
    kept = dump_book(RuleBook(rules=(Rule(insured_to=5),)))
    kept["rules"][0]["insure"] = {"by": "weight"}  # type: ignore[index]  # plain JSON
    assert read_book(kept).rules[0].insured_to is None
