"""A bench beside a practice Colissimo, whose orders go out by a rule that wants a return label in the box."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from desk_rig import Bench, bench, machines

from wismo_desk.domain.rules import Comparison, Condition, Rule, RuleBook, Subject, Target
from wismo_desk.practice.colissimo_server import ColissimoServer

WITH_RETURN = Rule(
    conditions=(Condition(Subject.SHOP_WORD, Comparison.ONE_OF, "Colissimo"),),
    target=Target("colissimo", "home"),
    with_return=True,
)


@contextmanager
def bench_with_returns(folder: Path) -> Iterator[tuple[Bench, ColissimoServer]]:
    with machines() as (printer, carrier), ColissimoServer() as colissimo:
        carriers = {"practice": {"url": carrier.url}, "colissimo": colissimo.settings}
        with bench(folder, printer, carrier) as desk:
            desk.station.save(replace(desk.station.settings, carriers=carriers))
            desk.station.routing.reroute.save(RuleBook(rules=(WITH_RETURN,)))
            yield desk, colissimo
