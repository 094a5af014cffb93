"""One bench without its window: the real station, a paperless printer, a practice carrier, and a driver that
runs what each step asks for, as the desk's lanes do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from wismo_desk.app.station import Station, Wiring
from wismo_desk.devices import TcpPrinter
from wismo_desk.devices.paperless_printer import PaperlessPrinter
from wismo_desk.devices.scale import PracticeScale
from wismo_desk.domain.bench_view import BenchMode, BenchView, Cue, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.order import OrderState, Party
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.domain.shipment import Parcel
from wismo_desk.errors import DeskError
from wismo_desk.flows.bench_state import Step
from wismo_desk.flows.prepare import Purchase
from wismo_desk.flows.recover import Recover, Recovered
from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.settings import Settings
from wismo_desk.words import Words

KEY: Final = bytes(range(32))
MORNING: Final = datetime(2026, 11, 23, 8, tzinfo=UTC)
TEE, MUG, PEN = "9520000001025", "9520000002015", "9520000003111"
PRODUCTS: Final = f"""sku,name,variant,barcodes,weight,picture,aisle,check
TS-M,T-shirt,bleu M,{TEE},190,tee.svg,B-04,scan
MUG,Mug,,{MUG},400,,A-01,scan
CARTE,Carte,,,15,,A-02,manual
LOURD,Socle,,9520000007010,,,C-01,scan
"""
HEADER: Final = (
    "order number,sku,ean,quantity,product name,full name,address1,postcode,city,country,phone,email,"
    "note,shipping method"
)


class Clock:
    """Goes on a little each time it is read, so that no two things happen at once."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=10)
        return self.now

    def pass_(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


def line(number: str, sku: str = "TS-M", ean: str = TEE, quantity: int = 1, **changes: str) -> str:
    """One line of an order file."""
    cells = {
        "name": "T-shirt",
        "who": "Zoé Lefèvre",
        "street": "12 rue des Tanneurs",
        "postcode": "37000",
        "city": "Tours",
        "country": "FR",
        "phone": "06 39 98 12 04",
        "email": "zoe@example.org",
        "note": "",
        "service": "Magasin",
    } | changes
    return ",".join([number, sku, ean, str(quantity), *cells.values()])


def orders_file(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines, ""]).encode()


PATIENT_S: Final = 20.0  # with a printer that answers: a machine may be busy
SETTINGS: Final = Settings(
    station="Poste 1",
    language="en",
    shipper=Party(company="Atelier", street=("18 rue Niépce",), postcode="69800", city="Saint-Priest"),
    services=(("Magasin", "own", "home"), ("Exercice", "practice", "home"), ("Relais", "practice", "pickup")),
    default_service=("own", "home"),
    cut_offs={"own": "17:30", "practice": "16:45"},
)


@dataclass
class Bench:
    """Scans and keys in, the view out. `hold` keeps purchases and prints for the test to run later."""

    station: Station
    printer: Any  # the paperless printer, or its address where it runs in another process
    carrier: Any  # likewise
    clock: Clock
    scale: PracticeScale | None = None
    hold: bool = False
    purchases: list[Purchase] = field(default_factory=list)
    jobs: list[Effect] = field(default_factory=list)
    view: BenchView = field(default_factory=lambda: BenchView(mode=BenchMode.IDLE))
    cues: list[Cue] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.patient(0.25)

    def patient(self, seconds: float) -> None:
        """How long a label may take to move the counter; eight seconds is too long for a test."""
        self.print_label = replace(self.station.print_label, patience=seconds)

    # From people

    def scan(self, *codes: str) -> BenchView:
        for code in codes:
            self._run(self.station.verify.scan(code))
        return self.view

    def act(self, *commands: Command) -> BenchView:
        for command in commands:
            self._run(self.station.verify.act(command))
        return self.view

    def typed(self, text: str) -> BenchView:
        self._run(self.station.verify.typed(text))
        return self.view

    def wake(self) -> BenchView:
        self._run(self.station.verify.wake(self.station.departures()))
        return self.view

    # What the lanes do

    def _run(self, step: Step) -> None:
        self.view = step.view
        self.cues.append(step.view.cue)
        if step.purchase is not None:
            self.purchases.append(step.purchase)
        if step.job is not None:
            self.jobs.append(step.job)
        if step.void is not None:
            self._void(step)
        if not self.hold:
            self.answer()

    def answer(self) -> BenchView:
        """Let the carrier and the printer answer all that waits."""
        while self.purchases:
            purchase = self.purchases.pop(0)
            bought = self.station.ship.buy(purchase)
            self._run(self.station.verify.shipped(self.station.ship.settle(purchase, bought)))
        while self.jobs:
            self.send(self.jobs.pop(0))
        return self.view

    def send(self, job: Effect) -> None:
        self._run(self.station.verify.printed(self.print_label(job)))

    def _void(self, step: Step) -> None:
        assert step.void is not None
        try:
            changes = self.station.void(step.void.parcel_id, reason="bench")
        except DeskError as error:
            self._run(self.station.verify.failed(error))
        else:
            self._run(self.station.verify.voided(changes))

    def recover(self) -> Recovered:
        """What the desk does at start: settle what was under way, then send what certainly never left."""
        recover: Recover = replace(self.station.recover, print_label=self.print_label)
        recovered = recover()
        for job in recovered.jobs:
            self.print_label(job)
        return recovered

    # Bringing work in, and looking

    def take(self, *lines: str) -> None:
        self.station.take_in(PRODUCTS.encode(), "products.csv")
        report = self.station.take_in(orders_file(*lines), "orders.csv")
        assert not report.refusals, report.refusals

    def pack(self, number: str, *codes: str) -> BenchView:
        """One order through the bench, its label scanned onto the parcel."""
        self.scan(number, *codes)
        assert self.view.label is not None, self.view
        return self.scan(self.view.label.tracking_number)

    def state(self, number: str) -> OrderState:
        return self.station.store.read.routed(order_id("csv", number))[2]

    def facts(self, number: str, kind: FactKind | None = None) -> list[Fact]:
        facts = self.station.store.read.order_facts(order_id("csv", number))
        return [fact for fact in facts if kind is None or fact.kind is kind]

    def parcels(self, number: str) -> list[Parcel]:
        return self.station.store.read.parcels(order_id=order_id("csv", number))

    def effects(self, number: str, kind: EffectKind | None = None) -> list[Effect]:
        """Oldest first."""
        found = self.station.store.journal.effects(order_id=order_id("csv", number))
        return [effect for effect in sorted(found, key=lambda e: e.effect_id) if kind in (None, effect.kind)]

    def states(self, number: str) -> list[tuple[EffectKind, EffectState]]:
        return [(effect.kind, effect.state) for effect in self.effects(number)]

    @property
    def problem(self) -> Problem | None:
        return self.view.problem.kind if self.view.problem else None

    @property
    def said(self) -> str:
        """The sentence on the screen, in English."""
        if self.view.problem is not None:
            return Words("en")(self.view.problem.sentence, **dict(self.view.problem.values))
        return Words("en")(self.view.notice, **dict(self.view.notice_values))


@contextmanager
def machines() -> Iterator[tuple[PaperlessPrinter, CarrierServer]]:
    with PaperlessPrinter() as printer, CarrierServer() as carrier:
        yield printer, carrier


class HasProfile(Protocol):
    def profile(self, name: str = ...) -> PrinterProfile: ...


class HasUrl(Protocol):
    @property
    def url(self) -> str: ...


def settings_for(printer: HasProfile, carrier: HasUrl, **changes: Any) -> Settings:
    return replace(
        SETTINGS, printers=(printer.profile("Z1"),), carriers={"practice": {"url": carrier.url}}, **changes
    )


@contextmanager
def bench(
    folder: Path,
    printer: HasProfile,
    carrier: HasUrl,
    *,
    clock: Clock | None = None,
    scale: PracticeScale | None = None,
    **changes: Any,
) -> Iterator[Bench]:
    """A bench on `folder`; opening it again is starting the program again."""
    time = clock or Clock()
    station = Station(
        Wiring(
            folder=folder,
            settings=settings_for(printer, carrier, **changes),
            words=Words("en"),
            practice=True,
            clock=time,
            scale=scale,
            key=KEY,
            recheck_s=0.0,
        )
    )
    for profile in station.settings.printers:
        station.printers[profile.name] = TcpPrinter(profile, status_s=PATIENT_S)
    try:
        yield Bench(station, printer, carrier, time, scale)
    finally:
        station.close()
