"""Rules at intake and over waiting orders, one order sent another way, corrections that outlive a re-import."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from desk_rig import Bench, line, orders_file

from wismo_desk.domain.bench_view import Problem
from wismo_desk.domain.choices import FIXED, POINT, ROUTE, mark
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.rules import CHEAPEST, Comparison, Condition, Rule, RuleBook, Subject, Target
from wismo_desk.errors import BadInput, Refused

OWN, HOME, RELAY = Target("own", "home"), Target("practice", "home"), Target("practice", "pickup")
LIGHT = Condition(Subject.WEIGHT, Comparison.AT_MOST, "200")
PRICES = """carrier;service;zone;max_weight_g;price_cents;transit_days
practice;home;FR;30000;620;1
own;home;FR;30000;400;4
colissimo;home;FR;30000;100;1
"""


def ref(number: str) -> UUID:
    return order_id("csv", number)


def way(desk: Bench, number: str) -> tuple[str, str]:
    carrier, service, _, _ = desk.station.store.read.routed(ref(number))
    return carrier, service


def order(desk: Bench, number: str) -> Order:
    found = desk.station.store.read.order(ref(number))
    assert found is not None
    return found


def book(*rules: tuple[Target, tuple[Condition, ...]], default: Target = OWN) -> RuleBook:
    return RuleBook(rules=tuple(Rule(conditions=c, target=t) for t, c in rules), default=default)


def test_until_rules_are_saved_the_table_of_words_decides(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"), line("2", service="?"))
    assert (way(desk, "1"), way(desk, "2")) == (("practice", "home"), ("own", "home"))
    reroute = desk.station.routing.reroute
    reroute.save(book((RELAY, ()), default=OWN))
    desk.take(line("3", service="Exercice"))
    assert way(desk, "3") == (
        "practice",
        "pickup",
    )  # the table is no longer asked: nothing contradicts the rules
    assert way(desk, "1") == ("practice", "home")  # and what waits stays until somebody applies them


def test_the_preview_is_what_applying_does(desk: Bench) -> None:
    desk.take(line("1"), line("2", sku="MUG", ean=""), line("3"), line("4"))
    desk.scan("3", "9520000001025")
    desk.act(Command.PAUSE)
    reroute = desk.station.routing.reroute
    reroute.choose(ref("4"), "own", "home", why="le client passe")
    fresh = book((HOME, (LIGHT,)))
    before = desk.station.store.journal.facts_after(0)
    preview = reroute.preview(fresh)
    assert desk.station.store.journal.facts_after(0) == before
    assert (preview.waiting, preview.by_hand) == (3, 1)
    assert [(one.order.number, one.before, one.after.carrier) for one in preview.moved] == [
        ("1", ("own", "home"), "practice")
    ]
    assert preview.counts == {0: 1, None: 1}
    changes = reroute.save(fresh, apply=True)
    assert changes.orders == {ref("1")}
    assert [way(desk, each)[0] for each in "1234"] == ["practice", "own", "own", "own"]
    assert not reroute.apply()  # once is enough


def test_the_truck_goes_with_the_carrier(desk: Bench) -> None:
    desk.take(line("1"))
    before = order(desk, "1").ship_by
    desk.station.routing.reroute.choose(ref("1"), "practice", "home")
    after = order(desk, "1").ship_by
    assert before is not None
    assert after is not None
    assert (before - after).total_seconds() == 45 * 60  # 17:30 and 16:45


def test_what_a_person_chose_wins_over_rules_and_the_shop(desk: Bench) -> None:
    desk.take(line("1"))
    reroute = desk.station.routing.reroute
    reroute.choose(ref("1"), "practice", "home", why="fragile")
    assert reroute.is_by_hand(ref("1"))
    reroute.save(book(), apply=True)
    assert way(desk, "1") == ("practice", "home")
    changed = orders_file(line("1", quantity=3))
    assert desk.station.take_in(changed, "b.csv").changed == 1
    assert way(desk, "1") == ("practice", "home")
    (fact,) = (f for f in desk.facts("1", FactKind.VALUE_SET) if f.data["scope"] == ROUTE)
    said: Any = fact.data["value"]
    assert (said["why"], fact.station) == ("fragile", "Poste 1")
    reroute.unchoose(ref("1"))
    assert not reroute.is_by_hand(ref("1"))
    assert way(desk, "1") == ("own", "home")


def test_a_label_goes_with_the_service_that_was_chosen(desk: Bench) -> None:
    desk.take(line("1"))
    desk.station.routing.reroute.choose(ref("1"), "practice", "home")
    desk.pack("1", "9520000001025")
    (parcel,) = desk.parcels("1")
    assert (parcel.carrier, parcel.service) == ("practice", "home")


def test_what_has_its_label_or_is_in_hand_goes_as_it_is(desk: Bench) -> None:
    desk.take(line("1"), line("2", quantity=2))
    reroute, correct = desk.station.routing.reroute, desk.station.routing.correct
    desk.pack("1", "9520000001025")
    with pytest.raises(Refused, match="has its label"):
        reroute.choose(ref("1"), "practice", "home")
    with pytest.raises(Refused, match="has its label"):
        correct(ref("1"), Party(name="X"))
    desk.scan("2", "9520000001025")
    with pytest.raises(Refused, match="in hand at Poste 1"):
        reroute.unchoose(ref("2"))
    reroute.save(book((RELAY, ())), apply=True)
    assert way(desk, "1") == way(desk, "2") == ("own", "home")
    with pytest.raises(Refused, match="not known"):
        reroute.offers(UUID(int=7))


def test_after_a_refused_label_the_order_may_go_another_way(desk: Bench) -> None:
    desk.take(line("1", service="Relais"))  # and it names no pickup point
    desk.scan("1", "9520000001025")
    assert (desk.problem, desk.parcels("1")) == (Problem.LABEL_REFUSED, [])
    desk.station.routing.reroute.choose(ref("1"), "practice", "home", why="pas de point relais")
    desk.act(Command.REPRINT)
    (parcel,) = desk.parcels("1")
    assert (parcel.carrier, parcel.service) == ("practice", "home")
    (effect,) = desk.effects("1", EffectKind.LABEL_BOUGHT)
    assert effect.details["service"] == "home"


def test_offers_have_the_prices_of_the_list(desk: Bench) -> None:
    routing = desk.station.routing
    report = routing.price(PRICES.encode(), "tarifs.csv")
    assert (report.taken, set(report.carriers), report.refusals) == (3, {"practice", "own", "colissimo"}, ())
    assert routing.price.counts() == {"practice": 1, "own": 1, "colissimo": 1}
    desk.take(line("1"), line("2", sku="LOURD", ean=""))
    offers = {(o.carrier, o.service): o for o in routing.reroute.offers(ref("1"))}
    assert offers["practice", "home"].price_cents == 620
    assert offers["own", "home"].chosen
    assert offers["practice", "pickup"].price_cents is None
    assert all(o.price_cents is None for o in routing.reroute.offers(ref("2")))  # nobody weighed it
    assert routing.price.clear("own")
    assert routing.price.counts() == {"practice": 1, "colissimo": 1}


def test_the_cheapest_that_is_set_up_and_keeps_the_promise(desk: Bench) -> None:
    routing = desk.station.routing
    routing.price(PRICES.encode(), "tarifs.csv")
    cheap = book((CHEAPEST, ()), default=RELAY)
    desk.take(line("1"), line("2", sku="LOURD", ean=""))
    preview = routing.reroute.preview(cheap)
    assert ("colissimo", "home", "its carrier is not set up at this desk") in preview.left_out
    assert [(m.order.number, m.after.carrier, m.after.price_cents) for m in preview.moved] == [
        ("2", "practice", None)  # without a weight there is no price: the default
    ]
    route = routing.reroute.route(cheap)
    soon = replace(order(desk, "1"), promised_on=date(2026, 11, 25))
    assert route.decide(order(desk, "1")).carrier == "own"
    assert route.decide(soon).carrier == "practice"


def test_a_price_list_with_a_bad_line_replaces_nothing(desk: Bench) -> None:
    price = desk.station.routing.price
    price(PRICES.encode(), "a.csv")
    report = price((PRICES + "practice;moon;FR;1;1;1\n").replace("620", "1").encode(), "b.csv")
    assert report.taken == 0
    assert len(report.refusals) == 1
    assert b"moon" in report.error_file
    assert {fare.price_cents for fare in desk.station.routing.reroute.fares()} == {620, 400, 100}
    with pytest.raises(BadInput):
        price(b"a;b\n1;2\n", "c.csv")


def test_a_correction_outlives_the_shops_next_word(desk: Bench) -> None:
    desk.take(line("1", city="Nantes", phone=""))
    correct = desk.station.routing.correct
    here = order(desk, "1").recipient
    correct(ref("1"), replace(here, city="Tours", phone="06 39 98 12 04"), why="au téléphone")
    assert correct.fields(ref("1")) == ("city", "phone")
    assert [row.place for row in desk.station.watch.orders(text="tours")] == ["Tours"]
    same = desk.station.take_in(orders_file(line("1", city="Nantes", phone="")), "a.csv")
    assert (same.same, same.corrected) == (1, 0)
    changed = desk.station.take_in(orders_file(line("1", city="Nantes", phone="", quantity=4)), "a.csv")
    assert (changed.changed, changed.corrected, changed.overruled) == (1, 1, 0)
    assert (order(desk, "1").recipient.city, order(desk, "1").lines[0].quantity) == ("Tours", 4)

    later = desk.station.take_in(orders_file(line("1", city="Angers", phone="", quantity=4)), "a.csv")
    assert (later.corrected, later.overruled) == (1, 1)
    found = order(desk, "1").recipient
    assert (found.city, found.phone) == ("Angers", "06 39 98 12 04")
    assert (correct.fields(ref("1")), correct.overruled(ref("1"))) == (("phone",), ("city",))
    correct(ref("1"), replace(found, city="Tours"))
    assert correct.overruled(ref("1")) == ()


def test_the_naive_re_import_loses_what_was_corrected(desk: Bench) -> None:
    desk.take(line("1", city="Nantes"))
    shop, here = order(desk, "1").recipient, replace(order(desk, "1").recipient, city="Tours")
    assert replace(shop).city != here.city  # what a plain overwrite would leave


def test_a_correction_twice_is_measured_against_the_shop(desk: Bench) -> None:
    desk.take(line("1", city="Nantes"))
    correct = desk.station.routing.correct
    shop = order(desk, "1").recipient
    correct(ref("1"), replace(shop, city="Tour"))
    correct(ref("1"), replace(shop, city="Tours"))
    assert not correct(ref("1"), replace(shop, city="Tours"))
    desk.station.take_in(orders_file(line("1", city="Nantes", quantity=2)), "b.csv")
    assert order(desk, "1").recipient.city == "Tours"


def test_no_fact_holds_what_was_corrected(desk: Bench) -> None:
    desk.take(line("1"))
    party = replace(order(desk, "1").recipient, name="Wilhelmine Ungewöhnlich", phone="06 99 99 99 99")
    desk.station.routing.correct(ref("1"), party)
    told = " ".join(str(fact) for _, fact in desk.station.store.journal.facts_after(0))
    assert FIXED in told
    assert "Ungewöhnlich" not in told
    assert "99 99" not in told
    assert 0 <= mark(party, "phone") < 2**16  # thousands of numbers share each mark


def test_another_pickup_point(desk: Bench) -> None:
    desk.take(line("1", service="Relais"))
    correct = desk.station.routing.correct
    correct.point(ref("1"), "EX370001", name="Tabac Exemple", why="le client préfère")
    assert order(desk, "1").pickup_point == "EX370001"
    assert correct.point_name(ref("1")) == "Tabac Exemple"
    correct.point(ref("1"), "EX370002", name="Fleurs Exemple")
    assert not correct.point(ref("1"), "EX370002")
    desk.station.take_in(orders_file(line("1", service="Relais", quantity=2)), "b.csv")
    assert order(desk, "1").pickup_point == "EX370002"
    facts = [f for f in desk.facts("1", FactKind.VALUE_SET) if f.data["scope"] == POINT]
    assert len(facts) == 2


def test_points_near_an_order(desk: Bench) -> None:
    desk.take(line("1", service="Relais"), line("2"))
    find = desk.station.routing.find_points
    found = find(ref("1"))
    assert found.points[0].point_id == "EX370001"
    assert found.searched.ship_on == date(2026, 11, 23)
    elsewhere = find(ref("1"), postcode="69003")
    assert {point.postcode for point in elsewhere.points} == {"69003"}
    assert desk.station.follow.meter("practice").reading(desk.clock()).minute == 2
    with pytest.raises(Refused, match="cannot be asked"):
        find(ref("2"))
