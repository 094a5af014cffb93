"""Numbers of orders that mean something else as well: told at intake and before packing, asked about at the bench."""

from __future__ import annotations

import pytest
from desk_rig import MUG, PRODUCTS, TEE, Bench, line

from wismo_desk.domain.bench_view import BenchMode, Cue, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.order_remarks import IS_COMMAND, IS_PRODUCT, IS_TAKEN, TOO_SHORT
from wismo_desk.domain.preflight import TOO_LONG, Fix
from wismo_desk.flows.preflight_words import said_short, spoken
from wismo_desk.flows.take_in import IntakeReport, Underway
from wismo_desk.resources import catalogue
from wismo_desk.words import Words

HEADER = (
    "order id,order name,sku,ean,quantity,product name,full name,address1,postcode,city,country,email,"
    "shipping method"
)


def told_file(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines, ""]).encode()


def twin(own: str, number: str = "SAME", *, sku: str = "TS-M", ean: str = TEE, city: str = "Tours") -> str:
    return f"{own},{number},{sku},{ean},1,Chose,Zoé Lefèvre,12 rue des Tanneurs,37000,{city},FR,z@example.org,Magasin"


def take(desk: Bench, *lines: str) -> IntakeReport:
    desk.station.take_in(PRODUCTS.encode(), "products.csv")
    return desk.station.take_in(told_file(*lines), "orders.csv")


def said(report: IntakeReport) -> list[tuple[int, str]]:
    return [(one.line_no, one.sentence) for one in report.remarks]


def test_intake_tells_and_the_orders_come_in(desk: Bench) -> None:
    report = take(desk, twin("F1"), twin("F2"), twin("F3", "A1"), twin("F4", "WD-OK"), twin("F5", TEE))
    assert (report.taken, report.refusals) == (5, ())
    assert said(report) == [(3, IS_TAKEN), (4, TOO_SHORT), (5, IS_COMMAND), (6, IS_PRODUCT)]
    assert dict(report.remarks[0].values) == {"number": "SAME", "other": "F1", "own": "F2"}
    assert said(desk.station.take_in(told_file(twin("F6")), "b.csv")) == [
        (2, IS_TAKEN)
    ]  # of one that is here
    assert said(desk.station.take_in(told_file(twin("F6")), "b.csv")) == []  # nothing new, nothing told


def test_before_packing_they_stand_there_too(desk: Bench) -> None:
    take(desk, twin("F1"), twin("F2"), twin("F3", "A1"), twin("F4", "WD-OK"), twin("F5", TEE))
    looked = desk.station.routing.preflight.look()
    found = {one.order.source_ref: [(c.fix, c.sentence) for c in one.concerns] for one in looked.flagged}
    assert found == {
        "F1": [(Fix.SHOP, IS_TAKEN)],
        "F2": [(Fix.SHOP, IS_TAKEN)],
        "F4": [(Fix.SHOP, IS_COMMAND)],
        "F5": [(Fix.SHOP, IS_PRODUCT)],
    }
    assert looked.too_short == 1  # said once: a shop has short numbers or it has not
    for language in ("fr", "en"):
        words = Words(language, catalogue(language))
        sentences = [
            said_short(looked.too_short, words),
            *(spoken(c, words) for one in looked.flagged for c in one.concerns),
        ]
        assert all(sentence and "{" not in sentence for sentence in sentences)


def test_a_name_that_no_label_holds_is_told_before_packing(desk: Bench) -> None:
    desk.take(line("1", who="Anne-Sophie " * 42), line("2", street="12 rue " + "des Tanneurs " * 200))
    looked = desk.station.routing.preflight.look()
    found = [(c.field, c.sentence) for one in looked.flagged for c in one.concerns]
    assert sorted(found) == [("name", TOO_LONG), ("street", TOO_LONG)]
    words = Words("fr", catalogue("fr"))
    assert "«\u202fNom complet\u202f»" in spoken(looked.flagged[0].concerns[0], words)


@pytest.fixture
def twins(desk: Bench) -> Bench:
    take(desk, twin("F1"), twin("F2", sku="MUG", ean=MUG, city="Lyon"))
    return desk


def test_two_that_wait_are_asked_about(twins: Bench) -> None:
    view = twins.scan("SAME")
    assert (twins.problem, view.cue) == (Problem.ORDER_TWICE, Cue.ATTENTION)
    assert "F1 (37000 Tours, 1 × TS-M) · F2 (37000 Lyon, 1 × MUG)" in twins.said.replace("\u00a0", " ")
    twins.scan("F2")
    assert twins.problem is Problem.ORDER_TWICE  # held: nothing scanned now is applied later
    twins.act(Command.OK)
    assert twins.typed("F2").order_number == "SAME"
    assert [one.sku for one in twins.view.lines] == ["MUG"]
    assert twins.scan("SAME").mode is BenchMode.PACKING  # the one in hand is meant


def test_of_two_the_one_that_waits_is_taken(twins: Bench) -> None:
    """The naive bench opened the first of them, and said that it is shipped already."""
    items = {str(order_id("csv", own)): (own, code) for own, code in (("F1", TEE), ("F2", MUG))}
    first, other = (items[key] for _, key in twins.station.store.read.named(["SAME"]))
    twins.pack(*first)
    assert twins.state(first[0]) is OrderState.SHIPPED
    twins.scan("SAME")
    assert twins.problem is None
    assert twins.scan(other[1]).mode is BenchMode.LABEL_OUT


def test_both_shipped_are_told_as_shipped(twins: Bench) -> None:
    twins.pack("F1", TEE)
    twins.pack("F2", MUG)
    twins.scan("SAME")
    assert twins.problem is Problem.ORDER_DONE


def test_a_typed_own_code_wins_over_a_number(desk: Bench) -> None:
    take(desk, twin("F001", "X001"), twin("F002", "F001", sku="MUG", ean=MUG))
    desk.scan("F001")
    assert desk.problem is Problem.ORDER_TWICE
    desk.act(Command.OK)
    desk.typed("F001")
    assert [one.sku for one in desk.view.lines] == ["TS-M"]


def test_a_wrong_scan_while_a_label_is_awaited_says_which(desk: Bench) -> None:
    desk.take(line("1042"))
    view = desk.scan("1042", TEE)
    assert view.label is not None
    desk.scan("NOBODY-9")
    assert desk.problem is Problem.WRONG_LABEL
    assert desk.said == (
        "NOBODY-9 is neither the label that is awaited nor an order that is here. "
        f"Scan label {view.label.tracking_number} of order 1042."
    )


def test_an_endless_code_is_seen_to_be_cut(desk: Bench) -> None:
    desk.take(line("1042"))
    desk.scan("QR-" + "x" * 300)
    assert "x…" in desk.said
    assert len(desk.said) < 200


def test_a_long_file_says_how_far_it_is(desk: Bench) -> None:
    heard: list[Underway] = []
    lines = [twin(f"L{number:04}", f"L{number:04}") for number in range(2_200)]
    report = desk.station.take_in(told_file(*lines), "long.csv", underway=heard.append)
    assert report.taken == 2_200
    assert heard[0] == Underway(2_000)
    assert heard[-1] == Underway(2_200, 2_200, 2_200)
    desk.station.take_in(told_file(twin("S001")), "short.csv", underway=heard.append)
    assert heard[-1] == Underway(2_200, 2_200, 2_200)  # nothing to say of a short one
