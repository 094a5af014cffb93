"""A return label in the box: bought with the parcel's own, printed after it, none of the shipment's parcels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from colissimo_rig import WITH_RETURN, bench_with_returns
from desk_rig import TEE, Bench, line

from wismo_desk.domain.bench_view import BenchMode
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.rules import (
    Rule,
    RuleBook,
    Target,
    dump_book,
    read_book,
)
from wismo_desk.domain.shipment import PaperKind
from wismo_desk.errors import Refused
from wismo_desk.practice.colissimo_server import ColissimoServer
from wismo_desk.practice.loopback import Fault

RETURN, PRINTED = EffectKind.RETURN_BOUGHT, EffectKind.LABEL_PRINTED
TO_COLISSIMO = RuleBook(rules=(WITH_RETURN,))


@pytest.fixture
def made(tmp_path: Path, qapp: object) -> Iterator[tuple[Bench, ColissimoServer]]:
    """A bench whose orders go with Colissimo, a return label in each."""
    with bench_with_returns(tmp_path) as made:
        yield made


def test_it_is_bought_printed_and_shown_with_its_parcel(made: tuple[Bench, ColissimoServer]) -> None:
    desk, colissimo = made
    desk.take(line("1", service="Colissimo"))
    desk.scan("1", TEE)
    assert desk.view.mode is BenchMode.LABEL_OUT
    assert desk.said.startswith("Put the return label 8R")
    assert desk.printer.wait_for(2)
    (back,) = desk.effects("1", RETURN)
    (parcel,) = desk.parcels("1")
    assert back.state is EffectState.DONE
    assert parcel.tracking_number.startswith("6A")
    assert str(back.details["number"]).startswith("8R")
    assert [effect.state for effect in desk.effects("1", PRINTED)] == [EffectState.DONE] * 2
    assert len(desk.facts("1", FactKind.LABEL_PRINTED)) == 1
    assert len(desk.facts("1", FactKind.LABEL_BOUGHT)) == 1
    papers = desk.station.store.journal.papers(parcel.parcel_id.hex)
    assert [paper.paper.kind for paper in papers] == [PaperKind.RETURN_LABEL]
    desk.scan(parcel.tracking_number)
    assert desk.state("1") is OrderState.SHIPPED
    assert len(colissimo.created) == 2


def test_a_person_decides_for_one_order(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    desk.take(line("1", service="Colissimo"), line("2", service="Exercice"))
    key, returns = order_id("csv", "1"), desk.station.routing.returns
    shown = desk.station.routing.show_order
    assert shown(key).with_return is True
    returns.choose(key, on=False)
    assert shown(key).with_return is False
    desk.scan("1", TEE)
    assert not desk.effects("1", RETURN)
    other = order_id("csv", "2")
    assert shown(other).with_return is None
    with pytest.raises(Refused, match="sells no return labels"):
        returns.choose(other, on=True)


def test_a_carrier_without_returns_is_told_and_holds_nothing_up(desk: Bench) -> None:
    rules = (replace(TO_COLISSIMO.rules[0], target=Target("practice", "home")),)
    desk.station.routing.reroute.save(replace(TO_COLISSIMO, rules=rules))
    desk.take(line("1", service="Colissimo"))
    desk.scan("1", TEE)
    assert desk.view.mode is BenchMode.LABEL_OUT
    assert "sells no return labels here: order 1 goes without one." in desk.said
    assert not desk.effects("1", RETURN)


def test_refused_it_holds_nothing_up(made: tuple[Bench, ColissimoServer]) -> None:
    desk, colissimo = made
    desk.take(line("1", service="Colissimo"))
    desk.hold = True
    desk.scan("1", TEE)
    (outgoing,) = desk.purchases
    desk.purchases.clear()
    bought = desk.station.ship.settle(outgoing, desk.station.ship.buy(outgoing))
    colissimo.fail_next(Fault.REFUSE)
    desk._run(desk.station.verify.shipped(bought))
    desk.hold = False
    desk.answer()
    assert desk.said.startswith("No return label came for order 1")
    assert [effect.state for effect in desk.effects("1", RETURN)] == [EffectState.FAILED]
    assert desk.state("1") is OrderState.SHIPPED


def test_from_abroad_none_is_sold(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    book = replace(TO_COLISSIMO.rules[0], target=Target("colissimo", "international"))
    desk.station.routing.reroute.save(replace(TO_COLISSIMO, rules=(book,)))
    desk.take(line("1", service="Colissimo", country="BE", postcode="1000", city="Bruxelles"))
    desk.scan("1", TEE)
    (back,) = desk.effects("1", RETURN)
    assert back.state is EffectState.FAILED
    assert "on A4 only" in str(back.details["error"])


def test_the_program_stopped_while_it_was_bought(made: tuple[Bench, ColissimoServer]) -> None:
    """Nobody can ask Colissimo what became of it: a person looks, and the parcel is not held by it."""
    desk, _ = made
    desk.take(line("1", service="Colissimo"))
    desk.hold = True
    desk.scan("1", TEE)
    outgoing = desk.purchases.pop(0)
    desk._run(
        desk.station.verify.shipped(desk.station.ship.settle(outgoing, desk.station.ship.buy(outgoing)))
    )
    assert [purchase.is_return for purchase in desk.purchases] == [True]
    desk.purchases.clear()
    desk.recover()
    (doubt,) = desk.station.resolve.doubts()
    assert doubt.effect.kind is RETURN
    desk.station.resolve.decide(doubt.effect.effect_id, bought=False, number="", reason="not in the box")
    assert [effect.state for effect in desk.effects("1", RETURN)] == [EffectState.FAILED]
    assert len(desk.parcels("1")) == 1


def test_a_second_parcel_waits_for_the_last(made: tuple[Bench, ColissimoServer]) -> None:
    desk, _ = made
    desk.take(line("1", service="Colissimo", quantity=2))
    desk.scan("1", TEE)
    desk.act(Command.NEXT_PARCEL)
    assert not desk.effects("1", RETURN)
    desk.scan(desk.view.label.tracking_number)  # type: ignore[union-attr]  # it is there, or the test fails
    desk.scan(TEE)
    assert len(desk.effects("1", RETURN)) == 1


def test_rules_keep_it_and_those_without_read_as_before() -> None:
    assert read_book(dump_book(TO_COLISSIMO)) == TO_COLISSIMO
    plain = RuleBook(rules=(Rule(target=Target("own", "home")),))
    assert "return" not in dump_book(plain)["rules"][0]  # type: ignore[index]  # plain JSON
