"""Several parcels with Colissimo at the bench: a call each, and what becomes of the others when one goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from desk_rig import HEADER, MUG, TEE, Bench, Clock, bench, line, machines

from wismo_desk.carriers.colissimo import build
from wismo_desk.domain.bench_view import Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.order import OrderState
from wismo_desk.practice.colissimo_server import ColissimoServer
from wismo_desk.practice.loopback import Fault
from wismo_desk.web.client import Http

NEXT = "WD-COLIS"
BOUGHT = EffectKind.LABEL_BOUGHT
DONE, FAILED, IN_DOUBT = EffectState.DONE, EffectState.FAILED, EffectState.IN_DOUBT
PRODUCTS = f"""sku,name,barcodes,weight,check,hs code,origin
TS-M,T-shirt,{TEE},190,scan,61091000,FR
MUG,Mug,{MUG},400,scan,69120000,FR
"""


@dataclass
class Site:
    desk: Bench
    colissimo: ColissimoServer

    def begin(self) -> None:
        """Two parcels closed, the last piece of the third in hand."""
        there: dict[str, Any] = {"postcode": "97400", "city": "Saint-Denis", "service": "Outre-mer"}
        lines = (line("1", quantity=2, **there), line("1", "MUG", MUG, **there))
        rows = [f"{HEADER},unit price", *(f"{each},12.50" for each in lines), ""]
        for name, content in (("products.csv", PRODUCTS), ("orders.csv", "\n".join(rows))):
            report = self.desk.station.take_in(content.encode(), name)
            assert not report.refusals, report.refusals
        self.desk.scan("1", TEE, NEXT, TEE, NEXT)
        assert self.desk.effects("1") == []

    def call_fails(self, place: int, fault: Fault) -> None:
        self.colissimo.slow_s = 0.0
        self.colissimo.fail_next(Fault.SLOW, place - 1)
        self.colissimo.fail_next(fault)

    @property
    def states(self) -> list[EffectState]:
        rows = sorted(self.desk.effects("1", BOUGHT), key=lambda e: str(e.details["parcel_no"]))
        return [effect.state for effect in rows]

    @property
    def roles(self) -> list[str]:
        parcels = sorted(self.desk.parcels("1"), key=lambda parcel: parcel.parcel_no)
        sold = [self.colissimo.sold(parcel.tracking_number) for parcel in parcels]
        return [parcel.role for parcel in sold if parcel is not None]

    def check_shipped(self) -> None:
        while self.desk.view.label is not None:
            self.desk.scan(self.desk.view.label.tracking_number)
        assert self.desk.state("1") is OrderState.SHIPPED
        assert self.roles == ["FOLLOWER", "FOLLOWER", "MASTER"]
        assert sorted(self.colissimo.created.values()) == [1, 1, 1]
        numbers = [parcel.tracking_number for parcel in self.desk.parcels("1")]
        masters = [sold for number in numbers if (sold := self.colissimo.sold(number)) and sold.followers]
        assert [set(master.followers) | {master.number} for master in masters] == [set(numbers)]


@pytest.fixture
def site(tmp_path: Path, qapp: object) -> Iterator[Site]:
    clock = Clock()
    services = (("Outre-mer", "colissimo", "overseas"),)
    with (
        machines() as (printer, carrier),
        ColissimoServer(clock=clock) as colissimo,
        Http(read_s=10.0) as http,
        bench(
            tmp_path / "desk", printer, carrier, clock=clock, parcels_together=True, services=services
        ) as desk,
    ):
        desk.station.carriers["colissimo"] = build(colissimo.settings, http)
        yield Site(desk, colissimo)


def test_three_calls_at_the_last_parcel(site: Site) -> None:
    site.begin()
    site.desk.scan(MUG)
    assert site.states == [DONE] * 3
    site.check_shipped()


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.BUSY])
def test_a_no_to_the_second_and_p_completes_the_same_shipment(site: Site, fault: Fault) -> None:
    site.begin()
    site.call_fails(2, fault)
    site.desk.scan(MUG)
    assert site.states == [DONE, FAILED, FAILED]
    assert site.desk.problem in (Problem.LABEL_REFUSED, Problem.CARRIER_AWAY)
    site.desk.act(Command.REPRINT)
    assert site.states == [DONE] * 3
    site.desk.scan(*(parcel.tracking_number for parcel in site.desk.parcels("1")))
    site.check_shipped()


def test_scanned_again_the_order_completes_the_same_shipment(site: Site) -> None:
    site.begin()
    site.call_fails(3, Fault.BUSY)
    site.desk.scan(MUG)
    assert site.states == [DONE, DONE, FAILED]
    site.desk.act(Command.OK)
    site.desk.scan(*(parcel.tracking_number for parcel in site.desk.parcels("1")))
    site.desk.scan("1")
    assert site.states == [DONE] * 3
    site.check_shipped()


def test_a_lost_answer_is_a_question_and_nothing_is_bought_twice(site: Site) -> None:
    """Colissimo cannot be asked by our reference: a person decides, and what was not asked for waits."""
    site.begin()
    site.call_fails(2, Fault.DROP_AFTER_CREATE)
    site.desk.scan(MUG)
    assert site.states == [DONE, IN_DOUBT, FAILED]
    assert site.desk.state("1") is OrderState.PACKED
    assert sorted(site.colissimo.created.values()) == [1, 1]
    site.desk.act(Command.OK)
    site.desk.scan(*(parcel.tracking_number for parcel in site.desk.parcels("1")))
    site.desk.scan("1")
    assert max(site.colissimo.created.values()) == 1
    assert site.states[1] is IN_DOUBT
