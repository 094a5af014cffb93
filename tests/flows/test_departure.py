"""The day's end: parcels into the manifest, the forgotten ones named; and what the driver reports after."""

from __future__ import annotations

import pytest
from desk_rig import MUG, TEE, Bench, line

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.bench_view import BenchMode, Cue, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.domain.watching import Filter, ShipmentRow
from wismo_desk.errors import Refused
from wismo_desk.flows.close_out import ScanKind
from wismo_desk.flows.track import CHOICES
from wismo_desk.resources import status_tables


def shipment(desk: Bench, number: str) -> ShipmentRow:
    row = desk.station.store.read.shipment(shipment_id(order_id("csv", number)))
    assert row is not None
    return row


def number_of(desk: Bench, number: str) -> str:
    return desk.parcels(number)[-1].tracking_number


@pytest.fixture
def packed(desk: Bench) -> Bench:
    """Three own deliveries and one parcel for the practice carrier, labelled and scanned."""
    desk.take(line("1"), line("2"), line("3"), line("4", service="Exercice"))
    for number in ("1", "2", "3", "4"):
        desk.pack(number, TEE)
    return desk


def test_the_manifest_at_the_bench_names_who_was_forgotten(packed: Bench) -> None:
    view = packed.scan("WD-BORD")
    assert (view.mode, view.manifest_carrier, view.manifest_expected) == (
        BenchMode.MANIFEST,
        "Livraison magasin",
        3,
    )
    view = packed.scan(number_of(packed, "1"), number_of(packed, "2"))
    assert (view.manifest_scanned, view.cue) == (2, Cue.OK)
    assert packed.scan(number_of(packed, "1")).cue is Cue.ATTENTION
    assert packed.said.endswith("is on this manifest already.")
    packed.scan(number_of(packed, "4"))
    assert (packed.problem, packed.said) == (
        Problem.OTHER_TRUCK,
        "This parcel goes with Practice carrier. Put it on the other pile.",
    )
    packed.act(Command.OK)
    packed.scan(TEE)
    assert packed.problem is Problem.UNKNOWN_PARCEL
    packed.act(Command.OK)
    view = packed.act(Command.MANIFEST)
    assert view.mode is BenchMode.MANIFEST
    (missing,) = view.forgotten
    assert (missing.order_number, missing.tracking_number) == ("3", number_of(packed, "3"))
    assert missing.recipient == "Zoé Lefèvre, Tours"
    view = packed.act(Command.OK)
    assert (view.mode, view.forgotten) == (BenchMode.MANIFEST, (missing,))  # naming is not closing
    view = packed.act(Command.BACK)
    assert (view.mode, view.forgotten) == (BenchMode.MANIFEST, ())  # back to scanning
    assert packed.act(Command.MANIFEST).forgotten == (missing,)
    view = packed.act(Command.PARTIAL)
    assert (view.mode, packed.said) == (BenchMode.IDLE, "Manifest closed: 2 parcels")
    (manifest,) = packed.station.watch.manifests()
    assert manifest.carrier == "own"
    assert manifest.missing == (packed.parcels("3")[0].parcel_id,)
    (pdf,) = (packed.station.folder / "manifests").glob("*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert pdf.stem == manifest.manifest_id
    assert packed.parcels("1")[0].state is ParcelState.MANIFESTED
    assert shipment(packed, "1").status is TrackingStatus.OUT_FOR_DELIVERY  # our own van is loaded
    assert shipment(packed, "3").status is TrackingStatus.LABEL_CREATED


def test_the_first_parcel_says_which_carrier(packed: Bench) -> None:
    packed.scan("WD-BORD")
    view = packed.scan(number_of(packed, "4"))
    assert (view.manifest_carrier, view.manifest_scanned) == ("Practice carrier", 1)
    view = packed.act(Command.MANIFEST)
    assert packed.said == "Manifest closed: 1 parcel"
    assert shipment(packed, "4").status is TrackingStatus.LABEL_CREATED  # of others, the carrier speaks


def test_leaving_the_manifest_writes_nothing(packed: Bench) -> None:
    packed.scan("WD-BORD", number_of(packed, "1"))
    assert packed.act(Command.BACK).mode is BenchMode.IDLE
    assert packed.parcels("1")[0].state is ParcelState.CHECKED
    packed.scan("WD-BORD")
    packed.act(Command.MANIFEST)
    assert packed.said.startswith("No parcel was scanned yet")
    packed.act(Command.OK, Command.BACK)


def test_nothing_to_hand_over(desk: Bench) -> None:
    assert desk.scan("WD-BORD").mode is BenchMode.IDLE
    assert desk.said == "No parcel waits for a manifest."


def test_what_a_scan_into_the_manifest_can_be(packed: Bench) -> None:
    close_out = packed.station.close_out
    void = packed.parcels("3")[0]
    packed.station.void(void.parcel_id, reason="x")
    manifest = close_out.start("own")
    seen = []
    for code in (number_of(packed, "1"), number_of(packed, "1"), void.tracking_number, "4", "rien"):
        manifest, scan = close_out.scan(manifest, code)
        seen.append(scan.kind)
    assert seen == [ScanKind.OK, ScanKind.TWICE, ScanKind.VOIDED, ScanKind.UNKNOWN, ScanKind.UNKNOWN]
    closed = close_out.close(manifest)
    assert len(closed.manifest.missing) == 1
    _, scan = close_out.scan(close_out.start("own"), number_of(packed, "1"))
    assert scan.kind is ScanKind.GONE
    with pytest.raises(Refused, match="nothing to hand over"):
        close_out.close(close_out.start("own"))
    assert {code: left for code, _, left in close_out.carriers()} == {"own": 1, "practice": 1}


def test_a_parcel_labelled_after_the_scanning_began_still_gets_in(packed: Bench) -> None:
    close_out = packed.station.close_out
    manifest = close_out.start("own")
    packed.take(line("5"))
    packed.pack("5", TEE)
    manifest, scan = close_out.scan(manifest, number_of(packed, "5"))
    assert scan.kind is ScanKind.OK
    assert len(manifest.expected) == 4


def test_anomalies_come_and_go_with_the_day(packed: Bench) -> None:
    packed.take(line("9"))
    assert packed.station.watch.counts().with_anomaly == 0
    packed.clock.pass_(hours=9)  # 18:00 in Paris: the truck of 17:30 has left
    changes = packed.station.watch.tick()
    assert changes.shipments == {shipment(packed, "9").shipment_id}
    assert [a.kind for a in shipment(packed, "9").anomalies] == [AnomalyKind.ORDER_LATE]
    assert not packed.station.watch.tick()
    packed.clock.pass_(hours=2, minutes=1)
    packed.station.watch.tick()
    assert packed.station.watch.counts().with_anomaly == 5
    packed.pack("9", TEE)
    manifest = packed.station.close_out.start("own")
    for number in ("1", "2", "3", "9"):
        manifest, _ = packed.station.close_out.scan(manifest, number_of(packed, number))
    packed.station.close_out.close(manifest)
    worst, *_ = packed.station.watch.page(packed.station.watch.rows(Filter()))
    assert worst.order_number == "4"
    assert packed.station.watch.counts().with_anomaly == 1


def test_a_label_that_nobody_scanned(desk: Bench) -> None:
    desk.take(line("1"), line("2"))
    desk.scan("1", TEE)
    desk.pack("2", TEE)
    desk.clock.pass_(hours=2, seconds=1)
    desk.station.watch.tick()
    assert [a.kind for a in shipment(desk, "1").anomalies] == [AnomalyKind.LABEL_UNCHECKED]
    assert shipment(desk, "2").anomalies == ()
    desk.scan(number_of(desk, "1"))
    assert shipment(desk, "1").anomalies == ()


def test_the_drivers_report(packed: Bench) -> None:
    track, key = packed.station.track, shipment(packed, "1").shipment_id
    assert track.choices("own") == CHOICES
    assert track.choices("practice") == ()
    track(key, "ABSENT", note=" avis de passage ")
    row = shipment(packed, "1")
    assert (row.status, row.reason) == (TrackingStatus.DELIVERY_ATTEMPTED, IncidentReason.RECIPIENT_ABSENT)
    track(key, "NOTE", note="rappelé")
    assert shipment(packed, "1").status is TrackingStatus.DELIVERY_ATTEMPTED
    track(key, "DELIVERED")
    row = shipment(packed, "1")
    assert (row.status, row.event_place) == (TrackingStatus.DELIVERED, "Tours")
    packed.clock.pass_(days=30)
    packed.station.watch.tick()
    assert shipment(packed, "1").anomalies == ()
    said = packed.facts("1", FactKind.TRACKING_SAID)
    assert [fact.data["label"] for fact in said] == ["avis de passage", "rappelé", ""]
    for wrong, why in ((shipment(packed, "4").shipment_id, "Only the carrier"), (key, "Only the carrier")):
        with pytest.raises(Refused, match=why):
            track(wrong, "LIVRE")
    packed.take(line("7"))
    with pytest.raises(Refused, match="has no label yet"):
        track(shipment(packed, "7").shipment_id, "DELIVERED")
    with pytest.raises(Refused, match="not known here"):
        track(order_id("csv", "7"), "DELIVERED")


def test_a_mistaken_delivery_is_taken_back(packed: Bench) -> None:
    manifest = packed.station.close_out.start("own")
    for number in ("1", "2", "3"):
        manifest, _ = packed.station.close_out.scan(manifest, number_of(packed, number))
    packed.station.close_out.close(manifest)
    track, ship = packed.station.track, shipment(packed, "1").shipment_id
    with pytest.raises(Refused, match="Nobody here reported anything"):
        track.correct(ship, reason="x")
    track(ship, "ABSENT")
    packed.clock.pass_(hours=2)
    track(ship, "DELIVERED")
    assert shipment(packed, "1").status is TrackingStatus.DELIVERED
    with pytest.raises(Refused, match="Say why"):
        track.correct(ship, reason=" ")
    track.correct(ship, reason="the wrong one")
    assert shipment(packed, "1").status is TrackingStatus.DELIVERY_ATTEMPTED  # as it was before
    track.correct(ship, reason="nor that")
    assert shipment(packed, "1").status is TrackingStatus.OUT_FOR_DELIVERY  # as the van was loaded
    with pytest.raises(Refused, match="Nobody here reported anything"):
        track.correct(ship, reason="x")
    packed.clock.pass_(hours=1)
    track(ship, "DELIVERED", note="for good")
    assert shipment(packed, "1").status is TrackingStatus.DELIVERED
    track.correct(ship, reason="again")
    track(ship, "RETURNED")
    assert shipment(packed, "1").status is TrackingStatus.RETURNED
    before = shipment(packed, "1")
    packed.station.store.rebuild()  # folded again in the order of their ids
    assert shipment(packed, "1").status is before.status


def test_a_report_before_the_van_left_is_taken_back_too(packed: Bench) -> None:
    """Two parcels, one report: both go back to having a label only, and the van can be loaded after."""
    packed.take(line("9", quantity=1), line("9", "MUG", MUG))
    packed.scan("9", TEE, "WD-COLIS", MUG)
    ship = shipment(packed, "9").shipment_id
    packed.station.track(ship, "DELIVERED")
    packed.station.track.correct(ship, reason="the wrong one")
    assert shipment(packed, "9").status is TrackingStatus.LABEL_CREATED
    (correction,) = [fact for fact in packed.facts("9") if fact.data.get("source") == "correction"]
    assert len(correction.data["withdraws"]) == 2  # type: ignore[arg-type]  # plain JSON
    manifest = packed.station.close_out.start("own")
    manifest, _ = packed.station.close_out.scan(manifest, packed.parcels("9")[0].tracking_number)
    packed.station.close_out.close(manifest)
    assert shipment(packed, "9").status is TrackingStatus.OUT_FOR_DELIVERY


def test_every_report_is_in_the_code_table() -> None:
    table = status_tables()["own"]
    assert all(f"\n{code}," in table for code, _ in CHOICES)


def test_one_shipment_in_full(packed: Bench) -> None:
    detail = packed.station.watch.detail(shipment(packed, "1").shipment_id)
    assert detail.order.number == "1"
    assert detail.row.carrier_name == "Livraison magasin"
    assert [effect.kind.value for effect in detail.effects] == ["label_printed", "label_bought"]
    assert [key for key, _ in detail.label_images] == [packed.parcels("1")[0].parcel_id]
    assert detail.facts[0].kind is FactKind.ORDER_TAKEN_IN
    with pytest.raises(Refused):
        packed.station.watch.detail(order_id("csv", "1"))
