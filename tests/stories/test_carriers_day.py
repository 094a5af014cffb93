"""The practice companies' orders through the real bench: each carrier sells, prints, and is followed to the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from wismo_desk.app.practice import Practice
from wismo_desk.app.station import Station, Wiring
from wismo_desk.domain.bench_view import BenchMode, BenchView
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter
from wismo_desk.flows.bench_state import Step
from wismo_desk.resources import catalogue
from wismo_desk.settings import Settings
from wismo_desk.words import Words

NUMBERS = [f"{n}" for n in range(10601, 10609)]


class Clock:
    """Real time, so that the companies' servers agree, and what a test adds."""

    def __init__(self) -> None:
        self.added = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.added


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def station(tmp_path: Path, qapp: QApplication, clock: Clock) -> Iterator[Station]:
    practice = Practice(tmp_path, day=date.today(), companies=True)
    settings: Settings = replace(practice.start(), language="fr")
    station = Station(
        Wiring(
            folder=practice.folder,
            settings=settings,
            words=Words("fr", catalogue("fr")),
            practice=True,
            clock=clock,
            key=bytes(range(32)),
        )
    )
    try:
        practice.fill(station.take_in)
        yield station
    finally:
        station.close()
        practice.stop()


def _run(station: Station, step: Step) -> BenchView:
    while step.purchase is not None:
        step = station.verify.shipped(station.ship.settle(step.purchase, station.ship.buy(step.purchase)))
        if step.job is not None:
            station.print_label(step.job)
    return step.view


def _pack(station: Station, number: str) -> BenchView:
    view = _run(station, station.verify.scan(number))
    row = next(row for row in station.watch.orders(text=number) if row.number == number)
    order = station.store.read.order(row.order_id)
    assert order is not None
    products = station.store.read.products()
    for one in order.lines:
        for _ in range(one.quantity):
            code = one.ean or products[one.sku].codes[0][0]
            view = _run(station, station.verify.scan(code))
            if view.mode is BenchMode.WEIGHING:
                view = _run(station, station.verify.typed("640"))
    return view


def test_every_carrier_ships_its_order(station: Station, clock: Clock) -> None:
    for number in NUMBERS:
        view = _pack(station, number)
        assert view.problem is None, (number, view.problem)
        assert view.label is not None, number
        view = _run(station, station.verify.scan(view.label.tracking_number))
        assert view.mode is BenchMode.IDLE
    rows = [row for row in station.watch.orders() if row.number in NUMBERS]
    assert {row.state for row in rows} == {OrderState.SHIPPED}
    carriers = {
        parcel.carrier
        for row in rows
        for parcel in station.store.read.parcels(order_id=row.order_id)
        if parcel.tracking_number
    }
    assert carriers == {"colissimo", "chronopost", "mondial_relay"}
    clock.added += timedelta(hours=2)
    done = station.follow()
    assert not done.errors
    assert done.asked == len(NUMBERS)
    assert done.heard >= len(NUMBERS) - 1  # each is announced at least; Mondial Relay tells what it can
    for row in station.watch.page(station.watch.rows(Filter())):
        assert row.status is not TrackingStatus.UNKNOWN
