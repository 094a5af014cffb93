"""What the panel's timeline says of labels bought ahead, and of return labels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from page_fakes import CODES, NOW, make_desk

from wismo_desk.domain.choices import BOXED, LAID_ASIDE, WITH_RETURN
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.ui.detail_words import Timeline
from wismo_desk.ui.theme import Look

CASES: list[tuple[str, dict[str, Any], str, str]] = [
    (LAID_ASIDE, {"parcel_no": 1, "issue_no": 1, "station": "Poste 1"}, "Label bought ahead", "Poste 1"),
    (
        BOXED,
        {"number": "8R12345678901", "carrier": "colissimo", "parcel": ""},
        "Return label for the box",
        "8R1",
    ),
    (WITH_RETURN, {"on": True}, "Return label wanted", "Poste 1"),
    (WITH_RETURN, {"on": False}, "No return label wanted", "Poste 1"),
]


@pytest.mark.parametrize(("scope", "value", "title", "below"), CASES)
def test_it_is_told_in_words(look: Look, scope: str, value: dict[str, Any], title: str, below: str) -> None:
    fact = Fact(
        fact_id=UUID(int=7),
        kind=FactKind.VALUE_SET,
        at=NOW,
        station="Poste 1",
        by="",
        order_id=UUID(int=1),
        shipment_id=UUID(int=2),
        parcel_id=None,
        data={"scope": scope, "key": str(UUID(int=1)), "value": value},
    )
    (moment,) = Timeline(make_desk(look), CODES).of([fact])
    assert moment.title == title
    assert below in moment.below
