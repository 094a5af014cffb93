"""A closed day that is said later moves the trucks of orders that are here; what was promised stays."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from desk_rig import Bench, line, orders_file
from test_close_days import _open

from tests.store.store_rig import Clock, rows
from wismo_desk.domain.choices import DUE, overlaid
from wismo_desk.domain.closed_days import TrucksMoved
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.flows.close_days import CloseDays

OPEN = (OrderState.WAITING, OrderState.IN_HAND, OrderState.PAUSED, OrderState.PACKED, OrderState.SHIPPED)


def _closing(desk: Bench) -> CloseDays:
    station = desk.station
    return CloseDays(
        store=station.store,
        pen=station.pen,
        calendars=station.calendars,
        zone=station.settings.timezone,
        cut_off=station.settings.cut_off,
    )


def _trucks(desk: Bench) -> dict[str, date]:
    zone = desk.station.settings.timezone
    return {
        row.number: row.ship_by.astimezone(zone).date()
        for row in desk.station.watch.orders()
        if row.ship_by is not None
    }


def _typed(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _next(desk: Bench, day: date) -> date:
    while not desk.station.calendars.works_here(day := day + timedelta(days=1)):
        pass
    return day


def test_trucks_move_there_and_back(desk: Bench) -> None:
    desk.take(line("1"), line("2"))
    close, before = _closing(desk), _trucks(desk)
    first = before["1"]
    second = _next(desk, first)
    third = _next(desk, second)
    told = TrucksMoved(count=2, before=first, after=second)
    assert close.preview(_typed(first)) == (told,)
    assert _trucks(desk) == before
    done = close(_typed(first))
    assert done.trucks == (told,)
    assert len(done.changes.orders) == 2
    assert _trucks(desk) == {"1": second, "2": second}
    close(f"{_typed(first)}, {_typed(second)}")
    assert set(_trucks(desk).values()) == {third}
    assert close(f"{_typed(first)}, {_typed(second)}").trucks == ()
    close("")
    assert _trucks(desk) == before


def test_the_shipment_moves_and_its_promise_stays(desk: Bench) -> None:
    desk.take(line("1"))
    columns = "order_number, carrier, service, promised_on, ship_by_ms"
    (before,) = rows(desk.station.store, "shipment", columns)
    _closing(desk)(_typed(_trucks(desk)["1"]))
    (after,) = rows(desk.station.store, "shipment", columns)
    assert after[:-1] == before[:-1]
    assert after[-1] > before[-1]
    (said,) = (fact for fact in desk.facts("1", FactKind.VALUE_SET) if fact.data["scope"] == DUE)
    assert said.data["key"] == str(said.order_id)


def test_no_order_moves_into_the_past(desk: Bench) -> None:
    desk.take(line("1"))
    close = _closing(desk)
    day = _trucks(desk)["1"]
    close(_typed(day))
    moved = _trucks(desk)
    desk.clock.pass_(days=(day - desk.clock().date()).days + 1)
    assert close("").trucks == ()
    assert _trucks(desk) == moved


def test_the_shop_says_it_again_with_the_new_calendar(desk: Bench) -> None:
    desk.take(line("1"))
    day = _trucks(desk)["1"]
    _closing(desk)(_typed(day))
    desk.station.take_in(orders_file(line("1", city="Lyon", postcode="69001")), "again.csv")
    assert _trucks(desk) == {"1": _next(desk, day)}


def test_another_desk_moves_them_too(desk: Bench, tmp_path: Path) -> None:
    desk.take(line("1"))
    _closing(desk)(_typed(_trucks(desk)["1"]))
    other, _ = _open(tmp_path / "other")
    store = desk.station.store
    other.inbox.take(store.inbox.facts_after(UUID(int=0), 100), (), now=Clock()())
    ((_, _, _, here),) = store.read.trucks(OPEN)
    ((_, _, _, there),) = other.read.trucks(OPEN)
    assert here == there
    other.close()


@pytest.mark.parametrize(
    ("routed", "said_by", "leaves"),
    [
        ("", "01", "28"),  # said after the order came in
        ("", "09", "24"),  # the shop said it again since, and the desk knew the calendar
        ("03", "01", "28"),
        ("03", "09", "28"),  # a person's choice outlives the shop's word, and so does its truck
        ("07", "01", "24"),
    ],
)
def test_the_latest_word_names_the_truck(routed: str, said_by: str, leaves: str) -> None:
    choices: dict[str, tuple[dict[str, object], str]] = {DUE: ({"ship_by": "28"}, "05")}
    if routed:
        choices["order_route"] = ({"hand": True, "carrier": "own", "service": "a", "ship_by": "24"}, routed)
    data = {"carrier": "own", "service": "a", "ship_by": "24", "pickup_point": ""}
    assert overlaid(data, said_by, choices)["ship_by"] == leaves
