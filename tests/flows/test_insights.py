"""A period read from a real desk: promises, days, causes, contacts and what they cost; spoken, as JSON and as PDF."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from desk_rig import HEADER, Bench, line

from wismo_desk.app.answering import answer_flow
from wismo_desk.app.figures import insights_flow, say_figures, teller
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.figures import Kept, Lane, Period
from wismo_desk.domain.ids import shipment_id
from wismo_desk.errors import Refused
from wismo_desk.flows.answer import Intent
from wismo_desk.store.journal import Entry

MONDAY = date(2026, 11, 23)


def orders(desk: Bench, promised: dict[str, str]) -> None:
    """Orders with their promised days."""
    rows = [f"{line(number)},{day}" for number, day in promised.items()]
    data = "\n".join([f"{HEADER},latestDeliveryAt", *rows])
    desk.station.take_in(data.encode(), "orders.csv")


def hears(desk: Bench, number: str, code: str) -> None:
    order = order_of(desk, number)
    fact = desk.station.pen.fact(
        FactKind.TRACKING_SAID, order_id=order, shipment_id=shipment_id(order), carrier="practice",
        number="1", code=code, label="", place="",
    )  # fmt: skip
    desk.station.store.commit(Entry(at=desk.clock(), facts=(fact,)))


def order_of(desk: Bench, number: str) -> UUID:
    found = dict(desk.station.store.read.named([number]))
    return UUID(found["order"])


@pytest.fixture
def told(desk: Bench) -> Bench:
    """Monday to Thursday: one in time, one tried in time, one late by the carrier, one never sent."""
    orders(desk, dict.fromkeys(("A", "B", "C", "D"), "2026-11-25"))
    for number in "ABC":
        hears(desk, number, "PRIS")
    desk.clock.pass_(days=2)
    hears(desk, "A", "LIVRE")
    hears(desk, "B", "ABSENT")
    desk.clock.pass_(days=1)
    hears(desk, "B", "LIVRE")
    hears(desk, "C", "LIVRE")
    return desk


def test_a_week_is_read_from_kept_counts(told: Bench) -> None:
    insights = insights_flow(told.station)
    found = insights(Period(MONDAY, MONDAY + timedelta(days=6)))
    assert found.total == Kept(due=4, late=3, tried=1, never=1)
    ((lane, transit),) = found.transits.items()
    assert transit.bins[:4] == (0, 0, 1, 2)
    assert transit.late[:4] == (0, 0, 0, 2)
    assert transit.promised == 2
    assert {cause.value: count for cause, count in found.causes.items()} == {
        "warehouse": 1,
        "customer": 1,
        "carrier": 1,
    }
    assert found.contacts.sent == 3
    assert insights(found.period, carrier="nobody").total == Kept()
    assert lane == Lane(lane.carrier, lane.service)


def test_an_attempt_counts_as_delivered_where_the_merchant_says_so(told: Bench) -> None:
    """Chosen when it is read: the counts were kept before, and are right again when it is taken back."""
    insights = insights_flow(told.station)
    period = Period(MONDAY, MONDAY + timedelta(days=6))
    before = insights(period)
    assert insights.count_attempts("nobody", as_delivered=True).values
    assert insights(period).total == before.total
    (mine,) = {lane.carrier for lane in before.lanes}
    insights.count_attempts(mine, as_delivered=True)
    found = insights(period)
    assert found.total == Kept(due=4, late=2, tried=0, never=1)
    assert {cause.value: count for cause, count in found.causes.items()} == {"warehouse": 1, "carrier": 1}
    assert [sum(one.late) for one in found.transits.values()] == [1]
    assert sum((kept for kept in found.weeks.values()), Kept()) == found.total
    notes = teller(told.station)(found).notes
    assert len(notes) == 2
    insights.count_attempts(mine, as_delivered=False)
    insights.count_attempts("nobody", as_delivered=False)
    assert insights(period) == before


def test_contacts_and_their_cost(told: Bench) -> None:
    insights = insights_flow(told.station)
    answer = answer_flow(told.station)
    for _ in range(3):
        answer.log(order_of(told, "A"), Intent.WHERE_IS_IT, "phone")
    period = Period(MONDAY, MONDAY + timedelta(days=6))
    insights.set_contact_cost(600)
    insights.set_late_target(5)
    found = insights(period)
    assert found.contacts.by_question == {"where_is_it": 3}
    assert found.contacts.per_hundred == 100
    assert (found.contact_cost_cents, found.late_target) == (600, 0.05)
    report = teller(told.station)(found)
    assert report.figures[3].figure == "18,00\u00a0€" or report.figures[3].figure == "€18.00"
    insights.set_contact_cost(None)
    assert insights(period).contact_cost_cents is None


def test_only_days_that_are_over_are_judged(desk: Bench) -> None:
    orders(desk, {"A": "2026-11-23", "B": "2026-11-24"})
    insights = insights_flow(desk.station)
    assert insights.last(7) == Period(MONDAY - timedelta(days=7), MONDAY - timedelta(days=1))
    assert insights(Period(MONDAY, MONDAY + timedelta(days=1))).total == Kept()
    desk.clock.pass_(days=1)
    assert insights(Period(MONDAY, MONDAY + timedelta(days=1))).total == Kept(due=1, late=1, never=1)


def asked(**changes: Any) -> Namespace:
    return Namespace(**{"first": "", "last": "", "carrier": "", "json": False, "pdf": None, **changes})


def test_the_command_line_says_the_same(told: Bench, tmp_path: Path) -> None:
    pdf = tmp_path / "figures.pdf"
    span = {"first": "2026-11-23", "last": "2026-11-29"}
    data = json.loads(say_figures(told.station, asked(json=True, pdf=pdf, **span)))
    assert data["total"] == {"due": 4, "late": 3, "presented_in_time": 1, "not_arrived": 1}
    assert data["causes"] == {"carrier": 1, "customer": 1, "warehouse": 1}
    assert pdf.read_bytes().startswith(b"%PDF")
    text = say_figures(told.station, asked(**span))
    assert text.count("\n") > 20
    empty = say_figures(told.station, asked(first="2020-01-01", last="2020-01-02"))
    assert len(empty.splitlines()) == 2
    with pytest.raises(Refused):
        say_figures(told.station, asked(first="tomorrow"))
    with pytest.raises(Refused) as backwards:
        say_figures(told.station, asked(first="2026-11-20", last="2026-11-01"))
    assert "ends on 2026-11-01, before it begins on 2026-11-20" in str(backwards.value)
