"""Customers told by hand: once, whoever told them before; never against their word; taken back until it leaves."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from desk_rig import TEE, Bench, line

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.notice import Milestone
from wismo_desk.errors import Refused
from wismo_desk.flows.tell_customers import TellCustomers
from wismo_desk.settings.mail import MailSettings, Security

ON = MailSettings(
    on=True,
    host="127.0.0.1",
    port=9,
    security=Security.NONE,
    sender_address="shop@example.org",
    language="en",
)
LATE = Milestone.DELAYED


@pytest.fixture
def tell(desk: Bench) -> TellCustomers:
    desk.station.settings = replace(desk.station.settings, mail=ON)
    desk.take(line("1"), line("2"), line("3", email=""), line("4"))
    for number in ("1", "2", "3"):
        desk.pack(number, TEE)
    return TellCustomers(notify=desk.station.notify, zone=desk.station.settings.timezone)


def ids(*numbers: str) -> list[UUID]:
    return [shipment_id(order_id("csv", number)) for number in numbers]


def test_first_it_is_shown_and_nothing_is_written(desk: Bench, tell: TellCustomers) -> None:
    seen = tell.look(ids("1", "2", "3"), LATE)
    assert seen.count == 2
    assert [(number, error.sentence[:19]) for number, error in seen.refused] == [("3", "There is no address")]
    assert seen.subject
    assert seen.text
    assert tell.notify.of_order(order_id("csv", "1")) == []


def test_told_once_whoever_asks_again(desk: Bench, tell: TellCustomers) -> None:
    queued = tell(ids("1", "2"), LATE)
    assert queued.count == 2
    assert queued.changes == Changes(effects=True)
    again = tell(ids("1", "2"), LATE)
    assert (again.count, len(again.refused)) == (0, 2)
    assert "has this news already" in again.refused[0][1].sentence
    (one,) = tell.notify.of_order(order_id("csv", "1"))
    assert (one.milestone, one.state, one.details["by_hand"]) == (LATE, EffectState.PENDING, True)
    assert one.due_at > desk.clock.now  # there is time to take it back


def test_what_is_taken_back_does_not_leave_and_may_be_said_later(desk: Bench, tell: TellCustomers) -> None:
    queued = tell(ids("1"), LATE)
    assert tell.undo(queued) == 1
    assert tell.undo(queued) == 0
    (one,) = tell.notify.of_order(order_id("csv", "1"))
    assert one.state is EffectState.FAILED
    assert one.details["overtaken"]
    assert tell(ids("1"), LATE).count == 1
    (one,) = tell.notify.of_order(order_id("csv", "1"))
    assert (one.state, one.details["by_hand"]) == (EffectState.PENDING, True)


def test_who_wants_no_messages_gets_none_by_hand_either(desk: Bench, tell: TellCustomers) -> None:
    tell.notify.choices.stop(order_id("csv", "1"), why="asked")
    found = tell.look(ids("1"), LATE)
    assert found.count == 0
    assert "no more messages" in found.refused[0][1].sentence


def test_only_news_that_fits_any_parcel(desk: Bench, tell: TellCustomers) -> None:
    with pytest.raises(Refused, match="by itself"):
        tell.look(ids("1"), Milestone.DELIVERED)
    with pytest.raises(Refused, match="at most"):
        tell.look(ids(*map(str, range(501))), LATE)
    desk.station.settings = replace(desk.station.settings, mail=MailSettings())
    with pytest.raises(Refused, match="switched off"):
        tell.look(ids("1"), LATE)
