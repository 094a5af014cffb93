"""The order on the bench: what a scan ticks, what undo takes back, and that facts alone bring it all back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.order import Check, Order, OrderLine, OrderState, Party, Product
from wismo_desk.domain.packing import (
    Packing,
    close_parcel,
    find_line,
    line_view,
    order_state,
    progress,
    resume,
    same_code,
    standing,
    tick,
    undo,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEE = OrderLine(line_id=UUID(int=1), sku="TS-M", ean="9520000001025", name="T-shirt", quantity=3)
MUG = OrderLine(line_id=UUID(int=2), sku="MUG", ean="", name="Mug", quantity=2)
PEN = OrderLine(line_id=UUID(int=3), sku="PEN", ean="", name="", quantity=1)
ORDER = Order(
    order_id=UUID(int=9),
    source="csv",
    source_ref="1042",
    number="1042",
    ordered_at=NOW,
    recipient=Party(name="Zoé"),
    lines=(TEE, MUG, PEN),
)
PRODUCTS = {
    "TS-M": Product(sku="TS-M", name="Tee", weight_g=190),
    "MUG": Product(sku="MUG", codes=(("9520000002015", 1), ("19520000002012", 2)), weight_g=400),
    "PEN": Product(sku="PEN", check=Check.MANUAL, weight_g=20),
}
OPEN = Packing(order=ORDER, products=PRODUCTS)


def test_zeros_in_front_make_no_difference() -> None:
    assert same_code("012345678905", "0012345678905")
    assert same_code("00012345678905", "12345678905")
    assert not same_code("42", "042")  # too short to be an article number: a shelf, a SKU
    assert not same_code("12345678905", "12345678906")


def test_a_scan_finds_its_line_by_ean_sku_or_product_code() -> None:
    assert find_line(OPEN, ["09520000001025"]) == (TEE, 1)
    assert find_line(OPEN, ["ts-m"]) == (TEE, 1)
    assert find_line(OPEN, ["9520000002015"]) == (MUG, 1)
    assert find_line(OPEN, ["19520000002012"]) == (MUG, 2)  # the pack of two
    assert find_line(OPEN, ["4006381333931"]) is None


def test_of_two_lines_with_one_article_the_open_one_is_ticked() -> None:
    twin = replace(TEE, line_id=UUID(int=4), quantity=1)
    packing = replace(OPEN, order=replace(ORDER, lines=(twin, TEE)))
    assert find_line(packing, [TEE.ean]) == (twin, 1)
    packing = tick(packing, twin.line_id, 1)
    assert find_line(packing, [TEE.ean]) == (TEE, 1)
    packing = tick(packing, TEE.line_id, 3)
    assert find_line(packing, [TEE.ean]) == (twin, 1)  # all there: the bench says "too many"


def test_the_next_line_and_the_weight_of_the_open_parcel() -> None:
    packing = tick(OPEN, MUG.line_id, 2)
    assert packing.current == 0
    assert packing.weight_g == 800
    packing = close_parcel(packing)
    assert packing.weight_g is None  # an empty carton has no weight of its own
    packing = tick(tick(packing, TEE.line_id, 3), PEN.line_id, 1)
    assert packing.weight_g == 590
    assert (packing.complete, packing.current) == (True, -1)
    assert tick(replace(OPEN, products={}), MUG.line_id, 1).weight_g is None


def test_undo_reaches_no_further_than_the_open_parcel() -> None:
    packing = tick(close_parcel(tick(OPEN, TEE.line_id, 1)), MUG.line_id, 2)
    packing, taken = undo(packing)
    assert taken == (MUG.line_id, 2)
    packing, taken = undo(packing)
    assert taken is None
    assert packing.ticks[TEE.line_id] == 1


def test_what_the_screen_shows_of_a_line() -> None:
    view = line_view(OPEN, MUG)
    assert (view.name, view.code_end, view.need_code) == ("Mug", "2015", True)
    assert line_view(OPEN, PEN).name == "PEN"  # better than nothing
    assert not line_view(OPEN, PEN).need_code


class Bench:
    """A packing and the facts it leaves, side by side, as the flow writes them."""

    def __init__(self) -> None:
        self.packing = OPEN
        self.facts: list[Fact] = []
        self.contents: list[dict[UUID, int]] = []

    def write(self, kind: FactKind, **data: object) -> None:
        number = UUID(int=len(self.facts) + 1)
        self.facts.append(
            Fact(fact_id=number, kind=kind, at=NOW, station="S", order_id=ORDER.order_id, data=data)
        )

    def do(self, what: str, index: int) -> None:
        line = ORDER.lines[index]
        if what == "tick" and self.packing.missing(line) and not self.packing.finished:
            self.packing = tick(self.packing, line.line_id, 1)
            self.write(FactKind.ITEM_SCANNED, line=str(line.line_id), pieces=1, code="", how="scan")
        elif what == "undo":
            self.packing, taken = undo(self.packing)
            if taken:
                self.write(FactKind.ITEM_UNDONE, line=str(taken[0]), pieces=taken[1])
        elif what == "close" and self.packing.contents:
            inside = self.packing.contents
            self.contents.append(inside)
            last = self.packing.complete
            self.write(
                FactKind.PARCEL_CLOSED,
                parcel_no=self.packing.parcels + 1,
                contents={str(key): count for key, count in inside.items()},
                last=last,
            )
            self.packing = close_parcel(self.packing, last=last)
        elif what == "pause":
            self.write(FactKind.ORDER_PAUSED)
            self.write(FactKind.ORDER_IN_HAND)
            self.packing = resume(ORDER, PRODUCTS, self.facts)


def seen(packing: Packing) -> tuple[object, ...]:
    """All of a packing that counts; a line at zero is a line untouched."""

    def counts(of: object) -> dict[UUID, int]:
        assert isinstance(of, dict)
        return {key: count for key, count in of.items() if count}

    return (
        counts(packing.ticks),
        counts(packing.packed),
        packing.parcels,
        packing.finished,
        packing.history,
        packing.contents,
    )


acts = st.tuples(st.sampled_from(["tick", "tick", "tick", "undo", "close", "pause"]), st.integers(0, 2))


@given(st.lists(acts, max_size=40), st.data())
def test_facts_alone_bring_the_bench_back(steps: list[tuple[str, int]], data: st.DataObject) -> None:
    bench = Bench()
    for what, index in steps:
        bench.do(what, index)
        assert all(0 <= bench.packing.done(line) <= line.quantity for line in ORDER.lines)
    shuffled = data.draw(st.permutations(bench.facts))
    assert seen(resume(ORDER, PRODUCTS, shuffled)) == seen(bench.packing)
    total: dict[UUID, int] = {}
    for inside in [*bench.contents, bench.packing.contents]:
        for key, count in inside.items():
            total[key] = total.get(key, 0) + count
    assert total == {key: count for key, count in bench.packing.ticks.items() if count}
    assert progress(shuffled).parcels == len(bench.contents)


def test_undoing_by_line_instead_of_by_time_would_be_wrong() -> None:
    """The naive twin takes one off the line that was scanned first."""
    packing = tick(tick(OPEN, TEE.line_id, 1), MUG.line_id, 1)
    naive = dict(packing.ticks)
    naive[TEE.line_id] -= 1
    assert undo(packing)[0].ticks != naive
    assert undo(packing)[0].ticks[MUG.line_id] == 0


def test_a_late_word_of_a_desk_that_did_not_know_takes_no_label_back() -> None:
    """It opened the order while its line was down, and was told: the parcel is under its label all the same."""
    bench = Bench()
    bench.write(FactKind.ORDER_IN_HAND)
    bench.write(FactKind.PARCEL_CLOSED, contents={}, last=True)
    bench.write(FactKind.LABEL_BOUGHT, last=True, parcel_no=1)
    bench.write(FactKind.ORDER_IN_HAND)
    bench.write(FactKind.ORDER_PAUSED)
    assert progress(bench.facts).state is OrderState.SHIPPED
    naive = max((fact for fact in bench.facts if order_state(fact)), key=lambda fact: fact.fact_id.hex)
    assert order_state(naive) is OrderState.PAUSED, "the naive twin: the latest word of any desk"
    bench.write(FactKind.ORDER_CANCELLED)
    assert progress(bench.facts).state is OrderState.CANCELLED


def _labelled(number: int, parcel: int, **data: object) -> Fact:
    return Fact(
        fact_id=UUID(int=number), kind=FactKind.LABEL_BOUGHT, at=datetime(2026, 1, 1, tzinfo=UTC), station="1",
        parcel_id=UUID(int=parcel), data=data,
    )  # fmt: skip


def _void(number: int, parcel: int) -> Fact:
    return replace(_labelled(number, parcel, worn=True), kind=FactKind.LABEL_VOIDED)


def test_shipped_is_what_the_labels_say() -> None:
    one, two = _labelled(1, 1, parcel_no=1, last=False), _labelled(2, 2, parcel_no=2, last=True)
    assert standing([one])[0] is OrderState.WAITING, "the last parcel is still open"
    assert standing([one, two]) == (OrderState.SHIPPED, two)
    assert standing([one, two, _void(3, 1)])[0] is OrderState.PACKED, "its first parcel goes without a label"
    again = _labelled(4, 3, parcel_no=1, last=True)
    assert standing([again, _void(3, 1), two, one]) == (OrderState.SHIPPED, again)
    twin = _labelled(5, 4, parcel_no=2, last=True)
    assert standing([one, two, twin, _void(6, 4)]) == (OrderState.SHIPPED, two), "it wears the other one"
    both = [one, two, twin, _void(6, 4), _void(7, 2)]
    assert standing(both)[0] is OrderState.PACKED, "two desks voided one each, at once"


def test_the_latest_word_is_the_state() -> None:
    bench = Bench()
    bench.write(FactKind.ORDER_IN_HAND)
    bench.write(FactKind.ORDER_PAUSED)
    assert progress(bench.facts).state is OrderState.PAUSED
    assert progress(bench.facts[::-1]).state is OrderState.PAUSED
    bench.write(FactKind.PARCEL_CLOSED, contents={}, last=True)
    bench.write(FactKind.LABEL_BOUGHT, last=True)
    assert progress(bench.facts).state is OrderState.SHIPPED
    bench.write(FactKind.LABEL_VOIDED)
    assert progress(bench.facts).state is OrderState.PACKED
