"""A code that nobody mapped is shown, mapped by a person, and what was heard before follows; and back again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from desk_rig import TEE, Bench, Clock, bench, line
from PySide6.QtWidgets import QApplication

from wismo_desk.devices.paperless_printer import PaperlessPrinter
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.store.journal import Entry

S = TrackingStatus


@pytest.fixture
def desk(tmp_path: Path, qapp: QApplication) -> Iterator[Bench]:
    clock = Clock()
    with (
        CarrierServer(clock=clock) as carrier,
        PaperlessPrinter() as printer,
        bench(tmp_path, printer, carrier, clock=clock) as opened,
    ):
        opened.take(*(line(f"{n}", service="Exercice") for n in (1, 2)))
        for n in (1, 2):
            opened.pack(f"{n}", TEE)
        yield opened


def say(desk: Bench, number: str, code: str, label: str = "") -> datetime:
    (parcel,) = desk.parcels(number)
    desk.clock.pass_(hours=1)
    fact = desk.station.pen.fact(
        FactKind.TRACKING_SAID,
        order_id=parcel.order_id,
        shipment_id=parcel.shipment_id,
        parcel_id=parcel.parcel_id,
        carrier="practice",
        number=parcel.tracking_number,
        code=code,
        label=label,
        place="Lyon",
    )
    desk.station.store.commit(Entry(at=desk.clock(), facts=(fact,)))
    return fact.at


def row(desk: Bench, number: str) -> ShipmentRow:
    found = desk.station.store.read.shipment(shipment_id(order_id("csv", number)))
    assert found is not None
    return found


def test_mapped_once_and_history_follows(desk: Bench) -> None:
    say(desk, "1", "TRI")
    say(desk, "1", "ZZ9", "Remis à un voisin")
    last = say(desk, "2", "ZZ9", "Remis à un voisin")
    assert row(desk, "1").status is S.IN_TRANSIT  # never guessed
    (unknown,) = desk.station.classify.unmapped()
    assert (unknown.carrier, unknown.code, unknown.times) == ("practice", "ZZ9", 2)
    assert abs((unknown.last_at - last).total_seconds()) < 1
    changes = desk.station.classify(unknown, S.DELIVERED)
    assert {row(desk, n).status for n in ("1", "2")} == {S.DELIVERED}
    assert len(changes.shipments) == 2
    assert desk.station.classify.unmapped() == []
    say(desk, "2", "TOURNEE")
    assert row(desk, "2").status is S.DELIVERED
    desk.station.classify.take_back(unknown)
    assert row(desk, "1").status is S.IN_TRANSIT
    assert row(desk, "2").status is S.OUT_FOR_DELIVERY
    assert [one.code for one in desk.station.classify.unmapped()] == ["ZZ9"]


def test_the_same_code_with_other_words_may_mean_something_else(desk: Bench) -> None:
    say(desk, "1", "ZZ9", "Livraison reportée")
    say(desk, "2", "ZZ9", "Colis livré")
    late = next(one for one in desk.station.classify.unmapped() if "report" in one.label)
    desk.station.classify(late, S.DELAYED, these_words_only=True)
    assert (row(desk, "1").status, row(desk, "2").status) == (S.DELAYED, S.LABEL_CREATED)
    (left,) = desk.station.classify.unmapped()
    desk.station.classify(left, S.DELIVERED)
    assert (row(desk, "1").status, row(desk, "2").status) == (S.DELAYED, S.DELIVERED)


def test_only_a_message_changes_nothing_but_is_known(desk: Bench) -> None:
    say(desk, "1", "SMS", "Message envoyé")
    (unknown,) = desk.station.classify.unmapped()
    desk.station.classify(unknown, S.UNKNOWN)
    assert row(desk, "1").status is S.LABEL_CREATED
    assert desk.station.classify.unmapped() == []


def test_a_mapping_survives_a_start_and_a_rebuild(tmp_path: Path, qapp: QApplication) -> None:
    clock = Clock()
    with CarrierServer(clock=clock) as carrier, PaperlessPrinter() as printer:
        with bench(tmp_path, printer, carrier, clock=clock) as opened:
            opened.take(line("1", service="Exercice"))
            opened.pack("1", TEE)
            say(opened, "1", "ZZ9")
            opened.station.classify(opened.station.classify.unmapped()[0], S.DELIVERED)
        with bench(tmp_path, printer, carrier, clock=clock) as again:
            assert row(again, "1").status is S.DELIVERED
            again.station.store.rebuild()
            assert row(again, "1").status is S.DELIVERED
            say(again, "1", "TRI")
            assert row(again, "1").status is S.DELIVERED
