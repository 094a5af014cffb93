"""Parcels are followed: what the practice carrier says becomes facts once, whatever goes wrong meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from desk_rig import TEE, Bench, Clock, bench, line
from PySide6.QtWidgets import QApplication

from wismo_desk.devices.paperless_printer import PaperlessPrinter
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.errors import CarrierUnreachable
from wismo_desk.flows.follow import Round
from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.practice.loopback import Fault


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def carrier(clock: Clock) -> Iterator[CarrierServer]:
    with CarrierServer(clock=clock) as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, carrier: CarrierServer, clock: Clock, qapp: QApplication) -> Iterator[Bench]:
    with PaperlessPrinter() as printer, bench(tmp_path, printer, carrier, clock=clock) as opened:
        numbers = [f"{n}" for n in range(1, 6)]
        opened.take(*(line(number, service="Exercice") for number in numbers))
        for number in numbers:
            opened.pack(number, TEE)
        yield opened


def status(desk: Bench, number: str) -> TrackingStatus:
    row = desk.station.store.read.shipment(shipment_id(order_id("csv", number)))
    assert row is not None
    return TrackingStatus(row.status)


def statuses(desk: Bench) -> list[TrackingStatus]:
    return [status(desk, f"{n}") for n in range(1, 6)]


def rounds(desk: Bench, *, hours: int) -> list[Round]:
    """As the desk does, but an hour at a time."""
    done = []
    for _ in range(hours):
        desk.clock.pass_(hours=1)
        done.append(desk.station.follow())
    return done


def test_parcels_are_followed_to_their_end_and_then_left_alone(desk: Bench) -> None:
    assert statuses(desk) == [TrackingStatus.LABEL_CREATED] * 5
    done = rounds(desk, hours=100)
    assert {TrackingStatus.DELIVERED, TrackingStatus.RETURNED} >= set(statuses(desk)) - {
        TrackingStatus.LABEL_CREATED
    }
    assert TrackingStatus.DELIVERED in statuses(desk)
    assert not any(one.errors for one in done)
    heard = sum(one.heard for one in done)
    said = [fact for n in range(1, 6) for fact in desk.facts(f"{n}", FactKind.TRACKING_SAID)]
    assert heard == len(said) == len({fact.fact_id for fact in said})
    delivered = [n for n in range(1, 6) if status(desk, f"{n}") is TrackingStatus.DELIVERED]
    assert all(fact.data["local_time"] and fact.data["source"] == "carrier" for fact in said)
    assert delivered
    # Five parcels for a hundred hours, and the carrier was not asked five hundred times.
    assert sum(one.asked for one in done) < 200
    silent = 5 - len([one for one in statuses(desk) if one is not TrackingStatus.LABEL_CREATED])
    assert desk.station.follow().asked <= silent


def test_a_new_label_is_left_alone_for_an_hour(desk: Bench) -> None:
    assert desk.station.follow().asked == 0
    desk.clock.pass_(minutes=61)
    assert desk.station.follow().asked == 5


def test_what_was_heard_twice_is_one_fact(desk: Bench) -> None:
    desk.clock.pass_(hours=7)
    assert desk.station.follow().heard > 0
    before = [fact.fact_id for n in range(1, 6) for fact in desk.facts(f"{n}")]
    with desk.station.store._files[1].begin() as connection:
        connection.exec_driver_sql("DELETE FROM look")  # as if another station asked as well
    again = desk.station.follow()
    assert again.asked > 0
    assert again.heard == 0
    assert [fact.fact_id for n in range(1, 6) for fact in desk.facts(f"{n}")] == before


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.SERVER_ERROR, Fault.VAGUE, Fault.HALF_ANSWER])
def test_a_carrier_that_fails_rests_and_is_asked_again(
    desk: Bench, carrier: CarrierServer, fault: Fault
) -> None:
    desk.clock.pass_(hours=2)
    carrier.fail_next(fault)
    done = desk.station.follow()
    assert set(done.errors) == {"practice"}
    reading = desk.station.follow.readings()["practice"]
    assert reading.rests_until is not None
    assert reading.failures == 1
    assert desk.station.follow() == Round()  # it rests
    desk.clock.pass_(minutes=2)
    assert desk.station.follow().heard > 0  # one question, answered: well again
    assert desk.station.follow.readings()["practice"].failures == 0
    assert desk.station.follow().asked > 0


def test_half_a_round_is_not_lost(desk: Bench, carrier: CarrierServer) -> None:
    desk.clock.pass_(hours=2)
    carrier.fail_next(Fault.SLOW, 0)
    follow = replace(desk.station.follow, meters={})
    asked: list[str] = []
    carriers = dict(follow.carriers)
    practice = carriers["practice"]

    class Breaks:
        """Answers two questions, then the line is down."""

        info = practice.info

        def track(self, numbers: list[str], **where: str) -> object:
            if len(asked) == 2:
                raise CarrierUnreachable("down")
            asked.extend(numbers)
            return practice.track(numbers, **where)  # type: ignore[attr-defined]  # it tracks

    carriers["practice"] = Breaks()
    done = replace(follow, carriers=carriers)()
    assert done.errors
    said = [fact for n in range(1, 6) for fact in desk.facts(f"{n}", FactKind.TRACKING_SAID)]
    assert {fact.data["number"] for fact in said} == set(asked)
    assert len(asked) == 2


def test_another_station_asks(desk: Bench) -> None:
    desk.clock.pass_(hours=2)
    assert replace(desk.station.follow, claim=lambda _carrier: False)() == Round()


def test_numbers_given_again_a_year_later_are_other_news(desk: Bench) -> None:
    """The ship month is part of a fact's id."""
    from wismo_desk.domain.tracking import TrackingEvent, event_id

    event = TrackingEvent(code="LIVRE", label="", at=desk.clock())
    this = event_id("practice", "X", event, shipped_on=desk.clock().date())
    assert this != event_id("practice", "X", event, shipped_on=desk.clock().date() - timedelta(days=400))
