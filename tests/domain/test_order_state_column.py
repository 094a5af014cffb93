"""A column called “state”: its values decide what it is, a person where they do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wismo_desk.domain.order_columns import Field, guess_mapping
from wismo_desk.domain.order_file import parse_orders
from wismo_desk.domain.order_state_column import StateColumn, judge_state, unused_columns, whole_guess

HEADER = ("order number", "sku", "quantity", "country", "state")


def rows(*said: tuple[str, str]) -> list[tuple[str, ...]]:
    return [("1", "A", "1", country, state) for country, state in said]


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        ([("US", "TX"), ("US", "California")], StateColumn.ADDRESS),
        ([("FR", "shipped"), ("CA", "QC"), ("AU", "NSW")], StateColumn.ADDRESS),
        ([("US", "paid"), ("US", "shipped")], StateColumn.ORDER),
        ([("FR", "payée"), ("BE", "en cours")], StateColumn.ORDER),
        ([("US", "TX"), ("US", "shipped")], StateColumn.UNCLEAR),
        ([("US", "OK"), ("US", "ok")], StateColumn.UNCLEAR),  # Oklahoma, or all is well
        ([("US", "OK"), ("US", "TX")], StateColumn.ADDRESS),
        ([("US", "")], StateColumn.ORDER),
    ],
)
def test_values_decide(said: list[tuple[str, str]], judged: StateColumn) -> None:
    assert judge_state(HEADER, rows(*said), guess_mapping(HEADER)) is judged
    found = whole_guess(HEADER, rows(*said)).column(Field.STATE)
    assert found == ("state" if judged is StateColumn.ADDRESS else "")


def test_a_surer_name_wins() -> None:
    header = (*HEADER, "shipping province code")
    assert judge_state(header, [], guess_mapping(header)) is StateColumn.NONE
    assert whole_guess(header, []).column(Field.STATE) == "shipping province code"


def test_without_a_country_nobody_can_say() -> None:
    header = ("order number", "sku", "quantity", "state")
    assert judge_state(header, [("1", "A", "1", "TX")], guess_mapping(header)) is StateColumn.ORDER


def test_the_address_has_it() -> None:
    data = b"order number,sku,quantity,country,state\n1,A,1,US,Texas\n2,A,1,US,CA\n3,A,1,FR,\n"
    found = parse_orders(data, source="csv", zone=UTC, received_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert [order.recipient.state for order in found.orders] == ["TX", "CA", ""]


def test_columns_that_nothing_was_read_from() -> None:
    assert unused_columns(("a", "", "b", "a", "c"), ("b",)) == ("a", "c")
