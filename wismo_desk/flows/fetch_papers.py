"""Papers that a carrier gives: customs forms kept with the label, the proof of a delivery, its own manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from wismo_desk.domain.carrier import Carrier, GivesProof, MakesManifest
from wismo_desk.domain.shipment import Paper, PaperKind, Parcel
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Manifest
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Clock
from wismo_desk.store.journal import Entry, StoredPaper
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPapers:
    """Belongs on the carrier's lane: it may ask over the network."""

    store: Store
    carriers: Mapping[str, Carrier]
    clock: Clock

    def has_any(self, parcel: Parcel, status: TrackingStatus) -> bool:
        """Whether there is something to fetch or to show; asks nobody."""
        proves = isinstance(self.carriers.get(parcel.carrier), GivesProof)
        delivered = status is TrackingStatus.DELIVERED
        return (proves and delivered) or bool(self.store.journal.papers(parcel.parcel_id.hex))

    def __call__(self, parcel_id: UUID) -> list[Paper]:
        """Every paper of a parcel; the proof of delivery is fetched once and kept. Refused: there is none."""
        parcel = self.store.read.parcel(parcel_id)
        if parcel is None:
            raise Refused("This parcel is not known here.")
        if self.store.personal.erased([parcel.order_id]):
            raise Refused(
                "Who received this parcel was erased: its papers are gone, and none is fetched again."
            )
        kept = [stored.paper for stored in self.store.journal.papers(parcel_id.hex)]
        kept = [paper for paper in kept if paper.content]
        if not any(paper.kind is PaperKind.PROOF for paper in kept):
            kept += self._proof(parcel)
        if not kept:
            raise Refused(
                "The carrier has no paper for parcel {number} yet. Try again tomorrow.",
                number=parcel.tracking_number,
            )
        return kept

    def _proof(self, parcel: Parcel) -> list[Paper]:
        carrier = self.carriers.get(parcel.carrier)
        row = self.store.read.shipment(parcel.shipment_id)
        if not isinstance(carrier, GivesProof) or row is None or row.status is not TrackingStatus.DELIVERED:
            return []
        proof = carrier.fetch_proof(parcel.tracking_number)
        if proof is None:
            return []
        self._keep(parcel.parcel_id.hex, [proof])
        return [proof]

    def announce(self, manifest: Manifest) -> list[str]:
        """Tell the carrier which parcels leave, as many to a sheet as it takes; the numbers of its sheets. Asked
        again for a manifest that is announced, the sheets that are kept are not asked for a second time."""
        carrier = self.carriers.get(manifest.carrier)
        if not isinstance(carrier, MakesManifest):
            return []
        kept = {stored.number for stored in self.store.journal.papers(manifest.manifest_id)}
        numbers = []
        for number, parcels in enumerate(self._sheets(manifest, carrier), 1):
            if number in kept:
                continue
            made = carrier.make_manifest(parcels, day=manifest.closed_at.date())
            numbers.append(made.number)
            if made.paper is not None:
                self._keep(manifest.manifest_id, [made.paper], first=number)
        return numbers

    def sheets(self, manifest_id: str) -> list[Paper]:
        """The carrier's own sheets of a manifest that was announced."""
        kept = [stored.paper for stored in self.store.journal.papers(manifest_id)]
        return [
            paper for paper in kept if paper.content
        ]  # of a sheet that somebody was on who was erased, nothing

    def _sheets(self, manifest: Manifest, carrier: Carrier) -> Iterator[list[str]]:
        parcels = [self.store.read.parcel(key) for key in manifest.parcels]
        numbers = [parcel.tracking_number for parcel in parcels if parcel is not None]
        most = carrier.info.traits.parcels_per_manifest or len(numbers)
        for start in range(0, len(numbers), most):
            yield numbers[start : start + most]

    def _keep(self, owner: str, papers: list[Paper], *, first: int = 1) -> None:
        now = self.clock()
        stored = (
            StoredPaper(owner=owner, made_at=now, paper=paper, number=number)
            for number, paper in enumerate(papers, first)
        )
        self.store.commit(Entry(at=now, papers=tuple(stored)))
