"""Killed at every step between the last scan and the label: nothing is lost, bought or printed twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_rig import MORNING, Bench, Clock, bench
from mortal import POINTS, finish

from wismo_desk.devices.paperless_printer import PaperlessPrinter
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.practice.carrier_server import CarrierServer

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
SEED = 20261122
SERVICES = {"own": "Magasin", "practice": "Exercice"}


class Nursery:
    """The process that raises the benches to be killed."""

    def __init__(self) -> None:
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nursery.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root), "QT_QPA_PLATFORM": "offscreen"},
        )

    def raise_one(self, **job: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@dataclass
class Site:
    """What survives the desk: its folder, the printer with its counter, the carrier with its books."""

    folder: Path
    printer: PaperlessPrinter
    carrier: CarrierServer
    tray: Path

    def crash(self, nursery: Nursery, service: str, point: str, **more: str) -> None:
        ended = nursery.raise_one(
            folder=str(self.folder),
            port=self.printer.port,
            url=self.carrier.url,
            service=SERVICES[service],
            point=point,
            now=MORNING.isoformat(),
            **more,
        )
        assert ended["killed"], f"it did not die at {point}: {ended}"

    def reopened(self, **changes: Any) -> Any:
        later = Clock(MORNING + timedelta(minutes=1))
        return bench(self.folder, self.printer, self.carrier, clock=later, **changes)


@pytest.fixture
def site(tmp_path: Path, qapp: object) -> Iterator[Site]:
    tray = tmp_path / "tray"
    tray.mkdir()
    with PaperlessPrinter(folder=tray) as printer, CarrierServer() as carrier:
        yield Site(tmp_path / "desk", printer, carrier, tray)


def check_one(desk: Bench, site: Site, number: str, service: str) -> None:
    """One order, shipped once, with one label that was bought once and came out once."""
    assert desk.state(number) is OrderState.SHIPPED
    (parcel,) = desk.parcels(number)
    assert parcel.state is ParcelState.CHECKED
    assert len(desk.facts(number, FactKind.LABEL_BOUGHT)) == 1
    assert len(desk.facts(number, FactKind.PARCEL_CLOSED)) == 1
    assert [effect.state for effect in desk.effects(number)] == [EffectState.DONE] * 2
    if service == "practice":
        assert site.carrier.created[parcel.reference] == 1


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_step(site: Site, nursery: Nursery, service: str, point: str) -> None:
    site.crash(nursery, service, point)
    with site.reopened() as desk:
        desk.recover()
        desk.wake()
        finish(desk, "1", site.tray)
        check_one(desk, site, "1", service)
        assert len(desk.facts("1", FactKind.ITEM_SCANNED)) == 2
        assert desk.station.resolve.doubts() == []
        assert desk.station.store.check() == []
    assert site.printer.odometer == 1


def test_a_second_restart_finds_nothing_left_to_do(site: Site, nursery: Nursery) -> None:
    site.crash(nursery, "practice", "after bytes")
    for _ in range(3):
        with site.reopened() as desk:
            recovered = desk.recover()
    assert recovered.jobs == ()
    assert (site.printer.odometer, sum(site.carrier.created.values())) == (1, 1)


def test_killed_and_the_printer_switched_off(site: Site, nursery: Nursery) -> None:
    """Nobody can say: it becomes a question, and the label's own scan answers it."""
    site.crash(nursery, "own", "after bytes")
    site.printer.stop()
    with site.reopened() as desk:
        assert desk.recover().in_doubt == 1
        site.printer.start()
        desk.wake()
        finish(desk, "1", site.tray)
        check_one(desk, site, "1", "own")
    assert site.printer.odometer == 1


def test_killed_and_the_carrier_away(site: Site, nursery: Nursery) -> None:
    site.crash(nursery, "practice", "after carrier")
    site.carrier.stop()
    with site.reopened() as desk:
        assert desk.recover().in_doubt == 1
        site.carrier.start()
        desk.wake()
        finish(desk, "1", site.tray)
        check_one(desk, site, "1", "practice")
    assert site.printer.odometer == 1


def test_the_naive_recovery_buys_twice(site: Site, nursery: Nursery) -> None:
    """What is not marked bought is bought again."""
    site.crash(nursery, "practice", "after carrier")
    with site.reopened() as desk:
        (effect,) = desk.effects("1", EffectKind.LABEL_BOUGHT)
        assert effect.state is EffectState.SENDING
        purchase = desk.station.ship.prepare.again(effect)
        assert purchase is not None
        desk.station.ship.settle(purchase, desk.station.ship.buy(purchase))
    assert list(site.carrier.created.values()) == [2]


def test_the_naive_recovery_prints_twice(site: Site, nursery: Nursery) -> None:
    """What is not marked printed is printed again."""
    site.crash(nursery, "own", "after bytes")
    with site.reopened() as desk:
        (job,) = desk.effects("1", EffectKind.LABEL_PRINTED)
        assert job.state is EffectState.SENDING
        stored = desk.station.store.journal.label(job.parcel_id)
        assert stored is not None
        desk.station.printers["Z1"].send(stored.content)
        assert site.printer.wait_for(2)


def test_killed_again_and_again_while_packing(site: Site, nursery: Nursery) -> None:
    """Two dozen orders, half of them bought, and a kill every few moments until all are done."""
    chance, orders, kills = random.Random(SEED), 24, 0
    now, longest, printed = MORNING, 0.4, 0
    while True:
        now += timedelta(minutes=1)
        # A busy machine needs longer lives to get anywhere, a quiet one is killed soon enough.
        longest = longest * 1.15 if site.printer.odometer == printed else 0.4
        printed = site.printer.odometer
        ended = nursery.raise_one(
            folder=str(site.folder),
            port=site.printer.port,
            url=site.carrier.url,
            tray=str(site.tray),
            orders=orders,
            seconds=chance.uniform(0.1, longest),
            now=now.isoformat(),
        )
        assert ended["killed"] or ended["code"] == 0, f"seed {SEED}: {ended}"
        if not ended["killed"]:
            break
        kills += 1
        assert kills < 200, f"no progress, seed {SEED}"
    with bench(site.folder, site.printer, site.carrier, clock=Clock(now + timedelta(minutes=1))) as desk:
        for number in range(orders):
            check_one(desk, site, str(number), "practice" if number % 2 else "own")
    assert site.printer.odometer == orders, f"seed {SEED}, {kills} kills"
    assert set(site.carrier.created.values()) == {1}

    assert kills >= 5
