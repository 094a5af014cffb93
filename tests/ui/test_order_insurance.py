"""The order's pane says whether it goes insured."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rule_fakes import FakeChanges, FakeOrder

from wismo_desk.errors import Refused
from wismo_desk.ui.order_pane import _insured
from wismo_desk.words import Words

CLOSED = Refused("This order has its label.")


@pytest.mark.parametrize(
    ("cents", "closed", "said"),
    [
        (None, None, ""),
        (8_900, None, "Insured for €89.00."),
        (
            0,
            None,
            "Its rule wants it insured: this service, or an order without a value in euros, cannot be.",
        ),
        (8_900, CLOSED, ""),
    ],
)
def test_in_words(cents: int | None, closed: Refused | None, said: str) -> None:
    one = FakeOrder()
    shown = replace(FakeChanges(one).show_order(one.order.order_id), insured_cents=cents, closed=closed)
    assert _insured(shown, Words("en")) == said
