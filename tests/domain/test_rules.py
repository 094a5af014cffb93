"""Shipping rules decide in their order, never by what is not known, and survive being written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.order import Order, OrderLine, Party, Product
from wismo_desk.domain.rule_values import typed
from wismo_desk.domain.rules import (
    CHEAPEST,
    COMPARISONS,
    Comparison,
    Condition,
    Consignment,
    Rule,
    RuleBook,
    Subject,
    Target,
    consignment_of,
    decide,
    dump_book,
    from_table,
    holds,
    order_weight,
    read_book,
)

HOME, RELAY, EXPRESS = (
    Target("colissimo", "home"),
    Target("mondial_relay", "relay"),
    Target("chronopost", "13"),
)
PARCEL = Consignment(
    country="FR",
    postcode="20090",
    weight_g=480,
    value_cents=4_900,
    items=2,
    skus=("TS-BLEU-M", "MUG"),
    shop_word="Livraison Express",
)


def when(subject: Subject, how: Comparison, value: str = "") -> Condition:
    return Condition(subject, how, value)


HOLDING = [
    (when(Subject.COUNTRY, Comparison.ONE_OF, "fr, mc"), True),
    (when(Subject.COUNTRY, Comparison.NOT_ONE_OF, "FR, MC"), False),
    (when(Subject.POSTCODE, Comparison.BEGINS, "20, 97"), True),
    (when(Subject.POSTCODE, Comparison.BEGINS, "75"), False),
    (when(Subject.POSTCODE, Comparison.BETWEEN, "20000 - 20999"), True),
    (when(Subject.POSTCODE, Comparison.BETWEEN, "2000-2099"), False),
    (when(Subject.POSTCODE, Comparison.ONE_OF, "20090"), True),
    (when(Subject.WEIGHT, Comparison.AT_MOST, "480"), True),
    (when(Subject.WEIGHT, Comparison.MORE_THAN, "480"), False),
    (when(Subject.VALUE, Comparison.MORE_THAN, "4899"), True),
    (when(Subject.ITEMS, Comparison.AT_MOST, "1"), False),
    (when(Subject.SKU, Comparison.ONE_OF, "ts-*"), True),
    (when(Subject.SKU, Comparison.NOT_ONE_OF, "PEN"), True),
    (when(Subject.SHOP_WORD, Comparison.ONE_OF, " livraison express "), True),
    (when(Subject.PICKUP_POINT, Comparison.YES), False),
    (when(Subject.PICKUP_POINT, Comparison.NO), True),
]


@pytest.mark.parametrize(("condition", "expected"), HOLDING)
def test_a_condition_holds_or_not(condition: Condition, expected: bool) -> None:
    assert condition.is_whole
    assert holds(condition, PARCEL) is expected


def test_what_is_not_known_fulfils_nothing() -> None:
    unknown = replace(PARCEL, weight_g=None, value_cents=None)
    for how in (Comparison.AT_MOST, Comparison.MORE_THAN):
        assert not holds(when(Subject.WEIGHT, how, "500"), unknown)
        assert not holds(when(Subject.VALUE, how, "500"), unknown)

    def naive(weight: int | None) -> bool:
        return (weight or 0) <= 500

    assert naive(None)  # a rule for letters would take a piano


def test_a_shops_word_may_hold_a_comma() -> None:
    condition = when(Subject.SHOP_WORD, Comparison.ONE_OF, "Relais, 3 jours")
    assert holds(condition, replace(PARCEL, shop_word="relais, 3 JOURS"))


def test_the_first_rule_decides_and_the_default_comes_last() -> None:
    light = Rule(conditions=(when(Subject.WEIGHT, Comparison.AT_MOST, "500"),), target=RELAY)
    french = Rule(conditions=(when(Subject.COUNTRY, Comparison.ONE_OF, "FR"),), target=EXPRESS)
    book = RuleBook(rules=(light, french), default=HOME)
    assert (decide(book, PARCEL).carrier, decide(book, PARCEL).rule) == ("mondial_relay", 0)
    assert decide(replace(book, rules=(french, light)), PARCEL).carrier == "chronopost"
    heavy = replace(PARCEL, weight_g=900)
    assert decide(book, heavy).rule == 1
    assert decide(book, replace(heavy, country="BE")).rule is None
    off = replace(book, rules=(replace(light, on=False), french))
    assert decide(off, PARCEL).rule == 1


def test_a_rule_that_is_not_finished_decides_nothing() -> None:
    half = Rule(conditions=(when(Subject.WEIGHT, Comparison.AT_MOST, ""),), target=RELAY)
    assert decide(RuleBook(rules=(half,), default=HOME), PARCEL).carrier == "colissimo"
    always = Rule(target=RELAY)
    assert decide(RuleBook(rules=(always,), default=HOME), PARCEL).carrier == "mondial_relay"


def test_the_cheapest_that_is_none_is_passed_over() -> None:
    book = RuleBook(rules=(Rule(target=CHEAPEST),), default=HOME)
    assert decide(book, PARCEL).carrier == "colissimo"
    found = decide(book, PARCEL, cheapest=lambda: ("dpd", "predict", 612))
    assert (found.carrier, found.service, found.price_cents, found.rule) == ("dpd", "predict", 612, 0)


def test_the_table_of_words_means_as_rules_what_it_meant() -> None:
    table = (("Magasin", "own", "home"), ("Express", "chronopost", "13"), ("", "x", "y"))
    book = from_table(table, ("colissimo", "home"))
    for word, carrier in (
        ("magasin", "own"),
        (" EXPRESS ", "chronopost"),
        ("", "colissimo"),
        ("?", "colissimo"),
    ):
        assert decide(book, replace(PARCEL, shop_word=word)).carrier == carrier


def test_an_order_is_looked_at() -> None:
    line = OrderLine(line_id=UUID(int=1), sku="MUG", quantity=3, price_cents=1_000)
    order = Order(
        order_id=UUID(int=2),
        source="csv",
        source_ref="1",
        number="1",
        ordered_at=datetime(2026, 11, 22, tzinfo=UTC),
        recipient=Party(country="BE", postcode="1000"),
        lines=(line,),
        pickup_point="P1",
    )
    seen = consignment_of(order, {"MUG": Product(sku="MUG", weight_g=400)})
    assert (seen.weight_g, seen.value_cents, seen.items, seen.pickup_point) == (1_200, 3_000, 3, True)
    assert order_weight(order, {}) is None
    assert order_weight(order, {"MUG": Product(sku="MUG")}) is None


conditions = st.sampled_from(Subject).flatmap(
    lambda subject: st.builds(
        Condition, st.just(subject), st.sampled_from(COMPARISONS[subject]), st.text(max_size=12)
    )
)
targets = st.builds(Target, st.text(max_size=5), st.text(max_size=5))
rules = st.builds(
    Rule, conditions=st.lists(conditions, max_size=3).map(tuple), target=targets, on=st.booleans()
)
books = st.builds(RuleBook, rules=st.lists(rules, max_size=4).map(tuple), default=targets)
parcels = st.builds(
    Consignment,
    country=st.sampled_from(["FR", "BE", ""]),
    postcode=st.text("0123456789", max_size=5),
    weight_g=st.none() | st.integers(1, 40_000),
    items=st.integers(0, 9),
    skus=st.lists(st.text(max_size=6), max_size=3).map(tuple),
    shop_word=st.text(max_size=8),
    pickup_point=st.booleans(),
)


@given(books, parcels)
def test_what_is_written_down_decides_alike(book: RuleBook, parcel: Consignment) -> None:
    again = read_book(dump_book(book))
    assert again == book
    assert decide(again, parcel) == decide(book, parcel)


def test_a_rule_of_a_later_version_is_off_and_stays() -> None:
    data = dump_book(RuleBook(rules=(Rule(target=RELAY), Rule(target=HOME)), default=EXPRESS))
    data["rules"][0]["if"] = [["moon_phase", "one_of", "full"]]  # type: ignore[index]  # plain JSON
    book = read_book(data)
    assert [rule.on for rule in book.rules] == [False, True]
    assert decide(book, PARCEL).rule == 1


TYPED = [
    (Subject.WEIGHT, Comparison.AT_MOST, "0,5 kg", "500"),
    (Subject.WEIGHT, Comparison.AT_MOST, "500", "500"),
    (Subject.WEIGHT, Comparison.AT_MOST, "lourd", ""),
    (Subject.VALUE, Comparison.MORE_THAN, "49,90 €", "4990"),
    (Subject.VALUE, Comparison.MORE_THAN, "1.234", ""),  # could be either
    (Subject.ITEMS, Comparison.AT_MOST, "3", "3"),
    (Subject.ITEMS, Comparison.MORE_THAN, "0", "0"),
    (Subject.COUNTRY, Comparison.ONE_OF, "France, be", "FR, BE"),
    (Subject.COUNTRY, Comparison.ONE_OF, "France, Lune", ""),
    (Subject.POSTCODE, Comparison.BETWEEN, "20000–20999", "20000-20999"),
    (Subject.SKU, Comparison.ONE_OF, " TS-*, MUG ", "TS-*, MUG"),
]


@pytest.mark.parametrize(("subject", "how", "text", "kept"), TYPED)
def test_what_people_type(subject: Subject, how: Comparison, text: str, kept: str) -> None:
    condition = typed(subject, how, text)
    assert condition.value == kept
    assert condition.is_whole is bool(kept)
