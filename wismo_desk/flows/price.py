"""Brings a price list in: each carrier that it names gets the prices of this file and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order_file import Refusal, error_file
from wismo_desk.domain.tariff import Fare, dump_fares, parse_fares
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.reroute import TARIFF, Reroute
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store
from wismo_desk.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceReport:
    """`taken` prices of `carriers` (codes); what stayed out, line by line."""

    name: str
    taken: int = 0
    carriers: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    error_file: bytes = b""
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """`offered`: every carrier the program knows, set up or not."""

    store: Store
    pen: Pen
    words: Words
    offered: Mapping[str, CarrierInfo]
    reroute: Reroute

    def __call__(self, data: bytes, name: str) -> PriceReport:
        """A file with refused lines replaces nothing: half a price list would choose wrongly. Raises BadInput when
        it is no price list at all."""
        file = parse_fares(data, self.offered)
        if file.refusals:
            refused = error_file(file.refusals, self.words, header=file.header, delimiter=file.delimiter)
            return PriceReport(name=name, refusals=file.refusals, error_file=refused)
        carriers: dict[str, list[Fare]] = {}
        for fare in file.fares:
            carriers.setdefault(fare.carrier, []).append(fare)
        facts = tuple(
            self.pen.fact(FactKind.VALUE_SET, scope=TARIFF, key=carrier, value=dump_fares(fares))
            for carrier, fares in carriers.items()
        )
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=facts)) if facts else Changes()
        return PriceReport(name=name, taken=len(file.fares), carriers=tuple(carriers), changes=changes)

    def clear(self, carrier: str) -> Changes:
        """No prices of this carrier any more."""
        fact = self.pen.fact(FactKind.VALUE_SET, scope=TARIFF, key=carrier, value=[])
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def counts(self) -> dict[str, int]:
        """How many prices each carrier has."""
        found: dict[str, int] = {}
        for fare in self.reroute.fares():
            found[fare.carrier] = found.get(fare.carrier, 0) + 1
        return found
