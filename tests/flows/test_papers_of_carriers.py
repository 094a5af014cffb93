"""Papers of carriers: a proof is fetched once and kept, a manifest is told sheet by sheet and never twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from desk_rig import TEE, Bench, Clock, bench, line
from PySide6.QtWidgets import QApplication

from wismo_desk.carriers.practice import CARRIER
from wismo_desk.devices.paperless_printer import PaperlessPrinter
from wismo_desk.domain.carrier import CarrierManifest
from wismo_desk.domain.shipment import Paper, PaperKind
from wismo_desk.domain.watching import Manifest
from wismo_desk.errors import CarrierUnreachable, Refused
from wismo_desk.flows.fetch_papers import FetchPapers
from wismo_desk.practice.carrier_server import CarrierServer


@dataclass
class PaperCarrier:
    """A carrier that only gives papers; `broken` sheets fail once."""

    info = replace(CARRIER, traits=replace(CARRIER.traits, parcels_per_manifest=2))
    proofs: int = 0
    sheets: list[tuple[str, ...]] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)

    def fetch_proof(self, number: str) -> Paper | None:
        self.proofs += 1
        return Paper(kind=PaperKind.PROOF, content=f"%PDF {number}".encode())

    def make_manifest(self, numbers: Sequence[str], *, day: date) -> CarrierManifest:
        if len(self.sheets) in self.broken:
            self.broken.discard(len(self.sheets))
            raise CarrierUnreachable("down")
        self.sheets.append(tuple(numbers))
        paper = Paper(kind=PaperKind.MANIFEST, content=b"%PDF")
        return CarrierManifest(number=f"B{len(self.sheets)}", parcels=tuple(numbers), paper=paper)


@pytest.fixture
def desk(tmp_path: Path, qapp: QApplication) -> Iterator[Bench]:
    clock = Clock()
    with (
        CarrierServer(clock=clock) as carrier,
        PaperlessPrinter() as printer,
        bench(tmp_path, printer, carrier, clock=clock) as opened,
    ):
        opened.take(*(line(f"{n}", service="Exercice") for n in range(1, 6)))
        for n in range(1, 6):
            opened.pack(f"{n}", TEE)
        yield opened


def papers(desk: Bench, carrier: PaperCarrier) -> FetchPapers:
    return replace(desk.station.fetch_papers, carriers={"practice": carrier})


def test_a_proof_is_fetched_when_it_was_delivered_and_once(desk: Bench) -> None:
    carrier = PaperCarrier()
    fetch = papers(desk, carrier)
    (parcel,) = desk.parcels("1")
    with pytest.raises(Refused, match="no paper"):
        fetch(parcel.parcel_id)
    assert carrier.proofs == 0
    desk.clock.pass_(days=6)
    for _ in range(3):
        desk.station.follow()
        desk.clock.pass_(minutes=2)
    delivered = [n for n in range(1, 6) if fetch.has_any(desk.parcels(f"{n}")[0], _status(desk, f"{n}"))]
    assert delivered
    (parcel,) = desk.parcels(f"{delivered[0]}")
    first = fetch(parcel.parcel_id)
    assert fetch(parcel.parcel_id) == first
    assert carrier.proofs == 1
    assert first[0].content == f"%PDF {parcel.tracking_number}".encode()


def _status(desk: Bench, number: str):  # type: ignore[no-untyped-def]  # the row's own type
    (parcel,) = desk.parcels(number)
    row = desk.station.store.read.shipment(parcel.shipment_id)
    assert row is not None
    return row.status


def _manifest(desk: Bench) -> Manifest:
    opened = desk.station.close_out.start("practice")
    for parcel in opened.expected:
        opened, _ = desk.station.close_out.scan(opened, parcel.tracking_number)
    return desk.station.close_out.close(opened).manifest


def test_a_manifest_is_told_in_sheets_and_what_was_told_is_not_told_again(desk: Bench) -> None:
    carrier = PaperCarrier(broken={1})
    fetch = papers(desk, carrier)
    manifest = _manifest(desk)
    with pytest.raises(CarrierUnreachable):
        fetch.announce(manifest)
    assert fetch.announce(manifest) == ["B2", "B3"]
    assert [len(sheet) for sheet in carrier.sheets] == [2, 2, 1]
    assert len({number for sheet in carrier.sheets for number in sheet}) == 5
    assert fetch.announce(manifest) == []
    assert len(fetch.sheets(manifest.manifest_id)) == 3


def test_a_carrier_that_wants_no_manifest_is_not_asked(desk: Bench) -> None:
    assert desk.station.fetch_papers.announce(_manifest(desk)) == []
