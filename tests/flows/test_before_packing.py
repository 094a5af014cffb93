"""The queue looked over before packing: what is known here at once, what carriers know on their meters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from desk_rig import Bench, Clock, line

from wismo_desk.background.meter import Meter
from wismo_desk.carriers.practice import CARRIER
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.preflight import Fix
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError
from wismo_desk.flows.preflight import Looked, Preflight
from wismo_desk.flows.preflight_words import spoken
from wismo_desk.resources import catalogue
from wismo_desk.words import Words


def flight(desk: Bench, **changes: object) -> Preflight:
    return replace(desk.station.routing.preflight, **changes)


def told(looked: Looked) -> dict[str, list[tuple[Fix, str]]]:
    return {one.order.number: [(c.fix, c.field) for c in one.concerns] for one in looked.flagged}


class DryRun:
    """A carrier that only checks; `answers` by order number."""

    info = CARRIER

    def __init__(self, **answers: DeskError) -> None:
        self.answers = answers
        self.asked: list[LabelRequest] = []

    def check_label(self, request: LabelRequest) -> None:
        self.asked.append(request)
        answer = self.answers.get(f"n{request.order_number}")
        if answer is not None:
            raise answer


@contextmanager
def asking(desk: Bench, carrier: DryRun) -> Iterator[Preflight]:
    """The practice carrier replaced by one with a dry run."""
    carriers = {"practice": carrier}
    find = replace(desk.station.routing.find_points, carriers=carriers)  # type: ignore[arg-type]  # it only checks
    yield flight(desk, carriers=carriers, find_points=find)


def test_what_is_known_here_asks_nobody(desk: Bench) -> None:
    desk.take(
        line("1"),
        line("2", city="Nantes"),
        line("3", service="Relais"),
        line("4", country="CH", postcode="1200", city="Genève", sku="LOURD", ean=""),
    )
    looked = desk.station.routing.preflight.look()
    assert looked.waiting == 4
    assert told(looked) == {
        "2": [(Fix.RECIPIENT, "postcode")],
        "3": [(Fix.POINT, "pickup_point")],
        "4": [(Fix.PRODUCTS, "customs")] * 4,
    }
    assert [one.order.number for one in looked.flagged] == ["3", "2", "4"]  # as their trucks leave
    assert desk.station.follow.meter("practice").reading(desk.clock()).minute == 0


def test_what_is_packed_or_started_is_not_looked_at(desk: Bench) -> None:
    desk.take(line("1", city="Nantes"), line("2", city="Nantes"))
    desk.pack("1", "9520000001025")
    assert set(told(desk.station.routing.preflight.look())) == {"2"}


def test_a_correction_takes_it_off_the_list(desk: Bench) -> None:
    desk.take(line("1", city="Nantes"))
    routing = desk.station.routing
    (flagged,) = routing.preflight.look().flagged
    routing.correct(flagged.order.order_id, replace(flagged.order.recipient, city="Tours"))
    assert routing.preflight.look().flagged == []


def test_only_touched_orders_are_read_again(desk: Bench) -> None:
    desk.take(line("1", city="Nantes"), line("2", city="Nantes"), line("3"))
    routing = desk.station.routing
    assert set(told(routing.preflight.look())) == {"1", "2"}
    one, two = order_id("csv", "1"), order_id("csv", "2")
    for each in (one, two):
        found = desk.station.store.read.order(each)
        assert found is not None
        routing.correct(each, replace(found.recipient, city="Tours"))
    assert set(told(routing.preflight.look(frozenset({one})))) == {"2"}
    assert set(told(routing.preflight.look(frozenset({two})))) == set()
    routing.reroute.choose(order_id("csv", "3"), "practice", "pickup")  # seen without being told
    assert set(told(routing.preflight.look(frozenset()))) == {"3"}
    desk.pack("1", "9520000001025")
    assert routing.preflight.look(frozenset()).waiting == 2


def test_seven_o_clock_local_once_a_day(desk: Bench) -> None:
    early = Clock(datetime(2026, 11, 23, 5, 59, tzinfo=UTC))  # 06:59 in Paris
    preflight = flight(desk, clock=early)
    assert not preflight.is_due()
    early.pass_(minutes=2)
    assert preflight.is_due()
    preflight.start()
    assert not preflight.is_due()
    early.pass_(hours=24)
    assert preflight.is_due()


def test_a_closed_point_is_asked_for_once(desk: Bench) -> None:
    desk.take(line("1", service="Relais"), line("2", service="Relais"), line("3", service="Relais"))
    routing = desk.station.routing
    desk.carrier._clock = desk.clock
    for number, point in (("1", "EX370001"), ("2", "EX370004"), ("3", "EX990001")):
        routing.correct.point(order_id("csv", number), point)
    assert routing.preflight.look().to_ask == 3
    assert routing.preflight.ask() == 0  # nobody has started it
    routing.preflight.start()
    assert routing.preflight.ask() == 3
    looked = routing.preflight.look()
    assert looked.to_ask == 0
    assert [(one.order.number, one.certain) for one in looked.flagged] == [("2", True), ("3", False)]
    said = spoken(looked.flagged[0].concerns[0], Words("en"))
    assert said == "The pickup point Garage Exemple is closed from 17 Nov 2026 to 5 Dec 2026: choose another."
    assert routing.preflight.ask() == 0  # remembered
    routing.correct.point(order_id("csv", "2"), "EX370001")
    assert routing.preflight.look().to_ask == 1  # another point, another question
    assert routing.preflight.ask() == 1
    assert set(told(routing.preflight.look())) == {"3"}


def test_the_carriers_dry_run(desk: Bench) -> None:
    desk.take(
        line("1", service="Exercice"),
        line("2", service="Exercice"),
        line("3", service="Exercice", sku="LOURD", ean=""),
    )
    refusal = CarrierRefused(
        "The carrier refused: {reason}.", reason="rue inconnue", field="recipient.street", raw="30204"
    )
    with asking(desk, carrier := DryRun(n2=refusal)) as preflight:
        preflight.start()
        assert preflight.ask() == 2  # the third has no weight to ask with
        assert [request.order_number for request in carrier.asked] == ["1", "2"]
        assert {request.weight_g for request in carrier.asked} == {190}
        (flagged,) = preflight.look().flagged
        (concern,) = flagged.concerns
        assert (concern.fix, concern.field, concern.certain) == (Fix.RECIPIENT, "street", True)
        assert spoken(concern, Words("en")) == "The carrier refused: rue inconnue. [30204]"
        assert desk.parcels("1") == []


def test_a_carrier_that_is_away_is_asked_again_later(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"), line("2", service="Exercice"))
    away = CarrierUnreachable("The carrier cannot be reached.")
    with asking(desk, carrier := DryRun(n1=away)) as preflight:
        preflight.start()
        preflight.ask()
        assert len(carrier.asked) == 1  # it rests: nobody knocks twice in one round
        looked = preflight.look()
        assert (looked.to_ask, looked.resting) == (2, (CARRIER.name,))
        carrier.answers.clear()
        desk.clock.pass_(minutes=2)
        assert desk.station.follow.meter("practice").allowed(desk.clock()) == 1
        preflight.ask()  # one question to see whether it is well: left to the parcels that are followed
        desk.station.follow.meter("practice").answered()
        assert preflight.ask() == 2
        assert preflight.look().to_ask == 0


def test_the_meter_is_kept(desk: Bench) -> None:
    desk.take(*(line(str(number), service="Exercice") for number in range(1, 6)))
    meter = Meter(per_minute=3)
    with asking(desk, carrier := DryRun()) as preflight:
        preflight = replace(preflight, meter=lambda _code: meter)
        preflight.start()
        preflight.ask()
        preflight.ask()
        assert len(carrier.asked) == 2  # the last one of a minute is left for people
        desk.clock.pass_(minutes=1, seconds=1)
        assert preflight.ask(most=1) == 1


def test_only_the_desk_that_may_asks_by_itself(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"))
    with asking(desk, carrier := DryRun()) as preflight:
        preflight = replace(preflight, claim=lambda _code: False)
        preflight.start()
        assert preflight.ask() == 0
        preflight.start(by_hand=True)
        assert preflight.ask() == 1
        assert len(carrier.asked) == 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_concerns_are_said_in_both_languages(desk: Bench, language: str) -> None:
    desk.take(line("1", service="Relais"), line("2", city="Nantes"))
    words = Words(language, catalogue(language))
    said = [
        spoken(one, words) for each in desk.station.routing.preflight.look().flagged for one in each.concerns
    ]
    assert len(said) == 2
    assert all("{" not in sentence for sentence in said)
    if language == "fr":
        assert not any("choose" in sentence or "correct" in sentence for sentence in said)


def test_yesterdays_questions_are_over(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"))
    with asking(desk, DryRun()) as preflight:
        preflight.start()
        desk.clock.now += timedelta(days=1)
        assert preflight.ask() == 0


def test_the_bench_goes_first_order_by_order_and_nothing_is_read_twice(desk: Bench) -> None:
    desk.take(line("1"), line("2", city="Nantes"), line("3"))
    flight = desk.station.routing.preflight
    pauses: list[int] = []
    desk.station.store.give_way_to(lambda: pauses.append(len(flight.day.seen)))
    first = flight.look(frozenset())
    assert pauses == [0, 1, 2, 3]  # before each order, then before the piece that is put together
    pauses.clear()
    assert flight.look(frozenset()) == first
    assert pauses == [3]
