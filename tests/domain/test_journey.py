"""One shipment's facts say where it stands, in whatever order they are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.journey import journey_status
from wismo_desk.domain.status import TrackingStatus, read_codes

CODES = {
    "c": read_codes(
        "code,status,reason,is_scan\nT,in_transit,,1\nL,delivered,,1\nR,returning,,1\nN,lost,,0\n"
    )
}
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def fact(number: int, kind: FactKind, hours: float = 0, **data: Any) -> Fact:
    return Fact(fact_id=UUID(int=number), kind=kind, at=NOON + timedelta(hours=hours), station="A", data=data)


def said(number: int, code: str, hours: float, **more: Any) -> Fact:
    return fact(number, FactKind.TRACKING_SAID, hours, carrier="c", code=code, **more)


def test_no_fact_says_nothing() -> None:
    assert journey_status([], CODES) == (TrackingStatus.PLANNED, "")


def test_any_order_gives_the_same() -> None:
    facts = [
        fact(1, FactKind.LABEL_BOUGHT),
        said(2, "L", 5),
        said(3, "T", 9),
        said(4, "N", 10),
        said(5, "?", 11),
    ]
    for some in permutations(facts):
        assert journey_status(some, CODES) == (TrackingStatus.DELIVERED, UUID(int=2).hex)


def test_a_return_opens_a_cycle_and_a_computer_is_no_scan() -> None:
    facts = [said(1, "L", 5), said(2, "R", 3)]
    assert journey_status(facts, CODES)[0] is TrackingStatus.RETURNING
    facts = [said(1, "T", 5), said(2, "L", 6, logical=True)]
    assert journey_status(facts, CODES)[0] is TrackingStatus.IN_TRANSIT


def test_a_voided_label_waits_again_unless_it_was_one_too_many() -> None:
    bought = fact(1, FactKind.LABEL_BOUGHT)
    assert journey_status([bought, fact(2, FactKind.LABEL_VOIDED, 1)], CODES)[0] is TrackingStatus.PLANNED
    worn = fact(2, FactKind.LABEL_VOIDED, 1, worn=True)
    assert journey_status([bought, worn], CODES)[0] is TrackingStatus.LABEL_CREATED
    assert journey_status([bought, fact(3, FactKind.ORDER_CANCELLED)], CODES)[0] is TrackingStatus.CANCELLED
