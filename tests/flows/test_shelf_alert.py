"""A label bought ahead that lies on its shelf when the day ends is told, until it is worn or given back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_rig import TEE, Bench, bench, line, machines

from wismo_desk.domain.anomaly_kinds import Anomaly, AnomalyKind
from wismo_desk.domain.commands import Command
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.settings.ahead import AheadMode, AheadSettings

UNCHECKED = AnomalyKind.LABEL_UNCHECKED
OPENED = AheadSettings(mode=AheadMode.OPENED)


@pytest.fixture
def eager(tmp_path: Path, qapp: object) -> Iterator[Bench]:
    """A bench that buys when the order is opened."""
    with machines() as made, bench(tmp_path, *made, ahead=OPENED) as desk:
        yield desk


def told(desk: Bench) -> list[Anomaly]:
    desk.station.watch.tick()
    row = desk.station.store.read.shipment(shipment_id(order_id("csv", "1")))
    assert row is not None
    return [one for one in row.anomalies if one.kind is UNCHECKED]


def laid_aside(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"))
    desk.scan("1")
    desk.act(Command.PAUSE)


def test_until_it_is_given_back(eager: Bench) -> None:
    laid_aside(eager)
    eager.clock.pass_(minutes=150)
    assert told(eager) == []  # in time for the truck: that is what it was bought for
    eager.clock.pass_(days=1)
    (found,) = told(eager)
    assert found.sentence == "Label bought ahead {when}, on no parcel"
    eager.station.store.rebuild()
    assert told(eager) == [found]
    eager.station.give_back()
    assert told(eager) == []
    eager.clock.pass_(days=2)
    assert told(eager) == []


def test_one_that_its_parcel_wore_is_told_no_more(eager: Bench) -> None:
    laid_aside(eager)
    eager.scan("1", TEE)
    assert eager.printer.wait_for(1)
    (parcel,) = eager.parcels("1")
    eager.station.void(parcel.parcel_id, reason="torn")
    eager.clock.pass_(days=1)
    assert told(eager) == []
