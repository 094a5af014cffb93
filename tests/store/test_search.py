"""The one search box: parts of numbers, other spellings of them, and words with a typing error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from store_rig import Clock, bought, opened, order, taken_in

from wismo_desk.domain.order import Party
from wismo_desk.domain.watching import Filter
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

PEOPLE = {
    "10482": Party(name="Zoé Lefèvre", city="Strasbourg", postcode="67000", phone="06 39 98 12 04"),
    "10483": Party(name="Camille Rousselin", city="Œuilly", postcode="51480"),
    "10484": Party(name="Camille Béranger", city="Tours", postcode="37000"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store, clock = opened(tmp_path_factory.mktemp("search")), Clock()
    pen = Pen("Poste 1", clock=clock)
    for number, who in PEOPLE.items():
        store.commit(taken_in(pen, order(number, recipient=who), carrier="own"))
    label = bought(
        pen, order("10482"), pen.new_id(), "6A17200451237", aliases=["8R99887766", "6A17200451237;X"]
    )
    store.commit(Entry(at=clock(), facts=(label,)))
    yield store
    store.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1237", {"10482"}),  # the last four of a number
        ("00451", {"10482"}),
        ("8r9988", {"10482"}),  # another spelling that the carrier gave
        ("6A17200451237;X", {"10482"}),
        ("0483", {"10483"}),  # of an order
        ("strazbourg", {"10482"}),  # one letter wrong
        ("strasborug", {"10482"}),  # two that changed places
        ("lefevre strasborug", {"10482"}),
        ("camile", {"10483", "10484"}),
        ("Camile Berangre", {"10484"}),
        ("oeuilly", {"10483"}),
        ("œuilly", {"10483"}),
        ("tours", {"10484"}),
        ("toxxs", set()),  # two letters of five are another word
        ("zzzz", set()),
        ("12", set()),  # too short to be a part of a number
        ("cam", {"10483", "10484"}),
        ('"; DROP', set()),
    ],
)
def test_what_is_typed_is_found(desk: Store, typed: str, found: set[str]) -> None:
    rows = desk.read.page(desk.read.rows(Filter(text=typed)))
    assert {row.order_number for row in rows} == found


def test_as_typed_goes_before_a_typing_error(desk: Store) -> None:
    asked: list[str] = []
    whole = desk.read._spelling.near
    desk.read._spelling.near = lambda typed: asked.append(typed) or whole(typed)  # type: ignore[func-returns-value,method-assign]  # a spy
    try:
        desk.read.rows(Filter(text="camille"))
        assert asked == []
        desk.read.rows(Filter(text="camile"))
        assert asked == ["camile"]
    finally:
        desk.read._spelling.near = whole  # type: ignore[method-assign]  # put back


def test_new_words_are_known_at_once(desk: Store) -> None:
    pen = Pen("Poste 2", clock=Clock())
    assert not desk.read.rows(Filter(text="montelimra"))
    desk.commit(taken_in(pen, order("10999", recipient=Party(name="A B", city="Montélimar")), carrier="own"))
    assert len(desk.read.rows(Filter(text="montelimra"))) == 1
