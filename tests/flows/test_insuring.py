"""Insured by a shipping rule: what the carriers are asked for, through their practice servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from desk_rig import HEADER, MUG, SETTINGS, TEE, Bench, Clock, bench, line, machines

from wismo_desk.carriers import chronopost, colissimo
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.rules import Comparison, Condition, Rule, RuleBook, Subject, Target
from wismo_desk.practice.chronopost_server import ChronopostServer
from wismo_desk.practice.colissimo_server import ColissimoServer
from wismo_desk.practice.loopback import Call, Fault, Reply
from wismo_desk.web.client import Http

SHOP = replace(SETTINGS.shipper, email="atelier@example.org", phone="0478000000")


class Colissimo(ColissimoServer):
    """Remembers the insured amounts it was asked for."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.insured: list[int] = []

    def carry_out(self, call: Call) -> Reply:
        if call.path.endswith("/generateLabel"):
            self.insured.append(json.loads(call.body)["letter"]["parcel"].get("insuranceValue", 0))
        return super().carry_out(call)


class Chronopost(ChronopostServer):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.insured: list[str] = []

    def carry_out(self, call: Call) -> Reply:
        if b"shippingMultiParcel" in call.body:
            said = call.body.partition(b"<insuredValue>")[2].partition(b"<")[0]
            self.insured.append(said.decode())
        return super().carry_out(call)


@dataclass
class Site:
    desk: Bench
    colissimo: Colissimo
    chronopost: Chronopost

    def rules(self, target: tuple[str, str], insured_to: int | None, **more: Any) -> None:
        rule = Rule(target=Target(*target), insured_to=insured_to, **more)
        self.desk.station.routing.reroute.save(RuleBook(rules=(rule,)))

    def take(self, number: str = "1", price: str = "89.00", **changes: Any) -> None:
        rows = [f"{HEADER},unit price", f"{line(number, **changes)},{price}", ""]
        products = f"sku,name,barcodes,weight,check\nTS-M,T-shirt,{TEE},190,scan\nMUG,Mug,{MUG},400,scan\n"
        for name, content in (("products.csv", products), ("orders.csv", "\n".join(rows))):
            report = self.desk.station.take_in(content.encode(), name)
            assert not report.refusals, report.refusals


@pytest.fixture
def site(tmp_path: Path, qapp: object) -> Iterator[Site]:
    clock = Clock()
    with (
        machines() as (printer, carrier),
        Colissimo(clock=clock) as first,
        Chronopost(clock=clock) as second,
        Http(read_s=10.0) as http,
        bench(tmp_path / "desk", printer, carrier, clock=clock, shipper=SHOP) as desk,
    ):
        station = desk.station
        for module, server in ((colissimo, first), (chronopost, second)):
            station.carriers[module.CARRIER.code] = module.build(server.settings, http)
            station.infos[module.CARRIER.code] = module.CARRIER
        yield Site(desk, first, second)


def test_colissimo_insures_to_its_next_level(site: Site) -> None:
    site.rules(("colissimo", "home_signature"), 0)
    site.take()
    site.desk.pack("1", TEE)
    assert site.colissimo.insured == [15_000]
    assert site.desk.state("1") is OrderState.SHIPPED
    (worn,) = site.desk.facts("1", FactKind.LABEL_BOUGHT)
    assert worn.data["insured_cents"] == 8_900


def test_chronopost_is_told_the_cents(site: Site) -> None:
    site.rules(("chronopost", "home"), 0)
    site.take()
    site.desk.pack("1", TEE)
    assert site.chronopost.insured == ["8900"]


def test_the_rules_bound_and_the_services(site: Site) -> None:
    site.rules(("colissimo", "home_signature"), 20_000)
    site.take("1", "900.00")
    site.desk.pack("1", TEE)
    site.rules(("colissimo", "home_signature"), 0)
    site.take("2", "9000.00")
    site.desk.pack("2", TEE)
    assert site.colissimo.insured == [30_000, 500_000]  # 200 € lies in the level of 300 €


@pytest.mark.parametrize("insured_to", [0, 5_000])
def test_a_service_without_insurance_goes_without_and_is_not_refused(site: Site, insured_to: int) -> None:
    """The naive request names the amount all the same, and Colissimo's connector refuses it at the bench."""
    site.rules(("colissimo", "home"), insured_to)
    site.take()
    site.desk.pack("1", TEE)
    assert site.colissimo.insured == [0]
    (worn,) = site.desk.facts("1", FactKind.LABEL_BOUGHT)
    assert "insured_cents" not in worn.data


def test_not_insured_unless_a_rule_says_so(site: Site) -> None:
    site.rules(("colissimo", "home_signature"), None)
    site.take()
    site.desk.pack("1", TEE)
    assert site.colissimo.insured == [0]


def test_only_what_the_rule_holds_for(site: Site) -> None:
    dear = Condition(Subject.VALUE, Comparison.MORE_THAN, "5000")
    signed = Target("colissimo", "home_signature")
    rules = (Rule(conditions=(dear,), target=signed, insured_to=0), Rule(target=signed))
    site.desk.station.routing.reroute.save(RuleBook(rules=rules))
    site.take("1", "89.00")
    site.take("2", "19.00")
    site.desk.pack("1", TEE)
    site.desk.pack("2", TEE)
    assert site.colissimo.insured == [15_000, 0]


def test_each_parcel_for_its_own_contents(site: Site) -> None:
    site.rules(("chronopost", "home"), 0)
    site.take("1", "30.00", quantity=3)
    site.desk.scan("1", TEE, "WD-COLIS")
    label = site.desk.view.label
    assert label is not None
    site.desk.scan(label.tracking_number, TEE, TEE)
    assert site.chronopost.insured[-1] == "6000"


def test_other_money_than_euros_is_not_insured(site: Site) -> None:
    site.rules(("chronopost", "home"), 0)
    site.take()
    order = site.desk.station.store.read.order(order_id("csv", "1"))
    assert order is not None
    insure = site.desk.station.routing.insure
    assert insure(order, 1, "chronopost", "home") == 8_900
    assert insure(replace(order, currency="CHF"), 1, "chronopost", "home") == 0


def test_the_second_attempt_asks_for_what_holds_by_then(site: Site) -> None:
    site.rules(("chronopost", "home"), 0)
    site.take()
    site.chronopost.fail_next(Fault.BUSY)
    site.desk.scan("1", TEE)
    (row,) = site.desk.effects("1", EffectKind.LABEL_BOUGHT)
    assert row.details["insured"] == 8_900
    site.rules(("chronopost", "home"), None)
    site.desk.act(Command.OK)
    site.desk.scan("1")
    assert site.chronopost.insured == [""]
    (row,) = site.desk.effects("1", EffectKind.LABEL_BOUGHT)
    assert row.details["insured"] == 0


def test_the_order_says_what_it_will_be_insured_for(site: Site) -> None:
    show = site.desk.station.routing.show_order
    site.rules(("colissimo", "home_signature"), 0)
    site.take()
    assert show(order_id("csv", "1")).insured_cents == 8_900
    site.desk.station.routing.reroute.choose(order_id("csv", "1"), "colissimo", "home")
    assert show(order_id("csv", "1")).insured_cents == 0
    site.rules(("colissimo", "home_signature"), None)
    assert show(order_id("csv", "1")).insured_cents is None
